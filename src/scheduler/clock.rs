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

/// From seconds to nanoseconds, rounded up, so that nothing is ever too early.
/// Negative: 0. Too long to be told apart from ever, and infinity: `u64::MAX`.
/// None: not a number.
pub(crate) fn nanoseconds(seconds: f64) -> Option<u64> {
    if seconds.is_nan() {
        return None;
    }
    // The conversion saturates at both ends.
    Some((seconds * 1e9).ceil() as u64)
}

/// A clock that reads the processor's time-stamp counter, and the kernel's
/// clock only a few times a millisecond. What it tells is at most a
/// microsecond late and never early: between two readings of the kernel's
/// clock it runs a thousandth faster than the counter was last seen to.
///
/// It is used only where the kernel itself tells the time by that counter:
/// then the counter is the same on all processors and runs at one rate.
pub(crate) struct Clock {
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    base_ticks: u64,
    base_ns: u64,
    /// Nanoseconds a tick, times 2^32. 0: not known yet.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    rate: u64,
    /// Ticks after which the kernel is asked again. 0: always ask.
    window: u64,
}

/// How long the counter is trusted, and over how long its rate is measured.
#[cfg(target_arch = "x86_64")]
const WINDOW_NS: u64 = 250_000;

/// How long a reading of the kernel's clock may take, to be believed: less
/// than a thousandth of half the window.
#[cfg(target_arch = "x86_64")]
const READING_TICKS: u64 = 300;

impl Clock {
    pub(crate) fn new() -> Clock {
        Clock {
            base_ticks: 0,
            base_ns: 0,
            rate: 0,
            window: u64::from(counter_is_trusted()),
        }
    }

    /// Now, or at most a microsecond later.
    #[inline]
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn not_before_now(&mut self) -> u64 {
        // SAFETY: every x86-64 processor has the instruction; reading the
        // counter changes nothing.
        let ticks = unsafe { core::arch::x86_64::_rdtsc() };
        // Wraps to something large if the counter was set back.
        let passed = ticks.wrapping_sub(self.base_ticks);
        if passed < self.window {
            return self.base_ns + ((passed * self.rate) >> 32);
        }
        self.ask_the_kernel(ticks)
    }

    /// Now.
    #[inline]
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn not_before_now(&mut self) -> u64 {
        self.base_ns = now();
        self.base_ns
    }

    #[cold]
    #[inline(never)]
    #[cfg(target_arch = "x86_64")]
    fn ask_the_kernel(&mut self, ticks: u64) -> u64 {
        let ns = now();
        if self.window == 0 {
            return ns;
        }
        // The counter was read before the clock, so the base is on the late
        // side by the time between. If that is long, this reading is no base.
        // SAFETY: as above.
        let after = unsafe { core::arch::x86_64::_rdtsc() };
        if after.wrapping_sub(ticks) > READING_TICKS {
            (self.base_ticks, self.base_ns) = (0, 0);
            return ns;
        }
        let ticks_passed = ticks.wrapping_sub(self.base_ticks);
        let ns_passed = ns.saturating_sub(self.base_ns);
        let measurable = self.base_ns != 0
            && ns_passed >= WINDOW_NS / 2
            && ns_passed < 1_000_000_000
            && ticks_passed < 1 << 36;
        if measurable && ticks_passed > 0 {
            let rate = (((ns_passed as u128) << 32) / ticks_passed as u128) as u64;
            let rate = rate + rate / 1000;
            // A process that was stopped between the two readings would see
            // a wrong rate: only what was seen twice is believed.
            let close = self.rate.abs_diff(rate) < rate / 2000;
            self.window = if close && rate > 0 {
                (((WINDOW_NS as u128) << 32) / rate as u128) as u64
            } else {
                1
            };
            self.rate = rate;
        }
        (self.base_ticks, self.base_ns) = (ticks, ns);
        ns
    }
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
