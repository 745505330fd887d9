//! `lwt_unix.h`, locks. Module Lwt_unix.

use super::fd::{lwt_unix_fd, with};
use crate::abi::lwt_t;
use crate::unix::file::lock;
use std::ffi::c_int;

/// A command of lwt_unix_lockf, `Lwt_unix.lock_command`. The first four are those of
/// unistd.h.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum lwt_unix_lock_command {
    /// Gives up the lock, `F_ULOCK`.
    LWT_UNIX_F_ULOCK = 0,
    /// Takes the region for writing, and waits until nobody else has it, `F_LOCK`.
    LWT_UNIX_F_LOCK = 1,
    /// The same, and fails where it would have to wait, `F_TLOCK`.
    LWT_UNIX_F_TLOCK = 2,
    /// Fails with EACCES if another process has the region, `F_TEST`.
    LWT_UNIX_F_TEST = 3,
    /// Takes the region for reading, which others may as well, and waits until
    /// nobody has it for writing, `F_RLOCK`.
    LWT_UNIX_F_RLOCK = 4,
    /// The same, and fails where it would have to wait, `F_TRLOCK`.
    LWT_UNIX_F_TRLOCK = 5,
}

/// Locks a region of a file, `Lwt_unix.lockf`, as a job: `size` bytes from where the
/// file is, or as many before that if it is negative; 0 is all behind it, however much
/// that comes to be. `command` is a lwt_unix_lock_command. Locks are the process's, not
/// the descriptor's nor the thread's: they keep other processes away, and all of them
/// on a file go when the process closes any descriptor of it.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_INVALID_ARGUMENT for a
/// command or a size that there is not, and with LWT_UNIX_ERROR (function "lockf"; EAGAIN or EACCES: another process has it; EDEADLK; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a
/// cancelled call that waits on a worker goes on to wait, and may take the lock, with
/// nobody to give it up. While it waits, closing the descriptor does so, too. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_lockf(fd: *const lwt_unix_fd, command: c_int, size: i64) -> *mut lwt_t {
    with(fd, "lwt_unix_lockf", |fd| lock::lockf(&fd, command, size))
}
