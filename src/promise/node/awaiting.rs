//! Nodes of futures and coroutines: who waits for a promise by awaiting it.

use super::{AWAIT, head_word, kind, vacate, wait_as, word};
use crate::handle::local::Local;
use crate::handle::slot::{GENERATION_MASK, HELD, Id, Slot};
use crate::promise::future::waiting::{self as future, Waiting};
use crate::promise::state::*;
use std::mem::ManuallyDrop;

/// Waits on a pending promise for a future. Returns the node. None: out of
/// memory.
#[inline(always)]
pub fn wait(local: &Local, id: Id, promise: &'static Slot, waiting: Waiting) -> Option<Id> {
    let node = wait_as(local, id, promise, head_word(AWAIT, 0), 0)?;
    local.at(node).env.set(waiting.into_bits());
    Some(node)
}

/// The same on no promise: the node is to be run.
pub fn alone(local: &Local, waiting: Waiting) -> Option<Id> {
    let (id, node) = local.take_slot()?;
    node.set_tag(local.tag(NODE, NODE_OP));
    node.refs.set(HELD);
    node.f.set(head_word(AWAIT, 0));
    node.env.set(waiting.into_bits());
    node.next.set(0);
    Some(id)
}

/// Is it the node that it was in this generation of its slot?
pub fn awaits(local: &Local, id: Id, generation: u64) -> bool {
    let node = local.at(id);
    node.me() & GENERATION_MASK == generation
        && (node.state() == NODE || node.op() & INLINE != 0)
        && kind(node) == AWAIT
}

/// The promise that a future waits for.
pub fn awaited(node: &Slot) -> Id {
    (node.drop.get() >> 32) as Id
}

/// Who waits, borrowed.
pub fn waiting(node: &Slot) -> ManuallyDrop<Waiting> {
    // SAFETY: `wait` put it there; the node stays the owner.
    ManuallyDrop::new(unsafe { Waiting::from_bits(node.env.get()) })
}

/// Replaces who waits.
pub fn set_waiting(node: &Slot, waiting: Waiting) -> Waiting {
    // SAFETY: `wait` put it there, and the node gives it up here.
    unsafe { Waiting::from_bits(node.env.replace(waiting.into_bits())) }
}

/// The next wait of the same task.
pub fn next_await(node: &Slot) -> Id {
    word(node) as Id
}

/// Sets it.
pub fn set_next_await(node: &Slot, next: Id) {
    node.f.set(head_word(AWAIT, u64::from(next)));
}

/// A wait of a future is over, its place free: who waited.
pub(super) fn end_wait(local: &Local, promise: Id, id: Id, node: &'static Slot) -> Waiting {
    future::unchain(local, id);
    // SAFETY: `wait` put it there, and the node ends here.
    let waiting = unsafe { Waiting::from_bits(node.env.get()) };
    vacate(local, promise, id, node);
    waiting
}
