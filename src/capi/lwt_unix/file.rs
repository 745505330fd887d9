//! `lwt_unix.h`, files. Module Lwt_unix.

use crate::abi::lwt_t;
use crate::capi::path::at;
use crate::promise::failed;
use crate::unix::file::{attribute, name};
use std::ffi::{c_char, c_int};

/// Sets the permissions of a file, `Lwt_unix.chmod`, as a job.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "chmod", argument `path`; ENOENT, EPERM...),
/// LWT_INVALID_ARGUMENT (NULL, or bits of `mode` that are no permissions),
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may still take
/// effect. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_chmod(path: *const c_char, mode: c_int) -> *mut lwt_t {
    let mode = match name::permissions(mode, "lwt_unix_chmod") {
        Ok(mode) => mode,
        Err(exn) => return failed(exn).into_raw(),
    };
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_chmod", |path| attribute::chmod(path, mode)) }
}

/// Sets the owner and the group of a file, `Lwt_unix.chown`, as a job; (uid_t)-1 and
/// (gid_t)-1 leave them as they are.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "chown", argument `path`; ENOENT, EPERM...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call
/// that has begun may still take effect. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_chown(path: *const c_char, owner: u32, group: u32) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe {
        at(path, "lwt_unix_chown", |path| {
            attribute::chown(path, owner, group)
        })
    }
}

/// Cuts a file at `length` bytes, or fills it up with zeros, `Lwt_unix.truncate` and
/// `Lwt_unix.LargeFile.truncate`, as a job.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "truncate", argument `path`; ENOENT, EISDIR; EINVAL:
/// `length` is negative...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On any
/// thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_truncate(path: *const c_char, length: i64) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe {
        at(path, "lwt_unix_truncate", |path| {
            attribute::truncate(path, length)
        })
    }
}

/// Sets when a file was last read and last written, `Lwt_unix.utimes`, as a job: in
/// seconds since 1970, to the nanosecond as far as a double has them. Both 0: now.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "utimes", argument `path`; ENOENT, EPERM...),
/// LWT_INVALID_ARGUMENT (NULL, or a time that is infinite, too long or no number),
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may still take
/// effect. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_utimes(
    path: *const c_char,
    access: f64,
    modification: f64,
) -> *mut lwt_t {
    let times = match attribute::times(access, modification, "lwt_unix_utimes") {
        Ok(times) => times,
        Err(exn) => return failed(exn).into_raw(),
    };
    // SAFETY: the caller's promise.
    unsafe {
        at(path, "lwt_unix_utimes", |path| {
            attribute::utimes(path, times)
        })
    }
}

/// Makes a named pipe, `Lwt_unix.mkfifo`, as a job.
///
/// Borrows `path` until the call returns; `mode` holds the permissions, which the
/// process's umask narrows. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "mkfifo", argument `path`; EEXIST...),
/// LWT_INVALID_ARGUMENT (NULL, or bits of `mode` that are no permissions),
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may still make
/// it. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_mkfifo(path: *const c_char, mode: c_int) -> *mut lwt_t {
    let mode = match name::permissions(mode, "lwt_unix_mkfifo") {
        Ok(mode) => mode,
        Err(exn) => return failed(exn).into_raw(),
    };
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_mkfifo", |path| name::mkfifo(path, mode)) }
}
