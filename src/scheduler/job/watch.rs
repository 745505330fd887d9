//! How many workers a pool uses: the least with which it gets on.
//!
//! Most jobs are short system calls: one worker does them as fast as the main
//! loop submits them, and a second one would only fight with the first for the
//! locks of the kernel. So a job wakes a worker only when none is awake. That
//! is not enough where a job blocks: then what is queued behind it is stuck.
//! Whoever submits, and the main loop before it sleeps, therefore looks from
//! time to time whether the pool gets on:
//!
//! * A worker that is in the same job as a tick ago, and blocked there, is *held
//!   up*. So is one that computes while another processor has no worker to run:
//!   if it is still there a tick later, as a short job may just have been robbed
//!   of its processor; and any one after some more ticks. It no longer counts as awake, so that the
//!   next job that is submitted wakes another at once, until it comes back.
//! * When all workers are held up and jobs are queued, others are woken or
//!   started: one, and at each following tick twice as many, so that a
//!   thousand blocking jobs run after ten ticks.
//!
//! While jobs are queued the main loop sleeps no longer than a tick. Where no
//! further thread may be started, or nothing is queued, it sleeps as long as
//! it likes.

use super::pool::Pool;
use super::spin::processors;
use super::worker::Progress;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a worker may be in one job before others are woken for the rest.
pub const TICK: Duration = Duration::from_micros(50);

/// In how many looks a worker that is not blocked may be found in one job.
const LONG_RUN: u32 = 20;

/// The same while fewer workers run than there are processors.
const SPARE_RUN: u32 = 2;

/// What was found at the last look.
pub struct Watch {
    last: Option<Instant>,
    /// How many to wake next.
    growth: usize,
}

/// What the main loop must know.
#[derive(Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Nothing is queued.
    Drained,
    /// Look again after this time.
    LookAgain(Duration),
    /// All threads that may be are busy: nothing can be done.
    Full,
    /// There is no thread, and none can be started.
    NoThread,
}

impl Watch {
    /// Nothing found yet.
    pub fn new() -> Watch {
        Watch {
            last: None,
            growth: 1,
        }
    }
}

impl Pool {
    /// Looks whether the pool gets on, at least `patience` after the last
    /// look, and wakes workers if not.
    pub fn look(self: &Arc<Pool>, patience: Duration) -> Outlook {
        let Ok(mut watch) = self.watch.try_lock() else {
            // Another thread looks.
            return Outlook::LookAgain(TICK);
        };
        if !self.has_queued() {
            *watch = Watch::new();
            return Outlook::Drained;
        }
        if self.will_be_taken() {
            *watch = Watch::new();
            return Outlook::Drained;
        }
        let now = Instant::now();
        let since = watch.last.map(|last| now - last);
        if let Some(since) = since
            && since < patience
        {
            return Outlook::LookAgain((patience - since).max(TICK / 4));
        }
        if self.count_out_who_is_held_up(since.is_none()) {
            watch.growth = 1;
        }
        watch.last = Some(now);
        if self.idle.awake() > 0 {
            return Outlook::LookAgain(TICK);
        }
        let woken = self.wake(watch.growth.min(self.queued()));
        watch.growth = (watch.growth * 2).min(self.size());
        match (woken, self.threads()) {
            (0, 0) => Outlook::NoThread,
            (0, _) => Outlook::Full,
            _ => Outlook::LookAgain(TICK),
        }
    }

    /// Is there one job, and a worker on its way to it? (Where others run jobs
    /// that worker may leave the queue to them, and where more are queued the
    /// first may hold up the second.)
    fn will_be_taken(&self) -> bool {
        self.idle.awake() > 0
            && self.queue.len() == 1
            && !self.is_hoarding()
            && self.busy_and_awake() == 0
    }

    /// True: a worker has finished a job since the last look.
    fn count_out_who_is_held_up(&self, first_look: bool) -> bool {
        let mut finished = false;
        let crew = self.crew();
        let running = crew.iter().filter(|worker| worker.is_running()).count();
        for worker in crew.iter() {
            match worker.progress() {
                Progress::SameJob(looks) if !first_look && worker.is_busy() => {
                    let held_up = looks >= LONG_RUN
                        || looks >= SPARE_RUN && running < processors()
                        || worker.is_blocked();
                    if held_up && worker.mark_held_up() {
                        let _ = self.idle.went();
                    }
                }
                Progress::Finished => finished = true,
                _ => {}
            }
        }
        finished
    }
}
