//! Cancelling: back from a promise to the deepest cancelable ones that it
//! waits on. All of them fail first; then their callbacks run, the first found
//! first.

use super::free::unhold;
use super::resolve::{self, run};
use super::state::*;
use super::thread::{Entry, List, work};
use super::{external, group, node};
use crate::abi::LWT_CANCELED;
use crate::exn::{self, Exn};
use crate::handle::local::{Local, WATCHED, local};
use crate::handle::slot::{Id, Slot};

fn canceled() -> Settled {
    Settled::exn(Exn::canceled())
}

/// With debugging on, a promise that was cancelled fails with an exception of
/// its own, which knows where that was.
#[cold]
#[inline(never)]
fn tell_where(slot: &Slot) {
    let exn = Exn::new(LWT_CANCELED, exn::kind_name(LWT_CANCELED));
    slot.a.set(exn.into_bits());
}

/// `Lwt.cancel`. A bad handle is nothing to cancel.
#[inline(always)]
pub fn cancel(p: u64) {
    let local = local();
    if let Some(slot) = local.check(p) {
        let (id, slot) = underlying(local, p as Id, slot);
        if slot.state() == PENDING {
            cancel_pending(local, id, slot);
        }
    }
}

#[inline(never)]
fn cancel_pending(local: &Local, id: Id, slot: &'static Slot) {
    if local.has(WATCHED) {
        return cancel_each(local, std::iter::once(id)); // which tells where
    }
    // A chain of binds that ends at a task, the common case.
    let (mut at, mut end) = (id, slot);
    for _ in 0..64 {
        match op(end) {
            BIND..=FINALIZE_2 => {
                at = end.b.get() as Id;
                if at == 0 {
                    return;
                }
                end = local.at(at);
                if end.state() != PENDING {
                    return;
                }
            }
            TASK if end.state() == PENDING => {
                end.hold();
                let head = fail_now(local, end);
                return run(local, at, end, head);
            }
            EXTERNAL if end.state() == PENDING => {
                end.hold();
                if !external::cancel(at, end) {
                    unhold(local, at, end);
                    return cancel_behind(local);
                }
                let head = fail_now(local, end);
                return run(local, at, end, head);
            }
            WAIT => return,
            _ => break,
        }
    }
    cancel_each(local, std::iter::once(id));
}

/// What is behind a promise can't fail at once, but what that waits for may.
fn cancel_behind(local: &Local) {
    let behind = work(local).tasks.behind.take();
    if !behind.is_empty() {
        cancel_each(local, behind.into_iter().rev());
    }
}

/// Fails a pending promise: its waiters, which are to be run.
fn fail_now(local: &Local, slot: &Slot) -> Id {
    let settled = canceled();
    let head = resolve::detach(local, slot, settled);
    slot.set_state(FAIL);
    slot.a.set(settled.a); // `b` stays: the wakener is not spent yet
    head
}

/// Fails a pending task that has no waiters.
#[inline(always)]
pub fn fail_alone(local: &Local, slot: &Slot) {
    slot.set_tag(local.tag(FAIL, TASK));
    slot.a.set(canceled().a);
}

/// Cancels several promises, and runs the callbacks.
pub fn cancel_each(local: &Local, ids: impl Iterator<Item = Id>) {
    let found = walk(local, ids);
    if !found.is_empty() {
        resolve::run_entries(local, found.into_iter().map(Entry::List));
    }
}

/// Cancels a promise within a resolution: the callbacks run when what is in
/// hand is done, before all else.
#[inline(always)]
pub fn push(local: &Local, id: Id, slot: &'static Slot) {
    let plain = slot.state() == PENDING && matches!(op(slot), TASK | EXTERNAL);
    if !plain || local.has(WATCHED) {
        return push_found(local, walk(local, std::iter::once(id)));
    }
    slot.hold();
    if op(slot) == EXTERNAL && !external::cancel(id, slot) {
        unhold(local, id, slot);
        let behind = work(local).tasks.behind.take();
        return push_found(local, walk(local, behind.into_iter().rev()));
    }
    let head = fail_now(local, slot);
    if head == 0 {
        unhold(local, id, slot);
    } else {
        let rest = List { promise: id, head };
        work(local).stack.push(local, Entry::List(rest));
    }
}

/// Cancels several promises, each held, within a resolution.
pub fn push_each(local: &Local, ids: Vec<Id>) {
    push_found(local, walk(local, ids.iter().copied()));
    ids.into_iter()
        .for_each(|id| unhold(local, id, local.at(id)));
}

fn push_found(local: &Local, found: Vec<List>) {
    let stack = &work(local).stack;
    found
        .into_iter()
        .rev()
        .map(Entry::List)
        .for_each(|entry| stack.push(local, entry));
}

/// Fails all cancelable promises behind some, in the order in which they are
/// found; each is held.
#[inline(never)]
fn walk(local: &Local, ids: impl Iterator<Item = Id>) -> Vec<List> {
    let mut found = Vec::new();
    let mut marked: Vec<&'static Slot> = Vec::new();
    let mut ahead: Vec<Id> = Vec::new();
    for id in ids {
        let (id, slot) = underlying(local, id, local.at(id));
        if slot.state() != PENDING {
            continue;
        }
        ahead.push(id);
        while let Some(id) = ahead.pop() {
            let slot = local.at(id);
            if !matches!(slot.state(), PENDING | PROXY) || slot.op() & MARK != 0 {
                continue;
            }
            slot.set_op(slot.op() | MARK);
            marked.push(slot);
            match op(slot) {
                TASK => fail_whole(local, id, slot, &mut found),
                PROTECTED => {
                    fail_whole(local, id, slot, &mut found);
                    group::leave(local, id, slot);
                }
                EXTERNAL => {
                    slot.hold();
                    if external::cancel(id, slot) {
                        fail_whole(local, id, slot, &mut found);
                    } else {
                        ahead.append(&mut work(local).tasks.behind.borrow_mut());
                    }
                    unhold(local, id, slot);
                }
                ALIAS | BIND..=FINALIZE_2 => {
                    let source = slot.b.get() as Id;
                    if source != 0 {
                        ahead.push(source);
                    }
                }
                WRAP => {
                    fail_whole(local, id, slot, &mut found);
                    push_members(local, slot, &mut ahead);
                    group::leave(local, id, slot);
                }
                JOIN..=ALL | SPLIT | FULFILLED => push_members(local, slot, &mut ahead),
                _ => {}
            }
        }
    }
    marked
        .into_iter()
        .for_each(|slot| slot.set_op(slot.op() & !MARK));
    found
}

/// The members of a group, the first one to be looked at first.
fn push_members(local: &Local, slot: &Slot, ahead: &mut Vec<Id>) {
    let start = ahead.len();
    let mut id = slot.b.get() as Id;
    while id != 0 {
        let membership = local.at(id);
        ahead.push(node::member(membership));
        id = node::next_member(membership);
    }
    ahead[start..].reverse();
}

/// Fails the promise that a cancelable one is, or has become a part of.
fn fail_whole(local: &Local, id: Id, slot: &'static Slot, found: &mut Vec<List>) {
    let (id, slot) = underlying(local, id, slot);
    if slot.state() == PENDING {
        slot.hold();
        let head = fail_now(local, slot);
        if local.has(WATCHED) {
            tell_where(slot);
        }
        found.push(List { promise: id, head });
    }
}
