//! Concurrent composition: join, all, choose, pick, nchoose, npick, and what
//! follows one promise only: protected, no_cancel, wrap_in_cancelable.
//!
//! A group is a pending promise with a membership (see `node`) on each of its
//! members: `b` is the first and the last of them. The memberships together
//! hold the group. `f`: how many members a join or all waits for; `env`: their
//! first failure; `drop`: the array of an all.

use super::cancel;
use super::free::{unhold, unuse};
use super::node;
use super::resolve::{Next, settle};
use super::state::*;
use super::thread::{Entry, work};
use super::values::Values;
use crate::abi::{LWT_INVALID_ARGUMENT, lwt_t};
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::misuse;
use crate::handle::slot::{HELD, Id, Slot, USER};

/// The members of a call, checked: each is given up when this is dropped.
struct Members<'a> {
    local: &'static Local,
    handles: &'a [*mut lwt_t],
    /// Each is pending, and no part of another.
    all_pending: bool,
}

impl<'a> Members<'a> {
    /// Checks an array from C. On a mistake all that are good are given up.
    fn check(name: &str, handles: &'a [*mut lwt_t]) -> Result<Members<'a>, Exn> {
        let mut members = Members {
            local: local(),
            handles,
            all_pending: true,
        };
        for &p in handles {
            let p = p as usize as u64;
            match members.local.check_state(p) {
                Some((_, state)) => members.all_pending &= state == PENDING,
                // Dropping `members` gives up those that are good.
                None => return Err(misuse(p, name)),
            }
        }
        Ok(members)
    }

    /// Each as what it is after unifications.
    fn iter(&self) -> impl DoubleEndedIterator<Item = (Id, &'static Slot)> {
        self.handles.iter().map(|&p| {
            let id = p as usize as Id;
            underlying(self.local, id, self.local.at(id))
        })
    }

    /// A further reference to the handle of a member: what it stands for is
    /// the result.
    fn keep(&self, index: usize) -> u64 {
        let handle = self.handles[index] as usize as u64;
        let slot = self.local.at(handle as Id);
        slot.refs.set(slot.refs.get() + USER);
        handle
    }

    fn first_failure(&self) -> Option<Exn> {
        let mut failed = self.iter().filter(|(_, slot)| slot.state() == FAIL);
        failed.next().map(|(_, slot)| exn_of(slot))
    }
}

impl Drop for Members<'_> {
    fn drop(&mut self) {
        for &p in self.handles {
            let p = p as usize as u64;
            // One listed more often than it was owned is stale by now.
            if let Some(slot) = self.local.check(p) {
                unuse(self.local, p as Id, slot);
            }
        }
    }
}

fn exn_of(slot: &Slot) -> Exn {
    // SAFETY: a failure owns a reference.
    Exn::clone(&*unsafe { Exn::peek_bits(slot.a.get()) })
}

fn fail(local: &Local, exn: Exn) -> u64 {
    make(local, Settled::exn(exn))
}

fn empty(local: &Local, name: &str) -> u64 {
    fail(
        local,
        Exn::new(
            LWT_INVALID_ARGUMENT,
            format!("{name}: no promise could ever resolve it"),
        ),
    )
}

/// A group with a membership on each pending one of `members`; the others are
/// skipped. `indexed`: memberships know their place in the list.
fn form(local: &Local, op: u8, members: &Members, count: u64, array: u64) -> u64 {
    let Some((id, group, me)) = make_pending(local, op, USER + HELD) else {
        return out_of_memory(local);
    };
    group.b.set(0);
    group.f.set(count);
    group.env.set(0);
    group.drop.set(array);
    for (index, (member, slot)) in members.iter().enumerate() {
        let indexed = (op == ALL).then_some(index as u32);
        if slot.state() == PENDING && !node::join_group(local, member, slot, id, group, indexed) {
            // Out of memory: those that have joined leave again.
            leave(local, id, group);
            unuse(local, id, group);
            return out_of_memory(local);
        }
    }
    me
}

/// Takes a group off all its members. Gives up the memberships' hold.
pub fn leave(local: &Local, id: Id, group: &'static Slot) {
    leave_all(local, group);
    unhold(local, id, group);
}

fn leave_all(local: &Local, group: &Slot) {
    loop {
        let first = group.b.get() as Id;
        if first == 0 {
            break;
        }
        node::quit(local, first, local.at(first), group);
    }
}

fn pending(members: &Members) -> u64 {
    members
        .iter()
        .filter(|(_, slot)| slot.state() == PENDING)
        .count() as u64
}

/// `Lwt.join`. One pass over the members, which may be many: each is checked,
/// gets its membership, and is given up.
pub fn join(handles: &[*mut lwt_t]) -> u64 {
    let local = local();
    let mut group = None;
    let mut failure = None;
    for (index, &handle) in handles.iter().enumerate() {
        let handle = handle as usize as u64;
        let Some(slot) = local.check(handle) else {
            let exn = misuse(handle, "lwt_join");
            return give_up_join(local, group, &handles[index + 1..], Settled::exn(exn));
        };
        let (id, whole) = underlying(local, handle as Id, slot);
        match whole.state() {
            PENDING => {
                if !add_to_join(local, &mut group, id, whole) {
                    let rest = Settled::exn(Exn::out_of_memory());
                    return give_up_join(local, group, &handles[index..], rest);
                }
            }
            FAIL if failure.is_none() => failure = Some(exn_of(whole)),
            _ => {}
        }
        // What drops here may run the user's code; the group's own place in
        // its count keeps it from being resolved before all have joined.
        unuse(local, handle as Id, slot);
    }
    let Some((id, me)) = group else {
        return make(local, failure.map_or(Settled::UNIT, Settled::exn));
    };
    let group = local.at(id);
    if let Some(exn) = failure {
        let later = group.env.replace(exn.into_bits());
        // SAFETY: `env` owned a reference to a later failure, if any.
        drop((later != 0).then(|| unsafe { Exn::from_bits(later) }));
    }
    let left = group.f.get() - 1;
    group.f.set(left);
    if left == 0 {
        let (id, _) = complete(local, JOIN, id, group);
        unhold(local, id, group);
    }
    me
}

/// A membership of a join, which is made for its first member and counts
/// itself until all have joined.
fn add_to_join(local: &Local, group: &mut Option<(Id, u64)>, id: Id, slot: &'static Slot) -> bool {
    if group.is_none() {
        let Some((new_id, new, me)) = make_pending(local, JOIN, USER + HELD) else {
            return false;
        };
        new.b.set(0);
        new.f.set(1);
        new.env.set(0);
        new.drop.set(0);
        *group = Some((new_id, me));
    }
    let Some((group_id, _)) = *group else {
        return false;
    };
    let members = local.at(group_id);
    members.f.set(members.f.get() + 1);
    node::join_group(local, id, slot, group_id, members, None)
}

/// A join that can't be: the members that are left are given up all the same.
#[cold]
fn give_up_join(
    local: &'static Local,
    group: Option<(Id, u64)>,
    rest: &[*mut lwt_t],
    settled: Settled,
) -> u64 {
    if let Some((id, me)) = group {
        let slot = local.at(id);
        leave_all(local, slot);
        unhold(local, id, slot);
        super::release(me);
    }
    drop(Members {
        local,
        handles: rest,
        all_pending: false,
    });
    make(local, settled)
}

fn keep_failure(local: &Local, group: u64, failure: Option<Exn>) {
    if let (Some(exn), Some(slot)) = (failure, local.check(group))
        && slot.state() == PENDING
    {
        slot.env.set(exn.into_bits());
    }
}

/// `Lwt.all`, and with two members `Lwt.both`.
pub fn all(name: &'static str, handles: &[*mut lwt_t]) -> u64 {
    let local = local();
    let members = match Members::check(name, handles) {
        Ok(members) => members,
        Err(exn) => return fail(local, exn),
    };
    if u32::try_from(handles.len()).is_err() {
        return fail(local, Exn::invalid(&format!("{name}: too many promises")));
    }
    let Some(array) = Values::new(handles.len()) else {
        return out_of_memory(local);
    };
    for (index, (_, slot)) in members.iter().enumerate() {
        if matches!(slot.state(), RETURN | SHARED) {
            array.set(index, share(slot, false));
        }
    }
    let count = pending(&members);
    let failure = members.first_failure();
    if count == 0 {
        return match failure {
            Some(exn) => fail(local, exn),
            None => make(local, array.into_settled()),
        };
    }
    let array = array.into_bits();
    let result = form(local, ALL, &members, count, array);
    if local
        .check(result)
        .is_none_or(|slot| slot.state() != PENDING)
    {
        // SAFETY: made above; the group, which owned it, was not.
        drop(unsafe { Values::from_bits(array) });
    }
    keep_failure(local, result, failure);
    result
}

/// `Lwt.choose`
pub fn choose(handles: &[*mut lwt_t]) -> u64 {
    first(CHOOSE, "lwt_choose", handles)
}

/// `Lwt.pick`
pub fn pick(handles: &[*mut lwt_t]) -> u64 {
    first(PICK, "lwt_pick", handles)
}

fn first(op: u8, name: &'static str, handles: &[*mut lwt_t]) -> u64 {
    let local = local();
    let members = match Members::check(name, handles) {
        Ok(members) => members,
        Err(exn) => return fail(local, exn),
    };
    if handles.is_empty() {
        return empty(local, name);
    }
    let resolved = if members.all_pending {
        None
    } else {
        resolved_member(local, &members)
    };
    match resolved {
        Some(index) => {
            let result = members.keep(index);
            if op == PICK {
                cancel_all(&members);
            }
            result
        }
        None => form(local, op, &members, 0, 0),
    }
}

/// The member that wins at once: one of those that failed if there is any,
/// else one of those with a value; by chance, so that none is favoured.
fn resolved_member(local: &Local, members: &Members) -> Option<usize> {
    let count = |failed: bool| {
        let of_kind = move |slot: &Slot| is_resolved(slot) && (slot.state() == FAIL) == failed;
        members.iter().filter(|(_, slot)| of_kind(slot)).count()
    };
    let failures = count(true);
    let failed = failures != 0;
    let candidates = if failed { failures } else { count(false) };
    if candidates == 0 {
        return None;
    }
    let chosen = if candidates == 1 {
        0
    } else {
        random(local) as usize % candidates
    };
    let mut of_kind = members
        .iter()
        .enumerate()
        .filter(|(_, (_, slot))| is_resolved(slot) && (slot.state() == FAIL) == failed);
    of_kind.nth(chosen).map(|(index, _)| index)
}

fn random(local: &Local) -> u64 {
    let state = &work(local).random;
    let mut x = state.get();
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    state.set(x);
    x >> 32
}

fn cancel_all(members: &Members) {
    let ids: Vec<Id> = members.iter().map(|(id, _)| id).collect();
    cancel::cancel_each(members.local, ids.into_iter());
}

/// `Lwt.nchoose`
pub fn nchoose(handles: &[*mut lwt_t]) -> u64 {
    several(NCHOOSE, "lwt_nchoose", handles)
}

/// `Lwt.npick`
pub fn npick(handles: &[*mut lwt_t]) -> u64 {
    several(NPICK, "lwt_npick", handles)
}

fn several(op: u8, name: &'static str, handles: &[*mut lwt_t]) -> u64 {
    let local = local();
    let members = match Members::check(name, handles) {
        Ok(members) => members,
        Err(exn) => return fail(local, exn),
    };
    if handles.is_empty() {
        return empty(local, name);
    }
    if members.iter().all(|(_, slot)| slot.state() == PENDING) {
        return form(local, op, &members, 0, 0);
    }
    let settled = collect(members.iter().map(|(_, slot)| slot));
    if op == NPICK {
        cancel_all(&members);
    }
    make(local, settled)
}

/// The values of those that have one, or the first failure in the list.
fn collect(members: impl Iterator<Item = &'static Slot>) -> Settled {
    let mut shown = Vec::new();
    for slot in members {
        match slot.state() {
            FAIL => {
                shown.into_iter().for_each(Settled::discard);
                return Settled::exn(exn_of(slot));
            }
            RETURN | SHARED => shown.push(share(slot, false)),
            _ => {}
        }
    }
    match Values::new(shown.len()) {
        Some(array) => {
            shown
                .into_iter()
                .enumerate()
                .for_each(|(i, settled)| array.set(i, settled));
            array.into_settled()
        }
        None => {
            shown.into_iter().for_each(Settled::discard);
            Settled::exn(Exn::out_of_memory())
        }
    }
}

/// `Lwt.protected`, `Lwt.no_cancel`, `Lwt.wrap_in_cancelable`: follows one
/// promise. A resolved one is returned as it is.
pub fn follow(op: u8, name: &'static str, p: u64) -> u64 {
    let handles = [p as usize as *mut lwt_t];
    let members = match Members::check(name, &handles) {
        Ok(members) => members,
        Err(exn) => return fail(local(), exn),
    };
    if pending(&members) == 0 {
        return members.keep(0);
    }
    form(members.local, op, &members, 0, 0)
}

// -------------------------------------------------------------- resolving ---

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
        NCHOOSE | NPICK => gathered(local, group_id, group),
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

/// The group waits for more. When all that could resolve it is gone, nothing
/// holds it any more.
fn stay(local: &Local, id: Id, group: &'static Slot) -> Next {
    if group.b.get() == 0 {
        unhold(local, id, group);
    }
    (0, 0)
}

fn complete(local: &Local, op: u8, id: Id, group: &'static Slot) -> Next {
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
fn gathered(local: &Local, group_id: Id, group: &'static Slot) -> Next {
    let members = members_of(local, group);
    let settled = collect(members.iter().map(|&id| local.at(id)));
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
    if !matches!(op(group), JOIN | ALL) {
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
