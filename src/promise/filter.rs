//! `Lwt.Exception_filter`: which exceptions become failures of promises.
//!
//! An exception in C is raised by `lwt_raise` alone. One that the filter does
//! not let by goes to the async exception hook where it is raised, which by
//! default ends the process: nothing that the program made up of promises gets
//! to handle it. If the hook returns, there is nothing better for the callback
//! than to fail with it after all.

use super::call;
use crate::abi::{LWT_OUT_OF_MEMORY, lwt_exn_test_fn};
use crate::exn::{Exn, unhandled};
use crate::handle::fork::{self, Held};
use crate::value::Env;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A filter of the user's.
pub struct Filter {
    /// The function, never NULL.
    pub f: lwt_exn_test_fn,
    /// Its environment.
    pub env: Env,
}

// SAFETY: the filter is the process's; `lwt.h` says that it is called on the
// thread where the exception is raised.
unsafe impl Send for Filter {}
// SAFETY: as above.
unsafe impl Sync for Filter {}

static FILTER: Mutex<Option<Arc<Filter>>> = Mutex::new(None);
/// Is there one? Spares a lock to those who have none.
static SET: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// This thread is running the filter.
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// For the time of a fork.
pub fn hold() -> Option<Held> {
    fork::hold(&FILTER)
}

/// Replaces the filter; None lets all by.
pub fn set(filter: Option<Filter>) {
    let mut place = FILTER.lock().unwrap_or_else(PoisonError::into_inner);
    // Relaxed: what it tells of is behind the lock.
    SET.store(filter.is_some(), Ordering::Relaxed);
    let old = std::mem::replace(&mut *place, filter.map(Arc::new));
    drop(place);
    drop(old); // outside the lock: the environment's drop function may call us
}

/// Does the filter let this exception by? What the filter itself raises is not
/// asked about.
pub fn lets_by(exn: &Exn) -> bool {
    if !SET.load(Ordering::Relaxed) || ASKING.get() {
        return true;
    }
    let Some(filter) = present() else {
        return true;
    };
    let Some(f) = filter.f else {
        return true;
    };
    let mut verdict = true;
    ASKING.set(true);
    call::unit_of(f as usize, || {
        // SAFETY: the function and its environment came together from C.
        verdict = unsafe { f(exn.as_raw(), filter.env.word()) }
    });
    ASKING.set(false);
    verdict
}

/// The filter at present. It runs outside the lock: it may set another one.
fn present() -> Option<Arc<Filter>> {
    let place = FILTER.lock().unwrap_or_else(PoisonError::into_inner);
    place.clone()
}

/// Is it one that says that the system gave out, and not the program?
pub fn is_runtime(exn: &Exn) -> bool {
    exn.kind() == LWT_OUT_OF_MEMORY
}

/// An exception is raised: it goes to the hook first if the filter wants that.
pub fn raised(exn: &Exn) {
    if !lets_by(exn) {
        unhandled(exn.clone());
    }
}
