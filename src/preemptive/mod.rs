//! Module Lwt_preemptive: computations detached to worker threads, and what
//! they may ask of the main thread. Floor 3: uses jobs and promises.
//!
//! Detached computations have a pool of their own, so that they and the jobs
//! of Lwt_unix do not wait for each other. Each takes a thread for itself at
//! once if one may be had, and else waits its turn, first come, first served.

use crate::abi::{LWT_FULL, lwt_compute_fn};
use crate::exn::Exn;
use crate::promise::{self, Outcome, Promise, Source};
use crate::scheduler::job::pool::Manner;
use crate::scheduler::job::pools::Shared;
use crate::scheduler::job::record::flag;
use crate::scheduler::job::run::{self, Place};
use crate::scheduler::job::{closure, detached};
use crate::value::{Across, Env};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub mod log;
mod main_thread;
#[cfg(all(test, not(loom)))]
mod tests;

pub use main_thread::{run_in_main, run_in_main_dont_wait};

/// How many threads there may be until that is set.
const DEFAULT_MOST: usize = 4;
/// What `lwt_preemptive_get_max_number_of_threads_queued` says at first.
const DEFAULT_QUEUED: usize = 1000;

static THREADS: Shared = Shared::new("preemptive", Manner::Eager, 0, DEFAULT_MOST);
static MOST_QUEUED: AtomicUsize = AtomicUsize::new(DEFAULT_QUEUED);

static DETACHED: Source = Source {
    name: "detach",
    cancel: Some(|_, data| run::cancel(data)),
    describe: Some(run::describe),
};

/// `Lwt_preemptive.detach`: runs `f(env)` on a worker thread. Its value moves
/// to the calling thread, and the environment is dropped there.
pub fn detach(f: lwt_compute_fn, env: Env) -> Promise {
    const NAME: &str = "lwt_preemptive_detach";
    let Some(f) = f else {
        return promise::failed(Exn::invalid("lwt_preemptive_detach: the function is NULL"));
    };
    let limit = THREADS.size().saturating_add(most_queued());
    if !detached::admit(limit) {
        let why = format!("{NAME}: all threads are busy, and as many computations wait as may");
        return promise::failed(Exn::new(LWT_FULL, why));
    }
    let caller = main_thread::Caller::current();
    let env = Across(env);
    let work = move || -> Across<(Outcome, Env)> {
        let env = env.get();
        let outcome = main_thread::on_behalf_of(caller, || {
            // SAFETY: the function and its environment came together from C.
            promise::call::value_of(f as usize, || unsafe { f(env.word()) })
        });
        Across((outcome, env))
    };
    let result = |done: Across<(Outcome, Env)>| done.get().0;
    let promise = closure::run_as(
        flag::KEEP_RUNNING | flag::DETACHED,
        Place::Pool(THREADS.get()),
        &DETACHED,
        NAME,
        work,
        result,
    );
    if threads() == 0 && promise.is_pending() {
        log::write(c"Lwt_preemptive: no thread can be started");
    }
    promise
}

/// `Lwt_preemptive.set_bounds`. False: absurd bounds.
#[must_use]
pub fn set_bounds(least: usize, most: usize) -> bool {
    let done = THREADS.set_size(least, most);
    if done && threads() < least {
        log::write(c"Lwt_preemptive: not as many threads as there should be can be started");
    }
    done
}

/// `Lwt_preemptive.init`. False: absurd bounds, and all stays as it was.
#[must_use]
pub fn init(least: usize, most: usize, log: Option<log::Log>) -> bool {
    if !THREADS.accepts(least, most) {
        return false;
    }
    log::set(log);
    set_bounds(least, most)
}

/// `Lwt_preemptive.get_bounds`.
pub fn bounds() -> (usize, usize) {
    (THREADS.least(), THREADS.size())
}

/// `Lwt_preemptive.set_max_number_of_threads_queued`.
pub fn set_most_queued(most: usize) {
    MOST_QUEUED.store(most, Relaxed);
}

/// `Lwt_preemptive.get_max_number_of_threads_queued`.
pub fn most_queued() -> usize {
    MOST_QUEUED.load(Relaxed)
}

/// `Lwt_preemptive.nbthreads`.
pub fn threads() -> usize {
    THREADS.get().threads()
}

/// `Lwt_preemptive.nbthreadsbusy`.
pub fn busy() -> usize {
    detached::running()
}

/// `Lwt_preemptive.nbthreadsqueued`.
pub fn queued() -> usize {
    detached::queued()
}
