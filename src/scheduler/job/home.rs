//! Where the jobs of one thread return to: what the workers and that thread
//! share.
//!
//! **Waking.** A worker that pushes to an empty list knocks at the thread's
//! door. It may put the knock off while more jobs are queued, so that one
//! wake-up serves a batch, but only while the thread *watches*: while it comes
//! back within a tick (see [`super::watch`]) whatever happens. The worker
//! pushes, then reads `watching`; the thread clears `watching`, then looks at
//! the list. All four are SeqCst, so that at least one sees the other: no
//! result is left behind with the thread asleep for good.
//!
//! **Lifetime.** A job on its way refers to its home by a plain pointer. The
//! thread keeps the home until all its jobs came back. When the thread ends
//! before that, the jobs still out there are counted as orphans, who hold one
//! reference together; the last one gives it up. A worker keeps a reference
//! of its own to the home it serves, as it touches it after its push, when the
//! thread may be gone already.

use super::finished::{Finished, Node, Push};
use super::record::lwt_unix_job;
use crate::scheduler::door::Door;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, SeqCst},
};

impl Node for lwt_unix_job {
    unsafe fn next(this: *mut Self) -> *mut Self {
        // SAFETY: the caller's record.
        unsafe { (*this).next }
    }
    unsafe fn set_next(this: *mut Self, next: *mut Self) {
        // SAFETY: the caller's record.
        unsafe { (*this).next = next }
    }
    unsafe fn near(this: *mut Self) -> *const std::ffi::c_void {
        // SAFETY: the caller's record.
        unsafe { (*this).near }
    }
}

/// Keeps what workers write apart from what they only read.
#[repr(align(128))]
struct Apart<T>(T);

/// The home of the jobs of one thread.
pub struct Home {
    finished: Apart<Finished<lwt_unix_job>>,
    watching: AtomicBool,
    orphans: AtomicUsize,
    door: Arc<Door>,
}

impl Home {
    /// The home behind a thread's door.
    pub fn new(door: Arc<Door>) -> Arc<Home> {
        Arc::new(Home {
            finished: Apart(Finished::new()),
            watching: AtomicBool::new(false),
            orphans: AtomicUsize::new(0),
            door,
        })
    }

    /// A worker returns a job.
    ///
    /// # Safety
    /// The record is the worker's, its worker function has returned or never
    /// runs; unless the list is closed it is gone afterwards.
    pub unsafe fn bring(&self, job: *mut lwt_unix_job) -> Push {
        // SAFETY: as this function asks for.
        unsafe { self.finished.0.push(job) }
    }

    /// Wakes the thread.
    pub fn knock(&self) {
        self.door.knock();
    }

    /// Will the thread look at the list within a tick, without a knock?
    pub fn is_watching(&self) -> bool {
        self.watching.load(SeqCst)
    }

    /// Is there something to take?
    #[inline]
    pub fn has_finished(&self) -> bool {
        !self.finished.0.is_empty()
    }

    /// The thread promises to come back within a tick. To be told before it
    /// sleeps.
    pub fn watch(&self) {
        if !self.watching.load(SeqCst) {
            self.watching.store(true, SeqCst);
        }
    }

    /// The thread will sleep until it hears a knock. True: it must not, as
    /// something has finished meanwhile.
    #[must_use]
    pub fn stop_watching(&self) -> bool {
        if self.watching.load(SeqCst) {
            self.watching.store(false, SeqCst);
        }
        !self.finished.0.is_empty_now()
    }

    /// Takes what has finished, in order, linked by `next`.
    pub fn take(&self) -> *mut lwt_unix_job {
        self.finished.0.take()
    }

    /// The thread ends; `out` jobs are on their way or back already. Returns
    /// those that are back. The others stay with the workers.
    pub fn close(self: Arc<Home>, out: usize) -> *mut lwt_unix_job {
        // First the count, then the door: an orphan may be brought at once.
        self.orphans.store(out, SeqCst);
        let orphans = Arc::into_raw(self);
        // SAFETY: the reference just given up; the orphans hold it.
        let home = unsafe { &*orphans };
        let back = home.finished.0.close();
        let mut job = back;
        let mut came = 0;
        while !job.is_null() {
            came += 1;
            // SAFETY: taken from the list.
            job = unsafe { (*job).next };
        }
        if came == out {
            // SAFETY: no orphan is left to give up the reference.
            unsafe { drop(Arc::from_raw(orphans)) };
        } else {
            home.less(came);
        }
        back
    }

    /// An orphan was disposed of by the worker who had it.
    pub fn orphan_gone(&self) {
        self.less(1);
    }

    fn less(&self, n: usize) {
        if n > 0 && self.orphans.fetch_sub(n, AcqRel) == n {
            // SAFETY: the orphans' reference, given up by the last of them;
            // the caller has one of its own.
            unsafe { Arc::decrement_strong_count(self) };
        }
    }
}
