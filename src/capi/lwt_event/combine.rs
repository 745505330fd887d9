//! Events that are derived from one other.

use super::event::{lwt_event, lwt_signal};
use super::{
    apply, consumed_event, derived, derived_of, event, given, optional_signal, shared, signal,
};
use crate::abi::*;
use crate::capi::closure::shared::{self as closure, lwt_equal_fn, lwt_l2_fn};
use crate::promise::call;
use crate::promise::shared::Shared;
use crate::react::graph::node::eq_of;
use crate::react::{Eq, Event};
use crate::value::Env;
use std::ffi::c_void;
use std::ptr;

/// An event with the same occurrences, each of which `f` is called with first,
/// `React.E.trace`; with `iff`, while that signal is true, i.e. not LWT_UNIT. What `f`
/// raises goes to the async exception hook; the event occurs all the same.
///
/// Borrows `iff`, which may be NULL. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_trace(
    e: *const lwt_event,
    iff: *const lwt_signal,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_trace";
    let f = closure::unit(f, env, drop_env);
    let with = f.zip(optional_signal(iff, NAME).ok());
    derived(e, NAME, with, |e, (f, iff)| e.trace(iff.as_ref(), f))
}

/// The next occurrence of `e` alone, `React.E.once`. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_once(e: *const lwt_event) -> *mut lwt_event {
    derived(e, "lwt_event_once", Some(()), |e, ()| e.once())
}

/// All occurrences of `e` but the next, `React.E.drop_once`. As lwt_event_map
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_drop_once(e: *const lwt_event) -> *mut lwt_event {
    derived(e, "lwt_event_drop_once", Some(()), |e, ()| e.drop_once())
}

/// An event that occurs when both do, `React.E.app`: with what an occurrence of
/// `functions`, a `struct lwt_react_function *`, makes of one of `e`. As lwt_event_map
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_app(
    functions: *const lwt_event,
    e: *const lwt_event,
) -> *mut lwt_event {
    derived_of(&[functions, e], "lwt_event_app", Some(()), |both, ()| {
        Event::lift(both, |values| match values {
            [function, value] => apply(function, value),
            _ => Ok(shared(ptr::null_mut(), None)),
        })
    })
}

/// An event that occurs whenever `e` does, with what `f` returns for its value,
/// `React.E.map`.
///
/// Borrows `e`, of which the result keeps what it needs, and consumes `env`. `f` borrows
/// its argument; it may return that very word, and the two events then share the value;
/// it gives a new one a drop function with `lwt_owned`. Where it raises
/// (`lwt_raise`), the exception goes to the async exception hook, and the event does
/// not occur. Returns the event, owned by the caller (lwt_event_release): `f` is called
/// only as long as somebody has it, or something that is derived from it. NULL: a
/// handle is bad, `f` is NULL, or memory ran out. On the thread of the event.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_map(
    e: *const lwt_event,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::map(f, env, drop_env);
    derived(e, "lwt_event_map", f, |e, f| e.map(f))
}

/// An event that occurs whenever `e` does, with `value`, which it owns, and `drop`
/// frees, `React.E.stamp`. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_stamp(
    e: *const lwt_event,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_event {
    let value = shared(value, drop);
    derived(e, "lwt_event_stamp", Some(value), |e, value| e.stamp(value))
}

/// The occurrences of `e` of which `f` says true, `React.E.filter`. As lwt_event_map
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_filter(
    e: *const lwt_event,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::test(f, env, drop_env);
    derived(e, "lwt_event_filter", f, |e, f| e.filter(f))
}

/// What `f` makes of the occurrences of `e`, without those of which it makes
/// `LWT_NONE`, `React.E.fmap`. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_fmap(
    e: *const lwt_event,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::fmap(f, env, drop_env);
    derived(e, "lwt_event_fmap", f, |e, f| e.fmap(f))
}

/// What `f(occurrence, the one before)` makes, from the second occurrence of `e` on,
/// `React.E.diff`. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_diff(
    e: *const lwt_event,
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l2(f, env, drop_env);
    derived(e, "lwt_event_diff", f, |e, f| e.diff(f))
}

/// The occurrences of `e` without those that are the same as the one before,
/// `React.E.changes`. `equal` tells which are; NULL: those whose words are (such as
/// `lwt_equal_text` of `lwt_signal.h`). As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_changes(
    e: *const lwt_event,
    equal: lwt_equal_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let eq = closure::equal(equal, env, drop_env).map_or(Eq::Word, eq_of);
    derived(e, "lwt_event_changes", Some(eq), |e, eq| e.changes(eq))
}

/// The occurrences of `e` while the signal `condition` is true, i.e. not LWT_UNIT,
/// `React.E.on`, once `E.when_`. Borrows both. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_on(
    condition: *const lwt_signal,
    e: *const lwt_event,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_on";
    derived(e, NAME, signal(condition, NAME).ok(), |e, on| e.on(&on))
}

/// The occurrences of `e` at which `c` does not occur, `React.E.dismiss`. Borrows
/// both. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_dismiss(c: *const lwt_event, e: *const lwt_event) -> *mut lwt_event {
    const NAME: &str = "lwt_event_dismiss";
    derived(e, NAME, event(c, NAME).ok(), |e, c| e.dismiss(&c))
}

/// The occurrences of `e` before `c` occurs for the first time, `React.E.until`: one
/// at that very time is none of them. Borrows both. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_until(c: *const lwt_event, e: *const lwt_event) -> *mut lwt_event {
    const NAME: &str = "lwt_event_until";
    derived(e, NAME, event(c, NAME).ok(), |e, c| e.until(&c))
}

/// A running value, `React.E.accum`: each occurrence of `functions`, a
/// `struct lwt_react_function *`, is called with what the one before returned, the first
/// with `initial`, which `drop` frees. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_accum(
    functions: *const lwt_event,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_event {
    let initial = shared(initial, drop);
    derived(functions, "lwt_event_accum", Some(initial), |e, initial| {
        e.fold(initial, |value, function| apply(function, value))
    })
}

/// A running value, `React.E.fold`: at each occurrence of `e`,
/// `f(the value so far, the occurrence)`, from `initial`, which `drop` frees, on. `f`
/// borrows both. Where it raises, the value stays as it was. As lwt_event_map
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_fold(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    e: *const lwt_event,
) -> *mut lwt_event {
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    derived(e, "lwt_event_fold", f, |e, f| e.fold(initial, f))
}

/// An event that occurs as `e`, and from an occurrence of `events` on, that very
/// moment too, as that, `React.E.switch`: the occurrences of `events` are
/// `lwt_event *`. Such a handle may be given up when the step is over, and it is
/// usual to send it with its drop function:
/// `lwt_event_send_owned(s, e, lwt_event_drop)`.
///
/// Where an occurrence is no event of this thread, or one that depends on the result
/// itself, an exception of kind LWT_INVALID_ARGUMENT goes to the async exception hook,
/// and the event occurs as before. Borrows both. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_switch(
    e: *const lwt_event,
    events: *const lwt_event,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_switch";
    derived(e, NAME, event(events, NAME).ok(), |e, events| {
        e.switch(&events, |value: &Shared| event(value.word().cast(), NAME))
    })
}

/// What `lwt_event_fix` is given: it borrows `delayed`; it returns the event that this is
/// to occur as, and stores the result in `*result`. The library then owns both.
pub type lwt_event_fix_fn = Option<
    unsafe extern "C" fn(
        delayed: *const lwt_event,
        result: *mut *mut lwt_event,
        env: *mut c_void,
    ) -> *mut lwt_event,
>;

/// An event that depends on itself, `React.E.fix`. `f` is called once, now, with an event
/// that occurs as the one that `f` returns does, each time in a step right after. Without
/// a filter on the way there is no end of steps.
///
/// Returns what `f` stored in `*result`, owned by the caller: as long as somebody has it,
/// the delayed event occurs. Consumes `env`. NULL: `f` is NULL, stored or returned no
/// event of this thread, or raised; then the exception is raised again. That is also
/// done with LWT_INVALID_ARGUMENT where `f` returned the delayed event itself.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_fix(
    f: lwt_event_fix_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_fix";
    let env = Env::new(env, drop_env);
    let Some(f) = f else { return ptr::null_mut() };
    given(Event::fix(|delayed| {
        let handle = given(Ok(delayed.clone()));
        let mut result = ptr::null_mut();
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(handle, &mut result, env.word()) };
        let (source, ran) = call::other_of(f as usize, call);
        let both = (consumed_event(source, NAME), consumed_event(result, NAME));
        drop(consumed_event(handle, NAME));
        ran.and_then(|()| Ok((both.0?, both.1?)))
    }))
}

/// The occurrences of `e`, as options, `React.E.Option.some`: every value but LWT_NONE
/// is one already. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_option_some(e: *const lwt_event) -> *mut lwt_event {
    derived(e, "lwt_event_option_some", Some(()), |e, ()| {
        e.map(|value| Ok(value.clone()))
    })
}

/// The occurrences of `e` that are not LWT_NONE, `React.E.Option.value`. In the place of
/// those that are, it occurs with the value of the signal `fallback`, or not at all if
/// that is NULL. Borrows both. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_option_value(
    fallback: *const lwt_signal,
    e: *const lwt_event,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_option_value";
    let fallback = optional_signal(fallback, NAME).ok();
    derived(e, NAME, fallback, |e, fallback| {
        e.option_value(fallback.as_ref())
    })
}
