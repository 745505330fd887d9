//! `lwt_ssl.h`: what went wrong.

use crate::abi::lwt_exn;
use crate::exn::Exn;
use crate::ssl::error::{self, LWT_SSL_NO_ERROR, lwt_ssl_error};
use std::ffi::c_int;

/// Returns what an exception of kind LWT_SSL tells; LWT_SSL_NO_ERROR for any other, and for
/// a bad handle. Borrows `e`. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_error_of(e: *const lwt_exn) -> lwt_ssl_error {
    Exn::borrow_raw(e).map_or(LWT_SSL_NO_ERROR, |exn| error::code(&exn))
}

/// Returns the number of the alert that the peer sent (RFC 8446, 6), if that is what an
/// exception tells (LWT_SSL_ALERT); -1 otherwise. Borrows `e`. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_alert_of(e: *const lwt_exn) -> c_int {
    let alert = Exn::borrow_raw(e).and_then(|exn| error::alert(&exn));
    alert.map_or(-1, c_int::from)
}
