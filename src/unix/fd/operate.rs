//! An operation of whichever sort on a descriptor, `Lwt_unix.wrap_syscall` and
//! `register_action`: it is tried, and tried again each time that the descriptor
//! is ready, until it succeeds or fails.

use super::serve::is_again;
use super::{Fd, Side, failure};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::value::Value;
use std::cell::Cell;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// What came of an attempt.
pub enum Attempt {
    /// It has succeeded or failed.
    Done(Outcome),
    /// The system has nothing for it: it is to be tried again when it has, before
    /// any other.
    Again,
    /// It is to be tried again when the descriptor is ready for this direction,
    /// `Lwt_unix.Retry`, `Retry_read` and `Retry_write`.
    For(Side),
}

impl From<Option<Outcome>> for Attempt {
    fn from(outcome: Option<Outcome>) -> Attempt {
        outcome.map_or(Attempt::Again, Attempt::Done)
    }
}

/// What is done when the descriptor is ready.
pub(super) enum Action {
    /// Nothing: that it is was to be known.
    Ready,
    Read(*mut u8, usize),
    Write(*const u8, usize),
    Call(Box<dyn FnMut(RawFd) -> Attempt>),
}

impl Fd {
    /// `Lwt_unix.wrap_syscall`: tries at once, if that can't block; and when the
    /// descriptor is ready, as long as `action` asks for that.
    pub fn attempt(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        mut action: impl FnMut(RawFd) -> Attempt + 'static,
    ) -> Promise {
        let raw = match self.check(function) {
            Ok(raw) => raw,
            Err(exn) => return failed(exn),
        };
        let mut side = side;
        if self.may_try(side) {
            match action(raw) {
                Attempt::Done(Ok(value)) => return resolved(value),
                Attempt::Done(Err(exn)) => return failed(exn),
                Attempt::Again => self.set_dry(side, true),
                Attempt::For(other) => side = other,
            }
            // What was called may have done anything.
            if let Err(exn) = self.check(function) {
                return failed(exn);
            }
        }
        self.wait_in_line(side, function, Action::Call(Box::new(action)))
    }

    /// `Lwt_unix.register_action`: the same, and the first attempt is made when
    /// the descriptor is ready.
    pub fn register(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        action: impl FnMut(RawFd) -> Attempt + 'static,
    ) -> Promise {
        if let Err(exn) = self.check(function) {
            return failed(exn);
        }
        self.is_blocking();
        self.wait_in_line(side, function, Action::Call(Box::new(action)))
    }

    /// As [`Fd::attempt`], with a system call: EAGAIN and EINTR have it tried again,
    /// any other error is the failure of `function`.
    pub fn operate(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        mut action: impl FnMut(RawFd) -> io::Result<Value> + 'static,
    ) -> Promise {
        self.attempt(side, function, move |raw| match action(raw) {
            Ok(value) => Attempt::Done(Ok(value)),
            Err(error) if is_again(&error) => Attempt::Again,
            Err(error) => Attempt::Done(Err(failure(&error, function))),
        })
    }

    /// The same, where the first try has been made.
    pub(super) fn wait_to_call(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        mut action: impl FnMut(RawFd) -> io::Result<Value> + 'static,
    ) -> Promise {
        let call = move |raw| match action(raw) {
            Ok(value) => Attempt::Done(Ok(value)),
            Err(error) if is_again(&error) => Attempt::Again,
            Err(error) => Attempt::Done(Err(failure(&error, function))),
        };
        self.wait_in_line(side, function, Action::Call(Box::new(call)))
    }

    /// The same for Rust: the result is `action`'s. The future has its place in
    /// the line from its first poll on; dropped, it leaves it.
    pub async fn wrap<T: 'static>(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        mut action: impl FnMut(RawFd) -> io::Result<T> + 'static,
    ) -> Result<T, Exn> {
        let result = Rc::new(Cell::new(None));
        let kept = result.clone();
        let promise = self.operate(side, function, move |raw| {
            action(raw).map(|got| {
                kept.set(Some(got));
                Value::UNIT
            })
        });
        Withdrawn::of(promise).await?;
        result.take().ok_or_else(Exn::out_of_memory)
    }

    /// Waits until the descriptor is ready, `Lwt_unix.wait_read` and `wait_write`.
    pub fn wait(self: &Rc<Fd>, side: Side) -> Promise {
        let function = match side {
            Side::Read => c"wait_read",
            Side::Write => c"wait_write",
        };
        if let Err(exn) = self.check(function) {
            return failed(exn);
        }
        self.is_blocking();
        match !self.is_waited_for(side) && !self.is_dry(side) && self.is_ready(side) {
            true => resolved(Value::UNIT),
            false => self.wait_in_line(side, function, Action::Ready),
        }
    }

    /// Is it ready now, `Lwt_unix.readable` and `writable`? False if it may not be
    /// used.
    pub fn is_ready(&self, side: Side) -> bool {
        if self.check(c"").is_err() {
            return false;
        }
        let mut look = libc::pollfd {
            fd: self.raw,
            events: match side {
                Side::Read => libc::POLLIN,
                Side::Write => libc::POLLOUT,
            },
            revents: 0,
        };
        // SAFETY: one entry, which lives through the call.
        while unsafe { libc::poll(&mut look, 1, 0) } < 0 {
            if io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
                return false;
            }
        }
        look.revents != 0
    }

    /// May an operation be tried at once? Not before those who wait already, nor
    /// where it might block.
    pub(super) fn may_try(&self, side: Side) -> bool {
        if self.is_waited_for(side) {
            return false;
        }
        match self.is_blocking() {
            true => self.is_ready(side),
            false => !self.is_dry(side),
        }
    }
}

/// A promise that is cancelled when who awaits it is dropped.
pub(super) struct Withdrawn(Option<Promise>);

impl Withdrawn {
    /// Awaits the promise.
    pub(super) async fn of(promise: Promise) -> Outcome {
        let mut withdrawn = Withdrawn(Some(promise.clone()));
        let outcome = promise.await;
        withdrawn.0 = None;
        outcome
    }
}

impl Drop for Withdrawn {
    fn drop(&mut self) {
        if let Some(promise) = self.0.take() {
            promise.cancel();
        }
    }
}
