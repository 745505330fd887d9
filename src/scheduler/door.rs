//! The way into a scheduler from other threads: a knock wakes it if it sleeps.

use std::sync::Arc;

/// The door of one scheduler.
pub struct Door {}

impl Door {
    /// Wakes the scheduler if it is asleep or about to be. Lock-free, never
    /// allocates, async-signal-safe. What the caller wrote before (with at
    /// least Release) the scheduler sees in its next turn.
    pub fn knock(&self) {
        unimplemented!()
    }
    /// As long as a pass is held, something outside may still knock: the main
    /// loop does not report that it is stalled.
    pub fn hold_open(self: &Arc<Door>) -> Pass {
        unimplemented!()
    }
}

/// Keeps a scheduler from stalling.
pub struct Pass(#[allow(dead_code)] Arc<Door>);

/// The door of this thread's scheduler, which is made if need be.
pub fn current() -> Arc<Door> {
    unimplemented!()
}
