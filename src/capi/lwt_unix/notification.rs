//! `lwt_unix.h`, notifications: how another thread, or a signal handler, has a
//! function called on the main loop. Module Lwt_unix.

use crate::abi::{LWT_INVALID_ARGUMENT, lwt_drop_fn, lwt_unit_fn};
use crate::promise::call;
use crate::scheduler::notification;
use crate::value::Env;
use std::ffi::{c_int, c_void};

/// Makes a notification: `f(env)` will be called on this thread's main loop
/// once for each lwt_unix_send_notification with the id that this returns. If
/// `once`, it is called for the first send only, and the notification is
/// stopped before that call. As long as it is not stopped, the main loop waits
/// for it, and does not fail with LWT_STALLED.
///
/// `drop_env` is called once: when the notification has been stopped or its
/// handler replaced, after the last call.
///
/// Returns an id greater than 0, or 0 if `f` is NULL or memory ran out
/// (`drop_env` is called then too). May be called on any thread; the
/// notification belongs to that thread's scheduler. Manual:
/// `Lwt_unix.make_notification`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_make_notification(
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    once: bool,
) -> isize {
    let env = Env::new(env, drop_env);
    let Some(f) = f else { return 0 };
    // SAFETY: the caller says that `f` may be called with `env`.
    let handler = move || call::unit_of(f as usize, || unsafe { f(env.word()) });
    notification::make(handler, once).unwrap_or(0)
}

/// Sends a notification: its handler will be called once more. n sends make n
/// calls; the handlers of different notifications are called in the order of
/// their first sends. What was written before the send is visible to the call.
///
/// Never locks, never allocates, does not change errno. May be called from any
/// thread and from a signal handler. An id that names no notification, or one
/// that was stopped: nothing happens. Manual: `Lwt_unix.send_notification`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_send_notification(id: isize) {
    notification::send(id);
}

/// Stops a notification: its handler is not called any more, not for earlier
/// sends either, and the id means nothing from now on. Nothing happens if it
/// names no notification of this thread's scheduler: to be called on the
/// thread that made it. Manual: `Lwt_unix.stop_notification`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_stop_notification(id: isize) {
    notification::stop(id);
}

/// Replaces the handler of a notification, for the sends that have not been
/// delivered too. The old one's `drop_env` is called.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT if `f` is NULL; LWT_NOT_FOUND if the id
/// names no notification; LWT_WRONG_THREAD if another thread made it. On
/// failure the notification stays as it was, and `drop_env` is called. On the
/// thread that made it. Manual: `Lwt_unix.set_notification`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_set_notification(
    id: isize,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let Some(f) = f else {
        return LWT_INVALID_ARGUMENT;
    };
    notification::set(id, move || {
        // SAFETY: the caller says that `f` may be called with `env`.
        call::unit_of(f as usize, || unsafe { f(env.word()) })
    })
}

/// Runs the handler of a notification now, once, and stops it first if it was
/// made for one call. Sends that are under way stay so. Nothing happens if the
/// id names no notification of this thread's scheduler. Manual:
/// `Lwt_unix.call_notification`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_call_notification(id: isize) {
    notification::call(id);
}
