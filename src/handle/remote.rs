//! What another thread may do to this one: post a closure, which runs in the
//! next turn of its main loop.

use std::sync::Arc;

/// A thread, as seen from the others.
pub struct Remote {}

/// The thread has ended.
#[derive(Debug)]
pub struct Ended;

impl Remote {
    /// Runs `f` on that thread in the next turn of its main loop, or when it
    /// ends. Wakes it. May lock and allocate: not for signal handlers.
    pub fn post(&self, _f: Box<dyn FnOnce() + Send>) -> Result<(), Ended> {
        unimplemented!()
    }
    /// How the scheduler of that thread is woken. Set once, by floor 1.
    pub fn set_waker(&self, _wake: Box<dyn Fn() + Send + Sync>) {
        unimplemented!()
    }
}

/// This thread.
pub fn current() -> Arc<Remote> {
    unimplemented!()
}

/// Is there something to run? One relaxed load.
pub fn pending() -> bool {
    unimplemented!()
}

/// Runs what was posted before this call; returns how many.
pub fn run_posted() -> usize {
    unimplemented!()
}
