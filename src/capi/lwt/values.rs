//! `lwt.h`, arrays of values, and text, as values. Module Lwt.

use super::give;
use crate::abi::*;
use crate::promise::call;
use crate::promise::text::{self, lwt_string};
use crate::promise::values::{self, lwt_values};
use crate::value::Value;
use std::ffi::{c_char, c_int};
use std::ptr;

/// Moves the `i`th value out of an array: the caller owns it, and `LWT_UNIT` is
/// left. Stores its drop function in `*drop`, NULL for a plain word; `drop` may
/// be NULL. `LWT_UNIT` if there is no `i`th value or `values` is NULL. On the
/// thread where the array was made.
///
/// # Safety
/// `values` is NULL or an array that lives; `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_values_take(
    values: *mut lwt_values,
    i: usize,
    drop: *mut lwt_drop_fn,
) -> lwt_value {
    // SAFETY: the caller's promise.
    unsafe { give(drop, values::take_raw(values, i)) }
}

/// An array of `n` values, all `LWT_UNIT`, to be filled by lwt_values_set and
/// handed on: `return lwt_owned_values(values);`. Owned by the caller. NULL when memory runs out. To be
/// used on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_values_new(n: usize) -> *mut lwt_values {
    values::Values::new(n).map_or(ptr::null_mut(), |values| {
        values.into_bits() as usize as *mut lwt_values
    })
}

/// Puts a value at the `i`th place of an array, which then owns it; `drop` may
/// be NULL. What was there is dropped. Returns `LWT_OK`, or
/// `LWT_INVALID_ARGUMENT` if there is no such place or `values` is NULL; the
/// value is dropped then. On the thread where the array was made.
///
/// # Safety
/// `values` is NULL or an array that lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_values_set(
    values: *mut lwt_values,
    i: usize,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    // SAFETY: the caller's promise.
    if unsafe { values::set_raw(values, i, Value::new(value, drop)) } {
        LWT_OK
    } else {
        LWT_INVALID_ARGUMENT
    }
}

/// Frees an array that was moved out of a promise, and drops the values that
/// are left in it. Does nothing to NULL. On the thread where it was made.
///
/// # Safety
/// `values` is NULL or was moved out of a promise, and not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_values_release(values: *mut lwt_values) {
    // SAFETY: the caller's promise.
    unsafe { values::release_raw(values) }
}

/// A copy of `len` bytes as text, for the value of a promise:
/// `return lwt_owned_string(lwt_string_new(data, len));`. Owned by the caller. NULL when memory runs out, or if
/// `data` is NULL and `len` is not 0. Any thread.
///
/// # Safety
/// `data` is NULL or `len` bytes long.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_string_new(data: *const c_char, len: usize) -> *mut lwt_string {
    if data.is_null() && len != 0 {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { text::copy(data, len) }
}

/// Frees text that was moved out of a promise, or made by lwt_string_new. Does
/// nothing to NULL. Any thread.
///
/// # Safety
/// `string` is NULL or such a text, not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_string_release(string: *mut lwt_string) {
    // SAFETY: the caller's promise.
    unsafe { text::release(string) }
}

/// `return lwt_owned_values(values);` returns an array from a callback, as
/// lwt_owned does, with the right drop function. Consumes `values`; NULL is
/// `LWT_UNIT`.
///
/// # Safety
/// As lwt_values_release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_owned_values(values: *mut lwt_values) -> lwt_value {
    // SAFETY: the caller's promise.
    call::own(unsafe { values::raw_into_value(values) })
}

/// `return lwt_owned_string(string);` returns text from a callback, as lwt_owned
/// does, with the right drop function. Consumes `string`; NULL is `LWT_UNIT`.
///
/// # Safety
/// As lwt_string_release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_owned_string(string: *mut lwt_string) -> lwt_value {
    call::own(text::into_value(string))
}
