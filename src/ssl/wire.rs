//! Encrypted bytes from the descriptor of a session, without waiting. Module Lwt_ssl;
//! calls the system.

use std::cell::Cell;
use std::io;
use std::os::fd::RawFd;

/// How much is read at once: four records of the largest size.
const ROOM: usize = 64 * 1024;

thread_local! {
    /// Room to read to. It is lent while bytes are on their way through it: a session
    /// that waits has none.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Encrypted bytes that have been read, and not yet been looked at.
#[derive(Default)]
pub struct Read {
    room: Vec<u8>,
    start: usize,
    end: usize,
}

impl Read {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.room.get(self.start..self.end).unwrap_or_default()
    }

    /// So many of them have been used. When none are left the room is given back.
    pub fn used(&mut self, n: usize) {
        self.start += n;
        if self.start >= self.end {
            self.clear();
        }
    }

    /// Gives them up.
    pub fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
        let room = std::mem::take(&mut self.room);
        if !room.is_empty() {
            // At the very end of a thread there is none left.
            let _ = SPARE.try_with(|spare| spare.set(room));
        }
    }

    /// Reads what is there, of which nothing is left. Ok(0): the end.
    pub fn fill(&mut self, raw: RawFd) -> io::Result<usize> {
        let mut room = SPARE.try_with(Cell::take).unwrap_or_default();
        if room.is_empty() {
            room.try_reserve_exact(ROOM)
                .map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM))?;
            room.resize(ROOM, 0);
        }
        let got = loop {
            // SAFETY: the room is there, through the call.
            let got = unsafe {
                libc::recv(
                    raw,
                    room.as_mut_ptr().cast(),
                    room.len(),
                    libc::MSG_DONTWAIT,
                )
            };
            match usize::try_from(got) {
                Ok(got) => break Ok(got),
                Err(_) => match io::Error::last_os_error() {
                    error if error.raw_os_error() == Some(libc::EINTR) => {}
                    error => break Err(error),
                },
            }
        };
        self.room = room;
        (self.start, self.end) = (0, *got.as_ref().unwrap_or(&0));
        if self.end == 0 {
            self.clear();
        }
        got
    }
}

/// Is there nothing to read yet, or no room to write?
pub fn is_busy(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN))
}
