//! `lwt.h`, calling functions so that what they raise becomes a failure.
//! Module Lwt.

use crate::abi::*;
use crate::exn::Exn;
use crate::promise::{apply, call};
use crate::value::{Env, Value};
use std::ffi::c_void;

/// Calls `f` with `value`, which it borrows, and returns the promise that it
/// returns; what it raises is the failure of the result, `Lwt.apply`. With it
/// the body of a lwt_catch, lwt_try_bind or lwt_finalize may raise:
/// `lwt_catch(lwt_apply(body, value, env, NULL), handler, env, NULL)`.
///
/// Consumes `env`. Returns a promise, owned by the caller; failed with
/// `LWT_INVALID_ARGUMENT` if `f` is NULL or returns a bad handle. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_apply(
    f: lwt_bind_fn,
    value: lwt_value,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    apply::apply(f, &Value::plain(value), Env::new(env, drop_env)).into_raw()
}

/// Calls a function that returns a plain value: the result is fulfilled with it,
/// or failed with what `f` raised, `Lwt.wrap`. `f` may return lwt_owned.
/// Consumes `env`; failed with `LWT_INVALID_ARGUMENT` if `f` is NULL. This
/// thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wrap(
    f: lwt_compute_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    apply::wrap(f, Env::new(env, drop_env)).into_raw()
}

/// As lwt_wrap, with a function of one argument, `Lwt.wrap1`. What has more
/// (`Lwt.wrap2` to `Lwt.wrap7`) finds them in its environment.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wrap1(
    f: lwt_map_fn,
    value: lwt_value,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    apply::wrap1(f, &Value::plain(value), Env::new(env, drop_env)).into_raw()
}

/// `return lwt_raise(e);` makes the callback that is running fail. Consumes
/// `e`.
///
/// For callbacks that return a value, and good in those that return a promise
/// (what they return is then given up). In a callback that returns nothing, and
/// outside any callback, `e` goes to the async exception hook. Called twice in
/// one callback, the last one counts. Returns `LWT_UNIT`. On the thread where
/// the callback runs, a worker's included.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_raise(e: *mut lwt_exn) -> lwt_value {
    call::raise(super::take_exn(e, "lwt_raise"))
}

/// `return lwt_reraise(e);` makes the callback that is running fail with an
/// exception that it was given, `Lwt.reraise`: borrows `e`, whose backtrace
/// goes on. As lwt_raise otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_reraise(e: *const lwt_exn) -> lwt_value {
    let none = || Exn::invalid("lwt_reraise: the handle is not an exception");
    call::raise(Exn::borrow_raw(e).unwrap_or_else(none))
}

/// `return lwt_owned(value, free);` gives the value that the running callback
/// returns a drop function. If the callback then fails, or returns something
/// else, `value` is dropped. `drop` may be NULL. Returns `value`; outside any
/// callback nobody could own it: it is dropped, and `LWT_UNIT` returned. On the
/// thread where the callback runs, a worker's included.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_owned(value: lwt_value, drop: lwt_drop_fn) -> lwt_value {
    call::own(Value::new(value, drop))
}
