//! An engine that is nothing but one function of the user's, which waits as
//! select(2) does, or as poll(2): the classes `select_based` and `poll_based`
//! of Lwt_engine. Another library's own way of polling becomes an engine so.
//! Calls `select` for its sets.

use super::select::Sets;
use super::{Engine, Interest, Ready};
use crate::value::Env;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_int, c_void};
use std::io;
use std::os::fd::RawFd;

/// What a function in the manner of poll is told of a descriptor, and tells.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct lwt_engine_poll_fd {
    /// The descriptor.
    pub fd: c_int,
    /// In: is it to be waited for until it is readable? Out: is it?
    pub read: bool,
    /// The same for writing.
    pub write: bool,
}

/// The function. Each returns a number below 0 with errno set if it fails.
#[derive(Clone, Copy)]
pub enum Wait {
    /// As poll(2): changes the entries. The timeout is in seconds, negative for
    /// none.
    Poll(
        unsafe extern "C" fn(
            fds: *mut lwt_engine_poll_fd,
            n: usize,
            timeout: f64,
            env: *mut c_void,
        ) -> c_int,
    ),
    /// As select(2): changes the sets.
    Select(
        unsafe extern "C" fn(
            nfds: c_int,
            readfds: *mut libc::fd_set,
            writefds: *mut libc::fd_set,
            timeout: f64,
            env: *mut c_void,
        ) -> c_int,
    ),
}

/// The engine.
pub struct Based {
    name: CString,
    wait: Wait,
    env: Env,
    watched: RefCell<Vec<lwt_engine_poll_fd>>,
}

impl Based {
    /// An engine that waits by this function, which may be called with `env` on
    /// this thread.
    pub fn new(name: &CStr, wait: Wait, env: Env) -> Based {
        Based {
            name: name.to_owned(),
            wait,
            env,
            watched: RefCell::new(Vec::new()),
        }
    }

    /// The descriptors that were closed while they were watched.
    fn report_closed(&self, ready: &mut Vec<Ready>) {
        for entry in self.watched.borrow().iter() {
            // SAFETY: takes no pointer.
            if unsafe { libc::fcntl(entry.fd, libc::F_GETFD) } < 0 {
                ready.push(Ready {
                    fd: entry.fd,
                    interest: Interest::BOTH,
                    closed: true,
                });
            }
        }
    }

    fn failed(&self, ready: &mut Vec<Ready>) -> io::Result<()> {
        let error = io::Error::last_os_error();
        match error.raw_os_error() {
            Some(libc::EINTR) => Ok(()),
            Some(libc::EBADF) => {
                self.report_closed(ready);
                // A failure that nothing explains would come again at once.
                match ready.is_empty() {
                    true => Err(error),
                    false => Ok(()),
                }
            }
            _ => Err(error),
        }
    }
}

impl Engine for Based {
    fn name(&self) -> &CStr {
        &self.name
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        let mut watched = self.watched.borrow_mut();
        let at = watched.iter().position(|entry| entry.fd == fd);
        if new.is_none() {
            if let Some(at) = at {
                watched.swap_remove(at);
            }
            return Ok(());
        }
        // SAFETY: takes no pointer.
        if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        if fd >= libc::FD_SETSIZE as RawFd && matches!(self.wait, Wait::Select(_)) {
            return Err(io::Error::from_raw_os_error(libc::ERANGE));
        }
        let entry = lwt_engine_poll_fd {
            fd,
            read: new.read,
            write: new.write,
        };
        match at {
            Some(at) => watched[at] = entry,
            None => watched.push(entry),
        }
        Ok(())
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        // A copy: the function may stop events, or make some.
        let mut entries = self.watched.borrow().clone();
        let seconds = match timeout {
            None => -1.0,
            Some(0) => 0.0,
            // Rounded up, so that the wait does not end before the timer is due.
            Some(ns) => (ns as f64 / 1e9).next_up(),
        };
        match self.wait {
            Wait::Poll(poll) => {
                // SAFETY: the caller of `new` says that it may be called with
                // the environment; the entries live through the call.
                let got = unsafe {
                    poll(
                        entries.as_mut_ptr(),
                        entries.len(),
                        seconds,
                        self.env.word(),
                    )
                };
                if got < 0 {
                    return self.failed(ready);
                }
                ready.extend(entries.iter().map(|entry| Ready {
                    fd: entry.fd,
                    interest: Interest {
                        read: entry.read,
                        write: entry.write,
                    },
                    closed: false,
                }));
                ready.retain(|report| !report.interest.is_none());
            }
            Wait::Select(select) => {
                let mut sets = Sets::new();
                for entry in entries {
                    let interest = Interest {
                        read: entry.read,
                        write: entry.write,
                    };
                    if sets.set(entry.fd, interest).is_err() {
                        ready.push(Ready {
                            fd: entry.fd,
                            interest: Interest::BOTH,
                            closed: true,
                        });
                    }
                }
                if !ready.is_empty() {
                    return Ok(());
                }
                // SAFETY: as above; the sets hold as many as `end` says.
                let got = unsafe {
                    select(
                        sets.end,
                        &mut sets.read,
                        &mut sets.write,
                        seconds,
                        self.env.word(),
                    )
                };
                if got < 0 {
                    return self.failed(ready);
                }
                sets.report(ready);
            }
        }
        Ok(())
    }

    fn after_fork(&self) {
        self.watched.borrow_mut().clear();
    }
}
