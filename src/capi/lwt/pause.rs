//! `lwt.h`, pausing. Module Lwt.

use super::to_promise;
use crate::abi::*;
use crate::promise::pause::{self, Notifier};
use crate::value::Env;
use std::ffi::c_void;
use std::rc::Rc;

/// A cancelable promise that the next turn of the main loop fulfils,
/// `Lwt.pause`. Owned by the caller; this thread's. When memory runs out as
/// lwt_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pause() -> *mut lwt_t {
    to_promise(pause::pause())
}

/// Fulfils the promises of lwt_pause that this thread has made so far, in that
/// order, `Lwt.wakeup_paused`; those paused meanwhile wait for the next call.
/// The main loop calls it in each turn.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_paused() {
    pause::wakeup_paused();
}

/// How many promises were paused on this thread since the last
/// lwt_wakeup_paused, cancelled ones included, `Lwt.paused_count`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_paused_count() -> usize {
    pause::paused_count()
}

/// Leaves the promises of this thread that are paused pending for ever,
/// `Lwt.abandon_paused`: for the child after a fork.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_abandon_paused() {
    pause::abandon_paused();
}

/// Runs the callbacks that lwt_wakeup_later has deferred on this thread, now,
/// `Lwt.abandon_wakeups`. The library runs them when the outermost resolution
/// ends, whatever callbacks did before, so that nothing needs this; it is for who
/// has to know that none is left, in a callback before the process ends.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_abandon_wakeups() {
    pause::abandon_wakeups();
}

/// Has `f` called with the count each time a promise is paused on this thread,
/// `Lwt.register_pause_notifier`, for a foreign loop that must then call
/// lwt_wakeup_paused. There is one notifier a thread: the one before is
/// replaced, its environment dropped. NULL: no notifier. Consumes `env`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_register_pause_notifier(
    f: Option<unsafe extern "C" fn(count: usize, env: *mut c_void)>,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    let env = Env::new(env, drop_env);
    pause::register_notifier(f.map(|f| Notifier {
        f,
        env: Rc::new(env),
    }));
}
