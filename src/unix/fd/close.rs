//! The end of a descriptor: closed, aborted, or dropped.

use super::{Fd, State, closed, failure};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::scheduler::job::run::{JOB, Place};
use crate::scheduler::job::{closure, method};
use crate::value::Value;
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::RawFd;
use std::rc::Rc;

impl Fd {
    /// `Lwt_unix.close`: from now on it may not be used, and those who wait fail
    /// with EBADF. The promise resolves when the operating system has closed it,
    /// which waits for the jobs that use it.
    pub fn close(self: &Rc<Fd>) -> Promise {
        if self.state.get() == State::Closed {
            return failed(closed());
        }
        self.state.set(State::Closed);
        // The engine lets go of it before the number is free.
        self.fail_all(&closed());
        if !self.is_held() {
            return close_now(self.raw);
        }
        let fd = self.clone();
        spawn(async move {
            fd.until_let_go().await;
            close_now(fd.raw).await
        })
    }

    /// `Lwt_unix.abort`: those who wait, and all operations from now on, fail with
    /// `exn`, closing excepted. Nothing happens if it is closed.
    pub fn abort(&self, exn: Exn) {
        if self.state.get() == State::Closed {
            return;
        }
        self.state.set(State::Aborted);
        let before = self.rare().reason.replace(Some(exn.clone()));
        self.fail_all(&exn);
        drop(before);
    }
}

/// As a job, for a file may have to be written before that. What can't block is
/// closed at once.
fn close_now(raw: RawFd) -> Promise {
    let unclosed = Unclosed(raw);
    if !may_block(raw) {
        return match outcome(unclosed.close()) {
            Ok(value) => resolved(value),
            Err(exn) => failed(exn),
        };
    }
    let place: Place = method::current().place();
    closure::run(
        place,
        &JOB,
        true,
        "lwt_unix_close",
        move || unclosed.close(),
        outcome,
    )
}

/// A descriptor that is to be closed. It is, also where the job that would do it can't be
/// made: dropped, it is closed here.
struct Unclosed(RawFd);

impl Unclosed {
    fn close(self) -> io::Result<()> {
        close(ManuallyDrop::new(self).0)
    }
}

impl Drop for Unclosed {
    fn drop(&mut self) {
        let _ = close(self.0);
    }
}

/// Linux has closed it even where it says EINTR.
fn close(raw: RawFd) -> io::Result<()> {
    // SAFETY: it is the library's, and nobody uses it any more.
    match unsafe { libc::close(raw) } {
        0 => Ok(()),
        _ => match io::Error::last_os_error() {
            error if error.raw_os_error() == Some(libc::EINTR) => Ok(()),
            error => Err(error),
        },
    }
}

fn outcome(done: io::Result<()>) -> Outcome {
    done.map(|()| Value::UNIT)
        .map_err(|error| failure(&error, c"close"))
}

/// May closing it take long? A socket that lingers, and all that is no socket.
fn may_block(raw: RawFd) -> bool {
    let mut linger = libc::linger {
        l_onoff: 0,
        l_linger: 0,
    };
    let mut size = size_of::<libc::linger>() as libc::socklen_t;
    let place = (&raw mut linger).cast();
    // SAFETY: both live through the call.
    let got = unsafe { libc::getsockopt(raw, libc::SOL_SOCKET, libc::SO_LINGER, place, &mut size) };
    got != 0 || linger.l_onoff != 0
}

impl Drop for Fd {
    fn drop(&mut self) {
        // Nobody waits, for whoever waits keeps it; but the engine may watch.
        drop(self.take_all());
        if self.state.get() != State::Closed && self.raw > libc::STDERR_FILENO {
            self.close_when_let_go();
        }
    }
}
