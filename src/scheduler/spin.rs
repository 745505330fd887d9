//! Waiting a few microseconds before sleeping, where that pays: a wake-up of
//! an idle processor takes longer than most short jobs. Owns the decision.
//! Calls the clock and the door.
//!
//! It is worth while only if something is on its way (a job in flight, a
//! notification a moment ago) and another processor can bring it. Each time
//! that it helped earns credit, each time that it did not costs some; without
//! credit it is tried once in a while, to find out whether the times have
//! changed.

use super::clock;
use super::door::Door;
use std::cell::Cell;

/// How long, in nanoseconds.
const SPAN: u64 = 12_000;
/// Credit never exceeds this, so that a change for the worse is soon noticed.
const CREDIT: i32 = 16;
/// What a spin in vain costs, as against 1 for one that helped.
const PRICE: i32 = 2;
/// Without credit, one sleep in so many is preceded by a spin.
const PROBE: u32 = 64;

/// The experience of one scheduler.
pub(super) struct Spin {
    credit: Cell<i32>,
    sleeps: Cell<u32>,
    /// May this thread's knockers run at the same time as it does?
    parallel: Cell<bool>,
}

impl Spin {
    pub(super) fn new() -> Spin {
        Spin {
            credit: Cell::new(CREDIT),
            sleeps: Cell::new(0),
            parallel: Cell::new(processors() > 1),
        }
    }

    /// Waits for a knock, or for the next timer to be due. True: there was one.
    pub(super) fn wait(&self, door: &Door, now: u64, timer: Option<u64>) -> bool {
        let sleeps = self.sleeps.get().wrapping_add(1);
        self.sleeps.set(sleeps);
        if sleeps.is_multiple_of(1024) {
            // Somebody may have confined us meanwhile.
            self.parallel.set(processors() > 1);
        }
        if !self.parallel.get() {
            return false;
        }
        let credit = self.credit.get();
        if credit <= 0 && !sleeps.is_multiple_of(PROBE) {
            return false;
        }
        let end = timer.map_or(now + SPAN, |at| at.min(now + SPAN));
        loop {
            // Not at every moment: who posts meanwhile does so undisturbed,
            // and we take more at once.
            for _ in 0..8 {
                std::hint::spin_loop();
            }
            if door.is_knocked() {
                self.credit.set((credit.max(0) + 1).min(CREDIT));
                return true;
            }
            if clock::now() >= end {
                self.credit.set((credit - PRICE).max(0));
                return false;
            }
        }
    }
}

/// On how many processors may this thread run?
fn processors() -> usize {
    // SAFETY: the set is ours to write; 0 is this thread.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        match libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) {
            0 => libc::CPU_COUNT(&set) as usize,
            // More processors than the set has room for.
            _ => usize::MAX,
        }
    }
}
