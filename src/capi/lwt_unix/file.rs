//! Files and folders.

use crate::abi::lwt_t;
use crate::scheduler::job::run::invalid;
use crate::unix::mkdir::mkdir;
use std::ffi::{CStr, c_char, c_int};

/// Makes a folder, `Lwt_unix.mkdir`, as a job: the call does not block.
///
/// `path` is borrowed until the call returns; `mode` holds the permissions,
/// which the process's umask narrows. Returns a promise of `LWT_UNIT`. It fails
/// with `LWT_UNIX_ERROR` (`mkdir: File exists: "/tmp/a"`; function "mkdir",
/// argument `path`), with `LWT_INVALID_ARGUMENT` if `path` is NULL or `mode` has
/// bits that are no permissions, and with `LWT_CANCELED`: a cancelled call that
/// has begun may still make the folder. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_mkdir(path: *const c_char, mode: c_int) -> *mut lwt_t {
    let promise = if path.is_null() {
        invalid("lwt_unix_mkdir", "the path is NULL")
    } else if mode & !0o7777 != 0 {
        invalid("lwt_unix_mkdir", "the mode is no set of permissions")
    } else {
        // SAFETY: not NULL, and as this function asks for.
        mkdir(unsafe { CStr::from_ptr(path) }, mode as libc::mode_t)
    };
    promise.into_raw()
}
