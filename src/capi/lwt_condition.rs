//! `lwt_condition.h`: module Lwt_condition: conditions that carry a value.

use super::lwt::kind;
use super::lwt_mutex::{get as get_mutex, lwt_mutex};
use crate::abi::{lwt_drop_fn, lwt_exn, lwt_t, lwt_value};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::failed;
use crate::sync::condition::Condition;
use crate::value::Value;
use std::ffi::c_int;
use std::rc::Rc;

/// A condition, `Lwt_condition.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_condition {
    _private: [u8; 0],
}

fn get(condition: *const lwt_condition, function: &str) -> Result<Rc<Condition>, Exn> {
    // SAFETY: every condition's handle is made of a `Condition`.
    unsafe { object::get(Kind::Condition, condition.cast(), function) }
}

/// Returns a condition on which nobody waits, `Lwt_condition.create`, owned by
/// the caller: lwt_condition_release. NULL: out of memory. On any thread, whose
/// it then is. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_create() -> *mut lwt_condition {
    object::new(Kind::Condition, Condition::new()).cast()
}

/// One more reference to the same condition, owned by the caller. NULL: it is
/// not a condition of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_retain(condition: *const lwt_condition) -> *mut lwt_condition {
    object::retain(Kind::Condition, condition.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_release(condition: *mut lwt_condition) {
    // SAFETY: every condition's handle is made of a `Condition`.
    drop(unsafe { object::release::<Condition>(Kind::Condition, condition.cast(), "") });
}

/// Returns a promise of the value of the next signal, `Lwt_condition.wait`. Who
/// waits longest is woken first. If a `mutex` is given (NULL: none), the caller
/// has locked it; it is unlocked once the promise waits, and locked again
/// before the promise resolves, however that does: so the caller has it then,
/// and unlocks it. Cancelling leaves the queue, and then waits for the mutex.
///
/// Borrows both. The promise fails with what lwt_condition_broadcast_exn is
/// given, LWT_CANCELED, and, with the mutex untouched, LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle and LWT_OUT_OF_MEMORY. On the condition's
/// thread. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_wait(
    condition: *const lwt_condition,
    mutex: *const lwt_mutex,
) -> *mut lwt_t {
    const NAME: &str = "lwt_condition_wait";
    let mutex = (!mutex.is_null()).then(|| get_mutex(mutex, NAME));
    let both = get(condition, NAME).and_then(|condition| Ok((condition, mutex.transpose()?)));
    match both {
        Ok((condition, mutex)) => condition.wait(mutex).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Wakes the one who waits longest with a plain word, `Lwt_condition.signal`;
/// its callbacks run as after lwt_wakeup_later. Does nothing if nobody waits.
///
/// Borrows `condition`. Returns LWT_OK, LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD. On the condition's thread. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_signal(condition: *const lwt_condition, value: lwt_value) -> c_int {
    lwt_condition_signal_owned(condition, value, None)
}

/// As lwt_condition_signal, with a value that the promise then owns. `drop`
/// runs on it also when nobody waits, and when the call fails; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_signal_owned(
    condition: *const lwt_condition,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop);
    let condition = get(condition, "lwt_condition_signal");
    kind(condition.map(|condition| condition.signal(value)))
}

/// Wakes all who wait now, the longest first, with a plain word,
/// `Lwt_condition.broadcast`. Who waits anew meanwhile is not woken. Otherwise
/// as lwt_condition_signal.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_broadcast(
    condition: *const lwt_condition,
    value: lwt_value,
) -> c_int {
    lwt_condition_broadcast_owned(condition, value, None)
}

/// As lwt_condition_broadcast, with a value that all the promises show and that
/// is dropped once, after the last of them; `drop` runs on it also when nobody
/// waits, and when the call fails; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_broadcast_owned(
    condition: *const lwt_condition,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop);
    let condition = get(condition, "lwt_condition_broadcast");
    kind(condition.map(|condition| condition.broadcast(value)))
}

/// All who wait now fail with `e`, the longest first,
/// `Lwt_condition.broadcast_exn`. Consumes `e`; if it is not an exception, they
/// fail with LWT_INVALID_ARGUMENT, and that is returned. Otherwise as
/// lwt_condition_broadcast.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_condition_broadcast_exn(
    condition: *const lwt_condition,
    e: *mut lwt_exn,
) -> c_int {
    const NAME: &str = "lwt_condition_broadcast_exn";
    let given = Exn::from_raw(e);
    let is_exn = given.is_some();
    let exn = given.unwrap_or_else(|| super::lwt::take_exn(e, NAME));
    let bad = exn.clone();
    let condition = get(condition, NAME);
    let done = condition.map(|condition| condition.broadcast_exn(exn));
    kind(done.and_then(|()| if is_exn { Ok(()) } else { Err(bad) }))
}
