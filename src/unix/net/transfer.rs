//! `Lwt_unix.recv`, `recvfrom`, `send` and `sendto`, between a socket and a
//! buffer of the caller's. What is ready costs one system call and a promise that
//! is resolved. Calls the descriptors.

use super::address::Address;
use super::socket::failed_call;
use crate::promise::{Promise, failed, resolved};
use crate::unix::fd::{Fd, Side};
use crate::value::Value;
use libc::c_int;
use std::ffi::CStr;
use std::io;
use std::ptr;
use std::rc::Rc;

/// What was transferred, as Rust has it.
pub(super) fn count(result: isize) -> io::Result<Value> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        count => Ok(Value::plain(ptr::without_provenance_mut(count as usize))),
    }
}

/// These are not what makes a socket readable: one can ask, and not wait.
const NEVER_WAIT: c_int = libc::MSG_OOB | libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT;

/// The call is made when the socket is ready; at once where the flags say so.
/// It does not block, whatever the socket's mode is.
fn transfer(
    fd: &Rc<Fd>,
    side: Side,
    function: &'static CStr,
    flags: c_int,
    mut call: impl FnMut(c_int, c_int) -> io::Result<Value> + 'static,
) -> Promise {
    let quiet = flags | libc::MSG_DONTWAIT;
    if side == Side::Write || flags & NEVER_WAIT == 0 {
        return fd.operate(side, function, move |raw| call(raw, quiet));
    }
    match fd.check(function).map(|raw| call(raw, quiet)) {
        Ok(Ok(value)) => resolved(value),
        Ok(Err(error)) => failed(failed_call(&error, function)),
        Err(exn) => failed(exn),
    }
}

/// `Lwt_unix.recv`.
///
/// # Safety
/// `len` bytes may be written at `buf` until the promise has resolved.
pub unsafe fn recv(fd: &Rc<Fd>, buf: *mut u8, len: usize, flags: c_int) -> Promise {
    transfer(fd, Side::Read, c"recv", flags, move |raw, flags| {
        // SAFETY: as this function asks for.
        count(unsafe { libc::recv(raw, buf.cast(), len, flags) })
    })
}

/// `Lwt_unix.recvfrom`.
///
/// # Safety
/// As [`recv`]; `from` is NULL, or may be written until then.
pub unsafe fn recvfrom(
    fd: &Rc<Fd>,
    buf: *mut u8,
    len: usize,
    flags: c_int,
    from: *mut Address,
) -> Promise {
    transfer(fd, Side::Read, c"recvfrom", flags, move |raw, flags| {
        // SAFETY: as this function asks for.
        let (got, address) = Address::told(|address, room| unsafe {
            libc::recvfrom(raw, buf.cast(), len, flags, address, room)
        });
        let got = count(got)?;
        if !from.is_null() {
            // SAFETY: as this function asks for.
            unsafe { from.write(address) };
        }
        Ok(got)
    })
}

/// `Lwt_unix.send`. That nobody reads is an error, and no signal.
///
/// # Safety
/// `len` bytes can be read at `buf` until the promise has resolved.
pub unsafe fn send(fd: &Rc<Fd>, buf: *const u8, len: usize, flags: c_int) -> Promise {
    let flags = flags | libc::MSG_NOSIGNAL;
    transfer(fd, Side::Write, c"send", flags, move |raw, flags| {
        // SAFETY: as this function asks for.
        count(unsafe { libc::send(raw, buf.cast(), len, flags) })
    })
}

/// `Lwt_unix.sendto`.
///
/// # Safety
/// As [`send`].
pub unsafe fn sendto(
    fd: &Rc<Fd>,
    buf: *const u8,
    len: usize,
    flags: c_int,
    to: Address,
) -> Promise {
    let flags = flags | libc::MSG_NOSIGNAL;
    transfer(fd, Side::Write, c"sendto", flags, move |raw, flags| {
        // SAFETY: as this function asks for.
        count(unsafe { libc::sendto(raw, buf.cast(), len, flags, to.as_ptr(), to.len) })
    })
}
