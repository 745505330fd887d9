//! A short wait before a sleep, where it pays.
//!
//! A sleep and its wake-up cost two system calls and often the start of an idle
//! processor, some 5 to 50 microseconds. What comes within a few microseconds
//! is cheaper waited for: with several processors by looking again and again,
//! with one by giving it to the other side, which then need not wake us.
//!
//! Where nothing comes that soon the wait is lost, so it is given up after a
//! few failures and tried again now and then, ever more rarely. A processor
//! given away that came back late, as others wanted it too, is a failure at
//! once.

use std::hint::spin_loop;
use std::time::{Duration, Instant};

/// How long a wait with several processors lasts.
const LONGEST: Duration = Duration::from_micros(12);
/// When a processor that was given away should be back.
const LATE: Duration = Duration::from_micros(100);
/// How many failures it takes to give up.
const PATIENCE: i32 = 6;
/// After giving up, one sleep in so many is preceded by a wait; at most, and at
/// least.
const OFTEN: u32 = 64;
const SELDOM: u32 = 8192;

/// What one thread learnt of its waits.
pub struct Spin {
    /// Above zero: worth while.
    credit: i32,
    /// Sleeps since the last try, when it was given up.
    skipped: u32,
    /// How many sleeps to the next try.
    probe: u32,
    one_cpu: bool,
}

impl Spin {
    /// Nothing learnt yet.
    pub fn new() -> Spin {
        Spin {
            credit: PATIENCE,
            skipped: 0,
            probe: OFTEN,
            one_cpu: processors() < 2,
        }
    }

    /// Is there one processor only? As known, it may be out of date.
    pub fn one_cpu(&self) -> bool {
        self.one_cpu
    }

    /// Waits until `ready`, if that is worth while. False: sleep.
    pub fn wait(&mut self, ready: impl Fn() -> bool) -> bool {
        if !self.worth_while() {
            return ready();
        }
        let start = Instant::now();
        let found = if self.one_cpu {
            // SAFETY: no conditions.
            unsafe { libc::sched_yield() };
            ready()
        } else {
            spin(start, ready)
        };
        self.learn(found, self.one_cpu && start.elapsed() > LATE);
        found
    }

    fn worth_while(&mut self) -> bool {
        if self.credit > 0 {
            return true;
        }
        self.skipped += 1;
        if self.skipped < self.probe {
            return false;
        }
        self.skipped = 0;
        // The affinity mask may have been changed meanwhile.
        self.one_cpu = processors() < 2;
        true
    }

    fn learn(&mut self, found: bool, late: bool) {
        if found && !late {
            self.credit = (self.credit + 2).clamp(2, PATIENCE);
            self.probe = OFTEN;
        } else if self.credit == 0 {
            self.probe = (self.probe * 2).min(SELDOM);
        } else if late {
            self.credit = 0;
        } else {
            self.credit -= 1;
        }
    }
}

fn spin(start: Instant, ready: impl Fn() -> bool) -> bool {
    loop {
        for _ in 0..16 {
            if ready() {
                return true;
            }
            spin_loop();
        }
        if start.elapsed() > LONGEST {
            return ready();
        }
    }
}

/// On how many processors this thread may run.
pub fn processors() -> usize {
    // SAFETY: a set of bits that the system call fills.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        match libc::sched_getaffinity(0, size_of_val(&set), &mut set) {
            0 => libc::CPU_COUNT(&set) as usize,
            // More processors than the set has room for.
            _ => usize::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spinner() -> Spin {
        Spin {
            credit: PATIENCE,
            skipped: 0,
            probe: OFTEN,
            one_cpu: false,
        }
    }

    fn give_up(spin: &mut Spin) {
        for _ in 0..PATIENCE {
            assert!(spin.worth_while());
            spin.learn(false, false);
        }
    }

    /// How many sleeps until it is tried again.
    fn until_tried(spin: &mut Spin) -> u32 {
        1 + (0..).take_while(|_| !spin.worth_while()).count() as u32
    }

    #[test]
    fn a_wait_that_never_pays_is_given_up_and_tried_ever_more_rarely() {
        let mut spin = spinner();
        give_up(&mut spin);
        assert_eq!(until_tried(&mut spin), OFTEN);
        spin.learn(false, false);
        assert_eq!(until_tried(&mut spin), 2 * OFTEN);
    }

    #[test]
    fn a_wait_that_pays_again_is_taken_up_again() {
        let mut spin = spinner();
        give_up(&mut spin);
        spin.learn(true, false);
        assert!(spin.worth_while());
    }

    #[test]
    fn a_processor_that_comes_back_late_is_not_given_away_again() {
        let mut spin = spinner();
        spin.learn(true, true);
        assert!(!spin.worth_while());
    }

    #[test]
    fn what_is_there_already_is_found_without_a_wait() {
        let mut spin = spinner();
        spin.credit = 0;
        assert!(spin.wait(|| true));
    }
}
