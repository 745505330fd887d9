//! Terminals. Module Lwt_unix; calls `call`.

use super::call::{Cancel, checked, on_fd, on_fd_for};
use crate::promise::Promise;
use crate::unix::fd::Fd;
use std::ffi::c_int;
use std::mem::MaybeUninit;

/// `Lwt_unix.tcgetattr`: a `struct termios`.
pub fn tcgetattr(fd: &Fd) -> Promise {
    let get = |raw| {
        let mut attributes = MaybeUninit::<libc::termios>::uninit();
        // SAFETY: room for a `struct termios`.
        checked(unsafe { libc::tcgetattr(raw, attributes.as_mut_ptr()) }).map(|_| attributes)
    };
    on_fd_for(
        c"tcgetattr",
        fd,
        Cancel::AtOnce,
        get,
        |attributes, block| Ok(block.into_value(attributes)),
    )
}

/// `Lwt_unix.tcsetattr`.
pub fn tcsetattr(fd: &Fd, when: c_int, attributes: libc::termios) -> Promise {
    // SAFETY: it lives through the call.
    on_fd(c"tcsetattr", fd, move |raw| unsafe {
        libc::tcsetattr(raw, when, &attributes)
    })
}

/// `Lwt_unix.tcsendbreak`.
pub fn tcsendbreak(fd: &Fd, duration: c_int) -> Promise {
    // SAFETY: plain arguments.
    on_fd(c"tcsendbreak", fd, move |raw| unsafe {
        libc::tcsendbreak(raw, duration)
    })
}

/// `Lwt_unix.tcdrain`.
pub fn tcdrain(fd: &Fd) -> Promise {
    // SAFETY: a plain argument.
    on_fd(c"tcdrain", fd, |raw| unsafe { libc::tcdrain(raw) })
}

/// `Lwt_unix.tcflush`.
pub fn tcflush(fd: &Fd, queue: c_int) -> Promise {
    // SAFETY: plain arguments.
    on_fd(c"tcflush", fd, move |raw| unsafe {
        libc::tcflush(raw, queue)
    })
}

/// `Lwt_unix.tcflow`.
pub fn tcflow(fd: &Fd, action: c_int) -> Promise {
    // SAFETY: plain arguments.
    on_fd(c"tcflow", fd, move |raw| unsafe {
        libc::tcflow(raw, action)
    })
}
