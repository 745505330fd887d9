//! Module Lwt: promises.
//!
//! What the floors above use: [`Promise`], [`resolved`], [`failed`],
//! [`external()`] with its [`Source`] and [`Resolver`], [`on_resolved`], and
//! [`call`] for running callbacks that came from C. The rest, by file:
//!
//! | file | what |
//! |---|---|
//! | `state` | what a slot can be, and the steps between |
//! | `wakener` | wait, task, wakeup |
//! | `seq` | bind, map, catch, try_bind, finalize |
//! | `group` | join, all, choose, pick, nchoose, npick, nchoose_split, any, protected |
//! | `node` | on_success and its kin; memberships of groups |
//! | `resolve` | running waiters |
//! | `unify` | two pending promises become one |
//! | `cancel` | cancelling |
//! | `free` | the end of references |
//! | `storage` | keys |
//! | `context` | maps of storage held by the user, names of tracing spans |
//! | `apply` | apply, wrap |
//! | `backtrace` | backtrace_bind and its kin |
//! | `filter` | which exceptions become failures |
//! | `look` | poll, debug_state_is |
//! | `pause` | pause |
//! | `background` | async |
//! | `shared` | values that several promises show |
//! | `text` | text as a value |
//! | `result` | success or an error as a value |
//! | `external` | promises that a floor above resolves |
//! | `coroutine` | coroutines of other languages |
//! | `future` | Rust futures as promises, and promises awaited |

use crate::abi::{lwt_promise_state, lwt_t, lwt_value};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::handle::misuse;
use crate::handle::slot::{Id, Slot, TAG_PROMISE, USER};
use crate::value::{Env, Value};
use state::*;
use std::ffi::c_int;

pub mod apply;
pub mod background;
pub mod backtrace;
pub mod call;
pub mod cancel;
mod cell;
pub mod context;
pub mod coroutine;
mod external;
pub mod filter;
mod free;
pub mod future;
pub mod group;
mod look;
pub mod node;
pub mod pause;
mod resolve;
pub mod result;
pub mod seq;
pub mod shared;
pub mod state;
pub mod storage;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
pub mod thread;
mod unify;
pub mod values;
pub mod wakener;

pub use external::{Resolver, Source, external};
pub use look::{poll, state_is};
pub use pause::{paused_count, wakeup_paused};

/// What a promise resolves to.
pub type Outcome = Result<Value, Exn>;

/// One reference of a user to a promise of this thread. Cloning retains,
/// dropping releases. Not `Send`.
pub struct Promise(*mut lwt_t);

impl Promise {
    /// Takes over a reference that C owned. The error says what the handle is
    /// (`LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`), `function` being the
    /// call at fault.
    #[inline]
    pub fn from_raw(raw: *mut lwt_t, function: &str) -> Result<Promise, Exn> {
        let bits = raw as usize as u64;
        match local().check(bits) {
            Some(_) => Ok(Promise(raw)),
            _ => Err(misuse(bits, function)),
        }
    }

    /// A further reference to a promise that C lends.
    #[inline]
    pub fn borrow_raw(raw: *const lwt_t, function: &str) -> Result<Promise, Exn> {
        let promise = Promise::from_raw(raw.cast_mut(), function)?;
        let result = promise.clone();
        std::mem::forget(promise);
        Ok(result)
    }

    /// The handle, borrowed.
    pub fn as_raw(&self) -> *const lwt_t {
        self.0
    }

    /// Gives the reference to C.
    #[inline(always)]
    pub fn into_raw(self) -> *mut lwt_t {
        let raw = self.0;
        std::mem::forget(self);
        raw
    }

    /// The handle as floor 0 knows it.
    #[inline(always)]
    pub(crate) fn bits(&self) -> u64 {
        self.0 as usize as u64
    }

    /// The handle as floor 0 knows it, owned.
    #[inline(always)]
    pub(crate) fn into_bits(self) -> u64 {
        self.into_raw() as usize as u64
    }

    /// Takes over a handle.
    ///
    /// # Safety
    /// The caller owned a reference, or `bits` is 0: memory ran out.
    #[inline(always)]
    pub(crate) unsafe fn from_bits(bits: u64) -> Promise {
        Promise(bits as usize as *mut lwt_t)
    }

    /// The slot behind it. None where memory had run out.
    fn slot(&self) -> Option<(Id, &'static Slot)> {
        let local = local();
        let slot = local.check(self.bits())?;
        Some(underlying(local, self.bits() as Id, slot))
    }

    /// Its state.
    pub fn state(&self) -> lwt_promise_state {
        state_of(self.bits())
    }

    /// Is it pending?
    pub fn is_pending(&self) -> bool {
        self.slot().is_some_and(|(_, slot)| slot.state() == PENDING)
    }

    /// Is it pending, and nothing can resolve it any more?
    pub fn is_dead(&self) -> bool {
        self.slot()
            .is_some_and(|(_, slot)| slot.state() == PENDING && op(slot) == DEAD)
    }

    /// `Lwt.cancel`.
    pub fn cancel(&self) {
        cancel::cancel(self.bits());
    }

    /// Moves the outcome out, as `lwt_take` does. None: pending.
    pub fn take(self) -> Option<Outcome> {
        let Some((_, slot)) = self.slot() else {
            return Some(Err(Exn::out_of_memory()));
        };
        match slot.state() {
            PENDING => None,
            FAIL => self.exn().map(Err),
            _ => Some(Ok(move_out(slot))),
        }
    }

    /// Does it show a value that has a drop function?
    pub fn shows_owned(&self) -> bool {
        self.slot().is_some_and(|(_, slot)| match slot.state() {
            RETURN => slot.b.get() != 0,
            SHARED => cell::is_owned(slot.a.get()),
            _ => false,
        })
    }

    /// What it failed with.
    pub fn exn(&self) -> Option<Exn> {
        let (_, slot) = self.slot()?;
        // SAFETY: a failure owns a reference.
        let exn = || Exn::clone(&*unsafe { Exn::peek_bits(slot.a.get()) });
        (slot.state() == FAIL).then(exn)
    }
}

impl Clone for Promise {
    #[inline]
    fn clone(&self) -> Promise {
        retain(self.bits());
        Promise(self.0)
    }
}

impl Drop for Promise {
    #[inline]
    fn drop(&mut self) {
        release(self.bits());
    }
}

/// A promise that is already resolved.
#[inline]
pub fn resolved(value: Value) -> Promise {
    // SAFETY: a fresh handle.
    unsafe { Promise::from_bits(make(local(), Settled::value(value))) }
}

/// A promise that has already failed.
pub fn failed(exn: Exn) -> Promise {
    // SAFETY: a fresh handle.
    unsafe { Promise::from_bits(make(local(), Settled::exn(exn))) }
}

/// `lwt_retain`: the same handle, once more. A bad handle gives a promise that
/// failed.
#[inline(always)]
pub fn retain(p: u64) -> u64 {
    let local = local();
    match local.check(p) {
        Some(slot) => {
            // More than the users' half can count would be told as the
            // library's: then the promise lives on for ever, no more.
            slot.refs.set(slot.refs.get().wrapping_add(USER));
            p
        }
        _ => bad_retain(p),
    }
}

#[cold]
#[inline(never)]
extern "C" fn bad_retain(p: u64) -> u64 {
    make(local(), Settled::exn(misuse(p, "lwt_retain")))
}

/// `lwt_release`. A bad handle is nothing to give up.
#[inline(always)]
pub fn release(p: u64) {
    let local = local();
    if let Some(slot) = local.check(p) {
        free::unuse(local, p as Id, slot);
    }
}

/// `lwt_release_anywhere`, on the owner's thread: gives up a handle of any
/// kind. A wakener is forgotten.
pub fn release_handle(handle: u64) {
    match handle & crate::handle::slot::TAG_MASK {
        TAG_PROMISE => release(handle),
        crate::handle::slot::TAG_WAKENER => wakener::forget(handle),
        crate::handle::slot::TAG_OTHER => {
            crate::handle::object::release_any(handle);
        }
        _ => {}
    }
}

/// `Lwt.state`. A bad handle is pending for ever.
#[inline(always)]
pub fn state_of(p: u64) -> lwt_promise_state {
    // Compared one by one: as a `match` it is a jump that is foreseen badly.
    let Some((_, state)) = local().check_state(p) else {
        return lwt_promise_state::LWT_SLEEP;
    };
    if state == RETURN {
        return lwt_promise_state::LWT_RETURN;
    }
    if state == PENDING {
        return lwt_promise_state::LWT_SLEEP;
    }
    state_of_other(p)
}

#[inline(never)]
extern "C" fn state_of_other(p: u64) -> lwt_promise_state {
    match resolved_slot(p) {
        None => lwt_promise_state::LWT_SLEEP,
        Some(slot) if slot.state() == FAIL => lwt_promise_state::LWT_FAIL,
        Some(_) => lwt_promise_state::LWT_RETURN,
    }
}

/// `lwt_value_of`: the value of a promise, borrowed.
#[inline(always)]
pub fn value_of(p: u64) -> lwt_value {
    match local().check_state(p) {
        Some((slot, RETURN)) => slot.a.get() as usize as lwt_value,
        Some((_, PROXY | SHARED)) => value_of_other(p),
        _ => std::ptr::null_mut(),
    }
}

#[inline(never)]
extern "C" fn value_of_other(p: u64) -> lwt_value {
    resolved_slot(p).map_or(std::ptr::null_mut(), shown)
}

/// `lwt_exn_of`: the exception of a promise, borrowed, or 0.
#[inline(always)]
pub fn exn_of(p: u64) -> u64 {
    match local().check_state(p) {
        Some((slot, FAIL)) => slot.a.get(),
        Some((_, PROXY)) => exn_of_proxy(p),
        _ => 0,
    }
}

#[inline(never)]
extern "C" fn exn_of_proxy(p: u64) -> u64 {
    resolved_slot(p).map_or(0, |slot| {
        if slot.state() == FAIL {
            slot.a.get()
        } else {
            0
        }
    })
}

/// The slot of a promise that is resolved.
pub fn resolved_slot(p: u64) -> Option<&'static Slot> {
    let local = local();
    let slot = local.check(p)?;
    let (_, slot) = underlying(local, p as Id, slot);
    is_resolved(slot).then_some(slot)
}

/// `lwt_take`: moves the value out of a promise, which is consumed.
pub fn take(p: u64) -> Value {
    let value = resolved_slot(p).map_or(Value::UNIT, move_out);
    release(p);
    value
}

/// Calls `f(data)` once, when the promise resolves, in the order of attachment
/// among its other callbacks; inside this call if it is resolved already (then
/// there is nothing to watch any more, as when memory ran out: the error).
/// The promise keeps nothing alive for it: `data` must outlive the promise or
/// be cared for by whoever holds a reference.
pub fn on_resolved(promise: &Promise, f: fn(usize), data: usize) -> Result<(), Exn> {
    let local = local();
    let Some((id, slot)) = promise.slot() else {
        return Err(Exn::out_of_memory());
    };
    if is_resolved(slot) {
        f(data);
        return Ok(());
    }
    node::watch(local, id, slot, f, data)
        .map(drop)
        .ok_or_else(Exn::out_of_memory)
}

/// Drops `env` once: when the promise has been resolved, in the order of
/// attachment among its callbacks (inside this call if it is resolved already),
/// or when nothing can resolve it any more. Returns `LWT_OK` or what is wrong;
/// then `env` is dropped, too.
pub fn watch(promise: &Promise, env: Env) -> c_int {
    node::on(node::FATE, promise.bits(), Some(0), None, env)
}

/// `Lwt.pause`.
pub fn pause() -> Promise {
    // SAFETY: a fresh handle.
    unsafe { Promise::from_bits(pause::pause()) }
}
