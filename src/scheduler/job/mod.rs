//! Jobs: blocking calls on a pool of workers, resolved on the main loop.
//!
//! The life of a job:
//!
//! 1. [`run`] readies its promise, enters it in the thread's table of flights
//!    and queues it on a [`pool`].
//! 2. A [`worker`] takes it and runs it, unless it was cancelled meanwhile,
//! 3. pushes it on the list of [`finished`] jobs of its [`home`], and wakes
//!    the thread if that may be asleep.
//! 4. The main loop takes the whole list; [`land`] reads the results and
//!    resolves the promises.
//!
//! Where each job is in this, and who may touch its record, is said in
//! [`state`] and [`record`]; how many workers run, in [`idle`] and [`watch`].
//!
//! What the main loop asks of this module is at the top; it is about the
//! calling thread's scheduler.

pub(crate) mod blocked;
pub(crate) mod closure;
pub(crate) mod detached;
pub(crate) mod finished;
pub(crate) mod flights;
pub(crate) mod fork;
pub(crate) mod gather;
pub(crate) mod held;
pub(crate) mod here;
pub(crate) mod home;
pub(crate) mod idle;
pub(crate) mod land;
pub(crate) mod launch;
pub(crate) mod leave;
mod lookout;
pub(crate) mod method;
pub(crate) mod pool;
pub(crate) mod pools;
pub mod record;
pub(crate) mod rest;
pub(crate) mod run;
pub(crate) mod shift;
pub(crate) mod spin;
pub(crate) mod state;
pub(crate) mod watch;
pub(crate) mod worker;

#[cfg(all(test, not(loom)))]
mod run_tests;
#[cfg(all(test, not(loom)))]
mod tests;

/// Has a job finished whose result has not been read? One relaxed load.
#[inline]
pub fn has_finished() -> bool {
    run::has_finished()
}
/// Reads the results of the jobs that have finished, in the order in which
/// they did; returns how many.
pub fn run_finished() -> usize {
    land::run_finished()
}
/// How many jobs of this scheduler are queued or running.
pub fn in_flight() -> usize {
    run::in_flight()
}
/// Called before the main loop sleeps: makes sure that a worker will take what
/// is queued. Returns how long the loop may sleep at most before it must call
/// this again, in nanoseconds; None: as long as it likes.
pub fn before_sleep() -> Option<u64> {
    run::before_sleep().map(|time| time.as_nanos() as u64)
}
/// In the child after a fork, before anything else is asked of jobs: what
/// resolves the promises of the parent's jobs.
pub fn take_promises_of_parent() -> Vec<crate::promise::Resolver> {
    here::take_promises_of_parent()
}
/// In the child after a fork: no workers, nothing queued; jobs of the parent
/// are never resolved here.
pub fn reset_after_fork() {
    fork::after();
    // Whoever finds a new generation leaves the old one behind.
    here::Here::with_existing(|_| ());
}
