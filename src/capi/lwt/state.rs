//! `lwt.h`, the state of promises, and references to them. Module Lwt.

use super::{give, to_promise};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::slot::TAG_MASK;
use crate::handle::{remote, threads};
use crate::log::table;
use crate::promise::{self, Promise};
use std::ffi::{c_int, c_void};

/// The state of a promise, `Lwt.state`. `LWT_SLEEP` for a bad handle. On the
/// promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_state(p: *const lwt_t) -> lwt_promise_state {
    promise::state_of(p as usize as u64)
}

/// Is a promise pending? `Lwt.is_sleeping`. False for a bad handle. On the
/// promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_is_sleeping(p: *const lwt_t) -> bool {
    let promise = Promise::borrow_raw(p, "lwt_is_sleeping");
    promise.is_ok_and(|promise| promise.is_pending())
}

/// Looks at a promise, `Lwt.poll`: stores in `*value`, which may be NULL, the
/// value of a fulfilled one, borrowed, and `LWT_NONE` if it is pending, and
/// returns `LWT_OK`. For a promise that failed returns the kind of its failure
/// (lwt_exn_of has the exception), and for a bad handle `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD`; `LWT_NONE` is stored then. On the promise's thread.
///
/// # Safety
/// `value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_poll(p: *const lwt_t, value: *mut lwt_value) -> c_int {
    let (kind, word) = promise::poll(p);
    if !value.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *value = word };
    }
    kind
}

/// A promise of whether `p` is in a state, `Lwt.debug_state_is`, for tests:
/// `LWT_INT(1)` if it is. `state` is a `lwt_promise_state`; for `LWT_RETURN`
/// `what` is the value's word, and for `LWT_FAIL` the failure's kind, as
/// `LWT_INT`. Borrows `p`; failed, as lwt_bind, if that is a bad handle. Owned by
/// the caller. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_debug_state_is(state: c_int, what: lwt_value, p: *const lwt_t) -> *mut lwt_t {
    promise::state_is(state, what, p).into_raw()
}

/// The value of a fulfilled promise, borrowed: it lives as long as the promise
/// has references and nobody moves it out. `LWT_UNIT` unless lwt_state is
/// `LWT_RETURN`. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_value_of(p: *const lwt_t) -> lwt_value {
    promise::value_of(p as usize as u64)
}

/// The exception of a promise that failed, borrowed: it lives as long as the
/// promise has references. NULL unless lwt_state is `LWT_FAIL`. On the
/// promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_of(p: *const lwt_t) -> *const lwt_exn {
    promise::exn_of(p as usize as u64) as usize as *const lwt_exn
}

/// Moves the value out of a fulfilled promise: the caller owns it, and frees it
/// as its drop function would have; whoever else looks at it sees `LWT_UNIT`.
/// A plain word is copied. Consumes `p`. `LWT_UNIT` unless lwt_state is
/// `LWT_RETURN`. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_take(p: *mut lwt_t) -> lwt_value {
    promise::take(p as usize as u64).into_parts().0
}

/// As lwt_take, and stores the value's drop function in `*drop`: NULL for a
/// plain word. `drop` may be NULL.
///
/// # Safety
/// `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_take_with(p: *mut lwt_t, drop: *mut lwt_drop_fn) -> lwt_value {
    let parts = promise::take(p as usize as u64).into_parts();
    // SAFETY: the caller's promise.
    unsafe { give(drop, parts) }
}

/// One more reference to a promise: the same handle, owned by the caller. A
/// bad handle gives a promise that failed with `LWT_INVALID_ARGUMENT`, or
/// `LWT_WRONG_THREAD` on a thread that is not the promise's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retain(p: *const lwt_t) -> *mut lwt_t {
    to_promise(promise::retain(p as usize as u64))
}

/// Gives up a reference to a promise. A pending promise goes on: its callbacks
/// run when it resolves. Does nothing to a bad handle. On the promise's thread;
/// elsewhere lwt_release_anywhere.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_release(p: *mut lwt_t) {
    promise::release(p as usize as u64);
}

/// Gives up a handle of any kind, from any thread: a reference to a promise, an
/// exception or an object; a wakener is forgotten. For the finalisers of other
/// runtimes.
///
/// It takes effect, and drop functions run, in the next turn of the owner's
/// main loop, or when the owner's thread ends: what one thread gives up in that
/// order, and after what it has posted there before (lwt_main_post). For handles
/// that any thread may use (lwt_exn, lwt_main_thread, lwt_logger) it does so at
/// once. Of handles that are a thread's it takes no lock, whatever threads are
/// stopped meanwhile; but it allocates: not for signal handlers. Does nothing to a
/// bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_release_anywhere(handle: *mut c_void) {
    let bits = handle as usize as u64;
    if let Some(exn) = Exn::from_raw(handle.cast()) {
        return drop(exn);
    }
    match bits & TAG_MASK {
        // Of a thread or a logger: any thread may do it.
        0 => {
            threads::release(bits);
            table::release(bits);
        }
        // A thread that has ended has given up all its handles.
        _ => remote::give_up(bits),
    }
}
