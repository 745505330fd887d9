//! Positions. Module Lwt_io; calls channels and the device.

use super::channel::{Channel, Core, Mode, Step};
use super::close::Close;
use super::device::Device;
use super::input::Input;
use super::input::unix;
use super::output::Output;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::unix::fd::Fd;
use crate::value::Value;
use std::io;
use std::rc::Rc;

/// Moves a descriptor, as lseek(2).
fn lseek(fd: &Fd, offset: i64, whence: i32) -> Result<i64, Exn> {
    let raw = fd.check(c"lseek")?;
    // SAFETY: takes no pointer.
    match unsafe { libc::lseek(raw, offset, whence) } {
        at if at >= 0 => Ok(at),
        _ => Err(unix(&io::Error::last_os_error(), c"lseek")),
    }
}

fn place(at: i64) -> Value {
    Value::plain(at as isize as _)
}

impl Channel {
    /// `Lwt_io.of_fd`: a channel over a descriptor, which closing it closes.
    pub fn of_fd(fd: Rc<Fd>, mode: Mode, size: Option<usize>) -> Rc<Channel> {
        let closed = fd.clone();
        Channel::of_fd_with(fd, mode, size, Box::new(move || closed.close()))
    }

    /// The same with another way to close it.
    pub fn of_fd_with(fd: Rc<Fd>, mode: Mode, size: Option<usize>, close: Close) -> Rc<Channel> {
        let moved = fd.clone();
        let seek = move |offset, whence| match lseek(&moved, offset, whence) {
            Ok(at) => resolved(place(at)),
            Err(exn) => failed(exn),
        };
        // What can't be moved has no position of its own.
        let start = match fd.is_blocking() {
            true => lseek(&fd, 0, libc::SEEK_CUR).unwrap_or(0),
            false => 0,
        };
        let device = Device::Fd(fd);
        let channel = Channel::new(mode, device, Some(Box::new(seek)), size);
        channel.core.input.borrow_mut().offset = start;
        channel.core.output.borrow_mut().offset = start;
        channel.core.ending.set_close(close);
        channel
    }

    /// `Lwt_io.position`: where the next byte is read from or goes to.
    pub fn position(&self) -> i64 {
        match self.mode() {
            Mode::Input => self.core.input.borrow().position(),
            Mode::Output => self.core.output.borrow().position(),
        }
    }

    /// `Lwt_io.set_position`
    pub fn set_position(self: &Rc<Self>, to: i64) -> Promise {
        if let Some(exn) = self.refusal() {
            return failed(exn);
        }
        self.atomic(move |block| {
            spawn(async move {
                if block.core.move_within(to)? {
                    return Ok(Value::UNIT);
                }
                block.perform(Settle).await?;
                if block.core.mode == Mode::Output {
                    block.flush().await?;
                }
                let at = block.core.seek(to, libc::SEEK_SET).await?;
                match block.core.mode {
                    Mode::Input => {
                        let mut input = block.core.input.borrow_mut();
                        input.forget();
                        input.offset = at;
                    }
                    Mode::Output => block.core.output.borrow_mut().offset = at,
                }
                Ok(Value::UNIT)
            })
        })
    }

    /// `Lwt_io.length`: how many bytes there are in the device.
    pub fn length(self: &Rc<Self>) -> Promise {
        if let Some(exn) = self.refusal() {
            return failed(exn);
        }
        self.atomic(move |block| {
            spawn(async move {
                let core = &block.core;
                if let Device::Memory(memory) = &core.device {
                    return Ok(place(memory.len() as i64));
                }
                block.perform(Settle).await?;
                if core.mode == Mode::Output {
                    block.flush().await?;
                }
                let back = match core.mode {
                    Mode::Input => {
                        let input = core.input.borrow();
                        input.offset + input.beyond() as i64
                    }
                    Mode::Output => core.output.borrow().offset,
                };
                let length = core.seek(0, libc::SEEK_END).await?;
                core.seek(back, libc::SEEK_SET).await?;
                Ok(place(length))
            })
        })
    }
}

impl Core {
    /// Moves the device.
    async fn seek(&self, offset: i64, whence: i32) -> Result<i64, Exn> {
        let Some(seek) = &self.seek else {
            let message = "lwt_io: this channel can't be moved: it has no seek function";
            return Err(Exn::new(LWT_FAILURE, message));
        };
        Ok(seek(offset, whence).await?.word() as isize as i64)
    }

    /// Moves without the device. False: that does not reach so far.
    fn move_within(&self, to: i64) -> Result<bool, Exn> {
        let outside = || Exn::new(LWT_FAILURE, "lwt_io_set_position: out of bounds");
        if let Device::Memory(memory) = &self.device {
            let at = usize::try_from(to).map_err(|_| outside())?;
            if at > memory.len() {
                return Err(outside());
            }
            self.input.borrow_mut().ptr = at;
            self.output.borrow_mut().offset = to;
            return Ok(true);
        }
        if to < 0 {
            return Err(outside());
        }
        Ok(self.mode == Mode::Input && self.input.borrow_mut().move_within(to))
    }
}

/// Nothing is on its way from the device.
struct Settle;

impl Step for Settle {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        let settled = !core.input.borrow().coming;
        settled.then_some(Ok(Value::UNIT))
    }
}

impl Input {
    fn position(&self) -> i64 {
        self.offset - self.len() as i64
    }

    fn move_within(&mut self, to: i64) -> bool {
        let first = self.offset - (self.max - self.first) as i64;
        if to < first || to > self.offset || self.max == self.first {
            return false;
        }
        self.ptr = self.max - (self.offset - to) as usize;
        self.consume(0);
        true
    }
}

impl Output {
    fn position(&self) -> i64 {
        self.offset + self.unsent() as i64
    }
}
