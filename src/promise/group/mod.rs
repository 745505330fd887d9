//! Concurrent composition: join, all, choose, pick, nchoose, npick,
//! nchoose_split, any, and what follows one promise only: protected, no_cancel,
//! wrap_in_cancelable.
//!
//! A group is a pending promise with a membership (see `node`) on each of its
//! members: `b` is the first and the last of them. The memberships together
//! hold the group. `f`: how many members a join, all or any waits for; `env`:
//! their first failure; `drop`: the array of an all, or that of a split.

mod any;
mod join;
mod members;
mod outcome;
mod split;

pub use any::any;
pub use join::{join, join_preferring_last};
pub use members::leave;
pub use outcome::{dismantle, member_resolved, resolve_quietly};
pub use split::{handle_of, nchoose_split};

use super::cancel;
use super::free::unuse;
use super::node;
use super::state::*;
use super::thread::work;
use super::values::Values;
use crate::abi::{LWT_INVALID_ARGUMENT, lwt_t};
use crate::debug::passed::{passed_here, returned};
use crate::exn::Exn;
use crate::handle::local::{Local, WATCHED, local};
use crate::handle::slot::{HELD, Id, Slot, USER};
use crate::handle::thread::begin;
use members::{Members, exn_of};

fn fail(local: &Local, exn: Exn) -> u64 {
    make(local, Settled::exn(exn))
}

/// A member has failed already, and so does the group.
fn pass(local: &Local, name: &'static str, exn: Exn) -> u64 {
    let result = fail(local, exn);
    if local.has(WATCHED) {
        returned(local, name.trim_start_matches("lwt_"), result);
    }
    result
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
        let indexed = matches!(op, ALL | SPLIT).then_some(index as u32);
        if slot.state() == PENDING && !node::join_group(local, member, slot, id, group, indexed) {
            // Out of memory: those that have joined leave again.
            leave(local, id, group);
            unuse(local, id, group);
            return out_of_memory(local);
        }
    }
    me
}

fn pending(members: &Members) -> u64 {
    members
        .iter()
        .filter(|(_, slot)| slot.state() == PENDING)
        .count() as u64
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
            Some(exn) => pass(local, name, exn),
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
            let result = members.keep(name, index);
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

/// From here on chance is what this seed makes it, on this thread.
pub fn seed(seed: u64) {
    if begin().is_some() {
        // Never 0, which would stay 0.
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x9e37_79b9_7f4a_7c15;
        work(local()).random.set(state.max(1));
    }
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
    if settled.state == FAIL && local.has(WATCHED) {
        passed_here(local, name.trim_start_matches("lwt_"), settled.a);
    }
    make(local, settled)
}

/// The values of those that have one, or the first failure in the list.
pub(super) fn collect(members: impl Iterator<Item = &'static Slot>) -> Settled {
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
        return members.keep(name, 0);
    }
    form(members.local, op, &members, 0, 0)
}
