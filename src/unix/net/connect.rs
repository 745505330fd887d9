//! `Lwt_unix.connect`. Calls the descriptors, and sleeps where the system has no
//! other way to wait.

use super::accept::is_again;
use super::address::{Address, failure};
use super::socket::{errno, told};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::unix::fd::{Attempt, Fd, Side};
use crate::unix::sleep::sleep;
use crate::value::Value;
use libc::c_int;
use std::io;
use std::rc::Rc;

fn connect_now(raw: c_int, address: &Address) -> io::Result<()> {
    // SAFETY: an address and its length.
    told(unsafe { libc::connect(raw, address.as_ptr(), address.len) }).map(drop)
}

/// The error that the socket holds.
fn pending_error(raw: c_int) -> io::Result<()> {
    let mut error: c_int = 0;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    let (to, len) = ((&raw mut error).cast(), &raw mut len);
    // SAFETY: room for a number.
    told(unsafe { libc::getsockopt(raw, libc::SOL_SOCKET, libc::SO_ERROR, to, len) })?;
    match error {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

fn outcome(address: &Address, done: io::Result<()>) -> Outcome {
    let fail = |error: io::Error| failure(errno(&error), c"connect", address);
    done.map(|()| Value::UNIT).map_err(fail)
}

/// `Lwt_unix.connect`.
pub fn connect(fd: &Rc<Fd>, address: Address) -> Promise {
    if let Err(exn) = fd.check(c"connect") {
        return failed(exn);
    }
    if fd.is_blocking() {
        let call = move |raw| Ok(connect_now(raw, &address));
        return fd.job(c"connect", false, call, move |done| outcome(&address, done));
    }
    match address.family() {
        libc::AF_UNIX => connect_local(fd, address),
        _ => connect_far(fd, address),
    }
}

/// The system goes on by itself; when the socket is writable it is done.
fn connect_far(fd: &Rc<Fd>, address: Address) -> Promise {
    let mut begun = false;
    fd.attempt(Side::Write, c"connect", move |raw| {
        let done = match begun {
            false => connect_now(raw, &address),
            // The error is asked for first: it is told once. That there is none
            // may also mean that the socket is not ready after all, which the
            // second call tells.
            true => pending_error(raw).and_then(|()| connect_now(raw, &address)),
        };
        match done {
            Err(error) => match error.raw_os_error() {
                Some(libc::EINPROGRESS | libc::EALREADY | libc::EINTR) => {
                    begun = true;
                    Attempt::Again
                }
                Some(libc::EISCONN) if begun => Attempt::Done(Ok(Value::UNIT)),
                _ => Attempt::Done(outcome(&address, Err(error))),
            },
            Ok(()) => Attempt::Done(Ok(Value::UNIT)),
        }
    })
}

/// A socket of the Unix domain is connected at once, or the other's queue is
/// full. The system says of such a socket that it is writable, so that one can
/// only ask again, less and less often.
fn connect_local(fd: &Rc<Fd>, address: Address) -> Promise {
    const FIRST: f64 = 0.001;
    const LONGEST: f64 = 0.02;
    match connect_once(fd, &address) {
        Ok(None) => {}
        Ok(Some(done)) => return outcome(&address, done).map_or_else(failed, resolved),
        Err(exn) => return failed(exn),
    }
    let fd = fd.clone();
    spawn(async move {
        let mut pause = FIRST;
        loop {
            sleep(pause).await?;
            if let Some(done) = connect_once(&fd, &address)? {
                return outcome(&address, done);
            }
            pause = LONGEST.min(pause * 2.0);
        }
    })
}

/// None: the other's queue is full.
fn connect_once(fd: &Fd, address: &Address) -> Result<Option<io::Result<()>>, Exn> {
    let raw = fd.check(c"connect")?;
    match connect_now(raw, address) {
        Err(error) if is_again(&error) => Ok(None),
        done => Ok(Some(done)),
    }
}
