//! How a descriptor is used: non-blocking, each call being tried, or blocking,
//! each call being made on a worker.

use super::{Fd, Side, State, bit};
use crate::exn::Exn;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// What is said of a descriptor when it is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Calls may block: they are made on workers.
    Blocking,
    /// Calls don't block.
    NonBlocking,
    /// The same, and O_NONBLOCK is set already.
    Ready,
    /// It is found out when it is first used: sockets and pipes don't block, all
    /// else does.
    Guess,
}

impl Fd {
    /// Is it used as one that blocks, `Lwt_unix.blocking`? Finds it out.
    #[inline]
    pub fn is_blocking(&self) -> bool {
        let flags = self.bits.get() & (bit::SET_FLAGS | bit::FLAGS_SET);
        if self.mode.get() == Mode::NonBlocking && flags != bit::SET_FLAGS {
            return false;
        }
        self.settle_mode()
    }

    #[cold]
    fn settle_mode(&self) -> bool {
        if self.mode.get() == Mode::Guess {
            let kind = kind(self.raw);
            if kind != Some(libc::S_IFSOCK) {
                self.raise(bit::NO_SOCKET);
            }
            self.mode.set(match kind {
                Some(libc::S_IFIFO | libc::S_IFSOCK) => Mode::NonBlocking,
                _ => Mode::Blocking,
            });
        }
        let blocking = self.mode.get() == Mode::Blocking;
        if self.has(bit::SET_FLAGS) && !self.has(bit::FLAGS_SET) && !(blocking && self.is_tried()) {
            // Where that fails the call would block the main loop: this one goes to a
            // worker, and the next one tries again.
            if set_nonblocking(self.raw, !blocking).is_err() {
                return true;
            }
            self.raise(bit::FLAGS_SET);
        }
        blocking
    }

    /// Does somebody wait who will try when it is ready? Without O_NONBLOCK that
    /// could block the main loop.
    fn is_tried(&self) -> bool {
        Side::BOTH.into_iter().any(|side| self.is_waited_for(side))
    }

    /// Nobody waits any more: what `set_blocking` left undone is done.
    #[inline]
    pub(super) fn fit_flags(&self) {
        if self.mode.get() == Mode::Blocking && self.state.get() == State::Opened {
            self.settle_mode();
        }
    }

    /// `Lwt_unix.set_blocking`: how it is used from now on. O_NONBLOCK stays as long
    /// as operations wait that are to be tried.
    pub fn set_blocking(&self, blocking: bool, set_flags: bool) -> Result<(), Exn> {
        let raw = self.check(c"set_blocking")?;
        if set_flags && blocking && self.is_tried() {
            self.raise(bit::SET_FLAGS);
            self.clear(bit::FLAGS_SET);
        } else if set_flags {
            set_nonblocking(raw, !blocking).map_err(|e| super::failure(&e, c"set_blocking"))?;
            self.raise(bit::SET_FLAGS | bit::FLAGS_SET);
        } else {
            self.clear(bit::SET_FLAGS | bit::FLAGS_SET);
        }
        self.mode.set(match blocking {
            true => Mode::Blocking,
            false => Mode::NonBlocking,
        });
        Ok(())
    }

    /// A copy of this descriptor, which inherits its mode and whether flags are
    /// set.
    pub fn like(&self, raw: RawFd) -> Rc<Fd> {
        let copy = Fd::new(raw, self.mode.get(), self.has(bit::SET_FLAGS));
        // O_NONBLOCK belongs to the open file, which both share.
        copy.raise(self.bits.get() & bit::FLAGS_SET);
        copy
    }

    /// Is it a regular file? Those are always ready.
    pub(super) fn is_regular(&self) -> bool {
        if !self.has(bit::KNOWN) {
            self.raise(bit::KNOWN);
            if kind(self.raw) == Some(libc::S_IFREG) {
                self.raise(bit::REGULAR);
            }
        }
        self.has(bit::REGULAR)
    }
}

impl Fd {
    /// Does the kernel read it without waiting where all is in its cache? Not so
    /// on tmpfs and some others: there io_uring hands each read to a thread.
    pub(super) fn reads_promptly(&self) -> bool {
        if !self.has(bit::PROMPT_KNOWN) {
            self.raise(bit::PROMPT_KNOWN);
            if can_read_without_waiting(self.raw) {
                self.raise(bit::PROMPT);
            }
        }
        self.has(bit::PROMPT)
    }
}

fn can_read_without_waiting(raw: RawFd) -> bool {
    let mut byte = 0u8;
    let buffer = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    // SAFETY: both live through the call; the position stays where it is.
    let got = unsafe { libc::preadv2(raw, &buffer, 1, 0, libc::RWF_NOWAIT) };
    got >= 0 || io::Error::last_os_error().raw_os_error() == Some(libc::EAGAIN)
}

/// What sort of file it is. Asks no file server.
fn kind(raw: RawFd) -> Option<libc::mode_t> {
    // SAFETY: all zero is a value of it.
    let mut stat: libc::statx = unsafe { std::mem::zeroed() };
    let flags = libc::AT_EMPTY_PATH | libc::AT_STATX_DONT_SYNC;
    // SAFETY: the path ends with a NUL byte, and both live through the call.
    let got = unsafe { libc::statx(raw, c"".as_ptr(), flags, libc::STATX_TYPE, &mut stat) };
    if got == 0 {
        return Some(libc::mode_t::from(stat.stx_mode) & libc::S_IFMT);
    }
    // SAFETY: as above.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: it lives through the call.
    let got = unsafe { libc::fstat(raw, &mut stat) };
    (got == 0).then_some(stat.st_mode & libc::S_IFMT)
}

fn set_nonblocking(raw: RawFd, on: bool) -> io::Result<()> {
    // SAFETY: neither takes a pointer.
    unsafe {
        let flags = libc::fcntl(raw, libc::F_GETFL);
        if flags < 0 {
            return Err(io::Error::last_os_error());
        }
        let wanted = match on {
            true => flags | libc::O_NONBLOCK,
            false => flags & !libc::O_NONBLOCK,
        };
        if wanted != flags && libc::fcntl(raw, libc::F_SETFL, wanted) < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
