//! `lwt_signal.h`: module Lwt_react.S. Handles of signals, as `lwt_event.h`'s of events.

use super::lwt_event::event::lwt_signal;
use super::lwt_event::{made, signal as borrowed};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::react::Signal;

pub mod begun;
pub mod combine;
pub mod lifted;
pub mod promise;
pub mod served;
pub mod several;
pub mod signal;

/// The signal of a handle that is given up.
pub(in crate::capi) fn consumed_signal(s: *mut lwt_signal, name: &str) -> Result<Signal, Exn> {
    // SAFETY: every handle of this kind is made of a `Signal`, by `given`.
    let signal = unsafe { object::release::<Signal>(Kind::Signal, s.cast(), name) };
    signal.map(|signal| (*signal).clone())
}

/// A signal as a handle; what failed, is raised, and NULL.
pub(in crate::capi) fn given(signal: Result<Signal, Exn>) -> *mut lwt_signal {
    made(Kind::Signal, signal)
}

/// A signal that is made of another and of something else, a function mostly. NULL: one
/// of the two is none.
fn derived<T>(
    s: *const lwt_signal,
    name: &str,
    with: Option<T>,
    derive: impl FnOnce(Signal, T) -> Result<Signal, Exn>,
) -> *mut lwt_signal {
    match (borrowed(s, name), with) {
        (Ok(signal), Some(with)) => given(derive(signal, with)),
        _ => std::ptr::null_mut(),
    }
}

/// The same of several.
fn derived_of<T>(
    all: &[*const lwt_signal],
    name: &str,
    with: Option<T>,
    derive: impl FnOnce(&[&Signal], T) -> Result<Signal, Exn>,
) -> *mut lwt_signal {
    let all: Result<Vec<Signal>, Exn> = all.iter().map(|&s| borrowed(s, name)).collect();
    match (all, with) {
        (Ok(all), Some(with)) => given(derive(&all.iter().collect::<Vec<_>>(), with)),
        _ => std::ptr::null_mut(),
    }
}
