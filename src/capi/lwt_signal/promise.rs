//! What Lwt adds to signals, but for functions of promises.

use super::derived;
use crate::abi::*;
use crate::capi::closure;
use crate::capi::lwt::kind;
use crate::capi::lwt_event::event::{lwt_event, lwt_signal};
use crate::capi::lwt_event::promise::action;
use crate::capi::lwt_event::{given as given_event, signal};
use crate::promise::Promise;
use crate::promise::shared::Shared;
use crate::react::Signal;
use std::ffi::{c_int, c_void};
use std::ptr;

/// A copy of `s`; `f` is called once, when the copy is gone,
/// `Lwt_react.S.with_finaliser`. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_with_finaliser(
    s: *const lwt_signal,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    let f = action(f, env, drop_env);
    derived(s, "lwt_signal_with_finaliser", f, |s, f| {
        s.with_finaliser(f)
    })
}

/// A signal with the value of `s`, which changes not more often than `f` allows,
/// `Lwt_react.S.limit`: as lwt_event_limit, but `f` is called now already, so that the
/// first change is limited too. The last value always gets through. It has the equality
/// of `s`. As lwt_signal_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_limit(
    s: *const lwt_signal,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_limit";
    let f = closure::thunk(NAME, f, env, drop_env);
    derived(s, NAME, f, |s, f| s.limit(f))
}

/// Keeps the signal for as long as the thread lives, `Lwt_react.S.keep`. Borrows `s`.
/// Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_keep(s: *const lwt_signal) -> c_int {
    kind(signal(s, "lwt_signal_keep").map(|signal| signal.keep()))
}

/// An event that occurs, once `p` is fulfilled, with the value of the signal that is its
/// value, an `lwt_signal *`, and then with each that this changes to, `Lwt_signal.delay`;
/// where `p` is fulfilled already, it begins at the next pause. If it fails, it never
/// occurs; the failure goes to lwt_react_on_error.
///
/// Consumes `p`, and does not cancel it. Returns the event, owned by the caller. NULL: `p`
/// is no promise of this thread, or memory ran out. A value that is no signal is told to
/// the async exception hook.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_delay(p: *mut lwt_t) -> *mut lwt_event {
    const NAME: &str = "lwt_signal_delay";
    match Promise::from_raw(p, NAME) {
        Ok(p) => given_event(Signal::delay(p, |value: &Shared| {
            signal(value.word().cast(), NAME)
        })),
        Err(_) => ptr::null_mut(),
    }
}
