//! `lwt_coroutine.h`: coroutines of other languages as promises.

use crate::abi::{lwt_drop_fn, lwt_exn, lwt_t, lwt_value};
use crate::capi::lwt::take_exn;
use crate::promise::coroutine::{
    self, Coroutine, Step, lwt_coroutine, lwt_coroutine_ops, lwt_outcome,
};
use crate::value::Value;
use std::ffi::c_int;
use std::ptr;

/// It goes on.
pub const LWT_COROUTINE_GOES: c_int = 0;
/// It is suspended, and the library resumes it or destroys it later, or has
/// done so already: the frame is not to be touched any more.
pub const LWT_COROUTINE_WAITS: c_int = 1;
/// The caller destroys it: the library does not know it any longer.
pub const LWT_COROUTINE_ENDS: c_int = 2;

fn step(step: Step) -> c_int {
    match step {
        Step::Goes => LWT_COROUTINE_GOES,
        Step::Waits => LWT_COROUTINE_WAITS,
        Step::Ends => LWT_COROUTINE_ENDS,
    }
}

/// Begins a coroutine of this thread, whose frame holds the record `coroutine`,
/// and stores its promise, which the caller owns, in `*promise`. Both
/// `coroutine` and `ops`, which are borrowed, must stay where they are until the
/// coroutine has ended or was destroyed.
///
/// Returns `LWT_COROUTINE_GOES`: its code runs now, and calls
/// lwt_coroutine_await or lwt_coroutine_return or lwt_coroutine_fail on this
/// stack. Calls nested too deeply: `LWT_COROUTINE_WAITS`, and it is resumed, for
/// the first time, before the outermost of them returns. Otherwise
/// `LWT_COROUTINE_ENDS`, and the promise failed with `LWT_INVALID_ARGUMENT` (an
/// argument or a function of `ops` is NULL, or the thread is about to end) or
/// `LWT_OUT_OF_MEMORY`.
///
/// Cancelling the promise cancels what the coroutine awaits. If that is nothing,
/// the promise fails at once with `LWT_CANCELED`, and the coroutine is
/// destroyed where it would next wait. A thread that ends destroys its
/// coroutines. Releasing the promise does nothing to the coroutine.
///
/// # Safety
/// The pointers are NULL or as said above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_coroutine_begin(
    coroutine: *mut lwt_coroutine,
    ops: *const lwt_coroutine_ops,
    promise: *mut *mut lwt_t,
) -> c_int {
    let place = if promise.is_null() {
        ptr::null_mut()
    } else {
        coroutine
    };
    // SAFETY: the caller's promise.
    let (begun, made) = unsafe { coroutine::begin(place, ops) };
    if !promise.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *promise = made.into_raw() };
    }
    step(begun)
}

/// The coroutine, whose code runs, waits for `p`, which is borrowed and must
/// stay owned by the frame while it waits.
///
/// Returns `LWT_COROUTINE_WAITS` if `p` is pending: the code returns to whoever
/// called it, and `resume` is called inside the resolution of `p`, at its place
/// among the callbacks of `p`. `LWT_COROUTINE_ENDS` if its own promise was
/// cancelled meanwhile, or nothing can resolve `p` any more (then its own stays
/// pending for ever). Otherwise `LWT_COROUTINE_GOES`, to call
/// lwt_coroutine_take: `p` is resolved, or a bad handle, or memory ran out (only
/// then is `p` still pending), or this is no coroutine that runs.
///
/// # Safety
/// `coroutine` is NULL or was begun, and has not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_coroutine_await(
    coroutine: *mut lwt_coroutine,
    p: *const lwt_t,
) -> c_int {
    match Coroutine::from_bits(coroutine as usize as u64) {
        Some(coroutine) => step(coroutine::wait(coroutine, p as usize as u64)),
        None => LWT_COROUTINE_GOES,
    }
}

/// Moves the outcome out of a promise that is resolved: stores it in `*outcome`,
/// whose value and exception the caller then owns, consumes `p` and returns
/// true. A value that others showed is theirs no more.
///
/// Returns false if `p` is pending, and leaves it the caller's. A bad handle
/// gives an outcome of `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. With
/// `outcome` NULL it returns false. Not only for coroutines.
///
/// # Safety
/// `outcome` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_coroutine_take(p: *mut lwt_t, outcome: *mut lwt_outcome) -> bool {
    if outcome.is_null() {
        return false;
    }
    let Some(taken) = coroutine::take(p as usize as u64) else {
        return false;
    };
    // SAFETY: the caller's promise.
    unsafe { outcome.write(taken) };
    true
}

/// The coroutine, whose code runs, has come to its end with a value; `drop`,
/// which may be NULL, frees it. The code returns to whoever called it, and
/// frees the frame before; it may do so in the same breath.
///
/// Its promise resolves when `resume` has returned, or inside this call if the
/// coroutine has never waited. If that was cancelled meanwhile, the value is
/// dropped; so it is if this is no coroutine that runs. On its thread.
///
/// # Safety
/// `coroutine` is NULL or was begun, and has not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_coroutine_return(
    coroutine: *mut lwt_coroutine,
    value: lwt_value,
    drop: lwt_drop_fn,
) {
    let value = Value::new(value, drop);
    if let Some(coroutine) = Coroutine::from_bits(coroutine as usize as u64) {
        coroutine::end(coroutine, Ok(value));
    }
}

/// As lwt_coroutine_return, with a failure: `e` is consumed.
///
/// # Safety
/// `coroutine` is NULL or was begun, and has not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_coroutine_fail(coroutine: *mut lwt_coroutine, e: *mut lwt_exn) {
    let exn = take_exn(e, "lwt_coroutine_fail");
    if let Some(coroutine) = Coroutine::from_bits(coroutine as usize as u64) {
        coroutine::end(coroutine, Err(exn));
    }
}
