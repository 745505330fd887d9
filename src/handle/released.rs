//! Handles that other threads give up: a list for each thread, which its owner takes
//! whole in a turn of its main loop. A push takes no lock, so that it may stand in a
//! finaliser, whatever its thread, or the one that the collector has stopped, was
//! about. (It allocates: not in signal handlers.)
//!
//! The list is Treiber's stack (R. K. Treiber, 1986), of which the owner only ever
//! takes all: so no node is read that another has freed. Who pushes onto an empty
//! list wakes the owner; who finds it filled relies on that one.
//!
//! The lists belong to the numbers of threads, and are never freed. What is pushed
//! when a thread has ended is found by the next one of its number, for which these
//! handles are stale.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::*};

struct Node {
    handle: u64,
    next: *mut Node,
}

/// What the number of a thread has.
struct Place {
    head: AtomicPtr<Node>,
    /// Its door, which is never freed; NULL: it has none, or no thread.
    door: AtomicPtr<()>,
}

static PLACES: [Place; 1 << 16] = [const {
    Place {
        head: AtomicPtr::new(ptr::null_mut()),
        door: AtomicPtr::new(ptr::null_mut()),
    }
}; 1 << 16];

/// How a door is knocked at: a `fn(*const ())`, or NULL. Set by floor 1.
static KNOCK: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

fn place(owner: u16) -> &'static Place {
    &PLACES[usize::from(owner)]
}

/// The thread is woken by `knock(door)`; the door outlives the process.
pub fn set_door(owner: u16, door: *const (), knock: fn(*const ())) {
    KNOCK.store(knock as *const () as *mut (), Relaxed);
    // Release: who sees the door sees how it is knocked at.
    place(owner).door.store(door.cast_mut(), Release);
}

/// The thread of this number has ended.
pub(super) fn forget_door(owner: u16) {
    place(owner).door.store(ptr::null_mut(), Relaxed);
}

/// Gives a handle to the thread of this number, which will release it.
pub(super) fn push(owner: u16, handle: u64) {
    let place = place(owner);
    let node = Box::into_raw(Box::new(Node {
        handle,
        next: ptr::null_mut(),
    }));
    let mut head = place.head.load(Relaxed);
    loop {
        // SAFETY: nobody else has the node yet.
        unsafe { (*node).next = head };
        // Release: who takes the list sees the node.
        match place
            .head
            .compare_exchange_weak(head, node, Release, Relaxed)
        {
            Ok(_) => break,
            Err(now) => head = now,
        }
    }
    if head.is_null() {
        wake(place);
    }
}

fn wake(place: &Place) {
    // Acquire: see `set_door`.
    let door = place.door.load(Acquire);
    let knock = KNOCK.load(Relaxed);
    if !door.is_null() && !knock.is_null() {
        // SAFETY: `set_door` put a function of this type there.
        let knock = unsafe { std::mem::transmute::<*mut (), fn(*const ())>(knock) };
        knock(door);
    }
}

/// Is there something for this thread?
#[inline]
pub(super) fn is_any(owner: u16) -> bool {
    !place(owner).head.load(Relaxed).is_null()
}

/// What there is for this thread, the first first.
pub(super) fn take(owner: u16) -> Taken {
    // Acquire: see `push`.
    let mut node = place(owner).head.swap(ptr::null_mut(), Acquire);
    let mut first = ptr::null_mut();
    while !node.is_null() {
        // SAFETY: the list is ours alone now.
        let next = unsafe { std::mem::replace(&mut (*node).next, first) };
        (first, node) = (node, next);
    }
    Taken(first)
}

/// Handles that are to be released.
pub(super) struct Taken(*mut Node);

impl Iterator for Taken {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.0.is_null() {
            return None;
        }
        // SAFETY: ours alone, and made by `push`.
        let node = unsafe { Box::from_raw(self.0) };
        self.0 = node.next;
        Some(node.handle)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Numbers that no thread of the tests reaches.
    #[test]
    fn what_several_threads_push_is_there_once_and_of_each_in_order() {
        const OWNER: u16 = 60_000;
        const EACH: u64 = 10_000;
        let mut last = [0; 4];
        let mut seen = 0;
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || (1..=EACH).for_each(|n| push(OWNER, thread << 32 | n)));
            }
            while seen < 4 * EACH {
                for handle in take(OWNER) {
                    let thread = (handle >> 32) as usize;
                    assert_eq!(handle & 0xffff_ffff, last[thread] + 1);
                    last[thread] += 1;
                    seen += 1;
                }
            }
        });
        assert!(!is_any(OWNER));
        assert_eq!(take(OWNER).count(), 0);
    }

    #[test]
    fn what_is_not_looked_at_is_freed() {
        const OWNER: u16 = 60_001;
        (0..10).for_each(|n| push(OWNER, n));
        assert_eq!(take(OWNER).next(), Some(0));
        assert!(!is_any(OWNER));
    }
}
