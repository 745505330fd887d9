//! Taking jobs by the handful.
//!
//! A worker that is faster than the thread that submits would take each job the
//! moment it is queued, and both would spend their time on sending the same few
//! lines of cache to and fro. Where jobs come thick and fast it therefore waits
//! a few microseconds and takes what has come; where they do not, it does not
//! wait, but for a try now and then.

use std::hint::spin_loop;

/// How many pauses of the processor between two looks: about a microsecond. Each
/// look takes the count out of the submitter's cache.
const PAUSES: u32 = 48;
/// How many looks at most.
const LOOKS: u32 = 6;
/// How many looks on end may find nothing new. Not the first: a thread that
/// was robbed of its cache at each job needs a moment to get under way.
const IN_VAIN: u32 = 2;
/// A handful: with so many it stops waiting.
const ENOUGH: usize = 48;
/// With so many the wait was worth while.
const SOME: usize = 4;
const PATIENCE: i32 = 4;
const PROBE: u32 = 128;

/// What a worker learnt.
pub struct Gather {
    credit: i32,
    skipped: u32,
}

impl Gather {
    /// Nothing learnt yet.
    pub fn new() -> Gather {
        Gather {
            credit: 0,
            skipped: 0,
        }
    }

    /// Before jobs are taken: waits while more come. `calls` counts them.
    pub fn wait(&mut self, calls: impl Fn() -> usize) {
        if self.credit <= 0 {
            self.skipped += 1;
            if self.skipped < PROBE {
                return;
            }
            self.skipped = 0;
        }
        let first = calls();
        let mut last = first;
        let mut in_vain = 0;
        for _ in 0..LOOKS {
            for _ in 0..PAUSES {
                spin_loop();
            }
            let now = calls();
            in_vain = if now == last { in_vain + 1 } else { 0 };
            last = now;
            if in_vain == IN_VAIN || now.wrapping_sub(first) >= ENOUGH {
                break;
            }
        }
        self.credit = if last.wrapping_sub(first) >= SOME {
            PATIENCE
        } else {
            (self.credit - 1).max(0)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Waits for a handful, and says how often it looked.
    fn looks(gather: &mut Gather, came_each_time: usize) -> usize {
        let (looks, calls) = (Cell::new(0), Cell::new(0));
        gather.wait(|| {
            looks.set(looks.get() + 1);
            calls.set(calls.get() + came_each_time);
            calls.get()
        });
        looks.get()
    }

    #[test]
    fn where_jobs_come_one_by_one_it_seldom_waits() {
        let mut gather = Gather::new();
        let waits = (0..PROBE * 10).filter(|_| looks(&mut gather, 0) > 0);
        assert_eq!(waits.count(), 10);
    }

    #[test]
    fn where_they_come_thick_and_fast_it_waits_for_a_handful() {
        let mut gather = Gather::new();
        while looks(&mut gather, 10) == 0 {}
        assert!(looks(&mut gather, 10) * 10 >= ENOUGH);
    }

    #[test]
    fn when_no_more_come_it_soon_stops_waiting() {
        let mut gather = Gather::new();
        while looks(&mut gather, 10) == 0 {}
        let waits = (0..PROBE - 1).filter(|_| looks(&mut gather, 0) > 0);
        assert!(waits.count() <= PATIENCE as usize);
    }
}
