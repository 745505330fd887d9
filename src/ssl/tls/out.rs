//! Encrypted bytes to the descriptor of a session, without waiting. Module Lwt_ssl; calls
//! the system.

use std::io::{self, IoSlice, Write};
use std::os::fd::RawFd;

/// How many pieces are sent at once.
const PIECES: usize = 64;

/// Where a session writes to. A peer that has gone is an error, and no signal.
pub struct Out(pub RawFd);

impl Write for Out {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(buf)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let pieces = &pieces[..pieces.len().min(PIECES)];
        // SAFETY: a `msghdr` of nothing.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        message.msg_iov = pieces.as_ptr().cast_mut().cast();
        message.msg_iovlen = pieces.len() as _;
        loop {
            let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
            // SAFETY: an `IoSlice` is an `iovec`, and they live through the call.
            let put = unsafe { libc::sendmsg(self.0, &message, flags) };
            match usize::try_from(put) {
                Ok(put) => return Ok(put),
                Err(_) => match io::Error::last_os_error() {
                    error if error.raw_os_error() == Some(libc::EINTR) => {}
                    error => return Err(error),
                },
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
