//! `lwt.h`, fire and forget. Module Lwt.

use crate::abi::*;
use crate::exn::{self, Hook};
use crate::promise::background;
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;

/// Runs `f`, `Lwt.async`. A failure of the promise that it returns, now or
/// later, goes to the async exception hook; its value is dropped. Consumes
/// `env`. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_async(f: lwt_thunk_fn, env: *mut c_void, drop_env: lwt_drop_fn) {
    background::run(f, Env::new(env, drop_env));
}

/// Replaces the async exception hook, `Lwt.async_exception_hook`: what becomes
/// of a failure that nobody handles. One for the process, called on the thread
/// where the failure was; it borrows the exception. The default one, which NULL
/// puts back, prints "Fatal error: exception ..." to the standard error and exits
/// with code 2. Any thread. The library owns `env` until the next call, whose
/// thread drops it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_set_async_exception_hook(
    f: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    let env = Env::new(env, drop_env);
    exn::set_hook(f.is_some().then_some(Hook { f, env }));
}

/// Stores the async exception hook and its environment, borrowed, in `*f` and
/// `*env`, each of which may be NULL: NULL for the default one. Any thread.
///
/// # Safety
/// `f` and `env` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_get_async_exception_hook(
    f: *mut lwt_exn_hook_fn,
    env: *mut *mut c_void,
) {
    let hook = exn::hook();
    let (function, word) = hook.map_or((None, ptr::null_mut()), |hook| (hook.f, hook.env.word()));
    // SAFETY: the caller's promise.
    unsafe {
        if !f.is_null() {
            *f = function;
        }
        if !env.is_null() {
            *env = word;
        }
    }
}

/// Runs `f`, `Lwt.dont_wait`. A failure of the promise that it returns, now or
/// later, goes to `on_exn`, which borrows the exception and shares `env`.
/// Consumes `env`. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_dont_wait(
    f: lwt_thunk_fn,
    on_exn: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    background::run_with(f, on_exn, Env::new(env, drop_env));
}

/// Gives up a promise whose value nobody wants, `Lwt.ignore_result`. Consumes
/// `p`. If it has failed already, its exception is raised, as by lwt_raise, and
/// its kind returned; if it fails later, the failure goes to the async exception
/// hook. Otherwise returns `LWT_OK`; `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`
/// or `LWT_OUT_OF_MEMORY` without raising anything.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ignore_result(p: *mut lwt_t) -> c_int {
    background::ignore(p as usize as u64)
}
