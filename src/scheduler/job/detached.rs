//! Detached computations, which are jobs of module Lwt_preemptive and not of
//! Lwt_unix: how many of them wait for a thread and how many run, all over the
//! process. Their records bear the flag DETACHED. Calls `fork`.
//!
//! One word holds both counts, so that a limit for their sum is exact, and how
//! many forks there had been: in the child both begin at 0.

use super::fork::generation;
use super::record::{flag, lwt_unix_job};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What each of the two counts has room for.
const BITS: u32 = 24;
const MOST: u64 = (1 << BITS) - 1;
const GENERATION: u32 = 2 * BITS;

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Counts {
    queued: u64,
    running: u64,
}

/// Relaxed everywhere: a count tells of nothing else.
static WORD: AtomicU64 = AtomicU64::new(0);

fn current_generation() -> u64 {
    u64::from(generation()) & (u64::MAX >> GENERATION)
}

fn unpack(word: u64) -> Counts {
    match word >> GENERATION == current_generation() {
        true => Counts {
            queued: word & MOST,
            running: word >> BITS & MOST,
        },
        false => Counts::default(),
    }
}

fn pack(counts: Counts) -> u64 {
    current_generation() << GENERATION | counts.running << BITS | counts.queued
}

/// False: it was refused.
fn change(f: impl Fn(Counts) -> Option<Counts>) -> bool {
    let next = |word| f(unpack(word)).map(pack);
    WORD.fetch_update(Relaxed, Relaxed, next).is_ok()
}

/// One more will be queued, if fewer than `most` wait and run. False: there are as
/// many.
#[must_use]
pub fn admit(most: usize) -> bool {
    let most = u64::try_from(most).unwrap_or(MOST).min(MOST);
    change(|counts| {
        (counts.queued + counts.running < most).then_some(Counts {
            queued: counts.queued + 1,
            ..counts
        })
    })
}

fn is_one(job: *mut lwt_unix_job) -> bool {
    // SAFETY: a record whose flags were set before it was queued, and are not
    // written since.
    unsafe { (*job).flags & flag::DETACHED != 0 }
}

/// A worker begins this job.
pub fn begin(job: *mut lwt_unix_job) {
    if is_one(job) {
        change(|counts| {
            Some(Counts {
                queued: counts.queued.saturating_sub(1),
                running: counts.running + 1,
            })
        });
    }
}

/// It has ended.
pub fn end(job: *mut lwt_unix_job) {
    if is_one(job) {
        change(|counts| {
            Some(Counts {
                running: counts.running.saturating_sub(1),
                ..counts
            })
        });
    }
}

/// It will never run.
pub fn withdraw(job: *mut lwt_unix_job) {
    if is_one(job) {
        change(|counts| {
            Some(Counts {
                queued: counts.queued.saturating_sub(1),
                ..counts
            })
        });
    }
}

/// How many wait for a thread.
pub fn queued() -> usize {
    unpack(WORD.load(Relaxed)).queued as usize
}

/// How many run.
pub fn running() -> usize {
    unpack(WORD.load(Relaxed)).running as usize
}
