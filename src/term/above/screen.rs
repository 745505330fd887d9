//! The terminal itself: an open file of its own that does not block, and a queue of
//! what it has not taken. Module Lwt_term; calls the system.

use crate::exn::Exn;
use std::ffi::c_int;
use std::io::{Error, ErrorKind};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

/// The terminal.
pub struct Screen {
    file: OwnedFd,
    /// Which one it is.
    device: libc::dev_t,
    queue: Vec<u8>,
    /// So much of the queue is sent.
    sent: usize,
    gone: bool,
}

/// Which terminal a descriptor is. None: it is none.
fn device(fd: RawFd) -> Option<libc::dev_t> {
    // SAFETY: all zero is a value of it.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: it lives through the call.
    let got = unsafe { libc::fstat(fd, &mut stat) };
    (got == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFCHR).then_some(stat.st_rdev)
}

/// Opens the terminal once more: O_NONBLOCK belongs to the open file, and that of the
/// program's is shared with others. Where that can't be, its own.
fn open(fd: RawFd) -> Option<OwnedFd> {
    const FLAGS: c_int = libc::O_WRONLY | libc::O_NOCTTY | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let path = format!("/proc/self/fd/{fd}\0");
    // SAFETY: the path ends with a NUL byte.
    let opened = unsafe { libc::open(path.as_ptr().cast(), FLAGS) };
    if opened >= 0 && device(opened) == device(fd) {
        // SAFETY: just opened.
        return Some(unsafe { OwnedFd::from_raw_fd(opened) });
    }
    if opened >= 0 {
        // SAFETY: just opened, and nobody knows it.
        unsafe { libc::close(opened) };
    }
    // SAFETY: no conditions.
    let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    // SAFETY: just made.
    (copy >= 0).then(|| unsafe { OwnedFd::from_raw_fd(copy) })
}

impl Screen {
    /// The terminal that `fd` is. Fails with ENOTTY if it is none.
    pub fn open(fd: RawFd) -> Result<Screen, Exn> {
        let failed = |error: Error| {
            Exn::unix(
                error.raw_os_error().unwrap_or(libc::EIO),
                c"lwt_read_line",
                c"",
            )
        };
        // SAFETY: no conditions.
        if unsafe { libc::isatty(fd) } != 1 {
            return Err(failed(Error::from_raw_os_error(libc::ENOTTY)));
        }
        let device = device(fd).ok_or_else(|| failed(Error::last_os_error()))?;
        let file = open(fd).ok_or_else(|| failed(Error::last_os_error()))?;
        Ok(Screen {
            file,
            device,
            queue: Vec::new(),
            sent: 0,
            gone: false,
        })
    }

    /// Is it the one that this descriptor is?
    pub fn is(&self, fd: RawFd) -> bool {
        device(fd) == Some(self.device)
    }

    fn descriptor(&self) -> RawFd {
        self.file.as_raw_fd()
    }

    /// A copy of the open file.
    pub fn file(&self) -> Option<OwnedFd> {
        self.file.try_clone().ok()
    }

    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// How many bytes it has not taken.
    pub fn queued(&self) -> usize {
        self.queue.len() - self.sent
    }

    /// Queues bytes.
    pub fn put(&mut self, bytes: &[u8]) {
        if !self.gone {
            self.queue.extend_from_slice(bytes);
        }
    }

    /// Sends what it takes without waiting. True: nothing is left.
    pub fn flush(&mut self) -> bool {
        while self.queued() != 0 {
            let rest = &self.queue[self.sent..];
            // SAFETY: the bytes are there.
            let put = unsafe { libc::write(self.descriptor(), rest.as_ptr().cast(), rest.len()) };
            match usize::try_from(put) {
                Ok(n) => self.sent += n,
                Err(_) => match Error::last_os_error().kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock => {
                        self.queue.drain(..self.sent);
                        self.sent = 0;
                        return false;
                    }
                    _ => self.give_up(),
                },
            }
        }
        self.queue.clear();
        self.sent = 0;
        true
    }

    /// Nobody will ever read what is queued.
    fn give_up(&mut self) {
        self.gone = true;
        self.queue.clear();
        self.sent = 0;
    }

    /// Waits until no more than `most` bytes are queued, but no longer than `limit`,
    /// if there is one.
    pub fn wait(&mut self, most: usize, limit: Option<Duration>) {
        let end = limit.map(|limit| Instant::now() + limit);
        while self.queued() > most && !self.flush() {
            let rest = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                None => -1,
                Some(rest) if rest.is_zero() => return,
                Some(rest) => rest.as_millis() as c_int + 1,
            };
            let mut look = libc::pollfd {
                fd: self.descriptor(),
                events: libc::POLLOUT,
                revents: 0,
            };
            // SAFETY: one entry, which lives through the call.
            if unsafe { libc::poll(&mut look, 1, rest) } < 0
                && Error::last_os_error().kind() != ErrorKind::Interrupted
            {
                self.give_up();
            }
        }
    }
}
