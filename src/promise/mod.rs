//! Module Lwt: promises.
//!
//! What the floors above use: [`Promise`], [`resolved`], [`failed`],
//! [`external`] with its [`Source`] and [`Resolver`], [`on_resolved`], and
//! [`call`] for running callbacks that came from C.

use crate::abi::{lwt_promise_state, lwt_t};
use crate::exn::Exn;
use crate::value::Value;

pub mod call;

/// What a promise resolves to.
pub type Outcome = Result<Value, Exn>;

/// One reference of a user to a promise of this thread. Cloning retains,
/// dropping releases. Not `Send`.
pub struct Promise(*mut lwt_t);

impl Promise {
    /// Takes over a reference that C owned. The error says what the handle is
    /// (`LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`), `function` being the
    /// call at fault.
    pub fn from_raw(_raw: *mut lwt_t, _function: &str) -> Result<Promise, Exn> {
        unimplemented!()
    }
    /// A further reference to a promise that C lends.
    pub fn borrow_raw(_raw: *const lwt_t, _function: &str) -> Result<Promise, Exn> {
        unimplemented!()
    }
    /// Gives the reference to C.
    pub fn into_raw(self) -> *mut lwt_t {
        unimplemented!()
    }
    /// Its state.
    pub fn state(&self) -> lwt_promise_state {
        unimplemented!()
    }
    /// Is it pending?
    pub fn is_pending(&self) -> bool {
        unimplemented!()
    }
    /// `Lwt.cancel`.
    pub fn cancel(&self) {
        unimplemented!()
    }
    /// Moves the outcome out, as `lwt_take` does. None: pending.
    pub fn take(self) -> Option<Outcome> {
        unimplemented!()
    }
}
impl Clone for Promise {
    fn clone(&self) -> Promise {
        unimplemented!()
    }
}
impl Drop for Promise {
    fn drop(&mut self) {
        unimplemented!()
    }
}

/// A promise that is already resolved.
pub fn resolved(_value: Value) -> Promise {
    unimplemented!()
}
/// A promise that has already failed.
pub fn failed(_exn: Exn) -> Promise {
    unimplemented!()
}

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
}

/// The obligation to resolve an external promise. It keeps the promise alive.
/// Dropped unresolved, the promise stays pending for ever.
pub struct Resolver(u32);

impl Resolver {
    /// Resolves now: callbacks run before this returns, as `Lwt.wakeup`. Does
    /// nothing (but drop the outcome) when the promise was cancelled meanwhile.
    pub fn resolve(self, _outcome: Outcome) {
        unimplemented!()
    }
    /// Is it still to be resolved?
    pub fn is_pending(&self) -> bool {
        unimplemented!()
    }
    /// The two words kept with the promise, while it is pending.
    pub fn data(&self) -> [u64; 2] {
        unimplemented!()
    }
    /// Sets them.
    pub fn set_data(&self, _data: [u64; 2]) {
        unimplemented!()
    }
    /// The number of the promise's slot, never 0; the obligation goes with it.
    pub fn into_id(self) -> u32 {
        unimplemented!()
    }
    /// The obligation back from its number.
    ///
    /// # Safety
    /// `id` came from `into_id` on this thread, and was not used up since.
    pub unsafe fn from_id(_id: u32) -> Resolver {
        unimplemented!()
    }
}
impl Drop for Resolver {
    fn drop(&mut self) {
        unimplemented!()
    }
}

/// A pending promise that a floor above will resolve.
pub fn external(_source: &'static Source, _data: [u64; 2]) -> (Promise, Resolver) {
    unimplemented!()
}

/// Calls `f(data)` once, when the promise resolves, in the order of attachment
/// among its other callbacks; inside this call if it is resolved already. The
/// promise keeps nothing alive for it: `data` must outlive the promise or be
/// cared for by whoever holds a reference.
pub fn on_resolved(_promise: &Promise, _f: fn(usize), _data: usize) {
    unimplemented!()
}

/// Resolves the promises of `Lwt.pause` that were paused before this call.
pub fn wakeup_paused() {
    unimplemented!()
}
/// How many promises are paused.
pub fn paused_count() -> usize {
    unimplemented!()
}
/// `Lwt.pause`.
pub fn pause() -> Promise {
    unimplemented!()
}
