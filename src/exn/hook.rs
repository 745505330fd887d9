//! The async exception hook: what becomes of a failure that nobody handles.

use super::Exn;
use crate::abi::lwt_exn_hook_fn;
use crate::handle::fork::{self, Held};
use crate::value::Env;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A hook of the user's.
pub struct Hook {
    /// The function, never NULL.
    pub f: lwt_exn_hook_fn,
    /// Its environment.
    pub env: Env,
}

// SAFETY: the hook is the process's; `lwt.h` says that it is called on the
// thread where the failure was.
unsafe impl Send for Hook {}
// SAFETY: as above.
unsafe impl Sync for Hook {}

static HOOK: Mutex<Option<Arc<Hook>>> = Mutex::new(None);

/// For the time of a fork.
pub(super) fn hold() -> Option<Held> {
    fork::hold(&HOOK)
}

fn lock() -> MutexGuard<'static, Option<Arc<Hook>>> {
    HOOK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Replaces the hook; None puts the default one back.
pub fn set_hook(hook: Option<Hook>) {
    let old = std::mem::replace(&mut *lock(), hook.map(Arc::new));
    // Outside the lock: the environment's drop function may call us.
    drop(old);
}

/// The present hook; None is the default one.
pub fn hook() -> Option<Arc<Hook>> {
    lock().clone()
}

/// Hands an exception that nobody handled to the async exception hook. The
/// default hook prints it and exits 2.
#[cold]
#[inline(never)]
pub fn unhandled(exn: Exn) {
    let hook = lock().clone();
    match hook {
        Some(hook) if hook.f.is_some() => crate::promise::call::hook(&hook, &exn),
        _ => {
            let mut line = b"Fatal error: exception ".to_vec();
            line.extend_from_slice(exn.message().to_bytes());
            line.push(b'\n');
            line.extend_from_slice(exn.backtrace().unwrap_or_default().to_bytes());
            let _ = std::io::stderr().write_all(&line);
            // SAFETY: exit may be called anywhere; it runs the exit hooks.
            unsafe { libc::exit(2) }
        }
    }
}
