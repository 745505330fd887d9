//! The bytes of a channel's buffer themselves, for a function of the user's. Module
//! Lwt_io; calls channels and promises.
//!
//! The memory that the function has stays where it is until the promise of the
//! function has resolved, whatever becomes of the channel.

use super::buffer::SMALLEST;
use super::channel::{Channel, Core, Mode, Step, over};
use super::device::{self, Device};
use super::drain::Drain;
use super::flush;
use super::input::Refill;
use super::read::{Exactly, string};
use crate::abi::LWT_FAILURE;
use crate::data::lent::Lent;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::text::lwt_string;
use crate::promise::{Outcome, Promise, failed};
use crate::value::Value;
use std::cell::Cell;
use std::ffi::c_char;
use std::rc::Rc;

/// A channel's buffer in the hands of a function, `Lwt_io.direct_access`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lwt_io_direct {
    /// The buffer.
    pub data: *mut c_char,
    /// Where the next byte is read, or written. The function moves it on, to `max`
    /// at most.
    pub ptr: usize,
    /// Where the bytes, or the room for them, end.
    pub max: usize,
}

/// What is lent to a function.
pub struct Direct {
    view: Box<Cell<lwt_io_direct>>,
    /// The memory that the view is of, if it is the channel's.
    memory: Vec<u8>,
    /// Where `ptr` stood when it was lent.
    start: usize,
    /// The memory is back in the channel while that refills or flushes it.
    away: bool,
}

fn out_of_range() -> Exn {
    Exn::new(
        LWT_FAILURE,
        "lwt_io_direct_access: the function left the pointer out of range",
    )
}

impl Channel {
    /// `Lwt_io.block`: `f` has `size` bytes of its own: the next ones of an input
    /// channel, which are taken; what an output channel then takes.
    pub fn block(
        self: &Rc<Self>,
        size: usize,
        f: impl FnOnce(*mut c_char, usize) -> Promise + 'static,
    ) -> Promise {
        if size > SMALLEST {
            return failed(Exn::invalid(&format!(
                "lwt_io_block: {size} bytes, and {SMALLEST} are the most"
            )));
        }
        if let Some(exn) = self.refusal() {
            return failed(exn);
        }
        self.atomic(move |channel| {
            spawn(async move {
                let input = channel.mode() == Mode::Input;
                let bytes = match input {
                    true => {
                        let (len, decode) = (size, string as fn(&[u8]) -> Outcome);
                        channel.perform(Exactly { len, decode }).await?
                    }
                    false => string(&[0; SMALLEST][..size])?,
                };
                // SAFETY: made by `string`, and this is its only owner.
                let data = unsafe { (*bytes.word().cast::<lwt_string>()).data };
                let promise = f(data, size);
                let lent = Lent::new(bytes, promise.clone());
                let value = promise.await?;
                if !input && let Some(bytes) = lent.take() {
                    // SAFETY: as above, and the function is done with it.
                    let bytes = unsafe {
                        let text = &*bytes.word().cast::<lwt_string>();
                        std::slice::from_raw_parts(text.data.cast::<u8>(), size)
                    };
                    channel.write([bytes, &[]]).await?;
                }
                Ok(value)
            })
        })
    }

    /// `Lwt_io.direct_access`: `f` has the buffer itself, and a handle for
    /// [`Channel::direct_perform`].
    pub fn direct(
        self: &Rc<Self>,
        f: impl FnOnce(Rc<Channel>, *mut lwt_io_direct) -> Promise + 'static,
    ) -> Promise {
        if let Some(exn) = self.refusal() {
            return failed(exn);
        }
        self.atomic(move |channel| {
            spawn(async move {
                let view = channel.core.lend_buffer()?;
                let promise = f(channel.clone(), view);
                let lending = Kept(channel.core.clone(), promise.clone());
                let outcome = promise.await;
                drop(lending);
                let taken = channel.core.take_buffer_back(outcome.is_ok());
                let value = outcome?;
                taken?;
                Ok(value)
            })
        })
    }

    /// `da_perform`: has the buffer refilled, or sent: a promise of how many bytes
    /// came or went.
    pub fn direct_perform(self: &Rc<Self>) -> Promise {
        if let Some(exn) = self.refusal() {
            return failed(exn);
        }
        match &*self.core.direct.borrow() {
            Some(direct) if !direct.away && !self.is_main() => {}
            Some(_) if !self.is_main() => {
                return failed(Exn::new(
                    LWT_FAILURE,
                    "lwt_io_direct_perform: it is at work",
                ));
            }
            _ => return failed(over()),
        }
        if let Device::Memory(_) = &self.core.device {
            return crate::promise::resolved(Value::UNIT);
        }
        let channel = self.clone();
        spawn(async move {
            let core = &channel.core;
            core.return_buffer()?;
            let count = match core.mode {
                Mode::Input => channel.perform(More).await,
                Mode::Output => {
                    let unsent = core.output.borrow().unsent();
                    channel.perform(Send(unsent)).await
                }
            };
            core.lend_again()?;
            count
        })
    }
}

/// More bytes than are unread.
struct More;

impl Step for More {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        let before = core.input.borrow().len();
        match core.refill() {
            Refill::Data => {
                let more = core.input.borrow().len() - before;
                Some(Ok(Value::plain(more as _)))
            }
            Refill::End => Some(Ok(Value::UNIT)),
            Refill::Failed(exn) => Some(Err(exn)),
            // It may come without another question: then it is there.
            Refill::Wait => None,
        }
    }
}

/// All is sent, which was so much.
struct Send(usize);

impl Step for Send {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        match core.drain() {
            Drain::Done => Some(Ok(Value::plain(self.0 as _))),
            Drain::Failed(exn) => Some(Err(exn)),
            Drain::Wait => None,
        }
    }
}

impl Core {
    /// The buffer for the function.
    fn lend_buffer(&self) -> Result<*mut lwt_io_direct, Exn> {
        let (mut memory, ptr, max) = match (&self.device, self.mode) {
            (Device::Memory(memory), Mode::Input) => {
                (Vec::new(), self.input.borrow().ptr, memory.len())
            }
            (Device::Memory(memory), Mode::Output) => {
                let at = self.output.borrow().offset as usize;
                (Vec::new(), at, memory.len())
            }
            (_, Mode::Input) => self.input.borrow_mut().take_memory()?,
            (_, Mode::Output) => {
                let size = self.output.borrow().size;
                (device::memory(size)?, 0, size)
            }
        };
        let data = match &self.device {
            Device::Memory(memory) => memory.data(),
            _ => memory.as_mut_ptr(),
        };
        let view = Box::new(Cell::new(lwt_io_direct {
            data: data.cast(),
            ptr,
            max,
        }));
        let place = view.as_ptr();
        self.direct.replace(Some(Direct {
            view,
            memory,
            start: ptr,
            away: false,
        }));
        Ok(place)
    }

    /// The function has done its part: what it has read is taken, what it has
    /// written goes on. `moved`: if not, nothing of that.
    fn take_in(self: &Rc<Self>, direct: &mut Direct, moved: bool) -> Result<(), Exn> {
        let lwt_io_direct { ptr, max, .. } = direct.view.get();
        let most = match &self.device {
            Device::Memory(memory) => memory.len(),
            _ => direct.memory.len(),
        };
        let good = ptr <= max && max <= most;
        let at = if good && moved { ptr } else { direct.start };
        let memory = std::mem::take(&mut direct.memory);
        match (&self.device, self.mode) {
            (Device::Memory(_), Mode::Input) => self.input.borrow_mut().ptr = at,
            (Device::Memory(_), Mode::Output) => self.output.borrow_mut().offset = at as i64,
            (_, Mode::Input) => {
                let max = if good { max } else { direct.start.max(at) };
                self.input.borrow_mut().put_memory(memory, at, max);
            }
            (_, Mode::Output) => {
                let accepted = self.output.borrow_mut().accept(&memory[..at]);
                super::buffer::give(memory);
                accepted?;
                flush::schedule(self);
            }
        }
        if good || !moved {
            Ok(())
        } else {
            Err(out_of_range())
        }
    }

    fn take_buffer_back(self: &Rc<Self>, moved: bool) -> Result<(), Exn> {
        let direct = self.direct.take();
        match direct {
            Some(mut direct) if !direct.away => self.take_in(&mut direct, moved),
            _ => Ok(()),
        }
    }

    /// The buffer is the channel's again, for a while.
    fn return_buffer(self: &Rc<Self>) -> Result<(), Exn> {
        let direct = self.direct.take();
        let Some(mut direct) = direct else {
            return Err(over());
        };
        let taken = self.take_in(&mut direct, true);
        direct.away = true;
        self.direct.replace(Some(direct));
        taken
    }

    /// It is the function's again, at the same view.
    fn lend_again(&self) -> Result<(), Exn> {
        let direct = self.direct.take();
        let Some(direct) = direct else {
            return Err(over());
        };
        // The view stays where it is; the new one tells what it is to show.
        self.lend_buffer()?;
        if let Some(new) = &mut *self.direct.borrow_mut() {
            direct.view.set(new.view.get());
            new.view = direct.view;
        }
        Ok(())
    }
}

/// The function's memory lives until its promise has resolved, even if nobody waits
/// for that any more.
struct Kept(Rc<Core>, Promise);

impl Drop for Kept {
    fn drop(&mut self) {
        if self.1.is_pending() {
            let direct = self.0.direct.take();
            drop(Lent::new(direct, self.1.clone()));
        }
    }
}
