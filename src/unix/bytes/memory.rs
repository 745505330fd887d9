//! Memory of module Lwt_bytes: of the allocator, or a mapped file.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::{self, NonNull};

/// Memory, which anybody may write to who has a pointer to it.
pub(super) struct Memory {
    data: NonNull<u8>,
    len: usize,
    kind: Kind,
}

enum Kind {
    Allocated(Layout),
    /// The mapping, which may begin before the data.
    Mapped {
        base: *mut libc::c_void,
        len: usize,
    },
    /// No bytes at all.
    Empty,
}

// SAFETY: it is plain memory; who uses it from several threads is the program's
// affair, and nothing here looks into it.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// None: out of memory, or more than memory can be.
    pub(super) fn zeroed(len: usize) -> Option<Memory> {
        if len == 0 {
            return Some(Memory::empty());
        }
        let layout = Layout::array::<u8>(len).ok()?.align_to(16).ok()?;
        // SAFETY: the layout is not empty.
        let data = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        let kind = Kind::Allocated(layout);
        Some(Memory { data, len, kind })
    }

    fn empty() -> Memory {
        Memory {
            data: NonNull::dangling(),
            len: 0,
            kind: Kind::Empty,
        }
    }

    /// `len` bytes of a file from `pos` on, which need not be a multiple of the
    /// page size. The error is errno.
    pub(super) fn mapped(fd: i32, pos: u64, len: usize, shared: bool) -> Result<Memory, i32> {
        if len == 0 {
            return Ok(Memory::empty());
        }
        let skip = (pos % super::map::page_size() as u64) as usize;
        let at = libc::off_t::try_from(pos - skip as u64).map_err(|_| libc::EOVERFLOW)?;
        let whole = len.checked_add(skip).ok_or(libc::ENOMEM)?;
        let flags = if shared {
            libc::MAP_SHARED
        } else {
            libc::MAP_PRIVATE
        };
        let access = match writable(fd) || !shared {
            true => libc::PROT_READ | libc::PROT_WRITE,
            false => libc::PROT_READ,
        };
        // SAFETY: a new mapping, at an address of the kernel's choice.
        let base = unsafe { libc::mmap(ptr::null_mut(), whole, access, flags, fd, at) };
        if base == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error()
                .raw_os_error()
                .unwrap_or(libc::ENOMEM));
        }
        // SAFETY: within the mapping.
        let data = unsafe { NonNull::new_unchecked(base.cast::<u8>().add(skip)) };
        let kind = Kind::Mapped { base, len: whole };
        Ok(Memory { data, len, kind })
    }

    pub(super) fn data(&self) -> *mut u8 {
        self.data.as_ptr()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_mapped(&self) -> bool {
        matches!(self.kind, Kind::Mapped { .. })
    }
}

fn writable(fd: i32) -> bool {
    // SAFETY: a query.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    flags >= 0 && flags & libc::O_ACCMODE == libc::O_RDWR
}

impl Drop for Memory {
    fn drop(&mut self) {
        match self.kind {
            // SAFETY: allocated so by `zeroed`, and nobody has it any more.
            Kind::Allocated(layout) => unsafe { dealloc(self.data.as_ptr(), layout) },
            // SAFETY: mapped by `mapped`, and nobody has it any more.
            Kind::Mapped { base, len } => unsafe {
                libc::munmap(base, len);
            },
            Kind::Empty => {}
        }
    }
}
