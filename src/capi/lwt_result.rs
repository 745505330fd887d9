//! `lwt_result.h`: module Lwt_result: promises of success or an error.

use super::closure::{null, plain, promising, thunk};
use super::lwt::take_exn;
use crate::abi::*;
use crate::data::result;
use crate::exn::Exn;
use crate::promise::result::{TypedResult, lwt_result};
use crate::promise::{Promise, call, failed};
use crate::value::{Env, Value};
use std::ffi::c_void;

/// A callback from a value, which it borrows, to a result, which the library then
/// owns.
pub type lwt_result_fn =
    Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> *mut lwt_result>;

/// A promise and a function from C, and what is made of them.
fn of<F>(
    name: &'static str,
    p: *mut lwt_t,
    f: Option<F>,
    make: impl FnOnce(Promise, F) -> Promise,
) -> *mut lwt_t {
    let made =
        Promise::from_raw(p, name).and_then(|p| f.ok_or_else(|| null(name)).map(|f| make(p, f)));
    made.unwrap_or_else(failed).into_raw()
}

/// What is made of a promise alone.
fn of_promise(name: &'static str, p: *mut lwt_t, make: fn(Promise) -> Promise) -> *mut lwt_t {
    of(name, p, Some(()), |p, ()| make(p))
}

/// A promise of success, `Lwt_result.return`; `value` is a plain word.
///
/// Returns a promise of a `struct lwt_result *`, owned by the caller; failed with
/// `LWT_OUT_OF_MEMORY` when memory runs out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_return(value: lwt_value) -> *mut lwt_t {
    result::lift(TypedResult::ok(Value::plain(value))).into_raw()
}

/// As lwt_result_return, with a value that the result owns.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_return_owned(
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_t {
    result::lift(TypedResult::ok(Value::new(value, drop))).into_raw()
}

/// A promise of an error, `Lwt_result.fail`; `error` is a plain word. The promise is
/// fulfilled. Otherwise as lwt_result_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_fail(error: lwt_value) -> *mut lwt_t {
    result::lift(TypedResult::error(Value::plain(error))).into_raw()
}

/// As lwt_result_fail, with an error that the result owns.
///
/// # Safety
/// `drop` may be called with `error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_fail_owned(error: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    result::lift(TypedResult::error(Value::new(error, drop))).into_raw()
}

/// As lwt_result_fail, with an exception as the error. Consumes `e`; if that is not
/// an exception, the error is one of kind `LWT_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_fail_exn(e: *mut lwt_exn) -> *mut lwt_t {
    result::lift(TypedResult::failure(take_exn(e, "lwt_result_fail_exn"))).into_raw()
}

/// A promise of a result, `Lwt_result.lift`. Consumes `r`; if that is NULL or no
/// result, the promise fails with `LWT_INVALID_ARGUMENT`. Otherwise as
/// lwt_result_return.
///
/// # Safety
/// `r` is NULL or a result that the caller owns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_lift(r: *mut lwt_result) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let result = unsafe { TypedResult::from_raw(r) };
    let none = || Exn::invalid("lwt_result_lift: that is no result");
    result::lift(result.ok_or_else(none)).into_raw()
}

/// When `p` is fulfilled its value becomes a success, `Lwt_result.ok`: it is moved
/// out of `p`.
///
/// Consumes `p`. Returns a promise of a `struct lwt_result *`, owned by the caller,
/// that fails as `p` does, or with `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`,
/// `LWT_OUT_OF_MEMORY`. Cancelling it cancels `p`. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_ok(p: *mut lwt_t) -> *mut lwt_t {
    of_promise("lwt_result_ok", p, result::ok)
}

/// As lwt_result_ok, but the value becomes an error, `Lwt_result.error`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_error(p: *mut lwt_t) -> *mut lwt_t {
    of_promise("lwt_result_error", p, result::error)
}

/// Calls `f`; the value of its promise becomes a success, and what it failed with or
/// raised an error that is an exception, `Lwt_result.catch`: also a cancellation.
///
/// Consumes `env`; the library owns what `f` returns. Returns a promise of a
/// `struct lwt_result *`, owned by the caller, which fails only with
/// `LWT_INVALID_ARGUMENT` if `f` is NULL, or `LWT_OUT_OF_MEMORY`. Cancelling it
/// cancels what `f` returned. Of this thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_catch(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_catch";
    let Some(f) = thunk(name, f, env, drop_env) else {
        return failed(null(name)).into_raw();
    };
    let body = f();
    drop(f); // and the environment with it
    result::catch(body).into_raw()
}

/// The opposite of lwt_result_catch, `Lwt_result.get_exn`: a promise of the value of
/// a success, which is moved out of the result; or one that fails with the
/// exception of an error. An error that is no exception becomes the payload of one
/// of kind `LWT_FAILURE`. Otherwise as lwt_result_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_get_exn(p: *mut lwt_t) -> *mut lwt_t {
    of_promise("lwt_result_get_exn", p, result::get_exn)
}

/// Waits for two promises of results, `Lwt_result.both`: a success with a
/// `struct lwt_values *` of both values, which are moved into it; or, if one or both
/// are errors, the error that occurred first.
///
/// Consumes both. The result waits for both and fails as lwt_both does. Otherwise as
/// lwt_result_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_result_both(p: *mut lwt_t, q: *mut lwt_t) -> *mut lwt_t {
    let name = "lwt_result_both";
    let (p, q) = (Promise::from_raw(p, name), Promise::from_raw(q, name));
    let both = p.and_then(|p| Ok(result::both(p, q?)));
    both.unwrap_or_else(failed).into_raw()
}

/// Replaces the value of a success by what `f` makes of it, `Lwt_result.map`. An error
/// stays as it is, and `f` does not run.
///
/// Consumes `p`, a promise of a `struct lwt_result *`, and `env`; `f` borrows the value.
/// Returns a promise of such a result, owned by the caller, which fails as `p` does or
/// `f` raises, or with `LWT_INVALID_ARGUMENT` if `p` is bad or not of a result or if `f`
/// is NULL, `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`. Cancelling it cancels `p`. On the
/// promise's thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_map(
    p: *mut lwt_t,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_map";
    let f = plain(f, env, drop_env);
    of(name, p, f, result::map)
}

/// Replaces an error by what `f` makes of it, `Lwt_result.map_error`, and leaves a
/// success as it is; an error that is an exception is given to `f` as its handle,
/// borrowed. Otherwise as lwt_result_map.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_map_error(
    p: *mut lwt_t,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_map_error";
    let f = plain(f, env, drop_env);
    of(name, p, f, result::map_error)
}

/// Goes on with the value of a success, `Lwt_result.bind`: the result becomes the
/// promise that `f` returns, also of a `struct lwt_result *`. An error stays as it is,
/// and `f` does not run. Otherwise as lwt_result_map.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_bind(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_bind";
    let f = promising(name, f, env, drop_env);
    of(name, p, f, result::bind)
}

/// Goes on with an error, `Lwt_result.bind_error`: the result becomes the promise that
/// `f` returns, also of a `struct lwt_result *`. A success stays as it is. Otherwise as
/// lwt_result_map_error.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_bind_error(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_bind_error";
    let f = promising(name, f, env, drop_env);
    of(name, p, f, result::bind_error)
}

/// As lwt_result_bind, but the promise that `f` returns is of a plain value, which
/// becomes a success, `Lwt_result.bind_lwt`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_bind_lwt(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_bind_lwt";
    let f = promising(name, f, env, drop_env);
    of(name, p, f, result::bind_lwt)
}

/// As lwt_result_bind_error, but the promise that `f` returns is of a plain value, which
/// becomes the error, `Lwt_result.bind_lwt_error`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_bind_lwt_error(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_bind_lwt_error";
    let f = promising(name, f, env, drop_env);
    of(name, p, f, result::bind_lwt_error)
}

/// As lwt_result_bind, but `f` returns a result, not a promise,
/// `Lwt_result.bind_result`; NULL or what is no result fails with
/// `LWT_INVALID_ARGUMENT`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_bind_result(
    p: *mut lwt_t,
    f: lwt_result_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_bind_result";
    let env = Env::new(env, drop_env);
    let f = f.map(|f| {
        move |word| {
            // SAFETY: the caller in C says that `f` may be called with `env`.
            let returned = call::value_of(f as usize, || unsafe { f(word, env.word()) }.cast())?;
            let (returned, _) = returned.into_parts();
            // SAFETY: what the callback returned is a result that is ours, or NULL.
            unsafe { TypedResult::from_raw(returned.cast()) }
                .ok_or_else(|| Exn::invalid(&format!("{name}: the callback returned no result")))
        }
    });
    of(name, p, f, result::bind_result)
}

/// Calls `f` with the value of a success, `Lwt_result.iter`: the result becomes the
/// promise that `f` returns. Of an error: a promise of LWT_UNIT. Otherwise as
/// lwt_result_map.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_iter(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_iter";
    let f = promising(name, f, env, drop_env);
    of(name, p, f, |p, f| result::iter(p, true, f))
}

/// As lwt_result_iter, but `f` is called with an error, `Lwt_result.iter_error`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_result_iter_error(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_result_iter_error";
    let f = promising(name, f, env, drop_env);
    of(name, p, f, |p, f| result::iter(p, false, f))
}
