//! What each thread has of its own, one load away.

use std::cell::Cell;

/// The thread's block. All zero on a thread that has not used the library.
pub struct Local {
    /// The scheduler of this thread: owned by floor 1, NULL until made.
    pub scheduler: Cell<*mut ()>,
}

/// This thread's block.
pub fn local() -> &'static Local {
    unimplemented!()
}

/// What a fiber saves when it is left, and puts back when it is resumed: how
/// deep the callbacks are nested, what they raised, the current storage.
#[derive(Clone, Copy, Default)]
pub struct Context {}

impl Context {
    /// Leaves the present context: saves it, and installs a fresh one, as on
    /// a stack where no callback runs.
    pub fn enter_fresh() -> Context {
        unimplemented!()
    }
    /// Saves the present context and installs this one.
    pub fn swap(self) -> Context {
        unimplemented!()
    }
    /// Is a resolution in progress on the present stack? Then it must not be
    /// left.
    pub fn in_resolution() -> bool {
        unimplemented!()
    }
}

/// Makes the thread's block if need be, and has `f` called when the thread
/// ends, before its handles go stale; last registered first.
pub fn at_thread_exit(_f: fn()) {
    unimplemented!()
}
