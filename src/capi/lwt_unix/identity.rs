//! `lwt_unix.h`, users and groups. Module Lwt_unix.

use crate::abi::lwt_t;
use crate::capi::text::text;
use crate::promise::failed;
use crate::unix::file::user;
use std::ffi::c_char;

/// The name under which the user of the process's terminal has logged in,
/// `Lwt_unix.getlogin`, as a job.
///
/// Returns a promise of a `struct lwt_string *`, which it owns. It fails with
/// LWT_UNIX_ERROR (function "getlogin"; ENXIO, ENOTTY, ENOENT: there is no terminal, or
/// nobody has logged in on it), LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses
/// nothing. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getlogin() -> *mut lwt_t {
    user::getlogin().into_raw()
}

/// What is known of the user with a name, `Lwt_unix.getpwnam`, as a job.
///
/// Borrows `name` until the call returns. Returns a promise of a `struct passwd *` of
/// pwd.h, which it owns; moved out by lwt_take it is the caller's to `free`, the
/// texts in it are in the same block. It fails with LWT_NOT_FOUND if there is no such
/// user; LWT_UNIX_ERROR if the system can't tell (function "getpwnam", argument
/// `name`); LWT_INVALID_ARGUMENT (NULL); LWT_OUT_OF_MEMORY; and LWT_CANCELED, which
/// loses nothing. On any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getpwnam(name: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let name = unsafe { text(name, "lwt_unix_getpwnam", "the name") };
    name.map_or_else(failed, user::getpwnam).into_raw()
}

/// The same of the user with a number, `Lwt_unix.getpwuid`. As lwt_unix_getpwnam
/// otherwise (function "getpwuid", and no argument).
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getpwuid(uid: u32) -> *mut lwt_t {
    user::getpwuid(uid).into_raw()
}

/// What is known of the group with a name, `Lwt_unix.getgrnam`, as a job: a
/// `struct group *` of grp.h. As lwt_unix_getpwnam otherwise.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getgrnam(name: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let name = unsafe { text(name, "lwt_unix_getgrnam", "the name") };
    name.map_or_else(failed, user::getgrnam).into_raw()
}

/// The same of the group with a number, `Lwt_unix.getgrgid`. As lwt_unix_getpwnam
/// otherwise (function "getgrgid", and no argument).
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getgrgid(gid: u32) -> *mut lwt_t {
    user::getgrgid(gid).into_raw()
}
