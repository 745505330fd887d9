//! `lwt.h`, compositions that add to the errors passing through. Module Lwt.

use super::to_promise;
use crate::abi::*;
use crate::promise::backtrace::{self, Locate};
use crate::promise::seq::bits;
use crate::value::Env;
use std::ffi::c_void;

fn locate(add_loc: lwt_exn_map_fn, env: *mut c_void, drop_env: lwt_drop_fn) -> Locate {
    Locate::new(add_loc, Env::new(env, drop_env))
}

/// As lwt_bind, and each failure that passes through goes through `add_loc`,
/// `Lwt.backtrace_bind`: that of `p`, what `f` raises, and that of a promise
/// which has failed already when `f` returns it.
///
/// `add_loc` owns the exception that it is given, and gives back one in its
/// place, which the library then owns: the same, or another that tells more. It
/// shares `env`. What it returns being no exception is a failure with
/// `LWT_INVALID_ARGUMENT`, as is its being NULL. With debugging on, failures
/// carry their backtrace without this; see `lwt_debug.h`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_backtrace_bind(
    add_loc: lwt_exn_map_fn,
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let locate = locate(add_loc, env, drop_env);
    to_promise(backtrace::bind(locate, p as usize as u64, bits(f)))
}

/// As lwt_catch, and `g` is given the failure of `p` as `add_loc` returned it,
/// `Lwt.backtrace_catch`; so is the result, if `g` fails. As lwt_backtrace_bind
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_backtrace_catch(
    add_loc: lwt_exn_map_fn,
    p: *mut lwt_t,
    g: lwt_exn_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let locate = locate(add_loc, env, drop_env);
    to_promise(backtrace::catch(locate, p as usize as u64, bits(g)))
}

/// As lwt_finalize, and the failure of `p` or of the clean-up goes through
/// `add_loc`, `Lwt.backtrace_finalize`. As lwt_backtrace_bind otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_backtrace_finalize(
    add_loc: lwt_exn_map_fn,
    p: *mut lwt_t,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let locate = locate(add_loc, env, drop_env);
    to_promise(backtrace::finalize(locate, p as usize as u64, bits(f)))
}

/// As lwt_try_bind, and `g` is given the failure of `p` as `add_loc` returned
/// it, `Lwt.backtrace_try_bind`; so is the result, if `f` or `g` fails. As
/// lwt_backtrace_bind otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_backtrace_try_bind(
    add_loc: lwt_exn_map_fn,
    p: *mut lwt_t,
    f: lwt_bind_fn,
    g: lwt_exn_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let locate = locate(add_loc, env, drop_env);
    let p = p as usize as u64;
    to_promise(backtrace::try_bind(locate, p, bits(f), bits(g)))
}
