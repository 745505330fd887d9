//! What floor 0 keeps for a thread, besides its slots.

use super::free;
use super::future::Tasks;
use super::state::*;
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::region::CHUNK;
use crate::handle::slot::{HELD, Id, TAG_PROMISE};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;

/// The lists of waiters that are still to be run.
pub struct Work {
    /// Of the resolutions in progress, the innermost on top.
    pub stack: Stack,
    /// Of deferred wake-ups, and of calls nested too deeply.
    pub later: RefCell<VecDeque<List>>,
    /// The promises of `Lwt.pause`, each held.
    pub paused: RefCell<Vec<Id>>,
    /// How many were paused since the last `wakeup_paused`.
    pub paused_count: Cell<usize>,
    /// Told each time a promise is paused.
    pub pause_notifier: RefCell<Option<super::pause::Notifier>>,
    /// The handle of the promise that says that memory ran out; 0: none yet.
    pub spare: Cell<u64>,
    /// The state of the generator behind `choose`.
    pub random: Cell<u64>,
    /// The futures.
    pub tasks: Tasks,
    /// The thread ends, and its exit hooks have run: no more callbacks do.
    pub ending: Cell<bool>,
    /// Its slots are being emptied: references between them mean nothing any
    /// more.
    pub ended: Cell<bool>,
    /// What debugging keeps.
    pub debug: crate::debug::Mine,
    /// What other runtimes keep.
    pub binding: crate::binding::Mine,
}

/// A resolved promise, held, and the first of its waiters still to be run.
#[derive(Clone, Copy)]
pub struct List {
    /// The promise.
    pub promise: Id,
    /// The waiter.
    pub head: Id,
}

/// What is left to do when the list in hand is done.
#[derive(Clone, Copy)]
pub enum Entry {
    /// The rest of a list.
    List(List),
    /// The pending promise, held, gets this.
    Settle {
        /// The promise to resolve.
        to: Id,
        /// What it gets.
        with: Settled,
    },
}

/// The side stack, as long as `Local::stacked` says. Nothing of the user's runs within its methods, so none is
/// called within another.
pub struct Stack(UnsafeCell<Vec<Entry>>);

impl Stack {
    /// Puts an entry on top.
    #[inline(always)]
    pub fn push(&self, local: &Local, entry: Entry) {
        local.stacked.set(local.stacked.get() + 1);
        // SAFETY: no other borrow lives, see above.
        unsafe { &mut *self.0.get() }.push(entry);
    }

    /// Takes the topmost entry.
    pub fn pop(&self, local: &Local) -> Option<Entry> {
        local.stacked.set(local.stacked.get() - 1);
        // SAFETY: no other borrow lives, see above.
        unsafe { &mut *self.0.get() }.pop()
    }
}

impl Work {
    /// Nothing to do.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Work {
        Work {
            stack: Stack(UnsafeCell::default()),
            later: RefCell::default(),
            paused: RefCell::default(),
            paused_count: Cell::new(0),
            pause_notifier: RefCell::default(),
            spare: Cell::new(0),
            random: Cell::new(0x9e37_79b9_7f4a_7c15),
            tasks: Tasks::default(),
            ending: Cell::new(false),
            ended: Cell::new(false),
            debug: crate::debug::Mine::default(),
            binding: crate::binding::Mine::default(),
        }
    }
}

/// What floor 0 keeps for this thread, which has promises.
#[inline(always)]
pub fn work(local: &Local) -> &'static Work {
    debug_assert!(!local.work.get().is_null());
    // SAFETY: a thread that has a slot has been through `begin`, which made
    // it; it lives as long as the thread.
    unsafe { &*local.work.get() }
}

/// Makes the promise that says that memory ran out, while there is some.
pub fn make_spare(local: &Local) {
    if let Some((id, slot)) = local.take_slot() {
        slot.refs.set(HELD);
        slot.set_tag(local.tag(FAIL, MADE));
        slot.a.set(Exn::out_of_memory().into_bits());
        slot.b.set(0);
        work(local)
            .spare
            .set(slot.me() | TAG_PROMISE | u64::from(id));
    }
}

/// The thread ends, and what runs at its end has run.
pub fn begin_end() {
    let local = local();
    if !local.work.get().is_null() {
        work(local).ending.set(true);
    }
}

/// Does the calling thread end?
pub fn is_ending() -> bool {
    let local = local();
    !local.work.get().is_null() && work(local).ending.get()
}

/// The end of the thread: no handle of it is good any more, and what its slots
/// own is dropped. Says whether there was something: then drop functions may
/// have made more, which this leaves alone, as it is whole. Without memory for
/// the list of slots nothing is dropped.
pub fn end(local: &Local, chunks: &[Id]) -> bool {
    let mut slots = Vec::new();
    if slots
        .try_reserve_exact(chunks.len() * CHUNK as usize)
        .is_err()
    {
        return false;
    }
    let ids = chunks.iter().flat_map(|&first| first.max(1)..first + CHUNK);
    slots.extend(ids.filter(|&id| local.at(id).state() != FREE));
    slots.iter().for_each(|&id| local.at(id).hide());
    local.freeing.set(true); // from here on nothing is followed
    work(local).ended.set(true);
    for &id in &slots {
        free::drop_contents(local.at(id));
    }
    !slots.is_empty()
}
