//! IO vectors.

use super::fd::{lwt_unix_fd, with};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::failed;
use crate::unix::fd::vector::{self, Vectors};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A list of slices of memory, `Lwt_unix.IO_vectors.t`: what lwt_unix_readv fills and
/// lwt_unix_writev writes. The memory stays the caller's. A handle of the thread that
/// made it.
#[repr(C)]
pub struct lwt_unix_io_vectors {
    _private: [u8; 0],
}

/// What is behind a handle; for the other files of this header too.
pub(crate) fn of_vectors(
    vectors: *const lwt_unix_io_vectors,
    function: &str,
) -> Result<Rc<Vectors>, Exn> {
    // SAFETY: every list's handle is made of a `Vectors`.
    unsafe { object::get(Kind::Vectors, vectors.cast(), function) }
}

/// Returns an empty list, `IO_vectors.create`, owned by the caller:
/// lwt_unix_io_vectors_release. NULL: out of memory. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_create() -> *mut lwt_unix_io_vectors {
    object::new(Kind::Vectors, Rc::<Vectors>::default()).cast()
}

/// One more reference to the same list, owned by the caller. NULL: it is no list of
/// this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_retain(
    vectors: *const lwt_unix_io_vectors,
) -> *mut lwt_unix_io_vectors {
    object::retain(Kind::Vectors, vectors.cast()).cast()
}

/// Gives up a reference; operations under way go on. Does nothing if the handle is
/// bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_release(vectors: *mut lwt_unix_io_vectors) {
    // SAFETY: every list's handle is made of a `Vectors`.
    drop(unsafe { object::release::<Vectors>(Kind::Vectors, vectors.cast(), "") });
}

/// Adds the slice of `len` bytes at `base` to the end of the list,
/// `IO_vectors.append_bytes` and `append_bigarray`.
///
/// Borrows `vectors`. Returns LWT_OK; LWT_INVALID_ARGUMENT for a bad handle, if `base`
/// is NULL and `len` is not 0, or if the list would be longer than memory: such a slice
/// is refused here, and not by the call that uses it; LWT_WRONG_THREAD.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_append_bytes(
    vectors: *const lwt_unix_io_vectors,
    base: *mut c_void,
    len: usize,
) -> c_int {
    match of_vectors(vectors, "lwt_unix_io_vectors_append_bytes") {
        Err(bad) => bad.kind(),
        Ok(_) if base.is_null() && len > 0 => LWT_INVALID_ARGUMENT,
        Ok(vectors) if !vectors.append(base.cast(), len) => LWT_INVALID_ARGUMENT,
        Ok(_) => LWT_OK,
    }
}

/// Takes `count` bytes from the front of the list, `IO_vectors.drop`; a slice of which
/// some are left is shortened. More than there are empties the list; a negative number
/// does nothing. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_drop(
    vectors: *const lwt_unix_io_vectors,
    count: isize,
) -> c_int {
    match of_vectors(vectors, "lwt_unix_io_vectors_drop") {
        Err(bad) => bad.kind(),
        Ok(vectors) => {
            vectors.drop_bytes(count.max(0) as usize);
            LWT_OK
        }
    }
}

/// Is there no byte left, `IO_vectors.is_empty`? Slices of no byte count as none. True
/// for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_is_empty(vectors: *const lwt_unix_io_vectors) -> bool {
    of_vectors(vectors, "").map_or(true, |vectors| vectors.is_empty())
}

/// How many bytes there are, `IO_vectors.byte_count`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_byte_count(vectors: *const lwt_unix_io_vectors) -> usize {
    of_vectors(vectors, "").map_or(0, |vectors| vectors.byte_count())
}

/// How many slices one call takes at most, `IO_vectors.system_limit`; the others are
/// left alone, which is no error. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_io_vectors_system_limit() -> usize {
    vector::system_limit()
}

/// Reads to the slices of a list, the first first, `Lwt_unix.readv`. The value is how
/// many bytes were read (LWT_TO_INT); the list stays as it is:
/// lwt_unix_io_vectors_drop takes them off.
///
/// Borrows both; the list may be changed once this has returned, what its slices name
/// is lent until the promise has resolved. Otherwise as lwt_unix_read, the function
/// being "readv".
///
/// # Safety
/// The slices stay until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_readv(
    fd: *const lwt_unix_fd,
    vectors: *const lwt_unix_io_vectors,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_readv";
    match of_vectors(vectors, NAME) {
        // SAFETY: as this function asks for.
        Ok(vectors) => with(fd, NAME, |fd| unsafe { fd.readv(&vectors) }),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Writes the slices of a list, or some of them, `Lwt_unix.writev`. Otherwise as
/// lwt_unix_readv, the function being "writev".
///
/// # Safety
/// As lwt_unix_readv.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_writev(
    fd: *const lwt_unix_fd,
    vectors: *const lwt_unix_io_vectors,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_writev";
    match of_vectors(vectors, NAME) {
        // SAFETY: as this function asks for.
        Ok(vectors) => with(fd, NAME, |fd| unsafe { fd.writev(&vectors) }),
        Err(exn) => failed(exn).into_raw(),
    }
}
