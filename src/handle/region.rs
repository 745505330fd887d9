//! The region that all slots live in: one reservation of address space, made
//! readable step by step, handed to threads in chunks.
//!
//! A slot never moves and its memory is never given back, so that a stale
//! handle always leads to a slot, which tells that it is stale.

use super::fork::{self, Held};
use super::slot::{GENERATION, OWNER_SHIFT, Slot};
use once_cell::sync::OnceCell;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Slots that a thread takes at a time.
pub const CHUNK: u32 = 256;

/// 2^32 slots of 64 bytes, less the last chunk so that a limit fits in 32 bits.
const LARGEST: u64 = (1 << 32) - CHUNK as u64;
/// Too little to be of use.
const SMALLEST: u64 = 1 << 12;
/// What is made readable at a time, in slots: 1 MiB at first, 64 MiB at most.
const FIRST_STEP: u32 = 1 << 14;
const LARGEST_STEP: u32 = 1 << 20;

struct Region {
    base: *mut Slot,
    slots: u32,
    /// Slots that may be read: a multiple of the chunk.
    readable: AtomicU32,
    inner: Mutex<Inner>,
}

struct Inner {
    next: u32,
    free: Vec<u32>,
    random: u64,
}

// SAFETY: `base` is the start of a mapping that lives as long as the process;
// what is behind it follows the rules of `Slot`.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

static REGION: OnceCell<Region> = OnceCell::new();

fn region() -> Option<&'static Region> {
    REGION.get_or_try_init(reserve).ok()
}

fn reserve() -> Result<Region, ()> {
    let mut slots = LARGEST;
    while slots >= SMALLEST {
        // SAFETY: a fresh anonymous mapping, not readable yet.
        let base = unsafe {
            libc::mmap(
                ptr::null_mut(),
                slots as usize * size_of::<Slot>(),
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if base != libc::MAP_FAILED {
            let inner = Inner {
                next: 0,
                free: Vec::new(),
                random: seed(),
            };
            return Ok(Region {
                base: base.cast(),
                slots: slots as u32 & !(CHUNK - 1),
                readable: AtomicU32::new(0),
                inner: Mutex::new(inner),
            });
        }
        slots /= 2;
    }
    Err(())
}

/// Something that nobody can guess, never 0.
pub fn seed() -> u64 {
    let mut seed = 0u64;
    // SAFETY: the buffer is eight bytes long.
    let got = unsafe { libc::getrandom((&raw mut seed).cast(), 8, libc::GRND_NONBLOCK) };
    if got != 8 {
        // SAFETY: no preconditions.
        let pid = unsafe { libc::getpid() } as u64;
        seed ^= pid << 32 ^ (&raw const seed as u64);
    }
    seed | 1
}

/// For the time of a fork.
pub(super) fn hold() -> Option<Held> {
    fork::hold(&REGION.get()?.inner)
}

/// Where the region starts; NULL if no address space could be had.
pub fn base() -> *const Slot {
    region().map_or(ptr::null(), |r| r.base)
}

/// A slot of whichever thread, for its two shared fields.
pub fn peek(id: u32) -> Option<&'static Slot> {
    let region = REGION.get()?;
    if id == 0 || id >= region.readable.load(Ordering::Acquire) {
        return None;
    }
    // SAFETY: below `readable` the region is mapped and zeroed or in use; the
    // caller reads the atomic fields alone.
    Some(unsafe { &*region.base.add(id as usize) })
}

impl Region {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the slots below `end` readable.
    fn make_readable(&self, end: u32) -> bool {
        let readable = self.readable.load(Ordering::Relaxed);
        if end <= readable {
            return true;
        }
        let wanted = readable.clamp(FIRST_STEP, LARGEST_STEP);
        for step in [wanted, CHUNK] {
            let to = readable.saturating_add(step).min(self.slots);
            if to < end {
                return false;
            }
            let bytes = (to - readable) as usize * size_of::<Slot>();
            // SAFETY: the range is a part of our own reservation.
            let done = unsafe {
                let start = self.base.add(readable as usize).cast();
                libc::mprotect(start, bytes, libc::PROT_READ | libc::PROT_WRITE)
            };
            if done == 0 {
                self.readable.store(to, Ordering::Release);
                return true;
            }
        }
        false
    }
}

/// Slots whose pages are asked for at once, when many are in use.
const POPULATE: u32 = 1 << 10;

impl Region {
    /// Where many slots are in use, has the pages of the next ones made in one
    /// call: a page fault each would cost half as much again. A kernel that
    /// can't (before 5.14) makes them as they are touched.
    fn populate(&self, first: u32) {
        if first < FIRST_STEP || !first.is_multiple_of(POPULATE) {
            return;
        }
        let ready = self.readable.load(Ordering::Relaxed) - first;
        let bytes = ready.min(POPULATE) as usize * size_of::<Slot>();
        // SAFETY: the range is a readable part of our own mapping.
        unsafe {
            let start = self.base.add(first as usize).cast();
            libc::madvise(start, bytes, libc::MADV_POPULATE_WRITE);
        }
    }
}

/// A chunk of slots for the thread `owner`: its first number, and that of the
/// first free slot, from which the others are linked through `next` (the last
/// one to 0). None: memory ran out.
pub fn take_chunk(owner: u16) -> Option<(u32, u32)> {
    let region = region()?;
    let mut inner = region.lock();
    let (first, fresh) = match inner.free.pop() {
        Some(first) => (first, None),
        None => {
            let first = inner.next;
            let end = first.checked_add(CHUNK)?;
            if end > region.slots || !region.make_readable(end) {
                return None;
            }
            inner.next = end;
            region.populate(first);
            inner.random ^= inner.random << 13;
            inner.random ^= inner.random >> 7;
            inner.random ^= inner.random << 17;
            (first, Some(inner.random))
        }
    };
    drop(inner);
    // SAFETY: the chunk is readable and the calling thread's alone.
    let slots =
        unsafe { std::slice::from_raw_parts(region.base.add(first as usize), CHUNK as usize) };
    let mut generation = fresh;
    let mut free = 0;
    for (slot, id) in slots.iter().zip(first..first + CHUNK).rev() {
        // Generations start at random, so that no guess of a handle is good,
        // high enough that no address is one, and low enough to last half a
        // thousand million reuses.
        if let Some(random) = &mut generation {
            *random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            slot.set_me(((*random >> 35) | 1 << 16) * GENERATION);
        }
        slot.set_tag(u32::from(owner) << OWNER_SHIFT);
        // One whose generations have run out is never used again.
        if id != 0 && slot.me() != 0 {
            slot.next.set(free);
            free = id;
        }
    }
    if first == 0 && fresh.is_some() {
        // Slot 0 stands for none. Its number matches no handle, NULL included,
        // and it is no wakener either.
        slots[0].set_me(u64::MAX);
        slots[0].b.set(u64::MAX);
    }
    Some((first, free))
}

/// Gives a chunk back whose slots are all free, of a new generation, and of
/// no owner.
pub fn give_back(first: u32) {
    if let Some(region) = REGION.get() {
        region.lock().free.push(first);
    }
}

#[cfg(test)]
mod tests {
    use super::super::local::{Local, local};
    use super::super::slot::{GENERATION_MASK, TAG_PROMISE};
    use super::*;
    use crate::promise::resolved;
    use crate::value::Value;

    fn promise() -> u64 {
        resolved(Value::UNIT).into_bits()
    }

    fn chunk_of(handle: u64) -> u32 {
        handle as u32 & !(CHUNK - 1)
    }

    /// Runs `f` on a thread that has got the chunk that `leave` has left behind:
    /// again and again, as other tests take chunks, too, and may keep them.
    fn on_a_thread_with(leave: impl Fn() -> u32, f: fn(&Local)) {
        for _ in 0..1000 {
            let chunk = leave();
            let thread = std::thread::spawn(move || {
                let mine = super::super::thread::begin().unwrap();
                (0..8 * CHUNK).for_each(|_| {
                    promise();
                });
                let got = mine.chunks.borrow().contains(&chunk);
                if got {
                    f(local());
                }
                got
            });
            if thread.join().unwrap() {
                return;
            }
        }
        panic!("no chunk was ever used again");
    }

    /// Uses a slot as often as it takes until its generations run out.
    fn wear_out(local: &Local, handle: u64) {
        let slot = local.check(handle).unwrap();
        let last = GENERATION_MASK | TAG_PROMISE | u64::from(handle as u32);
        slot.set_me(last);
        crate::promise::release(last);
    }

    #[test]
    fn a_slot_that_is_used_again_has_another_generation() {
        let local = local();
        let mut before = promise();
        for _ in 0..1000 {
            crate::promise::release(before);
            let now = promise();
            assert_eq!(now as u32, before as u32, "the slot is the one just freed");
            assert_eq!(now - before, GENERATION);
            assert!(local.check(before).is_none() && local.check(now).is_some());
            before = now;
        }
        crate::promise::release(before);
    }

    #[test]
    fn a_slot_whose_generations_run_out_is_never_used_again() {
        use std::cell::Cell;
        let worn = Cell::new(0);
        let leave = || {
            let thread = std::thread::spawn(|| {
                let local = local();
                let handle = promise();
                wear_out(local, handle);
                let later: Vec<u64> = (0..3 * CHUNK).map(|_| promise()).collect();
                assert!(later.iter().all(|&p| p as u32 != handle as u32));
                later.into_iter().for_each(crate::promise::release);
                handle
            });
            worn.set(thread.join().unwrap());
            assert_eq!(peek(worn.get() as u32).unwrap().me(), 0);
            chunk_of(worn.get())
        };
        // Nor by the threads that get the chunk after this one.
        on_a_thread_with(leave, |local| {
            let mine: Vec<u64> = (0..2 * CHUNK).map(|_| promise()).collect();
            for p in mine {
                assert_ne!(local.check(p).unwrap().me() & GENERATION_MASK, 0);
            }
        });
        assert_eq!(peek(worn.get() as u32).unwrap().me(), 0);
    }

    #[test]
    fn a_chunk_without_a_slot_that_is_left_is_passed_over() {
        let worn = || {
            let local = local();
            let many: Vec<u64> = (0..2 * CHUNK).map(|_| promise()).collect();
            let chunk = chunk_of(many[CHUNK as usize]);
            let all_of_it = many.into_iter().filter(|&p| chunk_of(p) == chunk);
            assert_eq!(
                all_of_it.map(|p| wear_out(local, p)).count(),
                CHUNK as usize
            );
            chunk
        };
        let leave = || std::thread::spawn(worn).join().unwrap();
        on_a_thread_with(leave, |local| {
            let p = promise();
            assert!(local.check(p).is_some());
            assert_ne!(p & GENERATION_MASK, 0);
        });
    }

    #[test]
    fn handles_of_a_thread_that_ended_are_stale_for_whoever_has_their_slots_now() {
        use std::sync::atomic::AtomicU64;
        static OLD: AtomicU64 = AtomicU64::new(0);
        let leave = || {
            let old = std::thread::spawn(promise).join().unwrap();
            OLD.store(old, Ordering::Relaxed);
            assert_ne!(peek(old as u32).unwrap().me(), old);
            chunk_of(old)
        };
        on_a_thread_with(leave, |local| {
            let old = OLD.load(Ordering::Relaxed);
            let mine: Vec<u64> = (0..CHUNK).map(|_| promise()).collect();
            let same = mine.iter().find(|&&p| p as u32 == old as u32);
            assert!(local.check(old).is_none() && local.check_any(old).is_none());
            assert!(same.is_none_or(|&p| p & GENERATION_MASK != old & GENERATION_MASK));
            let exn = super::super::misuse(old, "test");
            assert_eq!(exn.kind(), crate::abi::LWT_INVALID_ARGUMENT);
        });
    }

    #[test]
    fn generations_are_too_high_for_an_address_and_leave_room_for_many_reuses() {
        for handle in (0..2000).map(|_| promise()).collect::<Vec<_>>() {
            let generation = handle >> 34;
            assert!(
                (1 << 16..1 << 29 | 1 << 16).contains(&generation),
                "{generation:x}"
            );
            crate::promise::release(handle);
        }
    }

    #[test]
    fn nothing_can_be_seen_outside_the_region() {
        drop(resolved(Value::UNIT));
        assert!(peek(0).is_none());
        assert!(peek(u32::MAX).is_none());
        let readable = region().unwrap().readable.load(Ordering::Relaxed);
        assert!(peek(readable.max(1 << 30)).is_none());
    }
}
