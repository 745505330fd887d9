//! `lwt_unix.h`, what is known of files. Module Lwt_unix.

use super::fd::{lwt_unix_fd, with};
use crate::abi::lwt_t;
use crate::capi::path::at;
use crate::unix::file::stat;
use std::ffi::{c_char, c_int};

/// What is known of a file, `Lwt_unix.stat`, as a job. Sizes and times are of 64
/// bits: this is `Lwt_unix.LargeFile.stat` as well.
///
/// Borrows `path` until the call returns. Returns a promise of a `struct stat *`,
/// which it owns; moved out by lwt_take it is the caller's to `free`. It fails with
/// LWT_UNIX_ERROR (function "stat", argument `path`; ENOENT, EACCES...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses
/// nothing. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_stat(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_stat", stat::stat) }
}

/// The same of a symbolic link itself, where `path` is one, `Lwt_unix.lstat` and
/// `Lwt_unix.LargeFile.lstat`. As lwt_unix_stat otherwise (function "lstat").
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_lstat(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_lstat", stat::lstat) }
}

/// The same of an open file, `Lwt_unix.fstat` and `Lwt_unix.LargeFile.fstat`.
///
/// Borrows `fd`. Returns a promise as lwt_unix_stat does. It fails with
/// LWT_UNIX_ERROR (function "fstat"; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses nothing. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fstat(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_fstat", |fd| stat::fstat(&fd))
}

/// Is it a terminal, `Lwt_unix.isatty`, as a job?
///
/// Borrows `fd`. Returns a promise of LWT_INT(1) or LWT_INT(0). It fails with
/// LWT_UNIX_ERROR (function "isatty"; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses nothing. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_isatty(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_isatty", |fd| stat::isatty(&fd))
}

/// Is there such a file, `Lwt_unix.file_exists` and
/// `Lwt_unix.LargeFile.file_exists`, as a job? Whatever error lwt_unix_stat would
/// fail with is a no; a symbolic link that leads nowhere is none.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_INT(1) or
/// LWT_INT(0). It fails with LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses nothing. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_file_exists(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_file_exists", stat::file_exists) }
}

/// May the process do that with a file, `Lwt_unix.access`, as a job? `mode` is F_OK
/// or a sum of R_OK, W_OK and X_OK of unistd.h. The real user and group count.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT if it may. It
/// fails with LWT_UNIX_ERROR (function "access", argument `path`; EACCES: it may not;
/// ENOENT; EINVAL: `mode`), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses nothing. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_access(path: *const c_char, mode: c_int) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_access", |path| stat::access(path, mode)) }
}
