//! Which thread ran a main loop first: the one that a thread of the program's
//! own means by "the main thread".

use crate::handle::remote::{self, Remote};
use once_cell::sync::OnceCell;
use std::sync::Arc;

static FIRST: OnceCell<Arc<Remote>> = OnceCell::new();

/// The calling thread runs a main loop.
#[inline]
pub fn ran() {
    if FIRST.get().is_none()
        && let Some(me) = remote::current()
    {
        let _ = FIRST.set(me);
    }
}

/// The first thread that did.
pub fn thread() -> Option<Arc<Remote>> {
    FIRST.get().cloned()
}
