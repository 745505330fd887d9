//! What the system tells of a child: wait4(2) and descriptors of processes.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What became of a child.
#[derive(Clone, Copy, Debug)]
pub struct Exit {
    /// Which; 0: there is nothing to tell yet.
    pub pid: c_int,
    /// The word of wait(2).
    pub status: c_int,
    /// Seconds that it has used, in its own code and in the system's.
    pub user: f64,
    /// See `user`.
    pub system: f64,
}

fn errno() -> c_int {
    let last = io::Error::last_os_error();
    last.raw_os_error().unwrap_or(libc::ECHILD)
}

/// Looks for a child that has something to tell; `pid` and `flags` are those of
/// waitpid(2). None: not yet. The error is an errno.
pub fn look(pid: c_int, flags: c_int) -> Result<Option<Exit>, c_int> {
    let mut status = 0;
    // SAFETY: a structure of numbers, for which zero will do.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both are ours to be written.
    let found = unsafe { libc::wait4(pid, &mut status, flags | libc::WNOHANG, &mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    match found {
        -1 => Err(errno()),
        0 => Ok(None),
        pid => Ok(Some(Exit {
            pid,
            status,
            user: seconds(usage.ru_utime),
            system: seconds(usage.ru_stime),
        })),
    }
}

/// A descriptor that is readable once the process has ended. None: the kernel
/// has no such thing, or there are no descriptors left.
pub fn open(pid: c_int) -> Option<OwnedFd> {
    static MISSING: AtomicBool = AtomicBool::new(false);
    if MISSING.load(Relaxed) {
        return None;
    }
    // SAFETY: two numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let Some(fd) = c_int::try_from(fd).ok().filter(|&fd| fd >= 0) else {
        MISSING.store(errno() == libc::ENOSYS, Relaxed);
        return None;
    };
    // SAFETY: just opened; the kernel has it closed on exec.
    Some(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Sends a signal to a child that nobody has reaped. The error is an errno.
pub fn kill(pid: c_int, fd: Option<&OwnedFd>, signal: c_int) -> Result<(), c_int> {
    // SAFETY: numbers, and NULL for what kill(2) would tell.
    let done = unsafe {
        match fd {
            Some(fd) => libc::syscall(
                libc::SYS_pidfd_send_signal,
                fd.as_raw_fd(),
                signal,
                std::ptr::null::<libc::siginfo_t>(),
                0,
            ),
            None => libc::kill(pid, signal).into(),
        }
    };
    match (done, errno()) {
        // It has ended, and somebody else has reaped it.
        (0, _) | (_, libc::ESRCH) => Ok(()),
        (_, errno) => Err(errno),
    }
}
