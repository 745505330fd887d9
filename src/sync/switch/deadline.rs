//! The deadline of a switch: a timer that ends it with `LWT_TIMEOUT`. Calls the
//! timers.

use super::Switch;
use crate::abi::{LWT_TIMEOUT, lwt_promise_state};
use crate::exn::Exn;
use crate::promise::{self, Promise};
use crate::scheduler;
use crate::value::Env;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::rc::{Rc, Weak};

/// A deadline as C gives it, in seconds from now.
pub fn delay(seconds: f64, function: &str) -> Result<u64, Exn> {
    let why = "the number of seconds is not a number";
    scheduler::clock::nanoseconds(seconds)
        .ok_or_else(|| Exn::invalid(&format!("{function}: {why}")))
}

/// What a switch knows of it.
#[derive(Default)]
pub struct Deadline {
    /// When, in the time of the timers; 0: never.
    at: Cell<u64>,
    timer: RefCell<Option<Promise>>,
}

impl Deadline {
    /// There is none any more. Runs no code of the user's.
    pub fn stop(&self) {
        self.at.set(0);
        // Taken out first: the timer's callback finds that it was stopped.
        let timer = self.timer.take();
        if let Some(timer) = timer {
            timer.cancel();
        }
    }

    /// There will be one after so many nanoseconds, and is told from now on; the
    /// timer is made when the body has come to wait. Returns when; 0: never.
    pub fn plan(&self, delay: u64) -> u64 {
        if delay != u64::MAX {
            let now = scheduler::current().timers.present();
            self.at.set(now.saturating_add(delay).max(1));
        }
        self.at.get()
    }

    /// Is there one?
    pub fn is_set(&self) -> bool {
        self.timer.borrow().is_some()
    }

    /// How many nanoseconds are left.
    pub fn left(&self) -> Option<u64> {
        let now = scheduler::existing()?.timers.present();
        (self.at.get() != 0).then(|| self.at.get().saturating_sub(now))
    }
}

impl Switch {
    /// It ends with `LWT_TIMEOUT` after so many nanoseconds; `u64::MAX`: never.
    /// Replaces what was set before. Nothing, if it is ending.
    pub fn set_deadline(self: &Rc<Switch>, delay: u64) {
        self.deadline.stop();
        let can_end = self.is_on() || self.body_pending.get() && !self.whole.get();
        if delay == u64::MAX || !can_end {
            return;
        }
        let timers = &scheduler::current().timers;
        let timer = timers.sleep(delay);
        let at = timers.present().saturating_add(delay).max(1);
        self.deadline.at.set(at);
        *self.deadline.timer.borrow_mut() = Some(timer.clone());
        let weak = Rc::downgrade(self).into_raw().cast_mut().cast();
        promise::watch(&timer, Env::new(weak, Some(fired)));
    }

    /// The deadline that was planned, unless the body has set another.
    pub(super) fn keep_to(self: &Rc<Switch>, planned: u64) {
        if planned != 0 && planned == self.deadline.at.get() && !self.deadline.is_set() {
            let now = scheduler::current().timers.present();
            self.set_deadline(planned.saturating_sub(now));
        }
    }

    /// How many nanoseconds are left until it, or a scope around it, must end.
    pub fn left(self: &Rc<Switch>) -> Option<u64> {
        let mut least = None;
        let mut at = Some(self.clone());
        while let Some(switch) = at {
            least = [least, switch.deadline.left()].into_iter().flatten().min();
            at = switch.parent.upgrade();
        }
        least
    }
}

/// The timer has resolved, or never will.
unsafe extern "C" fn fired(weak: *mut c_void) {
    // SAFETY: `set_deadline` made it, for one call.
    let weak = unsafe { Weak::from_raw(weak.cast::<Switch>()) };
    let Some(switch) = weak.upgrade() else { return };
    let timer = switch.deadline.timer.borrow().clone();
    match timer.map(|timer| timer.state()) {
        Some(lwt_promise_state::LWT_RETURN) => {
            switch.deadline.stop();
            if switch.whole.get() {
                return; // it was cancelled, and still waits for its body
            }
            switch.end_with(Exn::new(LWT_TIMEOUT, "timeout"));
        }
        // The thread ends.
        Some(lwt_promise_state::LWT_SLEEP) => drop(switch.keep.take()),
        _ => {}
    }
}
