//! Signals that are derived from several.

use super::combine::lwt_signal_map;
use super::derived_of;
use crate::abi::*;
use crate::capi::closure::lift;
use crate::capi::closure::shared::{
    self as closure, lwt_l2_fn, lwt_l3_fn, lwt_l4_fn, lwt_l5_fn, lwt_l6_fn,
};
use crate::capi::lwt::array;
use crate::capi::lwt_event::event::lwt_signal;
use crate::capi::lwt_event::shared;
use crate::react::Signal;
use std::ffi::c_void;
use std::ptr;

/// A signal that is always `f(what there is so far, a value)`, from `initial`, which
/// `drop` frees, and the first of the `n` signals to the last, `React.S.merge`. `f`
/// borrows both. Borrows the array and the signals in it. As lwt_signal_map otherwise; of
/// no signal it is `initial`.
///
/// # Safety
/// `signals` is the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_signal_merge(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    signals: *const *const lwt_signal,
    n: usize,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_merge";
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, signals, n) } {
        Ok(all) => derived_of(all, NAME, f, |all, f| Signal::merge(all, initial, f)),
        Err(_) => ptr::null_mut(),
    }
}

/// `React.S.l1`: lwt_signal_map, with the arguments in the order of its kin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l1(
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
) -> *mut lwt_signal {
    lwt_signal_map(a, f, env, drop_env)
}

/// A signal that is always what `f` returns for the values of all of them, `React.S.l2`. Borrows
/// them. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l2(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
) -> *mut lwt_signal {
    let lifted = lift::l2(f, env, drop_env);
    derived_of(&[a, b], "lwt_signal_l2", lifted, |all, f| {
        Signal::lift(all, f)
    })
}

/// The same of three, `React.S.l3`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l3(
    f: lwt_l3_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
) -> *mut lwt_signal {
    let lifted = lift::l3(f, env, drop_env);
    derived_of(&[a, b, c], "lwt_signal_l3", lifted, |all, f| {
        Signal::lift(all, f)
    })
}

/// The same of four, `React.S.l4`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l4(
    f: lwt_l4_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
) -> *mut lwt_signal {
    let lifted = lift::l4(f, env, drop_env);
    derived_of(&[a, b, c, d], "lwt_signal_l4", lifted, |all, f| {
        Signal::lift(all, f)
    })
}

/// The same of five, `React.S.l5`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l5(
    f: lwt_l5_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
    e: *const lwt_signal,
) -> *mut lwt_signal {
    let lifted = lift::l5(f, env, drop_env);
    derived_of(&[a, b, c, d, e], "lwt_signal_l5", lifted, |all, f| {
        Signal::lift(all, f)
    })
}

/// The same of six, `React.S.l6`.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l6(
    with: lwt_l6_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
    e: *const lwt_signal,
    f: *const lwt_signal,
) -> *mut lwt_signal {
    let lifted = lift::l6(with, env, drop_env);
    derived_of(&[a, b, c, d, e, f], "lwt_signal_l6", lifted, |all, f| {
        Signal::lift(all, f)
    })
}
