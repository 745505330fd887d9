//! Sleeping: `Lwt_unix.sleep` and what is made of it. Calls the scheduler's
//! timers and the promises.

#![forbid(unsafe_code)]

use crate::abi::lwt_t;
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

/// What `f` returns, unless so many seconds pass before: then a failure with
/// LWT_TIMEOUT, and that of `f` is cancelled. None: LWT_INVALID_ARGUMENT.
pub fn with_timeout(seconds: f64, f: Option<impl FnOnce() -> Promise>) -> Promise {
    let name = "lwt_unix_with_timeout";
    let Some(f) = f else {
        return promise::failed(Exn::invalid(&format!("{name}: the function is NULL")));
    };
    match clock::nanoseconds(seconds) {
        Some(delay) => {
            let timeout = current().timers.timeout(delay);
            let members = [timeout.into_raw(), f().into_raw()];
            let pick = promise::group::pick(&members) as usize as *mut lwt_t;
            Promise::from_raw(pick, name).unwrap_or_else(promise::failed)
        }
        None => not_a_number(name),
    }
}

#[cold]
fn not_a_number(function: &str) -> Promise {
    promise::failed(Exn::invalid(&format!(
        "{function}: the number of seconds is not a number"
    )))
}
