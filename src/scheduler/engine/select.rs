//! The engine on select(2), which every Unix has: no descriptor of its own, and
//! no room for descriptors from FD_SETSIZE (1024) on. To watch one of these is
//! refused with ERANGE, so that nothing is lost without a word: the bitmaps end
//! there, and what glibc would do beyond is undefined.

use super::{Engine, Interest, Ready};
use std::cell::RefCell;
use std::ffi::{CStr, c_int};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;

/// The descriptors from here on have no place in a set.
const LIMIT: RawFd = libc::FD_SETSIZE as RawFd;

/// What select takes: a set for reading, and one for writing.
#[derive(Clone, Copy)]
pub(super) struct Sets {
    pub(super) read: libc::fd_set,
    pub(super) write: libc::fd_set,
    /// One more than the greatest in either.
    pub(super) end: RawFd,
}

impl Sets {
    pub(super) fn new() -> Sets {
        Sets {
            read: empty(),
            write: empty(),
            end: 0,
        }
    }

    /// What a descriptor is in for.
    pub(super) fn get(&self, fd: RawFd) -> Interest {
        match (0..LIMIT).contains(&fd) {
            // SAFETY: it is in the range of a set.
            true => unsafe {
                Interest {
                    read: libc::FD_ISSET(fd, &self.read),
                    write: libc::FD_ISSET(fd, &self.write),
                }
            },
            false => Interest::NONE,
        }
    }

    /// Puts a descriptor in, or takes it out.
    pub(super) fn set(&mut self, fd: RawFd, interest: Interest) -> io::Result<()> {
        if interest.is_none() && !(0..self.end).contains(&fd) {
            return Ok(());
        }
        // SAFETY: takes no pointer.
        if !interest.is_none() && (fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0) {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        if fd >= LIMIT {
            return Err(io::Error::from_raw_os_error(libc::ERANGE));
        }
        let sides = [
            (&mut self.read, interest.read),
            (&mut self.write, interest.write),
        ];
        for (set, wanted) in sides {
            match wanted {
                // SAFETY: it is in the range of a set.
                true => unsafe { libc::FD_SET(fd, set) },
                // SAFETY: as above.
                false => unsafe { libc::FD_CLR(fd, set) },
            }
        }
        self.end = match interest.is_none() {
            false => self.end.max(fd + 1),
            true => {
                let last = (0..self.end).rev().find(|&fd| !self.get(fd).is_none());
                last.map_or(0, |fd| fd + 1)
            }
        };
        Ok(())
    }

    /// All that are in either.
    pub(super) fn all(&self) -> impl Iterator<Item = (RawFd, Interest)> + '_ {
        let each = (0..self.end).map(|fd| (fd, self.get(fd)));
        each.filter(|(_, interest)| !interest.is_none())
    }

    /// Appends what is ready, these being what select has left in.
    pub(super) fn report(&self, ready: &mut Vec<Ready>) {
        ready.extend(self.all().map(|(fd, interest)| Ready {
            fd,
            interest,
            closed: false,
        }));
    }

    /// Appends those that are no descriptors any more: select says that there
    /// is one, not which.
    pub(super) fn report_closed(&self, ready: &mut Vec<Ready>) {
        for (fd, _) in self.all() {
            let mut stat = MaybeUninit::uninit();
            // SAFETY: the kernel writes the structure.
            if unsafe { libc::fstat(fd, stat.as_mut_ptr()) } < 0 {
                ready.push(Ready {
                    fd,
                    interest: Interest::BOTH,
                    closed: true,
                });
            }
        }
    }
}

fn empty() -> libc::fd_set {
    let mut set = MaybeUninit::uninit();
    // SAFETY: makes it an empty set.
    unsafe {
        libc::FD_ZERO(set.as_mut_ptr());
        set.assume_init()
    }
}

/// The engine.
pub(super) struct Select {
    wanted: RefCell<Sets>,
}

impl Select {
    pub(super) fn new() -> Select {
        Select {
            wanted: RefCell::new(Sets::new()),
        }
    }
}

impl Engine for Select {
    fn name(&self) -> &CStr {
        c"select"
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        self.wanted.borrow_mut().set(fd, new)
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let wanted = self.wanted.borrow();
        let mut sets = *wanted;
        let at = timeout.map(super::super::clock::timespec);
        let at = at
            .as_ref()
            .map_or(std::ptr::null(), |t| t as *const libc::timespec);
        // SAFETY: the sets hold as many as `end` says; all lives through the
        // call.
        let got = unsafe {
            libc::pselect(
                sets.end as c_int,
                &mut sets.read,
                &mut sets.write,
                std::ptr::null_mut(),
                at,
                std::ptr::null(),
            )
        };
        if got >= 0 {
            sets.report(ready);
            return Ok(());
        }
        let error = io::Error::last_os_error();
        match error.raw_os_error() {
            Some(libc::EINTR) => Ok(()),
            Some(libc::EBADF) => {
                wanted.report_closed(ready);
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn after_fork(&self) {
        self.wanted.replace(Sets::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_its_end_and_refuses_what_has_no_place_in_it() {
        let mut sets = Sets::new();
        assert!(sets.set(0, Interest::BOTH).is_ok());
        assert!(sets.set(2, Interest::BOTH).is_ok());
        assert_eq!(sets.end, 3);
        assert!(sets.set(2, Interest::NONE).is_ok());
        assert_eq!(sets.end, 1);
        assert_eq!(sets.all().collect::<Vec<_>>(), [(0, Interest::BOTH)]);
        // SAFETY: duplicates standard input.
        let high = unsafe { libc::fcntl(0, libc::F_DUPFD_CLOEXEC, LIMIT) };
        if high >= LIMIT {
            let refused = sets.set(high, Interest::BOTH).unwrap_err();
            assert_eq!(refused.raw_os_error(), Some(libc::ERANGE));
            assert!(sets.set(high, Interest::NONE).is_ok());
            // SAFETY: it was just made.
            unsafe { libc::close(high) };
        }
        let refused = sets.set(-1, Interest::BOTH).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(libc::EBADF));
        assert_eq!(sets.end, 1);
    }
}
