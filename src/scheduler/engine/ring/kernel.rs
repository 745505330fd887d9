//! The two queues that are shared with the kernel, io_uring(7), as this library
//! uses them. Owns their descriptor and their memory. Calls the crate
//! `io-uring`, for which the layouts and the barriers are.
//!
//! Never with SQPOLL: a thread of the kernel that spins costs more than all the
//! system calls it spares a program that sleeps.

use io_uring::types::{SubmitArgs, Timespec};
use io_uring::{IoUring, squeue};
use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// How many requests may be queued before they are submitted.
const REQUESTS: u32 = 256;
/// How many answers may lie there; the kernel keeps the others meanwhile.
const ANSWERS: u32 = 4096;
/// How often the kernel is entered for deferred work in one wait, at most.
const PIECES: usize = 200;
/// IORING_ENTER_GETEVENTS: deferred work is done, and answers are written.
const GET_EVENTS: u32 = 1;

/// An answer: what the request was marked with, and the result.
pub(super) type Answer = (u64, i32);

/// The queues.
pub(super) struct Kernel {
    ring: RefCell<IoUring>,
    /// Is work put off until we enter the kernel, and does a flag say that
    /// there is some? Since Linux 6.1.
    deferred: bool,
    /// Requests that were queued and not yet submitted.
    queued: Cell<usize>,
    /// Written for each answer, once somebody has asked for it.
    event: RefCell<Option<OwnedFd>>,
    /// Answers that were taken out to make room.
    aside: RefCell<Vec<Answer>>,
}

impl Kernel {
    /// New queues. The error is errno's: ENOSYS where the kernel has none that
    /// will do, EPERM where they are forbidden, as in many containers.
    pub(super) fn open() -> io::Result<Kernel> {
        let deferred = IoUring::builder()
            .setup_cqsize(ANSWERS)
            .setup_single_issuer()
            .setup_defer_taskrun()
            .setup_taskrun_flag()
            .build(REQUESTS);
        let (ring, deferred) = match deferred {
            Ok(ring) => (ring, true),
            Err(e) if e.raw_os_error() == Some(libc::EINVAL) => {
                let plain = IoUring::builder().setup_cqsize(ANSWERS).build(REQUESTS)?;
                (plain, false)
            }
            Err(e) => return Err(e),
        };
        // Waits with a timeout, and loses no answer: since Linux 5.11.
        let fit = ring.params().is_feature_ext_arg() && ring.params().is_feature_nodrop();
        match fit {
            false => Err(io::Error::from_raw_os_error(libc::ENOSYS)),
            true => Ok(Kernel {
                ring: RefCell::new(ring),
                deferred,
                queued: Cell::new(0),
                event: RefCell::new(None),
                aside: RefCell::new(Vec::new()),
            }),
        }
    }

    /// A descriptor that is readable when there are answers, or work that was put
    /// off. The ring's own would not do: for work that was put off it wakes
    /// nobody.
    pub(super) fn descriptor(&self) -> io::Result<RawFd> {
        if let Some(event) = &*self.event.borrow() {
            return Ok(event.as_raw_fd());
        }
        // SAFETY: takes flags only.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: just made.
        let event = unsafe { OwnedFd::from_raw_fd(fd) };
        self.ring.borrow().submitter().register_eventfd(fd)?;
        self.event.replace(Some(event));
        Ok(fd)
    }

    /// Queues a request; it is submitted when we next enter the kernel.
    ///
    /// # Safety
    /// What it points to stays there until it is answered.
    pub(super) unsafe fn push(&self, request: &squeue::Entry) -> io::Result<()> {
        for _ in 0..100 {
            // SAFETY: the caller's promise.
            if unsafe { self.ring.borrow_mut().submission().push(request) }.is_ok() {
                self.queued.set(self.queued.get() + 1);
                return Ok(());
            }
            self.submit()?;
        }
        Err(io::Error::from_raw_os_error(libc::EAGAIN))
    }

    /// Submits what is queued, and has the kernel write the answers it has.
    pub(super) fn submit(&self) -> io::Result<()> {
        let entered = self.enter(0, None);
        match entered.as_ref().map_err(io::Error::raw_os_error) {
            // It wants answers to be taken first.
            Err(Some(libc::EBUSY | libc::EAGAIN)) => {
                let mut aside = self.aside.borrow_mut();
                aside.extend(
                    self.ring
                        .borrow_mut()
                        .completion()
                        .map(|answer| (answer.user_data(), answer.result())),
                );
                Ok(())
            }
            Err(Some(libc::EINTR)) => Ok(()),
            _ => entered,
        }
    }

    fn enter(&self, at_least: u32, timeout: Option<u64>) -> io::Result<()> {
        let ring = self.ring.borrow();
        let queued = self.queued.get();
        // Before the call: a signal may end it after it has submitted them all.
        self.queued.set(0);
        let entered = match timeout {
            None => {
                let flags = GET_EVENTS;
                // SAFETY: the argument is NULL.
                unsafe {
                    ring.submitter()
                        .enter::<libc::sigset_t>(queued as u32, at_least, flags, None)
                }
            }
            Some(ns) => {
                let at = super::super::super::clock::timespec(ns);
                let at = Timespec::new()
                    .sec(at.tv_sec as u64)
                    .nsec(at.tv_nsec as u32);
                let arguments = SubmitArgs::new().timespec(&at);
                ring.submitter()
                    .submit_with_args(at_least as usize, &arguments)
            }
        };
        drop(ring);
        let left = self.ring.borrow_mut().submission().len();
        self.queued.set(left);
        entered.map(|_| ())
    }

    /// Submits what is queued and waits for an answer, for so many nanoseconds
    /// at most (None: for ever, 0: not at all). A signal ends the wait.
    pub(super) fn wait(&self, timeout: Option<u64>) -> io::Result<()> {
        if let Some(event) = &*self.event.borrow() {
            let mut count = 0u64;
            // SAFETY: eight bytes on the stack; the descriptor is non-blocking.
            unsafe { libc::read(event.as_raw_fd(), (&raw mut count).cast(), 8) };
        }
        if timeout == Some(0) || !self.aside.borrow().is_empty() {
            match self.queued.get() > 0 || self.has_work_put_off() {
                true => self.submit(),
                false => Ok(()),
            }
        } else {
            let entered = self.enter(1, timeout);
            match entered.as_ref().map_err(io::Error::raw_os_error) {
                Err(Some(libc::ETIME | libc::EINTR)) => Ok(()),
                Err(Some(libc::EBUSY | libc::EAGAIN)) => self.submit(),
                _ => entered,
            }
        }?;
        // The kernel does no more than twenty pieces of deferred work at a time.
        for _ in 0..PIECES {
            match self.deferred && self.has_work_put_off() {
                true => self.submit()?,
                false => break,
            }
        }
        Ok(())
    }

    /// Would the kernel write further answers if we entered it?
    fn has_work_put_off(&self) -> bool {
        let mut ring = self.ring.borrow_mut();
        let queue = ring.submission();
        !self.deferred || queue.taskrun() || queue.cq_overflow()
    }

    /// Takes out the answers there are.
    pub(super) fn answers(&self, into: &mut Vec<Answer>) {
        into.append(&mut self.aside.borrow_mut());
        let mut ring = self.ring.borrow_mut();
        into.extend(
            ring.completion()
                .map(|answer| (answer.user_data(), answer.result())),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use io_uring::opcode::Nop;

    #[test]
    fn more_requests_than_there_is_room_for_are_all_answered() {
        let Ok(kernel) = Kernel::open() else { return };
        let mut answers = Vec::new();
        let n = u64::from(2 * ANSWERS + 10);
        for number in 0..n {
            // SAFETY: it points to nothing.
            unsafe { kernel.push(&Nop::new().build().user_data(number)) }.unwrap();
        }
        for _ in 0..100 {
            kernel.wait(Some(1_000_000)).unwrap();
            kernel.answers(&mut answers);
        }
        answers.sort_unstable();
        assert_eq!(
            answers,
            (0..n).map(|number| (number, 0)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over() {
        let Ok(kernel) = Kernel::open() else { return };
        kernel.wait(Some(0)).unwrap();
        kernel.wait(Some(1_000_000)).unwrap();
        let mut answers = Vec::new();
        kernel.answers(&mut answers);
        assert_eq!(answers, []);
    }
}
