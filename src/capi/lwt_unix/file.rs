//! `lwt_unix.h`, files. Module Lwt_unix.

use super::fd::{lwt_unix_fd, of_handle, with};
use crate::abi::lwt_t;
use crate::capi::path::at;
use crate::promise::failed;
use crate::unix::file::open::Ends;
use crate::unix::file::{attribute, descriptor, name, open};
use std::ffi::{c_char, c_int};

/// Opens a file, `Lwt_unix.openfile`, as a job, in which is also found out how it is
/// used: pipes don't block, all else does. `flags` are those of fcntl.h: O_RDONLY,
/// O_CREAT, O_NONBLOCK and so on. Lwt's O_CLOEXEC is that of fcntl.h: with it the
/// descriptor is closed in programs that the process becomes; without, it is inherited
/// (which is Lwt's O_KEEPEXEC, too: LWT_UNIX_O_KEEPEXEC is 0, so that O_CLOEXEC wins
/// over it). `mode` holds the permissions of a file that is made.
///
/// Borrows `path` until the call returns. Returns a promise of a `lwt_unix_fd *`, which
/// it owns: lwt_take it, and lwt_unix_close and lwt_unix_fd_release it. It fails with
/// LWT_UNIX_ERROR (function "open", argument `path`; ENOENT, EEXIST, EACCES, EMFILE...),
/// LWT_INVALID_ARGUMENT (NULL, or bits of `mode` that are no permissions),
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED: what a cancelled call opens is closed again,
/// but a file that it made is there. Opening a named pipe holds a worker until the
/// other end is opened as well. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_openfile(
    path: *const c_char,
    flags: c_int,
    mode: c_int,
) -> *mut lwt_t {
    let mode = match name::permissions(mode, "lwt_unix_openfile") {
        Ok(mode) => mode,
        Err(exn) => return failed(exn).into_raw(),
    };
    // SAFETY: the caller's promise.
    unsafe {
        at(path, "lwt_unix_openfile", |path| {
            open::openfile(path, flags, mode)
        })
    }
}

/// Lwt's O_KEEPEXEC: the descriptor is inherited, as it is without O_CLOEXEC.
pub const LWT_UNIX_O_KEEPEXEC: c_int = 0;

/// Sets where a file is read and written next, `Lwt_unix.lseek` and
/// `Lwt_unix.LargeFile.lseek`, as a job. `whence` is SEEK_SET, SEEK_CUR or SEEK_END.
///
/// Borrows `fd`. Returns a promise of that place, LWT_INT of the bytes before it. It
/// fails with LWT_UNIX_ERROR (function "lseek"; ESPIPE, EINVAL; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_lseek(fd: *const lwt_unix_fd, offset: i64, whence: c_int) -> *mut lwt_t {
    with(fd, "lwt_unix_lseek", |fd| {
        descriptor::lseek(&fd, offset, whence)
    })
}

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

/// Cuts an open file at `length` bytes, or fills it up with zeros,
/// `Lwt_unix.ftruncate` and `Lwt_unix.LargeFile.ftruncate`, as a job.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR (function "ftruncate"; EINVAL; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_ftruncate(fd: *const lwt_unix_fd, length: i64) -> *mut lwt_t {
    with(fd, "lwt_unix_ftruncate", |fd| {
        descriptor::ftruncate(&fd, length)
    })
}

/// Waits until what was written to a file, and what is known of it, is on the disk,
/// `Lwt_unix.fsync`, as a job.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR (function "fsync"; EINVAL, EIO, ENOSPC; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses whether it is. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fsync(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_fsync", |fd| descriptor::fsync(&fd))
}

/// Waits until what was written to a file is on the disk, `Lwt_unix.fdatasync`, as a
/// job. As lwt_unix_fsync otherwise (function "fdatasync").
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fdatasync(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_fdatasync", |fd| descriptor::fdatasync(&fd))
}

/// Sets the permissions of an open file, `Lwt_unix.fchmod`, as a job.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_INVALID_ARGUMENT for
/// bits of `mode` that are no permissions, and with LWT_UNIX_ERROR (function "fchmod"; EPERM; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fchmod(fd: *const lwt_unix_fd, mode: c_int) -> *mut lwt_t {
    match name::permissions(mode, "lwt_unix_fchmod") {
        Ok(mode) => with(fd, "lwt_unix_fchmod", |fd| descriptor::fchmod(&fd, mode)),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Sets the owner and the group of an open file, `Lwt_unix.fchown`, as a job; -1 leaves
/// them as they are.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR (function "fchown"; EPERM; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fchown(fd: *const lwt_unix_fd, owner: u32, group: u32) -> *mut lwt_t {
    with(fd, "lwt_unix_fchown", |fd| {
        descriptor::fchown(&fd, owner, group)
    })
}

/// A further descriptor of the same open file, `Lwt_unix.dup`, whose mode and policy it
/// inherits. `cloexec`: it is closed in programs that the process becomes.
///
/// Borrows `fd`. Returns a promise, resolved at once, of a `lwt_unix_fd *`, which it
/// owns. It fails with
/// LWT_UNIX_ERROR (function "dup"; EMFILE; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and LWT_OUT_OF_MEMORY.
/// There is nothing to cancel. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_dup(fd: *const lwt_unix_fd, cloexec: bool) -> *mut lwt_t {
    with(fd, "lwt_unix_dup", |fd| descriptor::dup(&fd, cloexec))
}

/// Makes `to` mean the open file of `from`, `Lwt_unix.dup2`: its number stays, the file
/// that it was is closed, mode and policy are inherited. Who waits for `to` waits for
/// the new file; calls that have begun on workers may use the one or the other.
/// `cloexec`: it is closed in programs that the process becomes.
///
/// Borrows both. Returns a promise of LWT_UNIT, resolved at once. It fails with
/// LWT_UNIX_ERROR (function "dup2"; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and LWT_OUT_OF_MEMORY.
/// There is nothing to cancel. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_dup2(
    from: *const lwt_unix_fd,
    to: *const lwt_unix_fd,
    cloexec: bool,
) -> *mut lwt_t {
    match of_handle(from, "lwt_unix_dup2") {
        Ok(from) => with(to, "lwt_unix_dup2", |to| {
            descriptor::dup2(&from, &to, cloexec)
        }),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// The descriptor is closed in programs that the process becomes,
/// `Lwt_unix.set_close_on_exec`.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT, resolved at once. It fails with
/// LWT_UNIX_ERROR (function "set_close_on_exec"; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and LWT_OUT_OF_MEMORY.
/// There is nothing to cancel. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_set_close_on_exec(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_set_close_on_exec", |fd| {
        descriptor::close_on_exec(&fd, true)
    })
}

/// Programs that the process becomes inherit the descriptor,
/// `Lwt_unix.clear_close_on_exec`. As lwt_unix_set_close_on_exec otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_clear_close_on_exec(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_clear_close_on_exec", |fd| {
        descriptor::close_on_exec(&fd, false)
    })
}

/// A pipe, `Lwt_unix.pipe`. Both ends don't block: O_NONBLOCK is set when they are
/// first used, so that a program which inherits an end that was not used gets a usual
/// one. `cloexec`: both are closed in programs that the process becomes.
///
/// Returns a promise, resolved at once, of a `struct lwt_values *` of two
/// `lwt_unix_fd *`, the end that is read and the end that is written; it owns them:
/// lwt_values_take them. It fails with LWT_UNIX_ERROR (function
/// "pipe"; EMFILE, ENFILE) and LWT_OUT_OF_MEMORY. There is nothing to cancel. This
/// thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_pipe(cloexec: bool) -> *mut lwt_t {
    open::pipe(Ends::Both, cloexec).into_raw()
}

/// A pipe of which the program reads, `Lwt_unix.pipe_in`: the second value is LWT_INT of
/// the operating system's number of the end that is written, which blocks, for a
/// program to be started or another library. Who takes it by lwt_values_take has to
/// close it; otherwise it is closed with the values. As lwt_unix_pipe otherwise
/// (function "pipe_in").
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_pipe_in(cloexec: bool) -> *mut lwt_t {
    open::pipe(Ends::In, cloexec).into_raw()
}

/// A pipe to which the program writes, `Lwt_unix.pipe_out`: the first value is the
/// number of the end that is read. As lwt_unix_pipe_in otherwise (function
/// "pipe_out").
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_pipe_out(cloexec: bool) -> *mut lwt_t {
    open::pipe(Ends::Out, cloexec).into_raw()
}
