//! A short wait before a sleep, where it pays.
//!
//! A wake-up costs two system calls and often the start of an idle processor,
//! some 5 to 50 microseconds; a job that comes within a few microseconds is
//! cheaper waited for. Where jobs do not come that soon the wait is lost, so
//! it is given up after a few failures and tried again now and then. With one
//! processor nobody could end the wait: there is none.

use std::hint::spin_loop;
use std::time::{Duration, Instant};

/// How long a wait lasts.
const LONGEST: Duration = Duration::from_micros(12);
/// How many failures it takes to give up.
const PATIENCE: i32 = 6;
/// After giving up, each so many times the wait is tried.
const PROBE: u32 = 64;

/// What one thread learnt of its waits.
pub struct Spin {
    /// Above zero: worth while.
    credit: i32,
    /// Sleeps since the last try, when it was given up.
    skipped: u32,
    more_than_one_cpu: bool,
}

impl Spin {
    /// Nothing learnt yet.
    pub fn new() -> Spin {
        Spin {
            credit: PATIENCE,
            skipped: 0,
            more_than_one_cpu: cpus() > 1,
        }
    }

    /// Waits until `ready`, if that is worth while. False: sleep.
    pub fn wait(&mut self, ready: impl Fn() -> bool) -> bool {
        if !self.worth_while() {
            return ready();
        }
        let found = spin(ready);
        self.learn(found);
        found
    }

    fn worth_while(&mut self) -> bool {
        if self.credit > 0 && self.more_than_one_cpu {
            return true;
        }
        self.skipped += 1;
        if self.skipped < PROBE {
            return false;
        }
        self.skipped = 0;
        // The affinity mask may have been changed meanwhile.
        self.more_than_one_cpu = cpus() > 1;
        self.more_than_one_cpu
    }

    fn learn(&mut self, found: bool) {
        self.credit = if found {
            (self.credit + 2).clamp(2, PATIENCE)
        } else {
            (self.credit - 1).max(0)
        };
    }
}

fn spin(ready: impl Fn() -> bool) -> bool {
    let start = Instant::now();
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
pub fn cpus() -> usize {
    // SAFETY: a set of bits that the system call fills.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, size_of_val(&set), &mut set) != 0 {
            return 1;
        }
        libc::CPU_COUNT(&set) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spinner() -> Spin {
        Spin {
            credit: PATIENCE,
            skipped: 0,
            more_than_one_cpu: true,
        }
    }

    #[test]
    fn a_wait_that_never_pays_is_given_up() {
        let mut spin = spinner();
        for _ in 0..PATIENCE {
            assert!(spin.worth_while());
            spin.learn(false);
        }
        assert!(!spin.worth_while());
    }

    #[test]
    fn a_wait_that_pays_again_is_taken_up_again() {
        let mut spin = spinner();
        for _ in 0..PATIENCE {
            spin.learn(false);
        }
        spin.learn(true);
        assert!(spin.worth_while());
    }

    #[test]
    fn what_is_there_already_is_found_without_a_wait() {
        let mut spin = spinner();
        spin.credit = 0;
        assert!(spin.wait(|| true));
    }
}
