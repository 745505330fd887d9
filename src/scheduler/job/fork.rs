//! What becomes of jobs in the child of a fork: the workers are gone, locks may
//! be held for ever, and what is in flight is the parent's. So nothing of the
//! parent's pools is touched there: each structure remembers the generation in
//! which it was made, and is left behind (never freed, never locked) when that
//! is over.

use std::ptr;
use std::sync::atomic::{
    AtomicPtr,
    Ordering::{Relaxed, Release},
};

pub use crate::handle::fork::{after, generation, notice};

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
