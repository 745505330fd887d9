//! `lwt_unix.h`, time: sleeping and timeouts. Module Lwt_unix.

use crate::abi::{lwt_drop_fn, lwt_t, lwt_thunk_fn};
use crate::promise::{self, call};
use crate::unix::sleep;
use crate::value::Env;
use std::ffi::c_void;

/// Returns a promise of LWT_UNIT that resolves after `seconds` seconds, never
/// earlier, measured from now (not from the beginning of the loop's turn).
/// Equal deadlines resolve in the order of the calls. Cancelling it removes
/// the timer.
///
/// `seconds` zero or negative: it resolves in the next turn of the main loop.
/// Infinite, or longer than some centuries: it never resolves, and can be
/// cancelled.
///
/// Fails with LWT_INVALID_ARGUMENT if `seconds` is not a number, and with
/// LWT_OUT_OF_MEMORY. May be called on any thread; the promise is that
/// thread's. Manual: `Lwt_unix.sleep`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_sleep(seconds: f64) -> *mut lwt_t {
    sleep::sleep(seconds).into_raw()
}

/// Returns a promise that fails with LWT_TIMEOUT after `seconds` seconds; for
/// the rest as lwt_unix_sleep. Most useful in lwt_pick. Manual:
/// `Lwt_unix.timeout`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_timeout(seconds: f64) -> *mut lwt_t {
    sleep::timeout(seconds).into_raw()
}

/// Calls `f(env)`, and returns a promise that resolves as that which `f`
/// returns, unless `seconds` seconds pass before: then it fails with
/// LWT_TIMEOUT, and the promise of `f` is cancelled.
///
/// Fails with LWT_INVALID_ARGUMENT if `f` is NULL or `seconds` is not a number
/// (`f` is not called then). `drop_env` is called once, after `f` has returned
/// or when it is not called. Manual: `Lwt_unix.with_timeout`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_with_timeout(
    seconds: f64,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    let name = "lwt_unix_with_timeout";
    // SAFETY: the caller says that `f` may be called with `env`.
    let f = f.map(|f| move || call::promise_of(f as usize, name, || unsafe { f(env.word()) }));
    sleep::with_timeout(seconds, f).into_raw()
}

/// Returns a promise that resolves in this turn of the main loop, after what
/// else there is to do. The same as lwt_pause. Manual: `Lwt_unix.yield`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_yield() -> *mut lwt_t {
    promise::pause().into_raw()
}
