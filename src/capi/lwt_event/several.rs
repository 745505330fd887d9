//! Events that are derived from several.

use super::combine::lwt_event_map;
use super::event::lwt_event;
use super::{derived_of, shared};
use crate::abi::*;
use crate::capi::closure::lift;
use crate::capi::closure::shared::{
    self as closure, lwt_l2_fn, lwt_l3_fn, lwt_l4_fn, lwt_l5_fn, lwt_l6_fn,
};
use crate::capi::lwt::array;
use crate::react::Event;
use std::ffi::c_void;
use std::ptr;

/// Of the `n` events those that occur, and of two at the same time the one that comes
/// first, `React.E.select`. Borrows the array and the events in it. As lwt_event_map
/// otherwise; of no event it is one that never occurs.
///
/// # Safety
/// `events` is the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_event_select(
    events: *const *const lwt_event,
    n: usize,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_select";
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, events, n) } {
        Ok(all) => derived_of(all, NAME, Some(()), |all, ()| Event::select(all)),
        Err(_) => ptr::null_mut(),
    }
}

/// An event that occurs when one of the `n` events does, `React.E.merge`: with
/// `f(what there is so far, an occurrence)`, from `initial`, which `drop` frees, and the
/// first event that occurs to the last. `f` borrows both. Borrows the array and the events
/// in it. As lwt_event_map otherwise.
///
/// # Safety
/// `events` is the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_event_merge(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    initial: lwt_value,
    drop: lwt_drop_fn,
    events: *const *const lwt_event,
    n: usize,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_merge";
    let (f, initial) = (closure::l2(f, env, drop_env), shared(initial, drop));
    // SAFETY: the caller's promise.
    match unsafe { array(NAME, events, n) } {
        Ok(all) => derived_of(all, NAME, f, |all, f| Event::merge(all, initial, f)),
        Err(_) => ptr::null_mut(),
    }
}

/// `React.E.l1`: lwt_event_map, with the arguments in the order of its kin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_l1(
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_event,
) -> *mut lwt_event {
    lwt_event_map(a, f, env, drop_env)
}

/// An event that occurs when all of them do, with what `f` returns for their values, `React.E.l2`.
/// Borrows them. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_l2(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_event,
    b: *const lwt_event,
) -> *mut lwt_event {
    let lifted = lift::l2(f, env, drop_env);
    derived_of(&[a, b], "lwt_event_l2", lifted, |all, f| {
        Event::lift(all, f)
    })
}

/// The same of three, `React.E.l3`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_l3(
    f: lwt_l3_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_event,
    b: *const lwt_event,
    c: *const lwt_event,
) -> *mut lwt_event {
    let lifted = lift::l3(f, env, drop_env);
    derived_of(&[a, b, c], "lwt_event_l3", lifted, |all, f| {
        Event::lift(all, f)
    })
}

/// The same of four, `React.E.l4`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_l4(
    f: lwt_l4_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_event,
    b: *const lwt_event,
    c: *const lwt_event,
    d: *const lwt_event,
) -> *mut lwt_event {
    let lifted = lift::l4(f, env, drop_env);
    derived_of(&[a, b, c, d], "lwt_event_l4", lifted, |all, f| {
        Event::lift(all, f)
    })
}

/// The same of five, `React.E.l5`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_l5(
    f: lwt_l5_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_event,
    b: *const lwt_event,
    c: *const lwt_event,
    d: *const lwt_event,
    e: *const lwt_event,
) -> *mut lwt_event {
    let lifted = lift::l5(f, env, drop_env);
    derived_of(&[a, b, c, d, e], "lwt_event_l5", lifted, |all, f| {
        Event::lift(all, f)
    })
}

/// The same of six, `React.E.l6`.
#[allow(clippy::too_many_arguments)] // as in React
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_l6(
    with: lwt_l6_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    a: *const lwt_event,
    b: *const lwt_event,
    c: *const lwt_event,
    d: *const lwt_event,
    e: *const lwt_event,
    f: *const lwt_event,
) -> *mut lwt_event {
    let lifted = lift::l6(with, env, drop_env);
    derived_of(&[a, b, c, d, e, f], "lwt_event_l6", lifted, |all, f| {
        Event::lift(all, f)
    })
}
