//! Where exceptions are: a table of entries that never move and are never
//! given back, each with a generation and a counter in one atomic word.
//!
//! A handle is `generation (22 bits) | kind 1 (8 bits) | 00 | index`, like that of
//! no slot, whose handles have a tag. A lookup with a stale
//! generation fails, and one that succeeds has counted itself in, in one
//! compare-and-swap: no thread can free an entry under another's reading.
//!
//! How many of the references are C's is counted besides. C gives up, or hands
//! over, what it has and no more: a release too many takes nothing from the
//! promises that show the exception.

use super::trace::Trace;
use super::{Data, text};
use crate::abi::{LWT_CANCELED, LWT_OUT_OF_MEMORY};
use crate::handle::fork::{self, Held};
use crate::handle::region::seed;
use crate::handle::slot::TAG_MASK;
use crate::value::Value;
use once_cell::sync::Lazy;
use std::cell::UnsafeCell;
use std::ffi::CString;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What tells an exception's handle from all others.
const KIND: u64 = 1 << 34;
const KIND_MASK: u64 = 0xff << 34 | TAG_MASK;
const GENERATION_SHIFT: u32 = 42;
const GENERATIONS: u64 = (1 << 22) - 1;
/// High enough that no address is a handle.
const FIRST_GENERATION: u64 = 1 << 12;

/// `Lwt.Canceled`, which is never freed.
pub const CANCELED: u64 = GENERATIONS << GENERATION_SHIFT | KIND;
/// Out of memory, made beforehand since nothing can be made then.
pub const OUT_OF_MEMORY: u64 = CANCELED | 1;

const CHUNK: usize = 256;
const CHUNKS: usize = 1 << 16;

struct Entry {
    /// The generation high, the references low.
    word: AtomicU64,
    /// How many of the references are C's.
    users: AtomicU32,
    data: UnsafeCell<*mut Data>,
}

// SAFETY: `data` is written by the one thread that took the entry off the free
// list, before the word makes it known, and read by holders of a reference.
unsafe impl Sync for Entry {}

static CHUNK_TABLE: [AtomicPtr<Entry>; CHUNKS] =
    [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS];

struct Free {
    list: Vec<u32>,
    next: u32,
}

static FREE: Mutex<Free> = Mutex::new(Free {
    list: Vec::new(),
    next: 2,
});

/// For the time of a fork.
pub fn hold() -> Option<Held> {
    fork::hold(&FREE)
}

fn free() -> MutexGuard<'static, Free> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The two that always are.
static FIXED: Lazy<[Data; 2]> = Lazy::new(|| {
    let data = |kind, message: &str| Data {
        kind,
        message: text(message),
        errno: 0,
        function: CString::default(),
        argument: CString::default(),
        payload: Value::UNIT,
        trace: Trace::default(),
    };
    [
        data(LWT_CANCELED, "the promise was cancelled"),
        data(LWT_OUT_OF_MEMORY, "out of memory"),
    ]
});

fn entry(index: u32) -> Option<&'static Entry> {
    let chunk = CHUNK_TABLE
        .get(index as usize / CHUNK)?
        .load(Ordering::Acquire);
    // SAFETY: a chunk is CHUNK entries, published once, never freed.
    (!chunk.is_null()).then(|| unsafe { &*chunk.add(index as usize % CHUNK) })
}

/// Is it one of those that always are?
pub fn is_fixed(bits: u64) -> bool {
    bits & !1 == CANCELED
}

/// Adds an exception: its handle, with one reference.
pub fn add(data: Box<Data>) -> u64 {
    let mut free = free();
    let index = free.list.pop().unwrap_or_else(|| {
        let index = free.next;
        if (index as usize) < CHUNK * CHUNKS {
            free.next += 1;
        }
        index
    });
    let Some(chunk) = CHUNK_TABLE.get(index as usize / CHUNK) else {
        return OUT_OF_MEMORY; // sixteen million exceptions are alive
    };
    if chunk.load(Ordering::Relaxed).is_null() {
        // Generations start at random, so that no guess of a handle is good.
        let mut random = seed();
        let entries = std::iter::repeat_with(|| {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let word = AtomicU64::new((FIRST_GENERATION | random >> 43) << 32);
            Entry {
                word,
                users: AtomicU32::new(0),
                data: UnsafeCell::new(ptr::null_mut()),
            }
        });
        let entries = entries.take(CHUNK).collect::<Box<[Entry]>>();
        // Release: who sees the chunk sees its entries.
        chunk.store(Box::into_raw(entries).cast(), Ordering::Release);
    }
    drop(free);
    let Some(entry) = entry(index) else {
        return OUT_OF_MEMORY;
    };
    let generation = (entry.word.load(Ordering::Relaxed) >> 32) + 1;
    // SAFETY: the entry is off the free list: this thread's alone.
    unsafe { *entry.data.get() = Box::into_raw(data) };
    // Release: who counts itself in sees the data.
    entry.word.store(generation << 32 | 1, Ordering::Release);
    generation << GENERATION_SHIFT | KIND | u64::from(index)
}

/// The data behind a handle.
///
/// # Safety
/// The caller holds a reference as long as it uses the result.
pub unsafe fn get<'a>(bits: u64) -> &'a Data {
    if is_fixed(bits) {
        return &FIXED[(bits & 1) as usize];
    }
    match entry(bits as u32) {
        // SAFETY: a reference is held, so the data is there.
        Some(entry) => unsafe { &**entry.data.get() },
        None => &FIXED[1],
    }
}

/// One more reference, from one that is held.
pub fn retain(bits: u64) {
    if !is_fixed(bits)
        && let Some(entry) = entry(bits as u32)
    {
        // Relaxed: a reference is held, so nobody frees meanwhile.
        entry.word.fetch_add(1, Ordering::Relaxed);
    }
}

/// One more reference, if the handle is live. Any number may be given.
pub fn retain_checked(bits: u64) -> bool {
    if is_fixed(bits) {
        return true;
    }
    if bits & KIND_MASK != KIND {
        return false;
    }
    let Some(entry) = entry(bits as u32) else {
        return false;
    };
    let generation = bits >> GENERATION_SHIFT;
    let live = |word: u64| {
        let count = word as u32;
        (word >> 32 == generation && count != 0 && count < u32::MAX / 2).then_some(word + 1)
    };
    // Acquire: pairs with the store that made the exception known.
    entry
        .word
        .fetch_update(Ordering::Acquire, Ordering::Relaxed, live)
        .is_ok()
}

/// A reference becomes C's.
pub fn give(bits: u64) {
    if !is_fixed(bits)
        && let Some(entry) = entry(bits as u32)
    {
        // Relaxed: a count, and what it counts is held.
        entry.users.fetch_add(1, Ordering::Relaxed);
    }
}

/// One of C's references becomes the caller's, if C has any. Any number may be
/// given.
pub fn take_back(bits: u64) -> bool {
    // Held meanwhile, so that the count is of this exception.
    if !retain_checked(bits) {
        return false;
    }
    let less = |users: u32| users.checked_sub(1);
    let users = entry(bits as u32).filter(|_| !is_fixed(bits)).map(|entry| {
        // Relaxed: as above.
        let taken = entry
            .users
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        taken.is_ok()
    });
    release(bits);
    users.unwrap_or(true)
}

/// Tells of each exception that is alive its handle and how many references C
/// has. Other threads may end some meanwhile.
pub fn each_live(mut f: impl FnMut(u64, u32)) {
    let end = free().next;
    for index in 0..end {
        let Some(entry) = entry(index) else { continue };
        let word = entry.word.load(Ordering::Relaxed);
        if word as u32 != 0 {
            let handle = word >> 32 << GENERATION_SHIFT | KIND | u64::from(index);
            f(handle, entry.users.load(Ordering::Relaxed));
        }
    }
}

/// Gives up one reference; the last one frees.
#[cold]
#[inline(never)]
pub fn release(bits: u64) {
    if is_fixed(bits) {
        return;
    }
    let Some(entry) = entry(bits as u32) else {
        return;
    };
    let less = |word: u64| (word as u32 != 0).then(|| word - 1);
    // AcqRel: what others did with their references comes before the freeing.
    let Ok(word) = entry
        .word
        .fetch_update(Ordering::AcqRel, Ordering::Relaxed, less)
    else {
        return;
    };
    if word as u32 != 1 {
        return;
    }
    // SAFETY: the last reference: nobody else reads or frees the data.
    let data = unsafe { Box::from_raw(entry.data.get().replace(ptr::null_mut())) };
    if word >> 32 < GENERATIONS - 1 {
        free().list.push(bits as u32);
    }
    // Last, for a payload's drop function may make exceptions of its own.
    drop(data);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exn::Exn;

    fn fresh() -> u64 {
        Exn::new(crate::abi::LWT_FAILURE, "x").into_bits()
    }

    #[test]
    fn an_entry_whose_generations_run_out_is_never_used_again() {
        let bits = fresh();
        let index = bits as u32;
        let word = &entry(index).unwrap().word;
        word.store((GENERATIONS - 1) << 32 | 1, Ordering::Relaxed);
        let last = (GENERATIONS - 1) << GENERATION_SHIFT | KIND | u64::from(index);
        assert!(!retain_checked(bits));
        assert!(retain_checked(last));
        release(last);
        release(last);
        assert!(!retain_checked(last));
        assert!(!free().list.contains(&index));
    }

    #[test]
    fn a_handle_is_live_as_long_as_its_count_and_not_after() {
        let bits = fresh();
        for _ in 0..1000 {
            assert!(retain_checked(bits));
        }
        for _ in 0..1000 {
            release(bits);
        }
        assert!(retain_checked(bits));
        release(bits);
        release(bits);
        assert!(!retain_checked(bits));
        release(bits); // one too many is nothing
    }

    #[test]
    fn what_is_near_a_handle_is_none() {
        let bits = fresh();
        for bit in 10..64 {
            assert!(!retain_checked(bits ^ 1 << bit), "bit {bit}");
        }
        for other in [
            0,
            KIND,
            u64::MAX,
            bits & !KIND_MASK,
            7 << GENERATION_SHIFT | KIND,
        ] {
            assert!(!retain_checked(other), "{other:x}");
        }
        release(bits);
    }

    #[test]
    fn the_two_that_always_are_can_not_be_freed() {
        for bits in [CANCELED, OUT_OF_MEMORY] {
            for _ in 0..3 {
                release(bits);
            }
            assert!(retain_checked(bits));
        }
        // SAFETY: these are never freed.
        let kinds = [CANCELED, OUT_OF_MEMORY].map(|bits| unsafe { get(bits) }.kind);
        assert_eq!(kinds, [LWT_CANCELED, LWT_OUT_OF_MEMORY]);
    }

    #[test]
    fn c_takes_back_what_it_was_given_and_no_more() {
        let bits = fresh();
        assert!(!take_back(bits));
        give(bits);
        assert!(retain_checked(bits)); // what it gives up below is another's
        assert!(take_back(bits));
        assert!(!take_back(bits));
        release(bits);
        assert!(retain_checked(bits));
        release(bits);
        release(bits);
        assert!(!take_back(bits));
        assert!(take_back(CANCELED) && take_back(CANCELED));
    }

    #[test]
    fn threads_that_retain_and_release_the_same_one_free_it_once() {
        static DROPS: AtomicU64 = AtomicU64::new(0);
        unsafe extern "C" fn count(_: *mut std::ffi::c_void) {
            DROPS.fetch_add(1, Ordering::Relaxed);
        }
        for _ in 0..200 {
            let payload = Value::new(ptr::null_mut(), Some(count));
            let bits = Exn::with_payload(crate::abi::LWT_FAILURE, "x", payload).into_bits();
            let before = DROPS.load(Ordering::Relaxed);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        while retain_checked(bits) {
                            release(bits);
                            if DROPS.load(Ordering::Relaxed) != before {
                                return;
                            }
                            std::thread::yield_now();
                        }
                    });
                }
                release(bits);
            });
            assert_eq!(DROPS.load(Ordering::Relaxed), before + 1);
            assert!(!retain_checked(bits));
        }
    }
}
