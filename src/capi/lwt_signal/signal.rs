//! Signals, what gives them values, and when two values are the same.

use super::{consumed_signal, given};
use crate::abi::*;
use crate::capi::closure::shared::{self as closure, lwt_equal_fn};
use crate::capi::lwt::kind;
use crate::capi::lwt_event::event::{get_step, lwt_react_step, lwt_signal, retained};
use crate::capi::lwt_event::{shared, signal};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::call;
use crate::promise::text::lwt_string;
use crate::react::graph::node::eq_of;
use crate::react::{Eq, Setter, Signal};
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// What gives a primitive signal its values. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_signal_setter {
    _private: [u8; 0],
}

/// Makes a primitive signal, `React.S.create`, with the value `initial`, and stores in
/// `*setter` what changes it. The caller owns both: lwt_signal_release,
/// lwt_signal_setter_release. The setter keeps the signal alive.
///
/// NULL: `setter` is NULL, or memory ran out. On any thread, whose both then are.
///
/// # Safety
/// `setter` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_signal_create(
    initial: lwt_value,
    setter: *mut *mut lwt_signal_setter,
) -> *mut lwt_signal {
    // SAFETY: the caller's promise.
    unsafe { lwt_signal_create_owned(initial, None, setter) }
}

/// The same with a value that `drop` frees, when the signal has another and nobody shows
/// it any more, and also if this fails. Of a text it is lwt_string_drop; of text,
/// compare by lwt_equal_text (lwt_signal_with_eq).
///
/// # Safety
/// `setter` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_signal_create_owned(
    initial: lwt_value,
    drop: lwt_drop_fn,
    setter: *mut *mut lwt_signal_setter,
) -> *mut lwt_signal {
    let initial = shared(initial, drop);
    // SAFETY: the caller's promise.
    let Some(place) = (unsafe { setter.as_mut() }) else {
        return ptr::null_mut();
    };
    *place = ptr::null_mut();
    given(Signal::create(initial).map(|(signal, setter)| {
        *place = object::new(Kind::SignalSetter, Rc::new(setter)).cast();
        signal
    }))
}

/// Returns a signal that is always `value`, `React.S.const`, owned by the caller. NULL:
/// memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_const(value: lwt_value) -> *mut lwt_signal {
    lwt_signal_const_owned(value, None)
}

/// The same with a value that `drop` frees.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_const_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_signal {
    given(Signal::constant(shared(value, drop)))
}

/// One more reference to the same signal, owned by the caller. NULL: it is not a signal
/// of this thread. (`React.S.retain` is `lwt_signal_retain_value`.)
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_retain(signal: *const lwt_signal) -> *mut lwt_signal {
    object::retain(Kind::Signal, signal.cast()).cast()
}

/// Gives up a reference. With the last one, to a derived signal from which nothing
/// is derived, its function is not called any more, and its environment and its value are
/// dropped before this returns. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_release(signal: *mut lwt_signal) {
    drop(consumed_signal(signal, ""));
}

/// One more reference to the same setter, owned by the caller. NULL: it is not a setter
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_setter_retain(
    setter: *const lwt_signal_setter,
) -> *mut lwt_signal_setter {
    object::retain(Kind::SignalSetter, setter.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_setter_release(setter: *mut lwt_signal_setter) {
    // SAFETY: every setter's handle is made of a `Setter`.
    drop(unsafe { object::release::<Setter>(Kind::SignalSetter, setter.cast(), "") });
}

fn setter(setter: *const lwt_signal_setter, name: &str) -> Result<Rc<Setter>, Exn> {
    // SAFETY: every setter's handle is made of a `Setter`.
    unsafe { object::get(Kind::SignalSetter, setter.cast(), name) }
}

/// Gives the signal a value, the function that `React.S.create` returns: unless it is the
/// same as the one it has, an update step, in which all that depends on the signal is
/// updated before this returns. Inside a step, that is done right after it.
///
/// Borrows `s`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle. What functions raise in the step goes to the async exception hook.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_set(s: *const lwt_signal_setter, value: lwt_value) -> c_int {
    lwt_signal_set_owned(s, value, None)
}

/// The same with a value that `drop` frees: when the signal has another and nobody shows
/// it any more; at once if it is the same as before, or this fails.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_set_owned(
    s: *const lwt_signal_setter,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = shared(value, drop);
    kind(setter(s, "lwt_signal_set").map(|setter| setter.set(value)))
}

/// Gives the signal a value when the step is executed, together with all else that is in
/// it, `set ~step`. Borrows both. As lwt_signal_set; it also fails with
/// LWT_INVALID_ARGUMENT if the step was executed, or has the signal in it already.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_set_in(
    step: *const lwt_react_step,
    s: *const lwt_signal_setter,
    value: lwt_value,
) -> c_int {
    lwt_signal_set_in_owned(step, s, value, None)
}

/// The same with a value that `drop` frees, also if this fails, or the step is never
/// executed.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_set_in_owned(
    step: *const lwt_react_step,
    s: *const lwt_signal_setter,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    const NAME: &str = "lwt_signal_set_in";
    let value = shared(value, drop);
    let set = get_step(step, NAME).and_then(|step| setter(s, NAME)?.set_in(&step, value));
    kind(set)
}

/// The value of the signal, `React.S.value`, borrowed: it lives until the signal has
/// another one. In a step it may be that of before; in one in which the signal was made,
/// from what the step has not yet reached, it has none: LWT_UNIT then, and the callback
/// that asks is made to fail with LWT_FAILURE, as by lwt_raise. Borrows `s`. LWT_UNIT for
/// a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_value(s: *const lwt_signal) -> lwt_value {
    const UNSET: &str = "lwt_signal_value: the signal has no value yet";
    match signal(s, "lwt_signal_value").map(|signal| signal.value()) {
        Ok(Some(value)) => value.word(),
        Ok(None) => call::raise(Exn::new(LWT_FAILURE, UNSET)),
        Err(_) => ptr::null_mut(),
    }
}

/// Are they the same signal, or constants of the same value by `a`'s equality,
/// `React.S.equal`? Borrows both. False for a bad handle, and where the equality raises,
/// which is then raised again.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_equal(a: *const lwt_signal, b: *const lwt_signal) -> bool {
    const NAME: &str = "lwt_signal_equal";
    match (signal(a, NAME), signal(b, NAME)) {
        (Ok(a), Ok(b)) => told(a.equal(&b)),
        _ => false,
    }
}

/// What an equality said; what it raised is raised again.
fn told(same: Result<bool, Exn>) -> bool {
    same.unwrap_or_else(|exn| {
        call::raise(exn);
        false
    })
}

/// Are two values the same by the equality of the signal, `React.S.eq_fun`? Borrows `s`.
/// As lwt_signal_equal.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_eq(s: *const lwt_signal, a: lwt_value, b: lwt_value) -> bool {
    let same = |signal: Signal| signal.eq().same(&shared(a, None), &shared(b, None));
    signal(s, "lwt_signal_eq").is_ok_and(|signal| told(same(signal)))
}

/// Gives a signal an equality, the `?eq` of all functions of `React.S`: a new value that
/// is the same as the old one is no change, and updates nothing. Returns the handle that
/// it was given, so that it stands around what makes the signal:
///
///   s = lwt_signal_with_eq(lwt_signal_map(t, f, NULL, NULL), lwt_equal_text, NULL, NULL);
///
/// Without it, or with `equal` NULL, the words of values are compared: numbers, truth
/// values and handles are the same if they are equal, and floats if their bits are.
/// Where `equal` raises, the exception goes to the async exception hook, and the signal
/// keeps its old value. Consumes `env`, also for a bad handle; returns NULL then.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_with_eq(
    s: *mut lwt_signal,
    equal: lwt_equal_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    let eq = closure::equal(equal, env, drop_env).map_or(Eq::Word, eq_of);
    match signal(s, "lwt_signal_with_eq") {
        Ok(signal) => {
            signal.with_eq(eq);
            s
        }
        Err(_) => ptr::null_mut(),
    }
}

/// Are the words the same? The equality that signals have by themselves.
/// (OCaml's structural equality has no counterpart: C does not know what a word
/// points to.) On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_equal_word(a: lwt_value, b: lwt_value, _env: *mut c_void) -> bool {
    a == b
}

/// Never: with it each new value of a signal is a change. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_equal_never(_a: lwt_value, _b: lwt_value, _env: *mut c_void) -> bool {
    false
}

/// Are two `struct lwt_string *` the same text? LWT_UNIT and LWT_NONE are none,
/// and the same as themselves. On any thread.
///
/// # Safety
/// Each is one of these.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_equal_text(a: lwt_value, b: lwt_value, _env: *mut c_void) -> bool {
    if a == b || [a, b].iter().any(|&text| text.is_null() || text == NONE) {
        return a == b;
    }
    // SAFETY: the caller's promise: both are strings, of as many bytes as they say.
    unsafe {
        let (a, b) = (&*a.cast::<lwt_string>(), &*b.cast::<lwt_string>());
        a.len == b.len && libc::memcmp(a.data.cast(), b.data.cast(), a.len) == 0
    }
}

/// Are two LWT_FLOAT equal as numbers? 0 and -0 are, and NaN is not. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_equal_float(a: lwt_value, b: lwt_value, _env: *mut c_void) -> bool {
    crate::react::lifted::float(a) == crate::react::lifted::float(b)
}

/// Has the signal stay as it is, `React.S.stop`: it gives up what it is derived from, its
/// function is not called any more, and to set it is to do nothing.
///
/// Borrows `s`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_stop(s: *const lwt_signal) -> c_int {
    kind(signal(s, "lwt_signal_stop").map(|signal| signal.stop(false)))
}

/// The same, and so with what it is derived from and nothing else is, and so on, also if
/// there are handles to that, `React.S.stop ~strong:true`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_stop_strongly(s: *const lwt_signal) -> c_int {
    kind(signal(s, "lwt_signal_stop_strongly").map(|signal| signal.stop(true)))
}

/// Ties `value` to the signal, which then owns it and drops it when it is freed,
/// `React.S.retain`. As lwt_event_retain_value; it fails for a constant.
///
/// # Safety
/// `previous` and `drop_previous` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_signal_retain_value(
    s: *const lwt_signal,
    value: lwt_value,
    drop: lwt_drop_fn,
    previous: *mut lwt_value,
    drop_previous: *mut lwt_drop_fn,
) -> c_int {
    let value = Env::new(value, drop);
    let kept = signal(s, "lwt_signal_retain_value").and_then(|signal| signal.retain(value));
    // SAFETY: the caller's promise.
    unsafe { retained(kept, previous, drop_previous) }
}
