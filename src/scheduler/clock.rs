//! CLOCK_MONOTONIC in nanoseconds, and a cheaper reading of it that is never
//! too early. Calls nothing of the library.

/// Now.
#[inline]
pub(crate) fn now() -> u64 {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `t` is ours to write.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}

/// A point or a span of time, as the kernel takes it.
pub(crate) fn timespec(ns: u64) -> libc::timespec {
    libc::timespec {
        // The kernel refuses what is beyond its own end of time.
        tv_sec: (ns / 1_000_000_000).min(i32::MAX as u64 * 4) as libc::time_t,
        tv_nsec: (ns % 1_000_000_000) as _,
    }
}

/// Almost three centuries, in nanoseconds.
const TOO_LONG: f64 = 9.2e18;

/// From seconds to nanoseconds, rounded up, so that nothing is ever too early.
/// Negative: 0. Too long to be told apart from ever, and infinity: `u64::MAX`.
/// None: not a number.
#[inline]
pub(crate) fn nanoseconds(seconds: f64) -> Option<u64> {
    if seconds.is_nan() {
        return None;
    }
    let exact = seconds * 1e9;
    if exact <= 0.0 {
        return Some(0);
    }
    if exact >= TOO_LONG {
        return Some(u64::MAX);
    }
    // Cuts off; `ceil` would be a call into the mathematical library.
    let whole = exact as i64;
    Some(whole as u64 + u64::from((whole as f64) < exact))
}

/// A clock that reads the processor's time-stamp counter, and the kernel's
/// clock only a few times a millisecond. What it tells is at most a
/// microsecond late and never early: between two readings of the kernel's
/// clock it runs a thousandth faster than the counter was last seen to.
///
/// It is used only where the kernel itself tells the time by that counter:
/// then the counter is the same on all processors and runs at one rate.
pub(crate) struct Clock {
    /// The last reading of both clocks.
    base: Reading,
    /// Nanoseconds a tick, times 2^32.
    rate: u64,
    /// Ticks after which the kernel is asked again; 0: always.
    window: u64,
    /// The reading from which the rate is measured.
    anchor: Option<Reading>,
    /// What was told last.
    told: u64,
    trusted: bool,
}

/// Both clocks at about the same time: the kernel's not before the counter.
#[derive(Clone, Copy, Default)]
struct Reading {
    ticks: u64,
    ns: u64,
}

/// How long the counter is trusted, in nanoseconds.
const WINDOW: u64 = 250_000;
/// Over how long its rate is measured: then an error of `PRECISE` is small
/// against the thousandth by which the clock runs fast.
const MEASURE: u64 = 1_000_000;
/// How many ticks a reading may take to be a measurement.
const PRECISE: u64 = 300;

impl Clock {
    pub(crate) fn new() -> Clock {
        Clock {
            base: Reading::default(),
            rate: 0,
            window: 0,
            anchor: None,
            told: 0,
            trusted: counter_is_trusted(),
        }
    }

    /// Now, or at most a microsecond later; never less than it was before.
    #[inline]
    pub(crate) fn not_before_now(&mut self) -> u64 {
        // It runs fast, so that the kernel's own clock may be behind what it
        // told last: sleeps of one length must end in the order of the calls.
        self.told = self.told.max(self.reading());
        self.told
    }

    #[inline]
    fn reading(&mut self) -> u64 {
        let ticks = counter();
        // Wraps to something large if the counter was set back.
        let passed = ticks.wrapping_sub(self.base.ticks);
        if passed < self.window {
            return self.base.ns + ((passed * self.rate) >> 32);
        }
        self.ask_the_kernel(ticks)
    }

    #[cold]
    #[inline(never)]
    fn ask_the_kernel(&mut self, ticks: u64) -> u64 {
        let ns = now();
        // We may have been interrupted between the two: then the reading says
        // too little.
        if !self.trusted || counter().wrapping_sub(ticks) > PRECISE {
            return ns;
        }
        let reading = Reading { ticks, ns };
        let anchor = *self.anchor.get_or_insert(reading);
        let ns_passed = ns.saturating_sub(anchor.ns);
        if ns_passed > 1000 * MEASURE {
            // The kernel adjusts its clock now and then: an old anchor would
            // not show that.
            self.anchor = Some(reading);
        } else if ns_passed >= MEASURE {
            let ticks_passed = ticks.wrapping_sub(anchor.ticks).max(1);
            let rate = ((u128::from(ns_passed) << 32) / u128::from(ticks_passed)) as u64;
            let rate = rate + rate / 1000;
            if self.rate != 0 && rate.abs_diff(self.rate) > self.rate / 64 {
                // Only one of the two has stood still, as when the machine was
                // suspended: from the beginning.
                (self.anchor, self.rate, self.window) = (Some(reading), 0, 0);
            } else {
                self.rate = rate;
                self.window = (WINDOW << 32).checked_div(rate).unwrap_or(0);
            }
        }
        self.base = reading;
        ns
    }
}

/// The time-stamp counter.
#[inline]
#[cfg(target_arch = "x86_64")]
fn counter() -> u64 {
    // SAFETY: every x86-64 processor has the instruction; reading the counter
    // changes nothing.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// There is none that we know of.
#[inline]
#[cfg(not(target_arch = "x86_64"))]
fn counter() -> u64 {
    0
}

/// Does the kernel use the counter as its own clock?
fn counter_is_trusted() -> bool {
    const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    cfg!(target_arch = "x86_64")
        && std::fs::read(SOURCE).is_ok_and(|name| name.trim_ascii() == b"tsc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheap_clock_never_goes_back() {
        let mut clock = Clock::new();
        let end = now() + 50_000_000;
        let mut last = 0;
        while now() < end {
            for _ in 0..50 {
                let told = clock.not_before_now();
                assert!(told >= last, "{told} < {last}");
                last = told;
            }
        }
    }

    #[test]
    fn the_cheap_clock_is_never_early() {
        let mut clock = Clock::new();
        let end = now() + 20_000_000;
        loop {
            let before = now();
            let told = clock.not_before_now();
            assert!(told >= before, "{told} < {before}");
            // Not far off either, once the machine has let us run.
            let after = now();
            assert!(told <= after + 2_000, "{told} > {after}");
            if after > end {
                break;
            }
        }
    }

    #[test]
    fn seconds_are_rounded_up_and_saturate() {
        assert_eq!(nanoseconds(f64::NAN), None);
        assert_eq!(nanoseconds(-1.0), Some(0));
        assert_eq!(nanoseconds(f64::NEG_INFINITY), Some(0));
        assert_eq!(nanoseconds(0.0), Some(0));
        assert_eq!(nanoseconds(1e-10), Some(1));
        assert_eq!(nanoseconds(0.5), Some(500_000_000));
        assert_eq!(nanoseconds(1e300), Some(u64::MAX));
        assert_eq!(nanoseconds(f64::INFINITY), Some(u64::MAX));
    }
}
