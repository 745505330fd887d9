//! `Lwt.join`, which may be of very many promises.

use super::members::{Members, exn_of, leave_all};
use super::outcome::complete;
use crate::abi::lwt_t;
use crate::debug::passed::returned;
use crate::exn::Exn;
use crate::handle::local::{Local, WATCHED, local};
use crate::handle::misuse;
use crate::handle::slot::{HELD, Id, Slot, USER};
use crate::promise::free::{unhold, unuse};
use crate::promise::state::*;
use crate::promise::{Promise, node};

/// `Lwt.join`. One pass over the members, which may be many: each is checked,
/// gets its membership, and is given up.
pub fn join(handles: &[*mut lwt_t]) -> u64 {
    join_as::<false>(handles)
}

/// The same where, of those that have failed before the call, the last one
/// counts, as in `Lwt_list.iter_p`.
pub fn join_preferring_last(promises: Vec<*mut lwt_t>) -> Promise {
    // SAFETY: a fresh handle, or NULL when memory ran out.
    unsafe { Promise::from_bits(join_as::<true>(&promises)) }
}

#[inline(always)]
fn join_as<const LAST: bool>(handles: &[*mut lwt_t]) -> u64 {
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
        let state = whole.state();
        if state == PENDING && !add_to_join(local, &mut group, id, whole) {
            let settled = Settled::exn(Exn::out_of_memory());
            return give_up_join(local, group, &handles[index..], settled);
        }
        if state == FAIL && (LAST || failure.is_none()) {
            failure = Some(exn_of(whole));
        }
        // What drops here may run the user's code; the group's own place in
        // its count keeps it from being resolved before all have joined.
        unuse(local, handle as Id, slot);
    }
    let Some((id, me)) = group else {
        let result = make(local, failure.map_or(Settled::UNIT, Settled::exn));
        if local.has(WATCHED) {
            returned(local, "join", result);
        }
        return result;
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
        crate::promise::release(me);
    }
    drop(Members {
        local,
        handles: rest,
        all_pending: false,
    });
    make(local, settled)
}
