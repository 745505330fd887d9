//! `lwt_unix.h`, directories. Module Lwt_unix.

use crate::abi::lwt_t;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::given;
use crate::capi::path::at;
use crate::capi::text::text;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::future::spawn;
use crate::promise::{Outcome, failed};
use crate::unix::file::directory::{self, Directory};
use crate::unix::file::name;
use std::ffi::{c_char, c_int};
use std::ptr;
use std::rc::Rc;

/// An open directory, `Lwt_unix.dir_handle`. A handle of the thread that opened it.
#[repr(C)]
pub struct lwt_unix_dir {
    _private: [u8; 0],
}

fn get(dir: *const lwt_unix_dir, function: &str) -> Result<Rc<Directory>, Exn> {
    // SAFETY: every handle of this kind is made of a `Directory`, by `shown`.
    unsafe { object::get(Kind::Dir, dir.cast(), function) }
}

/// A directory as a handle that a promise owns.
fn shown(directory: Rc<Directory>) -> Outcome {
    object::into_value(Kind::Dir, directory)
}

/// Makes a folder, `Lwt_unix.mkdir`, as a job: the call does not block.
///
/// `path` is borrowed until the call returns; `mode` holds the permissions,
/// which the process's umask narrows. Returns a promise of `LWT_UNIT`. It fails
/// with `LWT_UNIX_ERROR` (`mkdir: File exists: "/tmp/a"`; function "mkdir",
/// argument `path`), with `LWT_INVALID_ARGUMENT` if `path` is NULL or `mode` has
/// bits that are no permissions, with LWT_OUT_OF_MEMORY, and with `LWT_CANCELED`: a
/// cancelled call that has begun may still make the folder. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_mkdir(path: *const c_char, mode: c_int) -> *mut lwt_t {
    let mode = match name::permissions(mode, "lwt_unix_mkdir") {
        Ok(mode) => mode,
        Err(exn) => return failed(exn).into_raw(),
    };
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_mkdir", |path| name::mkdir(path, mode)) }
}

/// Removes an empty folder, `Lwt_unix.rmdir`, as a job.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "rmdir", argument `path`; ENOTEMPTY, ENOENT...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call
/// that has begun may still remove it. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_rmdir(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_rmdir", name::rmdir) }
}

/// Makes `path` the directory of the process, with all its threads, from which
/// relative paths begin, `Lwt_unix.chdir`, as a job. Calls that are on their way with
/// a relative path meet the one or the other.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "chdir", argument `path`), LWT_INVALID_ARGUMENT
/// (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
/// still take effect. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_chdir(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_chdir", name::chdir) }
}

/// Makes `path` the root directory of the process, with all its threads,
/// `Lwt_unix.chroot`, as a job.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails
/// with LWT_UNIX_ERROR (function "chroot", argument `path`; EPERM...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call
/// that has begun may still take effect. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_chroot(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_chroot", name::chroot) }
}

/// The path of the process's directory, `Lwt_unix.getcwd`, as a job.
///
/// Returns a promise of a `struct lwt_string *`, which it owns. It fails with
/// LWT_UNIX_ERROR (function "getcwd"; ENOENT: the directory was removed),
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getcwd() -> *mut lwt_t {
    name::getcwd().into_raw()
}

/// Opens a directory, `Lwt_unix.opendir`, as a job. Its descriptor is closed in
/// programs that the process becomes.
///
/// Borrows `path` until the call returns. Returns a promise of a `lwt_unix_dir *`,
/// which it owns: lwt_take it, and lwt_unix_dir_release it. It fails with
/// LWT_UNIX_ERROR (function "opendir", argument `path`; ENOENT, ENOTDIR...),
/// LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: what a cancelled
/// call opens is closed again. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_opendir(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    match unsafe { text(path, "lwt_unix_opendir", "the path") } {
        Ok(path) => {
            let path = path.to_owned();
            spawn(async move { shown(Directory::open(&path).await?) }).into_raw()
        }
        Err(exn) => failed(exn).into_raw(),
    }
}

/// One more reference to the same directory, owned by the caller. NULL: it is not
/// a directory of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_dir_retain(dir: *const lwt_unix_dir) -> *mut lwt_unix_dir {
    object::retain(Kind::Dir, dir.cast()).cast()
}

/// Gives up a reference. With the last one, and the end of calls on their way, the
/// directory is closed if lwt_unix_closedir did not do it. Does nothing if the
/// handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_dir_release(dir: *mut lwt_unix_dir) {
    // SAFETY: every handle of this kind is made of a `Directory`.
    drop(unsafe { object::release::<Directory>(Kind::Dir, dir.cast(), "") });
}

/// The next name in a directory, `Lwt_unix.readdir`; "." and ".." are among them.
/// Names are read ahead by jobs, many at a time; one that is at hand is given at once.
/// Calls take turns.
///
/// Borrows `dir`. Returns a promise of a `struct lwt_string *`, which it owns. It
/// fails with LWT_END_OF_FILE after the last name; LWT_UNIX_ERROR (function
/// "readdir"; EBADF: it is closed, or was closed meanwhile); LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle; LWT_OUT_OF_MEMORY; and LWT_CANCELED, which loses
/// the place in the queue, and no name. On the directory's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_readdir(dir: *const lwt_unix_dir) -> *mut lwt_t {
    match get(dir, "lwt_unix_readdir") {
        Ok(directory) => directory.readdir().into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Up to `n` names, `Lwt_unix.readdir_n`; fewer are the last. As lwt_unix_readdir
/// otherwise.
///
/// Borrows `dir`. Returns a promise of a `struct lwt_values *` of
/// `struct lwt_string *`, which it owns. It fails as lwt_unix_readdir does (function
/// "readdir_n"), but not at the end, and with LWT_INVALID_ARGUMENT if `n` is negative.
/// On the directory's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_readdir_n(dir: *const lwt_unix_dir, n: isize) -> *mut lwt_t {
    match get(dir, "lwt_unix_readdir_n").and_then(|dir| Ok((dir, directory::count(n)?))) {
        Ok((directory, n)) => directory.readdir_n(n).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Goes back to the first name, `Lwt_unix.rewinddir`, in its turn, as a job.
///
/// Borrows `dir`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
/// (function "rewinddir"; EBADF: it is closed), LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled
/// call that has begun may still go back. On the directory's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_rewinddir(dir: *const lwt_unix_dir) -> *mut lwt_t {
    match get(dir, "lwt_unix_rewinddir") {
        Ok(directory) => directory.rewinddir().into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Closes a directory, `Lwt_unix.closedir`, as a job. It counts as closed at once:
/// calls that wait fail with EBADF. The handle is still to be released.
///
/// Borrows `dir`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
/// (function "closedir"; EBADF: it is closed already), LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED, whereupon
/// the directory is closed all the same. On the directory's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_closedir(dir: *const lwt_unix_dir) -> *mut lwt_t {
    match get(dir, "lwt_unix_closedir") {
        Ok(directory) => directory.closedir().into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// A stream of the names in a directory, `Lwt_unix.files_of_directory`, read ahead
/// 1024 at a time; each is a `struct lwt_string *` that the stream owns. "." and
/// ".." are among them. The directory is opened by the first read, which fails as
/// lwt_unix_opendir does (the next read tries again), and closed at the end, after
/// an error, and when the last reader is gone.
///
/// Borrows `path` until the call returns. Returns a stream, owned by the caller
/// (lwt_stream_release); NULL if `path` is NULL, or memory runs out. Cancelling a
/// read loses no name. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_files_of_directory(path: *const c_char) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    match unsafe { text(path, "lwt_unix_files_of_directory", "the path") } {
        Ok(path) => given(directory::files(path)),
        Err(_) => ptr::null_mut(),
    }
}

/// All entries of a directory with what the file system tells of them, but for "."
/// and "..", by one job and in one block of memory. Not in Lwt: for those who walk
/// trees.
///
/// Borrows `path` until the call returns. Returns a promise of a
/// `struct lwt_unix_entries *`, which it owns; moved out by lwt_take it is the
/// caller's to `free`, names and all. It fails as lwt_unix_opendir does, and with
/// LWT_CANCELED, which loses nothing. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_entries_of_directory(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_unix_entries_of_directory", directory::entries) }
}
