//! `lwt.h`, success or an error as a value. Module Lwt.

use super::{give, take_exn, to_promise};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::result::{self, Failure, TypedResult, lwt_result};
use crate::promise::state::{Settled, make};
use crate::promise::{Outcome, call, wakener};
use crate::value::Value;
use std::ffi::c_int;
use std::ptr;

fn to_c(result: Result<TypedResult, Exn>) -> *mut lwt_result {
    result.map_or(ptr::null_mut(), TypedResult::into_raw)
}

/// What a result that C hands over says; NULL and what is no result become an
/// exception that says so.
///
/// # Safety
/// `result` is NULL or a result that lives.
unsafe fn outcome(result: *mut lwt_result, name: &str) -> Result<Outcome, Exn> {
    // SAFETY: the caller's promise.
    match unsafe { TypedResult::from_raw(result) } {
        Some(result) => Ok(result.take().map_err(Failure::into_exn)),
        None => Err(Exn::invalid(&format!("{name}: that is no result"))),
    }
}

/// A success as a result, `Lwt.make_value`; `value` is a plain word. Owned by
/// the caller: for lwt_of_result, lwt_wakeup_result and `lwt_result.h`. NULL
/// when memory runs out. On any thread, but the result is for one only.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_make_value(value: lwt_value) -> *mut lwt_result {
    to_c(TypedResult::ok(Value::plain(value)))
}

/// As lwt_make_value, with a value that the result owns: `drop`, which may be
/// NULL, runs on it when the result is released, or when there is no memory for
/// one.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_make_value_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_result {
    to_c(TypedResult::ok(Value::new(value, drop)))
}

/// An exception as a result, `Lwt.make_error`: its `value` is the handle,
/// borrowed. Consumes `e`; if that is not an exception, the result is one of
/// kind `LWT_INVALID_ARGUMENT`. As lwt_make_value otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_make_error(e: *mut lwt_exn) -> *mut lwt_result {
    to_c(TypedResult::failure(take_exn(e, "lwt_make_error")))
}

/// An error that is a value, `Error e`, as a result. As lwt_make_value_owned
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_make_typed_error(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_result {
    to_c(TypedResult::error(Value::new(value, drop)))
}

/// Moves the value, or the error, out of a result: the caller owns it, and
/// `LWT_UNIT` is left. Stores its drop function in `*drop`, NULL for a plain
/// word; `drop` may be NULL. That of an exception releases it. `LWT_UNIT` if
/// `result` is NULL. On the thread of the result.
///
/// # Safety
/// `result` is NULL or a result that lives; `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_take(
    result: *mut lwt_result,
    drop: *mut lwt_drop_fn,
) -> lwt_value {
    // SAFETY: the caller's promise.
    let value = match unsafe { result::peek(result.cast()) } {
        None => Value::UNIT,
        Some(result) => result.take().unwrap_or_else(Failure::into_value),
    };
    // SAFETY: the caller's promise.
    unsafe { give(drop, value.into_parts()) }
}

/// Frees a result, and what is left in it. Does nothing to NULL. On the thread
/// of the result.
///
/// # Safety
/// `result` is NULL or a result that the caller owns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_release(result: *mut lwt_result) {
    // SAFETY: the caller's promise.
    drop(unsafe { TypedResult::from_raw(result) });
}

/// `return lwt_owned_result(result);` returns a result from a callback, as
/// lwt_owned does, with the right drop function. Consumes `result`; NULL is
/// `LWT_UNIT`.
///
/// # Safety
/// As lwt_result_release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_owned_result(result: *mut lwt_result) -> lwt_value {
    // SAFETY: the caller's promise.
    let result = unsafe { TypedResult::from_raw(result) };
    call::own(result.map_or(Value::UNIT, TypedResult::into_value))
}

/// A promise that resolved as a result says, `Lwt.of_result`: fulfilled with
/// its value or failed with its exception. A typed error becomes the payload of
/// an exception of kind `LWT_FAILURE`. Consumes `result`; if it is NULL, the
/// promise failed with `LWT_INVALID_ARGUMENT`. As lwt_return otherwise.
///
/// # Safety
/// As lwt_result_release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_of_result(result: *mut lwt_result) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let outcome = unsafe { outcome(result, "lwt_of_result") }.unwrap_or_else(Err);
    to_promise(make(local(), Settled::outcome(outcome)))
}

/// Resolves a promise as a result says, `Lwt.wakeup_result`; see lwt_of_result.
/// Consumes `result` in any case. If that is NULL, returns
/// `LWT_INVALID_ARGUMENT`, and the promise fails with that kind. As lwt_wakeup
/// otherwise.
///
/// # Safety
/// As lwt_result_release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_wakeup_result(wakener: *mut lwt_u, result: *mut lwt_result) -> c_int {
    // SAFETY: the caller's promise.
    let outcome = unsafe { outcome(result, "lwt_wakeup_result") };
    wakener::wakeup_outcome(wakener as usize as u64, outcome, wakener::wakeup)
}

/// lwt_wakeup_result as lwt_wakeup_later does it, `Lwt.wakeup_later_result`.
///
/// # Safety
/// As lwt_result_release.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_wakeup_later_result(
    wakener: *mut lwt_u,
    result: *mut lwt_result,
) -> c_int {
    // SAFETY: the caller's promise.
    let outcome = unsafe { outcome(result, "lwt_wakeup_later_result") };
    wakener::wakeup_outcome(wakener as usize as u64, outcome, wakener::wakeup_later)
}

/// A promise that is already fulfilled with a success,
/// `Lwt.return_ok`: its value is a `struct lwt_result *`, which it owns and
/// which owns `value`; `drop` may be NULL. When memory runs out as lwt_return.
/// Owned by the caller; this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_ok(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    returned(TypedResult::ok(Value::new(value, drop)))
}

/// A promise that is already fulfilled with a typed error, `Lwt.return_error`:
/// it has not failed. As lwt_return_ok.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_error(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    returned(TypedResult::error(Value::new(value, drop)))
}

fn returned(result: Result<TypedResult, Exn>) -> *mut lwt_t {
    let outcome = result.map(TypedResult::into_value);
    to_promise(make(local(), Settled::outcome(outcome)))
}
