//! Slabs: large mappings from which stacks are carved, and the list of them
//! that a signal handler can read.
//!
//! ```text
//! low address                                               high address
//! | guard | stack 0     | guard | stack 1     | … | guard | stack n-1   |
//! |<----- stride ------>|
//! ```
//!
//! A page of a slab costs memory once it was touched. One mapping holds many
//! stacks, so the number of mappings bounds nothing as long as guards are
//! marks (see [`super::guard`]).

use super::guard::GUARD;
use std::io;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// A mapping for `count` stacks of one size. Unmapped when dropped.
pub struct Slab {
    base: usize,
    size: usize,
    count: usize,
    entry: &'static Entry,
}

impl Slab {
    /// Maps room for `count` stacks of `size` bytes, a multiple of 64 KiB.
    pub fn map(size: usize, count: usize) -> io::Result<Slab> {
        let length = (GUARD + size)
            .checked_mul(count)
            .ok_or_else(|| io::Error::from_raw_os_error(libc::ENOMEM))?;
        // SAFETY: a new mapping, wherever the kernel has room.
        let base = unsafe {
            libc::mmap(
                ptr::null_mut(),
                length,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK,
                -1,
                0,
            )
        };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // With huge pages the first touch of a stack would cost 2 MiB. An
        // error means that the kernel knows none.
        // SAFETY: the mapping made above.
        unsafe { libc::madvise(base, length, libc::MADV_NOHUGEPAGE) };
        let base = base as usize;
        let entry = Entry::claim();
        entry.publish(base, size, count);
        Ok(Slab {
            base,
            size,
            count,
            entry,
        })
    }

    /// Where the guard of stack `i` begins.
    pub fn low(&self, i: usize) -> usize {
        debug_assert!(i < self.count);
        self.base + i * (GUARD + self.size)
    }

    /// How many stacks it has room for.
    pub fn count(&self) -> usize {
        self.count
    }
}

impl Drop for Slab {
    fn drop(&mut self) {
        self.entry.retire();
        let length = (GUARD + self.size) * self.count;
        // SAFETY: mapped by `map`; whoever drops a slab has no stack of it left.
        unsafe { libc::munmap(self.base as *mut libc::c_void, length) };
    }
}

/// What a signal handler needs to know of a slab. Entries are used again and
/// never freed, so that a handler may walk the list at any moment.
struct Entry {
    /// 0: no slab. Written last, read first.
    base: AtomicUsize,
    size: AtomicUsize,
    count: AtomicUsize,
    /// 1: somebody's.
    claimed: AtomicUsize,
    next: AtomicPtr<Entry>,
}

static ENTRIES: AtomicPtr<Entry> = AtomicPtr::new(ptr::null_mut());

/// All entries there ever were.
fn entries() -> impl Iterator<Item = &'static Entry> {
    // Acquire, here and below: the fields of an entry were written before the
    // Release that linked it.
    let mut next = ENTRIES.load(Ordering::Acquire);
    std::iter::from_fn(move || {
        // SAFETY: entries are leaked: once linked they are valid for ever.
        let entry = unsafe { next.as_ref() }?;
        next = entry.next.load(Ordering::Acquire);
        Some(entry)
    })
}

impl Entry {
    fn claim() -> &'static Entry {
        for entry in entries() {
            // Acquire: what the former owner wrote comes before what we write.
            let claim = entry
                .claimed
                .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed);
            if claim.is_ok() {
                return entry;
            }
        }
        let entry: &'static Entry = Box::leak(Box::new(Entry {
            base: AtomicUsize::new(0),
            size: AtomicUsize::new(0),
            count: AtomicUsize::new(0),
            claimed: AtomicUsize::new(1),
            next: AtomicPtr::new(ptr::null_mut()),
        }));
        let mut head = ENTRIES.load(Ordering::Relaxed);
        loop {
            entry.next.store(head, Ordering::Relaxed);
            let new = ptr::from_ref(entry).cast_mut();
            // Release: whoever finds the entry sees its fields.
            match ENTRIES.compare_exchange_weak(head, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return entry,
                Err(other) => head = other,
            }
        }
    }

    fn publish(&self, base: usize, size: usize, count: usize) {
        self.size.store(size, Ordering::Relaxed);
        self.count.store(count, Ordering::Relaxed);
        // Release: a handler that sees the base sees size and count.
        self.base.store(base, Ordering::Release);
    }

    fn retire(&self) {
        self.base.store(0, Ordering::Relaxed);
        // Release: the next owner writes after this.
        self.claimed.store(0, Ordering::Release);
    }
}

/// Where in the slabs an address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where the guard of the stack begins.
    pub low: usize,
    /// The size of the stack, its guard apart.
    pub size: usize,
}

impl Place {
    /// Is the address in the guard, rather than in the stack?
    pub fn is_guard(&self, address: usize) -> bool {
        (self.low..self.low + GUARD).contains(&address)
    }

    /// Is the address in the stack or in its guard?
    pub fn contains(&self, address: usize) -> bool {
        (self.low..self.low + GUARD + self.size).contains(&address)
    }
}

/// Looks an address up. Async-signal-safe. A slab that another thread unmaps
/// meanwhile may or may not be found.
pub fn find(address: usize) -> Option<Place> {
    entries().find_map(|entry| {
        // Acquire: size and count belong to this base.
        let base = entry.base.load(Ordering::Acquire);
        let size = entry.size.load(Ordering::Relaxed);
        let count = entry.count.load(Ordering::Relaxed);
        let stride = GUARD + size;
        let offset = address.checked_sub(base)?;
        let inside = base != 0 && offset / stride < count;
        inside.then(|| Place {
            low: base + offset / stride * stride,
            size,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 64 * 1024;

    #[test]
    fn each_address_of_a_slab_is_found_in_its_stack_and_none_beside_it() {
        let slab = Slab::map(SIZE, 3).unwrap();
        for i in 0..3 {
            let place = Place {
                low: slab.low(i),
                size: SIZE,
            };
            for address in [place.low, place.low + GUARD - 1] {
                assert_eq!(find(address), Some(place));
                assert!(place.is_guard(address) && place.contains(address));
            }
            for address in [place.low + GUARD, place.low + GUARD + SIZE - 1] {
                assert_eq!(find(address), Some(place));
                assert!(!place.is_guard(address) && place.contains(address));
            }
        }
        assert_ne!(
            find(slab.low(0) - 1),
            Some(Place {
                low: slab.low(0),
                size: SIZE
            })
        );
        assert_eq!(find(8), None);
    }

    #[test]
    fn the_entry_of_a_dropped_slab_serves_again() {
        for _ in 0..1000 {
            let slab = Slab::map(SIZE, 1).unwrap();
            assert!(find(slab.low(0)).is_some());
        }
        assert!(entries().count() < 500, "{}", entries().count());
    }

    #[test]
    fn a_slab_beyond_the_address_space_is_an_error() {
        assert!(Slab::map(1 << 40, 1 << 20).is_err());
        assert!(Slab::map(usize::MAX / 2, 4).is_err());
    }
}
