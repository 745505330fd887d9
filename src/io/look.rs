//! Looking at what is unread before it is taken, for those who find out by looking how
//! much they want. Module Lwt_io; calls the buffer.

use super::Channel;
use super::channel::{Core, Step};
use super::device::Device;
use super::input::Refill;
use crate::promise::{Outcome, Promise};
use crate::unix::fd::Side;
use crate::value::Value;
use std::rc::Rc;

struct Look<F> {
    /// How many bytes have been seen already.
    known: usize,
    see: F,
}

impl<F: FnMut(&[u8], bool) -> usize> Look<F> {
    fn see(&mut self, core: &Core, end: bool) -> Option<Outcome> {
        let mut input = core.input.borrow_mut();
        let unread = input.unread(&core.device);
        let len = unread.len();
        if len <= self.known && !end {
            return None;
        }
        let taken = (self.see)(unread, end).min(len);
        input.consume(taken);
        Some(Ok(Value::plain(len as _)))
    }
}

impl<F: FnMut(&[u8], bool) -> usize> Step for Look<F> {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            if let Some(outcome) = self.see(core, false) {
                return Some(outcome);
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End => return self.see(core, true),
            }
        }
    }
}

impl Channel {
    /// Waits until more than `known` bytes are unread, or the input has ended, shows
    /// them to `see` with whether that is so, and takes as many of them as `see` says. A
    /// promise of how many there were. Cancelling it loses nothing. `see` calls no code
    /// of the user's, nor this channel.
    pub fn look(
        self: &Rc<Self>,
        known: usize,
        see: impl FnMut(&[u8], bool) -> usize + 'static,
    ) -> Promise {
        self.perform(Look { known, see })
    }

    /// What `see` makes of the bytes that are unread now. It calls no code of the user's.
    pub fn peek<R>(&self, see: impl FnOnce(&[u8]) -> R) -> R {
        let input = self.core.input.borrow();
        see(input.unread(&self.core.device))
    }

    /// Is there something to read beyond what is unread, as far as can be told without
    /// waiting?
    pub fn has_more(&self) -> bool {
        let core = &self.core;
        if core.is_closed() {
            return false;
        }
        match &core.device {
            Device::Fd(fd) => core.input.borrow().has_arrived() || fd.is_ready(Side::Read),
            _ => core.input.borrow().has_arrived(),
        }
    }
}
