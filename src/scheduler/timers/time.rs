//! Time that is virtual: who says what it is, and how it passes. The timers
//! that there are move from one time to the other with what is left of theirs.
//! Calls the wheel.

use super::wheel::{FOREVER, Target, Wheel};
use super::{FAILS, Timers, data, set};

impl Timers {
    /// Is time virtual?
    #[inline]
    pub(crate) fn is_virtual(&self) -> bool {
        self.virtual_now.get().is_some()
    }

    /// Time is virtual from now on, and it is so late; None: it is real.
    pub(crate) fn begin_time(&self, now: Option<u64>) {
        let before = self.present();
        self.enter();
        let mut timers = Vec::new();
        let mut wheel = self.wheel.borrow_mut();
        wheel.drain(|deadline, target| timers.push((deadline, target)));
        // Stable: equal deadlines stay in the order of creation.
        timers.sort_by_key(|&(deadline, _)| deadline);
        self.virtual_now.set(now);
        let now = self.present();
        *wheel = Wheel::new();
        for (deadline, target) in timers {
            let deadline = match deadline {
                FOREVER => FOREVER,
                _ => now.saturating_add(deadline.saturating_sub(before)),
            };
            let place = wheel.insert(now, deadline, target);
            match target {
                Target::Promise(id) => {
                    let [_, old] = data(id);
                    set(id, [deadline, place.as_ptr() as u64 | old & FAILS]);
                }
                Target::Event(number) => {
                    if let Some(Some(event)) = self.events.borrow().get(number as usize) {
                        event.place.set(Some(place));
                    }
                }
            }
        }
    }

    /// Virtual time jumps to `at`, if that is later.
    pub(crate) fn advance_to(&self, at: u64) {
        if let Some(now) = self.virtual_now.get() {
            self.virtual_now.set(Some(now.max(at)));
        }
    }

    /// So much virtual time passes.
    pub(crate) fn pass(&self, ns: u64) {
        if let Some(now) = self.virtual_now.get() {
            self.virtual_now.set(Some(now.saturating_add(ns)));
        }
    }

    /// Is the next timer due?
    pub(crate) fn is_due(&self) -> bool {
        self.live() > 0 && self.next().is_some_and(|at| at <= self.present())
    }
}
