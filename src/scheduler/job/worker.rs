//! A worker thread as the others see it, and its start.

use super::blocked;
use super::detached;
use super::finished::Push;
use super::home::Home;
use super::pool::Pool;
use super::record::{self, JobPtr, lwt_unix_job};
use super::shift::Shift;
use super::state::Start;
use crossbeam_deque::{Steal, Stealer, Worker as Deque};
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::thread::{self, Thread};

const RUNNING: u64 = 1;
const HELD_UP: u64 = 2;
const ONE_JOB: u64 = 4;

/// What others see of a worker.
#[repr(align(128))]
struct Worker {
    /// Jobs done, times [`ONE_JOB`], and the two bits above. Written by the
    /// worker; [`HELD_UP`] is set by who watches.
    progress: AtomicU64,
    /// What `progress` was when someone last watched.
    seen: AtomicU64,
    /// How often it has been found in the same job on end.
    found: AtomicU32,
    id: libc::pid_t,
    woken: AtomicBool,
    thread: Thread,
    hoard: Stealer<JobPtr>,
}

/// A reference to a worker; two are equal when it is the same one.
#[derive(Clone)]
pub struct Handle(Arc<Worker>);

/// What a worker did between two looks at it.
pub enum Progress {
    /// Nothing was seen: it has nothing to do, or began a job.
    None,
    /// It finished a job, or more.
    Finished,
    /// It is in the same job, found there so often on end.
    SameJob(u32),
}

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

    /// The worker itself: was it woken since this was last asked?
    pub(super) fn was_woken(&self) -> bool {
        self.0.woken.swap(false, Acquire)
    }

    /// How many jobs it has taken and not begun.
    pub fn hoard(&self) -> usize {
        self.0.hoard.len()
    }

    /// Takes one of those.
    pub(super) fn rob(&self) -> Option<JobPtr> {
        loop {
            match self.0.hoard.steal() {
                Steal::Success(job) => return Some(job),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    }

    /// Does it run a job?
    pub fn is_running(&self) -> bool {
        self.0.progress.load(Relaxed) & RUNNING != 0
    }

    /// Does it run a job in which nobody found it held up?
    pub fn is_busy(&self) -> bool {
        self.0.progress.load(Relaxed) & (RUNNING | HELD_UP) == RUNNING
    }

    /// The worker itself: begins a job, having done so many.
    pub(super) fn begin(&self, done: u64) {
        let running = (done * ONE_JOB) | RUNNING;
        self.0.progress.store(running, Relaxed);
    }

    /// The worker itself: has done so many. True: somebody found it held up
    /// and counted it out.
    #[must_use]
    pub(super) fn finish(&self, done: u64) -> bool {
        self.0.progress.swap(done * ONE_JOB, AcqRel) & HELD_UP != 0
    }

    /// What it did since this was last asked.
    pub fn progress(&self) -> Progress {
        let now = self.0.progress.load(Relaxed);
        let seen = self.0.seen.swap(now, Relaxed);
        if now / ONE_JOB != seen / ONE_JOB {
            self.0.found.store(0, Relaxed);
            Progress::Finished
        } else if now & RUNNING == 0 || seen & RUNNING == 0 {
            self.0.found.store(0, Relaxed);
            Progress::None
        } else {
            Progress::SameJob(1 + self.0.found.fetch_add(1, Relaxed))
        }
    }

    /// Does it wait for something other than a processor?
    pub fn is_blocked(&self) -> bool {
        blocked::is_blocked(self.0.id)
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
        found: AtomicU32::new(0),
        id: blocked::this_thread(),
        woken: AtomicBool::new(false),
        thread: thread::current(),
        hoard: deque.stealer(),
    }));
    pool.crew().push(me.clone());
    let mut shift = Shift::new(pool, me, deque);
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

/// Runs a job, or leaves it unrun if it was cancelled.
///
/// # Safety
/// The job was taken from the queue.
pub(super) unsafe fn run_if_not_cancelled(job: *mut lwt_unix_job) {
    // SAFETY: once it was started, nobody but the worker function touches it.
    unsafe {
        if record::state(job).start() == Start::Run {
            detached::begin(job);
            if let Some(worker) = (*job).worker {
                worker(job);
            }
            detached::end(job);
            record::state(job).finish();
        }
    }
}

/// The thread of the job has ended: nobody will read its result.
///
/// # Safety
/// The record was refused by its home.
pub(super) unsafe fn dispose(home: &Home, job: *mut lwt_unix_job) {
    // SAFETY: so it is the caller's.
    unsafe {
        let _ = record::state(job).hand_over();
        record::discard(job);
    }
    home.orphan_gone();
}
