//! `lwt_preemptive.h`: module Lwt_preemptive.

use crate::abi::*;
use crate::preemptive;
use crate::value::Env;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// Runs `f(env)` on a thread of its own, `Lwt_preemptive.detach`, for long
/// computations and for libraries that block.
///
/// Returns a promise of the value of `f`, which moves to the calling thread; in
/// `f`, `lwt_raise` and `lwt_owned` do what they do in any callback. `f` must not
/// use handles of the calling thread, exceptions excepted; `lwt_preemptive_run_in_main`
/// is the way to do so. If as many threads as there may be are busy, `f` waits
/// its turn, first come, first served; while it waits it may be cancelled, later
/// `lwt_cancel` does nothing. `drop_env` runs on the calling thread; if that has
/// ended meanwhile, on the other.
///
/// The promise fails with what `f` raises; with `LWT_CANCELED`; with `LWT_FULL` if
/// all threads are busy and as many functions wait as may
/// (`lwt_preemptive_set_max_number_of_threads_queued`); with `LWT_INVALID_ARGUMENT`
/// if `f` is NULL; with `LWT_FORKED` in the child of `lwt_unix_fork`. What
/// `Lwt_unix` does to its jobs (`lwt_unix_abort_jobs`) does not concern it. On any
/// thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_detach(
    f: lwt_compute_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    preemptive::detach(f, Env::new(env, drop_env)).into_raw()
}

/// From a detached function: runs `f(env)` on the thread that detached it, in a
/// turn of its main loop, and blocks until the promise that `f` returns has
/// resolved, `Lwt_preemptive.run_in_main`. On a thread of the program's own,
/// which nobody detached: on the thread that ran a main loop first.
///
/// Returns the value, which moves to the caller. On failure `*exn` is set, owned
/// by the caller, and `LWT_UNIT` returned; with `exn` NULL the failure goes to the
/// async exception hook. It fails with what the promise fails with; with
/// `LWT_INVALID_ARGUMENT` if `f` is NULL, on the main thread itself (which would
/// wait for itself), and where no main loop ever ran; with `LWT_ABANDONED` if the
/// main thread ends first.
///
/// Manual: "Detaching computation to preemptive threads".
///
/// # Safety
/// `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_preemptive_run_in_main(
    f: lwt_thunk_fn,
    env: *mut c_void,
    exn: *mut *mut lwt_exn,
) -> lwt_value {
    let failure = match preemptive::run_in_main(f, env) {
        Ok(value) => {
            if !exn.is_null() {
                // SAFETY: as this function asks for.
                unsafe { *exn = ptr::null_mut() };
            }
            return value.into_parts().0;
        }
        Err(failure) => failure,
    };
    if exn.is_null() {
        crate::exn::unhandled(failure);
    } else {
        // SAFETY: as this function asks for.
        unsafe { *exn = failure.into_raw() };
    }
    ptr::null_mut()
}

/// The same without waiting, `Lwt_preemptive.run_in_main_dont_wait`. If the
/// promise of `f` fails, `on_exn` is called with the exception, which it borrows,
/// and with `env`, on the main thread; with `on_exn` NULL the failure goes to the
/// async exception hook. `drop_env` runs on the main thread when the promise has
/// resolved, or here if the call fails.
///
/// Returns 0; `LWT_INVALID_ARGUMENT` if `f` is NULL or no main loop ever ran;
/// `LWT_ABANDONED` if the main thread has ended. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_run_in_main_dont_wait(
    f: lwt_thunk_fn,
    on_exn: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    match preemptive::run_in_main_dont_wait(f, on_exn, Env::new(env, drop_env)) {
        Ok(()) => LWT_OK,
        Err(exn) => exn.kind(),
    }
}

/// A callback that takes a message, which it borrows.
pub type lwt_preemptive_log_fn =
    Option<unsafe extern "C" fn(message: *const c_char, env: *mut c_void)>;

/// Sets how few threads are kept and how many there may be, starts the missing
/// ones, and says what is to be called with a message where no thread could be
/// started, `Lwt_preemptive.init`. May be called again. `log` NULL: nobody is told
/// (computations then run all the same, on the calling thread when its main loop
/// has nothing else to do). `log` is called on whichever thread detaches a
/// computation or sets bounds; `drop_env` when another one takes its place, or at
/// once if the call fails.
///
/// Returns 0, or `LWT_INVALID_ARGUMENT` as `lwt_preemptive_set_bounds`: then all
/// stays as it was. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
///
/// # Safety
/// `log` and `drop_env` may be called with `env` on any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_preemptive_init(
    least: c_int,
    most: c_int,
    log: lwt_preemptive_log_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let log = log.map(|f| preemptive::log::Log { f, env });
    match (usize::try_from(least), usize::try_from(most)) {
        (Ok(least), Ok(most)) if preemptive::init(least, most, log) => LWT_OK,
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// Does nothing, `Lwt_preemptive.simple_init`: the bounds are 0 and 4 until they
/// are set. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_simple_init() {}

/// How few threads are kept and how many there may be,
/// `Lwt_preemptive.get_bounds`. Either pointer may be NULL. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
///
/// # Safety
/// Each pointer is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_preemptive_get_bounds(least: *mut c_int, most: *mut c_int) {
    let bounds = preemptive::bounds();
    // SAFETY: as this function asks for.
    unsafe {
        if !least.is_null() {
            *least = bounds.0 as c_int;
        }
        if !most.is_null() {
            *most = bounds.1 as c_int;
        }
    }
}

/// Sets them, `Lwt_preemptive.set_bounds`: the missing threads are started at
/// once, those too many end when they are free. Returns 0, or
/// `LWT_INVALID_ARGUMENT` if `least` is below 0, or `most` below `least`, below 1
/// or above 65536. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_set_bounds(least: c_int, most: c_int) -> c_int {
    match (usize::try_from(least), usize::try_from(most)) {
        (Ok(least), Ok(most)) if preemptive::set_bounds(least, most) => LWT_OK,
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// Sets how many computations may wait for a thread, 1000 until it is set,
/// `Lwt_preemptive.set_max_number_of_threads_queued`. (Lwt has the number, and never
/// looks at it. Here whoever detaches one more is told, with `LWT_FULL`. With 0
/// nobody waits.) Those that wait already go on waiting. Returns 0, or
/// `LWT_INVALID_ARGUMENT` if `n` is below 0. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_set_max_number_of_threads_queued(n: c_int) -> c_int {
    match usize::try_from(n) {
        Ok(n) => {
            preemptive::set_most_queued(n);
            LWT_OK
        }
        Err(_) => LWT_INVALID_ARGUMENT,
    }
}

/// What was set, or 1000. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_get_max_number_of_threads_queued() -> c_int {
    preemptive::most_queued() as c_int
}

/// How many threads there are, `Lwt_preemptive.nbthreads`. On any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_nbthreads() -> c_int {
    preemptive::threads() as c_int
}

/// How many of them run a function, `Lwt_preemptive.nbthreadsbusy`. On any
/// thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_nbthreadsbusy() -> c_int {
    preemptive::busy() as c_int
}

/// How many functions wait for a thread, `Lwt_preemptive.nbthreadsqueued`. On
/// any thread.
///
/// Manual: "Detaching computation to preemptive threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_preemptive_nbthreadsqueued() -> c_int {
    preemptive::queued().min(c_int::MAX as usize) as c_int
}
