//! The engine reports that a descriptor is ready: those who wait are served, the
//! oldest first, until there is nothing more.

use super::operate::{Action, Attempt};
use super::waiting::Waiter;
use super::{Fd, Side, State, bit, failure};
use crate::promise::Outcome;
use crate::scheduler::engine::Interest;
use crate::scheduler::engine::watch::{Watch, Watcher};
use crate::value::Value;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;
use std::rc::{Rc, Weak};

impl Watcher for Fd {
    fn fd(&self) -> RawFd {
        self.raw
    }

    #[inline]
    fn waits_for(&self) -> Interest {
        Interest {
            read: self.has(bit::WAITS),
            write: self.has(bit::WAITS << 1),
        }
    }

    #[inline]
    fn ready(self: Rc<Fd>, write: bool) {
        let side = match write {
            false => Side::Read,
            true => Side::Write,
        };
        self.set_dry(side, false);
        if self.has(bit::WAITS << write as u16) {
            if write || self.serve_first() {
                self.serve_line(side);
            }
            self.end_wait(side);
        }
    }

    fn moved(&self, home: Weak<Watch>) {
        self.home.set(home);
    }

    fn end(&self) {
        // Out first: a drop function may call us.
        drop(self.take_all());
    }
}

impl Fd {
    fn serve_line(self: &Rc<Fd>, side: Side) {
        // Those who come meanwhile wait for the next report.
        let waiting = self.line(side).map_or(0, |line| line.borrow().len());
        let serves = bit::SERVES << side.is_write() as u16;
        // Not while it is called from here, by who plays engine.
        if waiting == 0 || self.has(serves) {
            return;
        }
        self.raise(serves);
        let mut back = Vec::new();
        for _ in 0..waiting {
            if self.is_dry(side) || self.state.get() != State::Opened {
                break;
            }
            let Some(line) = self.line(side) else { break };
            let Some((_, waiter)) = line.borrow_mut().pop_first() else {
                break;
            };
            back.extend(self.serve_one(side, waiter));
        }
        for waiter in back {
            self.wait_again(side, waiter);
        }
        self.clear(serves);
    }

    /// The plain read that stands first. False: there is nothing to read.
    fn serve_first(self: &Rc<Fd>) -> bool {
        let Some(first) = self.first.get() else {
            return true;
        };
        let Some(outcome) = self.settle_read(first.buf, first.len) else {
            return false;
        };
        if let Some((read, _held)) = self.take_first() {
            read.resolver().resolve(outcome);
        }
        !self.is_dry(Side::Read)
    }

    /// Reads, and notes whether there is more. None: nothing yet.
    #[inline]
    pub(super) fn settle_read(&self, buf: *mut u8, len: usize) -> Option<Outcome> {
        self.settle(Side::Read, c"read", self.read_now(buf, len), len)
    }

    /// Writes, and notes whether there is more room. None: no room yet.
    #[inline]
    pub(super) fn settle_write(&self, buf: *const u8, len: usize) -> Option<Outcome> {
        self.settle(Side::Write, c"write", self.write_now(buf, len), len)
    }

    /// Of so many bytes some were transferred. At the end of a file there is no more
    /// waiting.
    #[inline]
    pub(super) fn settle(
        &self,
        side: Side,
        function: &'static CStr,
        done: io::Result<usize>,
        len: usize,
    ) -> Option<Outcome> {
        match done {
            Ok(n) => {
                self.set_dry(side, n < len && (n > 0 || side == Side::Write));
                Some(Ok(count(n)))
            }
            Err(error) => self.settle_error(side, error, function),
        }
    }

    #[cold]
    fn settle_error(
        &self,
        side: Side,
        error: io::Error,
        function: &'static CStr,
    ) -> Option<Outcome> {
        if is_again(&error) {
            self.set_dry(side, true);
            return None;
        }
        Some(Err(failure(&error, function)))
    }

    /// Returns who goes back to where it stood.
    fn serve_one(self: &Rc<Fd>, side: Side, mut waiter: Waiter) -> Option<Waiter> {
        let attempt = match &mut waiter.action {
            Action::Ready => Attempt::Done(Ok(Value::UNIT)),
            Action::Read(buf, len) => self.settle_read(*buf, *len).into(),
            Action::Write(buf, len) => self.settle_write(*buf, *len).into(),
            Action::Call(call) => call(self.raw),
        };
        match attempt {
            Attempt::Done(outcome) => waiter.resolve(outcome),
            Attempt::Again => {
                self.set_dry(side, true);
                return Some(waiter);
            }
            Attempt::For(other) if other == side => return Some(waiter),
            Attempt::For(other) => self.wait_for_other(other, waiter),
        }
        None
    }
}

/// A number of bytes as a value.
#[inline]
pub(super) fn count(n: usize) -> Value {
    Value::plain(std::ptr::without_provenance_mut(n))
}

/// Is the call to be tried again when the descriptor is ready?
pub(super) fn is_again(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EINTR))
}
