//! `lwt.h`, creating promises, and resolving them. Module Lwt.

use super::{take_exn, to_promise};
use crate::abi::*;
use crate::debug::passed::raised;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::state::*;
use crate::promise::wakener;
use crate::value::Value;
use std::ffi::c_int;

/// A promise that is already fulfilled with a plain word, `Lwt.return`.
///
/// Owned by the caller. This thread's. When memory runs out: a promise that
/// failed with `LWT_OUT_OF_MEMORY`, or NULL if not even that can be had.
/// Manual: "Primitives for thread creation".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return(value: lwt_value) -> *mut lwt_t {
    to_promise(make(
        local(),
        Settled {
            state: RETURN,
            a: value as usize as u64,
            b: 0,
        },
    ))
}

/// A promise that is already fulfilled with a value that it owns: `drop` runs
/// on it once, after the promise's last reference is gone, unless the value is
/// moved out before. As lwt_return otherwise; `drop` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    to_promise(make(local(), Settled::value(Value::new(value, drop))))
}

/// A promise that has already failed, `Lwt.fail`. Consumes `e`. If `e` is not
/// an exception, the promise failed with `LWT_INVALID_ARGUMENT`. As lwt_return
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fail(e: *mut lwt_exn) -> *mut lwt_t {
    let exn = take_exn(e, "lwt_fail");
    raised(&exn);
    to_promise(make(local(), Settled::exn(exn)))
}

/// A pending promise and its wakener, `Lwt.wait`. It can't be cancelled.
///
/// `*wakener` is owned by the caller, and is given up by the first wake-up,
/// lwt_wakener_release or lwt_wakener_forget. It keeps the promise alive.
/// Returns the promise, owned by the caller; this thread's. If `wakener` is
/// NULL: a promise that failed with `LWT_INVALID_ARGUMENT`; when memory runs
/// out as lwt_return, and `*wakener` is NULL. Manual: "Primitives for thread
/// creation".
///
/// # Safety
/// `wakener` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_wait(wakener: *mut *mut lwt_u) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { pair(WAIT, wakener) }
}

/// A pending promise and its wakener, `Lwt.task`. As lwt_wait, but lwt_cancel
/// makes it fail with `LWT_CANCELED`. Manual: "Cancelable threads".
///
/// # Safety
/// `wakener` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_task(wakener: *mut *mut lwt_u) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { pair(TASK, wakener) }
}

/// # Safety
/// `place` is NULL or may be written.
#[inline(always)]
unsafe fn pair(op: u8, place: *mut *mut lwt_u) -> *mut lwt_t {
    if place.is_null() {
        return no_place();
    }
    // SAFETY: the caller's promise; a handle is a number of 64 bits.
    to_promise(unsafe { wakener::make_pair(op, place.cast()) })
}

#[cold]
#[inline(never)]
extern "C" fn no_place() -> *mut lwt_t {
    let exn = Exn::invalid("lwt_wait, lwt_task: there is no place for the wakener");
    to_promise(make(local(), Settled::exn(exn)))
}

/// Fulfils a promise with a plain word, `Lwt.wakeup`. Its callbacks run, in
/// the order in which they were attached, before this returns.
///
/// Spends the wakener. Returns `LWT_OK`, also when the promise was cancelled
/// meanwhile (then nothing happens); `LWT_INVALID_ARGUMENT` if the wakener is
/// spent or none; `LWT_WRONG_THREAD` on a thread that is not the promise's.
/// Manual: "Primitives for thread creation".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup(wakener: *mut lwt_u, value: lwt_value) -> c_int {
    let settled = Settled {
        state: RETURN,
        a: value as usize as u64,
        b: 0,
    };
    wakener::wakeup(wakener as usize as u64, settled)
}

/// As lwt_wakeup, with a value that the promise then owns; see
/// lwt_return_owned. `drop` runs on the value also when it can't be used.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_owned(
    wakener: *mut lwt_u,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    wakener::wakeup(
        wakener as usize as u64,
        Settled::value(Value::new(value, drop)),
    )
}

/// Makes a promise fail, `Lwt.wakeup_exn`. Consumes `e` in any case. If `e` is
/// not an exception, returns `LWT_INVALID_ARGUMENT`, and the promise fails with
/// that kind. As lwt_wakeup otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_exn(wakener: *mut lwt_u, e: *mut lwt_exn) -> c_int {
    let exn = Exn::from_raw(e);
    wakener::wakeup_exn(
        "lwt_wakeup_exn",
        wakener as usize as u64,
        exn,
        wakener::wakeup,
    )
}

/// As lwt_wakeup, `Lwt.wakeup_later`: the promise is fulfilled at once, but
/// when this is called from a callback that a resolution runs, the promise's
/// callbacks run later, when the outermost resolution is about to finish, those
/// of several such promises in the order of the calls.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_later(wakener: *mut lwt_u, value: lwt_value) -> c_int {
    let settled = Settled {
        state: RETURN,
        a: value as usize as u64,
        b: 0,
    };
    wakener::wakeup_later(wakener as usize as u64, settled)
}

/// lwt_wakeup_later with a value that the promise then owns; see
/// lwt_wakeup_owned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_later_owned(
    wakener: *mut lwt_u,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    wakener::wakeup_later(
        wakener as usize as u64,
        Settled::value(Value::new(value, drop)),
    )
}

/// lwt_wakeup_later with a failure, `Lwt.wakeup_later_exn`. Consumes `e` in any
/// case.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_later_exn(wakener: *mut lwt_u, e: *mut lwt_exn) -> c_int {
    let exn = Exn::from_raw(e);
    wakener::wakeup_exn(
        "lwt_wakeup_later_exn",
        wakener as usize as u64,
        exn,
        wakener::wakeup_later,
    )
}

/// The promise of a wakener, `Lwt.waiter_of_wakener`: one more reference, owned
/// by the caller, also when all others were given up. Borrows the wakener. If
/// that is spent or none: a promise that failed with `LWT_INVALID_ARGUMENT`, or
/// `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_waiter_of_wakener(wakener: *const lwt_u) -> *mut lwt_t {
    to_promise(wakener::waiter(wakener as usize as u64))
}

/// Gives up an unused wakener: its promise fails with `LWT_ABANDONED`, and its
/// callbacks run. Does nothing to a spent or a bad one. On the promise's
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakener_release(wakener: *mut lwt_u) {
    wakener::release(wakener as usize as u64);
}

/// Gives up an unused wakener: its promise stays pending for ever, no callback
/// runs, and what only the wakener kept alive is freed, environments dropped.
/// Does nothing to a spent or a bad one. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakener_forget(wakener: *mut lwt_u) {
    wakener::forget(wakener as usize as u64);
}
