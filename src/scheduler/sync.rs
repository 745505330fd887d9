//! The atomics, locks and threads of floor 1: the standard library's, or
//! loom's when the models are run (`RUSTFLAGS="--cfg loom"`). Only structures
//! that have a loom model take them from here; a `static` can't, as loom's
//! are not made by constant functions.

#[cfg(not(loom))]
pub use std::{
    hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};

#[cfg(loom)]
pub use loom::{
    hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};
