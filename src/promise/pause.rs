//! `Lwt.pause`: promises that the next turn of the main loop resolves.

use super::call;
use super::free::{forsake, unhold};
use super::resolve::{run, settle};
use super::state::*;
use super::thread::work;
use crate::handle::local::local;
use crate::handle::slot::{HELD, USER};
use crate::value::Env;
use std::ffi::c_void;
use std::rc::Rc;

/// Told the count each time a promise is paused.
#[derive(Clone)]
pub struct Notifier {
    /// The function.
    pub f: unsafe extern "C" fn(usize, *mut c_void),
    /// Its environment.
    pub env: Rc<Env>,
}

/// `Lwt.pause`.
#[inline]
pub fn pause() -> u64 {
    let local = local();
    let Some((id, slot, me)) = make_pending(local, TASK, USER + HELD) else {
        return out_of_memory(local);
    };
    slot.b.set(0);
    let work = work(local);
    work.paused.borrow_mut().push(id);
    work.paused_count.set(work.paused_count.get() + 1);
    local.tell_loop();
    let notifier = work.pause_notifier.borrow().clone();
    if let Some(notifier) = notifier {
        // SAFETY: the function and its environment came together from C.
        call::unit_of(notifier.f as usize, || unsafe {
            (notifier.f)(work.paused_count.get(), notifier.env.word())
        });
    }
    me
}

/// Resolves the promises that were paused before this call, in that order.
pub fn wakeup_paused() {
    let local = local();
    if local.work.get().is_null() {
        return;
    }
    let work = work(local);
    work.paused_count.set(0);
    let mut paused = work.paused.take();
    for id in paused.drain(..) {
        let (id, head) = settle(local, id, local.at(id), Settled::UNIT);
        run(local, id, local.at(id), head);
    }
    // Keep the larger room for the next turn.
    let mut now = work.paused.borrow_mut();
    if now.is_empty() && now.capacity() < paused.capacity() {
        *now = paused;
    }
}

/// `Lwt.paused_count`: how many were paused since the last `wakeup_paused`.
pub fn paused_count() -> usize {
    let local = local();
    if local.work.get().is_null() {
        0
    } else {
        work(local).paused_count.get()
    }
}

/// `Lwt.register_pause_notifier`; None: no notifier.
pub fn register_notifier(notifier: Option<Notifier>) {
    if crate::handle::local::begin().is_some() {
        let old = work(local()).pause_notifier.replace(notifier);
        drop(old);
    }
}

/// `Lwt.abandon_paused`: those that are paused stay pending for ever.
pub fn abandon_paused() {
    let local = local();
    if local.work.get().is_null() {
        return;
    }
    let work = work(local);
    work.paused_count.set(0);
    for id in work.paused.take() {
        let slot = local.at(id);
        forsake(local, id, slot);
        unhold(local, id, slot);
    }
}

/// `Lwt.abandon_wakeups`: the callbacks of deferred wake-ups run now.
pub fn abandon_wakeups() {
    super::resolve::run_deferred_now(local());
}
