//! `lwt_throttle.h`: module Lwt_throttle.

use super::lwt::array;
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::failed;
use crate::unix::throttle::Throttle;
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A throttle, `Lwt_throttle.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_throttle {
    _private: [u8; 0],
}

fn get(throttle: *const lwt_throttle, function: &str) -> Result<Rc<Throttle>, Exn> {
    // SAFETY: every throttle's handle is made of a `Throttle`.
    unsafe { object::get(Kind::Throttle, throttle.cast(), function) }
}

/// Returns a throttle, `Lwt_throttle.create`, owned by the caller:
/// lwt_throttle_release. It grants `rate` calls a second to each key, and lets
/// `max` calls wait, over all keys.
///
/// NULL: `rate` or `max` is less than 1, or memory ran out. (Lwt's `~n`, how large
/// its table is at first, has no counterpart: the table grows with the keys that
/// are in use and shrinks with them.) On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_throttle_create(rate: c_int, max: c_int) -> *mut lwt_throttle {
    let number = |n: c_int| usize::try_from(n).unwrap_or(0);
    match Throttle::new(number(rate), number(max)) {
        Some(throttle) => object::new(Kind::Throttle, throttle).cast(),
        None => std::ptr::null_mut(),
    }
}

/// One more reference to the same throttle, owned by the caller. NULL: it is not
/// a throttle of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_throttle_retain(throttle: *const lwt_throttle) -> *mut lwt_throttle {
    object::retain(Kind::Throttle, throttle.cast()).cast()
}

/// Gives up a reference. With the last one, those who wait are forgotten: their
/// promises stay pending. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_throttle_release(throttle: *mut lwt_throttle) {
    // SAFETY: every throttle's handle is made of a `Throttle`.
    drop(unsafe { object::release::<Throttle>(Kind::Throttle, throttle.cast(), "") });
}

/// Asks for one call with the key that the `len` bytes at `key` are,
/// `Lwt_throttle.wait`. Returns a promise of a truth value: 1 at once, while fewer
/// than `rate` were granted to that key in the current second; else 1 in a later
/// second, the oldest first; 0 at once if `max` calls wait already.
///
/// The seconds of a throttle begin with its first call. The bytes are copied, and
/// `len` may be 0. Borrows `throttle`. Cancelling the promise gives up its place
/// in the queue. Fails with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle, LWT_INVALID_ARGUMENT if `key` is NULL and `len` is not 0, and
/// LWT_CANCELED. On the throttle's thread.
///
/// # Safety
/// `key` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_throttle_wait(
    throttle: *const lwt_throttle,
    key: *const c_void,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_throttle_wait";
    // SAFETY: the caller's promise.
    let key = unsafe { array(NAME, key.cast::<u8>(), len) };
    match get(throttle, NAME).and_then(|throttle| Ok((throttle, key?))) {
        Ok((throttle, key)) => throttle.wait(key).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}
