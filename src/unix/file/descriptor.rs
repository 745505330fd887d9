//! Calls on an open file, and copies of descriptors. Module Lwt_unix; calls `call`
//! and descriptors.

use super::call::{Cancel, Errno, checked, errno, number, on_fd, on_fd_for};
use crate::exn::Exn;
use crate::promise::{Promise, failed, resolved};
use crate::unix::fd::Fd;
use crate::value::Value;
use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// `Lwt_unix.lseek`: where the file is then, from its beginning.
pub fn lseek(fd: &Fd, offset: i64, whence: c_int) -> Promise {
    // SAFETY: plain arguments.
    let seek = move |raw| match unsafe { libc::lseek(raw, offset, whence) } {
        -1 => Err(errno()),
        place => Ok(place),
    };
    on_fd_for(c"lseek", fd, Cancel::AtOnce, seek, |place, _| number(place))
}

/// `Lwt_unix.ftruncate`.
pub fn ftruncate(fd: &Fd, length: i64) -> Promise {
    // SAFETY: plain arguments.
    on_fd(c"ftruncate", fd, move |raw| unsafe {
        libc::ftruncate(raw, length)
    })
}

/// `Lwt_unix.fsync`.
pub fn fsync(fd: &Fd) -> Promise {
    // SAFETY: a plain argument.
    on_fd(c"fsync", fd, |raw| unsafe { libc::fsync(raw) })
}

/// `Lwt_unix.fdatasync`.
pub fn fdatasync(fd: &Fd) -> Promise {
    // SAFETY: a plain argument.
    on_fd(c"fdatasync", fd, |raw| unsafe { libc::fdatasync(raw) })
}

/// `Lwt_unix.fchmod`.
pub fn fchmod(fd: &Fd, mode: libc::mode_t) -> Promise {
    // SAFETY: plain arguments.
    on_fd(c"fchmod", fd, move |raw| unsafe { libc::fchmod(raw, mode) })
}

/// `Lwt_unix.fchown`.
pub fn fchown(fd: &Fd, owner: libc::uid_t, group: libc::gid_t) -> Promise {
    // SAFETY: plain arguments.
    on_fd(c"fchown", fd, move |raw| unsafe {
        libc::fchown(raw, owner, group)
    })
}

fn system(errno: Errno) -> io::Error {
    io::Error::from_raw_os_error(errno)
}

/// `Lwt_unix.dup`. The copy inherits mode and policy.
pub fn dup(fd: &Fd, cloexec: bool) -> Promise {
    let command = match cloexec {
        true => libc::F_DUPFD_CLOEXEC,
        false => libc::F_DUPFD,
    };
    let copy = fd.check(c"dup").and_then(|raw| {
        // SAFETY: plain arguments.
        checked(unsafe { libc::fcntl(raw, command, 0) })
            .map_err(|errno| Exn::unix(errno, c"dup", c""))
    });
    match copy.and_then(|copy| fd.like(copy).into_value()) {
        Ok(value) => resolved(value),
        Err(exn) => failed(exn),
    }
}

/// `Lwt_unix.dup2`: `to` comes to mean what `from` does, and inherits its mode and
/// policy.
pub fn dup2(from: &Fd, to: &Rc<Fd>, cloexec: bool) -> Promise {
    let done = from
        .check(c"dup2")
        .and_then(|from| Ok((from, to.check(c"dup2")?)))
        .and_then(|(first, second)| match first == second {
            true => set_close_on_exec(first, cloexec, c"dup2"),
            false => to.replace(from, c"dup2", |from, to| copied(from, to, cloexec)),
        });
    match done {
        Ok(()) => resolved(Value::UNIT),
        Err(exn) => failed(exn),
    }
}

fn copied(from: RawFd, to: RawFd, cloexec: bool) -> io::Result<()> {
    let flags = if cloexec { libc::O_CLOEXEC } else { 0 };
    loop {
        // SAFETY: plain arguments.
        match checked(unsafe { libc::dup3(from, to, flags) }) {
            Ok(_) => return Ok(()),
            // EBUSY: the number is just being given to a file.
            Err(libc::EINTR | libc::EBUSY) => {}
            Err(errno) => return Err(system(errno)),
        }
    }
}

fn set_close_on_exec(raw: RawFd, on: bool, function: &'static CStr) -> Result<(), Exn> {
    let flag = if on { libc::FD_CLOEXEC } else { 0 };
    // SAFETY: plain arguments.
    checked(unsafe { libc::fcntl(raw, libc::F_SETFD, flag) })
        .map(drop)
        .map_err(|errno| Exn::unix(errno, function, c""))
}

/// `Lwt_unix.set_close_on_exec` and `clear_close_on_exec`.
pub fn close_on_exec(fd: &Fd, on: bool) -> Promise {
    let function = match on {
        true => c"set_close_on_exec",
        false => c"clear_close_on_exec",
    };
    let done = fd.check(function);
    match done.and_then(|raw| set_close_on_exec(raw, on, function)) {
        Ok(()) => resolved(Value::UNIT),
        Err(exn) => failed(exn),
    }
}
