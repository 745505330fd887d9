//! Handing a descriptor over: to another thread, or to the program itself. Calls
//! `mode`, `waiting`.

use super::{Fd, Mode, Side, State, bit, closed};
use crate::exn::Exn;
use std::ffi::CStr;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::rc::Rc;

/// A descriptor on its way to another thread, with what is known of it. It is
/// closed if it never arrives.
pub struct Parcel {
    fd: OwnedFd,
    mode: Mode,
    bits: u16,
}

/// What is known of a file, whoever has it.
const KEPT: u16 = bit::SET_FLAGS | bit::FLAGS_SET | bit::REGULAR | bit::KNOWN;

impl Fd {
    /// Gives the descriptor away: here it is closed from now on, without the
    /// operating system's being so. Refused while it is used: somebody waits for
    /// it, or a job of its has not ended.
    pub fn give_away(&self, function: &'static CStr) -> Result<Parcel, Exn> {
        let raw = self.check(function)?;
        let waited_for = Side::BOTH.into_iter().any(|side| self.is_waited_for(side));
        if waited_for || self.is_held() {
            return Err(Exn::unix(libc::EBUSY, function, c""));
        }
        self.state.set(State::Closed);
        // Nobody waits, but the engine may still watch.
        self.fail_all(&closed());
        Ok(Parcel {
            // SAFETY: it was this record's, which closes it no more.
            fd: unsafe { OwnedFd::from_raw_fd(raw) },
            mode: self.mode.get(),
            bits: self.bits.get() & KEPT,
        })
    }
}

impl Parcel {
    /// It has arrived: it is the calling thread's.
    pub fn unpack(self) -> Rc<Fd> {
        let fd = Fd::new(self.fd.into_raw_fd(), self.mode, false);
        fd.bits.set(self.bits);
        fd
    }

    /// It is the program's: the number, which nobody closes.
    pub fn into_raw(self) -> RawFd {
        self.fd.into_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::LWT_UNIX_ERROR;
    use std::io::Read;
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    fn pair() -> (Rc<Fd>, UnixStream) {
        let (mine, other) = UnixStream::pair().unwrap();
        other
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        (Fd::new(mine.into_raw_fd(), Mode::Guess, true), other)
    }

    #[test]
    fn a_parcel_that_never_arrives_is_closed() {
        let (fd, mut other) = pair();
        drop(fd.give_away(c"test").unwrap());
        assert_eq!(other.read(&mut [0]).unwrap(), 0);
        assert_eq!(fd.state(), State::Closed);
        assert_eq!(fd.give_away(c"test").err().unwrap().kind(), LWT_UNIX_ERROR);
    }

    #[test]
    fn on_another_thread_it_is_what_it_was_here() {
        let (fd, mut other) = pair();
        assert!(!fd.is_blocking());
        let raw = fd.raw();
        let parcel = fd.give_away(c"test").unwrap();
        drop(fd);
        let there = std::thread::spawn(move || {
            let fd = parcel.unpack();
            let got = (fd.raw(), fd.is_blocking(), fd.state());
            drop(fd);
            got
        });
        assert_eq!(there.join().unwrap(), (raw, false, State::Opened));
        // Nothing is written to find out: a child that another test has just
        // forked may have the descriptor a moment longer.
        assert_eq!(other.read(&mut [0]).unwrap(), 0);
    }
}
