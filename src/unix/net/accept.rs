//! `Lwt_unix.accept` and `accept_n`. What is accepted does not block, and is
//! closed with its handle. Calls the descriptors.

use super::address::Address;
use super::socket::{adopt, failed_call, told};
use crate::abi::NONE;
use crate::exn::Exn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise, resolved};
use crate::unix::fd::{Attempt, Fd, Side};
use crate::value::Value;
use libc::c_int;
use std::io::{self, ErrorKind};
use std::rc::Rc;

/// Takes a connection, if there is one, and tells where it comes from.
pub fn take(raw: c_int, flags: c_int) -> io::Result<(Rc<Fd>, Address)> {
    let flags = flags | libc::SOCK_NONBLOCK;
    let (result, from) =
        // SAFETY: room for an address, and its length.
        Address::told(|address, len| unsafe { libc::accept4(raw, address, len, flags) });
    Ok((adopt(told(result)?), from))
}

/// Is it to be tried again when the socket is ready?
pub(super) fn is_again(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// `Lwt_unix.accept`: the value is a descriptor. `flags`: SOCK_CLOEXEC or 0.
///
/// # Safety
/// `from` is NULL, or may be written until the promise has resolved.
pub unsafe fn accept(fd: &Rc<Fd>, from: *mut Address, flags: c_int) -> Promise {
    fd.attempt(Side::Read, c"accept", move |raw| match take(raw, flags) {
        Ok((new, address)) => {
            if !from.is_null() {
                // SAFETY: as this function asks for.
                unsafe { from.write(address) };
            }
            Attempt::Done(new.into_value())
        }
        Err(error) if is_again(&error) => Attempt::Again,
        Err(error) => Attempt::Done(Err(failed_call(&error, c"accept"))),
    })
}

/// `Lwt_unix.accept_n`: waits for a connection, and takes as many as are there,
/// up to `n`. The value is a list of descriptors, and the error that ended it, if
/// one did; it fails if there was one and no connection.
pub fn accept_n(fd: &Rc<Fd>, n: usize, flags: c_int) -> Promise {
    if n == 0 {
        return match fd.check(c"accept_n").and_then(|_| list(Vec::new(), None)) {
            Ok(value) => resolved(value),
            Err(exn) => crate::promise::failed(exn),
        };
    }
    fd.attempt(Side::Read, c"accept_n", move |raw| {
        let mut taken = Vec::new();
        loop {
            match take(raw, flags) {
                Ok((new, _)) => taken.push(new),
                Err(error) if is_again(&error) && taken.is_empty() => return Attempt::Again,
                Err(error) if is_again(&error) => break,
                Err(error) => {
                    let exn = failed_call(&error, c"accept_n");
                    return Attempt::Done(match taken.is_empty() {
                        true => Err(exn),
                        false => list(taken, Some(exn)),
                    });
                }
            }
            if taken.len() == n {
                break;
            }
        }
        Attempt::Done(list(taken, None))
    })
}

/// Descriptors as a list.
pub fn descriptors(fds: Vec<Rc<Fd>>) -> Outcome {
    let list = Values::new(fds.len()).ok_or_else(Exn::out_of_memory)?;
    for (at, fd) in fds.into_iter().enumerate() {
        // There is such a place.
        let _ = list.put(at, fd.into_value()?);
    }
    Ok(list.into_value())
}

fn list(taken: Vec<Rc<Fd>>, error: Option<Exn>) -> Outcome {
    let pair = Values::new(2).ok_or_else(Exn::out_of_memory)?;
    let error = error.map_or(Value::plain(NONE), Exn::into_value);
    // There are two places.
    let _ = pair.put(0, descriptors(taken)?);
    let _ = pair.put(1, error);
    Ok(pair.into_value())
}
