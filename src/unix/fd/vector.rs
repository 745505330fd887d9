//! Reading to and writing from several buffers at once: `Lwt_unix.IO_vectors`,
//! `readv` and `writev`.

use super::serve::count;
use super::transfer::{at_once, done};
use super::{Fd, Side};
use crate::promise::{Promise, failed};
use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;

/// A list of slices, behind `lwt_unix_io_vectors *`. What it names is the caller's.
#[derive(Default)]
pub struct Vectors {
    slices: RefCell<Vec<libc::iovec>>,
    /// How many were dropped, at the front.
    first: Cell<usize>,
}

/// Slices of the caller's, on their way to a worker.
#[derive(Clone)]
struct Lent(Arc<[libc::iovec]>);

// SAFETY: the caller keeps what they name until the promise has resolved, which is
// after the worker is done with them.
unsafe impl Send for Lent {}

/// How many slices one call takes, `IO_vectors.system_limit`.
pub fn system_limit() -> usize {
    // SAFETY: takes no pointer.
    match unsafe { libc::sysconf(libc::_SC_IOV_MAX) } {
        limit @ 1.. => limit as usize,
        _ => 16, // what POSIX asks for at least
    }
}

impl Vectors {
    /// Adds a slice at the end. False: all together would be longer than memory.
    pub fn append(&self, base: *mut u8, len: usize) -> bool {
        let whole = self.byte_count().checked_add(len);
        if whole.is_none_or(|whole| whole > isize::MAX as usize) {
            return false;
        }
        self.slices.borrow_mut().push(libc::iovec {
            iov_base: base.cast(),
            iov_len: len,
        });
        true
    }

    /// Takes so many bytes from the front; what is too much does no harm.
    pub fn drop_bytes(&self, bytes: usize) {
        let mut slices = self.slices.borrow_mut();
        let (mut first, mut bytes) = (self.first.get(), bytes);
        while let Some(slice) = slices.get_mut(first) {
            if slice.iov_len > bytes {
                slice.iov_base = slice.iov_base.wrapping_byte_add(bytes);
                slice.iov_len -= bytes;
                break;
            }
            bytes -= slice.iov_len;
            first += 1;
        }
        // Half of it is room for nothing.
        if first > slices.len() / 2 {
            slices.drain(..first);
            first = 0;
        }
        self.first.set(first);
    }

    /// How many bytes there are.
    pub fn byte_count(&self) -> usize {
        let slices = self.slices.borrow();
        let left = slices.iter().skip(self.first.get());
        left.map(|slice| slice.iov_len).sum()
    }

    /// Is there no byte? Slices without a byte are none.
    pub fn is_empty(&self) -> bool {
        self.byte_count() == 0
    }

    /// Runs `f` on as many slices as one call takes.
    pub fn with_slices<T>(&self, f: impl FnOnce(&[libc::iovec]) -> T) -> T {
        let slices = self.slices.borrow();
        let left = slices.get(self.first.get()..).unwrap_or_default();
        f(&left[..left.len().min(system_limit())])
    }

    fn lent(&self) -> Lent {
        Lent(self.with_slices(|slices| Arc::from(slices)))
    }
}

fn readv(raw: RawFd, slices: &[libc::iovec]) -> io::Result<usize> {
    // SAFETY: the slices are the caller's, who says that they are that long.
    done(unsafe { libc::readv(raw, slices.as_ptr(), slices.len() as i32) })
}

fn writev(raw: RawFd, slices: &[libc::iovec]) -> io::Result<usize> {
    // SAFETY: as above.
    done(unsafe { libc::writev(raw, slices.as_ptr(), slices.len() as i32) })
}

impl Fd {
    /// `Lwt_unix.readv`: the promise of a number of bytes. The list may be changed
    /// once this has returned.
    ///
    /// # Safety
    /// What the slices name stays until the promise has resolved.
    pub unsafe fn readv(self: &Rc<Fd>, vectors: &Vectors) -> Promise {
        self.with_vectors(Side::Read, c"readv", vectors, readv)
    }

    /// `Lwt_unix.writev`; otherwise as [`Fd::readv`].
    ///
    /// # Safety
    /// As [`Fd::readv`].
    pub unsafe fn writev(self: &Rc<Fd>, vectors: &Vectors) -> Promise {
        self.with_vectors(Side::Write, c"writev", vectors, writev)
    }

    fn with_vectors(
        self: &Rc<Fd>,
        side: Side,
        function: &'static std::ffi::CStr,
        vectors: &Vectors,
        call: fn(RawFd, &[libc::iovec]) -> io::Result<usize>,
    ) -> Promise {
        if let Err(exn) = self.check(function) {
            return failed(exn);
        }
        if self.is_blocking() {
            let lent = vectors.lent();
            return self.on_worker(side, function, move |raw| {
                let lent = &lent;
                call(raw, &lent.0)
            });
        }
        if self.may_try(side) {
            let (done, whole) = vectors.with_slices(|slices| {
                let whole = slices.iter().map(|slice| slice.iov_len).sum();
                (call(self.raw(), slices), whole)
            });
            if let Some(outcome) = self.settle(side, function, done, whole) {
                return at_once(outcome);
            }
        }
        let lent = vectors.lent();
        self.wait_to_call(side, function, move |raw| call(raw, &lent.0).map(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lens: &[usize]) -> Vectors {
        let vectors = Vectors::default();
        let base = |at: usize| std::ptr::without_provenance_mut(1000 * at);
        for (at, &len) in lens.iter().enumerate() {
            assert!(vectors.append(base(at + 1), len));
        }
        vectors
    }

    fn lens(vectors: &Vectors) -> Vec<(usize, usize)> {
        let pair = |slice: &libc::iovec| (slice.iov_base.addr(), slice.iov_len);
        vectors.with_slices(|slices| slices.iter().map(pair).collect())
    }

    #[test]
    fn dropping_splits_a_slice_and_takes_no_more_than_there_is() {
        let vectors = of(&[3, 0, 5]);
        vectors.drop_bytes(1);
        assert_eq!(lens(&vectors), [(1001, 2), (2000, 0), (3000, 5)]);
        vectors.drop_bytes(2);
        assert_eq!(lens(&vectors), [(3000, 5)]);
        vectors.drop_bytes(4);
        assert_eq!((lens(&vectors), vectors.byte_count()), (vec![(3004, 1)], 1));
        vectors.drop_bytes(100);
        assert!(vectors.is_empty() && lens(&vectors).is_empty());
        assert!(vectors.append(std::ptr::dangling_mut(), 7));
        assert_eq!(vectors.byte_count(), 7);
    }

    #[test]
    fn together_slices_are_not_longer_than_memory() {
        let vectors = of(&[isize::MAX as usize]);
        assert!(!vectors.append(std::ptr::dangling_mut(), 1));
        assert!(vectors.append(std::ptr::dangling_mut(), 0));
    }
}
