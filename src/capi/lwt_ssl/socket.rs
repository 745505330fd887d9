//! `lwt_ssl.h`: sockets, from the handshake to the end.

use super::context::lwt_ssl_context;
use super::session::lwt_ssl_session;
use super::{host, promised};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, lwt_exn, lwt_t};
use crate::capi::lwt_unix::fd::{into_handle, lwt_unix_fd, of_handle};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{failed, resolved};
use crate::ssl::socket::Socket;
use crate::unix::net::address::Address;
use crate::unix::net::socket as net;
use crate::value::Value;
use std::ffi::{c_char, c_int};
use std::ptr;
use std::rc::Rc;

/// A descriptor, plain or with a session of TLS, `Lwt_ssl.socket`. A handle of the thread
/// that made it.
#[repr(C)]
pub struct lwt_ssl_socket {
    _private: [u8; 0],
}

/// Returns a socket without TLS, `Lwt_ssl.plain`: all is as with the descriptor itself.
/// Owned by the caller: lwt_ssl_socket_release. NULL: a bad handle, or out of memory. Borrows
/// `fd`, which the socket keeps. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_plain(fd: *const lwt_unix_fd) -> *mut lwt_ssl_socket {
    match of_handle(fd, "lwt_ssl_plain") {
        Ok(fd) => object::new(Kind::SslSocket, Socket::plain(fd)).cast(),
        Err(_) => ptr::null_mut(),
    }
}

/// Returns a socket with a session of that context, `Lwt_ssl.embed_socket`. The handshake is
/// made when it is first needed: by lwt_ssl_perform_handshake, or by whoever reads, writes or
/// waits, whose promise then fails with what is wrong. `host` is, of a client, whom it
/// expects, as in lwt_ssl_connect; it may be NULL, and told later
/// (lwt_ssl_session_set_server_name). Of a server it says nothing.
///
/// Borrows `fd` and `context`, which the socket keeps, and `host` until the call returns.
/// Owned by the caller: lwt_ssl_socket_release. NULL: a bad handle, a host that is no text of
/// UTF-8, or out of memory. On the descriptor's thread.
///
/// # Safety
/// `host` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_embed_socket(
    fd: *const lwt_unix_fd,
    context: *const lwt_ssl_context,
    host: *const c_char,
) -> *mut lwt_ssl_socket {
    const NAME: &str = "lwt_ssl_embed_socket";
    // SAFETY: as this function asks for.
    let host = unsafe { self::host(NAME, host) };
    match embedded(fd, context, host, NAME) {
        Ok(socket) => object::new(Kind::SslSocket, socket).cast(),
        Err(_) => ptr::null_mut(),
    }
}

fn embedded(
    fd: *const lwt_unix_fd,
    context: *const lwt_ssl_context,
    host: Result<Option<String>, Exn>,
    name: &str,
) -> Result<Rc<Socket>, Exn> {
    let fd = of_handle(fd, name)?;
    let context = super::context(context, name)?;
    Ok(Socket::embed(fd, context, host?))
}

/// The same, for a handshake that is begun at once.
fn begun(
    fd: *const lwt_unix_fd,
    context: *const lwt_ssl_context,
    host: Result<Option<String>, Exn>,
    (name, server): (&str, bool),
) -> Result<Rc<Socket>, Exn> {
    if super::context(context, name)?.is_server() != server {
        let other = if server { "a client" } else { "a server" };
        return Err(Exn::invalid(&format!(
            "{name}: the context is one of {other}"
        )));
    }
    embedded(fd, context, host, name)
}

/// Returns a socket whose session is to be set up before the handshake,
/// `Lwt_ssl.embed_uninitialized_socket`: lwt_ssl_embed_socket with no host. What upstream has
/// a type of its own for is here a socket like others, which shakes hands when it is first
/// used.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_embed_uninitialized_socket(
    fd: *const lwt_unix_fd,
    context: *const lwt_ssl_context,
) -> *mut lwt_ssl_socket {
    match embedded(fd, context, Ok(None), "lwt_ssl_embed_uninitialized_socket") {
        Ok(socket) => object::new(Kind::SslSocket, socket).cast(),
        Err(_) => ptr::null_mut(),
    }
}

/// Returns the session of a socket, `Lwt_ssl.ssl_socket` and
/// `ssl_socket_of_uninitialized_socket`, owned by the caller: lwt_ssl_session_release. NULL:
/// the socket is plain, the handle is bad, or memory ran out. Borrows `socket`. On the
/// socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_ssl_socket(socket: *const lwt_ssl_socket) -> *mut lwt_ssl_session {
    let socket = super::socket(socket, "lwt_ssl_ssl_socket").ok();
    let session = socket.as_ref().and_then(|socket| socket.session());
    session.map_or(ptr::null_mut(), |session| {
        object::new(Kind::SslSession, session.clone()).cast()
    })
}

/// Tells whether it has a session, `Lwt_ssl.is_ssl`; false for a bad handle, too. Borrows
/// `socket`. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_is_ssl(socket: *const lwt_ssl_socket) -> bool {
    super::socket(socket, "lwt_ssl_is_ssl").is_ok_and(|socket| socket.session().is_some())
}

/// One more reference to the same socket, owned by the caller. NULL: it is not a socket of
/// this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_socket_retain(socket: *const lwt_ssl_socket) -> *mut lwt_ssl_socket {
    object::retain(Kind::SslSocket, socket.cast()).cast()
}

/// Gives up a reference. With the last one, and the last of its descriptor, channels and
/// operations, the descriptor is closed, and nobody says goodbye. Does nothing if the handle
/// is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_socket_release(socket: *mut lwt_ssl_socket) {
    // SAFETY: every handle of this kind is made of a `Socket`.
    drop(unsafe { object::release::<Socket>(Kind::SslSocket, socket.cast(), "") });
}

/// Begins a session as a client on a connected descriptor, `Lwt_ssl.ssl_connect`: the
/// handshake. `host` is whom it expects there, by name or by address in digits: the server is
/// told the name (SNI), and its certificate must be for it. NULL is allowed only if the
/// context believes anything (lwt_ssl_context_danger_accept_any_certificate).
///
/// Borrows `fd` and `context`, which the socket keeps, and `host` until the call returns.
/// Returns a promise of a `lwt_ssl_socket *`, which it owns (take it out, or retain it). It
/// fails with LWT_SSL: lwt_ssl_error_of tells what is wrong, lwt_exn_message in words, and
/// the other end was told; with LWT_UNIX_ERROR (function "ssl_connect": ECONNRESET, EPIPE;
/// EBADF when the descriptor is closed meanwhile), with what it is aborted with,
/// LWT_INVALID_ARGUMENT (bad handles, the context of a server, no host or one that is no
/// name), LWT_WRONG_THREAD, LWT_NOT_AVAILABLE, LWT_OUT_OF_MEMORY, and LWT_CANCELED.
///
/// Whatever it fails with, the descriptor stays open: close it, for a session can't be begun
/// a second time on one. A peer that says nothing is waited for: see lwt_with_timeout. On the
/// descriptor's thread.
///
/// # Safety
/// `host` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_connect(
    fd: *const lwt_unix_fd,
    context: *const lwt_ssl_context,
    host: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_connect";
    // SAFETY: as this function asks for.
    let host = unsafe { self::host(NAME, host) };
    let socket = begun(fd, context, host, (NAME, false));
    promised(socket.map(|socket| socket.shake(c"ssl_connect")))
}

/// Begins a session as a server on a descriptor that was accepted, `Lwt_ssl.ssl_accept`.
/// Otherwise as lwt_ssl_connect; function "ssl_accept", and a context of servers is asked for.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_accept(
    fd: *const lwt_unix_fd,
    context: *const lwt_ssl_context,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_accept";
    let socket = begun(fd, context, Ok(None), (NAME, true));
    promised(socket.map(|socket| socket.shake(c"ssl_accept")))
}

/// Makes the handshake of a socket, or what is left of it, `Lwt_ssl.ssl_perform_handshake`:
/// as a client or a server, as its context says. One that was cancelled may be gone on with
/// by calling this again. A plain socket, and one whose handshake is over, has nothing to do.
///
/// Borrows `socket`. Returns a promise of a handle of the same socket, which it owns. It
/// fails as lwt_ssl_connect does, function "ssl_perform_handshake". Cancelling loses nothing.
/// On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_perform_handshake(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    let socket = super::socket(socket, "lwt_ssl_perform_handshake");
    promised(socket.map(|socket| socket.shake(c"ssl_perform_handshake")))
}

/// The same by the name that servers know it by, `Lwt_ssl.ssl_accept_handshake`: function
/// "ssl_accept_handshake".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_accept_handshake(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    let socket = super::socket(socket, "lwt_ssl_accept_handshake");
    promised(socket.map(|socket| socket.shake(c"ssl_accept_handshake")))
}

/// Says goodbye (close_notify), `Lwt_ssl.ssl_shutdown`: the other end then knows that it has
/// heard all, and reads the end. It may still send: reading goes on. Writing fails with EPIPE
/// from now on. A plain socket, and one whose handshake is not over, has nothing to say.
///
/// Borrows `socket`. Returns a promise of LWT_UNIT, when it is sent, in its turn after the
/// writes before it. It fails with LWT_UNIX_ERROR (function "ssl_shutdown"; EPIPE, ECONNRESET:
/// the other end has gone; EBADF), with what the descriptor was aborted with,
/// LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and LWT_CANCELED: before its
/// turn has come nothing is said, after that it is said nevertheless. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_ssl_shutdown(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    let socket = super::socket(socket, "lwt_ssl_ssl_shutdown");
    promised(socket.map(|socket| socket.goodbye()))
}

/// Ends one direction of the connection, or both, `Lwt_ssl.shutdown`: on the descriptor, as
/// lwt_unix_shutdown, and nobody says goodbye.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_shutdown(socket: *const lwt_ssl_socket, how: c_int) -> *mut lwt_t {
    let socket = super::socket(socket, "lwt_ssl_shutdown");
    promised(socket.and_then(|socket| {
        net::shutdown(socket.fd(), how)?;
        Ok(resolved(Value::UNIT))
    }))
}

/// Closes the descriptor, `Lwt_ssl.close`, as lwt_unix_close: whoever reads, writes or shakes
/// hands fails with EBADF, and nobody says goodbye (lwt_ssl_ssl_shutdown, before).
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_close(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    let socket = super::socket(socket, "lwt_ssl_close");
    promised(socket.map(|socket| socket.fd().close()))
}

/// Aborts the descriptor, `Lwt_ssl.abort`, as lwt_unix_abort: all operations fail with `e`,
/// of which the call consumes one reference. Borrows `socket`. Returns LWT_OK,
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_abort(socket: *const lwt_ssl_socket, e: *mut lwt_exn) -> c_int {
    let exn = Exn::from_raw(e);
    match (super::socket(socket, "lwt_ssl_abort"), exn) {
        (Err(wrong), _) => wrong.kind(),
        (Ok(_), None) => LWT_INVALID_ARGUMENT,
        (Ok(socket), Some(exn)) => {
            socket.fd().abort(exn);
            LWT_OK
        }
    }
}

/// Returns the descriptor of a socket, `Lwt_ssl.get_fd`: a handle of its own, owned by the
/// caller: lwt_unix_fd_release. Whoever reads or writes by it goes past the session. NULL: a
/// bad handle, or out of memory. Borrows `socket`. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_get_fd(socket: *const lwt_ssl_socket) -> *mut lwt_unix_fd {
    super::socket(socket, "lwt_ssl_get_fd")
        .map_or(ptr::null_mut(), |socket| into_handle(socket.fd().clone()))
}

/// Returns the operating system's descriptor, `Lwt_ssl.get_unix_fd`, also when it is closed;
/// -1 for a bad handle. Borrows `socket`. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_get_unix_fd(socket: *const lwt_ssl_socket) -> c_int {
    super::socket(socket, "lwt_ssl_get_unix_fd").map_or(-1, |socket| socket.fd().raw())
}

/// The address of this end, `Lwt_ssl.getsockname`: as lwt_unix_getsockname.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_getsockname(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    let name = super::socket(socket, "lwt_ssl_getsockname")
        .and_then(|socket| net::getsockname(socket.fd()))
        .and_then(Address::into_value);
    name.map_or_else(failed, resolved).into_raw()
}

/// The address of the other end, `Lwt_ssl.getpeername`: as lwt_unix_getpeername.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_getpeername(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    let name = super::socket(socket, "lwt_ssl_getpeername")
        .and_then(|socket| net::getpeername(socket.fd()))
        .and_then(Address::into_value);
    name.map_or_else(failed, resolved).into_raw()
}
