//! Operations whose bytes somebody else understands, who finds out by looking how many
//! of them there are. Module Lwt_io; calls the buffer.
#![forbid(unsafe_code)]

use super::Channel;
use super::channel::{Core, Step};
use super::device::Device;
use super::input::Refill;
use crate::promise::{Outcome, Promise};
use crate::unix::fd::Side;
use crate::value::Value;
use std::rc::Rc;

struct Decode<F>(F);

impl<F: FnMut(&[u8], bool) -> Option<(usize, Outcome)>> Decode<F> {
    fn see(&mut self, core: &Core, end: bool) -> Option<Outcome> {
        let mut input = core.input.borrow_mut();
        let unread = input.unread(&core.device);
        let len = unread.len();
        let (taken, outcome) = (self.0)(unread, end)?;
        input.consume(taken.min(len));
        Some(outcome)
    }
}

impl<F: FnMut(&[u8], bool) -> Option<(usize, Outcome)>> Step for Decode<F> {
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
    /// An operation in its turn: `see` is shown the unread bytes, again each time that there
    /// are more, until it says how many of them it takes and what the outcome is; and whether
    /// the end has come, where it must say so. What it does not take stays, so that cancelling
    /// loses nothing. It calls no code of the user's, nor this channel.
    pub fn decode(
        self: &Rc<Self>,
        see: impl FnMut(&[u8], bool) -> Option<(usize, Outcome)> + 'static,
    ) -> Promise {
        self.perform(Decode(see))
    }

    /// Waits until more than `known` bytes are unread, or the input has ended, shows
    /// them to `see` with whether that is so, and takes as many of them as `see` says. A
    /// promise of how many there were. As `decode` otherwise.
    pub fn look(
        self: &Rc<Self>,
        known: usize,
        mut see: impl FnMut(&[u8], bool) -> usize + 'static,
    ) -> Promise {
        self.decode(move |unread, end| {
            let new = end || unread.len() > known;
            new.then(|| (see(unread, end), Ok(Value::plain(unread.len() as _))))
        })
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
