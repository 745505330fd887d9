//! A worker thread: takes jobs, runs them, brings them home, sleeps.

use super::finished::Push;
use super::home::Home;
use super::pool::{Manner, Pool};
use super::record::{self, JobPtr, lwt_unix_job};
use super::spin::Spin;
use super::state::Start;
use crossbeam_deque::{Steal, Stealer, Worker as Deque};
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// An idle thread ends after so long. It sleeps this time in one go: an idle
/// pool wakes no processor.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// After so many jobs on end that held nobody up, a worker that is not alone
/// leaves the queue to the others: more hands do not speed up short system
/// calls, they only fight for the same locks.
const SHORT_ENOUGH: u32 = 32;

const RUNNING: u64 = 1;
const HELD_UP: u64 = 2;
const ONE_JOB: u64 = 4;

/// What others see of a worker.
#[repr(align(128))]
pub struct Worker {
    /// Jobs done, times [`ONE_JOB`], and the two bits above. Written by the
    /// worker; [`HELD_UP`] is set by who watches.
    progress: AtomicU64,
    /// What `progress` was when someone last watched.
    seen: AtomicU64,
    woken: AtomicBool,
    thread: Thread,
    hoard: Stealer<JobPtr>,
}

/// A reference to a worker; two are equal when it is the same one.
#[derive(Clone)]
pub struct Handle(Arc<Worker>);

impl PartialEq for Handle {
    fn eq(&self, other: &Handle) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Handle {
    /// Ends its sleep. To be called by who picked it from the sleepers.
    pub fn wake(&self) {
        self.0.woken.store(true, Release);
        self.0.thread.unpark();
    }

    /// Has it taken jobs that it has not begun?
    pub fn hoards(&self) -> bool {
        !self.0.hoard.is_empty()
    }

    /// Does it run a job?
    pub fn is_running(&self) -> bool {
        self.0.progress.load(Relaxed) & RUNNING != 0
    }

    /// Whether it got on since this was last asked: false if it is still in
    /// the same job.
    pub fn got_on(&self) -> bool {
        let now = self.0.progress.load(Relaxed);
        let seen = self.0.seen.swap(now, Relaxed);
        now & RUNNING == 0 || now & !HELD_UP != seen & !HELD_UP
    }

    /// Marks a worker that does not get on as held up in its job. True: it was
    /// not marked before, so the caller counts it out; it counts itself in
    /// when it comes back.
    #[must_use]
    pub fn mark_held_up(&self) -> bool {
        let now = self.0.seen.load(Relaxed);
        now & (RUNNING | HELD_UP) == RUNNING
            && self
                .0
                .progress
                .compare_exchange(now, now | HELD_UP, AcqRel, Relaxed)
                .is_ok()
    }
}

/// What a worker thread runs; `data` is its pool.
pub extern "C" fn main(data: *mut c_void) -> *mut c_void {
    // SAFETY: the reference that `Pool::start` gave up for this thread.
    let pool = unsafe { Arc::from_raw(data.cast::<Pool>().cast_const()) };
    // SAFETY: a name with its NUL, of less than 16 bytes.
    unsafe { libc::prctl(libc::PR_SET_NAME, c"lwt-worker".as_ptr()) };
    let deque = Deque::new_fifo();
    let me = Handle(Arc::new(Worker {
        progress: AtomicU64::new(0),
        seen: AtomicU64::new(0),
        woken: AtomicBool::new(false),
        thread: thread::current(),
        hoard: deque.stealer(),
    }));
    pool.crew().push(me.clone());
    let mut shift = Shift {
        pool,
        me,
        deque,
        done: 0,
        short: 0,
        spin: Spin::new(),
        home: None,
        owed: 0,
    };
    shift.work();
    shift.end();
    ptr::null_mut()
}

/// Runs a job from the queue on the calling thread, which is no worker.
///
/// # Safety
/// The job was taken from the queue.
pub unsafe fn run_in_place(job: JobPtr) {
    let job = job.0;
    // SAFETY: the queue handed the record to this thread alone; its home lives
    // as long as it is on its way.
    unsafe {
        let home = (*job).home.cast::<Home>();
        Arc::increment_strong_count(home);
        let home = Arc::from_raw(home);
        run_if_not_cancelled(job);
        match home.bring(job) {
            Push::First => home.knock(),
            Push::Further => {}
            Push::Closed => dispose(&home, job),
        }
    }
}

/// # Safety
/// The job was taken from the queue.
unsafe fn run_if_not_cancelled(job: *mut lwt_unix_job) {
    // SAFETY: once it was started, nobody but the worker function touches it.
    unsafe {
        if record::state(job).start() == Start::Run {
            if let Some(worker) = (*job).worker {
                worker(job);
            }
            record::state(job).finish();
        }
    }
}

/// The thread of the job has ended: nobody will read its result.
///
/// # Safety
/// The record was refused by its home.
unsafe fn dispose(home: &Home, job: *mut lwt_unix_job) {
    // SAFETY: so it is the caller's.
    unsafe {
        let _ = record::state(job).hand_over();
        record::discard(job);
    }
    home.orphan_gone();
}

/// The worker's own side.
struct Shift {
    pool: Arc<Pool>,
    me: Handle,
    /// Jobs taken from the queue in one go; others may steal them.
    deque: Deque<JobPtr>,
    done: u64,
    /// Jobs on end in which nobody found this worker held up.
    short: u32,
    spin: Spin,
    /// Whom it served last.
    home: Option<Arc<Home>>,
    /// Jobs brought there since a knock is due; 0: none is.
    owed: usize,
}

enum Rest {
    Over,
    GoHome,
}

impl Shift {
    fn work(&mut self) {
        loop {
            if self.pool.is_overstaffed() && self.hand_in() {
                return;
            }
            let rest = if self.is_one_too_many() {
                self.sleep()
            } else {
                match self.find() {
                    Some(job) => {
                        self.run(job);
                        continue;
                    }
                    None => self.rest(),
                }
            };
            if matches!(rest, Rest::GoHome) {
                return;
            }
        }
    }

    fn find(&self) -> Option<JobPtr> {
        self.deque
            .pop()
            .or_else(|| self.take())
            .or_else(|| self.steal())
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
        self.pool.crew().iter().find_map(|other| {
            loop {
                match other.0.hoard.steal() {
                    Steal::Success(job) => return Some(job),
                    Steal::Empty => return None,
                    Steal::Retry => {}
                }
            }
        })
    }

    fn run(&mut self, job: JobPtr) {
        let job = job.0;
        let running = (self.done * ONE_JOB) | RUNNING;
        self.me.0.progress.store(running, Relaxed);
        // SAFETY: the queue handed the record to this worker alone.
        unsafe {
            run_if_not_cancelled(job);
            self.bring_home(job);
        }
        self.done += 1;
        let was = self.me.0.progress.swap(self.done * ONE_JOB, AcqRel);
        if was & HELD_UP != 0 {
            self.pool.idle.came();
            self.short = 0;
        } else {
            self.short = self.short.saturating_add(1);
        }
    }

    /// Returns the job to its thread, and wakes that if it must be.
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
            match home.bring(job) {
                Push::First => self.owed = 1,
                Push::Further if self.owed > 0 => self.owed += 1,
                Push::Further => return,
                Push::Closed => return dispose(home, job),
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
    fn settle(&mut self) {
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

    fn rest(&mut self) -> Rest {
        self.settle();
        // One waits for the next job; the others had better sleep.
        let pool = &self.pool;
        let waits = pool.spinning.fetch_add(1, Relaxed) == 0;
        let found = waits && self.spin.wait(|| !pool.queue.is_empty());
        pool.spinning.fetch_sub(1, Relaxed);
        if found { Rest::Over } else { self.sleep() }
    }

    fn sleep(&mut self) -> Rest {
        self.settle();
        self.home = None;
        self.short = 0;
        let pool = &self.pool;
        let alone = pool.idle.lie_down(self.me.clone());
        if alone && !pool.queue.is_empty() && pool.idle.rise(&self.me) {
            return Rest::Over;
        }
        let mut since = Instant::now();
        while !self.me.0.woken.swap(false, Acquire) {
            let closed = pool.is_closed();
            if closed || since.elapsed() >= IDLE_FOR {
                if self.may_end() {
                    return Rest::GoHome;
                }
                since = Instant::now();
            }
            if !closed && pool.threads() <= pool.kept() {
                thread::park();
            } else {
                thread::park_timeout(IDLE_FOR.saturating_sub(since.elapsed()));
            }
        }
        Rest::Over
    }

    /// Ends after an idle time, unless it is to stay, or was just picked.
    fn may_end(&self) -> bool {
        if !self.pool.give_up_thread(self.pool.kept()) {
            return false;
        }
        if self.pool.idle.leave(&self.me) {
            return true;
        }
        self.pool.keep_thread();
        false
    }

    /// Ends because the pool shall have fewer threads, or none.
    fn hand_in(&mut self) -> bool {
        if !self.pool.give_up_thread(self.pool.size()) {
            return false;
        }
        self.settle();
        let _ = self.pool.idle.went();
        true
    }

    /// The last thing a thread does: what it leaves behind finds others.
    fn end(&mut self) {
        self.settle();
        while let Some(job) = self.deque.pop() {
            self.pool.queue.push(job);
        }
        self.pool.crew().retain(|worker| *worker != self.me);
        if self.pool.idle.nobody_awake() && self.pool.has_queued() {
            self.pool.wake(1);
        }
    }
}
