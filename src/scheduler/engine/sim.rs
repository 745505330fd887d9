//! The engine of the deterministic simulation: descriptors are looked at with
//! poll(2), and reported in an order that a seed gives. Owns the seed and the
//! numbers drawn from it. Calls the engine on poll. What a turn is under it,
//! and what becomes of time, is said in `simulation`.

use super::poll::Poll;
use super::{Engine, Interest, Pollable, Ready};
use std::cell::Cell;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;

/// The engine.
pub struct Sim {
    seed: u64,
    drawn: Cell<u64>,
    poll: Poll,
    door: Cell<RawFd>,
}

impl Sim {
    pub(crate) fn new(seed: u64) -> Sim {
        Sim {
            seed,
            drawn: Cell::new(seed),
            poll: Poll::new(),
            door: Cell::new(-1),
        }
    }

    /// The engine of that name: `sim`, or `sim:SEED` with a decimal number.
    pub(super) fn by_name(name: &[u8]) -> Option<Sim> {
        let seed = match name.strip_prefix(b"sim")? {
            b"" => 0,
            rest => {
                let digits = rest.strip_prefix(b":")?;
                std::str::from_utf8(digits).ok()?.parse().ok()?
            }
        };
        Some(Sim::new(seed))
    }

    /// The seed.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The numbers come from the beginning again.
    pub(crate) fn restart(&self) {
        self.drawn.set(self.seed);
    }

    /// A number below `n`, which is not 0 (SplitMix64, Steele et al. 2014).
    pub(crate) fn below(&self, n: usize) -> usize {
        let state = self.drawn.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.drawn.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * n as u128) >> 64) as usize
    }

    /// Which of the descriptors that are ready are reported, and in which
    /// order. At least one is; the others stay ready.
    fn choose(&self, found: &mut Vec<Ready>) {
        if found.len() < 2 {
            return;
        }
        found.sort_unstable_by_key(|report| report.fd);
        for at in (1..found.len()).rev() {
            found.swap(at, self.below(at + 1));
        }
        found.truncate(1 + self.below(found.len()));
    }
}

impl Engine for Sim {
    fn name(&self) -> &CStr {
        c"sim"
    }

    fn watch(&self, fd: RawFd, old: Interest, new: Interest) -> io::Result<()> {
        self.poll.watch(fd, old, new)
    }

    fn watch_door(&self, fd: RawFd) -> io::Result<()> {
        self.door.set(fd);
        self.poll.watch_door(fd)
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let mut found = Vec::new();
        self.poll.wait(timeout, &mut found)?;
        // When somebody knocks is no matter of the seed: it is not reported,
        // lest it count among the others.
        if let Some(at) = found.iter().position(|r| r.fd == self.door.get()) {
            found.remove(at);
            let mut count = 0u64;
            // SAFETY: eight bytes on the stack; the descriptor is non-blocking.
            unsafe { libc::read(self.door.get(), (&raw mut count).cast(), 8) };
        }
        self.choose(&mut found);
        ready.append(&mut found);
        Ok(())
    }

    fn pollable(&self) -> io::Result<Pollable> {
        // Nobody who waits in real time can tell when time jumps.
        Ok(Pollable::No)
    }

    fn simulation(&self) -> Option<&Sim> {
        Some(self)
    }

    fn after_fork(&self) {
        self.poll.after_fork();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(fds: &[RawFd]) -> Vec<Ready> {
        let report = |&fd| Ready {
            fd,
            interest: Interest::BOTH,
            closed: false,
        };
        fds.iter().map(report).collect()
    }

    fn chosen(sim: &Sim, fds: &[RawFd]) -> Vec<RawFd> {
        let mut found = ready(fds);
        sim.choose(&mut found);
        found.iter().map(|report| report.fd).collect()
    }

    #[test]
    fn a_name_may_hold_the_seed() {
        let seed = |name: &[u8]| Sim::by_name(name).map(|sim| sim.seed());
        assert_eq!(seed(b"sim"), Some(0));
        assert_eq!(seed(b"sim:0"), Some(0));
        assert_eq!(seed(b"sim:18446744073709551615"), Some(u64::MAX));
        for bad in [
            &b"sim:"[..],
            b"sim:x",
            b"sim:-1",
            b"sim:18446744073709551616",
            b"simple",
            b"epoll",
        ] {
            assert_eq!(seed(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn one_seed_gives_one_order_whatever_order_the_system_reports() {
        let (a, b) = (Sim::new(5), Sim::new(5));
        for _ in 0..100 {
            assert_eq!(chosen(&a, &[3, 4, 5, 6]), chosen(&b, &[6, 4, 3, 5]));
        }
        a.restart();
        assert_eq!(
            chosen(&a, &[3, 4, 5, 6]),
            chosen(&Sim::new(5), &[3, 4, 5, 6])
        );
    }

    #[test]
    fn over_the_seeds_each_order_and_each_part_occurs() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..200 {
            seen.insert(chosen(&Sim::new(seed), &[3, 4]));
        }
        let all = [vec![3], vec![3, 4], vec![4], vec![4, 3]];
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
    }
}
