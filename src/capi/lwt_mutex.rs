//! `lwt_mutex.h`: module Lwt_mutex: cooperative mutexes.

use super::closure::{null, thunk};
use crate::abi::{LWT_OK, lwt_drop_fn, lwt_t, lwt_thunk_fn};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::failed;
use crate::sync::mutex::Mutex;
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A mutex, `Lwt_mutex.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_mutex {
    _private: [u8; 0],
}

pub(super) fn get(mutex: *const lwt_mutex, function: &str) -> Result<Rc<Mutex>, Exn> {
    // SAFETY: every mutex's handle is made of a `Mutex`.
    unsafe { object::get(Kind::Mutex, mutex.cast(), function) }
}

/// Returns a mutex that is not locked, `Lwt_mutex.create`, owned by the caller:
/// lwt_mutex_release. NULL: out of memory. On any thread, whose it then is.
///
/// Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_create() -> *mut lwt_mutex {
    object::new(Kind::Mutex, Mutex::new()).cast()
}

/// One more reference to the same mutex, owned by the caller. NULL: it is not a
/// mutex of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_retain(mutex: *const lwt_mutex) -> *mut lwt_mutex {
    object::retain(Kind::Mutex, mutex.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_release(mutex: *mut lwt_mutex) {
    // SAFETY: every mutex's handle is made of a `Mutex`.
    drop(unsafe { object::release::<Mutex>(Kind::Mutex, mutex.cast(), "") });
}

/// Returns a promise of LWT_UNIT that is fulfilled when the caller has the
/// mutex, `Lwt_mutex.lock`: at once if it is free, else in its turn. Then the
/// caller has to unlock it. Cancelling the promise before leaves the queue.
///
/// Borrows `mutex`. The promise fails with LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED. On
/// the mutex's thread. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_lock(mutex: *const lwt_mutex) -> *mut lwt_t {
    match get(mutex, "lwt_mutex_lock") {
        Ok(mutex) => mutex.lock().into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Hands the mutex to the oldest who waits for it, `Lwt_mutex.unlock`, whose
/// callbacks run as after lwt_wakeup_later; if nobody waits it is free. Does
/// nothing if it is not locked.
///
/// Borrows `mutex`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On
/// the mutex's thread. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_unlock(mutex: *const lwt_mutex) -> c_int {
    match get(mutex, "lwt_mutex_unlock") {
        Ok(mutex) => {
            mutex.unlock();
            LWT_OK
        }
        Err(exn) => exn.kind(),
    }
}

/// Locks the mutex, calls `f(env)`, and unlocks it when the promise that `f`
/// returns resolves, either way, `Lwt_mutex.with_lock`. The result is that
/// promise's. Cancelling the result before `f` has been called leaves the
/// queue; after that it cancels the promise of `f`.
///
/// Borrows `mutex`; `drop_env` runs once, after `f` has returned, or when it
/// will never be called. The result fails as `f`'s promise does, with what `f`
/// raised, and as that of lwt_mutex_lock; LWT_INVALID_ARGUMENT too if `f` is
/// NULL or returns no promise. On the mutex's thread. Manual: "Mutexes".
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_mutex_with_lock(
    mutex: *const lwt_mutex,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_mutex_with_lock";
    let f = thunk(NAME, f, env, drop_env).ok_or_else(|| null(NAME));
    match get(mutex, NAME).and_then(|mutex| Ok((mutex, f?))) {
        Ok((mutex, f)) => mutex.with_lock(f).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Is the mutex locked, `Lwt_mutex.is_locked`? Also true from the moment that
/// it is handed to one who waited. False for a bad handle. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_is_locked(mutex: *const lwt_mutex) -> bool {
    get(mutex, "lwt_mutex_is_locked").is_ok_and(|mutex| mutex.is_locked())
}

/// Does nobody wait for the mutex, `Lwt_mutex.is_empty`? False for a bad
/// handle. Manual: "Mutexes".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mutex_is_empty(mutex: *const lwt_mutex) -> bool {
    get(mutex, "lwt_mutex_is_empty").is_ok_and(|mutex| mutex.is_empty())
}
