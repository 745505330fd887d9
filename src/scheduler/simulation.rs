//! The deterministic simulation: what a turn of the main loop does, and what
//! becomes of time, while the current engine is `sim`. Calls `main_loop`, the
//! timers and the jobs.
//!
//! The scheduler's clock is a number then. It stands at 0 when the engine is
//! made current, and the timers that there are keep what is left of their
//! time. One seed gives one run, as long as nothing outside interferes.
//!
//! Step 3 of a turn:
//!
//! 1. Jobs that are out are waited for, in real time, so that what they do
//!    happens between two turns. They take no virtual time. One that takes a
//!    real second is taken for one that itself waits for the loop, and is not
//!    waited for any more: when it comes is then not in the hands of the seed.
//!    A worker that waits for this loop (`lwt_preemptive_run_in_main`) is not
//!    waited for either.
//! 2. Descriptors are looked at. Those that are ready are reported in an order
//!    of the seed, and maybe not all of them: the others in a later turn.
//! 3. If there is something to do, it is done, and virtual time moves on by a
//!    microsecond, so that a loop that asks again and again gets older. The
//!    order of the kinds of events is that of `main_loop`. A finished job, any
//!    one, comes with this turn or with a later one.
//! 4. If there is nothing to do, the result of a finished job is read, any one;
//!    if there is none, time jumps to the next timer; if there is none, only
//!    something outside can go on, and the loop sleeps in real time; and if
//!    nothing outside can, it fails with LWT_STALLED.

use super::engine::sim::Sim;
use super::engine::watch::Watch;
use super::main_loop::{look, nothing_left, sleep_until, stalled};
use super::{Scheduler, clock, job};
use crate::exn::Exn;
use crate::handle::remote;
use crate::promise;

/// What a turn in which something was done takes, in nanoseconds.
const TURN: u64 = 1_000;

impl Scheduler {
    /// The engine has become the current one: time is real from now on, or
    /// virtual.
    pub(super) fn begin_time(&self, watch: &Watch) {
        let sim = watch.engine.simulation();
        self.door.simulate(sim.is_some());
        match sim {
            Some(sim) => {
                sim.restart();
                promise::group::seed(sim.seed());
                self.timers.begin_time(Some(0));
            }
            None if self.timers.is_virtual() => self.timers.begin_time(None),
            None => {}
        }
    }
}

/// The seed, if this thread's time is virtual.
pub(crate) fn seed() -> Option<u64> {
    let watch = super::current().watch.borrow().clone();
    watch.engine.simulation().map(Sim::seed)
}

/// Step 3. A turn has begun at the door.
pub(super) fn events(scheduler: &Scheduler, may_wait: bool) -> Result<(), Exn> {
    let watch = scheduler.watch.borrow().clone();
    let Some(sim) = watch.engine.simulation() else {
        return Ok(());
    };
    job::held::settle(&scheduler.door);
    let mut ready = look(scheduler)?;
    let busy = !may_wait || !ready.is_empty() || has_work(scheduler);
    if !busy {
        if job::held::land_one(|n| sim.below(n)) {
            return Ok(());
        }
        match scheduler.timers.next() {
            Some(at) => scheduler.timers.advance_to(at),
            None if job::in_flight() == 0 && nothing_left(scheduler) => return Err(stalled()),
            None => {
                let limit = job::before_sleep();
                if limit != Some(0) {
                    let until = limit.map(|ns| clock::now().saturating_add(ns));
                    ready = sleep_until(scheduler, until)?;
                }
                scheduler.door.begin_turn();
            }
        }
    }
    if scheduler.timers.live() > 0 {
        scheduler.timers.fire();
    }
    watch.dispatch(ready);
    if scheduler.notifications.is_pending() {
        scheduler.notifications.run();
    }
    if busy && job::held::count() > 0 && sim.below(2) == 0 {
        job::held::land_one(|n| sim.below(n));
    }
    if remote::pending() {
        remote::run_posted();
    }
    if busy {
        scheduler.timers.pass(TURN);
    }
    Ok(())
}

/// Is there something that needs no waiting, results of jobs apart?
fn has_work(scheduler: &Scheduler) -> bool {
    promise::paused_count() > 0
        || remote::pending()
        || scheduler.notifications.is_pending()
        || scheduler.timers.is_due()
}

/// From here on this thread's time is virtual: for unit tests, each of which
/// has a thread of its own.
#[cfg(test)]
pub(crate) fn simulate(seed: u64) {
    let scheduler = super::current();
    let watch = Watch::new(Box::new(Sim::new(seed)));
    scheduler.watch.replace(watch.clone());
    scheduler.begin_time(&watch);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::scheduler::{main_loop, now};
    use crate::unix::sleep::sleep;

    #[test]
    fn a_rust_test_may_sleep_for_a_century_too() {
        simulate(1);
        assert!(main_loop::run(sleep(36_525.0 * 86_400.0)).is_ok());
        assert_eq!(now(), 36_525 * 86_400 * 1_000_000_000);
    }
}
