//! A member of a group has resolved: what becomes of the group.

use super::collect;
use super::members::{exn_of, leave_all};
use crate::exn::Exn;
use crate::handle::local::{Local, WATCHED};
use crate::handle::slot::{Id, Slot};
use crate::promise::free::{forsake, unhold};
use crate::promise::resolve::{Next, settle};
use crate::promise::state::*;
use crate::promise::thread::{Entry, work};
use crate::promise::values::Values;
use crate::promise::{cancel, node};

/// A member of a group has resolved: its membership `id` ends, and the group
/// may be resolved.
#[inline]
pub fn member_resolved(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    membership: &'static Slot,
    group_id: Id,
    group: &'static Slot,
) -> Next {
    match op(group) {
        op @ (JOIN | ALL) => {
            if slot.state() == FAIL {
                if group.env.get() == 0 {
                    group.env.set(exn_of(slot).into_bits());
                }
            } else if op == ALL {
                // SAFETY: an all that is pending owns its array.
                let array = unsafe { Values::borrow_bits(group.drop.get()) };
                array.set(node::index(membership), share(slot, false));
            }
            node::fired(local, promise, id, membership, group);
            let left = group.f.get() - 1;
            group.f.set(left);
            if left == 0 {
                complete(local, op, group_id, group)
            } else {
                stay(local, group_id, group)
            }
        }
        NCHOOSE | NPICK => gathered(local, promise, (id, membership), (group_id, group)),
        SPLIT => {
            let settled = super::split::split_group(local, group);
            node::fired(local, promise, id, membership, group);
            leave_all(local, group);
            settle(local, group_id, group, settled)
        }
        FULFILLED => {
            let membership = (id, membership);
            super::any::member_resolved(local, promise, slot, membership, (group_id, group))
        }
        PICK => picked(local, promise, slot, id, membership, group_id, group),
        _ => {
            node::fired(local, promise, id, membership, group);
            if group.b.get() != 0 {
                leave_all(local, group);
            }
            settle(local, group_id, group, share(slot, false))
        }
    }
}

/// The same for the only waiter of its promise, when no callback can run: the
/// group itself is resolved at most, and what it says next is returned.
#[inline(always)]
pub fn resolve_quietly(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    membership: &'static Slot,
    group_id: Id,
    group: &'static Slot,
) -> Option<Next> {
    match op(group) {
        JOIN => {
            if slot.state() == FAIL && group.env.get() == 0 {
                group.env.set(exn_of(slot).into_bits());
            }
            node::fired(local, promise, id, membership, group);
            let left = group.f.get() - 1;
            group.f.set(left);
            if left != 0 {
                return Some(stay(local, group_id, group));
            }
            Some(complete(local, JOIN, group_id, group))
        }
        PICK => {
            // Two members: the loser is the one that is not this.
            let (first, last) = (group.b.get() as Id, (group.b.get() >> 32) as Id);
            let other = if first == id { last } else { first };
            let loser_membership = local.at(other);
            let loser_id = node::member(loser_membership);
            let loser = local.at(loser_id);
            let two = node::next_member(local.at(first)) == last && first != last;
            if !two
                || loser.op() & !INLINE != TASK
                || loser.state() != PENDING
                || !node::is_alone(local, other, loser_membership)
                || local.has(WATCHED)
            {
                return None;
            }
            node::vacate(local, promise, id, membership);
            node::vacate(local, loser_id, other, loser_membership);
            group.b.set(0);
            cancel::fail_alone(local, loser);
            Some(settle(local, group_id, group, share(slot, false)))
        }
        CHOOSE | PROTECTED | NO_CANCEL | WRAP => {
            node::fired(local, promise, id, membership, group);
            leave_all(local, group);
            Some(settle(local, group_id, group, share(slot, false)))
        }
        _ => None,
    }
}

/// The group waits for more.
#[inline(always)]
pub(super) fn stay(local: &Local, id: Id, group: &'static Slot) -> Next {
    if group.b.get() == 0 {
        stay_for_ever(local, id, group);
    }
    (0, 0)
}

/// The members that the group waits for will never resolve, and so nor will
/// it: what waits for it is given up.
#[cold]
#[inline(never)]
fn stay_for_ever(local: &Local, id: Id, group: &'static Slot) {
    let rest = dismantle(group);
    forsake(local, id, group);
    unhold(local, id, group);
    drop(rest);
}

/// A join or an all that waits for nobody any more.
pub fn complete(local: &Local, op: u8, id: Id, group: &'static Slot) -> Next {
    let failure = group.env.replace(0);
    let array = group.drop.replace(0);
    // SAFETY: an all that is pending owns its array, which it gives up here.
    let array = (op == ALL).then(|| unsafe { Values::from_bits(array) });
    let settled = match array {
        // SAFETY: `env` owns a reference, which it gave up just now.
        _ if failure != 0 => Settled::exn(unsafe { Exn::from_bits(failure) }),
        Some(array) => array.into_settled(),
        None => Settled::UNIT,
    };
    settle(local, id, group, settled)
}

/// The losers are cancelled, and their callbacks run, before the winner's
/// outcome reaches the result.
fn picked(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    membership: &'static Slot,
    group_id: Id,
    group: &'static Slot,
) -> Next {
    node::fired(local, promise, id, membership, group);
    let first = group.b.get() as Id;
    if first == 0 {
        return settle(local, group_id, group, share(slot, false));
    }
    let settled = share(slot, false);
    let next = local.at(first);
    if first == (group.b.get() >> 32) as Id {
        // Two members, the common case.
        let loser_id = node::member(next);
        let loser = local.at(loser_id);
        loser.hold();
        node::quit(local, first, next, group);
        work(local).stack.push(
            local,
            Entry::Settle {
                to: group_id,
                with: settled,
            },
        );
        cancel::push(local, loser_id, loser);
        unhold(local, loser_id, loser);
        return (0, 0);
    }
    let losers = members_of(local, group);
    leave_all(local, group);
    work(local).stack.push(
        local,
        Entry::Settle {
            to: group_id,
            with: settled,
        },
    );
    cancel::push_each(local, losers);
    (0, 0)
}

/// The members of a group, each held.
fn members_of(local: &Local, group: &Slot) -> Vec<Id> {
    let mut members = Vec::new();
    let mut id = group.b.get() as Id;
    while id != 0 {
        let slot = local.at(id);
        members.push(node::member(slot));
        local.at(node::member(slot)).hold();
        id = node::next_member(slot);
    }
    members
}

/// The first of an nchoose has resolved: what all of them show now.
fn gathered(
    local: &Local,
    promise: Id,
    (id, membership): (Id, &'static Slot),
    (group_id, group): (Id, &'static Slot),
) -> Next {
    let members = members_of(local, group);
    let settled = collect(members.iter().map(|&id| local.at(id)));
    node::fired(local, promise, id, membership, group);
    leave_all(local, group);
    work(local).stack.push(
        local,
        Entry::Settle {
            to: group_id,
            with: settled,
        },
    );
    if op(group) == NPICK {
        cancel::push_each(local, members);
    } else {
        members
            .into_iter()
            .for_each(|id| unhold(local, id, local.at(id)));
    }
    (0, 0)
}

/// What a group that is freed, or whose thread ends, owns: to be dropped when
/// the slot is whole again.
pub fn dismantle(group: &Slot) -> Option<(Option<Exn>, Option<Values>)> {
    if !matches!(op(group), JOIN | ALL | SPLIT | FULFILLED) {
        return None;
    }
    let (failure, array) = (group.env.replace(0), group.drop.replace(0));
    // SAFETY: a pending group owns both, and they were just taken from it.
    unsafe {
        Some((
            (failure != 0).then(|| Exn::from_bits(failure)),
            (array != 0).then(|| Values::from_bits(array)),
        ))
    }
}
