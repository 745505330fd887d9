//! Emptying the buffer of an output channel into its device. Module Lwt_io; calls
//! the device and promises.

use super::above;
use super::channel::{self, Core};
use super::device::{self, Device, Lending};
use super::flush;
use super::input::unix;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::unix::fd::{Attempt, Busy, Fd, Side};
use crate::value::Value;
use std::io::{self, ErrorKind};
use std::rc::Rc;

/// A function that takes nothing so often in a row has failed.
const ZEROS: u8 = 3;

/// What has become of the unsent bytes.
pub enum Drain {
    /// There are none left.
    Done,
    /// The device failed; they are still there.
    Failed(Exn),
    /// They are on their way.
    Wait,
}

impl Core {
    /// Sends what is unsent.
    pub fn drain(self: &Rc<Self>) -> Drain {
        loop {
            if self.is_closed() {
                return Drain::Failed(self.closed());
            }
            let mut output = self.output.borrow_mut();
            if let Some(exn) = output.failed.take() {
                return Drain::Failed(exn);
            }
            if output.busy {
                return Drain::Wait;
            }
            if output.lost {
                return Drain::Failed(never_told());
            }
            if !output.prepare() {
                drop(output);
                flush::clean(self);
                return Drain::Done;
            }
            match &self.device {
                Device::Memory(_) => return Drain::Done,
                Device::Function(_) => {
                    drop(output);
                    self.begin(|| self.hand_over());
                }
                Device::Fd(fd)
                    if fd.check(c"write").is_ok()
                        && above::write(fd.raw(), &output.sending[output.sent..]) =>
                {
                    let all = output.sending.len() - output.sent;
                    output.advance(all);
                }
                Device::Fd(fd) if fd.is_blocking() => {
                    drop(output);
                    self.begin(|| self.write_by_job(fd));
                }
                Device::Fd(fd) => {
                    let put = fd.try_write(&output.sending[output.sent..]);
                    match put {
                        Ok(Ok(n)) => output.advance(n),
                        Ok(Err(exn)) => return Drain::Failed(exn),
                        Err(Busy) => {
                            drop(output);
                            self.begin(|| self.write_when_ready(fd));
                        }
                    }
                }
            }
        }
    }

    /// What may be over before it returns: then the loop above looks at the result.
    fn begin(&self, work: impl FnOnce()) {
        self.output.borrow_mut().begins = true;
        work();
        self.output.borrow_mut().begins = false;
    }

    /// Writes as soon as the descriptor can be written to.
    fn write_when_ready(self: &Rc<Self>, fd: &Rc<Fd>) {
        let (core, going) = (self.clone(), Going::begin(self));
        let promise = fd.register(Side::Write, c"write", move |raw| {
            let output = core.output.borrow();
            let bytes = &output.sending[output.sent..];
            // SAFETY: the bytes are there.
            let put = unsafe { libc::write(raw, bytes.as_ptr().cast(), bytes.len()) };
            if put >= 0 {
                return Attempt::Done(Ok(Value::plain(put as _)));
            }
            let error = io::Error::last_os_error();
            match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::Interrupted => Attempt::Again,
                _ => Attempt::Done(Err(unix(&error, c"write"))),
            }
        });
        spawn(async move {
            let count = promise.await.map(|count| count.word() as usize);
            going.over(None, count);
            Ok(Value::UNIT)
        });
    }

    fn write_by_job(self: &Rc<Self>, fd: &Rc<Fd>) {
        let (fd, going) = (fd.clone(), Going::begin(self));
        let (memory, start) = self.take_sending();
        spawn(async move {
            let end = memory.len();
            let (memory, count) = fd.write_buf(memory, start, end).await;
            going.over(Some((memory, start)), count);
            Ok(Value::UNIT)
        });
    }

    /// Gives bytes to the user's function.
    fn hand_over(self: &Rc<Self>) {
        let Device::Function(function) = &self.device else {
            return;
        };
        let going = Going::begin(self);
        let (memory, start) = self.take_sending();
        let (end, asked) = (memory.len(), memory.len() - start);
        let lending = Lending::call(function, memory, start, end);
        let promise = lending.promise().clone();
        if !promise.is_pending() {
            let outcome = promise.take().unwrap_or_else(|| Err(Exn::out_of_memory()));
            let count = device::count(outcome, asked, "write");
            return going.over(Some((lending.take(), start)), count);
        }
        self.ending.transfers(&promise);
        spawn(async move {
            let outcome = promise.await;
            let count = device::count(outcome, asked, "write");
            going.over(Some((lending.take(), start)), count);
            Ok(Value::UNIT)
        });
    }

    fn take_sending(&self) -> (Vec<u8>, usize) {
        let mut output = self.output.borrow_mut();
        let start = std::mem::take(&mut output.sent);
        (std::mem::take(&mut output.sending), start)
    }
}

/// The device is at work for a channel. Dropped before it is over, it never will
/// be: whoever waits, waits for ever, and the channel can send nothing more.
struct Going(Option<Rc<Core>>);

impl Going {
    fn begin(core: &Rc<Core>) -> Going {
        core.output.borrow_mut().busy = true;
        Going(Some(core.clone()))
    }

    /// It is over: the memory comes back, if it was away, so much of it is gone.
    fn over(mut self, memory: Option<(Vec<u8>, usize)>, count: Result<usize, Exn>) {
        let Some(core) = self.0.take() else { return };
        {
            let mut output = core.output.borrow_mut();
            output.busy = false;
            if core.is_closed() {
                return;
            }
            if let Some((memory, start)) = memory {
                (output.sending, output.sent) = (memory, start);
            }
            match count {
                Ok(0) => {
                    output.zeros += 1;
                    if output.zeros == ZEROS {
                        output.zeros = 0;
                        output.failed = Some(takes_nothing());
                    }
                }
                Ok(n) => {
                    output.zeros = 0;
                    output.advance(n);
                }
                Err(exn) => output.failed = Some(exn),
            }
            if output.begins {
                return;
            }
        }
        if core.is_awaited() {
            channel::progress(&core);
            flush::schedule(&core);
        } else if flush::is_pending(&core) {
            flush::try_again(&core);
        }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        if let Some(core) = self.0.take() {
            core.output.borrow_mut().lose();
            if core.output.borrow().unsent() == 0 {
                flush::clean(&core);
            }
            core.forsake();
        }
    }
}

fn never_told() -> Exn {
    Exn::new(
        LWT_FAILURE,
        "lwt_io: the promise of a channel's write function was forgotten: what it had taken is unknown",
    )
}

fn takes_nothing() -> Exn {
    Exn::new(
        LWT_FAILURE,
        format!("lwt_io: the write function of a channel took nothing {ZEROS} times in a row"),
    )
}
