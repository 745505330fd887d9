//! Sending a file over a socket without a copy of it in this process. Calls the
//! descriptors.

use super::accept::is_again;
use super::socket::failed_call;
use super::transfer::count;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::unix::fd::{Attempt, Fd, Side};
use crate::value::Value;
use libc::{c_int, sigset_t};
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::rc::Rc;

/// As much is sent in one turn of the main loop, so that others have theirs.
const IN_ONE_TURN: usize = 1 << 20;

/// The caller's place for the offset, which workers may use.
#[derive(Clone, Copy)]
struct Offset(*mut i64);

// SAFETY: the caller leaves it alone until the promise has resolved.
unsafe impl Send for Offset {}

impl Offset {
    fn send(self, to: c_int, from: c_int, len: usize) -> io::Result<usize> {
        // SAFETY: NULL, or the caller's number.
        let sent = without_signal(|| count(unsafe { libc::sendfile(to, from, self.0, len) }));
        sent.map(|sent| sent.word().addr())
    }
}

/// Unlike send() the call has no flag that spares the process a SIGPIPE: it is
/// kept from this thread, and taken back if it came.
fn without_signal<T>(call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let mut sets = [MaybeUninit::<sigset_t>::uninit(); 3];
    let [pipe, old, pending] = sets.each_mut().map(MaybeUninit::as_mut_ptr);
    // SAFETY: three sets of signals, each written before it is read; the mask is
    // this thread's, and is what it was in the end.
    unsafe {
        libc::sigemptyset(pipe);
        libc::sigaddset(pipe, libc::SIGPIPE);
        libc::sigpending(pending);
        libc::pthread_sigmask(libc::SIG_BLOCK, pipe, old);
        let result = call();
        let broken = |error: &io::Error| error.raw_os_error() == Some(libc::EPIPE);
        if result.as_ref().is_err_and(broken) && libc::sigismember(pending, libc::SIGPIPE) == 0 {
            let now = libc::timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            libc::sigtimedwait(pipe, ptr::null_mut(), &now);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, old, ptr::null_mut());
        result
    }
}

fn value(sent: usize) -> Value {
    Value::plain(ptr::without_provenance_mut(sent))
}

/// Sends `len` bytes of `from`, or as many as there are: the value is how many.
/// `*offset` is where to begin, and follows what was sent; NULL: the file's own
/// position does.
///
/// # Safety
/// `offset` is NULL, or may be written until the promise has resolved.
pub unsafe fn sendfile(to: &Rc<Fd>, from: &Rc<Fd>, offset: *mut i64, len: usize) -> Promise {
    const NAME: &std::ffi::CStr = c"sendfile";
    let offset = Offset(offset);
    if let Err(exn) = from.check(NAME) {
        return failed(exn);
    }
    if len == 0 {
        return to
            .check(NAME)
            .map_or_else(failed, |_| resolved(Value::UNIT));
    }
    if to.is_blocking() {
        let (source, hold) = (from.raw(), from.hold());
        let send = move |raw| {
            let sent = send_all(raw, source, offset, len);
            drop(hold);
            sent
        };
        return to.job(NAME, true, send, |sent| Ok(value(sent)));
    }
    let (from, mut sent) = (from.clone(), 0);
    to.attempt(Side::Write, NAME, move |raw| {
        let source = match from.check(NAME) {
            Ok(source) => source,
            Err(exn) => return Attempt::Done(Err(exn)),
        };
        let end = len.min(sent + IN_ONE_TURN);
        while sent < end {
            match offset.send(raw, source, end - sent) {
                Ok(0) => return Attempt::Done(Ok(value(sent))),
                Ok(more) => sent += more,
                Err(error) if is_again(&error) => return Attempt::Again,
                Err(error) => return Attempt::Done(failure(&error)),
            }
        }
        match sent == len {
            true => Attempt::Done(Ok(value(sent))),
            // The socket is writable still, which the next turn tells.
            false => Attempt::Again,
        }
    })
}

fn failure(error: &io::Error) -> Outcome {
    Err(failed_call(error, c"sendfile"))
}

/// On a worker.
fn send_all(to: c_int, from: c_int, offset: Offset, len: usize) -> io::Result<usize> {
    let mut sent = 0;
    while sent < len {
        match offset.send(to, from, (len - sent).min(1 << 30)) {
            Ok(0) => break,
            Ok(more) => sent += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}
