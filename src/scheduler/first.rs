//! Which thread ran a main loop first: the one that a thread of the program's
//! own means by "the main thread".

use crate::handle::remote::{self, Remote};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire},
};

/// Never freed: there is one a process, and one more for each of its forks by
/// another thread.
static FIRST: AtomicPtr<Remote> = AtomicPtr::new(ptr::null_mut());

fn first() -> (*mut Remote, Option<&'static Remote>) {
    let raw = FIRST.load(Acquire);
    // SAFETY: what `ran` put there, which is never freed.
    let thread = unsafe { raw.as_ref() };
    // Only the thread that forked is in the child.
    (raw, thread.filter(|thread| thread.is_in_this_process()))
}

/// The calling thread runs a main loop.
#[inline]
pub fn ran() {
    let (old, known) = first();
    if known.is_none()
        && let Some(me) = remote::current()
    {
        let me = Arc::into_raw(me);
        if FIRST
            .compare_exchange(old, me.cast_mut(), AcqRel, Acquire)
            .is_err()
        {
            // SAFETY: nobody else saw this reference.
            drop(unsafe { Arc::from_raw(me) });
        }
    }
}

/// The first thread that did.
pub fn thread() -> Option<Arc<Remote>> {
    let thread = first().1?;
    // SAFETY: from `Arc::into_raw`; the reference that is kept for good keeps
    // it alive.
    unsafe {
        Arc::increment_strong_count(thread);
        Some(Arc::from_raw(thread))
    }
}
