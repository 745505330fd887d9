//! Reads of regular files by the ring, for the floors above: under the engine
//! io_uring `Lwt_unix.read` and `pread` of such a file are requests in its queue
//! and not jobs of the pool. What is in the kernel's cache is read while the
//! requests are submitted, together with all others of that turn, in the system
//! call by which the loop looks for events anyway; what is not, the kernel reads
//! on a thread of its own.
//!
//! The kernel writes into the caller's buffer until it answers: the promise never
//! resolves before that. To cancel it asks the kernel; if it has the answer
//! already, that is what the promise resolves to.

use super::{Answer, READ, Ring};
use crate::abi::LWT_FORKED;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::{Outcome, Promise, Resolver, Source, external, failed};
use crate::scheduler::current;
use io_uring::opcode::{AsyncCancel, Read};
use io_uring::types::Fd;
use std::io;
use std::os::fd::RawFd;

/// A read that the kernel has not answered.
pub(super) struct Flight {
    resolver: Resolver,
    result: Box<dyn FnOnce(io::Result<usize>) -> Outcome>,
}

/// What stands for an answer in the child of a fork: it is the parent's.
const FORKED: i32 = i32::MIN;

static SOURCE: Source = Source {
    name: "read by io_uring",
    cancel: Some(cancel),
    describe: None,
};

/// Reads up to `len` bytes at that place of a regular file, or at its position if
/// `at` is `u64::MAX`. `result` makes the promise's outcome of their number, after
/// the kernel has let go of the buffer. None: the current engine is another one,
/// and `result` is dropped.
///
/// # Safety
/// The buffer is that long, and stays until the promise has resolved; the number
/// means that file until `result` has been called or dropped.
pub(crate) unsafe fn read(
    raw: RawFd,
    (buf, len): (*mut u8, usize),
    at: u64,
    result: impl FnOnce(io::Result<usize>) -> Outcome + 'static,
) -> Option<Promise> {
    let watch = current().watch.borrow().clone();
    let ring = watch.engine.ring()?;
    let Ok(()) = current().notice_fork() else {
        return None;
    };
    let index = match ring.free.borrow_mut().pop() {
        Some(index) => index,
        None => {
            ring.flights.borrow_mut().push(None);
            ring.flights.borrow().len() - 1
        }
    };
    let Some((promise, resolver)) = external(&SOURCE, [index as u64, 0]) else {
        ring.free.borrow_mut().push(index);
        return Some(failed(Exn::out_of_memory()));
    };
    // The kernel reads no more than this at a time either.
    let len = len.min(0x7fff_f000) as u32;
    let request = Read::new(Fd(raw), buf, len)
        .offset(at)
        .build()
        .user_data(READ | index as u64);
    let flight = Flight {
        resolver,
        result: Box::new(result),
    };
    ring.flights.borrow_mut()[index] = Some(flight);
    ring.in_flight.set(ring.in_flight.get() + 1);
    // SAFETY: the caller keeps the buffer until the promise has resolved.
    if let Err(error) = ring.with_kernel(|kernel| unsafe { kernel.push(&request) }) {
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        ring.landed.borrow_mut().push((READ | index as u64, -errno));
    }
    local().tell_loop();
    Some(promise)
}

/// A promise is cancelled: the kernel is asked, and its answer awaited.
fn cancel(_: u32, [index, _]: [u64; 2]) -> bool {
    let watch = current().watch.borrow().clone();
    if let Some(ring) = watch.engine.ring() {
        let request = AsyncCancel::new(READ | index)
            .build()
            .user_data(super::NOTHING);
        // SAFETY: it points to nothing. If it fails the read is answered anyway.
        let _ = ring.with_kernel(|kernel| unsafe { kernel.push(&request) });
        local().tell_loop();
    }
    false
}

impl Ring {
    /// Resolves the promises of the reads that have been answered.
    pub(super) fn land_reads(&self) {
        let landed = self.landed.take();
        for (mark, got) in landed {
            let index = (mark & !READ) as usize;
            let flight = self
                .flights
                .borrow_mut()
                .get_mut(index)
                .and_then(Option::take);
            let Some(flight) = flight else { continue };
            self.free.borrow_mut().push(index);
            self.in_flight.set(self.in_flight.get() - 1);
            let outcome = match got {
                0.. => (flight.result)(Ok(got as usize)),
                FORKED => Err(Exn::new(
                    LWT_FORKED,
                    "a read by io_uring that the parent of this process began",
                )),
                _ if got == -libc::ECANCELED => Err(Exn::canceled()),
                _ => (flight.result)(Err(io::Error::from_raw_os_error(-got))),
            };
            flight.resolver.resolve(outcome);
        }
    }

    /// Waits until the kernel has answered all reads: it has let go of the buffers
    /// then.
    pub(super) fn await_reads(&self) {
        let mut answers: Vec<Answer> = Vec::new();
        while self.in_flight.get() > self.landed.borrow().len() {
            let waited = self.with_kernel(|kernel| {
                kernel.wait(None)?;
                kernel.answers(&mut answers);
                Ok(())
            });
            if waited.is_err() {
                return;
            }
            for answer in answers.drain(..) {
                self.answered(answer, &mut Vec::new());
            }
        }
    }

    /// In the child of a fork: the reads are the parent's, and so is what they
    /// write.
    pub(super) fn forget_reads(&self) {
        let flights = self.flights.borrow();
        let all = flights.iter().enumerate();
        let mut landed = self.landed.borrow_mut();
        landed.clear();
        landed.extend(
            all.filter(|(_, flight)| flight.is_some())
                .map(|(index, _)| (READ | index as u64, FORKED)),
        );
    }
}
