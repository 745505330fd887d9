//! The members of a group: the array that C gave, and taking the group off
//! them again.

use crate::abi::lwt_t;
use crate::debug::passed::returned;
use crate::exn::Exn;
use crate::handle::local::{Local, WATCHED, local};
use crate::handle::misuse;
use crate::handle::slot::{Id, Slot, USER};
use crate::promise::free::{unhold, unuse};
use crate::promise::node;
use crate::promise::state::*;

/// The members of a call, checked: each is given up when this is dropped.
pub struct Members<'a> {
    /// This thread's block.
    pub local: &'static Local,
    /// The array.
    pub handles: &'a [*mut lwt_t],
    /// Each is pending, and no part of another.
    pub all_pending: bool,
}

impl<'a> Members<'a> {
    /// Checks an array from C. On a mistake all that are good are given up.
    pub fn check(name: &str, handles: &'a [*mut lwt_t]) -> Result<Members<'a>, Exn> {
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
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Id, &'static Slot)> {
        self.handles.iter().map(|&p| {
            let id = p as usize as Id;
            underlying(self.local, id, self.local.at(id))
        })
    }

    /// A further reference to the handle of a member: what it stands for is
    /// the result.
    pub fn keep(&self, name: &'static str, index: usize) -> u64 {
        let handle = self.handles[index] as usize as u64;
        let slot = self.local.at(handle as Id);
        if self.local.has(WATCHED) {
            returned(self.local, name.trim_start_matches("lwt_"), handle);
        }
        slot.refs.set(slot.refs.get() + USER);
        handle
    }

    /// What the first of those that have failed says.
    pub fn first_failure(&self) -> Option<Exn> {
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

/// What a promise failed with.
pub fn exn_of(slot: &Slot) -> Exn {
    // SAFETY: a failure owns a reference.
    Exn::clone(&*unsafe { Exn::peek_bits(slot.a.get()) })
}

/// Takes a group off all its members. Gives up the memberships' hold.
pub fn leave(local: &Local, id: Id, group: &'static Slot) {
    leave_all(local, group);
    unhold(local, id, group);
}

/// The same, when the memberships' hold is another's.
pub fn leave_all(local: &Local, group: &Slot) {
    loop {
        let first = group.b.get() as Id;
        if first == 0 {
            break;
        }
        node::quit(local, first, local.at(first), group);
    }
}
