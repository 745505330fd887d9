//! A pool of worker threads: its queue, its threads, its bounds.
//!
//! Jobs wait in one queue (crossbeam's injector), first in, first out. Threads
//! are started when jobs need them, up to the pool's size, and end when they
//! were idle for long. How many work is decided in [`super::watch`].

use super::idle::Idle;
use super::launch;
use super::lookout::Lookout;
use super::record::{JobPtr, lwt_unix_job};
use super::watch::Watch;
use super::worker::{self, Handle};
use crossbeam_deque::Injector;
use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::sync::{Arc, Mutex, MutexGuard};

/// As many threads as a pool may have.
pub const LARGEST: usize = 65_536;

/// How eagerly a pool uses its threads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// One worker drains the queue as long as that gets on; others are woken
    /// when it does not. For short system calls.
    Thrifty,
    /// Each job wakes an idle worker or starts one. For computations.
    Eager,
}

/// A pool.
pub struct Pool {
    pub(super) name: String,
    pub(super) manner: Manner,
    pub(super) queue: Injector<JobPtr>,
    pub(super) idle: Idle<Handle>,
    /// Has a worker ever taken more than it could run at once, so that others
    /// may steal from it?
    pub(super) hoarded: AtomicBool,
    pub(super) spinning: AtomicUsize,
    /// Sleepers who were woken a moment ago.
    pub(super) on_call: AtomicUsize,
    pub(super) watch: Mutex<Watch>,
    pub(super) lookout: Lookout,
    /// All workers there are.
    pub(super) crew: Mutex<Vec<Handle>>,
    threads: AtomicUsize,
    least: AtomicUsize,
    most: AtomicUsize,
    closed: AtomicBool,
    #[cfg(test)]
    pub(super) no_threads: AtomicBool,
}

impl Pool {
    /// A pool without threads, which may have `least` to `most`.
    pub fn new(name: String, manner: Manner, least: usize, most: usize) -> Arc<Pool> {
        Arc::new(Pool {
            name,
            manner,
            queue: Injector::new(),
            idle: Idle::new(),
            hoarded: AtomicBool::new(false),
            spinning: AtomicUsize::new(0),
            on_call: AtomicUsize::new(0),
            watch: Mutex::new(Watch::new()),
            lookout: Lookout::new(),
            crew: Mutex::new(Vec::new()),
            threads: AtomicUsize::new(0),
            least: AtomicUsize::new(least),
            most: AtomicUsize::new(most),
            closed: AtomicBool::new(false),
            #[cfg(test)]
            no_threads: AtomicBool::new(false),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Queues a job whose state says so. True: a worker must be woken for it.
    #[must_use]
    pub fn queue(&self, job: *mut lwt_unix_job) -> bool {
        self.queue.push(JobPtr(job));
        let nobody = self.idle.call();
        nobody || (self.manner == Manner::Eager && self.spinning.load(Relaxed) == 0)
    }

    /// Queues a job, and sees to it that a worker will take it.
    #[cfg(test)]
    pub fn submit(self: &Arc<Pool>, job: *mut lwt_unix_job) {
        if self.queue(job) {
            self.wake(1);
        }
    }

    /// Wakes a worker for jobs that were queued without.
    pub fn wake_if_asleep(self: &Arc<Pool>) {
        if self.idle.nobody_awake() && !self.queue.is_empty() {
            self.wake(1);
        }
    }

    /// Wakes up to `n` workers, or starts them. Returns how many.
    pub fn wake(self: &Arc<Pool>, n: usize) -> usize {
        for woken in 0..n {
            if let Some(worker) = self.idle.pick() {
                worker.wake();
            } else if !self.start() {
                return woken;
            }
        }
        n
    }

    /// Starts a thread if there may be one more.
    pub(super) fn start(self: &Arc<Pool>) -> bool {
        let most = self.most.load(Relaxed);
        let one_more = |threads| (threads < most).then_some(threads + 1);
        if self
            .threads
            .fetch_update(AcqRel, Relaxed, one_more)
            .is_err()
        {
            return false;
        }
        self.idle.came();
        #[cfg(test)]
        let refused = self.no_threads.load(Relaxed);
        #[cfg(not(test))]
        let refused = false;
        let pool = Arc::into_raw(self.clone());
        // SAFETY: the thread takes over the reference; where none was started
        // it is still ours.
        unsafe {
            if !refused && launch::deaf(worker::main, pool.cast_mut().cast()).is_ok() {
                return true;
            }
            drop(Arc::from_raw(pool));
        }
        self.threads.fetch_sub(1, AcqRel);
        // What is queued waits for the threads there are; where there are none
        // the main loop notices before it sleeps.
        let _ = self.idle.went();
        false
    }

    /// Is anything queued that no worker has begun?
    pub fn has_queued(&self) -> bool {
        !self.queue.is_empty() || self.is_hoarding()
    }

    /// How many jobs no worker has begun.
    pub(super) fn queued(&self) -> usize {
        let hoarded = match self.hoarded.load(Relaxed) {
            true => self.crew().iter().map(|worker| worker.hoard()).sum(),
            false => 0,
        };
        self.queue.len() + hoarded
    }

    /// Has a worker taken jobs that it has not begun?
    pub(super) fn is_hoarding(&self) -> bool {
        self.hoarded.load(Relaxed) && self.crew().iter().any(|worker| worker.hoard() > 0)
    }

    /// Takes a job for a thread that is not a worker of this pool.
    pub fn take_one(&self) -> Option<JobPtr> {
        loop {
            match self.queue.steal() {
                crossbeam_deque::Steal::Success(job) => return Some(job),
                crossbeam_deque::Steal::Empty => return None,
                crossbeam_deque::Steal::Retry => {}
            }
        }
    }

    /// One thread less, if there are more than `wanted`. True: the calling
    /// worker is to end.
    pub(super) fn give_up_thread(&self, wanted: usize) -> bool {
        let one_less = |threads| (threads > wanted).then(|| threads - 1);
        self.threads.fetch_update(AcqRel, Relaxed, one_less).is_ok()
    }

    /// Takes back the last [`Pool::give_up_thread`].
    pub(super) fn keep_thread(&self) {
        self.threads.fetch_add(1, AcqRel);
    }

    /// How many threads it keeps when there is nothing to do.
    pub(super) fn kept(&self) -> usize {
        if self.closed.load(Acquire) {
            0
        } else {
            self.least.load(Relaxed)
        }
    }

    /// Are there more threads than there may be?
    pub(super) fn is_overstaffed(&self) -> bool {
        self.threads() > self.size()
    }

    /// How many threads there may be.
    pub fn size(&self) -> usize {
        self.most.load(Relaxed)
    }

    /// How few threads it keeps.
    pub fn least(&self) -> usize {
        self.least.load(Relaxed)
    }

    /// Sets how many threads there may be, and how few are kept: the missing
    /// ones are started now, those too many end when they are free.
    pub fn set_size(self: &Arc<Pool>, least: usize, most: usize) {
        self.most.store(most, Relaxed);
        self.least.store(least, Relaxed);
        while self.threads() < least && self.start() {}
        self.wake_sleepers(self.threads().saturating_sub(most));
    }

    /// No more jobs will come: the threads end when the queue is empty.
    pub fn close(&self) {
        self.closed.store(true, Release);
        self.lookout.dismiss();
        self.wake_sleepers(usize::MAX);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Acquire)
    }

    fn wake_sleepers(&self, n: usize) {
        for _ in 0..n {
            match self.idle.pick() {
                Some(worker) => worker.wake(),
                None => return,
            }
        }
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        self.threads.load(Relaxed)
    }

    /// How many of them have nothing to do.
    pub fn waiting(&self) -> usize {
        self.idle.sleeping() + self.spinning.load(Relaxed)
    }

    /// How many run a job.
    pub fn busy(&self) -> usize {
        self.crew()
            .iter()
            .filter(|worker| worker.is_running())
            .count()
    }

    /// How many of them run a job, and are not counted out for that.
    pub(super) fn busy_and_awake(&self) -> usize {
        let crew = self.crew();
        crew.iter().filter(|worker| worker.is_busy()).count()
    }

    pub(super) fn crew(&self) -> MutexGuard<'_, Vec<Handle>> {
        self.crew.lock().unwrap_or_else(|e| e.into_inner())
    }
}
