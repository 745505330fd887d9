//! A lock that a fork can't leave taken: it names the process that has it, so that one
//! which was held in the parent is nobody's in the child. For what is held for a few
//! steps, and never by a signal handler. Calls the system.

use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicI32,
    Ordering::{Acquire, Relaxed, Release},
};

/// What the lock protects.
pub struct ProcessLock<T> {
    /// The process that has the lock, or 0.
    holder: AtomicI32,
    it: UnsafeCell<T>,
}

// SAFETY: `with` gives it to one thread at a time.
unsafe impl<T: Send> Sync for ProcessLock<T> {}

impl<T> ProcessLock<T> {
    /// One that nobody has.
    pub const fn new(it: T) -> ProcessLock<T> {
        ProcessLock {
            holder: AtomicI32::new(0),
            it: UnsafeCell::new(it),
        }
    }

    /// Runs `f`, which does not wait and does not come back here.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: no conditions.
        let me = unsafe { libc::getpid() };
        let mut now = 0;
        // Acquire: what the last holder has written is seen.
        while let Err(holder) = self.holder.compare_exchange_weak(now, me, Acquire, Relaxed) {
            now = match holder == me {
                true => 0,
                false => holder,
            };
            std::thread::yield_now();
        }
        // SAFETY: this thread has the lock.
        let result = f(unsafe { &mut *self.it.get() });
        self.holder.store(0, Release);
        result
    }
}
