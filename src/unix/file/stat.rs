//! What is known of a file: stat and its kin, and what asks less. Module
//! Lwt_unix; calls `call`.

use super::call::{
    self, Block, Cancel, Errno, checked, errno, number, on_fd_for, on_path_for, persistent,
};
use crate::promise::{Outcome, Promise};
use crate::unix::fd::Fd;
use std::ffi::{CStr, c_int};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Fills a `struct stat`.
pub fn filled(
    fill: impl FnOnce(*mut libc::stat) -> c_int,
) -> Result<MaybeUninit<libc::stat>, Errno> {
    let mut stat = MaybeUninit::uninit();
    checked(fill(stat.as_mut_ptr())).map(|_| stat)
}

/// A `struct stat` as a value, in the block of its call.
pub fn shown(stat: MaybeUninit<libc::stat>, block: Block<MaybeUninit<libc::stat>>) -> Outcome {
    Ok(block.into_value(stat))
}

/// `Lwt_unix.stat`.
pub fn stat(path: &CStr) -> Promise {
    on_path_for(
        c"stat",
        path,
        // SAFETY: a text with its NUL, and room for a `struct stat`.
        |path| filled(|stat| unsafe { libc::stat(path.as_ptr(), stat) }),
        shown,
    )
}

/// `Lwt_unix.lstat`.
pub fn lstat(path: &CStr) -> Promise {
    on_path_for(
        c"lstat",
        path,
        // SAFETY: as above.
        |path| filled(|stat| unsafe { libc::lstat(path.as_ptr(), stat) }),
        shown,
    )
}

/// `Lwt_unix.fstat`.
pub fn fstat(fd: &Fd) -> Promise {
    on_fd_for(
        c"fstat",
        fd,
        Cancel::AtOnce,
        // SAFETY: room for a `struct stat`.
        |raw| filled(|stat| unsafe { libc::fstat(raw, stat) }),
        shown,
    )
}

/// `Lwt_unix.isatty`.
pub fn isatty(fd: &Fd) -> Promise {
    on_fd_for(
        c"isatty",
        fd,
        Cancel::AtOnce,
        // SAFETY: a plain argument.
        |raw| Ok(unsafe { libc::isatty(raw) }),
        |is, _| number(i64::from(is)),
    )
}

/// `Lwt_unix.file_exists`: false whatever the reason.
pub fn file_exists(path: &CStr) -> Promise {
    on_path_for(
        c"file_exists",
        path,
        // SAFETY: as above.
        |path| Ok(filled(|stat| unsafe { libc::stat(path.as_ptr(), stat) }).is_ok()),
        |exists, _| number(i64::from(exists)),
    )
}

/// `Lwt_unix.access`.
pub fn access(path: &CStr, mode: c_int) -> Promise {
    call::on_path(c"access", path, move |path| {
        // SAFETY: a text with its NUL.
        unsafe { libc::access(path.as_ptr(), mode) }
    })
}

/// `Lwt_io.file_length`: of a device, where its end is; a directory has none.
pub fn file_length(path: &CStr) -> Promise {
    on_path_for(c"file_length", path, length, |length, _| number(length))
}

fn length(path: &CStr) -> Result<i64, Errno> {
    // SAFETY: a text with its NUL; filled when it is looked at.
    let stat = filled(|stat| unsafe { libc::stat(path.as_ptr(), stat) })
        .map(|stat| unsafe { stat.assume_init() })?;
    match stat.st_mode & libc::S_IFMT {
        libc::S_IFDIR => Err(libc::EISDIR),
        libc::S_IFBLK => {
            let flags = libc::O_RDONLY | libc::O_CLOEXEC;
            // SAFETY: a text with its NUL.
            let raw = persistent(|| unsafe { libc::open(path.as_ptr(), flags) })?;
            // SAFETY: just opened, and nobody else's.
            let fd = unsafe { OwnedFd::from_raw_fd(raw) };
            // SAFETY: plain arguments.
            match unsafe { libc::lseek(fd.as_raw_fd(), 0, libc::SEEK_END) } {
                -1 => Err(errno()),
                end => Ok(end),
            }
        }
        _ => Ok(stat.st_size),
    }
}
