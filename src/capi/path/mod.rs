//! What is done with the paths that C gives, for all headers. It calls texts and
//! promises.

use crate::abi::lwt_t;
use crate::capi::text::text;
use crate::promise::{Promise, failed};
use std::ffi::{CStr, c_char};

/// What is done with a path.
///
/// # Safety
/// As [`text`].
pub unsafe fn at(
    path: *const c_char,
    function: &str,
    call: impl FnOnce(&CStr) -> Promise,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let path = unsafe { text(path, function, "the path") };
    path.map_or_else(failed, call).into_raw()
}

/// What is done with two paths.
///
/// # Safety
/// As [`text`].
pub unsafe fn at_both(
    first: *const c_char,
    second: *const c_char,
    function: &str,
    call: impl FnOnce(&CStr, &CStr) -> Promise,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let paths = unsafe {
        text(first, function, "the first path")
            .and_then(|first| Ok((first, text(second, function, "the second path")?)))
    };
    let promise = paths.map_or_else(failed, |(first, second)| call(first, second));
    promise.into_raw()
}
