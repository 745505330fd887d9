//! The engine on epoll(7). Takes its descriptor when the first one is watched.
//!
//! epoll knows files, not descriptors, which leaves three things to be done by
//! hand. A number that was closed and means another file now must be added
//! anew. A file that lives on through a duplicate, after the descriptor that
//! was watched is closed, goes on reporting and can't be taken away: each
//! report carries the generation of the watch, and one that fits none makes us
//! begin with a new epoll. And a descriptor that was closed for good is never
//! reported: `watch` looks for those.

use super::{Engine, Interest, Pollable, Ready};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::RawFd;

/// The engine.
pub(crate) struct Epoll {
    fd: Cell<RawFd>,
    /// How many epolls it has had.
    born: Cell<u64>,
    /// By descriptor.
    watched: RefCell<Vec<Watched>>,
    /// Regular files, which are always ready and which epoll refuses.
    files: RefCell<Vec<RawFd>>,
    door: Cell<RawFd>,
    generation: Cell<u32>,
    events: RefCell<Vec<libc::epoll_event>>,
    /// Has the kernel no epoll_pwait2?
    coarse: Cell<bool>,
}

#[derive(Clone, Copy, Default)]
struct Watched {
    interest: Interest,
    generation: u32,
    is_file: bool,
}

/// The generation of the door, which is not reported.
const DOOR: u64 = u64::MAX;

impl Epoll {
    pub(crate) fn new() -> Epoll {
        Epoll {
            fd: Cell::new(-1),
            born: Cell::new(0),
            watched: RefCell::new(Vec::new()),
            files: RefCell::new(Vec::new()),
            door: Cell::new(-1),
            generation: Cell::new(0),
            events: RefCell::new(Vec::new()),
            coarse: Cell::new(false),
        }
    }

    fn fd(&self) -> io::Result<RawFd> {
        if self.fd.get() < 0 {
            // SAFETY: takes no pointer.
            let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            self.fd.set(fd);
            self.born.set(self.born.get() + 1);
        }
        Ok(self.fd.get())
    }

    fn control(&self, operation: c_int, fd: RawFd, events: c_int, data: u64) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: events as u32,
            u64: data,
        };
        // SAFETY: the event lives through the call.
        match unsafe { libc::epoll_ctl(self.fd()?, operation, fd, &mut event) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Adds or changes; `known` says which is to be expected.
    fn add(&self, fd: RawFd, watched: Watched, known: bool) -> io::Result<()> {
        let mut events = 0;
        if watched.interest.read {
            events |= libc::EPOLLIN | libc::EPOLLRDHUP;
        }
        if watched.interest.write {
            events |= libc::EPOLLOUT;
        }
        let data = u64::from(watched.generation) << 32 | fd as u64;
        let (first, unless, second) = match known {
            true => (libc::EPOLL_CTL_MOD, libc::ENOENT, libc::EPOLL_CTL_ADD),
            false => (libc::EPOLL_CTL_ADD, libc::EEXIST, libc::EPOLL_CTL_MOD),
        };
        match self.control(first, fd, events, data) {
            Err(e) if e.raw_os_error() == Some(unless) => self.control(second, fd, events, data),
            other => other,
        }
    }

    /// A new epoll, watching the same.
    fn begin_anew(&self) -> io::Result<()> {
        let old = self.fd.replace(-1);
        if old >= 0 {
            // SAFETY: it is ours.
            unsafe { libc::close(old) };
        }
        if self.door.get() >= 0 {
            self.watch_door(self.door.get())?;
        }
        for (fd, watched) in self.watched.borrow().iter().enumerate() {
            if !watched.interest.is_none() && !watched.is_file {
                // Closed: found out by the next looks.
                let _ = self.add(fd as RawFd, *watched, false);
            }
        }
        Ok(())
    }

    fn wait_for(
        &self,
        timeout: Option<u64>,
        events: &mut [libc::epoll_event],
    ) -> io::Result<usize> {
        let fd = self.fd()?;
        let n = events.len() as c_int;
        if !self.coarse.get() && !matches!(timeout, Some(0)) {
            let at = timeout.map(super::super::clock::timespec);
            let at = at
                .as_ref()
                .map_or(std::ptr::null(), |t| t as *const libc::timespec);
            // SAFETY: the kernel writes at most `n` events, and reads the
            // timespec, which lives through the call.
            let got = unsafe {
                libc::syscall(
                    libc::SYS_epoll_pwait2,
                    fd,
                    events.as_mut_ptr(),
                    n,
                    at,
                    std::ptr::null::<libc::sigset_t>(),
                    0usize,
                )
            };
            if got >= 0 {
                return Ok(got as usize);
            }
            let error = io::Error::last_os_error();
            if error.raw_os_error() != Some(libc::ENOSYS) {
                return Err(error);
            }
            self.coarse.set(true);
        }
        // Rounded up, so that the wait does not end before the timer is due.
        let timeout = timeout.map_or(-1, |ns| {
            ns.div_ceil(1_000_000).min(i32::MAX as u64) as c_int
        });
        // SAFETY: as above.
        match unsafe { libc::epoll_wait(fd, events.as_mut_ptr(), n, timeout) } {
            got @ 0.. => Ok(got as usize),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

impl Engine for Epoll {
    fn name(&self) -> &CStr {
        c"epoll"
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        if fd < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        let at = fd as usize;
        {
            let mut watched = self.watched.borrow_mut();
            if watched.len() <= at {
                watched.resize(at + 1, Watched::default());
            }
        }
        let old = self.watched.borrow()[at];
        if new.is_none() {
            self.watched.borrow_mut()[at] = Watched::default();
            if old.is_file {
                self.files.borrow_mut().retain(|&file| file != fd);
            } else if !old.interest.is_none() {
                // An error says that it is closed: then there is nothing left
                // to take away, or a report will show what is.
                let _ = self.control(libc::EPOLL_CTL_DEL, fd, 0, 0);
            }
            return Ok(());
        }
        let mut watched = Watched {
            interest: new,
            generation: old.generation,
            is_file: false,
        };
        if old.interest.is_none() {
            self.generation
                .set(self.generation.get().wrapping_add(1) & 0x7fff_ffff);
            watched.generation = self.generation.get();
        }
        let refused = match self.add(fd, watched, !old.interest.is_none()) {
            Ok(()) => false,
            Err(e) if e.raw_os_error() == Some(libc::EPERM) => true,
            Err(e) => return Err(e),
        };
        watched.is_file = refused;
        let mut files = self.files.borrow_mut();
        if old.is_file != refused {
            files.retain(|&file| file != fd);
            if refused {
                files.push(fd);
            }
        }
        self.watched.borrow_mut()[at] = watched;
        Ok(())
    }

    fn watch_door(&self, fd: RawFd) -> io::Result<()> {
        // Edge-triggered: each write is one event, and nobody has to read.
        match self.control(libc::EPOLL_CTL_ADD, fd, libc::EPOLLIN | libc::EPOLLET, DOOR) {
            Err(e) if e.raw_os_error() != Some(libc::EEXIST) => Err(e),
            _ => {
                self.door.set(fd);
                Ok(())
            }
        }
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let mut timeout = timeout;
        for &fd in self.files.borrow().iter() {
            ready.push(Ready {
                fd,
                interest: self.watched.borrow()[fd as usize].interest,
                closed: false,
            });
        }
        if !ready.is_empty() {
            timeout = Some(0);
        }
        let mut events = self.events.take();
        events.resize(
            events.len().max(64),
            libc::epoll_event { events: 0, u64: 0 },
        );
        let got = match self.wait_for(timeout, &mut events) {
            Err(e) if e.raw_os_error() == Some(libc::EINTR) => 0,
            Err(e) => return Err(e),
            Ok(got) => got,
        };
        let mut strange = false;
        for event in &events[..got] {
            let (data, bits) = (event.u64, event.events as c_int);
            if data == DOOR {
                continue;
            }
            let (fd, generation) = (data as u32 as usize, (data >> 32) as u32);
            let watched = self.watched.borrow().get(fd).copied().unwrap_or_default();
            if watched.generation != generation || watched.interest.is_none() {
                strange = true;
                continue;
            }
            let broken = bits & (libc::EPOLLERR | libc::EPOLLHUP) != 0;
            ready.push(Ready {
                fd: fd as RawFd,
                interest: Interest {
                    read: broken || bits & (libc::EPOLLIN | libc::EPOLLRDHUP) != 0,
                    write: broken || bits & libc::EPOLLOUT != 0,
                },
                closed: false,
            });
        }
        if got == events.len() && got < 4096 {
            events.resize(2 * got, libc::epoll_event { events: 0, u64: 0 });
        }
        self.events.replace(events);
        if strange {
            self.begin_anew()?;
        }
        Ok(())
    }

    fn misses_closed(&self) -> bool {
        true
    }

    fn pollable(&self) -> io::Result<Pollable> {
        Ok(Pollable::Own {
            fd: self.fd()?,
            born: self.born.get(),
        })
    }

    fn is_always_ready(&self) -> bool {
        !self.files.borrow().is_empty()
    }

    fn after_fork(&self) {
        // The parent's epoll, which a change of ours would change too.
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            // SAFETY: our copy of it.
            unsafe { libc::close(fd) };
        }
        self.door.set(-1);
        self.watched.borrow_mut().clear();
        self.files.borrow_mut().clear();
    }
}

impl Drop for Epoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // SAFETY: it is ours.
            unsafe { libc::close(self.fd.get()) };
        }
    }
}
