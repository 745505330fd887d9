//! `lwt.h`, generated from the files of this folder: module Lwt. Here is how they
//! turn what C hands over into what the floors below take.

use crate::abi::*;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::state::{Settled, make};
use crate::value::DropFn;
use std::ffi::{CStr, c_char, c_void};

pub mod apply;
pub mod background;
pub mod backtrace;
pub mod callbacks;
pub mod cancel;
pub mod concurrent;
pub mod create;
pub mod exn;
pub mod filter;
pub mod pause;
pub mod ready;
pub mod result;
pub mod sequential;
pub mod state;
pub mod storage;
pub mod values;

/// A handle of floor 0 as C holds it.
pub(in crate::capi) fn to_promise(bits: u64) -> *mut lwt_t {
    bits as usize as *mut lwt_t
}

/// Text from C; NULL is empty.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
pub(in crate::capi) unsafe fn chars<'a>(text: *const c_char) -> &'a CStr {
    if text.is_null() {
        return c"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }
}

/// An array of promises from C.
///
/// # Safety
/// `promises` is NULL or the start of `n` handles.
pub(in crate::capi) unsafe fn array<'a>(
    name: &str,
    promises: *const *mut lwt_t,
    n: usize,
) -> Result<&'a [*mut lwt_t], u64> {
    if n == 0 {
        return Ok(&[]);
    }
    let refuse = |why: &str| {
        let exn = Exn::invalid(&format!("{name}: {why}"));
        Err(make(local(), Settled::exn(exn)))
    };
    if promises.is_null() {
        return refuse("the array is NULL");
    }
    if !promises.is_aligned() || n > isize::MAX as usize / size_of::<*mut lwt_t>() {
        return refuse("there can be no such array");
    }
    // SAFETY: the caller's promise; the size was just checked.
    Ok(unsafe { std::slice::from_raw_parts(promises, n) })
}

/// Stores a drop function where C wants it.
///
/// # Safety
/// `place` is NULL or may be written.
pub(in crate::capi) unsafe fn give(
    place: *mut lwt_drop_fn,
    (word, drop): (*mut c_void, Option<DropFn>),
) -> lwt_value {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *place = drop };
    }
    word
}

/// The exception that C hands over; a bad handle becomes one that says so.
pub(in crate::capi) fn take_exn(e: *mut lwt_exn, name: &str) -> Exn {
    Exn::from_raw(e)
        .unwrap_or_else(|| Exn::invalid(&format!("{name}: the handle is not an exception")))
}
