//! Locks of regions of a file, which processes have. Module Lwt_unix; calls
//! `call`.

use super::call::{Cancel, Errno, on_fd_for, persistent, unit};
use crate::exn::Exn;
use crate::promise::{Promise, failed};
use crate::unix::fd::Fd;
use std::ffi::c_int;

/// `Lwt_unix.lock_command`, in its order.
#[derive(Clone, Copy)]
enum Command {
    Unlock,
    Lock,
    TryLock,
    Test,
    ReadLock,
    TryReadLock,
}

impl Command {
    fn of(number: c_int) -> Option<Command> {
        Some(match number {
            0 => Command::Unlock,
            1 => Command::Lock,
            2 => Command::TryLock,
            3 => Command::Test,
            4 => Command::ReadLock,
            5 => Command::TryReadLock,
            _ => return None,
        })
    }

    /// The system's command, and the sort of lock.
    fn parts(self) -> (c_int, c_int) {
        match self {
            Command::Unlock => (libc::F_SETLK, libc::F_UNLCK),
            Command::Lock => (libc::F_SETLKW, libc::F_WRLCK),
            Command::TryLock => (libc::F_SETLK, libc::F_WRLCK),
            Command::Test => (libc::F_GETLK, libc::F_WRLCK),
            Command::ReadLock => (libc::F_SETLKW, libc::F_RDLCK),
            Command::TryReadLock => (libc::F_SETLK, libc::F_RDLCK),
        }
    }
}

/// `Lwt_unix.lockf`: from where the file is, `size` bytes on, or back if that is
/// negative; 0 is to the end, wherever that comes to be.
pub fn lockf(fd: &Fd, command: c_int, size: i64) -> Promise {
    let region = (command, size.checked_neg());
    let (Some(command), Some(back)) = (Command::of(region.0), region.1) else {
        return failed(Exn::invalid(
            "lwt_unix_lockf: there is no such command, or size",
        ));
    };
    let (start, len) = if size < 0 { (size, back) } else { (0, size) };
    let lock = move |raw| lock(raw, command, start, len);
    on_fd_for(c"lockf", fd, Cancel::AtOnce, lock, |(), _| unit())
}

fn lock(raw: c_int, command: Command, start: i64, len: i64) -> Result<(), Errno> {
    let (operation, sort) = command.parts();
    // SAFETY: all zero is a value of it.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = sort as libc::c_short;
    lock.l_whence = libc::SEEK_CUR as libc::c_short;
    (lock.l_start, lock.l_len) = (start, len);
    // SAFETY: it lives through the call.
    persistent(|| unsafe { libc::fcntl(raw, operation, &raw mut lock) })?;
    match command {
        Command::Test if lock.l_type != libc::F_UNLCK as libc::c_short => Err(libc::EACCES),
        _ => Ok(()),
    }
}
