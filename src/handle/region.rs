//! The region that all slots live in: one reservation of address space, made
//! readable step by step, handed to threads in chunks.
//!
//! A slot never moves and its memory is never given back, so that a stale
//! handle always leads to a slot, which tells that it is stale.

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

/// A chunk of free slots, linked through `next` (the last one to 0), for the
/// thread `owner`: the number of the first. None: memory ran out.
pub fn take_chunk(owner: u16) -> Option<u32> {
    let region = region()?;
    let mut inner = region.lock();
    if let Some(first) = inner.free.pop() {
        drop(inner);
        link(region, first, owner);
        return Some(first);
    }
    let first = inner.next;
    let end = first.checked_add(CHUNK)?;
    if end > region.slots || !region.make_readable(end) {
        return None;
    }
    inner.next = end;
    for id in first..end {
        // Generations start at random, so that no guess of a handle is good,
        // and low enough to last half a thousand million reuses.
        inner.random ^= inner.random << 13;
        inner.random ^= inner.random >> 7;
        inner.random ^= inner.random << 17;
        let generation = (inner.random >> 35) | 1 << 16;
        // SAFETY: the slot is readable and nobody's yet.
        unsafe { &*region.base.add(id as usize) }.set_me(generation * GENERATION);
    }
    if first == 0 {
        // Slot 0 stands for none. Its number matches no handle, NULL included.
        // SAFETY: as above.
        let none = unsafe { &*region.base };
        none.set_me(u64::MAX);
        none.b.set(u64::MAX); // no wakener either
    }
    drop(inner);
    link(region, first, owner);
    Some(first)
}

fn link(region: &Region, first: u32, owner: u16) {
    for id in first..first + CHUNK {
        // SAFETY: the chunk is the calling thread's alone.
        let slot = unsafe { &*region.base.add(id as usize) };
        slot.set_tag(u32::from(owner) << OWNER_SHIFT);
        slot.next
            .set(if id + 1 < first + CHUNK { id + 1 } else { 0 });
    }
}

/// Gives a chunk back whose slots are all free, of a new generation, and of
/// no owner.
pub fn give_back(first: u32) {
    if let Some(region) = REGION.get() {
        region.lock().free.push(first);
    }
}
