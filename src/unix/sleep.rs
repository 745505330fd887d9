//! Sleeping: `Lwt_unix.sleep` and what is made of it. Calls the scheduler's
//! timers and the promises.

#![forbid(unsafe_code)]

use crate::exn::Exn;
use crate::promise::{self, Promise};
use crate::scheduler::{clock, current};

/// A promise of LWT_UNIT after so many seconds, never earlier. Cancelling it
/// removes the timer. Zero or less: in the next turn. Infinity, and what is
/// too long to be told apart from it: never, unless cancelled. Not a number:
/// fails with LWT_INVALID_ARGUMENT.
#[inline]
pub fn sleep(seconds: f64) -> Promise {
    match clock::nanoseconds(seconds) {
        Some(delay) => current().timers.sleep(delay),
        None => not_a_number("lwt_unix_sleep"),
    }
}

/// A promise that fails with LWT_TIMEOUT after so many seconds; otherwise as
/// [`sleep`].
pub fn timeout(seconds: f64) -> Promise {
    match clock::nanoseconds(seconds) {
        Some(delay) => current().timers.timeout(delay),
        None => not_a_number("lwt_unix_timeout"),
    }
}

#[cold]
fn not_a_number(function: &str) -> Promise {
    promise::failed(Exn::invalid(&format!(
        "{function}: the number of seconds is not a number"
    )))
}
