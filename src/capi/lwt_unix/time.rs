//! `lwt_unix.h`, time: sleeping and timeouts. Module Lwt_unix.

use crate::abi::{lwt_drop_fn, lwt_t, lwt_thunk_fn};
use crate::handle::object::{self, Kind};
use crate::promise::{self, call};
use crate::unix::auto_pause::AutoPause;
use crate::unix::sleep;
use crate::value::Env;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

/// Returns a promise of LWT_UNIT that resolves after `seconds` seconds, never
/// earlier, measured from now (not from the beginning of the loop's turn).
/// Equal deadlines resolve in the order of the calls. Cancelling it removes
/// the timer.
///
/// `seconds` zero or negative: it resolves in the next turn of the main loop.
/// Infinite, or longer than some centuries: it never resolves, and can be
/// cancelled.
///
/// Fails with LWT_INVALID_ARGUMENT if `seconds` is not a number, and with
/// LWT_OUT_OF_MEMORY. May be called on any thread; the promise is that
/// thread's. Manual: `Lwt_unix.sleep`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_sleep(seconds: f64) -> *mut lwt_t {
    sleep::sleep(seconds).into_raw()
}

/// Returns a promise that fails with LWT_TIMEOUT after `seconds` seconds; for
/// the rest as lwt_unix_sleep. Most useful in lwt_pick. Manual:
/// `Lwt_unix.timeout`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_timeout(seconds: f64) -> *mut lwt_t {
    sleep::timeout(seconds).into_raw()
}

/// Calls `f(env)`, and returns a promise that resolves as that which `f`
/// returns, unless `seconds` seconds pass before: then it fails with
/// LWT_TIMEOUT, and the promise of `f` is cancelled.
///
/// Fails with LWT_INVALID_ARGUMENT if `f` is NULL or `seconds` is not a number
/// (`f` is not called then). `drop_env` is called once, after `f` has returned
/// or when it is not called. Manual: `Lwt_unix.with_timeout`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_with_timeout(
    seconds: f64,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    let name = "lwt_unix_with_timeout";
    // SAFETY: the caller says that `f` may be called with `env`.
    let f = f.map(|f| move || call::promise_of(f as usize, name, || unsafe { f(env.word()) }));
    sleep::with_timeout(seconds, f).into_raw()
}

/// Returns a promise that resolves in this turn of the main loop, after what
/// else there is to do. The same as lwt_pause. Manual: `Lwt_unix.yield`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_yield() -> *mut lwt_t {
    promise::pause().into_raw()
}

/// Pauses once in a while: what `Lwt_unix.auto_pause` returns. A handle of the thread
/// that made it.
#[repr(C)]
pub struct lwt_unix_auto_pauser {
    _private: [u8; 0],
}

/// Makes an automatic pause, for a loop that computes and wants to let others run
/// about every `seconds` seconds: lwt_unix_auto_pauser_call, called in each round,
/// pauses if so much time has passed since it last did.
///
/// Zero or negative: it pauses each time. Infinite: it never does. Returns a handle
/// that the caller owns (lwt_unix_auto_pauser_release); NULL if `seconds` is not a
/// number, or memory ran out. On any thread, whose it then is. Manual:
/// `Lwt_unix.auto_pause`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_auto_pause(seconds: f64) -> *mut lwt_unix_auto_pauser {
    match AutoPause::new(seconds) {
        Some(auto) => object::new(Kind::AutoPause, Rc::new(auto)).cast(),
        None => ptr::null_mut(),
    }
}

/// The same: the older name. Manual: `Lwt_unix.auto_yield`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_auto_yield(seconds: f64) -> *mut lwt_unix_auto_pauser {
    lwt_unix_auto_pause(seconds)
}

/// Returns a promise of LWT_UNIT, the caller's, as lwt_pause, if as many seconds have
/// passed as lwt_unix_auto_pause was told, since this last did so or since it was
/// made; otherwise it is resolved already. It fails with LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle. `pauser` is borrowed. Manual:
/// `Lwt_unix.auto_pause`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_auto_pauser_call(pauser: *const lwt_unix_auto_pauser) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_auto_pauser_call";
    // SAFETY: every handle of this kind is made of an `AutoPause`.
    match unsafe { object::get::<AutoPause>(Kind::AutoPause, pauser.cast(), NAME) } {
        Ok(auto) => auto.pause().into_raw(),
        Err(exn) => promise::failed(exn).into_raw(),
    }
}

/// One more reference to it: returns the same handle, to be released once more; NULL
/// if it is none of this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_auto_pauser_retain(
    pauser: *const lwt_unix_auto_pauser,
) -> *mut lwt_unix_auto_pauser {
    object::retain(Kind::AutoPause, pauser.cast()).cast()
}

/// Gives up a reference. Does nothing with what is no such handle of this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_auto_pauser_release(pauser: *mut lwt_unix_auto_pauser) {
    const NAME: &str = "lwt_unix_auto_pauser_release";
    // SAFETY: every handle of this kind is made of an `AutoPause`.
    drop(unsafe { object::release::<AutoPause>(Kind::AutoPause, pauser.cast(), NAME) });
}
