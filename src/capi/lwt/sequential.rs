//! `lwt.h`, sequential composition. Module Lwt.

use super::to_promise;
use crate::abi::*;
use crate::promise::seq::{self, bits};
use crate::promise::state::*;
use crate::value::Env;
use std::ffi::c_void;

/// When `p` is fulfilled, the result becomes the promise that `f` returns,
/// `Lwt.bind`; if `p` fails, so does the result, and `f` does not run.
///
/// If `p` is fulfilled already, `f` runs inside the call and its promise is the
/// result. Consumes `p` and `env`; `f` borrows the value, and the library owns
/// what it returns. Cancelling the result cancels `p`, or, once that is
/// fulfilled, what `f` returned.
///
/// Returns a promise, owned by the caller, that reports every failure: a bad
/// `p`, `f` being NULL or returning a bad handle as `LWT_INVALID_ARGUMENT`. On
/// the promise's thread: elsewhere the result failed with `LWT_WRONG_THREAD`,
/// and `p` stays as it was. Manual: "Primitives for thread composition".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bind(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    to_promise(seq::bind(p as usize as u64, f, env, drop_env))
}

/// As lwt_bind, but the value is moved: `f` owns it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bind_owned(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        BIND_OWNED,
        "lwt_bind_owned",
        p as usize as u64,
        bits(f),
        0,
        env,
    ))
}

/// As lwt_bind, with a function that returns a plain value, `Lwt.map`. It fails
/// with lwt_raise, and gives the value a drop function with lwt_owned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_map(
    p: *mut lwt_t,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        MAP,
        "lwt_map",
        p as usize as u64,
        bits(f),
        0,
        env,
    ))
}

/// When `p` fails, the result becomes the promise that `g` returns,
/// `Lwt.catch`; if `p` is fulfilled, so is the result. Otherwise as lwt_bind;
/// if `p` is fulfilled already, the result is `p` itself. Manual: "Primitives
/// for thread composition".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_catch(
    p: *mut lwt_t,
    g: lwt_exn_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        CATCH,
        "lwt_catch",
        p as usize as u64,
        bits(g),
        0,
        env,
    ))
}

/// When `p` resolves, the result becomes what `f` returns if it is fulfilled,
/// and what `g` returns if it failed, `Lwt.try_bind`. A failure of `f` is not
/// given to `g`. Otherwise as lwt_bind; both share `env`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_try_bind(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    g: lwt_exn_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        TRY_BIND,
        "lwt_try_bind",
        p as usize as u64,
        bits(f),
        bits(g),
        env,
    ))
}

/// When `p` resolves, either way, `f` runs, and when the promise that it
/// returns is fulfilled, the result is `p`'s; if that fails, its failure is the
/// result, `Lwt.finalize`. Otherwise as lwt_bind.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_finalize(
    p: *mut lwt_t,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        FINALIZE,
        "lwt_finalize",
        p as usize as u64,
        bits(f),
        0,
        env,
    ))
}
