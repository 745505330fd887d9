//! Functions that return promises, for the occurrences of events.

use super::event::lwt_event;
use super::{derived, derived_of, shared};
use crate::abi::*;
use crate::capi::closure::served::{self as closure, lwt_l2_promise_fn};
use crate::capi::lwt::array;
use crate::react::Event;
use crate::react::lwt::Order::{Parallel, Serial};
use std::ffi::c_void;
use std::ptr;

/// An event that occurs with what the promises show that `f` returns for the occurrences
/// of `e`, `Lwt_react.E.map_s`: one after the other, and so in their order. `f` is called
/// for an occurrence when the promise before has resolved and its value has occurred.
/// Results occur in steps of their own.
///
/// Where a promise fails, or `f` raises, the event does not occur; the failure goes to
/// lwt_react_on_error. `f` borrows its argument until its promise has resolved, which may
/// show that very word. When the event is gone, what waits is forgotten, and the promise
/// that runs is cancelled. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_map_s(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l1(f, env, drop_env);
    derived(e, "lwt_event_map_s", f, |e, f| {
        Event::map_promised(&[&e], Serial, f)
    })
}

/// The same, but `f` is called at once for each occurrence, `Lwt_react.E.map_p`: the
/// results occur in the order in which the promises resolve.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_map_p(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l1(f, env, drop_env);
    derived(e, "lwt_event_map_p", f, |e, f| {
        Event::map_promised(&[&e], Parallel, f)
    })
}

/// An event that occurs with those occurrences of `e` for which the promise of `f` shows
/// anything but LWT_UNIT, `Lwt_react.E.filter_s`. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_filter_s(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l1(f, env, drop_env);
    derived(e, "lwt_event_filter_s", f, |e, f| {
        e.filter_promised(Serial, f)
    })
}

/// The same, but `f` is called at once for each occurrence, `Lwt_react.E.filter_p`: the
/// results occur in the order in which the promises resolve.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_filter_p(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l1(f, env, drop_env);
    derived(e, "lwt_event_filter_p", f, |e, f| {
        e.filter_promised(Parallel, f)
    })
}

/// The same as lwt_event_map_s, but it does not occur where the promise shows LWT_NONE,
/// `Lwt_react.E.fmap_s`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_fmap_s(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l1(f, env, drop_env);
    derived(e, "lwt_event_fmap_s", f, |e, f| e.fmap_promised(Serial, f))
}

/// The same, but `f` is called at once for each occurrence, `Lwt_react.E.fmap_p`: the
/// results occur in the order in which the promises resolve.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_fmap_p(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l1(f, env, drop_env);
    derived(e, "lwt_event_fmap_p", f, |e, f| {
        e.fmap_promised(Parallel, f)
    })
}

/// When both occur, what the promise of an occurrence of `functions`, a
/// `struct lwt_react_promising *`, called with one of `e`, shows, `Lwt_react.E.app_s`.
/// Borrows both. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_app_s(
    functions: *const lwt_event,
    e: *const lwt_event,
) -> *mut lwt_event {
    let f = Some(closure::apply());
    derived_of(&[functions, e], "lwt_event_app_s", f, |both, f| {
        Event::map_promised(both, Serial, f)
    })
}

/// The same at the same time, `Lwt_react.E.app_p`. As lwt_event_map_p.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_app_p(
    functions: *const lwt_event,
    e: *const lwt_event,
) -> *mut lwt_event {
    let f = Some(closure::apply());
    derived_of(&[functions, e], "lwt_event_app_p", f, |both, f| {
        Event::map_promised(both, Parallel, f)
    })
}

/// An event that occurs with what the occurrences of `e`, which are promises, show,
/// `Lwt_react.E.run_s`: in the order of the occurrences. It borrows each `lwt_t *` in the
/// step, and cancels the one that it waits for when it is gone. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_run_s(e: *const lwt_event) -> *mut lwt_event {
    derived(e, "lwt_event_run_s", Some(()), |e, ()| {
        e.run_promised(Serial, closure::promise)
    })
}

/// The same in the order in which they resolve, `Lwt_react.E.run_p`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_run_p(e: *const lwt_event) -> *mut lwt_event {
    derived(e, "lwt_event_run_p", Some(()), |e, ()| {
        e.run_promised(Parallel, closure::promise)
    })
}

/// An event with what the promises of `f(occurrence, the one before)` show, from the
/// second occurrence of `e` on, `Lwt_react.E.diff_s`. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_diff_s(
    e: *const lwt_event,
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = closure::l2(f, env, drop_env);
    derived(e, "lwt_event_diff_s", f, |e, f| e.diff_s(f))
}

/// A running result, `Lwt_react.E.accum_s`: at each occurrence of `functions`, a
/// `struct lwt_react_promising *`, what its promise makes of the result so far, from
/// `initial` on, which `drop` frees. Where that fails, the result stays. As
/// lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_accum_s(
    functions: *const lwt_event,
    initial: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_event {
    let initial = shared(initial, drop);
    derived(functions, "lwt_event_accum_s", Some(()), |e, ()| {
        e.fold_s(initial, closure::accumulate())
    })
}

/// A running result, `Lwt_react.E.fold_s`: what the promises of
/// `f(result so far, occurrence of e)` show, from `initial` on, which `drop` frees. Where
/// one fails, the result stays. As lwt_event_map_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_fold_s(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    e: *const lwt_event,
) -> *mut lwt_event {
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    derived(e, "lwt_event_fold_s", f, |e, f| e.fold_s(initial, f))
}

/// An event that occurs when one of the `n` events does, `Lwt_react.E.merge_s`: with what
/// the promises of `f(what there is so far, an occurrence)` come to, from `initial`, which
/// `drop` frees, and the first event that occurs to the last. Borrows the array and the
/// events in it. As lwt_event_map_s.
///
/// # Safety
/// `events` is the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_event_merge_s(
    f: lwt_l2_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    events: *const *const lwt_event,
    n: usize,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_merge_s";
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, events, n) } {
        Ok(all) => derived_of(all, NAME, f, |all, f| Event::merge_s(all, initial, f)),
        Err(_) => ptr::null_mut(),
    }
}
