//! What stands for `Lwt_io.read_value` and `write_value`: C has no marshalled
//! values, so it is a block of bytes behind its length. Module Lwt_io; calls `read`
//! and `write`.

use super::Channel;
use super::channel::{Core, Step};
use super::input::Refill;
use super::read::{end_of_file, string};
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use std::rc::Rc;

/// The length: eight bytes, the highest first.
const HEAD: usize = 8;

struct ReadValue {
    /// A longer one is refused.
    most: usize,
}

impl ReadValue {
    /// How long the block is with its head.
    fn whole(&self, head: [u8; HEAD]) -> Result<usize, Exn> {
        let len = u64::from_be_bytes(head);
        if len > self.most as u64 {
            return Err(Exn::new(
                LWT_FAILURE,
                format!(
                    "lwt_io_read_value: a block of {len} bytes, and {} are allowed",
                    self.most
                ),
            ));
        }
        Ok(len as usize + HEAD)
    }
}

impl Step for ReadValue {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            {
                let mut input = core.input.borrow_mut();
                let unread = input.unread(&core.device);
                if let Some(head) = unread.first_chunk::<HEAD>() {
                    let whole = match self.whole(*head) {
                        Ok(whole) => whole,
                        Err(exn) => return Some(Err(exn)),
                    };
                    if let Some(block) = unread.get(HEAD..whole) {
                        let block = string(block);
                        input.consume(whole);
                        return Some(block);
                    }
                }
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End => return Some(Err(end_of_file())),
            }
        }
    }
}

impl Channel {
    /// `Lwt_io.read_value`: the next block, which has `most` bytes at most.
    pub fn read_value(self: &Rc<Self>, most: usize) -> Promise {
        let most = most.min(isize::MAX as usize - HEAD);
        self.perform(ReadValue { most })
    }

    /// `Lwt_io.write_value`: a block.
    pub fn write_value(self: &Rc<Self>, bytes: &[u8]) -> Promise {
        self.write([&(bytes.len() as u64).to_be_bytes(), bytes])
    }
}
