//! Signals that are derived from one other, or from events.

use super::{consumed_signal, derived, derived_of, given};
use crate::abi::*;
use crate::capi::closure::shared::{self as closure, lwt_l2_fn};
use crate::capi::lwt_event::event::{lwt_event, lwt_signal};
use crate::capi::lwt_event::{apply, event, given as given_event, shared, signal};
use crate::exn::Exn;
use crate::promise::call;
use crate::promise::shared::Shared;
use crate::react::{Event, Signal};
use crate::value::Env;
use std::ffi::c_void;
use std::ptr;

/// A signal that is made of an event and of something else.
fn of_event<T>(
    e: *const lwt_event,
    name: &str,
    with: Option<T>,
    derive: impl FnOnce(Event, T) -> Result<Signal, Exn>,
) -> *mut lwt_signal {
    match (event(e, name), with) {
        (Ok(event), Some(with)) => given(derive(event, with)),
        _ => ptr::null_mut(),
    }
}

/// A signal that is always what `f` returns for the value of `s`, `React.S.map`.
///
/// Borrows `s`, of which the result keeps what it needs, and consumes `env`. `f` is
/// called now, and each time that `s` changes. It borrows its argument; it may return
/// that very word, and the two signals then share the value; it gives a new one a drop
/// function with `lwt_owned`. Where it raises (`lwt_raise`) later, the exception goes to
/// the async exception hook, and the signal stays as it was.
///
/// Returns the signal, owned by the caller (lwt_signal_release): it changes only as long
/// as somebody has it, or something that is derived from it. NULL: a handle is bad, `f`
/// is NULL, or memory ran out; or `f` has raised now, which is raised again, by
/// lwt_raise: the callback that calls this fails, or, outside of one, the async
/// exception hook is told. On the thread of the signal.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_map(
    s: *const lwt_signal,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    let f = closure::map(f, env, drop_env);
    derived(s, "lwt_signal_map", f, |s, f| s.map(f))
}

/// The same signal, with `f` called for its value, now and when it changes,
/// `React.S.trace`; with `iff`, while that signal is true, i.e. not LWT_UNIT. What `f`
/// raises goes to the async exception hook. It has the equality of `s`.
///
/// Borrows `iff`, which may be NULL. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_trace(
    s: *const lwt_signal,
    iff: *const lwt_signal,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_trace";
    let f = closure::unit(f, env, drop_env);
    let iff = match iff.is_null() {
        true => Some(None),
        false => signal(iff, NAME).ok().map(Some),
    };
    derived(s, NAME, f.zip(iff), |s, (f, iff)| s.trace(iff.as_ref(), f))
}

/// The last occurrence of `e`, and `initial`, which `drop` frees, before,
/// `React.S.hold`. Borrows `e`. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_hold(
    initial: lwt_value,
    drop: lwt_drop_fn,
    e: *const lwt_event,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    of_event(e, "lwt_signal_hold", Some(initial), |e, i| e.hold(i))
}

/// A signal that is always what the value of `functions`, a
/// `struct lwt_react_function *`, makes of that of `s`, `React.S.app`. Borrows both. As
/// lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_app(
    functions: *const lwt_signal,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    derived_of(&[functions, s], "lwt_signal_app", Some(()), |both, ()| {
        Signal::lift(both, |values| match values {
            [function, value] => apply(function, value),
            _ => Ok(shared(ptr::null_mut(), None)),
        })
    })
}

/// The last value of `s` of which `f` says true, and `initial`, which `drop` frees, before
/// there is one, `React.S.filter`. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_filter(
    s: *const lwt_signal,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let (f, initial) = (closure::test(f, env, drop_env), shared(initial, drop));
    derived(s, "lwt_signal_filter", f, |s, f| s.filter(initial, f))
}

/// What `f` makes of the last value of `s` of which it does not make LWT_NONE, and
/// `initial`, which `drop` frees, before there is one, `React.S.fmap`. As lwt_signal_map
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fmap(
    s: *const lwt_signal,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let (f, initial) = (closure::fmap(f, env, drop_env), shared(initial, drop));
    derived(s, "lwt_signal_fmap", f, |s, f| s.fmap(initial, f))
}

/// An event with what `f(new value, old value)` makes, when `s` changes, `React.S.diff`.
/// Borrows `s`. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_diff(
    s: *const lwt_signal,
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    match (signal(s, "lwt_signal_diff"), closure::l2(f, env, drop_env)) {
        (Ok(signal), Some(f)) => given_event(signal.diff(f)),
        _ => ptr::null_mut(),
    }
}

/// An event with the new value, when `s` changes, `React.S.changes`. Borrows `s`. As
/// lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_changes(s: *const lwt_signal) -> *mut lwt_event {
    match signal(s, "lwt_signal_changes") {
        Ok(signal) => given_event(signal.changes()),
        Err(_) => ptr::null_mut(),
    }
}

/// An event with what `f(occurrence, value of s)` makes, when `e` occurs,
/// `React.S.sample`. Borrows both. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_sample(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    e: *const lwt_event,
    s: *const lwt_signal,
) -> *mut lwt_event {
    const NAME: &str = "lwt_signal_sample";
    let f = closure::l2(f, env, drop_env);
    match (event(e, NAME), signal(s, NAME), f) {
        (Ok(event), Ok(signal), Some(f)) => given_event(event.sample(&signal, f)),
        _ => ptr::null_mut(),
    }
}

/// The value that `s` had when the signal `condition` was true (not LWT_UNIT) last, and
/// `initial`, which `drop` frees, before it ever was, `React.S.on`, once `S.when_`.
/// Borrows both. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_on(
    condition: *const lwt_signal,
    initial: lwt_value,
    drop: lwt_drop_fn,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_on";
    let initial = shared(initial, drop);
    derived(s, NAME, signal(condition, NAME).ok(), |s, on| {
        s.on(&on, initial)
    })
}

/// `s` without those of its changes at which `e` occurs, `React.S.dismiss`; at first it is
/// the value of `s`, or, where `e` occurs in the step in which this is called, `initial`,
/// which `drop` frees. Borrows both. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_dismiss(
    e: *const lwt_event,
    initial: lwt_value,
    drop: lwt_drop_fn,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_dismiss";
    let initial = shared(initial, drop);
    derived(s, NAME, event(e, NAME).ok(), |s, e| s.dismiss(&e, initial))
}

/// A running value, `React.S.accum`: `initial`, which `drop` frees, and at each occurrence
/// of `functions`, a `struct lwt_react_function *`, what that makes of the value so far.
/// Borrows `functions`. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_accum(
    functions: *const lwt_event,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    of_event(functions, "lwt_signal_accum", Some(initial), |e, i| {
        e.fold_signal(i, |value, function| apply(function, value))
    })
}

/// A running value, `React.S.fold`: `initial`, which `drop` frees, and at each occurrence
/// of `e`, `f(the value so far, the occurrence)`. `f` borrows both. Borrows `e`. As
/// lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fold(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    e: *const lwt_event,
) -> *mut lwt_signal {
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    of_event(e, "lwt_signal_fold", f, |e, f| e.fold_signal(initial, f))
}

/// The value of that signal which is the value of `signals`, `React.S.switch`: its values
/// are `lwt_signal *`. Such a handle may be given up when the step is over; signals of
/// them are usually made with lwt_signal_drop as the drop function.
///
/// Where a value is no signal of this thread, or one that depends on the result itself, an
/// exception of kind LWT_INVALID_ARGUMENT goes to the async exception hook, and the
/// signal goes on following the one before. Borrows `signals`. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_switch(signals: *const lwt_signal) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_switch";
    derived(signals, NAME, Some(()), |signals, ()| {
        signals.switch(|value: &Shared| signal(value.word().cast(), NAME))
    })
}

/// What lwt_signal_bind calls: it borrows `value`, and the library owns what it returns.
pub type lwt_signal_bind_fn =
    Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> *mut lwt_signal>;

/// The value of that signal which `f` makes of the value of `s`, anew each time that
/// this changes, `React.S.bind`; `Lwt_react.S.bind`. NULL, or what is no signal, fails it as
/// if `f` raised LWT_INVALID_ARGUMENT. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_bind(
    s: *const lwt_signal,
    f: lwt_signal_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_bind";
    let env = Env::new(env, drop_env);
    derived(s, NAME, f, |s, f| {
        s.bind(move |value: &Shared| {
            // SAFETY: the function and its environment came together from C.
            let call = || unsafe { f(value.word(), env.word()) };
            let (made, ran) = call::other_of(f as usize, call);
            let made = consumed_signal(made, NAME);
            ran.and(made)
        })
    })
}

/// What `lwt_signal_fix` is given: it borrows `delayed`; it returns the signal that this is
/// to be, and stores the result in `*result`. The library then owns both.
pub type lwt_signal_fix_fn = Option<
    unsafe extern "C" fn(
        delayed: *const lwt_signal,
        result: *mut *mut lwt_signal,
        env: *mut c_void,
    ) -> *mut lwt_signal,
>;

/// A signal that depends on itself, `React.S.fix`. `f` is called once, now, with a signal
/// that is `initial`, which `drop` frees, and takes the values of the one that `f` returns,
/// each time in a step right after, until they are the same.
///
/// Returns what `f` stored in `*result`, owned by the caller: as long as somebody has it,
/// the delayed signal changes. Consumes `env`. NULL: `f` is NULL, stored or returned no
/// signal of this thread, or raised; then the exception is raised again. That is also
/// done with LWT_INVALID_ARGUMENT where `f` returned the delayed signal itself.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_fix(
    initial: lwt_value,
    drop: lwt_drop_fn,
    f: lwt_signal_fix_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_fix";
    let (initial, env) = (shared(initial, drop), Env::new(env, drop_env));
    let Some(f) = f else { return ptr::null_mut() };
    given(Signal::fix(initial, |delayed| {
        let handle = given(Ok(delayed.clone()));
        let mut result = ptr::null_mut();
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(handle, &mut result, env.word()) };
        let (source, ran) = call::other_of(f as usize, call);
        let both = (consumed_signal(source, NAME), consumed_signal(result, NAME));
        std::mem::drop(consumed_signal(handle, NAME));
        ran.and_then(|()| Ok((both.0?, both.1?)))
    }))
}
