//! What module Lwt_preemptive says when it can't do what it was asked for: the
//! function that was given to `Lwt_preemptive.init`.

use crate::promise::call;
use crate::value::Env;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{Arc, Mutex, TryLockError};

/// A function that takes a message.
pub struct Log {
    /// The function.
    pub f: unsafe extern "C" fn(message: *const c_char, env: *mut c_void),
    /// Its environment.
    pub env: Env,
}

// SAFETY: the header says that the function may be called on any thread.
unsafe impl Send for Log {}
// SAFETY: as above.
unsafe impl Sync for Log {}

static LOG: Mutex<Option<Arc<Log>>> = Mutex::new(None);

/// The log, locked only while it is looked at. None: in the child of a fork it may
/// be locked for ever.
fn with<R>(f: impl FnOnce(&mut Option<Arc<Log>>) -> R) -> Option<R> {
    for _ in 0..1000 {
        match LOG.try_lock() {
            Ok(mut log) => return Some(f(&mut log)),
            Err(TryLockError::Poisoned(log)) => return Some(f(&mut log.into_inner())),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

/// Replaces it.
pub fn set(log: Option<Log>) {
    let log = log.map(Arc::new);
    // Dropped outside the lock: the environment's drop function may call us.
    drop(with(|place| std::mem::replace(place, log)));
}

/// Says something.
pub(super) fn write(message: &CStr) {
    if let Some(log) = with(|place| place.clone()).flatten() {
        // SAFETY: the function and its environment came together from C.
        call::unit_of(log.f as usize, || unsafe {
            (log.f)(message.as_ptr(), log.env.word())
        });
    }
}
