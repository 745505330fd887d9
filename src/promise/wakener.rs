//! Promises that the user resolves: wait, task, and their wakeners.
//!
//! A wakener is the number of its promise with another tag. It is good as long
//! as the promise's `b` says so, and holds the promise.

use super::free::{forsake, unhold};
use super::resolve::{self, defer, detach, run, settle};
use super::state::*;
use super::thread::List;
use crate::abi::{LWT_ABANDONED, LWT_OK};
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::misuse_kind;
use crate::handle::slot::{HELD, Id, Slot, TAG_MASK, USER};

/// `Lwt.wait`, `Lwt.task`: a pending promise and its wakener. Both are 0 when
/// memory ran out, or the promise says so and the wakener is 0.
#[inline(always)]
pub fn make_pair(op: u8) -> (u64, u64) {
    let local = local();
    match make_pending(local, op, USER + HELD) {
        Some((_, slot, me)) => {
            let wakener = me ^ TAG_MASK; // 01 becomes 10
            slot.b.set(wakener);
            (me, wakener)
        }
        None => (out_of_memory(local), 0),
    }
}

/// The promise of a wakener that is not spent.
#[inline(always)]
fn check(local: &Local, u: u64) -> Option<&'static Slot> {
    let id = u as Id;
    if id >= local.limit.get() {
        return None;
    }
    // SAFETY: below the limit of a thread all slots are readable; only the
    // fields that any thread may read are looked at before the owner is known.
    let slot = unsafe { &*local.base.get().add(id as usize) };
    (local.owns(slot) && slot.b.get() == u).then_some(slot)
}

#[cold]
#[inline(never)]
fn refuse(u: u64, settled: Settled) -> i32 {
    settled.discard();
    misuse_kind(u)
}

/// `Lwt.wakeup` and its kin: resolves now, callbacks run before this returns.
#[inline(always)]
pub fn wakeup(u: u64, settled: Settled) -> i32 {
    let local = local();
    let Some(slot) = check(local, u) else {
        return refuse(u, settled);
    };
    if slot.state.get() != PENDING {
        return wakeup_other(local, u as Id, slot, settled, false);
    }
    let head = detach(local, slot, settled);
    slot.state.set(settled.state);
    slot.a.set(settled.a);
    slot.b.set(settled.b);
    run(local, u as Id, slot, head);
    LWT_OK
}

/// `Lwt.wakeup_later` and its kin: the state changes now; the callbacks wait
/// until the resolution in progress, if there is one, is about to finish.
pub fn wakeup_later(u: u64, settled: Settled) -> i32 {
    let local = local();
    if local.resolving.get() == 0 {
        return wakeup(u, settled);
    }
    match check(local, u) {
        Some(slot) => wakeup_other(local, u as Id, slot, settled, true),
        None => refuse(u, settled),
    }
}

/// Any wakener, when its promise may have become part of another or may have
/// been cancelled.
#[inline(never)]
fn wakeup_other(local: &Local, id: Id, slot: &'static Slot, settled: Settled, later: bool) -> i32 {
    slot.b.set(0);
    let (promise, head) = settle(local, id, slot, settled);
    if later && head != 0 {
        defer(local, List { promise, head });
    } else {
        resolve::run(local, promise, local.at(promise), head);
    }
    LWT_OK
}

/// Gives up an unused wakener: its promise fails with `LWT_ABANDONED`.
pub fn release(u: u64) {
    if check(local(), u).is_some() {
        let message = "the wakener was released before it was used";
        wakeup(u, Settled::exn(Exn::new(LWT_ABANDONED, message)));
    }
}

/// Gives up an unused wakener: its promise stays pending for ever.
pub fn forget(u: u64) {
    let local = local();
    if let Some(slot) = check(local, u) {
        slot.b.set(0);
        forsake(local, slot);
        unhold(local, u as Id, slot);
    }
}
