//! Operations whose bytes somebody else understands. Module Lwt_io; calls the buffer.
#![forbid(unsafe_code)]

use super::Channel;
use super::channel::{Core, Step};
use super::input::Refill;
use crate::promise::{Outcome, Promise};
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
}
