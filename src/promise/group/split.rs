//! `Lwt.nchoose_split`: what is fulfilled, and what is still pending.
//!
//! The group's array (`drop`) has the handles of its members, as numbers, so
//! that those still pending come back under the handle that they were given
//! by, as long as that is one.

use super::members::{Members, exn_of};
use super::{empty, fail, form};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::slot::{GENERATION_MASK, Id, Slot, TAG_PROMISE, USER};
use crate::promise::node;
use crate::promise::state::*;
use crate::promise::values::Values;
use crate::value::Value;
use std::ffi::c_void;

/// A member: its handle, and what it is after unifications.
type Member = (u64, Id, &'static Slot);

/// `Lwt.nchoose_split`
pub fn nchoose_split(handles: &[*mut lwt_t]) -> u64 {
    const NAME: &str = "lwt_nchoose_split";
    let local = local();
    let members = match Members::check(NAME, handles) {
        Ok(members) => members,
        Err(exn) => return fail(local, exn),
    };
    if handles.is_empty() {
        return empty(local, NAME);
    }
    let numbers = handles.iter().map(|&p| p as usize as u64);
    if members.iter().any(|(_, slot)| slot.state() != PENDING) {
        let each = numbers.zip(members.iter());
        let each: Vec<Member> = each.map(|(p, (id, slot))| (p, id, slot)).collect();
        return make(local, split(local, &each));
    }
    let array = u32::try_from(handles.len())
        .ok()
        .and_then(|_| Values::new(handles.len()));
    let Some(array) = array else {
        return out_of_memory(local);
    };
    for (index, p) in numbers.enumerate() {
        array.set(
            index,
            Settled::value(Value::plain(p as usize as *mut c_void)),
        );
    }
    let array = array.into_bits();
    let result = form(local, SPLIT, &members, 0, array);
    if local
        .check(result)
        .is_none_or(|slot| slot.state() != PENDING)
    {
        // SAFETY: made above; the group, which owned it, was not.
        drop(unsafe { Values::from_bits(array) });
    }
    result
}

/// The first member of such a group has resolved: what it gets.
pub(super) fn split_group(local: &Local, group: &Slot) -> Settled {
    // SAFETY: a group of this op that is pending owns its array.
    let array = unsafe { Values::from_bits(group.drop.replace(0)) };
    let mut members = Vec::new();
    let mut id = group.b.get() as Id;
    while id != 0 {
        let membership = local.at(id);
        let member = node::member(membership);
        let handle = array.take(node::index(membership)).word() as usize as u64;
        members.push((handle, member, local.at(member)));
        id = node::next_member(membership);
    }
    split(local, &members)
}

/// The pair of the values and the pending promises, or the first failure in
/// the list.
fn split(local: &Local, members: &[Member]) -> Settled {
    let failed = members.iter().find(|(_, _, slot)| slot.state() == FAIL);
    if let Some((_, _, slot)) = failed {
        return Settled::exn(exn_of(slot));
    }
    let pending = members
        .iter()
        .filter(|(_, _, slot)| slot.state() == PENDING);
    let pending = pending.count();
    let arrays = (
        Values::new(members.len() - pending),
        Values::new(pending),
        Values::new(2),
    );
    let (Some(values), Some(promises), Some(both)) = arrays else {
        return Settled::exn(Exn::out_of_memory());
    };
    let (mut value, mut promise) = (0, 0);
    for &(handle, id, slot) in members {
        if slot.state() == PENDING {
            let handle = reference(local, handle, id, slot);
            let owned = Value::new(handle as usize as *mut c_void, Some(release));
            promises.set(promise, Settled::value(owned));
            promise += 1;
        } else {
            values.set(value, share(slot, false));
            value += 1;
        }
    }
    both.set(0, values.into_settled());
    both.set(1, promises.into_settled());
    both.into_settled()
}

/// One more reference to a member: under its old handle if that still leads to
/// it, so that equal handles are equal promises.
fn reference(local: &Local, handle: u64, id: Id, slot: &'static Slot) -> u64 {
    let old_id = handle as Id;
    let old = local.at(old_id);
    let leads_here = (old.me() ^ handle) & GENERATION_MASK == 0
        && matches!(old.state(), PENDING | PROXY)
        && underlying(local, old_id, old).0 == id;
    if leads_here {
        handle_of(old_id, old)
    } else {
        handle_of(id, slot)
    }
}

/// A handle to a promise that may have no users at present, with a reference.
pub fn handle_of(id: Id, slot: &Slot) -> u64 {
    let handle = slot.me() & GENERATION_MASK | TAG_PROMISE | u64::from(id);
    slot.refs.set(slot.refs.get() + USER);
    slot.set_me(handle);
    handle
}

unsafe extern "C" fn release(handle: *mut c_void) {
    crate::promise::release(handle as usize as u64);
}
