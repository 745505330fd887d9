//! Looking at promises: `Lwt.poll`, `Lwt.debug_state_is`.
#![forbid(unsafe_code)]

use super::{Promise, failed, resolved};
use crate::abi::{LWT_OK, NONE, lwt_promise_state, lwt_t, lwt_value};
use crate::value::Value;
use std::ffi::c_int;

/// `Lwt.poll`: `LWT_OK` or the kind of the failure, and the value or
/// `LWT_NONE`.
pub fn poll(p: *const lwt_t) -> (c_int, lwt_value) {
    match Promise::borrow_raw(p, "lwt_poll") {
        Err(exn) => (exn.kind(), NONE),
        Ok(promise) => match promise.state() {
            lwt_promise_state::LWT_SLEEP => (LWT_OK, NONE),
            lwt_promise_state::LWT_RETURN => (LWT_OK, super::value_of(promise.bits())),
            lwt_promise_state::LWT_FAIL => (promise.exn().map_or(LWT_OK, |exn| exn.kind()), NONE),
        },
    }
}

/// `Lwt.debug_state_is`: a failure is compared by its kind.
pub fn state_is(state: c_int, what: lwt_value, p: *const lwt_t) -> Promise {
    let promise = match Promise::borrow_raw(p, "lwt_debug_state_is") {
        Ok(promise) => promise,
        Err(exn) => return failed(exn),
    };
    let now = promise.state();
    let same = match now {
        lwt_promise_state::LWT_SLEEP => true,
        lwt_promise_state::LWT_RETURN => super::value_of(promise.bits()) == what,
        lwt_promise_state::LWT_FAIL => {
            let kind = promise.exn().map(|exn| exn.kind() as isize);
            kind == Some(what as isize)
        }
    };
    let is = usize::from(now as c_int == state && same);
    resolved(Value::plain(std::ptr::without_provenance_mut(is)))
}
