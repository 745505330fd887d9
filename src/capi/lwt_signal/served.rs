//! Functions that return promises, on signals: promises of signals, and events.

use super::given;
use crate::abi::*;
use crate::capi::closure::null;
use crate::capi::closure::served::{
    self as closure, lwt_l2_promise_fn, lwt_l3_promise_fn, lwt_l4_promise_fn, lwt_l5_promise_fn,
    lwt_l6_promise_fn,
};
use crate::capi::lwt::array;
use crate::capi::lwt_event::event::{lwt_event, lwt_signal};
use crate::capi::lwt_event::{event, given as given_event, shared, signal};
use crate::exn::Exn;
use crate::promise::failed;
use crate::promise::shared::Shared;
use crate::react::Signal;
use crate::react::lwt::Use;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

/// A promise of a signal that is made of others and of a function.
fn promised(
    all: &[*const lwt_signal],
    name: &'static str,
    with: Option<Use>,
    then: impl FnOnce(Signal) -> Result<Signal, Exn> + 'static,
) -> *mut lwt_t {
    let all: Result<Vec<Signal>, Exn> = all.iter().map(|&s| signal(s, name)).collect();
    let promise = match (all, with) {
        (Err(exn), _) => failed(exn),
        (_, None) => failed(null(name)),
        (Ok(all), Some(with)) => Signal::promised(&all.iter().collect::<Vec<_>>(), with, then),
    };
    promise.into_raw()
}

/// A promise of a signal that is what the promises show that `f` returns for the values of
/// `s`, `Lwt_react.S.map_s`: it is fulfilled when the first of them is, whose failure
/// it fails with. Later ones are made one after the other, when `s` changes; where one
/// fails, the signal stays as it is, and the failure goes to lwt_react_on_error.
///
/// Borrows `s`, consumes `env`. `f` borrows its argument until its promise has resolved,
/// which may show that very word. The signal is an `lwt_signal *` that the promise owns:
/// to be had by lwt_take, or borrowed and retained. When it is gone, what waits is
/// forgotten, and the promise that runs is cancelled; so it is if the result is
/// cancelled. Values are compared as words; lwt_signal_with_eq changes that.
///
/// Fails also with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
/// LWT_INVALID_ARGUMENT if `f` is NULL, LWT_FAILURE if `s` has no value yet in the step
/// that runs, and if memory ran out. On the thread of the signal.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_map_s(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let with = closure::l1(f, env, drop_env).map(|f| Use::Map(f));
    promised(&[s], "lwt_signal_map_s", with, Ok)
}

/// The last value of `s` for which the promise of `f` showed anything but LWT_UNIT, and
/// `initial`, which `drop` frees, if the first does not, `Lwt_react.S.filter_s`. As
/// lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_filter_s(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_t {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Filter(f, initial));
    promised(&[s], "lwt_signal_filter_s", with, Ok)
}

/// The last that a promise of `f` showed other than LWT_NONE, and `initial`, which `drop`
/// frees, if the first shows that, `Lwt_react.S.fmap_s`. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fmap_s(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_t {
    let initial = shared(initial, drop);
    let with = closure::l1(f, env, drop_env).map(|f| Use::Fmap(f, initial));
    promised(&[s], "lwt_signal_fmap_s", with, Ok)
}

/// What the promise of the value of `functions`, a `struct lwt_react_promising *`, called
/// with that of `s`, shows, `Lwt_react.S.app_s`. Borrows both. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_app_s(
    functions: *const lwt_signal,
    s: *const lwt_signal,
) -> *mut lwt_t {
    let with = Some(Use::Map(closure::apply()));
    promised(&[functions, s], "lwt_signal_app_s", with, Ok)
}

/// What the value of `s`, a promise, shows, `Lwt_react.S.run_s`: the signal's values are
/// `lwt_t *`, each borrowed when its turn comes. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_run_s(s: *const lwt_signal) -> *mut lwt_t {
    let with = Some(Use::Run(Rc::new(closure::promise)));
    promised(&[s], "lwt_signal_run_s", with, Ok)
}

/// The value of that signal which the promise of `f` shows for the value of `s`, an
/// `lwt_signal *`, anew each time that this changes, `Lwt_react.S.bind_s`. Such a handle is
/// usually owned by the promise, with lwt_signal_drop. A value that is no signal fails the
/// result with LWT_INVALID_ARGUMENT if it is the first, and goes to the async exception
/// hook later on. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_bind_s(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_signal_bind_s";
    let with = closure::l1(f, env, drop_env).map(Use::Map);
    promised(&[s], NAME, with, |signals| {
        signals.switch(|value: &Shared| signal(value.word().cast(), NAME))
    })
}

/// The promises of `f(value so far, value)` over the `n` signals, from `initial`, which
/// `drop` frees, and the first to the last, `Lwt_react.S.merge_s`. Borrows the array and
/// the signals in it. As lwt_signal_map_s.
///
/// # Safety
/// `signals` is the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_signal_merge_s(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    signals: *const *const lwt_signal,
    n: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_signal_merge_s";
    let initial = shared(initial, drop);
    let with = closure::l2(f, env, drop_env).map(|f| Use::Merge(f, initial));
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, signals, n) } {
        Ok(all) => promised(all, NAME, with, Ok),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// `Lwt_react.S.l1_s`: lwt_signal_map_s, with the arguments in the order of its kin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l1_s(
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
) -> *mut lwt_t {
    let with = closure::l1(f, env, drop_env).map(Use::Map);
    promised(&[a], "lwt_signal_l1_s", with, Ok)
}

/// The same of two signals, `Lwt_react.S.l2_s`. Borrows them. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l2_s(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
) -> *mut lwt_t {
    let with = closure::l2(f, env, drop_env).map(Use::Map);
    promised(&[a, b], "lwt_signal_l2_s", with, Ok)
}

/// The same of three signals, `Lwt_react.S.l3_s`. Borrows them. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l3_s(
    f: lwt_l3_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
) -> *mut lwt_t {
    let with = closure::l3(f, env, drop_env).map(Use::Map);
    promised(&[a, b, c], "lwt_signal_l3_s", with, Ok)
}

/// The same of four signals, `Lwt_react.S.l4_s`. Borrows them. As lwt_signal_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l4_s(
    f: lwt_l4_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
) -> *mut lwt_t {
    let with = closure::l4(f, env, drop_env).map(Use::Map);
    promised(&[a, b, c, d], "lwt_signal_l4_s", with, Ok)
}

/// The same of five signals, `Lwt_react.S.l5_s`. Borrows them. As lwt_signal_map_s.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l5_s(
    f: lwt_l5_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
    e: *const lwt_signal,
) -> *mut lwt_t {
    let with = closure::l5(f, env, drop_env).map(Use::Map);
    promised(&[a, b, c, d, e], "lwt_signal_l5_s", with, Ok)
}

/// The same of six signals, `Lwt_react.S.l6_s`. Borrows them. As lwt_signal_map_s.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_l6_s(
    function: lwt_l6_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_signal,
    b: *const lwt_signal,
    c: *const lwt_signal,
    d: *const lwt_signal,
    e: *const lwt_signal,
    f: *const lwt_signal,
) -> *mut lwt_t {
    let with = closure::l6(function, env, drop_env).map(Use::Map);
    promised(&[a, b, c, d, e, f], "lwt_signal_l6_s", with, Ok)
}

/// An event with what the promises of `f(new value, old value)` show, when `s` changes,
/// `Lwt_react.S.diff_s`. Borrows `s`. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_diff_s(
    s: *const lwt_signal,
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l2(f, env, drop_env);
    match (signal(s, "lwt_signal_diff_s"), f) {
        (Ok(signal), Some(f)) => given_event(signal.diff_s(f)),
        _ => ptr::null_mut(),
    }
}

/// An event with what the promises of `f(occurrence, value of s)` show, when `e` occurs,
/// `Lwt_react.S.sample_s`. Borrows both. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_sample_s(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    e: *const lwt_event,
    s: *const lwt_signal,
) -> *mut lwt_event {
    const NAME: &str = "lwt_signal_sample_s";
    let f = closure::l2(f, env, drop_env);
    match (event(e, NAME), signal(s, NAME), f) {
        (Ok(event), Ok(signal), Some(f)) => given_event(event.sample_s(&signal, f)),
        _ => ptr::null_mut(),
    }
}

/// The last occurrence of lwt_event_accum_s, and `initial`, which `drop` frees, before,
/// `Lwt_react.S.accum_s`. Borrows `functions`. As lwt_signal_hold otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_accum_s(
    functions: *const lwt_event,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    match event(functions, "lwt_signal_accum_s") {
        Ok(event) => given(event.fold_signal_s(initial, closure::accumulate())),
        Err(_) => ptr::null_mut(),
    }
}

/// The last occurrence of lwt_event_fold_s, and `initial`, which `drop` frees, before,
/// `Lwt_react.S.fold_s`. Borrows `e`, consumes `env`. As lwt_signal_hold otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fold_s(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    e: *const lwt_event,
) -> *mut lwt_signal {
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    match (event(e, "lwt_signal_fold_s"), f) {
        (Ok(event), Some(f)) => given(event.fold_signal_s(initial, f)),
        _ => ptr::null_mut(),
    }
}
