//! What is sent and received over sockets: bytes, datagrams, files.

use super::fd::{lwt_unix_fd, of_handle};
use super::socket::{lent, promised};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::unix::net::address::lwt_unix_sockaddr;
use crate::unix::net::{sendfile, transfer};
use libc::{sockaddr, socklen_t};
use std::ffi::{c_int, c_void};

/// A buffer of the caller's. The error: it is NULL and not empty, or longer than
/// memory.
fn buffer(buf: *const c_void, len: usize, function: &str) -> Result<*mut u8, Exn> {
    let why = match buf.is_null() && len > 0 {
        true => "the buffer is NULL",
        false if len > isize::MAX as usize => "the buffer is longer than memory",
        false => return Ok(buf.cast_mut().cast()),
    };
    Err(Exn::invalid(&format!("{function}: {why}")))
}

/// Receives at most `len` bytes from a socket, `Lwt_unix.recv`, when there are
/// some. `flags` are those of recv(2); with `MSG_OOB`, `MSG_ERRQUEUE` or
/// `MSG_DONTWAIT` it never waits, not even for those who wait already, and fails
/// with EAGAIN, or EINVAL for `MSG_OOB`, where there is nothing.
///
/// Borrows `fd`. `buf` must stay valid until the promise has resolved, and is not
/// touched after that. Returns a promise of `LWT_INT` of the bytes: 0 when the
/// other end has ended the connection, or for an empty datagram; what does not
/// fit of a datagram is lost.
///
/// It fails with `LWT_UNIX_ERROR` (function "recv"; ECONNRESET, and EBADF when
/// the descriptor is closed meanwhile), with what it is aborted with,
/// `LWT_INVALID_ARGUMENT` for a bad handle or if `buf` is NULL or longer than memory,
/// `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: cancelling loses
/// its place in the queue and no bytes. On the descriptor's thread.
///
/// # Safety
/// `len` bytes may be written at `buf` until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_recv(
    fd: *const lwt_unix_fd,
    buf: *mut c_void,
    len: usize,
    flags: c_int,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_recv";
    let buf = buffer(buf, len, NAME);
    // SAFETY: as this function asks for.
    promised(
        of_handle(fd, NAME).and_then(|fd| Ok(unsafe { transfer::recv(&fd, buf?, len, flags) })),
    )
}

/// As `lwt_unix_recv`, `Lwt_unix.recvfrom`: `from` is NULL, or where the sender's
/// address is put (`len` 0: it has none). It must stay valid until the promise
/// has resolved, and is not touched after that. Function "recvfrom".
///
/// # Safety
/// As `lwt_unix_recv`; `from` is NULL, or may be written until then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_recvfrom(
    fd: *const lwt_unix_fd,
    buf: *mut c_void,
    len: usize,
    flags: c_int,
    from: *mut lwt_unix_sockaddr,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_recvfrom";
    let buf = buffer(buf, len, NAME);
    promised(of_handle(fd, NAME).and_then(|fd| {
        // SAFETY: as this function asks for.
        Ok(unsafe { transfer::recvfrom(&fd, buf?, len, flags, from) })
    }))
}

/// Sends bytes over a socket, `Lwt_unix.send`, when there is room. `flags` are
/// those of send(2), but for `MSG_DONTWAIT`, which means nothing: it waits in its
/// turn. That the other end has gone is the error EPIPE, and no signal.
///
/// Borrows `fd`. `buf` must stay valid until the promise has resolved. Returns a
/// promise of `LWT_INT` of how many bytes were sent, which may be fewer than
/// `len`. It fails with `LWT_UNIX_ERROR` (function "send"; EPIPE, ECONNRESET,
/// EMSGSIZE, and EBADF when the descriptor is closed meanwhile), with what it is
/// aborted with, `LWT_INVALID_ARGUMENT` for a bad handle or if `buf` is NULL,
/// `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: a cancelled call
/// has sent nothing. On the descriptor's thread.
///
/// # Safety
/// `len` bytes can be read at `buf` until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_send(
    fd: *const lwt_unix_fd,
    buf: *const c_void,
    len: usize,
    flags: c_int,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_send";
    let buf = buffer(buf, len, NAME);
    // SAFETY: as this function asks for.
    promised(
        of_handle(fd, NAME).and_then(|fd| Ok(unsafe { transfer::send(&fd, buf?, len, flags) })),
    )
}

/// As `lwt_unix_send`, to an address, `Lwt_unix.sendto`, which is borrowed until
/// the call returns. Function "sendto"; `LWT_INVALID_ARGUMENT` if it is no
/// address.
///
/// # Safety
/// As `lwt_unix_send`; `to_len` bytes can be read at `to`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_sendto(
    fd: *const lwt_unix_fd,
    buf: *const c_void,
    len: usize,
    flags: c_int,
    to: *const sockaddr,
    to_len: socklen_t,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_sendto";
    let buf = buffer(buf, len, NAME);
    // SAFETY: as this function asks for.
    let to = unsafe { lent(to, to_len, NAME) };
    promised(of_handle(fd, NAME).and_then(|fd| {
        // SAFETY: as this function asks for.
        Ok(unsafe { transfer::sendto(&fd, buf?, len, flags, to?) })
    }))
}

/// Sends a part of a regular file over a socket, without a copy of it in this
/// process: `len` bytes, or as many as there are, from `*offset` on, which
/// follows what was sent; with `offset` NULL from the file's own position on,
/// which does. See sendfile(2). That the other end has gone is the error EPIPE, and
/// no signal. The file is read on this thread, 1 MiB at most
/// in a turn of the main loop.
///
/// Borrows both descriptors. `offset` must stay valid until the promise has
/// resolved, and is not touched after that. Returns a promise of `LWT_INT` of how
/// many bytes were sent.
///
/// It fails with `LWT_UNIX_ERROR` (function "sendfile"; EPIPE, EINVAL if the file
/// can't be sent so, EBADF when one is closed meanwhile), with what one is
/// aborted with, `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`,
/// `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: whenever it fails or is cancelled,
/// what was sent before is sent, and `*offset` tells how far. On the descriptors'
/// thread.
///
/// # Safety
/// `offset` is NULL, or may be written until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_sendfile(
    fd: *const lwt_unix_fd,
    file: *const lwt_unix_fd,
    offset: *mut i64,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_sendfile";
    let both = of_handle(fd, NAME).and_then(|fd| Ok((fd, of_handle(file, NAME)?)));
    promised(both.map(|(fd, file)| {
        // SAFETY: as this function asks for.
        unsafe { sendfile::sendfile(&fd, &file, offset, len) }
    }))
}
