//! Promises that the user resolves: wait, task, and their wakeners.
//!
//! A wakener is the number of its promise with another tag. It is good as long
//! as the promise's `b` says so, and holds the promise.

use super::free::{forsake, unhold};
use super::resolve::{self, defer, detach, run_waiters, settle};
use super::state::*;
use super::thread::List;
use super::{Outcome, group};
use crate::abi::{LWT_ABANDONED, LWT_INVALID_ARGUMENT, LWT_OK};
use crate::debug::report;
use crate::exn::Exn;
use crate::handle::local::{Local, WATCHED, local};
use crate::handle::slot::{HELD, Id, Slot, TAG_MASK, USER};
use crate::handle::{misuse, misuse_kind};

/// `Lwt.wait`, `Lwt.task`: a pending promise and, in its place, its wakener.
/// When memory ran out the promise says so, or is 0, and the wakener is 0.
///
/// # Safety
/// `wakener` may be written.
#[inline(always)]
pub(crate) unsafe fn make_pair(op: u8, wakener: *mut u64) -> u64 {
    let local = local();
    if !local.is_ready() {
        // SAFETY: the caller's promise.
        return unsafe { make_pair_cold(op, wakener) };
    }
    // SAFETY: the caller's promise.
    unsafe { make_pair_of(local, op, wakener) }
}

/// # Safety
/// As `make_pair`, and there is a free slot at hand.
#[inline(always)]
unsafe fn make_pair_of(local: &Local, op: u8, wakener: *mut u64) -> u64 {
    let (id, slot) = local.pop_free();
    let me = begin_pending(local, id, slot, op, USER + HELD);
    let u = me ^ TAG_MASK; // 01 becomes 10
    slot.b.set(u);
    // SAFETY: the caller's promise.
    unsafe { *wakener = u };
    me
}

/// # Safety
/// As `make_pair`.
#[cold]
#[inline(never)]
unsafe extern "C" fn make_pair_cold(op: u8, wakener: *mut u64) -> u64 {
    let local = local();
    if local.refill() {
        // SAFETY: the caller's promise.
        return unsafe { make_pair_of(local, op, wakener) };
    }
    // SAFETY: the caller's promise.
    unsafe { *wakener = 0 };
    out_of_memory(local)
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
    let Settled { state, a, b } = settled;
    let Some(slot) = check(local, u) else {
        return refuse(u, state, a, b);
    };
    let tag = slot.tag();
    if tag as u8 != PENDING {
        return wakeup_other(u as Id, slot, state, a, b, false);
    }
    let head = detach(local, slot, settled);
    slot.set_tag(tag - u32::from(PENDING) + u32::from(state));
    slot.a.set(a);
    slot.b.set(b);
    if head == 0 {
        unhold(local, u as Id, slot);
    } else {
        run_waiters(u as Id, slot, head, state);
    }
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

/// A wake-up with a failure. None: what was given is no exception.
pub fn wakeup_exn(name: &str, u: u64, exn: Option<Exn>, wakeup: fn(u64, Settled) -> i32) -> i32 {
    let none = || Exn::invalid(&format!("{name}: the handle is not an exception"));
    wakeup_outcome(u, exn.map(Err).ok_or_else(none), wakeup)
}

/// A wake-up with an outcome. The error: there is none, which is told, and
/// becomes the failure.
pub fn wakeup_outcome(
    u: u64,
    outcome: Result<Outcome, Exn>,
    wakeup: fn(u64, Settled) -> i32,
) -> i32 {
    if let Ok(Err(exn)) | Err(exn) = &outcome {
        crate::debug::passed::raised(exn);
    }
    match outcome {
        Ok(outcome) => wakeup(u, Settled::outcome(outcome)),
        Err(exn) => match wakeup(u, Settled::exn(exn)) {
            LWT_OK => LWT_INVALID_ARGUMENT,
            wrong => wrong,
        },
    }
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

/// `Lwt.waiter_of_wakener`: the promise of a wakener that is not spent, with one
/// more reference. A bad one gives a promise that failed.
pub fn waiter(u: u64) -> u64 {
    let local = local();
    match check(local, u) {
        Some(slot) => group::handle_of(u as Id, slot),
        None => make(local, Settled::exn(misuse(u, "lwt_waiter_of_wakener"))),
    }
}

fn note_unused(local: &Local, u: u64, slot: &Slot) {
    // One whose promise was cancelled has done its duty.
    if local.has(WATCHED) && matches!(slot.state(), PENDING | PROXY) {
        report::unused(local, u as Id);
    }
}

/// Gives up an unused wakener: its promise fails with `LWT_ABANDONED`.
pub fn release(u: u64) {
    if let Some(slot) = check(local(), u) {
        note_unused(local(), u, slot);
        let message = "the wakener was released before it was used";
        wakeup(u, Settled::exn(Exn::new(LWT_ABANDONED, message)));
    }
}

/// Gives up an unused wakener: its promise stays pending for ever.
pub fn forget(u: u64) {
    let local = local();
    if let Some(slot) = check(local, u) {
        note_unused(local, u, slot);
        slot.b.set(0);
        forsake(local, u as Id, slot);
        unhold(local, u as Id, slot);
    }
}
