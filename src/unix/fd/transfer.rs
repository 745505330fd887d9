//! Reading and writing with the caller's buffer, which stays the caller's to keep
//! until the promise has resolved, and is not touched after that.

use super::operate::{Action, Withdrawn};
use super::serve::{count, is_again};
use super::{Fd, Side, bit, failure};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::scheduler::engine::ring;
use crate::scheduler::job::method::{self, Method};
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// A buffer of the caller's, on its way to a worker.
#[derive(Clone, Copy)]
pub(super) struct Lent(pub(super) *mut u8, pub(super) usize);

// SAFETY: the caller keeps it until the promise has resolved, which is after the
// worker is done with it.
unsafe impl Send for Lent {}

/// read(2).
#[inline]
pub(super) fn read(raw: RawFd, buf: *mut u8, len: usize) -> io::Result<usize> {
    // SAFETY: the caller's buffer is that long, as it said; the kernel refuses
    // what isn't memory.
    done(unsafe { libc::read(raw, buf.cast(), len) })
}

/// write(2).
#[inline]
pub(super) fn write(raw: RawFd, buf: *const u8, len: usize) -> io::Result<usize> {
    // SAFETY: as above.
    done(unsafe { libc::write(raw, buf.cast(), len) })
}

#[inline]
pub(super) fn done(got: isize) -> io::Result<usize> {
    match got {
        0.. => Ok(got as usize),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Calls until no signal has interrupted it.
pub(super) fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.raw_os_error() == Some(libc::EINTR) => {}
            other => return other,
        }
    }
}

impl Fd {
    /// Reads what is there. From a socket with recv(2), which is the shorter way
    /// through the kernel (of no bytes it would wait), and does not block even if
    /// another who shares the socket has taken O_NONBLOCK away.
    #[inline]
    pub(super) fn read_now(&self, buf: *mut u8, len: usize) -> io::Result<usize> {
        if len == 0 || self.has(bit::NO_SOCKET) {
            return read(self.raw, buf, len);
        }
        // SAFETY: as in `read`.
        match done(unsafe { libc::recv(self.raw, buf.cast(), len, libc::MSG_DONTWAIT) }) {
            Err(error) if self.is_no_socket(&error) => read(self.raw, buf, len),
            other => other,
        }
    }

    /// Writes what there is room for; the same.
    #[inline]
    pub(super) fn write_now(&self, buf: *const u8, len: usize) -> io::Result<usize> {
        if len == 0 || self.has(bit::NO_SOCKET) {
            return write(self.raw, buf, len);
        }
        // SAFETY: as in `write`.
        match done(unsafe { libc::send(self.raw, buf.cast(), len, libc::MSG_DONTWAIT) }) {
            Err(error) if self.is_no_socket(&error) => write(self.raw, buf, len),
            other => other,
        }
    }

    #[cold]
    fn is_no_socket(&self, error: &io::Error) -> bool {
        let no = error.raw_os_error() == Some(libc::ENOTSOCK);
        if no {
            self.raise(bit::NO_SOCKET);
        }
        no
    }

    /// `Lwt_unix.read`: the promise of a number of bytes, 0 at the end of the file.
    ///
    /// # Safety
    /// The buffer is that long, and stays until the promise has resolved.
    #[inline]
    pub unsafe fn read(self: &Rc<Fd>, buf: *mut u8, len: usize) -> Promise {
        if let Err(exn) = self.check(c"read") {
            return failed(exn);
        }
        if self.is_blocking() {
            return self.read_on_worker(Lent(buf, len));
        }
        if !self.is_waited_for(Side::Read)
            && !self.is_dry(Side::Read)
            && let Some(outcome) = self.settle_read(buf, len)
        {
            return at_once(outcome);
        }
        self.wait_to_read(buf, len)
    }

    /// `Lwt_unix.write`: the promise of how many bytes were written.
    ///
    /// # Safety
    /// As [`Fd::read`].
    #[inline]
    pub unsafe fn write(self: &Rc<Fd>, buf: *const u8, len: usize) -> Promise {
        if let Err(exn) = self.check(c"write") {
            return failed(exn);
        }
        if self.is_blocking() {
            return self.write_on_worker(Lent(buf.cast_mut(), len));
        }
        if !self.is_waited_for(Side::Write)
            && !self.is_dry(Side::Write)
            && let Some(outcome) = self.settle_write(buf, len)
        {
            return at_once(outcome);
        }
        self.wait_in_line(Side::Write, c"write", Action::Write(buf, len))
    }

    #[cold]
    fn read_on_worker(self: &Rc<Fd>, lent: Lent) -> Promise {
        if let Some(promise) = self.read_by_ring(c"read", lent, u64::MAX) {
            return promise;
        }
        self.on_worker(Side::Read, c"read", move |raw| {
            let lent = lent;
            read(raw, lent.0, lent.1)
        })
    }

    /// Reads a regular file by the engine, if that is io_uring's.
    fn read_by_ring(
        self: &Rc<Fd>,
        function: &'static CStr,
        lent: Lent,
        at: u64,
    ) -> Option<Promise> {
        let wanted = method::current() == Method::Detach && ring::is_current();
        if !wanted
            || self.check(function).is_err()
            || !self.is_blocking()
            || !self.is_regular()
            || !self.reads_promptly()
        {
            return None;
        }
        let hold = self.hold();
        let result = move |got: io::Result<usize>| {
            drop(hold);
            got.map(count).map_err(|error| failure(&error, function))
        };
        // SAFETY: the caller keeps the buffer, and the number is held.
        unsafe { ring::read::read(self.raw, (lent.0, lent.1), at, result) }
    }

    #[cold]
    fn write_on_worker(self: &Rc<Fd>, lent: Lent) -> Promise {
        self.on_worker(Side::Write, c"write", move |raw| {
            let lent = lent;
            write(raw, lent.0, lent.1)
        })
    }

    /// A call that transfers, as a job. Unless it is a regular file's, it is begun
    /// when the descriptor is ready. From when a worker has begun, cancelling does
    /// nothing.
    pub(super) fn on_worker(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        call: impl Fn(RawFd) -> io::Result<usize> + Send + Clone + 'static,
    ) -> Promise {
        let job = move |fd: &Rc<Fd>| {
            let call = call.clone();
            fd.job(
                function,
                true,
                move |raw| uninterrupted(|| call(raw)),
                |n| Ok(count(n)),
            )
        };
        if self.is_regular() {
            return job(self);
        }
        let fd = self.clone();
        spawn(async move {
            loop {
                Withdrawn::of(fd.wait(side)).await?;
                let outcome = job(&fd).await;
                // Somebody else was faster, who shares the open file.
                match &outcome {
                    Err(exn) if exn.errno() == libc::EAGAIN => {}
                    _ => return outcome,
                }
            }
        })
    }

    /// `Lwt_unix.pread`: reads at a place in a file, and leaves the position alone.
    ///
    /// # Safety
    /// As [`Fd::read`].
    pub unsafe fn pread(self: &Rc<Fd>, buf: *mut u8, len: usize, at: i64) -> Promise {
        let lent = Lent(buf, len);
        if at >= 0
            && let Some(promise) = self.read_by_ring(c"pread", lent, at as u64)
        {
            return promise;
        }
        self.at_a_place(Side::Read, c"pread", move |raw| {
            let lent = lent;
            // SAFETY: the caller's buffer is that long.
            done(unsafe { libc::pread64(raw, lent.0.cast(), lent.1, at) })
        })
    }

    /// `Lwt_unix.pwrite`: writes at a place in a file, and leaves the position
    /// alone.
    ///
    /// # Safety
    /// As [`Fd::read`].
    pub unsafe fn pwrite(self: &Rc<Fd>, buf: *const u8, len: usize, at: i64) -> Promise {
        let lent = Lent(buf.cast_mut(), len);
        self.at_a_place(Side::Write, c"pwrite", move |raw| {
            let lent = lent;
            // SAFETY: the caller's buffer is that long.
            done(unsafe { libc::pwrite64(raw, lent.0.cast(), lent.1, at) })
        })
    }

    /// What has a place in a file is always ready; what has none is refused at
    /// once.
    pub(super) fn at_a_place(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        call: impl Fn(RawFd) -> io::Result<usize> + Send + Copy + 'static,
    ) -> Promise {
        if let Err(exn) = self.check(function) {
            return failed(exn);
        }
        match self.is_blocking() {
            true => self.job(
                function,
                true,
                move |raw| uninterrupted(|| call(raw)),
                |n| Ok(count(n)),
            ),
            false => self.operate(side, function, move |raw| call(raw).map(count)),
        }
    }

    /// For floors above: reads without waiting. The error `WouldBlock`: nothing is
    /// there, or others wait, or it is used as one that blocks. 0: the end.
    pub fn try_read(&self, buf: &mut [u8]) -> Result<Result<usize, Exn>, Busy> {
        if let Err(exn) = self.check(c"read") {
            return Ok(Err(exn));
        }
        if self.is_blocking() || self.is_waited_for(Side::Read) || self.is_dry(Side::Read) {
            return Err(Busy);
        }
        match self.read_now(buf.as_mut_ptr(), buf.len()) {
            Ok(got) => {
                self.set_dry(Side::Read, got != 0 && got < buf.len());
                Ok(Ok(got))
            }
            Err(error) => self.busy_or(Side::Read, error, c"read"),
        }
    }

    /// For floors above: writes without waiting, as [`Fd::try_read`].
    pub fn try_write(&self, buf: &[u8]) -> Result<Result<usize, Exn>, Busy> {
        if let Err(exn) = self.check(c"write") {
            return Ok(Err(exn));
        }
        if self.is_blocking() || self.is_waited_for(Side::Write) || self.is_dry(Side::Write) {
            return Err(Busy);
        }
        match self.write_now(buf.as_ptr(), buf.len()) {
            Ok(put) => {
                self.set_dry(Side::Write, put < buf.len());
                Ok(Ok(put))
            }
            Err(error) => self.busy_or(Side::Write, error, c"write"),
        }
    }

    fn busy_or<T>(
        &self,
        side: Side,
        error: io::Error,
        function: &CStr,
    ) -> Result<Result<T, Exn>, Busy> {
        if is_again(&error) {
            self.set_dry(side, true);
            return Err(Busy);
        }
        Ok(Err(failure(&error, function)))
    }
}

/// It can't be done without waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy;

#[inline]
pub(super) fn at_once(outcome: Outcome) -> Promise {
    match outcome {
        Ok(value) => resolved(value),
        Err(exn) => failed(exn),
    }
}
