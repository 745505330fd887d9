//! `lwt_ssl.h`: what is particular to one session.

use super::{host, protocols};
use crate::capi::lwt::kind;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::ssl::session::Session;
use std::ffi::{c_char, c_int};

/// The session of a socket, `Ssl.socket`: what can be set before the handshake. A handle of
/// the thread that made it.
#[repr(C)]
pub struct lwt_ssl_session {
    _private: [u8; 0],
}

/// One more reference to the same session, owned by the caller. NULL: it is not a session of
/// this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_session_retain(session: *const lwt_ssl_session) -> *mut lwt_ssl_session {
    object::retain(Kind::SslSession, session.cast()).cast()
}

/// Gives up a reference; the socket keeps its session. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_session_release(session: *mut lwt_ssl_session) {
    // SAFETY: every handle of this kind is made of a `Session`.
    drop(unsafe { object::release::<Session>(Kind::SslSession, session.cast(), "") });
}

/// Says which host a client expects at the other end, `Ssl.set_client_SNI_hostname` and
/// `Ssl.set_host` in one: the server is told, and its certificate has to be for that name. An
/// address in digits will do, of which the server is not told.
///
/// Borrows `host`, the name, until the call returns. Returns LWT_OK, LWT_INVALID_ARGUMENT (a
/// bad handle, NULL, or the handshake has begun) or LWT_WRONG_THREAD. That it is no name of a
/// host is told by the handshake. On the session's thread.
///
/// # Safety
/// `host` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_session_set_server_name(
    session: *const lwt_ssl_session,
    host: *const c_char,
) -> c_int {
    const NAME: &str = "lwt_ssl_session_set_server_name";
    // SAFETY: as this function asks for.
    let host = unsafe { self::host(NAME, host) };
    kind(
        super::session(session, NAME).and_then(|session| match host? {
            Some(host) => session.set_host(host),
            None => Err(Exn::invalid("the name of the host is NULL")),
        }),
    )
}

/// Sets the protocols of ALPN in place of the context's, `Ssl.set_alpn_protos`: see
/// lwt_ssl_context_set_alpn.
///
///
/// Borrows the texts until the call returns. Returns LWT_OK, LWT_INVALID_ARGUMENT (a bad
/// handle, a NULL, an empty text, one of more than 255 bytes, or the handshake has begun) or
/// LWT_WRONG_THREAD. On the session's thread.
///
/// # Safety
/// `protocols` is NULL or the start of `n` texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_session_set_alpn(
    session: *const lwt_ssl_session,
    protocols: *const *const c_char,
    n: usize,
) -> c_int {
    const NAME: &str = "lwt_ssl_session_set_alpn";
    // SAFETY: as this function asks for.
    let protocols = unsafe { self::protocols(NAME, protocols, n) };
    kind(super::session(session, NAME).and_then(|session| session.set_alpn(protocols?)))
}
