//! `lwt_switch.h`: module Lwt_switch: switches and scopes.

use super::closure::{self, null};
use super::lwt::{array, kind};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{Promise, call, failed, resolved};
use crate::sync::switch::current::{current, handle, of_handle, release_handle};
use crate::sync::switch::{self, Sort, Switch, delay};
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A switch, `Lwt_switch.t`, or a scope. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_switch {
    _private: [u8; 0],
}

/// The body of a scope, which borrows its scope.
pub type lwt_switch_fn =
    Option<unsafe extern "C" fn(scope: *const lwt_switch, env: *mut c_void) -> *mut lwt_t>;

fn promise(result: Result<Promise, Exn>) -> *mut lwt_t {
    result.unwrap_or_else(failed).into_raw()
}

/// The switch, or where NULL was given the current scope.
fn or_current(switch: *const lwt_switch, function: &str) -> Result<Rc<Switch>, Exn> {
    if !switch.is_null() {
        return of_handle(switch.cast(), function);
    }
    current().ok_or_else(|| Exn::invalid(&format!("{function}: no scope is current")))
}

/// The function that C hands over.
fn thunk(
    name: &'static str,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Result<impl Fn() -> Promise + 'static, Exn> {
    closure::thunk(name, f, env, drop_env).ok_or_else(|| null(name))
}

/// The same for a body.
///
/// # Safety
/// As [`thunk`].
unsafe fn body(
    name: &'static str,
    f: lwt_switch_fn,
    env: Env,
) -> Result<impl FnOnce(*mut c_void) -> Promise + 'static, Exn> {
    let f = f.ok_or_else(|| null(name))?;
    Ok(move |scope: *mut c_void| {
        // SAFETY: the caller's promise.
        call::promise_of(f as usize, name, || unsafe { f(scope.cast(), env.word()) })
    })
}

/* --------------------------------------------------------------- switches */

/// Returns a switch that is on, `Lwt_switch.create`, owned by the caller:
/// lwt_switch_release. NULL: out of memory. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_create() -> *mut lwt_switch {
    handle(&Switch::new(Sort::Switch, current().as_ref())).cast()
}

/// One more reference to the same switch, owned by the caller. NULL: it is not
/// a switch of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_retain(sw: *const lwt_switch) -> *mut lwt_switch {
    object::retain(Kind::Switch, sw.cast()).cast()
}

/// Gives up a reference; that turns nothing off. Does nothing if the handle is
/// bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_release(sw: *mut lwt_switch) {
    release_handle(sw.cast());
}

/// Is the switch on, `Lwt_switch.is_on`? False for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_is_on(sw: *const lwt_switch) -> bool {
    of_handle(sw.cast(), "lwt_switch_is_on").is_ok_and(|switch| switch.is_on())
}

/// Returns LWT_OK if the switch is on, or `sw` is NULL, and else LWT_OFF,
/// `Lwt_switch.check`; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_check(sw: *const lwt_switch) -> c_int {
    const NAME: &str = "lwt_switch_check";
    if sw.is_null() {
        return LWT_OK;
    }
    kind(of_handle(sw.cast(), NAME).and_then(|switch| switch.check(NAME)))
}

/// Has `hook(env)` called when the switch is turned off, `Lwt_switch.add_hook`.
/// The promise that it returns is awaited then. Does nothing, and drops the
/// environment, if `sw` is NULL.
///
/// Borrows `sw`, consumes `env`: `drop_env` runs after the call, or when it will
/// never come. Returns LWT_OK; LWT_OFF if it is off; LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle, LWT_INVALID_ARGUMENT if `hook` is NULL. On
/// the switch's thread.
///
/// # Safety
/// `hook` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_switch_add_hook(
    sw: *const lwt_switch,
    hook: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    const NAME: &str = "lwt_switch_add_hook";
    let hook = thunk(NAME, hook, env, drop_env);
    if sw.is_null() {
        return kind(hook.map(drop));
    }
    let switch = of_handle(sw.cast(), NAME);
    kind(switch.and_then(|switch| switch.add_hook(Box::new(hook?))))
}

/// As lwt_switch_add_hook, but if the switch is off, `hook` is called now and
/// its promise returned, `Lwt_switch.add_hook_or_exec`. Else the result is a
/// promise of LWT_UNIT that is fulfilled. It fails as the hook's does, and with
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
///
/// # Safety
/// `hook` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_switch_add_hook_or_exec(
    sw: *const lwt_switch,
    hook: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_switch_add_hook_or_exec";
    let hook = thunk(NAME, hook, env, drop_env);
    if sw.is_null() {
        return promise(hook.map(|_| resolved(Value::UNIT)));
    }
    let switch = of_handle(sw.cast(), NAME);
    promise(switch.and_then(|switch| Ok(switch.add_hook_or_exec(Box::new(hook?)))))
}

/// Turns the switch off, `Lwt_switch.turn_off`: what was started in it is
/// cancelled and awaited, then all hooks are called, the one added last first,
/// and awaited. If nothing was started in it they are called before this
/// returns. The body of a scope goes on; it is likely to be the caller.
///
/// Borrows `sw`. Returns a promise of LWT_UNIT, which fails as the first hook
/// that does, else as the first that was started in it and failed other than by
/// being cancelled, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. Of a
/// switch that is off already it is fulfilled at once, even if hooks are still
/// running. On the switch's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_turn_off(sw: *const lwt_switch) -> *mut lwt_t {
    promise(of_handle(sw.cast(), "lwt_switch_turn_off").map(|switch| switch.turn_off()))
}

/// Calls `f(switch, env)` with a new switch, and turns that off when the promise
/// of `f` resolves, either way, `Lwt_switch.with_switch`. The result is the
/// promise's of `f`, unless turning it off fails: then it is that failure.
///
/// `f` borrows the switch; `drop_env` runs once, after `f` has returned. Fails
/// also with LWT_INVALID_ARGUMENT if `f` is NULL, and LWT_OUT_OF_MEMORY. On any
/// thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_switch_with_switch(
    f: lwt_switch_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let f = unsafe { body("lwt_switch_with_switch", f, Env::new(env, drop_env)) };
    promise(f.map(switch::with_switch))
}

/* ----------------------------------------------------------------- scopes */

/// Opens a scope inside of the current one, calls `f(scope, env)`, and ends it
/// when the promise of `f` resolves, or earlier, as is told above. Cancelling
/// the result ends the scope. If `f` returns a promise that is resolved, and has
/// neither started anything nor added a hook, that is the result.
///
/// `f` borrows the scope, whose handle is good until it has ended; `drop_env`
/// runs once, after `f` has returned. Fails as is told above, and with
/// LWT_INVALID_ARGUMENT if `f` is NULL, and LWT_OUT_OF_MEMORY. On any thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_switch_run(
    f: lwt_switch_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { lwt_switch_run_for(f64::INFINITY, f, env, drop_env) }
}

/// As lwt_switch_run, with a deadline so many seconds after this call, at which
/// the scope ends with LWT_TIMEOUT; `f` may set another. Zero or less: in the next turn of the
/// main loop; infinity: none. Fails also with LWT_INVALID_ARGUMENT if `seconds`
/// is not a number; `f` is not called then.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_switch_run_for(
    seconds: f64,
    f: lwt_switch_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_switch_run";
    // SAFETY: the caller's promise.
    let f = unsafe { body(NAME, f, Env::new(env, drop_env)) };
    promise(f.and_then(|f| Ok(switch::run(delay(seconds, NAME)?, f))))
}

/// Calls `f(env)` inside of a scope or switch, which from then on has the
/// promise that `f` returns as a child: it is cancelled and awaited when the
/// scope ends, and ends it if it fails other than by being cancelled. Returns
/// that promise, for the caller to use or to release.
///
/// Borrows `sw`; NULL: the current scope. `drop_env` runs once, after `f` has
/// returned, or when it is not called. The result fails as `f`'s, with LWT_OFF
/// if it is off, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
/// LWT_INVALID_ARGUMENT if there is no current scope or `f` is NULL. On the
/// switch's thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_switch_start(
    sw: *const lwt_switch,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_switch_start";
    let f = thunk(NAME, f, env, drop_env);
    promise(or_current(sw, NAME).and_then(|switch| Ok(switch.start(f?))))
}

/// As lwt_switch_start, for a promise that there is already. Consumes `p`, and
/// returns it. If the switch is off, `p` is cancelled, and the result failed
/// with LWT_OFF. A scope that is given its own promise, or one that waits for
/// that, waits for itself, and never ends.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_adopt(sw: *const lwt_switch, p: *mut lwt_t) -> *mut lwt_t {
    const NAME: &str = "lwt_switch_adopt";
    let both = Promise::from_raw(p, NAME).and_then(|p| Ok((or_current(sw, NAME)?, p)));
    promise(both.and_then(|(switch, p)| switch.start_pending(p)))
}

/// Ends a scope or switch: all that was started in it is cancelled, a scope's
/// body too. `reason`, consumed, is the scope's failure unless it has one
/// already or is of kind LWT_CANCELED, and what lwt_switch_reason tells. NULL
/// stands for a cancellation. A second time it cancels what is left, and the
/// first reason counts.
///
/// Borrows `sw`; NULL: the current scope. Returns LWT_OK, LWT_INVALID_ARGUMENT
/// (a bad handle, or no current scope, or `reason` is no exception) or
/// LWT_WRONG_THREAD. On the switch's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_cancel(sw: *const lwt_switch, reason: *mut lwt_exn) -> c_int {
    const NAME: &str = "lwt_switch_cancel";
    let reason = match reason.is_null() {
        true => Some(Exn::canceled()),
        false => Exn::from_raw(reason),
    };
    let reason =
        reason.ok_or_else(|| Exn::invalid("lwt_switch_cancel: the reason is no exception"));
    kind(or_current(sw, NAME).and_then(|switch| reason.map(|reason| switch.end_with(reason))))
}

/// Why a scope or switch has ended, borrowed from it: what lwt_switch_cancel was
/// given, LWT_TIMEOUT, the failure of its body or of what was started in it,
/// LWT_CANCELED; LWT_OFF if it was turned off or its body just ended. NULL while
/// it is on, and for a bad handle. What is cancelled can so tell why. `sw` NULL:
/// the current scope. On the switch's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_reason(sw: *const lwt_switch) -> *const lwt_exn {
    let switch = or_current(sw, "lwt_switch_reason");
    switch.map_or(std::ptr::null(), |switch| switch.reason_raw())
}

/// The scope that is current, owned by the caller: lwt_switch_release. NULL:
/// there is none, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_current() -> *mut lwt_switch {
    current().map_or(std::ptr::null_mut(), |switch| handle(&switch).cast())
}

/// The scope or switch ends with LWT_TIMEOUT so many seconds from now, instead
/// of at another time that was set before. Zero or less: in the next turn of the
/// main loop; infinity: never. Does nothing if it is ending.
///
/// Borrows `sw`; NULL: the current scope. Returns LWT_OK, LWT_INVALID_ARGUMENT
/// (also if `seconds` is not a number) or LWT_WRONG_THREAD. On the switch's
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_set_deadline(sw: *const lwt_switch, seconds: f64) -> c_int {
    const NAME: &str = "lwt_switch_set_deadline";
    let delay = delay(seconds, NAME);
    kind(or_current(sw, NAME).and_then(|switch| delay.map(|delay| switch.set_deadline(delay))))
}

/// How many seconds are left until the deadline of the scope, or of one around
/// it if that is earlier. Infinity: there is none, or the handle is bad. `sw`
/// NULL: the current scope. On the switch's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_switch_time_left(sw: *const lwt_switch) -> f64 {
    let left = or_current(sw, "lwt_switch_time_left").map(|switch| switch.left());
    left.ok()
        .flatten()
        .map_or(f64::INFINITY, |left| left as f64 / 1e9)
}

/// Calls `f(env)` in a scope with a deadline. The result is that of the promise
/// that `f` returns, or a failure with LWT_TIMEOUT: when `seconds` seconds have
/// passed the promise, and what was started in the scope, is cancelled, and the
/// result told when it has ended. That is the difference to
/// lwt_unix_with_timeout, which waits for nothing. If the promise of `f` is
/// resolved, it is the result, and no timer is made.
///
/// For the rest as lwt_switch_run_for.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_with_timeout(
    seconds: f64,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_with_timeout";
    let f = thunk(NAME, f, env, drop_env);
    promise(f.and_then(|f| Ok(switch::with_timeout(delay(seconds, NAME)?, f))))
}

/// The outcome, value or failure, of the first of some promises that resolves,
/// told when the others, which are then cancelled, have resolved too. If several
/// are resolved at the call, the first of them in the array counts. What the
/// others fail with, or return in spite of being cancelled, is dropped.
///
/// Consumes the `n` promises, not the array. Cancelling the result cancels all.
/// Fails also with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
/// LWT_INVALID_ARGUMENT if `n` is 0, and LWT_OUT_OF_MEMORY. On the promises'
/// thread.
///
/// # Safety
/// `promises` is NULL or the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_race(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    promise(unsafe { array("lwt_race", promises, n) }.map(switch::race))
}
