//! `Lwt_unix.auto_pause`: pausing once in a while, in a loop that computes. Calls
//! the scheduler's clock and the promises.

#![forbid(unsafe_code)]

use crate::promise::{self, Promise};
use crate::scheduler::{clock, now};
use crate::value::Value;
use std::cell::Cell;

/// What `auto_pause` returns: pauses when so much time has passed since it last
/// did, or since it was made.
pub struct AutoPause {
    interval: u64,
    next: Cell<u64>,
}

impl AutoPause {
    /// None: that many seconds are none.
    pub fn new(seconds: f64) -> Option<AutoPause> {
        let interval = clock::nanoseconds(seconds)?;
        let next = Cell::new(now().saturating_add(interval));
        Some(AutoPause { interval, next })
    }

    /// A pause, or at once.
    pub fn pause(&self) -> Promise {
        let now = now();
        if now < self.next.get() {
            return promise::resolved(Value::UNIT);
        }
        self.next.set(now.saturating_add(self.interval));
        promise::pause()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::scheduler::{main_loop, simulation::simulate};
    use crate::unix::sleep::sleep;

    #[test]
    fn it_pauses_when_its_time_has_passed_and_then_not_before_it_has_again() {
        simulate(1);
        let auto = AutoPause::new(10.0).unwrap();
        assert!(!auto.pause().is_pending());
        assert!(main_loop::run(sleep(10.0)).is_ok());
        let paused = auto.pause();
        assert!(paused.is_pending());
        assert!(!auto.pause().is_pending());
        assert!(main_loop::run(paused).is_ok());
        assert!(main_loop::run(sleep(9.0)).is_ok());
        assert!(!auto.pause().is_pending());
        assert!(main_loop::run(sleep(1.0)).is_ok());
        assert!(auto.pause().is_pending());
    }

    #[test]
    fn with_no_time_at_all_it_always_pauses_and_with_endless_time_never() {
        simulate(1);
        assert!(AutoPause::new(-1.0).unwrap().pause().is_pending());
        assert!(!AutoPause::new(f64::INFINITY).unwrap().pause().is_pending());
        assert!(AutoPause::new(f64::NAN).is_none());
    }
}
