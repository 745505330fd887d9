//! Mapped files, and what is in memory of them: `Lwt_bytes.map_file`, `madvise`,
//! `mincore`, `wait_mincore`.

use super::memory::Memory;
use super::{Bytes, Kept};
use crate::exn::Exn;
use crate::promise::{Promise, failed, resolved};
use crate::scheduler::job::{closure, method, run};
use crate::unix::fd::Fd;
use crate::value::Value;
use std::ffi::{CStr, c_int};
use std::ptr;
use std::rc::Rc;

/// How memory will be used: numbers of madvise(2).
pub type Advice = c_int;

/// How many bytes a page has, `Lwt_bytes.page_size`.
pub fn page_size() -> usize {
    // SAFETY: a query.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

fn failure(function: &CStr) -> Exn {
    let errno = std::io::Error::last_os_error().raw_os_error();
    Exn::unix(errno.unwrap_or(libc::EIO), function, c"")
}

/// `Lwt_bytes.map_file`: `size` bytes, or all that come after `pos`.
pub fn map_file(fd: &Fd, pos: u64, shared: bool, size: Option<usize>) -> Result<Rc<Bytes>, Exn> {
    let raw = fd.check(c"map_file")?;
    let size = match size {
        Some(size) => size,
        None => {
            // SAFETY: zeroes are a `stat`.
            let mut stat: libc::stat = unsafe { std::mem::zeroed() };
            // SAFETY: `stat` is ours to write.
            if unsafe { libc::fstat(raw, &raw mut stat) } != 0 {
                return Err(failure(c"map_file"));
            }
            let left = u64::try_from(stat.st_size).unwrap_or(0).saturating_sub(pos);
            usize::try_from(left).map_err(|_| Exn::out_of_memory())?
        }
    };
    let memory = Memory::mapped(raw, pos, size, shared);
    memory
        .map(Bytes::whole)
        .map_err(|errno| Exn::unix(errno, c"map_file", c""))
}

impl Bytes {
    /// `Lwt_bytes.mapped`.
    pub fn is_mapped(&self) -> bool {
        self.memory.is_mapped()
    }

    /// `Lwt_bytes.madvise`: of whole pages, as the kernel wants them: the part is
    /// widened to those it lies in, as far as they are this memory's.
    pub fn advise(&self, pos: usize, len: usize, advice: Advice) -> Result<(), Exn> {
        let from = self.part("lwt_bytes_madvise", pos, len)?;
        if len == 0 {
            return Ok(());
        }
        if !self.is_mapped() && forgets(advice) {
            let why = "lwt_bytes_madvise: this advice is for mapped files";
            return Err(Exn::invalid(why));
        }
        let skip = from as usize % page_size();
        // SAFETY: pages that hold this memory, in which nothing is lost by any
        // advice that got here but what the advice says of this file's pages.
        match unsafe { libc::madvise(from.wrapping_sub(skip).cast(), len + skip, advice) } {
            0 => Ok(()),
            _ => Err(failure(c"madvise")),
        }
    }

    /// `Lwt_bytes.mincore`: which pages are in memory, from `pos` on, a multiple of
    /// the page size.
    pub fn in_core(&self, pos: usize, states: &mut [bool]) -> Result<(), Exn> {
        let page = page_size();
        let Some(len) = states.len().checked_mul(page) else {
            return Err(Exn::invalid("lwt_bytes_mincore: too many pages"));
        };
        // The last page need not be whole.
        let len = len.min((self.len().saturating_sub(pos)).next_multiple_of(page));
        let from = self.data().wrapping_add(pos);
        if pos > self.len() || states.len() * page > len || !(from as usize).is_multiple_of(page) {
            let why = "lwt_bytes_mincore: these are not whole pages of the bytes";
            return Err(Exn::invalid(why));
        }
        let mut pages = vec![0u8; states.len()];
        // SAFETY: a byte a page.
        if len > 0 && unsafe { libc::mincore(from.cast(), len, pages.as_mut_ptr()) } != 0 {
            return Err(failure(c"mincore"));
        }
        for (state, page) in states.iter_mut().zip(pages) {
            *state = page & 1 != 0;
        }
        Ok(())
    }

    /// `Lwt_bytes.wait_mincore`: the page of this byte is in memory.
    pub fn wait_in_core(&self, pos: usize) -> Promise {
        let name = "lwt_bytes_wait_mincore";
        let at = match self.part(name, pos, 1) {
            Ok(at) => at as usize,
            Err(exn) => return failed(exn),
        };
        let page = at - at % page_size();
        let mut state = 0u8;
        // SAFETY: one page, one byte.
        let known = unsafe { libc::mincore(page as *mut _, 1, &raw mut state) } == 0;
        if !known || state & 1 != 0 {
            return resolved(Value::UNIT);
        }
        let kept = Kept(Some(self.memory.clone()));
        let work = move || {
            let errno = touch(at);
            kept.give_up();
            errno
        };
        let result = |errno: c_int| match errno {
            0 => Ok(Value::UNIT),
            _ => Err(Exn::unix(errno, c"wait_mincore", c"")),
        };
        let place = method::current().place();
        closure::run(place, &run::JOB, true, name, work, result)
    }
}

/// Would what is in memory be gone? In memory of the allocator that would hit
/// others, whose it is, too.
fn forgets(advice: Advice) -> bool {
    !matches!(
        advice,
        libc::MADV_NORMAL
            | libc::MADV_RANDOM
            | libc::MADV_SEQUENTIAL
            | libc::MADV_WILLNEED
            | libc::MADV_HUGEPAGE
            | libc::MADV_NOHUGEPAGE
            | libc::MADV_MERGEABLE
            | libc::MADV_UNMERGEABLE
    )
}

/// Has the kernel read a byte, which brings its page in; where the file has
/// become shorter, that is an error and no signal.
fn touch(at: usize) -> c_int {
    let mut byte = 0u8;
    let to = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    let from = libc::iovec {
        iov_base: ptr::with_exposed_provenance_mut(at),
        iov_len: 1,
    };
    // SAFETY: one byte of this process to one on the stack.
    match unsafe { libc::process_vm_readv(libc::getpid(), &raw const to, 1, &raw const from, 1, 0) }
    {
        1 => 0,
        _ => std::io::Error::last_os_error()
            .raw_os_error()
            .unwrap_or(libc::EIO),
    }
}
