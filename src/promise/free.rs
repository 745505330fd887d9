//! The end of references: what a promise owned is dropped, and what waited
//! for one that can't be resolved any more waits for ever.
//!
//! Freeing never recurses: a slot whose last reference goes while another is
//! being taken apart is linked (through `refs`, which is 0) and waits its turn.

use super::state::*;
use super::thread::work;
use super::values::Values;
use super::{cell, group, node, seq, storage};
use crate::exn::Exn;
use crate::handle::local::Local;
use crate::handle::slot::{HELD, Id, Slot, USER};
use crate::value::Value;

/// A user gives up a reference.
#[inline(always)]
pub fn unuse(local: &Local, id: Id, slot: &'static Slot) {
    let refs = slot.refs.get() - USER;
    slot.refs.set(refs);
    if refs as u32 == 0 {
        if refs == 0 {
            free(local, id, slot);
        } else {
            slot.hide();
        }
    }
}

/// The library gives up a reference.
#[inline(always)]
pub fn unhold(local: &Local, id: Id, slot: &'static Slot) {
    let refs = slot.refs.get() - HELD;
    slot.refs.set(refs);
    if refs == 0 {
        free(local, id, slot);
    }
}

#[inline(always)]
fn free(local: &Local, id: Id, slot: &'static Slot) {
    // What owns nothing: a plain value, a cancellation.
    let state = slot.state();
    if state == RETURN {
        if slot.b.get() == 0 {
            return local.give_plain(id, slot);
        }
    } else if state == FAIL && slot.a.get() == Exn::CANCELED {
        return local.give_plain(id, slot);
    }
    free_other(local, id, slot);
}

#[inline(never)]
extern "C" fn free_other(local: &Local, id: Id, slot: &'static Slot) {
    slot.hide();
    slot.refs.set(u64::from(local.dying.replace(id)));
    if local.freeing.replace(true) {
        return;
    }
    free_dying(local);
}

/// Frees what waits its turn.
fn free_dying(local: &Local) {
    loop {
        let id = local.dying.get();
        if id == 0 {
            break;
        }
        let slot = local.at(id);
        local.dying.set(slot.refs.replace(0) as Id);
        take_apart(local, id, slot);
    }
    local.freeing.set(false);
}

/// Frees a slot that nobody refers to. What it owned is dropped last, when
/// the slot is whole again: that runs user code.
fn take_apart(local: &Local, id: Id, slot: &'static Slot) {
    let (a, b) = (slot.a.get(), slot.b.get());
    match slot.state() {
        RETURN => {
            local.give_slot(id, slot);
            // SAFETY: the words of a value own it, and the slot is given up.
            drop(unsafe { owned(a, b) });
        }
        FAIL => {
            local.give_slot(id, slot);
            // SAFETY: a failure owns a reference.
            drop(unsafe { Exn::from_bits(a) });
        }
        SHARED => {
            local.give_slot(id, slot);
            cell::release(a);
        }
        PROXY => {
            let target = a as Id;
            let (_, whole) = underlying(local, target, local.at(target));
            // Nothing can resolve this part any more, nor the whole.
            let rest = group::dismantle(slot);
            let mut drops = Vec::new();
            let head = kill(whole, id);
            local.give_slot(id, slot);
            abandon(local, head, &mut drops);
            unhold(local, target, local.at(target));
            drop(drops);
            drop(rest);
        }
        PENDING => {
            let mut drops = Vec::new();
            abandon(local, a as Id, &mut drops);
            let rest = group::dismantle(slot);
            local.give_slot(id, slot);
            drop(drops);
            drop(rest);
        }
        _ => local.give_slot(id, slot),
    }
}

/// Nothing will resolve the part `source` of a pending promise any more: if it
/// waited for that, it is dead. Returns its waiters, taken off it.
fn kill(slot: &Slot, source: Id) -> Id {
    if slot.state() == PENDING && op(slot) == ALIAS && slot.b.get() as Id == source {
        mark_dead(slot)
    } else {
        0
    }
}

/// A pending promise will never be resolved. Returns its waiters, taken off it.
fn mark_dead(slot: &Slot) -> Id {
    set_op(slot, DEAD);
    slot.b.set(0);
    slot.a.replace(0) as Id
}

/// A promise that waited for something else will never be resolved. Returns
/// the waiters of it, or of what it became a part of.
fn mark_part_dead(local: &Local, id: Id, slot: &'static Slot) -> Id {
    match slot.state() {
        PENDING => mark_dead(slot),
        PROXY => {
            set_op(slot, DEAD);
            kill(underlying(local, id, slot).1, id)
        }
        _ => 0,
    }
}

/// A promise that nothing will resolve any more, held by the caller: its
/// waiters, or those of what it became a part of, wait for ever. User code may
/// run.
pub fn forsake(local: &Local, id: Id, slot: &'static Slot) {
    let head = match slot.state() {
        // An object that is dropped now may have held the resolver, while some
        // of the waiters have been dropped before.
        PENDING | PROXY if work(local).ended.get() => return,
        PENDING => slot.a.replace(0) as Id,
        PROXY => kill(underlying(local, id, slot).1, id),
        _ => return,
    };
    let mut drops = Vec::new();
    let nested = local.freeing.replace(true);
    abandon(local, head, &mut drops);
    // Now that no inline node is in use.
    if slot.state() == PENDING {
        mark_dead(slot);
    } else {
        set_op(slot, DEAD);
    }
    local.freeing.set(nested);
    drop(drops);
    if !nested && local.dying.get() != 0 {
        local.freeing.set(true);
        free_dying(local);
    }
}

/// The waiters of a promise that will never be resolved, and theirs: their
/// callbacks never run. What they own is put into `drops`, and slots that are
/// freed wait their turn, for user code may run only when the lists are whole
/// again.
fn abandon(local: &Local, head: Id, drops: &mut Vec<Value>) {
    let mut heads = Vec::new();
    let mut id = head;
    loop {
        while id != 0 {
            let waiter = local.at(id);
            let next = waiter.next.get();
            if let WAIT | TASK | NODE_OP = op(waiter) {
                if let Some((group_id, group)) = node::orphan(local, id, waiter, drops) {
                    heads.push(mark_dead_group(local, group_id, group, drops));
                    unhold(local, group_id, group);
                }
            } else {
                seq::orphan(local, waiter, drops);
                heads.push(mark_part_dead(local, id, waiter));
                unhold(local, id, waiter);
            }
            id = next;
        }
        match heads.pop() {
            Some(head) => id = head,
            None => break,
        }
    }
}

/// The last membership of a group is gone.
fn mark_dead_group(local: &Local, id: Id, group: &'static Slot, drops: &mut Vec<Value>) -> Id {
    if let Some((failure, array)) = group::dismantle(group) {
        drops.extend(failure.map(Exn::into_value));
        drops.extend(array.map(Values::into_value));
    }
    mark_part_dead(local, id, group)
}

/// At the end of the thread: drops what any slot owns, whatever its state,
/// without following references. User code may run.
pub fn drop_contents(slot: &'static Slot) {
    let (a, b) = (slot.a.get(), slot.b.get());
    let (env, drop_env) = (slot.env.get(), slot.drop.get());
    let state = slot.state();
    slot.set_state(FREE); // no drop function comes by here again
    match state {
        // SAFETY: the words of a value own it, and the slot is free now.
        RETURN => drop(unsafe { owned(a, b) }),
        // SAFETY: a failure owns a reference.
        FAIL => drop(unsafe { Exn::from_bits(a) }),
        SHARED => cell::release(a),
        OBJECT => crate::handle::object::drop_contents(slot),
        STORAGE => storage::drop_contents(slot),
        NODE => node::drop_contents(slot),
        PENDING | PROXY => match op(slot) {
            WAIT | TASK if slot.op() & INLINE != 0 => node::drop_contents(slot),
            // SAFETY: the same of an environment.
            BIND..=FINALIZE => drop(unsafe { owned(env, drop_env) }),
            JOIN..=FULFILLED => drop(group::dismantle(slot)),
            _ => {}
        },
        _ => {}
    }
}
