//! Sockets: made, named, listening, connected, shut down.

use super::fd::{lwt_unix_fd, of_handle};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::unix::fd::Fd;
use crate::unix::net::address::{Address, lwt_unix_sockaddr, owned};
use crate::unix::net::{accept, connect, socket};
use crate::value::Value;
use libc::{sockaddr, socklen_t};
use std::ffi::c_int;

/// The promise of a call that is done at once.
pub(super) fn done(outcome: Outcome) -> *mut lwt_t {
    outcome.map_or_else(failed, resolved).into_raw()
}

/// The promise of a call, or of why it was not made.
pub(super) fn promised(promise: Result<Promise, Exn>) -> *mut lwt_t {
    promise.unwrap_or_else(failed).into_raw()
}

/// An address that C lends.
///
/// # Safety
/// `len` bytes can be read at `address`, or it is NULL.
pub(in crate::capi) unsafe fn lent(
    address: *const sockaddr,
    len: socklen_t,
    function: &str,
) -> Result<Address, Exn> {
    // SAFETY: as this function asks for.
    unsafe { Address::copy(address, len) }
        .ok_or_else(|| Exn::invalid(&format!("{function}: it is no address")))
}

/// Makes a socket, `Lwt_unix.socket`, that does not block. See socket(2), whose
/// arguments these are; `type` may have `SOCK_CLOEXEC` in it, without which
/// programs that the process executes inherit the socket.
///
/// Returns a promise, resolved at once, of an `lwt_unix_fd *`: who takes it out
/// (`lwt_take`) owns it. It fails with `LWT_UNIX_ERROR` (function "socket"), and
/// `LWT_OUT_OF_MEMORY`. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_socket(domain: c_int, r#type: c_int, protocol: c_int) -> *mut lwt_t {
    done(socket::socket(domain, r#type, protocol).and_then(Fd::into_value))
}

/// Makes two sockets that are connected, `Lwt_unix.socketpair`, usually of the
/// domain `AF_UNIX`. Otherwise as `lwt_unix_socket`: the value is a
/// `struct lwt_values *` of two `lwt_unix_fd *`, of which each may be taken out
/// (`lwt_values_take`). Function "socketpair". On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_socketpair(domain: c_int, r#type: c_int, protocol: c_int) -> *mut lwt_t {
    done(
        socket::socketpair(domain, r#type, protocol)
            .and_then(|both| accept::descriptors(both.into())),
    )
}

/// Gives a socket an address, `Lwt_unix.bind`: at once, but for a path of the
/// Unix domain, which is bound by a job.
///
/// Borrows `fd`, and `address` of `len` bytes until the call returns. Returns a
/// promise of `LWT_UNIT`. It fails with `LWT_UNIX_ERROR` (function "bind",
/// argument the address as text: `bind: Address already in use: "[::1]:80"`;
/// EBADF if the descriptor is closed), with what it was aborted with,
/// `LWT_INVALID_ARGUMENT` for a bad handle or what is no address (a path that is
/// too long has none: see `lwt_unix_sockaddr_of_text`), `LWT_WRONG_THREAD`,
/// `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: a job that has begun may still bind
/// the path. On the descriptor's thread.
///
/// # Safety
/// `len` bytes can be read at `address`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_bind(
    fd: *const lwt_unix_fd,
    address: *const sockaddr,
    len: socklen_t,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_bind";
    // SAFETY: as this function asks for.
    let address = unsafe { lent(address, len, NAME) };
    promised(of_handle(fd, NAME).and_then(|fd| Ok(socket::bind(&fd, address?))))
}

/// Has a socket take connections, `Lwt_unix.listen`; up to `backlog` of them
/// wait to be accepted (`lwt_unix_somaxconn` at most).
///
/// Borrows `fd`. Returns a promise of `LWT_UNIT`, resolved at once. It fails with
/// `LWT_UNIX_ERROR` (function "listen"; EBADF if the descriptor is closed), with
/// what it was aborted with, `LWT_INVALID_ARGUMENT` and `LWT_WRONG_THREAD`. On
/// the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_listen(fd: *const lwt_unix_fd, backlog: c_int) -> *mut lwt_t {
    let listening = of_handle(fd, "lwt_unix_listen").and_then(|fd| socket::listen(&fd, backlog));
    done(listening.map(|()| Value::UNIT))
}

/// The longest backlog that the system allows, `Lwt_unix.somaxconn`. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_somaxconn() -> c_int {
    socket::somaxconn()
}

/// Takes a connection, `Lwt_unix.accept`, when there is one: a new descriptor,
/// which does not block. `flags` is `SOCK_CLOEXEC`, or 0: programs that the
/// process executes inherit it.
///
/// Borrows `fd`. `from` is NULL, or where the address of the other end is put: it
/// must stay valid until the promise has resolved, and is not touched after that.
/// Returns a promise of an `lwt_unix_fd *`: who takes it out (`lwt_take`) owns
/// it; otherwise it is closed with the promise.
///
/// It fails with `LWT_UNIX_ERROR` (function "accept"; EBADF when the descriptor
/// is closed meanwhile), with what it is aborted with, `LWT_INVALID_ARGUMENT`,
/// `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: cancelling loses
/// its place in the queue and no connection. EMFILE and ENFILE leave the
/// connection in the system's queue: accept again when descriptors have been
/// closed. ECONNABORTED tells that one has gone before it was accepted: accept
/// again. On the descriptor's thread.
///
/// # Safety
/// `from` is NULL, or may be written until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_accept(
    fd: *const lwt_unix_fd,
    from: *mut lwt_unix_sockaddr,
    flags: c_int,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    promised(of_handle(fd, "lwt_unix_accept").map(|fd| unsafe { accept::accept(&fd, from, flags) }))
}

/// Takes several connections, `Lwt_unix.accept_n`: waits for one, and takes as
/// many as are there, up to `n`, in their order. `flags` as in `lwt_unix_accept`.
///
/// Borrows `fd`. Returns a promise of a `struct lwt_values *` of two: a
/// `struct lwt_values *` of the descriptors (`lwt_unix_fd *`), and `LWT_NONE`, or
/// the `lwt_exn *` of an error after some had been taken, which so are not lost.
/// If there was an error and none had been taken the promise fails; otherwise as
/// `lwt_unix_accept`, function "accept_n". With `n` 0 it is an empty list at
/// once. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_accept_n(fd: *const lwt_unix_fd, n: usize, flags: c_int) -> *mut lwt_t {
    promised(of_handle(fd, "lwt_unix_accept_n").map(|fd| accept::accept_n(&fd, n, flags)))
}

/// Connects a socket, `Lwt_unix.connect`. Borrows `fd`, and `address` of `len`
/// bytes until the call returns. Returns a promise of `LWT_UNIT`, pending while
/// the connection is being made; one of the Unix domain waits while the queue of
/// the other end is full.
///
/// It fails with `LWT_UNIX_ERROR` (function "connect", argument the address as
/// text: `connect: Connection refused: "127.0.0.1:80"`; EBADF when the
/// descriptor is closed meanwhile), with what it is aborted with,
/// `LWT_INVALID_ARGUMENT` for a bad handle or what is no address,
/// `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: the system goes on
/// connecting until the descriptor is closed. After a failure close it: a socket
/// is good for one attempt. On the descriptor's thread.
///
/// # Safety
/// `len` bytes can be read at `address`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_connect(
    fd: *const lwt_unix_fd,
    address: *const sockaddr,
    len: socklen_t,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_connect";
    // SAFETY: as this function asks for.
    let address = unsafe { lent(address, len, NAME) };
    promised(of_handle(fd, NAME).and_then(|fd| Ok(connect::connect(&fd, address?))))
}

/// Ends one direction of a connection, or both, `Lwt_unix.shutdown`: `how` is
/// `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`. Reads that wait then find the end.
///
/// Borrows `fd`. Returns a promise of `LWT_UNIT`, resolved at once. It fails with
/// `LWT_UNIX_ERROR` (function "shutdown"; ENOTCONN if it is not connected, EBADF
/// if it is closed), with what it was aborted with, `LWT_INVALID_ARGUMENT` and
/// `LWT_WRONG_THREAD`. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_shutdown(fd: *const lwt_unix_fd, how: c_int) -> *mut lwt_t {
    let ended = of_handle(fd, "lwt_unix_shutdown").and_then(|fd| socket::shutdown(&fd, how));
    done(ended.map(|()| Value::UNIT))
}

/// The address of a socket, `Lwt_unix.getsockname`.
///
/// Borrows `fd`. Returns a promise, resolved at once, of a
/// `struct lwt_unix_sockaddr *`, which it owns (`lwt_unix_sockaddr_release` if it
/// was moved out). It fails with `LWT_UNIX_ERROR` (function "getsockname"; EBADF
/// if it is closed), with what it was aborted with, `LWT_INVALID_ARGUMENT`,
/// `LWT_WRONG_THREAD` and `LWT_OUT_OF_MEMORY`. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getsockname(fd: *const lwt_unix_fd) -> *mut lwt_t {
    let name = of_handle(fd, "lwt_unix_getsockname").and_then(|fd| socket::getsockname(&fd));
    done(name.and_then(Address::into_value))
}

/// The address of the other end of a connection, `Lwt_unix.getpeername`.
/// Otherwise as `lwt_unix_getsockname`; function "getpeername", ENOTCONN if it is
/// not connected.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getpeername(fd: *const lwt_unix_fd) -> *mut lwt_t {
    let name = of_handle(fd, "lwt_unix_getpeername").and_then(|fd| socket::getpeername(&fd));
    done(name.and_then(Address::into_value))
}

/// Who is at the other end of a socket of the Unix domain,
/// `Lwt_unix.get_credentials`: whoever connected it, or made the pair, or began
/// to listen.
///
/// Borrows `fd`. Returns a promise, resolved at once, of a
/// `struct lwt_unix_credentials *`, which it owns
/// (`lwt_unix_credentials_release` if it was moved out). It fails with
/// `LWT_UNIX_ERROR` (function "get_credentials"; EOPNOTSUPP for a socket of
/// another domain, ENOTSOCK, EBADF if it is closed), with what it was aborted
/// with, `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD` and `LWT_OUT_OF_MEMORY`. On
/// the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_get_credentials(fd: *const lwt_unix_fd) -> *mut lwt_t {
    let peer =
        of_handle(fd, "lwt_unix_get_credentials").and_then(|fd| socket::get_credentials(&fd));
    done(peer.and_then(owned))
}

/// Frees credentials that were moved out of a promise. Does nothing with NULL.
/// On any thread.
///
/// # Safety
/// `credentials` is NULL or such a structure, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_credentials_release(
    credentials: *mut socket::lwt_unix_credentials,
) {
    // SAFETY: made by malloc().
    unsafe { libc::free(credentials.cast()) }
}
