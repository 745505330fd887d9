//! Promises that the user resolves: wait, task, and their wakeners.
//!
//! A wakener is the number of its promise with another tag. It is good as long
//! as the promise's `b` says so, and holds the promise.

use super::free::{forsake, unhold};
use super::resolve::{self, defer, detach, run, settle};
use super::state::*;
use super::thread::List;
use crate::abi::{LWT_ABANDONED, LWT_INVALID_ARGUMENT, LWT_OK};
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
    local
        .find(u)
        .filter(|slot| local.owns(slot) && slot.b.get() == u)
}

#[cold]
#[inline(never)]
extern "C" fn refuse(u: u64, state: u8, a: u64, b: u64) -> i32 {
    Settled { state, a, b }.discard();
    misuse_kind(u)
}

/// `Lwt.wakeup` and its kin: resolves now, callbacks run before this returns.
#[inline(always)]
pub fn wakeup(u: u64, settled: Settled) -> i32 {
    let local = local();
    let Some(slot) = check(local, u) else {
        return refuse(u, settled.state, settled.a, settled.b);
    };
    if slot.state() != PENDING {
        return wakeup_other(u as Id, slot, settled.state, settled.a, settled.b, false);
    }
    let head = detach(local, slot, settled);
    slot.set_state(settled.state);
    slot.a.set(settled.a);
    slot.b.set(settled.b);
    run(local, u as Id, slot, head);
    LWT_OK
}

/// `Lwt.wakeup_later` and its kin: the state changes now; the callbacks wait
/// until the resolution in progress, if there is one, is about to finish.
pub fn wakeup_later(u: u64, settled: Settled) -> i32 {
    let local = local();
    if !local.resolving.get() {
        return wakeup(u, settled);
    }
    match check(local, u) {
        Some(slot) => wakeup_other(u as Id, slot, settled.state, settled.a, settled.b, true),
        None => refuse(u, settled.state, settled.a, settled.b),
    }
}

/// A wake-up with a failure. None: what was given is no exception, which is
/// told, and becomes the failure.
pub fn wakeup_exn(name: &str, u: u64, exn: Option<Exn>, wakeup: fn(u64, Settled) -> i32) -> i32 {
    let Some(exn) = exn else {
        let exn = Exn::invalid(&format!("{name}: the handle is not an exception"));
        return match wakeup(u, Settled::exn(exn)) {
            LWT_OK => LWT_INVALID_ARGUMENT,
            wrong => wrong,
        };
    };
    wakeup(u, Settled::exn(exn))
}

/// Any wakener, when its promise may have become part of another or may have
/// been cancelled.
#[inline(never)]
extern "C" fn wakeup_other(
    id: Id,
    slot: &'static Slot,
    state: u8,
    a: u64,
    b: u64,
    later: bool,
) -> i32 {
    let local = local();
    let settled = Settled { state, a, b };
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
