//! Promises that a floor above resolves: timers, jobs, fibers.

use super::free::{forsake, unhold};
use super::resolve::{defer, run, settle};
use super::shared::Shared;
use super::state::*;
use super::thread::List;
use super::{Outcome, Promise};
use crate::handle::local::local;
use crate::handle::slot::{HELD, Id, Slot, USER};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What stands behind a pending promise that a floor above will resolve: a
/// timer, a job, a fiber. One `static` a kind.
pub struct Source {
    /// What a dump calls it.
    pub name: &'static str,
    /// Called when the promise is cancelled, before any callback runs. True:
    /// the promise is to fail with `LWT_CANCELED` now. False: it stays
    /// pending, and whoever holds the resolver resolves it later. It must not
    /// call the user's code. It may take the resolver back from wherever it
    /// was kept and drop it. None: the promise can't be cancelled.
    pub cancel: Option<fn(id: u32, data: [u64; 2]) -> bool>,
    /// Says in a dump, after the name, what it waits for: `fd 7, readable`. It
    /// changes nothing and calls no code of the user's. None: there is nothing
    /// to say.
    pub describe: Option<fn(data: [u64; 2]) -> String>,
}

/// The obligation to resolve an external promise. It keeps the promise alive.
/// Dropped unresolved, the promise stays pending for ever. Not `Send`.
pub struct Resolver(Id, std::marker::PhantomData<*const ()>);

impl Resolver {
    #[inline(always)]
    fn slot(&self) -> &'static Slot {
        local().at(self.0)
    }

    /// Resolves now: callbacks run before this returns, as `Lwt.wakeup`. Does
    /// nothing (but drop the outcome) when the promise was cancelled meanwhile.
    #[inline]
    pub fn resolve(self, outcome: Outcome) {
        let local = local();
        let id = self.into_id();
        let (id, head) = settle(local, id, local.at(id), Settled::outcome(outcome));
        run(local, id, local.at(id), head);
    }

    /// Resolves as `Lwt.wakeup_later` does: the state changes now, and the
    /// callbacks wait until the resolution in progress, if there is one, is
    /// about to finish.
    pub fn resolve_later(self, outcome: Outcome) {
        self.settle_later(Settled::outcome(outcome));
    }

    /// As `resolve`, with a share in a value.
    pub fn show(self, shared: Shared) {
        let local = local();
        let id = self.into_id();
        let (id, head) = settle(local, id, local.at(id), shared.into_settled());
        run(local, id, local.at(id), head);
    }

    /// As `resolve_later`, with a share in a value.
    pub fn show_later(self, shared: Shared) {
        self.settle_later(shared.into_settled());
    }

    fn settle_later(self, settled: Settled) {
        let local = local();
        let later = local.resolving.get();
        let id = self.into_id();
        let (promise, head) = settle(local, id, local.at(id), settled);
        if later && head != 0 {
            defer(local, List { promise, head });
        } else {
            run(local, promise, local.at(promise), head);
        }
    }

    /// The number of the promise's slot.
    pub fn id(&self) -> Id {
        self.0
    }

    /// Is it still to be resolved?
    pub fn is_pending(&self) -> bool {
        let (_, slot) = underlying(local(), self.0, self.slot());
        slot.state() == PENDING
    }

    /// The two words kept with the promise, while it is pending.
    #[inline(always)]
    pub fn data(&self) -> [u64; 2] {
        [self.slot().env.get(), self.slot().drop.get()]
    }

    /// Sets them.
    #[inline(always)]
    pub fn set_data(&self, data: [u64; 2]) {
        self.slot().env.set(data[0]);
        self.slot().drop.set(data[1]);
    }

    /// The number of the promise's slot, never 0; the obligation goes with it.
    #[inline(always)]
    pub fn into_id(self) -> u32 {
        let id = self.0;
        std::mem::forget(self);
        id
    }

    /// The obligation back from its number.
    ///
    /// # Safety
    /// `id` came from `into_id` on this thread, and was not used up since.
    #[inline(always)]
    pub unsafe fn from_id(id: u32) -> Resolver {
        Resolver(id, std::marker::PhantomData)
    }
}

impl Drop for Resolver {
    #[inline(always)]
    fn drop(&mut self) {
        let local = local();
        let slot = self.slot();
        if slot.op() & MARK == 0 {
            forsake(local, self.0, slot);
        }
        unhold(local, self.0, slot);
    }
}

/// A pending promise that a floor above will resolve. None: out of memory.
#[inline(always)]
pub fn external(source: &'static Source, data: [u64; 2]) -> Option<(Promise, Resolver)> {
    let local = local();
    let (id, slot, me) = make_pending(local, EXTERNAL, USER + HELD)?;
    slot.b.set(0);
    slot.f.set(std::ptr::from_ref(source) as usize as u64);
    slot.env.set(data[0]);
    slot.drop.set(data[1]);
    // SAFETY: a fresh handle with one user's reference.
    Some((
        unsafe { Promise::from_bits(me) },
        Resolver(id, std::marker::PhantomData),
    ))
}

/// Asks what is behind an external promise, held by the caller, whether it may
/// fail now.
#[inline(always)]
pub fn cancel(id: Id, slot: &Slot) -> bool {
    // SAFETY: `external` put a `&'static Source` there.
    let source = unsafe { &*(slot.f.get() as usize as *const Source) };
    let Some(cancel) = source.cancel else {
        return false;
    };
    // The mark tells the resolver, if it is dropped in there, that the waiters
    // are still to be told.
    let op = slot.op();
    slot.set_op(op | MARK);
    // Atomic only so that the two loads are not made one: a load of sixteen
    // bytes waits for the two stores of eight that were often just made.
    // SAFETY: this thread's own field, aligned.
    let second = unsafe { AtomicU64::from_ptr(slot.drop.as_ptr()) }.load(Relaxed);
    let now = cancel(id, [slot.env.get(), second]);
    slot.set_op(op);
    now
}
