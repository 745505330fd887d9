//! `lwt_timeout.h`: module Lwt_timeout.

use super::closure::null;
use super::lwt::kind;
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::call;
use crate::unix::timeout::{self, Timeout};
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A timeout, `Lwt_timeout.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_timeout {
    _private: [u8; 0],
}

fn get(timeout: *const lwt_timeout, function: &str) -> Result<Rc<Timeout>, Exn> {
    // SAFETY: every timeout's handle is made of a `Timeout`.
    unsafe { object::get(Kind::Timeout, timeout.cast(), function) }
}

/// The number, if it is one of seconds; what is no number of seconds is 0.
fn seconds(n: c_int) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

/// Returns a timeout that is not started, `Lwt_timeout.create`, owned by the
/// caller: lwt_timeout_release. `f(env)` will be called `n` seconds after it is
/// started, once for each start that is not stopped or repeated before.
///
/// `drop_env` runs once, with the last handle of the timeout and not before `f`
/// has returned. NULL, and `drop_env` has run: `n` is less than 1, `f` is NULL,
/// or memory ran out. On any thread, whose it then is.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_timeout_create(
    n: c_int,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_timeout {
    let env = Env::new(env, drop_env);
    let Some(f) = f else {
        return std::ptr::null_mut();
    };
    // SAFETY: the caller says that `f` may be called with `env`.
    let action = move || call::other_of(f as usize, || unsafe { f(env.word()) }).1;
    match Timeout::new(seconds(n), Box::new(action)) {
        Some(timeout) => object::new(Kind::Timeout, timeout).cast(),
        None => std::ptr::null_mut(),
    }
}

/// One more reference to the same timeout, owned by the caller. NULL: it is not
/// a timeout of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_timeout_retain(timeout: *const lwt_timeout) -> *mut lwt_timeout {
    object::retain(Kind::Timeout, timeout.cast()).cast()
}

/// Gives up a reference. One that runs goes on. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_timeout_release(timeout: *mut lwt_timeout) {
    // SAFETY: every timeout's handle is made of a `Timeout`.
    drop(unsafe { object::release::<Timeout>(Kind::Timeout, timeout.cast(), "") });
}

/// Starts the timeout, `Lwt_timeout.start`; if it runs, its time begins anew.
///
/// Borrows `timeout`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
/// On the timeout's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_timeout_start(timeout: *const lwt_timeout) -> c_int {
    kind(get(timeout, "lwt_timeout_start").map(|timeout| timeout.start()))
}

/// Stops the timeout, `Lwt_timeout.stop`, if it runs. It can be started again.
///
/// Borrows `timeout`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
/// On the timeout's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_timeout_stop(timeout: *const lwt_timeout) -> c_int {
    kind(get(timeout, "lwt_timeout_stop").map(|timeout| timeout.stop()))
}

/// Sets how many seconds the timeout takes, `Lwt_timeout.change`. If it runs, its
/// time begins anew; if not, it is not started.
///
/// Borrows `timeout`. Returns LWT_OK, LWT_INVALID_ARGUMENT (also: `n` is less than
/// 1, and nothing has changed) or LWT_WRONG_THREAD. On the timeout's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_timeout_change(timeout: *const lwt_timeout, n: c_int) -> c_int {
    let change = |timeout: Rc<Timeout>| match timeout.change(seconds(n)) {
        true => Ok(()),
        false => Err(Exn::invalid("lwt_timeout_change: less than a second")),
    };
    kind(get(timeout, "lwt_timeout_change").and_then(change))
}

/// Has `f(exn, env)` called with what functions of this thread's timeouts raise
/// (`lwt_raise`), in place of the hook for exceptions that nobody handled,
/// `Lwt_timeout.set_exn_handler`. `exn` is borrowed for the call.
///
/// `drop_env` runs once, when another handler is set or the thread ends. Returns
/// LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL: then the hook is told again.
/// On any thread, for itself.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_timeout_set_exn_handler(
    f: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let Some(f) = f else {
        timeout::set_handler(None);
        return null("lwt_timeout_set_exn_handler").kind();
    };
    // SAFETY: the caller says that `f` may be called with `env`.
    let tell = move |exn: Exn| call::unit_of(f as usize, || unsafe { f(exn.as_raw(), env.word()) });
    timeout::set_handler(Some(Rc::new(tell)));
    LWT_OK
}
