//! GLib's descriptors as one: an epoll, which is readable while one of them is ready for
//! what GLib waits for. Owns it. Calls the kernel.
//!
//! It only ends a wait. What is ready, poll(2) tells then, since an epoll knows files and
//! poll the numbers that GLib goes by.

use super::library::PollFd;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::io;
use std::os::fd::RawFd;

/// The epoll, with what it watches.
pub(super) struct Set {
    fd: Cell<RawFd>,
    watched: RefCell<Vec<RawFd>>,
}

fn open() -> io::Result<RawFd> {
    // SAFETY: takes no pointer.
    match unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) } {
        fd @ 0.. => Ok(fd),
        _ => Err(io::Error::last_os_error()),
    }
}

impl Set {
    pub(super) fn new() -> io::Result<Set> {
        Ok(Set {
            fd: Cell::new(open()?),
            watched: RefCell::default(),
        })
    }

    /// Its descriptor; -1 once it is closed.
    pub(super) fn fd(&self) -> RawFd {
        self.fd.get()
    }

    pub(super) fn close(&self) {
        self.watched.borrow_mut().clear();
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            // SAFETY: it is ours.
            unsafe { libc::close(fd) };
        }
    }

    /// Another one, which watches nothing yet. On an error it stays what it was.
    pub(super) fn begin_anew(&self) -> io::Result<()> {
        let fd = open()?;
        self.close();
        self.fd.set(fd);
        Ok(())
    }

    fn control(&self, operation: c_int, entry: PollFd) -> io::Result<()> {
        let mut event = libc::epoll_event {
            // The bits are the same.
            events: u32::from(entry.events as u16),
            u64: 0,
        };
        // SAFETY: the event lives through the call.
        match unsafe { libc::epoll_ctl(self.fd.get(), operation, entry.fd, &mut event) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Has it watch these, before a wait. Each is set anew: its number may mean another
    /// file by now. Says whether one of them is always ready, as a regular file is, or
    /// what was closed.
    pub(super) fn follow(&self, fds: &[PollFd]) -> io::Result<bool> {
        let mut watched = self.watched.borrow_mut();
        watched.retain(|&fd| {
            let stays = fds.iter().any(|entry| entry.fd == fd);
            if !stays {
                let entry = PollFd {
                    fd,
                    events: 0,
                    revents: 0,
                };
                // If it was closed it has gone by itself.
                let _ = self.control(libc::EPOLL_CTL_DEL, entry);
            }
            stays
        });
        let mut always = false;
        for &entry in fds {
            let known = watched.contains(&entry.fd);
            let (first, unless, second) = match known {
                true => (libc::EPOLL_CTL_MOD, libc::ENOENT, libc::EPOLL_CTL_ADD),
                false => (libc::EPOLL_CTL_ADD, libc::EEXIST, libc::EPOLL_CTL_MOD),
            };
            let done = match self.control(first, entry) {
                Err(e) if e.raw_os_error() == Some(unless) => self.control(second, entry),
                done => done,
            };
            match done {
                Ok(()) if known => {}
                Ok(()) => watched.push(entry.fd),
                Err(e) if matches!(e.raw_os_error(), Some(libc::EPERM | libc::EBADF)) => {
                    always = true;
                    watched.retain(|&fd| fd != entry.fd);
                }
                Err(e) => return Err(e),
            }
        }
        Ok(always)
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.close();
    }
}
