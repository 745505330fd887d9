//! The first of several promises to be fulfilled: `lwt_any`, which Lwt has not.
//!
//! `f` of the group: how many members have not failed yet; `env`: what the
//! first of those that did failed with.

use super::members::{Members, exn_of, leave_all};
use super::{empty, fail, form, keep_failure, pass, pending};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::slot::{Id, Slot};
use crate::promise::node;
use crate::promise::resolve::{Next, settle};
use crate::promise::state::*;

/// `lwt_any`
pub fn any(handles: &[*mut lwt_t]) -> u64 {
    const NAME: &str = "lwt_any";
    let local = local();
    let members = match Members::check(NAME, handles) {
        Ok(members) => members,
        Err(exn) => return fail(local, exn),
    };
    if handles.is_empty() {
        return empty(local, NAME);
    }
    let fulfilled = |slot: &Slot| matches!(slot.state(), RETURN | SHARED);
    if let Some(index) = members.iter().position(|(_, slot)| fulfilled(slot)) {
        return members.keep(NAME, index);
    }
    let failure = members.first_failure();
    match (pending(&members), failure) {
        (0, Some(exn)) => pass(local, NAME, exn),
        (count, failure) => {
            let result = form(local, FULFILLED, &members, count, 0);
            keep_failure(local, result, failure);
            result
        }
    }
}

/// A member of such a group has resolved.
pub(super) fn member_resolved(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    (id, membership): (Id, &'static Slot),
    (group_id, group): (Id, &'static Slot),
) -> Next {
    node::fired(local, promise, id, membership, group);
    if slot.state() != FAIL {
        leave_all(local, group);
        let (failure, settled) = (group.env.replace(0), share(slot, false));
        // Before the group resolves: this may run the user's code.
        // SAFETY: `env` owned a reference, which it gave up just now.
        drop((failure != 0).then(|| unsafe { Exn::from_bits(failure) }));
        return settle(local, group_id, group, settled);
    }
    if group.env.get() == 0 {
        group.env.set(exn_of(slot).into_bits());
    }
    let left = group.f.get() - 1;
    group.f.set(left);
    if left != 0 {
        return super::outcome::stay(local, group_id, group);
    }
    // SAFETY: as above.
    let exn = unsafe { Exn::from_bits(group.env.replace(0)) };
    settle(local, group_id, group, Settled::exn(exn))
}
