//! `Lwt_unix.recv_msg` and `send_msg`: scattered buffers, and descriptors that are
//! passed on over a socket of the Unix domain. Calls the descriptors.

use super::accept::{descriptors, is_again};
use super::address::Address;
use super::socket::failed_call;
use super::transfer::count;
use crate::exn::Exn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise};
use crate::unix::fd::{Attempt, Fd, Mode, Side};
use crate::value::Value;
use libc::{c_int, c_void, cmsghdr, iovec, msghdr};
use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::rc::Rc;

/// As many descriptors as the system passes in one message, `SCM_MAX_FD`.
pub const MOST_FDS: usize = 253;

/// Room for the descriptors of a message, aligned as the system wants it.
struct Control([u64; CONTROL]);

// SAFETY: they only reckon.
const SPACE: usize = unsafe { libc::CMSG_SPACE((MOST_FDS * size_of::<c_int>()) as u32) } as usize;
const CONTROL: usize = SPACE.div_ceil(size_of::<u64>());

/// A message without anything.
fn message(vectors: &mut [iovec]) -> msghdr {
    // SAFETY: plain numbers and pointers, for which zero is fine.
    let mut message: msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
    message.msg_iov = vectors.as_mut_ptr();
    message.msg_iovlen = vectors.len();
    message
}

/// `Lwt_unix.recv_msg`: the value is three: how many bytes, the list of
/// descriptors, and the flags of the message.
///
/// # Safety
/// The buffers may be written until the promise has resolved.
pub unsafe fn recv_msg(fd: &Rc<Fd>, mut vectors: Vec<iovec>) -> Promise {
    const NAME: &CStr = c"recv_msg";
    fd.attempt(Side::Read, NAME, move |raw| {
        match receive(raw, &mut vectors) {
            Ok(received) => Attempt::Done(received.into_outcome()),
            Err(error) if is_again(&error) => Attempt::Again,
            Err(error) => Attempt::Done(Err(failed_call(&error, NAME))),
        }
    })
}

struct Received {
    count: Value,
    fds: Vec<Rc<Fd>>,
    flags: c_int,
}

impl Received {
    fn into_outcome(self) -> Outcome {
        let three = Values::new(3).ok_or_else(Exn::out_of_memory)?;
        let flags = ptr::without_provenance_mut(self.flags as usize);
        // There are three places.
        let _ = three.put(0, self.count);
        let _ = three.put(1, descriptors(self.fds)?);
        let _ = three.put(2, Value::plain(flags));
        Ok(three.into_value())
    }
}

fn receive(raw: c_int, vectors: &mut [iovec]) -> io::Result<Received> {
    let mut control = Control([0; CONTROL]);
    let mut message = message(vectors);
    message.msg_control = control.0.as_mut_ptr().cast();
    message.msg_controllen = SPACE;
    let flags = libc::MSG_CMSG_CLOEXEC | libc::MSG_DONTWAIT;
    // SAFETY: a message whose parts all live through the call.
    let count = count(unsafe { libc::recvmsg(raw, &raw mut message, flags) })?;
    let mut fds = Vec::new();
    // SAFETY: the system has written whole headers, each followed by its data.
    unsafe {
        let mut at = libc::CMSG_FIRSTHDR(&raw const message);
        while let Some(header) = at.as_ref() {
            if header.cmsg_level == libc::SOL_SOCKET && header.cmsg_type == libc::SCM_RIGHTS {
                collect(header, &mut fds);
            }
            at = libc::CMSG_NXTHDR(&raw const message, at);
        }
    }
    Ok(Received {
        count,
        fds,
        flags: message.msg_flags,
    })
}

/// # Safety
/// A header that the system has written, with descriptors behind it.
unsafe fn collect(header: &cmsghdr, fds: &mut Vec<Rc<Fd>>) {
    // SAFETY: as this function asks for.
    unsafe {
        let data = libc::CMSG_DATA(header).cast::<c_int>();
        let room = header.cmsg_len - libc::CMSG_LEN(0) as usize;
        for at in 0..room / size_of::<c_int>() {
            let raw = data.add(at).read_unaligned();
            fds.push(Fd::new(raw, Mode::Guess, true));
        }
    }
}

/// `Lwt_unix.send_msg` and `send_msgto`: the value is how many bytes were sent.
/// There are at most [`MOST_FDS`] descriptors.
///
/// # Safety
/// The buffers can be read until the promise has resolved.
pub unsafe fn send_msg(
    fd: &Rc<Fd>,
    mut vectors: Vec<iovec>,
    fds: Vec<Rc<Fd>>,
    to: Option<Address>,
) -> Promise {
    let name = match to {
        Some(_) => c"send_msgto",
        None => c"send_msg",
    };
    fd.attempt(Side::Write, name, move |raw| {
        // What is passed may have been closed while this waited.
        let raws: Result<Vec<c_int>, Exn> = fds.iter().map(|fd| fd.check(name)).collect();
        let raws = match raws {
            Ok(raws) => raws,
            Err(exn) => return Attempt::Done(Err(exn)),
        };
        match send(raw, &mut vectors, &raws, to.as_ref()) {
            Ok(count) => Attempt::Done(Ok(count)),
            Err(error) if is_again(&error) => Attempt::Again,
            Err(error) => Attempt::Done(Err(failed_call(&error, name))),
        }
    })
}

fn send(
    raw: c_int,
    vectors: &mut [iovec],
    fds: &[c_int],
    to: Option<&Address>,
) -> io::Result<Value> {
    let mut control = Control([0; CONTROL]);
    let mut message = message(vectors);
    if let Some(to) = to {
        message.msg_name = to.as_ptr().cast_mut().cast::<c_void>();
        message.msg_namelen = to.len;
    }
    if !fds.is_empty() {
        let bytes = size_of_val(fds) as u32;
        message.msg_control = control.0.as_mut_ptr().cast();
        // SAFETY: there is room for a header and as many descriptors.
        unsafe {
            message.msg_controllen = libc::CMSG_SPACE(bytes) as usize;
            let header = libc::CMSG_FIRSTHDR(&raw const message);
            (*header).cmsg_level = libc::SOL_SOCKET;
            (*header).cmsg_type = libc::SCM_RIGHTS;
            (*header).cmsg_len = libc::CMSG_LEN(bytes) as usize;
            let data = libc::CMSG_DATA(header).cast::<c_int>();
            ptr::copy_nonoverlapping(fds.as_ptr(), data, fds.len());
        }
    }
    let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
    // SAFETY: a message whose parts all live through the call.
    count(unsafe { libc::sendmsg(raw, &raw const message, flags) })
}
