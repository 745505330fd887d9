//! `lwt.h`, generated from the files of this folder: module Lwt. Here is how they
//! turn what C hands over into what the floors below take.

use crate::abi::*;
use crate::exn::Exn;
use crate::value::DropFn;
use std::ffi::{CStr, c_char, c_int, c_void};

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

/// An array from C.
///
/// # Safety
/// `items` is NULL or the start of `n` of them.
pub(in crate::capi) unsafe fn array<'a, T>(
    name: &str,
    items: *const T,
    n: usize,
) -> Result<&'a [T], Exn> {
    if n == 0 {
        return Ok(&[]);
    }
    if items.is_null() {
        return Err(Exn::invalid(&format!("{name}: the array is NULL")));
    }
    if !items.is_aligned() || n > isize::MAX as usize / size_of::<T>() {
        return Err(Exn::invalid(&format!("{name}: there can be no such array")));
    }
    // SAFETY: the caller's promise; the size was just checked.
    Ok(unsafe { std::slice::from_raw_parts(items, n) })
}

/// What C is told of a result: the kind of its failure.
pub(in crate::capi) fn kind(result: Result<(), Exn>) -> c_int {
    result.map_or_else(|exn| exn.kind(), |()| LWT_OK)
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
