//! The engine on poll(2): no descriptor of its own, and each wait costs a look
//! at all that is watched.

use super::{Engine, Interest, Ready};
use std::cell::RefCell;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;

/// The engine.
pub(super) struct Poll {
    fds: RefCell<Vec<libc::pollfd>>,
}

impl Poll {
    pub(super) fn new() -> Poll {
        Poll {
            fds: RefCell::new(Vec::new()),
        }
    }
}

impl Engine for Poll {
    fn name(&self) -> &CStr {
        c"poll"
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        let mut fds = self.fds.borrow_mut();
        let at = fds.iter().position(|entry| entry.fd == fd);
        if new.is_none() {
            if let Some(at) = at {
                fds.swap_remove(at);
            }
            return Ok(());
        }
        // poll itself would skip a negative one without a word.
        // SAFETY: takes no pointer.
        if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        let mut events = 0;
        if new.read {
            events |= libc::POLLIN;
        }
        if new.write {
            events |= libc::POLLOUT;
        }
        let entry = libc::pollfd {
            fd,
            events,
            revents: 0,
        };
        match at {
            Some(at) => fds[at] = entry,
            None => fds.push(entry),
        }
        Ok(())
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let mut fds = self.fds.borrow_mut();
        let at = timeout.map(super::super::clock::timespec);
        let at = at
            .as_ref()
            .map_or(std::ptr::null(), |t| t as *const libc::timespec);
        // SAFETY: the kernel writes into the entries; all live through the
        // call.
        let got = unsafe {
            libc::ppoll(
                fds.as_mut_ptr(),
                fds.len() as libc::nfds_t,
                at,
                std::ptr::null(),
            )
        };
        if got < 0 {
            return match io::Error::last_os_error() {
                e if e.raw_os_error() == Some(libc::EINTR) => Ok(()),
                e => Err(e),
            };
        }
        for entry in fds.iter().filter(|entry| entry.revents != 0) {
            let bits = entry.revents;
            let broken = bits & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0;
            ready.push(Ready {
                fd: entry.fd,
                interest: Interest {
                    read: broken || bits & libc::POLLIN != 0,
                    write: broken || bits & libc::POLLOUT != 0,
                },
                closed: bits & libc::POLLNVAL != 0,
            });
        }
        Ok(())
    }

    fn after_fork(&self) {
        self.fds.borrow_mut().clear();
    }
}
