//! The engine on io_uring(7): descriptors are waited for by poll requests in the
//! ring. Owns the ring (`kernel`) and which request stands for which descriptor.
//!
//! Where it wins, and where not: waiting for descriptors costs as much as with
//! epoll (echo over socket pairs, CPU per message: 3.6 µs with either over 1
//! connection, 3.7 and 3.8 µs over 100), so epoll stays the default. Reading
//! files from the kernel's cache costs much less than by the pool (CPU per read of
//! 4 KiB: 1.8 µs and not 9.9 one at a time, 0.7 and not 2.5 with 32 under way; of
//! 64 KiB: 4.5 and not 15.2, 3.3 and not 6.0; a bare pread: 0.5 and 2.8), so
//! under this engine files are read by it: see `read`. That is on ext4. On tmpfs,
//! where the kernel hands each read to a thread of its own, the ring loses with
//! several under way (64 KiB: 15 µs and not 8), so files that can't be read without
//! waiting (RWF_NOWAIT) are read by the pool here too. Nothing else is done by the
//! ring. `benches/README.md` says how that was measured.
//!
//! A request is for one report. One that has reported is made anew in the next
//! wait, if its descriptor is still watched; so requests and the wait are one
//! system call, what is watched and unwatched between two waits costs none, and
//! reports are level-triggered: the kernel looks when it takes a request.
//!
//! A request holds the file that it waits for. To close the descriptor would
//! therefore not close the file: what is unwatched is taken back from the kernel
//! at once.

mod kernel;
pub(crate) mod read;

use super::{Engine, Interest, Pollable, Ready};
use io_uring::opcode::{PollAdd, PollRemove};
use io_uring::types::Fd;
use kernel::{Answer, Kernel};
use read::Flight;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::RawFd;

/// The engine.
pub struct Ring {
    /// None: in the child of a fork, until something is watched.
    kernel: RefCell<Option<Kernel>>,
    /// By descriptor.
    watched: RefCell<Vec<Watched>>,
    /// Those that need a request.
    unasked: RefCell<Vec<RawFd>>,
    generation: Cell<u32>,
    /// How many rings it has had.
    born: Cell<u64>,
    answers: RefCell<Vec<Answer>>,
    /// Reads that the kernel has not answered, and numbers to be used again.
    flights: RefCell<Vec<Option<Flight>>>,
    free: RefCell<Vec<usize>>,
    in_flight: Cell<usize>,
    /// Answers to reads whose promises are to be resolved.
    landed: RefCell<Vec<Answer>>,
}

#[derive(Clone, Copy, Default)]
struct Watched {
    interest: Interest,
    /// What the kernel has been asked for.
    asked: Interest,
    /// The mark of the request, so that an answer to an older one is known.
    generation: u32,
}

/// The mark of requests whose answer says nothing.
const NOTHING: u64 = u64::MAX;
/// The bit of the marks of reads.
const READ: u64 = 1 << 63;

/// Is the current engine of this thread that of io_uring?
#[inline]
pub(crate) fn is_current() -> bool {
    super::super::current()
        .watch
        .borrow()
        .engine
        .ring()
        .is_some()
}

impl Ring {
    /// The error is errno's, see `Kernel::open`.
    pub(super) fn new() -> io::Result<Ring> {
        Ok(Ring {
            kernel: RefCell::new(Some(Kernel::open()?)),
            watched: RefCell::new(Vec::new()),
            unasked: RefCell::new(Vec::new()),
            generation: Cell::new(0),
            born: Cell::new(1),
            answers: RefCell::new(Vec::new()),
            flights: RefCell::new(Vec::new()),
            free: RefCell::new(Vec::new()),
            in_flight: Cell::new(0),
            landed: RefCell::new(Vec::new()),
        })
    }

    fn with_kernel<T>(&self, f: impl FnOnce(&Kernel) -> io::Result<T>) -> io::Result<T> {
        if self.kernel.borrow().is_none() {
            self.kernel.replace(Some(Kernel::open()?));
            self.born.set(self.born.get() + 1);
        }
        match &*self.kernel.borrow() {
            Some(kernel) => f(kernel),
            None => Err(io::Error::from_raw_os_error(libc::ENOSYS)),
        }
    }

    fn mark(fd: RawFd, generation: u32) -> u64 {
        u64::from(generation) << 32 | fd as u64
    }

    /// Takes a request back. It is done when the kernel is next entered.
    fn take_back(&self, fd: RawFd, watched: &mut Watched) -> io::Result<()> {
        if watched.asked.is_none() {
            return Ok(());
        }
        watched.asked = Interest::NONE;
        let mark = Self::mark(fd, watched.generation);
        let request = PollRemove::new(mark).build().user_data(NOTHING);
        // SAFETY: it points to nothing.
        self.with_kernel(|kernel| unsafe { kernel.push(&request) })
    }

    /// Asks for what is watched and was not asked for.
    fn ask(&self) -> io::Result<()> {
        let mut unasked = self.unasked.borrow_mut();
        let mut all = self.watched.borrow_mut();
        while let Some(&fd) = unasked.last() {
            let watched = &mut all[fd as usize];
            if !watched.interest.is_none() && watched.asked.is_none() {
                self.generation
                    .set(self.generation.get().wrapping_add(1) & 0x3fff_ffff);
                let generation = self.generation.get();
                let mut events = 0;
                if watched.interest.read {
                    events |= libc::POLLIN | libc::POLLRDHUP;
                }
                if watched.interest.write {
                    events |= libc::POLLOUT;
                }
                let request = PollAdd::new(Fd(fd), events as u32)
                    .build()
                    .user_data(Self::mark(fd, generation));
                // SAFETY: it points to nothing.
                self.with_kernel(|kernel| unsafe { kernel.push(&request) })?;
                watched.generation = generation;
                watched.asked = watched.interest;
            }
            unasked.pop();
        }
        Ok(())
    }

    /// A request has been answered.
    fn answered(&self, (mark, result): Answer, ready: &mut Vec<Ready>) {
        if mark == NOTHING {
            return;
        }
        if mark & READ != 0 {
            self.landed.borrow_mut().push((mark, result));
            return;
        }
        let (fd, generation) = (mark as u32 as RawFd, (mark >> 32) as u32);
        let mut all = self.watched.borrow_mut();
        let Some(watched) = all.get_mut(fd as usize) else {
            return;
        };
        if watched.generation != generation || watched.asked.is_none() {
            return;
        }
        watched.asked = Interest::NONE;
        self.unasked.borrow_mut().push(fd);
        if result == -libc::ECANCELED {
            return;
        }
        let bits = result as c_int;
        // What can't be polled is always ready, as regular files are.
        let broken =
            result < 0 || bits & c_int::from(libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0;
        ready.push(Ready {
            fd,
            interest: Interest {
                read: broken || bits & c_int::from(libc::POLLIN | libc::POLLRDHUP) != 0,
                write: broken || bits & c_int::from(libc::POLLOUT) != 0,
            },
            closed: result == -libc::EBADF,
        });
    }
}

impl Engine for Ring {
    fn name(&self) -> &CStr {
        c"io_uring"
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        // SAFETY: takes no pointer.
        if fd < 0 || !new.is_none() && unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        let at = fd as usize;
        let mut all = self.watched.borrow_mut();
        if all.len() <= at {
            all.resize(at + 1, Watched::default());
        }
        let mut watched = all[at];
        let was_asked = !watched.asked.is_none();
        if new.is_none() {
            watched.interest = new;
            let taken = self.take_back(fd, &mut watched);
            all[at] = watched;
            drop(all);
            // The file is let go of before the caller closes it.
            return match was_asked {
                true => taken.and_then(|()| self.with_kernel(Kernel::submit)),
                false => taken,
            };
        }
        // Also when nothing changes: the number may mean another file by now.
        self.take_back(fd, &mut watched)?;
        watched.interest = new;
        all[at] = watched;
        self.unasked.borrow_mut().push(fd);
        Ok(())
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        self.ask()?;
        let timeout = match self.landed.borrow().is_empty() {
            true => timeout,
            false => Some(0),
        };
        let mut answers = self.answers.take();
        self.with_kernel(|kernel| {
            kernel.wait(timeout)?;
            kernel.answers(&mut answers);
            Ok(())
        })?;
        for answer in answers.drain(..) {
            self.answered(answer, ready);
        }
        self.answers.replace(answers);
        if !self.landed.borrow().is_empty() {
            ready.push(Ready::LANDED);
        }
        Ok(())
    }

    fn has_sources_of_its_own(&self) -> bool {
        self.in_flight.get() > 0
    }

    fn ring(&self) -> Option<&Ring> {
        Some(self)
    }

    fn land(&self) {
        self.land_reads();
    }

    fn settle(&self) {
        self.await_reads();
        self.land_reads();
    }

    fn misses_closed(&self) -> bool {
        true
    }

    fn pollable(&self) -> io::Result<Pollable> {
        self.ask()?;
        self.with_kernel(|kernel| {
            let fd = kernel.descriptor()?;
            kernel.submit()?;
            Ok(Pollable::Own {
                fd,
                born: self.born.get(),
            })
        })
    }

    fn after_fork(&self) {
        // The parent's, which we would wait in.
        self.kernel.replace(None);
        self.forget_reads();
        self.watched.borrow_mut().clear();
        self.unasked.borrow_mut().clear();
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.await_reads();
        // The kernel takes its time to let go of a ring, and so of its files.
        let all = self.watched.take();
        for (fd, mut watched) in all.into_iter().enumerate() {
            let _ = self.take_back(fd as RawFd, &mut watched);
        }
        if let Some(kernel) = &*self.kernel.borrow() {
            let _ = kernel.submit();
        }
    }
}
