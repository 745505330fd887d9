//! Operations that put bytes into an output channel. Module Lwt_io; calls the
//! buffer.
//!
//! The bytes are copied before the call returns. Where they fit, that is all.

use super::buffer::check;
use super::channel::{Channel, Core, Mode, Step};
use super::device::Device;
use super::drain::Drain;
use super::flush;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::value::Value;
use std::rc::Rc;

/// No room is left in memory.
fn full() -> Exn {
    Exn::new(
        LWT_FAILURE,
        "lwt_io: the bytes do not fit into the memory of the channel",
    )
}

impl Core {
    /// Takes bytes if no write has to wait for that.
    #[inline]
    fn accept(self: &Rc<Self>, parts: [&[u8]; 2]) -> Option<Outcome> {
        let mut output = self.output.borrow_mut();
        let len = parts[0].len() + parts[1].len();
        if let Device::Memory(memory) = &self.device {
            let at = output.offset as usize;
            let room = memory.len().saturating_sub(at);
            if room < len {
                return Some(Err(full()));
            }
            memory.put(at, parts[0]);
            memory.put(at + parts[0].len(), parts[1]);
            output.offset += len as i64;
            return Some(Ok(Value::UNIT));
        }
        if len > output.room() {
            return None;
        }
        for part in parts {
            if let Err(exn) = output.accept(part) {
                return Some(Err(exn));
            }
        }
        let schedule = !output.scheduled && len != 0;
        drop(output);
        if schedule {
            flush::schedule(self);
        }
        Some(Ok(Value::UNIT))
    }
}

/// All of these bytes.
struct Write {
    bytes: Vec<u8>,
    accepted: bool,
    waited: bool,
}

impl Step for Write {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            let (fits, low) = {
                let output = core.output.borrow();
                let unsent = output.unsent();
                let fits =
                    self.bytes.len() <= output.room() || matches!(core.device, Device::Memory(_));
                (
                    fits && (!self.waited || unsent <= output.low),
                    unsent <= output.low,
                )
            };
            if self.accepted && low {
                return Some(Ok(Value::UNIT));
            }
            if !self.accepted && fits {
                return core.accept([&self.bytes, &[]]);
            }
            if !self.accepted && low {
                // More than the high mark by itself.
                self.accepted = true;
                let bytes = std::mem::take(&mut self.bytes);
                let accepted = core.output.borrow_mut().accept_whole(bytes, 0);
                if let Err(exn) = accepted {
                    return Some(Err(exn));
                }
                flush::dirty(core);
            }
            self.waited = true;
            match core.drain() {
                Drain::Wait => return None,
                Drain::Failed(exn) => return Some(Err(exn)),
                Drain::Done => {}
            }
        }
    }
}

/// As many of these bytes as there is room for, at least one.
struct WriteSome(Vec<u8>);

impl Step for WriteSome {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            if let Some(outcome) = core.accept_some(&self.0) {
                return Some(outcome);
            }
            match core.drain() {
                Drain::Wait => return None,
                Drain::Failed(exn) => return Some(Err(exn)),
                Drain::Done => {}
            }
        }
    }
}

impl Core {
    /// Takes as many bytes as there is room for; None: there is no room.
    fn accept_some(self: &Rc<Self>, bytes: &[u8]) -> Option<Outcome> {
        let room = {
            let output = self.output.borrow();
            match &self.device {
                Device::Memory(memory) => match memory.len() - output.offset as usize {
                    0 => return Some(Err(full())),
                    room => room,
                },
                _ => output.room(),
            }
        };
        if room == 0 {
            return None;
        }
        let n = room.min(bytes.len());
        self.accept([&bytes[..n], &[]])
            .map(|outcome| outcome.map(|_| Value::plain(n as _)))
    }
}

struct Resize(usize);

impl Step for Resize {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        if let Device::Memory(_) = &core.device {
            let message = "lwt_io_resize_buffer: a channel over memory has no buffer";
            return Some(Err(Exn::new(LWT_FAILURE, message)));
        }
        if core.mode == Mode::Input {
            let mut input = core.input.borrow_mut();
            if input.len() > self.0 {
                let message = "lwt_io_resize_buffer: the unread bytes would not fit";
                return Some(Err(Exn::new(LWT_FAILURE, message)));
            }
            input.resize(self.0);
            return Some(Ok(Value::UNIT));
        }
        while core.output.borrow().unsent() > self.0 {
            match core.drain() {
                Drain::Done => {}
                Drain::Failed(exn) => return Some(Err(exn)),
                Drain::Wait => return None,
            }
        }
        core.output.borrow_mut().resize(self.0);
        Some(Ok(Value::UNIT))
    }
}

struct Flush;

impl Step for Flush {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        match core.drain() {
            Drain::Done => Some(Ok(Value::UNIT)),
            Drain::Failed(exn) => Some(Err(exn)),
            Drain::Wait => None,
        }
    }
}

impl Channel {
    /// `Lwt_io.write`: all of these bytes, those of the second part after the
    /// others.
    #[inline]
    pub fn write(self: &Rc<Self>, parts: [&[u8]; 2]) -> Promise {
        if self.is_free()
            && let Some(outcome) = self.core.accept(parts)
        {
            return match outcome {
                Ok(value) => resolved(value),
                Err(exn) => failed(exn),
            };
        }
        self.write_waiting(parts)
    }

    #[cold]
    fn write_waiting(self: &Rc<Self>, parts: [&[u8]; 2]) -> Promise {
        if let Some(exn) = self.refusal() {
            return failed(exn);
        }
        let mut bytes = Vec::new();
        if bytes
            .try_reserve_exact(parts[0].len() + parts[1].len())
            .is_err()
        {
            return failed(Exn::out_of_memory());
        }
        bytes.extend_from_slice(parts[0]);
        bytes.extend_from_slice(parts[1]);
        self.perform(Write {
            bytes,
            accepted: false,
            waited: false,
        })
    }

    /// `Lwt_io.write_from`: as many of these bytes as there is room for: a promise
    /// of how many.
    pub fn write_some(self: &Rc<Self>, bytes: &[u8]) -> Promise {
        if bytes.is_empty() && self.refusal().is_none() {
            return resolved(Value::UNIT);
        }
        let most = bytes.len().min(self.core.output.borrow().high.max(1));
        let mut copy = Vec::new();
        if copy.try_reserve_exact(most).is_err() {
            return failed(Exn::out_of_memory());
        }
        copy.extend_from_slice(&bytes[..most]);
        self.perform(WriteSome(copy))
    }

    /// `Lwt_io.resize_buffer`
    pub fn resize_buffer(self: &Rc<Self>, size: usize) -> Promise {
        match check("lwt_io_resize_buffer", size) {
            Ok(()) => self.perform(Resize(size)),
            Err(exn) => failed(exn),
        }
    }

    /// `Lwt_io.flush`: fulfilled when all that was written is sent.
    pub fn flush(self: &Rc<Self>) -> Promise {
        self.perform(Flush)
    }

    /// How many bytes may be unsent before a write waits, and how few it waits for.
    pub fn set_water_marks(&self, high: usize, low: usize) -> Result<(), Exn> {
        if high == 0 || low >= high {
            return Err(Exn::invalid(
                "lwt_io_set_water_marks: the low mark must be below the high one",
            ));
        }
        let mut output = self.core.output.borrow_mut();
        (output.high, output.low) = (high, low);
        Ok(())
    }

    /// Both.
    pub fn water_marks(&self) -> (usize, usize) {
        let output = self.core.output.borrow();
        (output.high, output.low)
    }
}
