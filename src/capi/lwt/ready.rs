//! `lwt.h`, promises that are resolved already. Module Lwt.

use super::create::lwt_fail;
use super::exn::lwt_exn_new;
use super::to_promise;
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::state::{Settled, make};
use crate::promise::values::Values;
use crate::value::Value;
use std::ffi::c_char;
use std::ptr;

fn plain(word: lwt_value) -> *mut lwt_t {
    to_promise(make(local(), Settled::value(Value::plain(word))))
}

/// A promise that is fulfilled with `LWT_UNIT`, `Lwt.return_unit`. As
/// lwt_return: a promise of its own, to be released.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_unit() -> *mut lwt_t {
    plain(ptr::null_mut())
}

/// A promise that is fulfilled with `LWT_NONE`, `Lwt.return_none`. As
/// lwt_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_none() -> *mut lwt_t {
    plain(NONE)
}

/// A promise that is fulfilled with some value, `Lwt.return_some`: in C that is
/// the value itself. As lwt_return_owned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_some(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    to_promise(make(local(), Settled::value(Value::new(value, drop))))
}

/// A promise that is fulfilled with the empty list, `Lwt.return_nil`: a
/// `struct lwt_values *` of none, which it owns. As lwt_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_nil() -> *mut lwt_t {
    let settled = match Values::new(0) {
        Some(values) => values.into_settled(),
        None => Settled::exn(Exn::out_of_memory()),
    };
    to_promise(make(local(), settled))
}

/// A promise that is fulfilled with `LWT_INT(1)`, `Lwt.return_true`. As
/// lwt_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_true() -> *mut lwt_t {
    plain(ptr::without_provenance_mut(1))
}

/// A promise that is fulfilled with `LWT_INT(0)`, `Lwt.return_false`. As
/// lwt_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_false() -> *mut lwt_t {
    plain(ptr::null_mut())
}

/// A promise that failed with `LWT_FAILURE`, `Lwt.fail_with`. `message` is
/// copied; NULL stands for the kind's name. As lwt_fail otherwise.
///
/// # Safety
/// `message` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_fail_with(message: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    lwt_fail(unsafe { lwt_exn_new(LWT_FAILURE, message) })
}

/// A promise that failed with `LWT_INVALID_ARGUMENT`, `Lwt.fail_invalid_arg`.
/// As lwt_fail_with.
///
/// # Safety
/// `message` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_fail_invalid_arg(message: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    lwt_fail(unsafe { lwt_exn_new(LWT_INVALID_ARGUMENT, message) })
}
