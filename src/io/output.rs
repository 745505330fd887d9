//! The buffer of an output channel. Module Lwt_io; calls nothing.
//!
//! ```text
//!   sending: | gone | on its way |      filling: | to follow |
//!                     <------------ unsent ------------>
//! ```
//!
//! What is on its way is not touched until the device has taken it; what is written
//! meanwhile follows. A write waits when more than `high` bytes would be unsent, and
//! goes on when `low` or fewer are. An idle channel has no buffer.

use super::buffer;
use crate::exn::Exn;

/// So many default buffers may be unsent, before a write waits.
const HIGH: usize = 16;
/// The low mark is this part of the high one.
const LOW: usize = 4;

/// The buffer of an output channel.
pub struct Output {
    /// What is written.
    filling: Vec<u8>,
    /// What the device is given. Empty while somebody else has it.
    pub sending: Vec<u8>,
    /// So much of it is gone.
    pub sent: usize,
    /// How many bytes are unsent.
    unsent: usize,
    /// The size of the buffer.
    pub size: usize,
    pub high: usize,
    pub low: usize,
    /// The device is at work.
    pub busy: bool,
    /// It is only just set to work.
    pub begins: bool,
    /// It has failed, and whoever waits is to be told.
    pub failed: Option<Exn>,
    /// What was on its way will never be answered for: nothing can follow it.
    pub lost: bool,
    /// How often in a row a function took nothing.
    pub zeros: u8,
    /// Where in memory, or in the device, what is unsent will begin.
    pub offset: i64,
    /// Its place in the thread's list, if it is in it.
    pub place: Option<usize>,
    /// It is to be flushed at the next pause.
    pub scheduled: bool,
}

impl Output {
    /// Nothing in it yet. `size`: none is the default.
    pub fn new(size: Option<usize>) -> Output {
        let high = size.unwrap_or_else(|| buffer::default_size().saturating_mul(HIGH));
        Output {
            filling: Vec::new(),
            sending: Vec::new(),
            sent: 0,
            unsent: 0,
            size: size.unwrap_or_else(buffer::default_size),
            high,
            low: high / LOW,
            busy: false,
            begins: false,
            failed: None,
            lost: false,
            zeros: 0,
            offset: 0,
            place: None,
            scheduled: false,
        }
    }

    /// Changes the size, and the marks with it.
    pub fn resize(&mut self, size: usize) {
        self.size = size;
        (self.high, self.low) = (size, size / LOW);
    }

    /// How many bytes are unsent.
    #[inline]
    pub fn unsent(&self) -> usize {
        self.unsent
    }

    /// How many more there may be before a write waits.
    #[inline]
    pub fn room(&self) -> usize {
        self.high.saturating_sub(self.unsent)
    }

    /// Takes bytes, however many. The error: memory ran out.
    #[inline]
    pub fn accept(&mut self, bytes: &[u8]) -> Result<(), Exn> {
        if self.filling.capacity() - self.filling.len() < bytes.len() {
            self.make_room(bytes.len())?;
        }
        self.filling.extend_from_slice(bytes);
        self.unsent += bytes.len();
        Ok(())
    }

    #[cold]
    fn make_room(&mut self, more: usize) -> Result<(), Exn> {
        if self.filling.capacity() == 0 {
            self.filling = buffer::take(self.size);
            self.filling.clear();
        }
        let reserved = self.filling.try_reserve(more);
        reserved.map_err(|_| Exn::out_of_memory())
    }

    /// What is unsent, in one piece.
    pub fn unsent_bytes(&self) -> Vec<u8> {
        let mut bytes = self.sending[self.sent..].to_vec();
        bytes.extend_from_slice(&self.filling);
        bytes
    }

    /// Takes a whole vector, from `start` on, without a copy.
    pub fn accept_whole(&mut self, bytes: Vec<u8>, start: usize) -> Result<(), Exn> {
        if self.unsent != 0 || self.busy {
            return self.accept(&bytes[start..]);
        }
        self.recycle();
        self.unsent = bytes.len() - start;
        (self.sending, self.sent) = (bytes, start);
        Ok(())
    }

    /// What is to be sent next is in `sending`, from `sent` on. False: there is
    /// nothing.
    pub fn prepare(&mut self) -> bool {
        if self.sent < self.sending.len() {
            return true;
        }
        self.recycle();
        std::mem::swap(&mut self.sending, &mut self.filling);
        !self.sending.is_empty()
    }

    /// So many bytes of `sending` are gone.
    pub fn advance(&mut self, n: usize) {
        self.sent += n;
        self.unsent = self.unsent.saturating_sub(n);
        self.offset += n as i64;
        if self.unsent == 0 {
            self.recycle();
        }
    }

    /// Gives back the memory of what is gone.
    fn recycle(&mut self) {
        self.sent = 0;
        let mut memory = std::mem::take(&mut self.sending);
        if memory.capacity() == self.size {
            memory.resize(self.size, 0);
            buffer::give(memory);
        }
        if self.filling.is_empty() && self.filling.capacity() != 0 && self.unsent == 0 {
            drop(std::mem::take(&mut self.filling));
        }
    }

    /// Whoever was to tell what became of the bytes on their way is gone. If they are
    /// too, what was to follow them has no place any more.
    pub fn lose(&mut self) {
        (self.busy, self.lost) = (false, true);
        if self.sending.len() - self.sent + self.filling.len() != self.unsent {
            self.forget();
        }
    }

    /// Forgets what is unsent.
    pub fn forget(&mut self) {
        self.unsent = 0;
        (self.filling, self.sending, self.sent) = (Vec::new(), Vec::new(), 0);
    }
}
