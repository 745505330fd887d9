//! `lwt_event.h`: module Lwt_react.E. Here is how handles of events, and functions of
//! C, become what `react` takes.

use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::call;
use crate::promise::shared::Shared;
use crate::react::{Event, Signal};
use crate::value::Value;
use event::{lwt_event, lwt_react_function, lwt_signal};
use std::rc::Rc;

pub mod combine;
pub mod event;
pub mod notify;
pub mod promise;
pub mod served;
pub mod several;

/// The event that a handle stands for.
pub(in crate::capi) fn event(e: *const lwt_event, name: &str) -> Result<Event, Exn> {
    // SAFETY: every handle of this kind is made of an `Event`, by `given`.
    let event = unsafe { object::get::<Event>(Kind::Event, e.cast(), name) };
    event.map(|event| (*event).clone())
}

/// The same, and the handle is given up.
pub(in crate::capi) fn consumed_event(e: *mut lwt_event, name: &str) -> Result<Event, Exn> {
    // SAFETY: as above.
    let event = unsafe { object::release::<Event>(Kind::Event, e.cast(), name) };
    event.map(|event| (*event).clone())
}

/// The signal that a handle stands for.
pub(in crate::capi) fn signal(s: *const lwt_signal, name: &str) -> Result<Signal, Exn> {
    // SAFETY: every handle of this kind is made of a `Signal`, by `lwt_signal.h`.
    let signal = unsafe { object::get::<Signal>(Kind::Signal, s.cast(), name) };
    signal.map(|signal| (*signal).clone())
}

/// That of an argument that may be NULL.
fn optional_signal(s: *const lwt_signal, name: &str) -> Result<Option<Signal>, Exn> {
    match s.is_null() {
        true => Ok(None),
        false => signal(s, name).map(Some),
    }
}

/// What was made, as a handle; what failed, is raised, and NULL.
pub(in crate::capi) fn made<T: 'static, H>(kind: Kind, result: Result<T, Exn>) -> *mut H {
    match result {
        Ok(made) => object::new(kind, Rc::new(made)).cast(),
        Err(exn) => call::raise(exn).cast(),
    }
}

/// An event as a handle.
pub(in crate::capi) fn given(event: Result<Event, Exn>) -> *mut lwt_event {
    made(Kind::Event, event)
}

/// An event that is made of another and of something else, a function mostly. NULL: one
/// of the two is none.
fn derived<T>(
    e: *const lwt_event,
    name: &str,
    with: Option<T>,
    derive: impl FnOnce(Event, T) -> Result<Event, Exn>,
) -> *mut lwt_event {
    match (event(e, name), with) {
        (Ok(event), Some(with)) => given(derive(event, with)),
        _ => std::ptr::null_mut(),
    }
}

/// The same of several.
fn derived_of<T>(
    all: &[*const lwt_event],
    name: &str,
    with: Option<T>,
    derive: impl FnOnce(&[&Event], T) -> Result<Event, Exn>,
) -> *mut lwt_event {
    let all: Result<Vec<Event>, Exn> = all.iter().map(|&e| event(e, name)).collect();
    match (all, with) {
        (Ok(all), Some(with)) => given(derive(&all.iter().collect::<Vec<_>>(), with)),
        _ => std::ptr::null_mut(),
    }
}

/// A value of C's.
pub(in crate::capi) fn shared(value: lwt_value, drop: lwt_drop_fn) -> Shared {
    Shared::new(Value::new(value, drop))
}

/// Calls the function that a value is with another one.
pub(in crate::capi) fn apply(function: &Shared, value: &Shared) -> Result<Shared, Exn> {
    let function = function.word().cast::<lwt_react_function>();
    // SAFETY: what `lwt_event.h` asks of such values.
    let Some(&lwt_react_function { call: Some(f), env }) = (unsafe { function.as_ref() }) else {
        return Err(crate::capi::closure::null("lwt_react_function"));
    };
    // SAFETY: the function and its environment came together from C.
    let outcome = call::value_of(f as usize, || unsafe { f(value.word(), env) });
    crate::capi::closure::shared::result(outcome, &[value])
}
