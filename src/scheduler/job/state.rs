//! Every transition of a job's state, and nothing else.
//!
//! ```text
//!            submit        start          finish        hand_over
//!   READY ----------> QUEUED ----> RUNNING ------> DONE ---------> SPENT
//!     |                 |                                            ^
//!     |                 +--------> CANCELED -------------------------+
//!     |                   cancel             hand_over               |
//!     +------------------------- run_here ---------------------------+
//! ```
//!
//! The thread that submits does `submit`, `cancel`, `hand_over`; a worker does
//! `start` and `finish`. `start` and `cancel` race for a queued job, and one
//! of them wins: that is all that makes "exactly one of the result function
//! and the cancel hook" true. The state carries no data from thread to thread
//! (the queue and the list of finished jobs do), so Relaxed is enough but where
//! said otherwise.

use crate::scheduler::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Tells a record that was readied from memory that never was.
const MARK: u32 = 0x6a6f_6200;
const READY: u32 = MARK | 1;
const QUEUED: u32 = MARK | 2;
const RUNNING: u32 = MARK | 3;
const DONE: u32 = MARK | 4;
const CANCELED: u32 = MARK | 5;
const SPENT: u32 = MARK | 6;

/// The state of one job.
#[repr(transparent)]
pub struct JobState(AtomicU32);

/// Why a job was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum NotReady {
    /// `lwt_unix_alloc_job` never saw it.
    NeverReadied,
    /// It was submitted before.
    SubmittedBefore,
}

/// What a worker does with a job from the queue.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// Runs it.
    Run,
    /// Sends it back unrun.
    Canceled,
}

/// How far a job was when it was cancelled.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Cancel {
    /// It will never run.
    Withdrawn,
    /// It was cancelled before.
    Already,
    /// Its worker runs.
    Running,
    /// Its worker has run.
    Ended,
}

/// What is due for a job that came back.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    /// The worker ran: call the result function.
    Result,
    /// It did not: call the cancel hook.
    Hook,
}

impl JobState {
    /// A state outside a record, for the models.
    #[cfg(test)]
    pub fn new() -> JobState {
        JobState(AtomicU32::new(READY))
    }

    /// A new life for a record.
    pub fn ready(&self) {
        self.0.store(READY, Relaxed);
    }

    /// Was it readied, and not submitted since?
    pub fn is_ready(&self) -> bool {
        self.0.load(Relaxed) == READY
    }

    /// For dumps: how far it is.
    pub fn word(&self) -> &'static str {
        match self.0.load(Relaxed) {
            QUEUED => "queued",
            RUNNING => "running",
            DONE => "done, its result is on its way",
            CANCELED => "cancelled",
            _ => "over",
        }
    }

    fn leave_ready(&self, next: u32) -> Result<(), NotReady> {
        match self.0.compare_exchange(READY, next, Relaxed, Relaxed) {
            Ok(_) => Ok(()),
            Err(was) if was & 0xffff_ff00 == MARK => Err(NotReady::SubmittedBefore),
            Err(_) => Err(NotReady::NeverReadied),
        }
    }

    /// The library takes the job over, to queue it.
    pub fn submit(&self) -> Result<(), NotReady> {
        self.leave_ready(QUEUED)
    }

    /// The library takes the job over, and hands it back in the same breath:
    /// it runs, or is refused, inside the call.
    pub fn run_here(&self) -> Result<(), NotReady> {
        self.leave_ready(SPENT)
    }

    /// A worker took the job from the queue.
    pub fn start(&self) -> Start {
        match self.0.compare_exchange(QUEUED, RUNNING, Relaxed, Relaxed) {
            Ok(_) => Start::Run,
            Err(_) => Start::Canceled,
        }
    }

    /// The worker function has returned.
    pub fn finish(&self) {
        self.0.store(DONE, Relaxed);
    }

    /// The promise is cancelled, or given up.
    pub fn cancel(&self) -> Cancel {
        match self.0.compare_exchange(QUEUED, CANCELED, Relaxed, Relaxed) {
            Ok(_) => Cancel::Withdrawn,
            Err(CANCELED) => Cancel::Already,
            Err(RUNNING) => Cancel::Running,
            Err(_) => Cancel::Ended,
        }
    }

    /// The job came back through the list of finished jobs (whose Acquire makes
    /// this exact): it is the user's again.
    pub fn hand_over(&self) -> Due {
        let was = self.0.load(Relaxed);
        self.0.store(SPENT, Relaxed);
        if was == DONE { Due::Result } else { Due::Hook }
    }

    /// The record is about to be freed. False: the library still holds it.
    #[must_use]
    pub fn forget(&self) -> bool {
        let was = self.0.load(Relaxed);
        let ours = matches!(was, QUEUED | RUNNING | DONE | CANCELED);
        if !ours {
            self.0.store(0, Relaxed);
        }
        !ours
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_accepted_once() {
        let state = JobState::new();
        assert_eq!(state.submit(), Ok(()));
        assert_eq!(state.submit(), Err(NotReady::SubmittedBefore));
        assert_eq!(state.run_here(), Err(NotReady::SubmittedBefore));
    }

    #[test]
    fn a_record_that_was_never_readied_is_not_accepted() {
        let state = JobState(AtomicU32::new(0xdead_beef));
        assert_eq!(state.submit(), Err(NotReady::NeverReadied));
    }

    #[test]
    fn a_job_cancelled_while_queued_never_starts() {
        let state = JobState::new();
        state.submit().unwrap();
        assert_eq!(state.cancel(), Cancel::Withdrawn);
        assert_eq!(state.start(), Start::Canceled);
        assert_eq!(state.hand_over(), Due::Hook);
    }

    #[test]
    fn a_job_cancelled_while_it_runs_still_has_its_result_read() {
        let state = JobState::new();
        state.submit().unwrap();
        assert_eq!(state.start(), Start::Run);
        assert_eq!(state.cancel(), Cancel::Running);
        state.finish();
        assert_eq!(state.cancel(), Cancel::Ended);
        assert_eq!(state.hand_over(), Due::Result);
    }

    #[test]
    fn a_record_the_library_holds_is_not_freed() {
        let state = JobState::new();
        state.submit().unwrap();
        assert!(!state.forget());
        let _ = state.start();
        assert!(!state.forget());
        state.finish();
        assert!(!state.forget());
        let _ = state.hand_over();
        assert!(state.forget());
        assert_eq!(state.submit(), Err(NotReady::NeverReadied));
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::super::finished::{Finished, Node, Push};
    use super::*;
    use loom::cell::UnsafeCell;
    use loom::sync::Arc;
    use loom::thread;
    use std::ptr;

    struct Job {
        state: JobState,
        next: UnsafeCell<*mut Job>,
        /// What the worker function writes, and the result function reads.
        outcome: UnsafeCell<u32>,
    }

    impl Node for Job {
        unsafe fn next(this: *mut Self) -> *mut Self {
            // SAFETY: the caller's node.
            unsafe { (*this).next.with(|next| *next) }
        }
        unsafe fn set_next(this: *mut Self, next: *mut Self) {
            // SAFETY: the caller's node.
            unsafe { (*this).next.with_mut(|to| *to = next) }
        }
    }

    // What worker.rs does with a job from the queue.
    fn work(job: *mut Job, finished: &Finished<Job>) {
        // SAFETY: the job is the worker's until it is pushed.
        unsafe {
            if (*job).state.start() == Start::Run {
                (*job).outcome.with_mut(|outcome| *outcome = 7);
                (*job).state.finish();
            }
            assert_ne!(finished.push(job), Push::Closed);
        }
    }

    #[test]
    fn loom_a_cancelled_job_has_its_result_read_or_its_hook_called_and_never_both() {
        loom::model(|| {
            let job = Box::into_raw(Box::new(Job {
                state: JobState::new(),
                next: UnsafeCell::new(ptr::null_mut()),
                outcome: UnsafeCell::new(0),
            }));
            let shared = job as usize;
            let finished = Arc::new(Finished::new());
            // SAFETY: ours until it is queued, that is until the spawn.
            unsafe { (*job).state.submit().unwrap() };
            let worker = {
                let finished = finished.clone();
                thread::spawn(move || work(shared as *mut Job, &finished))
            };
            // SAFETY: nobody frees it before it came back.
            let withdrawn = unsafe { (*job).state.cancel() } == Cancel::Withdrawn;
            let mut back = finished.take();
            if back.is_null() {
                worker.join().unwrap();
                back = finished.take();
            }
            assert_eq!(back, job);
            // SAFETY: it came back.
            unsafe {
                let due = (*job).state.hand_over();
                assert_eq!(due == Due::Hook, withdrawn);
                (*job).outcome.with(|outcome| {
                    assert_eq!(*outcome, if due == Due::Result { 7 } else { 0 });
                });
                drop(Box::from_raw(job));
            }
        });
    }
}
