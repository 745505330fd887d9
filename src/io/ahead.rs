//! Reading from descriptors in blocking mode: by jobs, in blocks of the channel's
//! own. Of a regular file that is read from end to end the next block is read while
//! this one is consumed, and blocks grow. Module Lwt_io; calls `unix::fd`.
//!
//! A block has room before its bytes, for what was left of the one before: a line
//! that begins there and ends here need not be put together elsewhere.

use super::buffer;
use super::channel::Core;
use super::device::{self, Device};
use super::input::{Arrived, Coming, arrived};
use crate::promise::future::spawn;
use crate::unix::fd::Fd;
use crate::value::Value;
use std::mem::MaybeUninit;
use std::rc::Rc;

/// The room before the bytes.
const HEAD: usize = 4096;
/// The first block of a file, and the largest.
const FIRST: usize = 16 << 10;
const LARGEST: usize = 256 << 10;

/// How an input channel reads ahead.
pub struct Ahead {
    /// Is it to read just what its size says?
    exact: bool,
    /// Is it a regular file? None: nobody has looked.
    regular: Option<bool>,
    /// The size of the next block; 0: the first.
    block: usize,
    /// Did the last read fill its block?
    full: bool,
    /// A block to read into.
    spare: Vec<u8>,
}

impl Ahead {
    /// `exact`: the user has said how large the buffer is.
    pub fn new(exact: bool) -> Ahead {
        Ahead {
            exact,
            regular: None,
            block: 0,
            full: false,
            spare: Vec::new(),
        }
    }

    /// Is that memory for another block?
    fn wants(&self, memory: &[u8]) -> bool {
        self.full && self.spare.is_empty() && memory.len() == HEAD + self.block
    }

    /// A block is read: its memory may be used again.
    pub fn recycle(&mut self, memory: Vec<u8>) {
        if self.wants(&memory) {
            self.spare = memory;
        } else {
            buffer::give(memory);
        }
    }

    fn is_regular(&mut self, fd: &Fd) -> bool {
        *self.regular.get_or_insert_with(|| {
            let mut stat = MaybeUninit::<libc::stat>::zeroed();
            // SAFETY: fstat fills what it is given, and zeroes are a stat as well.
            let stat = unsafe {
                libc::fstat(fd.raw(), stat.as_mut_ptr());
                stat.assume_init()
            };
            stat.st_mode & libc::S_IFMT == libc::S_IFREG
        })
    }

    /// How large the next block is, and where its bytes begin.
    fn shape(&mut self, fd: &Fd, size: usize) -> (usize, usize) {
        if self.exact || !self.is_regular(fd) {
            return (size, 0);
        }
        if self.block == 0 {
            self.block = FIRST.max(size);
        } else if self.full && self.block < LARGEST {
            self.block *= 4;
            self.spare = Vec::new();
        }
        (HEAD + self.block, HEAD)
    }
}

/// Reads a block. `early`: nobody has asked for it yet.
pub fn read(core: &Rc<Core>, fd: &Rc<Fd>, early: bool) {
    let (memory, start) = {
        let mut input = core.input.borrow_mut();
        let size = input.size;
        let (len, start) = input.ahead.shape(fd, size);
        let spare = std::mem::take(&mut input.ahead.spare);
        match spare.len() == len {
            true => (Ok(spare), start),
            false => (device::memory(len), start),
        }
    };
    let coming = Coming::begin(core);
    let memory = match memory {
        Ok(memory) => memory,
        Err(exn) => return coming.over(Some(Arrived::Failed(exn))),
    };
    let (fd, core) = (fd.clone(), Rc::downgrade(core));
    spawn(async move {
        let asked = memory.len() - start;
        let (memory, count) = fd.read_buf(memory, start, asked).await;
        let mut wanted = true;
        if let Some(core) = core.upgrade() {
            let mut input = core.input.borrow_mut();
            input.ahead.full = start != 0 && count.as_ref().is_ok_and(|&n| n == asked);
            wanted = !early || core.is_awaited();
        }
        match arrived(memory, start, count) {
            // Who asks for more later finds out whether that is still the end.
            Arrived::End if !wanted => coming.over(None),
            arrived => coming.over(Some(arrived)),
        }
        Ok(Value::UNIT)
    });
}

/// A block has become what is unread: the next one may be read.
pub fn go_on(core: &Rc<Core>) {
    let Device::Fd(fd) = &core.device else { return };
    {
        let mut input = core.input.borrow_mut();
        if !input.ahead.full {
            input.ahead.spare = Vec::new();
            return;
        }
        if input.coming || input.has_arrived() {
            return;
        }
    }
    read(core, fd, true);
}
