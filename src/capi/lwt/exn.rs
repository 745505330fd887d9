//! `lwt.h`, exceptions. Module Lwt.

use super::chars;
use crate::abi::*;
use crate::debug::passed::made_here;
use crate::exn::{self, Exn};
use crate::value::Value;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// Makes an exception.
///
/// `kind` is one of the `LWT_` kinds or one that `lwt_exn_register` gave; 0,
/// negative numbers, and numbers from 1000 on that nobody was given, are no
/// kinds and give an exception of kind `LWT_INVALID_ARGUMENT`. `message`, for a
/// person to read, is copied; NULL stands for the kind's name.
///
/// Returns one reference, owned by the caller: lwt_exn_release. Never NULL.
/// Any thread. Manual: "Primitives for thread creation".
///
/// # Safety
/// `message` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_new(kind: c_int, message: *const c_char) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    unsafe { lwt_exn_new_owned(kind, message, ptr::null_mut(), None) }
}

/// Makes the exception of a failed system call: kind `LWT_UNIX_ERROR`, with a
/// message such as `mkdir: File exists: "/tmp/a"`.
///
/// `errnum` is the value of errno; `function` and `argument` are copied, NULL
/// stands for the empty string.
///
/// Returns one reference, owned by the caller: lwt_exn_release. Never NULL.
/// Any thread.
///
/// # Safety
/// `function` and `argument` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_unix(
    errnum: c_int,
    function: *const c_char,
    argument: *const c_char,
) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    let (function, argument) = unsafe { (chars(function), chars(argument)) };
    let exn = Exn::unix(errnum, function, argument);
    made_here(&exn);
    exn.into_raw()
}

/// Makes an exception that carries a payload.
///
/// As lwt_exn_new. `payload` may be NULL; `drop` (NULL: nothing to free) runs
/// on it once, with the last reference, on the thread that gives it up.
///
/// # Safety
/// `message` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_new_owned(
    kind: c_int,
    message: *const c_char,
    payload: *mut c_void,
    drop: lwt_drop_fn,
) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    let text = unsafe { chars(message) };
    let text = (!message.is_null()).then_some(text);
    let exn = Exn::of_kind(kind, text, Value::new(payload, drop));
    made_here(&exn);
    exn.into_raw()
}

/// The payload of an exception, borrowed: it lives as long as the exception.
/// NULL if it has none, or if `e` is not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_payload(e: *const lwt_exn) -> *mut c_void {
    Exn::borrow_raw(e).map_or(ptr::null_mut(), |exn| exn.payload())
}

/// Adds a kind of exception to the process's, for lwt_exn_new. `name` is copied
/// and is the message of an exception of that kind that is given none; NULL
/// stands for "exception". Kinds are never removed. Returns the kind, above
/// all those of `lwt.h`. Any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_register(name: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    let text = unsafe { chars(name) };
    exn::register_kind(if name.is_null() { c"exception" } else { text })
}

/// The kind of an exception: `LWT_CANCELED` and so on, or one of
/// lwt_exn_register's. `LWT_INVALID_ARGUMENT` if `e` is not an exception. Any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_kind(e: *const lwt_exn) -> c_int {
    Exn::borrow_raw(e).map_or(LWT_INVALID_ARGUMENT, |exn| exn.kind())
}

/// The message of an exception, for a person to read; borrowed: it lives as
/// long as the exception. Never NULL: if `e` is not an exception, it says so.
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_message(e: *const lwt_exn) -> *const c_char {
    match Exn::borrow_raw(e) {
        Some(exn) => exn.message().as_ptr(),
        None => c"lwt_exn_message: the handle is not an exception".as_ptr(),
    }
}

/// The value of errno of a `LWT_UNIX_ERROR`; 0 for other kinds, and if `e` is
/// not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_errno(e: *const lwt_exn) -> c_int {
    Exn::borrow_raw(e).map_or(0, |exn| exn.errno())
}

/// The system call that a `LWT_UNIX_ERROR` or `LWT_NOT_AVAILABLE` is about,
/// borrowed. Empty for other kinds, and if `e` is not an exception; never NULL. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_function(e: *const lwt_exn) -> *const c_char {
    Exn::borrow_raw(e).map_or(c"".as_ptr(), |exn| exn.function().as_ptr())
}

/// What the system call of a `LWT_UNIX_ERROR` was given, borrowed. Empty for
/// other kinds, and if `e` is not an exception; never NULL. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_argument(e: *const lwt_exn) -> *const c_char {
    Exn::borrow_raw(e).map_or(c"".as_ptr(), |exn| exn.argument().as_ptr())
}

/// One more reference to an exception, the same handle, owned by the caller.
/// If `e` is not an exception: a new one that says so. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_retain(e: *const lwt_exn) -> *mut lwt_exn {
    let exn = Exn::borrow_raw(e);
    exn.unwrap_or_else(|| Exn::invalid("lwt_exn_retain: the handle is not an exception"))
        .into_raw()
}

/// Gives up a reference to an exception; the last one frees it, and drops its
/// payload. Does nothing if `e` is not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_release(e: *mut lwt_exn) {
    drop(Exn::from_raw(e));
}
