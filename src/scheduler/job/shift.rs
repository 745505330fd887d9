//! A worker's own side: it takes jobs, runs them and brings them home.

use super::finished::Push;
use super::gather::Gather;
use super::home::Home;
use super::pool::{Manner, Pool};
use super::record::{JobPtr, lwt_unix_job};
use super::rest::Rest;
use super::spin::Spin;
use super::worker::{self, Handle};
use crossbeam_deque::{Steal, Worker as Deque};
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// After so many jobs on end that held nobody up, a worker that is not alone
/// leaves the queue to the others: more hands do not speed up short system
/// calls, they only fight for the same locks.
const SHORT_ENOUGH: u32 = 32;

/// How many places further on a job's neighbour is.
const NEAR: usize = 4;

/// What a worker keeps from its start to its end.
pub(super) struct Shift {
    pub(super) pool: Arc<Pool>,
    pub(super) me: Handle,
    /// Jobs taken from the queue in one go; others may steal them.
    pub(super) deque: Deque<JobPtr>,
    pub(super) spin: Spin,
    gather: Gather,
    /// Jobs on end in which nobody found this worker held up.
    pub(super) short: u32,
    /// Was its last sleep a short one?
    pub(super) slept_little: bool,
    done: u64,
    /// Whom it served last. A home that is not referred to may be gone.
    pub(super) home: Option<Arc<Home>>,
    /// Jobs brought there since a knock is due; 0: none is.
    owed: usize,
    /// The last jobs brought there, by their addresses alone.
    brought: [*const c_void; NEAR],
}

impl Shift {
    pub(super) fn new(pool: Arc<Pool>, me: Handle, deque: Deque<JobPtr>) -> Shift {
        Shift {
            pool,
            me,
            deque,
            spin: Spin::new(),
            gather: Gather::new(),
            short: 0,
            slept_little: false,
            done: 0,
            home: None,
            owed: 0,
            brought: [ptr::null(); NEAR],
        }
    }

    /// Works until there is nothing to do for long, or no place for it.
    pub(super) fn work(&mut self) {
        loop {
            if self.pool.is_overstaffed() && self.hand_in() {
                return;
            }
            let rest = if self.is_one_too_many() {
                self.sleep()
            } else if let Some(job) = self.find() {
                self.run(job);
                continue;
            } else {
                self.rest()
            };
            if rest == Rest::ForGood {
                return;
            }
        }
    }

    fn find(&mut self) -> Option<JobPtr> {
        if let Some(job) = self.deque.pop() {
            return Some(job);
        }
        let pool = &self.pool;
        if pool.manner == Manner::Thrifty && !pool.queue.is_empty() && !self.spin.one_cpu() {
            self.gather.wait(|| pool.idle.calls());
        }
        self.take().or_else(|| self.steal())
    }

    /// From the pool's queue: the next job, and a few more where one worker is
    /// likely to do them all.
    fn take(&self) -> Option<JobPtr> {
        loop {
            let taken = match self.pool.manner {
                Manner::Thrifty => self.pool.queue.steal_batch_and_pop(&self.deque),
                Manner::Eager => self.pool.queue.steal(),
            };
            match taken {
                Steal::Success(job) => {
                    if !self.pool.hoarded.load(Relaxed) && !self.deque.is_empty() {
                        self.pool.hoarded.store(true, Relaxed);
                    }
                    return Some(job);
                }
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    }

    /// From a worker that took more than it gets done.
    fn steal(&self) -> Option<JobPtr> {
        if !self.pool.hoarded.load(Relaxed) || self.pool.threads() < 2 {
            return None;
        }
        self.pool.crew().iter().find_map(Handle::rob)
    }

    fn run(&mut self, job: JobPtr) {
        let job = job.0;
        self.me.begin(self.done);
        // SAFETY: the queue handed the record to this worker alone.
        unsafe {
            worker::run_if_not_cancelled(job);
            self.bring_home(job);
        }
        self.done += 1;
        if self.me.finish(self.done) {
            self.pool.idle.came();
            self.short = 0;
        } else {
            self.short = self.short.saturating_add(1);
        }
    }

    /// Returns the job to its thread, and wakes that if it must be.
    ///
    /// # Safety
    /// The record is this worker's.
    unsafe fn bring_home(&mut self, job: *mut lwt_unix_job) {
        // SAFETY: the record is ours until it is pushed, and its home lives as
        // long as one of its jobs is on its way.
        unsafe {
            let home = (*job).home.cast::<Home>();
            if self
                .home
                .as_ref()
                .is_none_or(|mine| Arc::as_ptr(mine) != home)
            {
                self.settle();
                Arc::increment_strong_count(home);
                self.home = Some(Arc::from_raw(home));
            }
            let Some(home) = &self.home else { return };
            let place = self.done as usize % NEAR;
            (*job).near = std::mem::replace(&mut self.brought[place], job.cast());
            match home.bring(job) {
                Push::First => self.owed = 1,
                Push::Further if self.owed > 0 => self.owed += 1,
                Push::Further => return,
                Push::Closed => return worker::dispose(home, job),
            }
            // Put off, while the thread comes by itself soon, until half of
            // what is queued is done: then it is woken in time to queue more.
            if !home.is_watching() || self.backlog() < self.owed {
                self.settle();
            }
        }
    }

    fn backlog(&self) -> usize {
        self.deque.len() + self.pool.queue.len()
    }

    /// Gives the knock that is due.
    pub(super) fn settle(&mut self) {
        if self.owed > 0
            && let Some(home) = &self.home
        {
            home.knock();
        }
        self.owed = 0;
    }

    fn is_one_too_many(&self) -> bool {
        self.short >= SHORT_ENOUGH
            && self.pool.manner == Manner::Thrifty
            && self.pool.idle.awake() > 1
            && self.deque.is_empty()
    }
}
