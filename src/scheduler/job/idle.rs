//! Who of a pool's workers is awake, and who sleeps: the rule that no job is
//! left behind.
//!
//! A submitter queues its job, counts it in `calls`, then looks at `awake`; only
//! when nobody is awake must it wake one. A worker that finds the queue empty
//! counts itself out of `awake`, then looks at `calls` again before it sleeps.
//! All four are SeqCst, so that at least one of them sees the other (the pattern
//! of Dekker): either the submitter sees nobody awake, or the worker sees the
//! call. Counting is cheaper than the fence that would do the same.
//!
//! `awake` counts the workers that will look at the queue soon. One that is
//! known to be held up in a long job is counted out by [`super::watch`], and
//! counts itself in again when it comes back.
//!
//! Sleepers are a stack under a lock: the one whose cache is warm is woken
//! first, and the others sleep long enough to end. The lock is taken by who
//! falls asleep or wakes another, never on the way of a job from thread to
//! thread.

use crate::scheduler::sync::{
    Mutex, MutexGuard,
    atomic::{
        AtomicUsize,
        Ordering::{Relaxed, SeqCst},
    },
};

#[repr(align(128))]
struct Apart<T>(T);

/// The bookkeeping of one pool. `W` names a worker.
pub struct Idle<W> {
    /// Jobs ever queued. On a line of its own: written at each submission, and
    /// watched by a worker that waits.
    calls: Apart<AtomicUsize>,
    awake: AtomicUsize,
    sleepers: AtomicUsize,
    stack: Mutex<Vec<W>>,
}

impl<W: PartialEq> Idle<W> {
    /// Nobody is there yet.
    pub fn new() -> Idle<W> {
        Idle {
            calls: Apart(AtomicUsize::new(0)),
            awake: AtomicUsize::new(0),
            sleepers: AtomicUsize::new(0),
            stack: Mutex::new(Vec::new()),
        }
    }

    fn stack(&self) -> MutexGuard<'_, Vec<W>> {
        self.stack.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// After a job was queued: counts it. True: nobody is awake to take it.
    #[inline]
    #[must_use]
    pub fn call(&self) -> bool {
        self.calls.0.fetch_add(1, SeqCst);
        for_loom();
        // Whoever counted itself out is on the stack already: that is why.
        self.awake.load(SeqCst) == 0
    }

    /// How many calls there were. A worker asks before it looks at the queue
    /// for the last time, and again before it sleeps.
    #[inline]
    pub fn calls(&self) -> usize {
        self.calls.0.load(SeqCst)
    }

    /// Is nobody awake?
    pub fn nobody_awake(&self) -> bool {
        self.awake.load(SeqCst) == 0
    }

    /// How many will look at the queue soon.
    pub fn awake(&self) -> usize {
        self.awake.load(Relaxed)
    }

    /// How many sleep.
    pub fn sleeping(&self) -> usize {
        self.sleepers.load(Relaxed)
    }

    /// A worker is there that was not: it was started, or came back from a
    /// long job. Called before it looks at the queue.
    pub fn came(&self) {
        self.awake.fetch_add(1, SeqCst);
    }

    /// A worker is gone, or held up in a long job. True: nobody is awake now,
    /// so the caller must look at the queue again.
    #[must_use]
    pub fn went(&self) -> bool {
        let last = self.awake.fetch_sub(1, SeqCst) == 1;
        for_loom();
        last
    }

    /// `me` is about to sleep. True: nobody else is awake, so `me` must look
    /// at the calls again; if there were more it calls [`Idle::rise`].
    #[must_use]
    pub fn lie_down(&self, me: W) -> bool {
        let mut stack = self.stack();
        stack.push(me);
        self.sleepers.store(stack.len(), Relaxed);
        // Inside the lock, so that who pops `me` finds it counted out.
        self.went()
    }

    /// Takes the last one who lay down off the stack, and counts it in. The
    /// caller then wakes it.
    pub fn pick(&self) -> Option<W> {
        if self.sleepers.load(Relaxed) == 0 {
            // A worker that lies down just now looks at the queue again.
            return None;
        }
        let mut stack = self.stack();
        let worker = stack.pop()?;
        self.sleepers.store(stack.len(), Relaxed);
        self.came();
        Some(worker)
    }

    /// `me` takes itself off the stack and is awake. False: another picked
    /// it, and wakes it.
    #[must_use]
    pub fn rise(&self, me: &W) -> bool {
        let risen = self.leave(me);
        if risen {
            self.came();
        }
        risen
    }

    /// `me` takes itself off the stack for good, not counted in. False:
    /// another picked it, and wakes it.
    #[must_use]
    pub fn leave(&self, me: &W) -> bool {
        let mut stack = self.stack();
        let place = stack.iter().position(|worker| worker == me);
        if let Some(place) = place {
            stack.remove(place);
            self.sleepers.store(stack.len(), Relaxed);
        }
        place.is_some()
    }
}

/// Loom takes SeqCst accesses for weaker ones than they are; it knows fences.
#[inline]
fn for_loom() {
    #[cfg(loom)]
    crate::scheduler::sync::atomic::fence(SeqCst);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_last_who_lay_down_is_woken_first() {
        let idle = Idle::new();
        for worker in [1, 2, 3] {
            idle.came();
            assert!(idle.lie_down(worker));
        }
        assert!(idle.nobody_awake());
        assert_eq!(idle.pick(), Some(3));
        assert_eq!(idle.pick(), Some(2));
        assert_eq!((idle.awake(), idle.sleeping()), (2, 1));
    }

    #[test]
    fn who_left_is_not_picked() {
        let idle = Idle::new();
        for worker in [1, 2] {
            idle.came();
            let _ = idle.lie_down(worker);
        }
        assert!(idle.leave(&2));
        assert!(!idle.leave(&2));
        assert_eq!(idle.pick(), Some(1));
        assert!(!idle.rise(&1));
        assert_eq!(idle.pick(), None);
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::{
        Arc, Condvar,
        atomic::Ordering::{Acquire, Release},
    };
    use loom::thread;

    struct Pool {
        idle: Idle<usize>,
        queued: AtomicUsize,
        woken: Mutex<bool>,
        wake: Condvar,
    }

    // The one worker is the only one who takes.
    fn take(pool: &Pool) -> bool {
        let some = pool.queued.load(Acquire) > 0;
        if some {
            pool.queued.fetch_sub(1, Relaxed);
        }
        some
    }

    // What worker.rs does, with a condition for the sleep. If the wake-up could
    // be lost, the worker would sleep for ever: loom reports it.
    fn work(pool: &Pool, jobs: usize) {
        let mut done = 0;
        while done < jobs {
            let heard = pool.idle.calls();
            if take(pool) {
                done += 1;
                continue;
            }
            if pool.idle.lie_down(0) && pool.idle.calls() != heard && pool.idle.rise(&0) {
                continue;
            }
            let mut woken = pool.woken.lock().unwrap();
            while !*woken {
                woken = pool.wake.wait(woken).unwrap();
            }
            *woken = false;
        }
    }

    fn submit(pool: &Pool) {
        pool.queued.fetch_add(1, Release);
        if pool.idle.call() && pool.idle.pick().is_some() {
            *pool.woken.lock().unwrap() = true;
            pool.wake.notify_one();
        }
    }

    #[test]
    fn loom_a_job_is_never_left_with_all_workers_asleep() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let pool = Arc::new(Pool {
                idle: Idle::new(),
                queued: AtomicUsize::new(0),
                woken: Mutex::new(false),
                wake: Condvar::new(),
            });
            pool.idle.came();
            let worker = {
                let pool = pool.clone();
                thread::spawn(move || work(&pool, 2))
            };
            submit(&pool);
            submit(&pool);
            worker.join().unwrap();
        });
    }
}
