//! Noticing a fork. In the child the workers are gone, locks may be held for
//! ever, and what is in flight is the parent's. So nothing of the parent's
//! pools is touched there: each structure remembers the generation in which it
//! was made, and is left behind (never freed, never locked) when that is over.

use std::ptr;
use std::sync::Once;
use std::sync::atomic::{
    AtomicI32, AtomicPtr, AtomicU32,
    Ordering::{Relaxed, Release},
};

static GENERATION: AtomicU32 = AtomicU32::new(0);
static PROCESS: AtomicI32 = AtomicI32::new(0);
static WATCHED: Once = Once::new();

/// Async-signal-safe, as what runs in the child of a fork must be.
extern "C" fn in_child() {
    GENERATION.fetch_add(1, Relaxed);
    // SAFETY: no conditions.
    PROCESS.store(unsafe { libc::getpid() }, Relaxed);
}

/// How many forks lie between the first process and this one. To be called
/// once before anything is made that must not survive a fork.
#[inline]
pub fn generation() -> u32 {
    GENERATION.load(Relaxed)
}

/// From now on forks are noticed.
pub fn notice() {
    WATCHED.call_once(|| {
        // SAFETY: no conditions; the handler is async-signal-safe. Where the
        // system has no room for it `after` still tells a fork by the process.
        unsafe {
            PROCESS.store(libc::getpid(), Relaxed);
            libc::pthread_atfork(None, None, Some(in_child));
        }
    });
}

/// Says that there may have been a fork that nobody noticed, by a bare system
/// call.
pub fn after() {
    // SAFETY: no conditions.
    if WATCHED.is_completed() && PROCESS.load(Relaxed) != unsafe { libc::getpid() } {
        in_child();
    }
}

/// Something of the parent's, and what else there is.
struct Left<T> {
    older: *mut Left<()>,
    _thing: T,
}

static LEFT: AtomicPtr<Left<()>> = AtomicPtr::new(ptr::null_mut());

/// Keeps something of the parent's for good: it is neither freed nor lost.
pub fn leave_behind<T>(thing: T) {
    let mut older = LEFT.load(Relaxed);
    let left = Box::into_raw(Box::new(Left {
        older,
        _thing: thing,
    }));
    while let Err(now) = LEFT.compare_exchange_weak(older, left.cast(), Release, Relaxed) {
        older = now;
        // SAFETY: it was made here, and nobody sees it yet.
        unsafe { (*left).older = older };
    }
}
