//! The pool of one thread: stacks of all sizes, those in use counted, the free
//! ones kept for the next fiber.
//!
//! A free stack is *warm* when it still has its memory, *cold* when the memory
//! went back to the kernel. The pool keeps up to 1,024 warm stacks a size, as
//! long as they could not hold more than 256 MiB; beyond, a stack that is
//! given back gives its memory back.

use super::guard::{self, GUARD};
use super::slab::Slab;
use super::{DEFAULT_SIZE, MAX_SIZE, MIN_SIZE, Stack};
use corosensei::stack::valgrind::ValgrindStackRegistration;
use std::io;

/// Sizes are powers of two.
const CLASSES: usize = (MAX_SIZE / MIN_SIZE).trailing_zeros() as usize + 1;
const WARM_COUNT: usize = 1024;
const WARM_BYTES: usize = 256 << 20;
/// A slab has at most this many stacks, and (as long as that is one stack) no
/// more than `SLAB_BYTES`.
const SLAB_COUNT: usize = 1024;
const SLAB_BYTES: usize = 1 << 30;

/// The size of the stacks of a class.
pub const fn size_of_class(class: u8) -> usize {
    MIN_SIZE << class
}

/// Why there is no stack.
#[derive(Debug)]
pub enum Refused {
    /// The size is beyond `MAX_SIZE`.
    TooLarge,
    /// The kernel had no address space, or no mapping for a guard.
    Kernel(io::Error),
}

/// The stacks of one thread. All of them are gone when it is dropped.
#[derive(Default)]
pub struct Pool {
    classes: [Class; CLASSES],
}

#[derive(Default)]
struct Class {
    warm: Vec<Stack>,
    cold: Vec<Stack>,
    slabs: Vec<Slab>,
    /// Of the last slab, the stacks from here on were never used.
    fresh: usize,
    valgrind: Vec<ValgrindStackRegistration>,
}

impl Pool {
    /// A stack of at least `size` bytes; 0: of the default size.
    pub fn take(&mut self, size: usize) -> Result<Stack, Refused> {
        let class = class_of(size)?;
        let of = &mut self.classes[usize::from(class)];
        match of.warm.pop().or_else(|| of.cold.pop()) {
            Some(stack) => Ok(stack),
            None => of.make(class).map_err(Refused::Kernel),
        }
    }

    /// The rooms of all stacks that were ever made.
    pub fn rooms(&self) -> impl Iterator<Item = *mut u8> {
        self.classes.iter().enumerate().flat_map(|(class, of)| {
            of.slabs.iter().enumerate().flat_map(move |(number, slab)| {
                let last = number + 1 == of.slabs.len();
                let used = if last { of.fresh } else { slab.count() };
                (0..used).map(move |i| Stack::new(slab.low(i), class as u8).room())
            })
        })
    }

    /// Takes a stack back: nothing runs on it, nothing refers to it any more.
    pub fn give(&mut self, stack: Stack) {
        let of = &mut self.classes[usize::from(stack.class)];
        if of.warm.len() < WARM_COUNT.min(WARM_BYTES / stack.size()) {
            of.warm.push(stack);
        } else {
            // SAFETY: a stack of this pool that nobody uses. The guard is not
            // part of the range.
            unsafe {
                libc::madvise(
                    stack.floor() as *mut libc::c_void,
                    stack.size(),
                    libc::MADV_DONTNEED,
                );
            }
            of.cold.push(stack);
        }
    }
}

impl Class {
    #[cold]
    fn make(&mut self, class: u8) -> io::Result<Stack> {
        let size = size_of_class(class);
        if self
            .slabs
            .last()
            .is_none_or(|slab| slab.count() == self.fresh)
        {
            let most = (SLAB_BYTES / (GUARD + size)).clamp(1, SLAB_COUNT);
            let mut count = self
                .slabs
                .last()
                .map_or(16, |slab| slab.count() * 4)
                .min(most);
            // Little address space may be left: take what there is.
            let slab = loop {
                match Slab::map(size, count) {
                    Ok(slab) => break slab,
                    Err(_) if count > 1 => count /= 2,
                    Err(e) => return Err(e),
                }
            };
            self.slabs.try_reserve(1).map_err(out_of_memory)?;
            self.slabs.push(slab);
            self.fresh = 0;
        }
        // Room for all stacks there are, so that `give` never allocates.
        let all = self.valgrind.len() + 1;
        self.warm
            .try_reserve(all.min(WARM_COUNT))
            .map_err(out_of_memory)?;
        self.cold.try_reserve(all).map_err(out_of_memory)?;
        self.valgrind.try_reserve(1).map_err(out_of_memory)?;
        let slab = self.slabs.last().expect("pushed above if there was none");
        let low = slab.low(self.fresh);
        // SAFETY: of our own slab, never used before.
        unsafe { guard::install(low)? };
        let stack = Stack::new(low, class);
        self.valgrind.push(ValgrindStackRegistration::new(
            (low + GUARD) as *mut u8,
            size,
        ));
        self.fresh += 1;
        Ok(stack)
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        // A registration must end before its memory does.
        self.valgrind.clear();
    }
}

fn out_of_memory(_: std::collections::TryReserveError) -> io::Error {
    io::Error::from_raw_os_error(libc::ENOMEM)
}

fn class_of(size: usize) -> Result<u8, Refused> {
    let size = match size {
        0 => DEFAULT_SIZE,
        _ if size > MAX_SIZE => return Err(Refused::TooLarge),
        _ => size.max(MIN_SIZE).next_power_of_two(),
    };
    Ok((size / MIN_SIZE).trailing_zeros() as u8)
}

#[cfg(test)]
mod tests {
    use super::super::guard::Method;
    use super::*;
    use corosensei::stack::Stack as _;
    use corosensei::{Coroutine, CoroutineResult};

    /// The end of a child process: its exit code, or the number of the signal
    /// that killed it, negative.
    fn in_a_child(f: impl FnOnce()) -> i32 {
        // SAFETY: the child runs `f`, which makes no use of other threads,
        // and leaves by `_exit` or by a signal.
        unsafe {
            let child = libc::fork();
            assert!(child >= 0);
            if child == 0 {
                // Whatever a sanitizer would say, the signal kills.
                libc::signal(libc::SIGSEGV, libc::SIG_DFL);
                f();
                libc::_exit(0);
            }
            let mut status = 0;
            assert_eq!(libc::waitpid(child, &mut status, 0), child);
            if libc::WIFSIGNALED(status) {
                -libc::WTERMSIG(status)
            } else {
                libc::WEXITSTATUS(status)
            }
        }
    }

    fn write_a_byte(address: usize) {
        // SAFETY: none: that is what the child tries.
        unsafe { (address as *mut u8).write_volatile(1) }
    }

    #[test]
    fn sizes_are_rounded_up_and_absurd_ones_refused() {
        let mut pool = Pool::default();
        for (asked, got) in [
            (0, DEFAULT_SIZE),
            (1, MIN_SIZE),
            (MIN_SIZE, MIN_SIZE),
            (MIN_SIZE + 1, 2 * MIN_SIZE),
            (MAX_SIZE, MAX_SIZE),
        ] {
            let stack = pool.take(asked).unwrap();
            assert_eq!(stack.size(), got);
            let usable = stack.base().get() - stack.floor();
            assert!(usable <= got && usable > got - 4096, "{usable} of {got}");
            pool.give(stack);
        }
        for absurd in [MAX_SIZE + 1, usize::MAX] {
            assert!(matches!(pool.take(absurd), Err(Refused::TooLarge)));
        }
    }

    #[test]
    fn stacks_do_not_overlap_and_each_has_its_guard() {
        let mut pool = Pool::default();
        let mut stacks: Vec<_> = (0..100).map(|_| pool.take(MIN_SIZE).unwrap()).collect();
        stacks.sort_by_key(|stack| stack.low);
        for pair in stacks.windows(2) {
            assert!(pair[0].base().get() + super::super::ROOM <= pair[1].low);
        }
        for stack in [&stacks[0], &stacks[99]] {
            assert_eq!(in_a_child(|| write_a_byte(stack.floor())), 0);
            assert_eq!(
                in_a_child(|| write_a_byte(stack.floor() - 1)),
                -libc::SIGSEGV
            );
            assert_eq!(in_a_child(|| write_a_byte(stack.low)), -libc::SIGSEGV);
        }
    }

    #[test]
    fn a_guard_stops_a_write_whichever_way_it_was_made() {
        for method in [Method::Mark, Method::Mapping] {
            let slab = Slab::map(MIN_SIZE, 2).unwrap();
            // SAFETY: our own slab.
            let made = unsafe { guard::install_by(method, slab.low(1)) };
            if method == Method::Mark && made.is_err() {
                continue; // A kernel before 6.13.
            }
            assert_eq!(made.unwrap(), method);
            assert_eq!(in_a_child(|| write_a_byte(slab.low(1) - 1)), 0);
            assert_eq!(in_a_child(|| write_a_byte(slab.low(1))), -libc::SIGSEGV);
            assert_eq!(
                in_a_child(|| write_a_byte(slab.low(1) + GUARD - 1)),
                -libc::SIGSEGV
            );
            assert_eq!(in_a_child(|| write_a_byte(slab.low(1) + GUARD)), 0);
        }
    }

    #[test]
    fn a_free_stack_is_used_before_a_new_one_is_made() {
        let mut pool = Pool::default();
        let first = pool.take(0).unwrap();
        let low = first.low;
        pool.give(first);
        assert_eq!(pool.take(0).unwrap().low, low);
    }

    #[test]
    fn every_stack_that_was_made_has_one_room() {
        let mut pool = Pool::default();
        let mut stacks: Vec<_> = (0..200).map(|i| pool.take(i * 10_000).unwrap()).collect();
        pool.give(stacks.pop().unwrap());
        let mut rooms: Vec<_> = stacks.iter().map(Stack::room).collect();
        let mut all: Vec<_> = pool.rooms().collect();
        rooms.sort();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 200);
        assert!(rooms.iter().all(|room| all.binary_search(room).is_ok()));
    }

    #[test]
    fn beyond_the_warm_ones_stacks_give_their_memory_back_and_keep_their_guards() {
        let mut pool = Pool::default();
        let stacks: Vec<_> = (0..WARM_COUNT + 1)
            .map(|_| pool.take(MIN_SIZE).unwrap())
            .collect();
        for stack in &stacks {
            write_a_byte(stack.floor());
        }
        for stack in stacks {
            pool.give(stack);
        }
        let of = &pool.classes[0];
        assert_eq!((of.warm.len(), of.cold.len()), (WARM_COUNT, 1));
        // SAFETY: mapped memory of the pool.
        let byte = |stack: &Stack| unsafe { (stack.floor() as *const u8).read_volatile() };
        assert_eq!(byte(&of.warm[0]), 1);
        assert_eq!(byte(&of.cold[0]), 0);
        let guard = of.cold[0].low;
        assert_eq!(in_a_child(|| write_a_byte(guard)), -libc::SIGSEGV);
    }

    #[test]
    fn a_coroutine_runs_on_a_stack_and_a_forgotten_one_leaves_it_usable() {
        let mut pool = Pool::default();
        for _ in 0..3 {
            let mut forgotten = Coroutine::with_stack(pool.take(0).unwrap(), |y, n: usize| {
                let n = y.suspend(n + 1);
                y.suspend(n + 2);
            });
            assert_eq!(forgotten.resume(1), CoroutineResult::Yield(2));
            assert_eq!(forgotten.resume(10), CoroutineResult::Yield(12));
            // SAFETY: nothing on its stack needs dropping.
            unsafe { forgotten.force_reset() };
            pool.give(forgotten.into_stack());
        }
        assert_eq!(
            pool.classes[usize::from(class_of(0).unwrap())].warm.len(),
            1
        );
    }

    #[test]
    fn a_hundred_thousand_stacks_exist_at_once() {
        let mut pool = Pool::default();
        let stacks: Vec<_> = (0..100_000).map_while(|_| pool.take(0).ok()).collect();
        // Without guard marks the kernel's bound on mappings comes first.
        if stacks.len() < 100_000 {
            let slab = Slab::map(MIN_SIZE, 1).unwrap();
            // SAFETY: our own slab.
            assert!(unsafe { guard::install_by(Method::Mark, slab.low(0)) }.is_err());
            return;
        }
        for stack in &stacks {
            write_a_byte(stack.base().get() - 1);
        }
    }
}
