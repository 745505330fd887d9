//! `lwt_ssl.h`, generated from the files of this folder: module Lwt_ssl. Here is how
//! they turn what C hands over into what the floor below takes.

use super::lwt::array;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{Promise, failed};
use crate::ssl::context::Context;
use crate::ssl::session::Session;
use crate::ssl::socket::Socket;
use std::ffi::{CStr, c_char};
use std::rc::Rc;

pub mod certificate;
pub mod context;
pub mod error;
pub mod session;
pub mod socket;
pub mod transfer;

use context::lwt_ssl_context;
use session::lwt_ssl_session;
use socket::lwt_ssl_socket;

fn context(handle: *const lwt_ssl_context, function: &str) -> Result<Rc<Context>, Exn> {
    // SAFETY: every handle of this kind is made of a `Context`.
    unsafe { object::get(Kind::SslContext, handle.cast(), function) }
}

fn socket(handle: *const lwt_ssl_socket, function: &str) -> Result<Rc<Socket>, Exn> {
    // SAFETY: every handle of this kind is made of a `Socket`.
    unsafe { object::get(Kind::SslSocket, handle.cast(), function) }
}

fn session(handle: *const lwt_ssl_session, function: &str) -> Result<Rc<Session>, Exn> {
    // SAFETY: every handle of this kind is made of a `Session`.
    unsafe { object::get(Kind::SslSession, handle.cast(), function) }
}

/// What an operation returns to C.
fn promised(promise: Result<Promise, Exn>) -> *mut lwt_t {
    promise.unwrap_or_else(failed).into_raw()
}

/// Bytes from C.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
unsafe fn bytes<'a>(name: &str, data: *const c_char, len: usize) -> Result<&'a [u8], Exn> {
    // SAFETY: the caller's promise.
    unsafe { array(name, data.cast::<u8>(), len) }
}

/// The name of a host from C; NULL: none.
///
/// # Safety
/// `host` is NULL or ends with a NUL byte.
unsafe fn host(name: &str, host: *const c_char) -> Result<Option<String>, Exn> {
    if host.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    match unsafe { CStr::from_ptr(host) }.to_str() {
        Ok(host) => Ok(Some(host.to_owned())),
        Err(_) => Err(Exn::invalid(&format!("{name}: it is no name of a host"))),
    }
}

/// Protocols of ALPN from C.
///
/// # Safety
/// `protocols` is NULL or the start of `n` texts that are NULL or end with a NUL byte.
unsafe fn protocols(
    name: &str,
    protocols: *const *const c_char,
    n: usize,
) -> Result<Vec<Vec<u8>>, Exn> {
    let wrong = || Exn::invalid(&format!("{name}: a protocol has from 1 to 255 bytes"));
    // SAFETY: the caller's promise.
    let all = unsafe { array(name, protocols, n)? };
    let one = |text: &*const c_char| {
        if text.is_null() {
            return Err(wrong());
        }
        // SAFETY: the caller's promise.
        let text = unsafe { CStr::from_ptr(*text) }.to_bytes();
        match text.len() {
            1..=255 => Ok(text.to_vec()),
            _ => Err(wrong()),
        }
    };
    all.iter().map(one).collect()
}
