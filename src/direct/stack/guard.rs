//! Guard regions: address ranges below each stack that stop an overflow.
//!
//! Since Linux 6.13 a guard is a mark in the page table and costs no mapping
//! of its own; before, it is a mapping without access rights, and a process
//! has 65,530 mappings (`vm.max_map_count`), hence half as many stacks.
//!
//! Calls the kernel only.

use std::io;

/// How long a guard is. A function that doesn't touch its stack page by page
/// (gcc's `-fstack-clash-protection`) can step over as much as the size of its
/// frame; 64 KiB is beyond the frames that one meets, costs address space
/// alone, and is a multiple of all page sizes in use.
pub const GUARD: usize = 64 * 1024;

/// `MADV_GUARD_INSTALL`, Linux 6.13.
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// How a guard was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A mark in the page table.
    Mark,
    /// A mapping without access rights.
    Mapping,
}

/// Makes a guard at `low`, `GUARD` bytes long; the light way if the kernel has
/// it. Locked memory (`mlockall`) takes the heavy way, too.
///
/// # Safety
/// The range is mapped, private, and nobody's but the caller's.
pub unsafe fn install(low: usize) -> io::Result<Method> {
    // SAFETY: passed on.
    unsafe {
        match install_by(Method::Mark, low) {
            Err(e) if e.raw_os_error() == Some(libc::EINVAL) => install_by(Method::Mapping, low),
            done => done,
        }
    }
}

/// Makes a guard in a given way.
///
/// # Safety
/// As [`install`].
pub unsafe fn install_by(method: Method, low: usize) -> io::Result<Method> {
    let low = low as *mut libc::c_void;
    // SAFETY: the caller owns the range.
    let done = unsafe {
        match method {
            Method::Mark => libc::madvise(low, GUARD, MADV_GUARD_INSTALL),
            Method::Mapping => libc::mprotect(low, GUARD, libc::PROT_NONE),
        }
    };
    if done == 0 {
        Ok(method)
    } else {
        Err(io::Error::last_os_error())
    }
}
