//! Module Lwt_signal's functions that return promises: signals that are there at once,
//! with a value to begin with.

use super::given;
use crate::abi::*;
use crate::capi::closure::served::{
    self as closure, lwt_l2_promise_fn, lwt_l3_promise_fn, lwt_l4_promise_fn, lwt_l5_promise_fn,
    lwt_l6_promise_fn,
};
use crate::capi::lwt::array;
use crate::capi::lwt_event::event::lwt_signal;
use crate::capi::lwt_event::{shared, signal};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::Signal;
use crate::react::lwt::Order::{self, Parallel, Serial};
use crate::react::lwt::Use;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

/// A signal that is made of others and of a function.
fn begun(
    all: &[*const lwt_signal],
    name: &'static str,
    order: Order,
    with: Option<Use>,
    initial: Shared,
) -> *mut lwt_signal {
    let all: Result<Vec<Signal>, Exn> = all.iter().map(|&s| signal(s, name)).collect();
    let (Ok(all), Some(with)) = (all, with) else {
        return ptr::null_mut();
    };
    let all: Vec<&Signal> = all.iter().collect();
    given(Signal::served_from(&all, order, with, initial))
}

/// A signal that is `initial`, which `drop` frees, until it is what the promises show that
/// `f` returns for the values of `s`, the present one first, `Lwt_signal.map_s`. They are
/// made one after the other; where one fails, the signal stays as it is, and the failure
/// goes to lwt_react_on_error.
///
/// Borrows `s`, consumes `env`. `f` borrows its argument until its promise has resolved.
/// Returns the signal, owned by the caller: when it is gone, what waits is forgotten, and
/// the promise that runs is cancelled. NULL: a handle is bad, `f` is NULL, or memory ran
/// out; or `s` has no value yet in the step that runs, which is raised as LWT_FAILURE. On
/// the thread of the signal.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_map_s_from(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Map(f));
    begun(&[s], "lwt_signal_map_s_from", Serial, with, initial)
}

/// The same, but `f` is called at once for each value, `Lwt_signal.map_p`: the signal is
/// what has resolved last.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_map_p_from(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Map(f));
    begun(&[s], "lwt_signal_map_p_from", Parallel, with, initial)
}

/// The same, but the signal is the last value of `s` for which the promise showed anything
/// but LWT_UNIT, `Lwt_signal.filter_s`. As lwt_signal_map_s_from.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_filter_s_from(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Filter(f, initial.clone()));
    begun(&[s], "lwt_signal_filter_s_from", Serial, with, initial)
}

/// The same, but `f` is called at once for each value, `Lwt_signal.filter_p`: the signal is
/// what has resolved last.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_filter_p_from(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Filter(f, initial.clone()));
    begun(&[s], "lwt_signal_filter_p_from", Parallel, with, initial)
}

/// The same as lwt_signal_map_s_from, but LWT_NONE does not change it, `Lwt_signal.fmap_s`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fmap_s_from(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Fmap(f, initial.clone()));
    begun(&[s], "lwt_signal_fmap_s_from", Serial, with, initial)
}

/// The same, but `f` is called at once for each value, `Lwt_signal.fmap_p`: the signal is
/// what has resolved last.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fmap_p_from(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Fmap(f, initial.clone()));
    begun(&[s], "lwt_signal_fmap_p_from", Parallel, with, initial)
}

/// `initial`, which `drop` frees, and then what the promises of the value of `functions`, a
/// `struct lwt_react_promising *`, called with that of `s`, show, `Lwt_signal.app_s`.
/// Borrows both. As lwt_signal_map_s_from.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_app_s_from(
    functions: *const lwt_signal,
    initial: lwt_value,
    drop: lwt_drop_fn,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    let (with, initial) = (Use::Map(closure::apply()), shared(initial, drop));
    let both = [functions, s];
    begun(&both, "lwt_signal_app_s_from", Serial, Some(with), initial)
}

/// The same at the same time, `Lwt_signal.app_p`. As lwt_signal_map_p_from.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_app_p_from(
    functions: *const lwt_signal,
    initial: lwt_value,
    drop: lwt_drop_fn,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    let (with, initial) = (Use::Map(closure::apply()), shared(initial, drop));
    let both = [functions, s];
    begun(
        &both,
        "lwt_signal_app_p_from",
        Parallel,
        Some(with),
        initial,
    )
}

/// `initial`, which `drop` frees, and then what the values of `s`, which are promises, show,
/// `Lwt_signal.run_s`. As lwt_signal_map_s_from.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_run_s_from(
    initial: lwt_value,
    drop: lwt_drop_fn,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    let with = Use::Run(Rc::new(closure::promise));
    let initial = shared(initial, drop);
    begun(&[s], "lwt_signal_run_s_from", Serial, Some(with), initial)
}

/// The same in the order in which they resolve, `Lwt_signal.run_p`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_run_p_from(
    initial: lwt_value,
    drop: lwt_drop_fn,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    let with = Use::Run(Rc::new(closure::promise));
    let initial = shared(initial, drop);
    begun(&[s], "lwt_signal_run_p_from", Parallel, Some(with), initial)
}

/// `before`, which `drop_before` frees, and then what the promises of
/// `f(value so far, value)` over the `n` signals come to, from `initial`, which `drop`
/// frees, `Lwt_signal.merge_s`. Borrows the array and the signals in it. As
/// lwt_signal_map_s_from.
///
/// # Safety
/// `signals` is the start of `n` handles.
#[allow(clippy::too_many_arguments)] // as in Lwt_signal
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_signal_merge_s_from(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    before: lwt_value,
    drop_before: lwt_drop_fn,
    signals: *const *const lwt_signal,
    n: usize,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_merge_s_from";
    let (initial, before) = (shared(initial, drop), shared(before, drop_before));
    let with = closure::l2(f, env, drop_env).map(|f| Use::Merge(f, initial));
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, signals, n) } {
        Ok(all) => begun(all, NAME, Serial, with, before),
        Err(_) => ptr::null_mut(),
    }
}

/// `Lwt_signal.l1_s`: lwt_signal_map_s_from, with the arguments in the order of its kin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l1_s_from(
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    a: *const lwt_signal,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(Use::Map);
    begun(&[a], "lwt_signal_l1_s_from", Serial, with, initial)
}

/// The same of two signals, `Lwt_signal.l2_s`. Borrows them. As lwt_signal_map_s_from.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l2_s_from(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l2(f, env, drop_env).map(Use::Map);
    begun(&[a, b], "lwt_signal_l2_s_from", Serial, with, initial)
}

/// The same of three signals, `Lwt_signal.l3_s`. Borrows them. As lwt_signal_map_s_from.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l3_s_from(
    f: lwt_l3_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l3(f, env, drop_env).map(Use::Map);
    begun(&[a, b, c], "lwt_signal_l3_s_from", Serial, with, initial)
}

/// The same of four signals, `Lwt_signal.l4_s`. Borrows them. As lwt_signal_map_s_from.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l4_s_from(
    f: lwt_l4_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l4(f, env, drop_env).map(Use::Map);
    begun(&[a, b, c, d], "lwt_signal_l4_s_from", Serial, with, initial)
}

/// The same of five signals, `Lwt_signal.l5_s`. Borrows them. As lwt_signal_map_s_from.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l5_s_from(
    f: lwt_l5_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
    e: *const lwt_signal,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l5(f, env, drop_env).map(Use::Map);
    begun(
        &[a, b, c, d, e],
        "lwt_signal_l5_s_from",
        Serial,
        with,
        initial,
    )
}

/// The same of six signals, `Lwt_signal.l6_s`. Borrows them. As lwt_signal_map_s_from.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l6_s_from(
    function: lwt_l6_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
    e: *const lwt_signal,
    f: *const lwt_signal,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    let with = closure::l6(function, env, drop_env).map(Use::Map);
    begun(
        &[a, b, c, d, e, f],
        "lwt_signal_l6_s_from",
        Serial,
        with,
        initial,
    )
}
