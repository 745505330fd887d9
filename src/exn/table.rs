//! Where exceptions are: a table of entries that never move and are never
//! given back, each with a generation and a counter in one atomic word.
//!
//! A handle is `generation (22 bits) | kind 1 (8 bits) | 00 | index`, like that of
//! no slot, whose handles have a tag. A lookup with a stale
//! generation fails, and one that succeeds has counted itself in, in one
//! compare-and-swap: no thread can free an entry under another's reading.

use super::{Data, text};
use crate::abi::{LWT_CANCELED, LWT_OUT_OF_MEMORY};
use crate::handle::region::seed;
use crate::handle::slot::TAG_MASK;
use crate::value::Value;
use once_cell::sync::Lazy;
use std::cell::UnsafeCell;
use std::ffi::CString;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
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

fn is_fixed(bits: u64) -> bool {
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
