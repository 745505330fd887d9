//! `lwt.h`, callbacks that make no promise. Module Lwt.

use crate::abi::*;
use crate::promise::node;
use crate::promise::seq::bits;
use crate::value::Env;
use std::ffi::{c_int, c_void};

/// Calls `f` with the value when `p` is fulfilled, `Lwt.on_success`: now if it
/// is already. Otherwise as lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_success(
    p: *const lwt_t,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::SUCCESS, p, bits(f), 0, env, drop_env)
}

/// Calls `f` with the exception when `p` fails, `Lwt.on_failure`: now if it has
/// already. Otherwise as lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_failure(
    p: *const lwt_t,
    f: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::FAILURE, p, bits(f), 0, env, drop_env)
}

/// Calls `f` when `p` resolves, either way, `Lwt.on_termination`: now if it has
/// already. Otherwise as lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_termination(
    p: *const lwt_t,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::TERMINATION, p, bits(f), 0, env, drop_env)
}

/// Calls `f` with the value, or `g` with the exception, when `p` resolves,
/// `Lwt.on_any`: now if it has already. Both share `env`. Otherwise as
/// lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_any(
    p: *const lwt_t,
    f: lwt_value_fn,
    g: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::ANY, p, bits(f), bits(g), env, drop_env)
}

pub(super) fn on(
    kind: u8,
    p: *const lwt_t,
    f: u64,
    g: u64,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let given = |f: u64| (f != 0).then_some(f);
    node::on(
        kind,
        p as usize as u64,
        given(f),
        given(g),
        Env::new(env, drop_env),
    )
}
