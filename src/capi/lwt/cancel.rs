//! `lwt.h`, cancelling. Module Lwt.

use super::callbacks::on;
use super::to_promise;
use crate::abi::*;
use crate::promise::seq::bits;
use crate::promise::state::*;
use crate::promise::{cancel, group, node};
use std::ffi::{c_int, c_void};

/// Cancels what a promise waits on, `Lwt.cancel`: the promises of lwt_task and
/// of cancelable operations that are found going back from `p` fail with
/// `LWT_CANCELED`, all of them first; then their callbacks run, cancel callbacks
/// before the others, before this returns. Does nothing if there is none, if
/// `p` is resolved, or if the handle is bad. On the promise's thread. Manual:
/// "Cancelable threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_cancel(p: *const lwt_t) {
    cancel::cancel(p as usize as u64);
}

/// Calls `f` if `p` is cancelled, `Lwt.on_cancel`: before all callbacks of
/// other kinds; now if it was cancelled already; never if it is resolved
/// otherwise. What `f` raises goes to the async exception hook.
///
/// Borrows `p`, consumes `env`. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` (bad
/// handle, or `f` is NULL), `LWT_WRONG_THREAD` or `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_cancel(
    p: *const lwt_t,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::CANCEL, p, bits(f), 0, env, drop_env)
}

/// A promise that follows `p`, and that can be cancelled without cancelling
/// `p`, `Lwt.protected`. Consumes `p`; if it is resolved, it is the result
/// itself. A bad handle gives a promise that failed, as in lwt_bind.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_protected(p: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::follow(PROTECTED, "lwt_protected", p as usize as u64))
}

/// A promise that follows `p`, and that lwt_cancel does nothing to,
/// `Lwt.no_cancel`. As lwt_protected otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_no_cancel(p: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::follow(NO_CANCEL, "lwt_no_cancel", p as usize as u64))
}

/// A promise that follows `p`; cancelling it makes it fail at once, and cancels
/// `p` too, `Lwt.wrap_in_cancelable`. As lwt_protected otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wrap_in_cancelable(p: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::follow(
        WRAP,
        "lwt_wrap_in_cancelable",
        p as usize as u64,
    ))
}
