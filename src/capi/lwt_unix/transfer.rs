//! Reading and writing.

use super::fd::{lwt_unix_fd, with};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::promise::{Promise, failed};
use crate::unix::fd::Fd;
use std::ffi::{CStr, c_char, c_void};
use std::rc::Rc;

/// Calls `f` if the buffer may be one: not NULL, unless it is empty, and not longer
/// than memory.
fn within(
    fd: *const lwt_unix_fd,
    function: &str,
    buf: *const c_void,
    len: usize,
    f: impl FnOnce(Rc<Fd>) -> Promise,
) -> *mut lwt_t {
    let why = match buf.is_null() && len > 0 {
        true => "the buffer is NULL",
        false if len > isize::MAX as usize => "the buffer is longer than memory",
        false => return with(fd, function, f),
    };
    failed(Exn::invalid(&format!("{function}: {why}"))).into_raw()
}

/// Reads at most `len` bytes to `buf`, `Lwt_unix.read`. The value is how many were
/// read (LWT_TO_INT), fewer than `len` maybe; 0 at the end of the file.
///
/// Where the descriptor doesn't block (lwt_unix_blocking), reading is tried at once,
/// unless others wait, or an earlier read left nothing; otherwise when the engine
/// reports that it is readable, those who came first being served first. On a
/// descriptor that blocks a worker reads, once it is readable.
///
/// Borrows `fd`. `buf` is lent until the promise has resolved, and not touched after
/// that. Fails with LWT_UNIX_ERROR, function "read"; EBADF, function
/// "check_descriptor", if the descriptor is closed, or is closed while the read
/// waits; with what it is aborted with; LWT_INVALID_ARGUMENT for a bad handle or
/// buffer, LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY. LWT_CANCELED: cancelling loses the
/// place in the line, no byte; a read that a worker has begun can't be cancelled any
/// more, and the promise tells what it did. On the descriptor's thread.
///
/// # Safety
/// `buf` is that long, and stays until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_read(
    fd: *const lwt_unix_fd,
    buf: *mut c_void,
    len: usize,
) -> *mut lwt_t {
    within(fd, "lwt_unix_read", buf, len, |fd| {
        // SAFETY: as this function asks for.
        unsafe { fd.read(buf.cast(), len) }
    })
}

/// Writes at most `len` bytes of `buf`, `Lwt_unix.write`. The value is how many were
/// written (LWT_TO_INT), fewer than `len` maybe. Otherwise as lwt_unix_read, the
/// function being "write"; EPIPE where nobody will read, if the signal SIGPIPE is
/// ignored.
///
/// # Safety
/// `buf` is that long, and stays until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_write(
    fd: *const lwt_unix_fd,
    buf: *const c_void,
    len: usize,
) -> *mut lwt_t {
    within(fd, "lwt_unix_write", buf, len, |fd| {
        // SAFETY: as this function asks for.
        unsafe { fd.write(buf.cast(), len) }
    })
}

/// Writes text up to its NUL byte, or some of it, `Lwt_unix.write_string`. The text
/// is lent until the promise has resolved. Otherwise as lwt_unix_write.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte, and stays until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_write_string(
    fd: *const lwt_unix_fd,
    text: *const c_char,
) -> *mut lwt_t {
    let len = match text.is_null() {
        true => 1,
        // SAFETY: as this function asks for.
        false => unsafe { CStr::from_ptr(text) }.count_bytes(),
    };
    within(fd, "lwt_unix_write_string", text.cast(), len, |fd| {
        // SAFETY: as this function asks for.
        unsafe { fd.write(text.cast(), len) }
    })
}

/// Reads at most `len` bytes at the place `offset` of a file, and leaves its position
/// as it is, `Lwt_unix.pread`. Otherwise as lwt_unix_read, the function being
/// "pread"; ESPIPE where there are no places, EINVAL for a negative one.
///
/// # Safety
/// As lwt_unix_read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_pread(
    fd: *const lwt_unix_fd,
    buf: *mut c_void,
    len: usize,
    offset: i64,
) -> *mut lwt_t {
    within(fd, "lwt_unix_pread", buf, len, |fd| {
        // SAFETY: as this function asks for.
        unsafe { fd.pread(buf.cast(), len, offset) }
    })
}

/// Writes at most `len` bytes of `buf` at the place `offset` of a file, and leaves
/// its position as it is, `Lwt_unix.pwrite`. Otherwise as lwt_unix_pread, the function
/// being "pwrite".
///
/// # Safety
/// As lwt_unix_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_pwrite(
    fd: *const lwt_unix_fd,
    buf: *const c_void,
    len: usize,
    offset: i64,
) -> *mut lwt_t {
    within(fd, "lwt_unix_pwrite", buf, len, |fd| {
        // SAFETY: as this function asks for.
        unsafe { fd.pwrite(buf.cast(), len, offset) }
    })
}

/// Writes text up to its NUL byte, or some of it, at the place `offset` of a file,
/// `Lwt_unix.pwrite_string`. Otherwise as lwt_unix_pwrite.
///
/// # Safety
/// As lwt_unix_write_string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_pwrite_string(
    fd: *const lwt_unix_fd,
    text: *const c_char,
    offset: i64,
) -> *mut lwt_t {
    let len = match text.is_null() {
        true => 1,
        // SAFETY: as this function asks for.
        false => unsafe { CStr::from_ptr(text) }.count_bytes(),
    };
    within(fd, "lwt_unix_pwrite_string", text.cast(), len, |fd| {
        // SAFETY: as this function asks for.
        unsafe { fd.pwrite(text.cast(), len, offset) }
    })
}
