//! dup2: a descriptor's number comes to mean another file. Who waits goes on to
//! wait, for that one.

use super::{Fd, Side, bit, failure};
use crate::exn::Exn;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

impl Fd {
    /// `swap` makes this descriptor's number, the second, mean what the first
    /// does, that of `other`, whose mode and policy this one then has. Both may be
    /// used.
    pub fn replace(
        self: &Rc<Fd>,
        other: &Fd,
        function: &'static CStr,
        swap: impl FnOnce(RawFd, RawFd) -> io::Result<()>,
    ) -> Result<(), Exn> {
        // An engine may know the file by more than its number.
        if let Some(home) = self.home() {
            home.leave(self.as_ref());
        }
        self.home.take();
        let swapped = swap(other.raw, self.raw);
        if swapped.is_ok() {
            self.mode.set(other.mode.get());
            self.clear(bit::DRY | bit::DRY << 1 | bit::KNOWN | bit::REGULAR | bit::NO_SOCKET);
            self.clear(bit::SET_FLAGS | bit::FLAGS_SET);
            self.raise(other.bits.get() & (bit::SET_FLAGS | bit::FLAGS_SET));
        }
        for side in Side::BOTH {
            if self.is_awaited(side)
                && let Err(error) = self.begin(side)
            {
                self.fail_all(&failure(&error, function));
            }
        }
        swapped.map_err(|error| failure(&error, function))
    }

    fn is_awaited(&self, side: Side) -> bool {
        self.has(bit::WAITS << side.is_write() as u16)
    }
}
