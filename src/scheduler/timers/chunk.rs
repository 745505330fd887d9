//! The buckets of the wheel: lists of chunks of 16-byte entries, appended at
//! the end, marked in place when a timer is taken away. Calls nothing.
//!
//! ```text
//! Bucket ──head──▶ chunk ◀──▶ chunk ◀──▶ chunk ◀──tail── Bucket
//!                  4 KiB: a head of 32 bytes, 254 entries
//! ```
//!
//! An entry's address stays the same until the wheel moves it, and an entry
//! knows how far into its chunk it is: so a timer is taken away with its
//! address alone.

use super::wheel::{Place, Target};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::{self, NonNull};

/// A timer in a bucket or in the run.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub(crate) struct Entry {
    pub(super) deadline: u64,
    target: u32,
    /// Its index in the chunk, or IN_RUN; and what kind of target it has.
    pub(super) place: u32,
}

/// Not in a chunk, but in the run.
pub(super) const IN_RUN: u32 = 0xffff;
/// The target is an event's number.
const EVENT: u32 = 1 << 30;
/// The timer was taken away.
const MARKED: u32 = 1 << 31;

impl Entry {
    #[inline]
    pub(super) fn target(&self) -> Target {
        match self.place & EVENT {
            0 => Target::Promise(self.target),
            _ => Target::Event(self.target),
        }
    }
    #[inline]
    pub(super) fn is_marked(&self) -> bool {
        self.place & MARKED != 0
    }
    #[inline]
    pub(super) fn mark(&mut self) {
        self.place |= MARKED;
    }
    #[inline]
    pub(super) fn is_in_run(&self) -> bool {
        self.place & IN_RUN == IN_RUN
    }
}

const ENTRIES: usize = 254;

#[repr(C, align(16))]
pub(super) struct Chunk {
    previous: *mut Chunk,
    next: *mut Chunk,
    bucket: u32,
    len: u16,
    live: u16,
    _room: u64,
    /// The first `len` are initialised.
    entries: [std::mem::MaybeUninit<Entry>; ENTRIES],
}

/// Chunks that are not in use.
pub(super) struct Pool {
    free: *mut Chunk,
    kept: usize,
}

/// What stays for later; more is given back to the allocator.
const KEPT: usize = 64;

impl Pool {
    pub(super) fn new() -> Pool {
        Pool {
            free: ptr::null_mut(),
            kept: 0,
        }
    }

    fn take(&mut self) -> *mut Chunk {
        if self.free.is_null() {
            let layout = Layout::new::<Chunk>();
            // SAFETY: the layout is not of size 0.
            let chunk = unsafe { alloc(layout) };
            if chunk.is_null() {
                handle_alloc_error(layout);
            }
            return chunk.cast();
        }
        let chunk = self.free;
        // SAFETY: chunks in the pool are ours, linked by `next`.
        self.free = unsafe { (*chunk).next };
        self.kept -= 1;
        chunk
    }

    fn give(&mut self, chunk: *mut Chunk) {
        if self.kept >= KEPT {
            // SAFETY: it came from `take`, with this layout, and has left its
            // bucket.
            unsafe { dealloc(chunk.cast(), Layout::new::<Chunk>()) };
            return;
        }
        // SAFETY: as above.
        unsafe { (*chunk).next = self.free };
        self.free = chunk;
        self.kept += 1;
    }

    /// Gives everything back.
    pub(super) fn trim(&mut self) {
        while !self.free.is_null() {
            let chunk = self.take();
            // SAFETY: as in `give`.
            unsafe { dealloc(chunk.cast(), Layout::new::<Chunk>()) };
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.trim();
    }
}

/// Has memory fetched that may be used soon.
#[inline]
pub(super) fn ahead<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 processor has the instruction; it changes nothing,
    // and does nothing where the address is none.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// A list of chunks. None of them is empty of living entries, but where it is
/// the only one: it stays for what comes next.
pub(super) struct Bucket {
    head: *mut Chunk,
    tail: *mut Chunk,
    /// Not after the first deadline.
    pub(super) earliest: u64,
    /// How far `pop_front` has come in the first chunk.
    popped: usize,
}

impl Bucket {
    pub(super) const EMPTY: Bucket = Bucket {
        head: ptr::null_mut(),
        tail: ptr::null_mut(),
        earliest: u64::MAX,
        popped: 0,
    };

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        // SAFETY: a head that is not NULL is a chunk of this bucket.
        self.head.is_null() || unsafe { (*self.head).live == 0 }
    }

    /// Gives back the chunk of an empty bucket.
    pub(super) fn shrink(&mut self, pool: &mut Pool) {
        if self.is_empty() && !self.head.is_null() {
            let chunk = self.head;
            // SAFETY: it is a chunk of this bucket.
            unsafe { self.unlink(chunk) };
            pool.give(chunk);
        }
    }

    /// Appends; `index` is the bucket's own.
    #[inline]
    pub(super) fn push(
        &mut self,
        index: u32,
        deadline: u64,
        target: Target,
        pool: &mut Pool,
    ) -> Place {
        // SAFETY: a tail that is not NULL is a chunk of this bucket.
        if self.tail.is_null() || unsafe { (*self.tail).len as usize } == ENTRIES {
            self.grow(index, pool);
        }
        self.earliest = self.earliest.min(deadline);
        // SAFETY: `grow` left a tail with room.
        unsafe {
            let chunk = &mut *self.tail;
            let at = chunk.len;
            chunk.len += 1;
            chunk.live += 1;
            let (target, kind) = match target {
                Target::Promise(id) => (id, 0),
                Target::Event(id) => (id, EVENT),
            };
            let entry = (&raw mut chunk.entries).cast::<Entry>().add(at as usize);
            entry.write(Entry {
                deadline,
                target,
                place: u32::from(at) | kind,
            });
            NonNull::new_unchecked(entry)
        }
    }

    #[inline(never)]
    fn grow(&mut self, index: u32, pool: &mut Pool) {
        let chunk = pool.take();
        // SAFETY: a fresh chunk: its head is ours to write. The tail is a chunk
        // of this bucket or NULL.
        unsafe {
            (*chunk).previous = self.tail;
            (*chunk).next = ptr::null_mut();
            (*chunk).bucket = index;
            (*chunk).len = 0;
            (*chunk).live = 0;
            match self.tail.as_mut() {
                Some(tail) => tail.next = chunk,
                None => self.head = chunk,
            }
        }
        self.tail = chunk;
    }

    /// Takes away the entry. Returns its bucket's index, and by how much the
    /// number of marked entries in chunks has grown.
    ///
    /// # Safety
    /// The entry lives, in a chunk of one of these buckets.
    #[inline]
    pub(super) unsafe fn remove(
        entry: Place,
        buckets: &mut [Bucket],
        pool: &mut Pool,
    ) -> (usize, isize) {
        // SAFETY: the entry lies `place` entries behind the chunk's head.
        unsafe {
            let at = ((*entry.as_ptr()).place & IN_RUN) as usize;
            let first = entry.as_ptr().sub(at).cast::<u8>();
            let chunk = first
                .sub(std::mem::offset_of!(Chunk, entries))
                .cast::<Chunk>();
            let index = (*chunk).bucket as usize;
            let live = (*chunk).live - 1;
            (*chunk).live = live;
            let len = (*chunk).len as usize;
            if live == 0 {
                // Those marked before go with it.
                let bucket = &mut buckets[index];
                if bucket.head == bucket.tail {
                    (*chunk).len = 0;
                    bucket.earliest = u64::MAX;
                } else {
                    bucket.unlink(chunk);
                    pool.give(chunk);
                }
                return (index, 1 - len as isize);
            }
            if at + 1 == len {
                (*chunk).len -= 1;
                return (index, 0);
            }
            (*entry.as_ptr()).mark();
            (index, 1)
        }
    }

    /// # Safety
    /// The chunk is one of this bucket.
    unsafe fn unlink(&mut self, chunk: *mut Chunk) {
        // SAFETY: the links of a chunk lead to chunks of the same bucket.
        unsafe {
            let (previous, next) = ((*chunk).previous, (*chunk).next);
            match previous.as_mut() {
                Some(previous) => previous.next = next,
                None => self.head = next,
            }
            match next.as_mut() {
                Some(next) => next.previous = previous,
                None => self.tail = previous,
            }
        }
        if self.head.is_null() {
            self.earliest = u64::MAX;
        }
    }

    /// How many marked entries there are. Before the first `pop_front`.
    pub(super) fn marked(&self) -> usize {
        let mut marked = 0;
        let mut chunk = self.head;
        // SAFETY: the chunks of the list are ours.
        while let Some(c) = unsafe { chunk.as_ref() } {
            marked += (c.len - c.live) as usize;
            chunk = c.next;
        }
        marked
    }

    /// Whose entry it is that `pop_front` will come to after some others, if
    /// it is in the same chunk.
    #[inline]
    pub(super) fn peek(&self, ahead: usize) -> Option<Target> {
        // SAFETY: as in `pop_front`.
        unsafe {
            let chunk = self.head.as_ref()?;
            let at = self.popped + ahead;
            (at < chunk.len as usize).then(|| chunk.entries[at].assume_init().target())
        }
    }

    /// The first entry that lives, taken out; the marked before it are
    /// forgotten. Nothing else may be done with the bucket from then on.
    #[inline]
    pub(super) fn pop_front(&mut self, pool: &mut Pool) -> Option<Entry> {
        loop {
            // SAFETY: the chunks of the list are ours, `popped` stays below
            // `len`, and the first `len` entries are initialised.
            unsafe {
                let chunk = self.head.as_mut()?;
                while self.popped < chunk.len as usize {
                    let entry = chunk.entries[self.popped].assume_init();
                    self.popped += 1;
                    if !entry.is_marked() {
                        return Some(entry);
                    }
                }
                let head = self.head;
                self.popped = 0;
                self.unlink(head);
                pool.give(head);
            }
        }
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let mut chunk = self.head;
        while !chunk.is_null() {
            // SAFETY: the chunks of the list are ours, and made by `take`.
            unsafe {
                let next = (*chunk).next;
                dealloc(chunk.cast(), Layout::new::<Chunk>());
                chunk = next;
            }
        }
    }
}
