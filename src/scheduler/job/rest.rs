//! A worker without work: it waits, sleeps, and ends.
//!
//! An idle thread ends after [`IDLE_FOR`]. It sleeps that time in one go: an
//! idle pool wakes no processor. But even one timer for each sleep costs more
//! than a short job, so up to [`ON_CALL`] workers that are woken again and
//! again sleep without one. They stay when no more jobs come.

use super::shift::Shift;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

const IDLE_FOR: Duration = Duration::from_secs(30);
const ON_CALL: usize = 2;
/// A sleep is short if it lasts fewer ticks of the coarse clock.
const SHORT_SLEEP: Duration = Duration::from_millis(10);

/// What comes after a rest.
#[derive(PartialEq, Eq)]
pub(super) enum Rest {
    /// Work.
    Over,
    /// Nothing: the thread ends.
    ForGood,
}

impl Shift {
    /// Nothing was found.
    pub(super) fn rest(&mut self) -> Rest {
        self.settle();
        let pool = &self.pool;
        let heard = pool.idle.calls();
        if !pool.queue.is_empty() {
            return Rest::Over;
        }
        // One waits for the next job; the others had better sleep.
        let waits = pool.spinning.fetch_add(1, Relaxed) == 0;
        let found = waits && self.spin.wait(|| pool.idle.calls() != heard);
        pool.spinning.fetch_sub(1, Relaxed);
        match found {
            true => Rest::Over,
            false => self.sleep(),
        }
    }

    /// Sleeps until it is woken, or is no longer needed.
    pub(super) fn sleep(&mut self) -> Rest {
        self.settle();
        self.home = None;
        self.short = 0;
        let pool = &self.pool;
        let heard = pool.idle.calls();
        if pool.idle.lie_down(self.me.clone())
            && (pool.idle.calls() != heard || !pool.queue.is_empty())
            && pool.idle.rise(&self.me)
        {
            return Rest::Over;
        }
        let since = coarse_now();
        let on_call = self.slept_little && pool.on_call.fetch_add(1, Relaxed) < ON_CALL;
        let rest = match on_call {
            true => self.sleep_on_call(),
            false => self.sleep_at_most(IDLE_FOR),
        };
        if self.slept_little {
            self.pool.on_call.fetch_sub(1, Relaxed);
        }
        self.slept_little = coarse_now().saturating_sub(since) < SHORT_SLEEP;
        rest
    }

    fn sleep_on_call(&self) -> Rest {
        while !self.me.was_woken() {
            if self.pool.is_closed() && self.may_end() {
                return Rest::ForGood;
            }
            thread::park();
        }
        Rest::Over
    }

    fn sleep_at_most(&self, time: Duration) -> Rest {
        let mut since = Instant::now();
        while !self.me.was_woken() {
            let closed = self.pool.is_closed();
            if closed || since.elapsed() >= time {
                if self.may_end() {
                    return Rest::ForGood;
                }
                since = Instant::now();
            }
            if !closed && self.pool.threads() <= self.pool.kept() {
                thread::park();
            } else {
                thread::park_timeout(time.saturating_sub(since.elapsed()));
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

    /// Ends because the pool shall have fewer threads.
    pub(super) fn hand_in(&mut self) -> bool {
        if !self.pool.give_up_thread(self.pool.size()) {
            return false;
        }
        self.settle();
        let _ = self.pool.idle.went();
        true
    }

    /// The last thing a thread does: what it leaves behind finds others.
    pub(super) fn end(&mut self) {
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

/// The time at the last tick: a few nanoseconds to read.
fn coarse_now() -> Duration {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: writes the one structure.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, &mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
