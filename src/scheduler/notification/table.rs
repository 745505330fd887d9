//! All notification slots of the process, and which of them are free. Owns
//! the numbering of ids. Calls `queue`.
//!
//! An id is the slot's generation in the upper half and its index in the
//! lower: never 0 and never negative. The table grows by chunks, each twice
//! the one before; a chunk is never freed, so that whoever holds an old id
//! finds a slot, and in it another generation.

use super::queue::{LAST_GENERATION, Slot};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering::*};

const FIRST_CHUNK_BITS: u32 = 6;
/// 64 slots, 128, ... 2^26 in all.
const CHUNKS: usize = 20;

static TABLE: [AtomicPtr<Slot>; CHUNKS] = [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS];
/// How many slots have been handed out for the first time.
static USED: AtomicU32 = AtomicU32::new(0);
/// A stack: a count of its changes above, index + 1 of the first free slot
/// below. The count keeps a slow taker from mistaking it for the stack that it
/// looked at.
static FREE: AtomicU64 = AtomicU64::new(0);

/// Which chunk, and where in it.
fn place(index: u32) -> (usize, usize) {
    let n = u64::from(index) + (1 << FIRST_CHUNK_BITS);
    let bits = n.ilog2();
    (
        (bits - FIRST_CHUNK_BITS) as usize,
        (n - (1 << bits)) as usize,
    )
}

/// The slot, if its chunk exists. Async-signal-safe.
fn slot(index: u32) -> Option<&'static Slot> {
    let (chunk, offset) = place(index);
    let chunk = TABLE.get(chunk)?.load(Acquire);
    if chunk.is_null() {
        return None;
    }
    // SAFETY: a chunk is complete when its pointer is stored, never freed, and
    // `place` stays inside.
    Some(unsafe { &*chunk.add(offset) })
}

/// The slot and the generation that an id names, if it can be one.
#[inline]
pub(super) fn find(id: isize) -> Option<(&'static Slot, u32)> {
    let generation = u32::try_from(id >> 32).ok()?;
    if generation == 0 || generation > LAST_GENERATION {
        return None;
    }
    Some((slot(id as u32)?, generation))
}

/// The id of a slot in a generation.
pub(super) fn id(slot: &Slot, generation: u32) -> isize {
    ((generation as isize) << 32) | slot.index as isize
}

/// A free slot. None: the table is full, or memory is.
pub(super) fn acquire() -> Option<&'static Slot> {
    let mut free = FREE.load(Acquire);
    while let Some(index) = (free as u32).checked_sub(1) {
        let slot = slot(index)?;
        let next = slot.next_free.load(Relaxed);
        let changed = (free & !0xffff_ffff).wrapping_add(1 << 32) | u64::from(next);
        match FREE.compare_exchange_weak(free, changed, Acquire, Acquire) {
            Ok(_) => return Some(slot),
            Err(other) => free = other,
        }
    }
    let index = USED.fetch_add(1, Relaxed);
    if place(index).0 >= CHUNKS {
        USED.fetch_sub(1, Relaxed);
        return None;
    }
    match slot(index) {
        Some(slot) => Some(slot),
        None => grow(index),
    }
}

/// Gives a slot back.
pub(super) fn release(slot: &'static Slot) {
    if !slot.has_generations_left() {
        return;
    }
    let mut free = FREE.load(Relaxed);
    loop {
        slot.next_free.store(free as u32, Relaxed);
        let changed = (free & !0xffff_ffff).wrapping_add(1 << 32) | u64::from(slot.index + 1);
        match FREE.compare_exchange_weak(free, changed, Release, Relaxed) {
            Ok(_) => return,
            Err(other) => free = other,
        }
    }
}

/// Makes the chunk of this slot, unless another thread is faster.
#[cold]
fn grow(index: u32) -> Option<&'static Slot> {
    let (chunk, _) = place(index);
    let len = 1usize << (chunk as u32 + FIRST_CHUNK_BITS);
    let first = len as u32 - (1 << FIRST_CHUNK_BITS);
    let mut slots: Vec<Slot> = Vec::new();
    slots.try_reserve_exact(len).ok()?;
    // A random start: numbers that the program made up, or kept from another
    // run, are no ids.
    let random = RandomState::new();
    for i in first..first + len as u32 {
        let mut hasher = random.build_hasher();
        hasher.write_u32(i);
        slots.push(Slot::new(
            i,
            1 + hasher.finish() as u32 % (LAST_GENERATION / 2),
        ));
    }
    let mine = Vec::leak(slots);
    if TABLE[chunk]
        .compare_exchange(ptr::null_mut(), mine.as_mut_ptr(), Release, Relaxed)
        .is_err()
    {
        // SAFETY: it came from the line above, nobody else has seen it, and
        // its length was its capacity.
        drop(unsafe { Vec::from_raw_parts(mine.as_mut_ptr(), len, len) });
    }
    slot(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_fill_the_chunks_without_gap() {
        assert_eq!(place(0), (0, 0));
        assert_eq!(place(63), (0, 63));
        assert_eq!(place(64), (1, 0));
        assert_eq!(place(191), (1, 127));
        assert_eq!(place(192), (2, 0));
        assert_eq!(place(u32::MAX).0, 26);
    }

    #[test]
    fn absurd_ids_name_nothing() {
        for id in [0, 1, -1, isize::MIN, isize::MAX, 0xffff_ffff, 1 << 62] {
            assert!(find(id).is_none(), "{id}");
        }
    }
}
