//! `lwt_ssl.h`: the other end's certificate, and what was agreed on.

use super::context::lwt_ssl_version::{self, *};
use super::socket::lwt_ssl_socket;
use crate::ssl::Version;
use crate::ssl::certificate::{self, lwt_ssl_certificate};
use crate::ssl::socket::Text;
use std::ffi::c_char;
use std::ptr;

/// Returns the certificate that the other end has shown, `Ssl.get_certificate`, owned by the
/// caller: lwt_ssl_certificate_release. NULL: there is none, or the handshake is not over,
/// or the socket is plain, or the handle is bad, or memory ran out. Borrows `socket`. On the
/// socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_peer_certificate(
    socket: *const lwt_ssl_socket,
) -> *mut lwt_ssl_certificate {
    let socket = super::socket(socket, "lwt_ssl_peer_certificate").ok();
    let session = socket.as_ref().and_then(|socket| socket.session());
    session
        .and_then(|session| session.ask(|it| it.peer().map(certificate::for_c)))
        .unwrap_or(ptr::null_mut())
}

/// Frees a certificate, with all its texts. Does nothing with NULL. On any thread.
///
/// # Safety
/// `certificate` is NULL or came from lwt_ssl_peer_certificate, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_certificate_release(certificate: *mut lwt_ssl_certificate) {
    // SAFETY: as this function asks for.
    unsafe { certificate::release(certificate) }
}

/// Returns the version of TLS that both ends agreed on, `Ssl.version`; LWT_SSL_NO_VERSION:
/// the handshake is not over, the socket is plain, or the handle is bad. Borrows `socket`.
/// On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_protocol(socket: *const lwt_ssl_socket) -> lwt_ssl_version {
    let socket = super::socket(socket, "lwt_ssl_protocol").ok();
    let session = socket.as_ref().and_then(|socket| socket.session());
    match session.and_then(|session| session.ask(|it| it.version())) {
        None => LWT_SSL_NO_VERSION,
        Some(Version::Tls12) => LWT_SSL_TLS_1_2,
        Some(Version::Tls13) => LWT_SSL_TLS_1_3,
    }
}

/// Returns the cipher by its name in the register of IANA, `TLS_AES_256_GCM_SHA384`,
/// `Ssl.get_cipher_name`: a text that lasts for ever. NULL as lwt_ssl_protocol has
/// LWT_SSL_NO_VERSION. Borrows `socket`. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_cipher(socket: *const lwt_ssl_socket) -> *const c_char {
    let socket = super::socket(socket, "lwt_ssl_cipher").ok();
    let session = socket.as_ref().and_then(|socket| socket.session());
    session
        .and_then(|session| session.ask(|it| it.cipher()))
        .map_or(ptr::null(), |name| name.as_ptr())
}

/// Returns the protocol of ALPN that both ends agreed on, `Ssl.get_negotiated_alpn_protocol`,
/// borrowed from the socket. NULL: there is none, or as lwt_ssl_cipher. Borrows `socket`. On
/// the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_alpn(socket: *const lwt_ssl_socket) -> *const c_char {
    super::socket(socket, "lwt_ssl_alpn").map_or(ptr::null(), |socket| socket.text(Text::Alpn))
}

/// Returns, at a server, the name that the client has asked for (SNI), borrowed from the
/// socket. NULL: it has not, or this is the client, or as lwt_ssl_cipher. Borrows `socket`.
/// On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_server_name(socket: *const lwt_ssl_socket) -> *const c_char {
    super::socket(socket, "lwt_ssl_server_name")
        .map_or(ptr::null(), |socket| socket.text(Text::ServerName))
}

/// Tells whether the session goes on where an earlier one was, `Ssl.session_reused`. False
/// as lwt_ssl_cipher has NULL. Borrows `socket`. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_is_resumed(socket: *const lwt_ssl_socket) -> bool {
    let socket = super::socket(socket, "lwt_ssl_is_resumed").ok();
    let session = socket.as_ref().and_then(|socket| socket.session());
    session.is_some_and(|session| session.ask(|it| Some(it.is_resumed())).unwrap_or(false))
}
