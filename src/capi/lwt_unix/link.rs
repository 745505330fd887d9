//! `lwt_unix.h`, links and names. Module Lwt_unix.

use crate::abi::lwt_t;
use crate::capi::path::{at, at_both};
use crate::unix::file::name;
use std::ffi::c_char;

/// Removes a name of a file, `Lwt_unix.unlink`, as a job.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "unlink", argument `path`; ENOENT, EISDIR...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call
/// that has begun may still remove it. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_unlink(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_unlink", name::unlink) }
}

/// Gives a file another name, which may take the place of another file,
/// `Lwt_unix.rename`, as a job.
///
/// Borrows both until the call returns. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "rename", argument `old_path`; ENOENT, EXDEV...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call
/// that has begun may still rename it. On any thread.
///
/// # Safety
/// `old_path` and `new_path` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_rename(
    old_path: *const c_char,
    new_path: *const c_char,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at_both(old_path, new_path, "lwt_unix_rename", name::rename) }
}

/// Gives a file one more name, `Lwt_unix.link`, as a job.
///
/// Borrows both until the call returns. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "link", argument `old_path`, also where it is `new_path`
/// that is in the way; EEXIST, EXDEV...), LWT_INVALID_ARGUMENT (NULL),
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may still make
/// the link. On any thread.
///
/// # Safety
/// `old_path` and `new_path` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_link(
    old_path: *const c_char,
    new_path: *const c_char,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at_both(old_path, new_path, "lwt_unix_link", name::link) }
}

/// Makes a symbolic link at `path` that says `target`, `Lwt_unix.symlink`, as a
/// job. (Lwt's `to_dir` is for Windows alone.)
///
/// Borrows both until the call returns. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "symlink", argument `target`, also where it is `path`
/// that is in the way; EEXIST...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY,
/// and LWT_CANCELED: a cancelled call that has begun may still make the link. On any
/// thread.
///
/// # Safety
/// `target` and `path` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_symlink(
    target: *const c_char,
    path: *const c_char,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at_both(target, path, "lwt_unix_symlink", name::symlink) }
}

/// What a symbolic link says, `Lwt_unix.readlink`, as a job, however long.
///
/// Borrows `path` until the call returns. Returns a promise of a `struct lwt_string *`,
/// which it owns. It fails with LWT_UNIX_ERROR (function "readlink", argument `path`;
/// EINVAL: it is no symbolic link), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY,
/// and LWT_CANCELED, which loses nothing. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_readlink(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_readlink", name::readlink) }
}
