//! Running callbacks that came from C: what they may say through `lwt_raise`
//! and `lwt_owned`, how deep they may nest, and what becomes of a bad result.
//!
//! What a callback has said is in the thread's block until the callback
//! returns; a callback nested in it starts with a clean one.

use super::state::{Settled, drop_bits, make, owned};
use super::{Outcome, Promise, filter};
use crate::abi::{lwt_t, lwt_value};
use crate::binding::hooks;
use crate::debug::calls;
use crate::exn::{Exn, Hook, unhandled};
use crate::handle::local::{HOOKED, LATER, Local, SPOKEN, WATCHED, local};
use crate::handle::misuse;
use crate::value::Value;

/// What the callback further out has said, kept while a nested one runs.
pub struct Saved {
    raised: u64,
    owned: u64,
    owned_drop: u64,
    /// 0: there is nothing of the sort. `SAID`, if the callback further out has
    /// said something; below that, what `hooks::enter` gave.
    unusual: u32,
}

/// In `Saved::unusual`.
const SAID: u32 = 1 << 31;

/// In the frame that calls a callback: by its address debugging tells what lies
/// beyond that callback.
#[derive(Default)]
struct Mark(u64);

impl Mark {
    fn address(&self) -> usize {
        std::ptr::from_ref(&self.0) as usize
    }
}

/// Before a callback: nothing is said yet. `f`: the function, if it is C's.
#[inline]
fn enter(local: &Local, f: usize, mark: &Mark) -> Saved {
    local.deepen();
    if local.has(SPOKEN | WATCHED | HOOKED) {
        return enter_closely(local, f, mark);
    }
    save(local)
}

#[cold]
#[inline(never)]
fn enter_closely(local: &Local, f: usize, mark: &Mark) -> Saved {
    if f != 0 && local.has(WATCHED) {
        calls::begin(local, f, mark.address());
    }
    let mut saved = save(local);
    if local.has(HOOKED) {
        saved.unusual |= hooks::enter(local);
    }
    saved
}

/// Keeps what was said so far, and starts afresh.
#[inline]
pub fn save(local: &Local) -> Saved {
    if !local.has(SPOKEN) {
        return Saved {
            raised: 0,
            owned: 0,
            owned_drop: 0,
            unusual: 0,
        };
    }
    local.clear_bit(SPOKEN);
    Saved {
        raised: local.raised.replace(0),
        owned: local.owned.replace(0),
        owned_drop: local.owned_drop.replace(0),
        unusual: SAID,
    }
}

/// Puts back what was said further out.
#[inline]
pub fn restore(local: &Local, saved: Saved) {
    if saved.unusual & SAID != 0 {
        local.raised.set(saved.raised);
        local.owned.set(saved.owned);
        local.owned_drop.set(saved.owned_drop);
        local.raise_bit(SPOKEN);
    }
}

/// What the callback that just returned has said.
#[inline]
pub fn take_spoken(local: &Local) -> (Option<Exn>, Value) {
    if !local.has(SPOKEN) {
        return (None, Value::UNIT);
    }
    local.clear_bit(SPOKEN);
    let raised = local.raised.replace(0);
    // SAFETY: `raise` put an owned reference there.
    let exn = (raised != 0).then(|| unsafe { Exn::from_bits(raised) });
    (
        exn,
        // SAFETY: `own` put both there; neither is left.
        unsafe { owned(local.owned.replace(0), local.owned_drop.replace(0)) },
    )
}

/// After a callback: what it said.
#[inline]
fn leave(local: &Local, mark: &Mark, saved: Saved) -> (Option<Exn>, Value) {
    if local.has(WATCHED) {
        calls::end(local, mark.address());
    }
    let spoken = take_spoken(local);
    if saved.unusual != 0 {
        leave_closely(local, saved);
    }
    local.rise();
    if local.has(LATER) {
        super::resolve::run_deferred(local);
    }
    spoken
}

#[cold]
#[inline(never)]
fn leave_closely(local: &Local, saved: Saved) {
    match saved.unusual & !SAID {
        0 => {}
        number => hooks::leave(local, number),
    }
    restore(local, saved);
}

/// `lwt_raise`: the callback that is running fails. Outside any callback
/// nobody could handle the exception: it goes to the async exception hook.
pub fn raise(exn: Exn) -> lwt_value {
    let local = local();
    crate::debug::passed::raised(&exn);
    if local.depth() == 0 && !local.fiber.get() {
        unhandled(exn);
        return std::ptr::null_mut();
    }
    filter::raised(&exn);
    let before = local.raised.replace(exn.into_bits());
    local.raise_bit(SPOKEN);
    if before != 0 {
        // SAFETY: an owned reference, as above.
        drop(unsafe { Exn::from_bits(before) });
    }
    std::ptr::null_mut()
}

/// `lwt_owned`: gives the value that the callback is about to return a drop
/// function. Outside any callback nobody could own the value: it is dropped.
pub fn own(value: Value) -> lwt_value {
    let local = local();
    let word = value.word();
    if !value.is_owned() {
        return word;
    }
    if local.depth() == 0 && !local.fiber.get() {
        return std::ptr::null_mut();
    }
    let (new, drop_new) = value.into_parts();
    let before = local.owned.replace(new as usize as u64);
    let drop_before = local.owned_drop.replace(drop_bits(drop_new));
    local.raise_bit(SPOKEN);
    if before != new as usize as u64 {
        // SAFETY: as in `take_spoken`.
        drop(unsafe { owned(before, drop_before) });
    }
    word
}

/// Runs a callback that returns a plain value.
pub fn value(f: impl FnOnce() -> lwt_value) -> Outcome {
    value_of(0, f)
}

/// The same, of this function of C's.
#[inline]
pub fn value_of(callback: usize, f: impl FnOnce() -> lwt_value) -> Outcome {
    let (local, mark) = (local(), Mark::default());
    let saved = enter(local, callback, &mark);
    let word = f();
    let (raised, own) = leave(local, &mark, saved);
    match raised {
        Some(exn) => Err(exn),
        // What was given to `lwt_owned` and not returned is dropped here.
        None if own.word() == word => Ok(own),
        None => Ok(Value::plain(word)),
    }
}

/// Runs a callback that returns a promise. NULL or a bad handle becomes a
/// promise that failed, as does what it raises; `function` is the call at
/// fault.
pub fn promise(function: &str, f: impl FnOnce() -> *mut lwt_t) -> Promise {
    promise_of(0, function, f)
}

/// The same, of this function of C's.
#[inline]
pub fn promise_of(callback: usize, function: &str, f: impl FnOnce() -> *mut lwt_t) -> Promise {
    let (local, mark) = (local(), Mark::default());
    let saved = enter(local, callback, &mark);
    let returned = f() as usize as u64;
    let spoken = leave(local, &mark, saved);
    checked(local, function, returned, spoken)
}

/// What a callback returned, checked, with what it said.
pub fn checked(
    local: &Local,
    function: &str,
    returned: u64,
    (raised, own): (Option<Exn>, Value),
) -> Promise {
    drop(own);
    if let Some(exn) = raised {
        // SAFETY: a promise that a callback returns is the library's.
        drop(
            local
                .check(returned)
                .map(|_| unsafe { Promise::from_bits(returned) }),
        );
        return super::failed(exn);
    }
    match local.check(returned) {
        // SAFETY: as above.
        Some(_) => unsafe { Promise::from_bits(returned) },
        _ => bad_result(local, function, returned),
    }
}

#[cold]
#[inline(never)]
fn bad_result(local: &Local, function: &str, returned: u64) -> Promise {
    let exn = misuse(returned, &format!("{function}: what the callback returned"));
    // SAFETY: a fresh handle, or NULL when memory ran out.
    unsafe { Promise::from_bits(make(local, Settled::exn(exn))) }
}

/// Runs a callback that returns nothing; what it raises goes to the async
/// exception hook.
pub fn unit(f: impl FnOnce()) {
    unit_of(0, f);
}

/// The same, of this function of C's.
#[inline]
pub fn unit_of(callback: usize, f: impl FnOnce()) {
    let (local, mark) = (local(), Mark::default());
    let saved = enter(local, callback, &mark);
    f();
    let (raised, own) = leave(local, &mark, saved);
    drop(own);
    if let Some(exn) = raised {
        unhandled(exn);
    }
}

/// Runs a function of C's that returns what is no value: that, and what it
/// raised.
pub fn other_of<T>(callback: usize, f: impl FnOnce() -> T) -> (T, Result<(), Exn>) {
    let (local, mark) = (local(), Mark::default());
    let saved = enter(local, callback, &mark);
    let returned = f();
    let (raised, own) = leave(local, &mark, saved);
    drop(own);
    (returned, raised.map_or(Ok(()), Err))
}

/// A callback that returns nothing and ran within the frame of a resolution has
/// said something.
#[cold]
#[inline(never)]
pub fn unheard(local: &Local) {
    let (raised, own) = take_spoken(local);
    drop(own);
    if let Some(exn) = raised {
        unhandled(exn);
    }
}

/// Runs the async exception hook itself. What it raises has nowhere to go.
pub fn hook(hook: &Hook, exn: &Exn) {
    let (local, mark) = (local(), Mark::default());
    let saved = enter(local, hook.f.map_or(0, |f| f as usize), &mark);
    if let Some(f) = hook.f {
        // SAFETY: the function and its environment came together from C.
        unsafe { f(exn.as_raw(), hook.env.word()) };
    }
    drop(leave(local, &mark, saved));
}
