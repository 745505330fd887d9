//! `lwt_unix.h`, signals. Module Lwt_unix.

use crate::abi::{LWT_OK, lwt_drop_fn};
use crate::capi::closure::null;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::call;
use crate::unix::signal::{self, handle};
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A handler of a signal, `Lwt_unix.signal_handler_id`. A handle of the thread
/// that made it. Releasing it does not disable the handler.
#[repr(C)]
pub struct lwt_unix_signal_handler {
    _private: [u8; 0],
}

/// A function that is told that a signal has arrived.
pub type lwt_unix_signal_fn = Option<unsafe extern "C" fn(signum: c_int, env: *mut c_void)>;

/// The same; it is told its handler, which it borrows, too.
pub type lwt_unix_signal_full_fn = Option<
    unsafe extern "C" fn(handler: *const lwt_unix_signal_handler, signum: c_int, env: *mut c_void),
>;

/// Gives C the handle, if it is wanted, and tells how it went.
fn give(made: Result<*mut c_void, Exn>, place: Option<&mut *mut lwt_unix_signal_handler>) -> c_int {
    let (handle, kind) = match made {
        Ok(handle) => (handle, LWT_OK),
        Err(exn) => (ptr::null_mut(), exn.kind()),
    };
    match place {
        Some(place) => *place = handle.cast(),
        None => handle::release(handle),
    }
    kind
}

/// Calls `f(signum, env)` in this thread's main loop each time that the signal
/// arrives, never in the context of the signal, `Lwt_unix.on_signal`. Several
/// handlers of a signal are called in the order in which they were made. Several
/// arrivals before the loop runs make as many calls, unless the system has
/// merged them. Threads that have handlers of the same signal are told each.
///
/// With the first handler of a signal the library's own takes the place of
/// whatever the process did with it (calls of the system go on after it:
/// SA_RESTART), which comes back when the last one is disabled. As long as there
/// is a handler, the main loop waits for signals and does not fail with
/// LWT_STALLED.
///
/// `handler` may be NULL; else *handler is set to a handle that the caller owns:
/// lwt_unix_disable_signal_handler, lwt_unix_signal_handler_release. `drop_env`
/// runs once, when the handler was disabled or its thread has ended.
///
/// Returns LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL or there can't be a
/// handler of that signal: numbers below 1 and above 64, those that the C
/// library keeps, SIGKILL and SIGSTOP, and the faults SIGSEGV, SIGBUS, SIGFPE
/// and SIGILL, for which no loop can wait; LWT_OUT_OF_MEMORY. Then `drop_env` is
/// called, and *handler is NULL. On any thread, whose it then is.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`; `handler` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_on_signal(
    signum: c_int,
    f: lwt_unix_signal_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    handler: *mut *mut lwt_unix_signal_handler,
) -> c_int {
    let env = Env::new(env, drop_env);
    // SAFETY: the caller says that it is NULL or may be written.
    let place = unsafe { handler.as_mut() };
    let Some(f) = f else {
        return give(Err(null("lwt_unix_on_signal")), place);
    };
    // SAFETY: the caller says that `f` may be called with `env`.
    let call = move |n| call::unit_of(f as usize, || unsafe { f(n, env.word()) });
    let made = signal::on_signal(signum, Rc::new(call));
    give(made.and_then(handle::make), place)
}

/// As lwt_unix_on_signal, but `f` is told its own handler, so that it can
/// disable it, `Lwt_unix.on_signal_full`.
///
/// # Safety
/// As lwt_unix_on_signal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_on_signal_full(
    signum: c_int,
    f: lwt_unix_signal_full_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    handler: *mut *mut lwt_unix_signal_handler,
) -> c_int {
    let env = Env::new(env, drop_env);
    // SAFETY: the caller says that it is NULL or may be written.
    let place = unsafe { handler.as_mut() };
    let Some(f) = f else {
        return give(Err(null("lwt_unix_on_signal_full")), place);
    };
    let call = move |handler: *mut c_void, n| {
        // SAFETY: the caller says that `f` may be called with `env`.
        call::unit_of(f as usize, || unsafe { f(handler.cast(), n, env.word()) })
    };
    give(handle::on_signal_full(signum, call), place)
}

/// Disables a handler: it is not called any more, also not for signals that
/// have arrived and were not yet told, `Lwt_unix.disable_signal_handler`. With
/// the last handler of a signal the process does with it what it did before, if
/// nobody else has taken it over. Once more: nothing happens.
///
/// Borrows `handler`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
/// On the handler's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_disable_signal_handler(
    handler: *const lwt_unix_signal_handler,
) -> c_int {
    match handle::get(handler.cast(), "lwt_unix_disable_signal_handler") {
        Ok(handler) => {
            handler.disable();
            LWT_OK
        }
        Err(exn) => exn.kind(),
    }
}

/// One more reference to the same handler, owned by the caller. NULL: it is not
/// a handler of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_signal_handler_retain(
    handler: *const lwt_unix_signal_handler,
) -> *mut lwt_unix_signal_handler {
    object::retain(Kind::SignalHandler, handler.cast()).cast()
}

/// Gives up a reference; the handler itself stays until it is disabled or its
/// thread ends. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_signal_handler_release(handler: *mut lwt_unix_signal_handler) {
    handle::release(handler.cast());
}

/// How many handlers of signals this thread has, `Lwt_unix.signal_count`. The
/// library's own counts: there is one for SIGCHLD while some wait for children
/// needs it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_signal_count() -> usize {
    signal::count()
}

/// Installs the system's handler of a signal again, if something has replaced
/// it, `Lwt_unix.reinstall_signal_handler`. Nothing happens where no thread has
/// a handler of the signal. Returns LWT_OK, or LWT_INVALID_ARGUMENT for a signal
/// that can't have one. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_reinstall_signal_handler(signum: c_int) -> c_int {
    signal::reinstall(signum)
}

/// The handlers of a signal are called as if it had arrived,
/// `Lwt_unix.handle_signal`: in the next turn of the main loops of all threads
/// that have some. For engines that deliver signals themselves, see
/// lwt_engine_forwards_signal. Returns LWT_OK, or LWT_INVALID_ARGUMENT for a
/// signal that can't have a handler. On any thread, and in a signal handler.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_handle_signal(signum: c_int) -> c_int {
    signal::arrive(signum)
}
