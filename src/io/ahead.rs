//! Reading from descriptors in blocking mode, in blocks of the channel's own. What
//! is in memory already is read at once (RWF_NOWAIT, or the file system says so), as
//! a copy of some kilobytes is cheaper than a worker; all else by jobs, and then of a
//! regular file that is read from end to end the next block is read while this one is
//! consumed. Blocks grow. Module Lwt_io; calls `unix::fd`.
//!
//! A block has room before its bytes, for what was left of the one before: a line
//! that begins there and ends here need not be put together elsewhere.

use super::buffer;
use super::channel::Core;
use super::device::{self, Device};
use super::input::{Arrived, Coming, arrived, unix};
use crate::promise::future::spawn;
use crate::unix::fd::Fd;
use crate::value::Value;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::rc::Rc;

/// The room before the bytes.
const HEAD: usize = 4096;
/// The first block of a file; the largest that is read at once, which the caches of
/// a processor hold; and the largest that is read by a job.
const FIRST: usize = 16 << 10;
const LARGEST_NOW: usize = 64 << 10;
const LARGEST: usize = 256 << 10;

/// How blocks of a file are to be had.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Those that are in memory at once, others by jobs.
    Cached,
    /// All at once: the file system is in memory.
    Memory,
    /// By jobs.
    Job,
}

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
    way: Way,
    /// The last block was read by a job.
    by_job: bool,
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
            way: Way::Cached,
            by_job: false,
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

    fn largest(&self) -> usize {
        if self.by_job { LARGEST } else { LARGEST_NOW }
    }

    /// Reads without waiting, if that is possible. None: by a job.
    fn read_now(&mut self, raw: RawFd, room: &mut [u8]) -> Option<io::Result<usize>> {
        let part = libc::iovec {
            iov_base: room.as_mut_ptr().cast(),
            iov_len: room.len(),
        };
        loop {
            // SAFETY: the room is there; -1 is the descriptor's own position.
            let got = unsafe {
                match self.way {
                    Way::Cached => libc::preadv2(raw, &part, 1, -1, libc::RWF_NOWAIT),
                    Way::Memory => libc::readv(raw, &part, 1),
                    Way::Job => return None,
                }
            };
            if let Ok(n) = usize::try_from(got) {
                return Some(Ok(n));
            }
            let error = io::Error::last_os_error();
            match error.raw_os_error() {
                Some(libc::EINTR) => {}
                Some(libc::EAGAIN) if self.way == Way::Cached => return None,
                Some(libc::EOPNOTSUPP | libc::EINVAL | libc::ENOSYS | libc::EPERM)
                    if self.way == Way::Cached =>
                {
                    self.way = if in_memory(raw) {
                        Way::Memory
                    } else {
                        Way::Job
                    };
                }
                _ => return Some(Err(error)),
            }
        }
    }

    /// How large the next block is, and where its bytes begin.
    fn shape(&mut self, fd: &Fd, size: usize) -> (usize, usize) {
        if self.exact || !self.is_regular(fd) {
            return (size, 0);
        }
        if self.block == 0 {
            self.block = FIRST.max(size);
        } else if self.full && self.block < self.largest() {
            self.block *= 4;
            self.spare = Vec::new();
        }
        (HEAD + self.block, HEAD)
    }
}

/// Is the file in a file system that is all memory?
fn in_memory(raw: RawFd) -> bool {
    let mut stat = MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: fstatfs fills what it is given, and zeroes are a statfs as well.
    let stat = unsafe {
        libc::fstatfs(raw, stat.as_mut_ptr());
        stat.assume_init()
    };
    const RAMFS_MAGIC: i64 = 0x8584_58f6;
    let kind = stat.f_type;
    kind == libc::TMPFS_MAGIC || kind == RAMFS_MAGIC
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
    let mut memory = match fd.check(c"read").and(memory) {
        Ok(memory) => memory,
        Err(exn) => return coming.over(Some(Arrived::Failed(exn))),
    };
    if start != 0 && !early {
        let mut input = core.input.borrow_mut();
        let ahead = &mut input.ahead;
        let count = ahead.read_now(fd.raw(), &mut memory[start..]);
        ahead.by_job = count.is_none();
        if let Some(count) = count {
            ahead.full = count.as_ref().is_ok_and(|&n| n == memory.len() - start);
            drop(input);
            let count = count.map_err(|error| unix(&error, c"read"));
            return coming.over(Some(arrived(memory, start, count)));
        }
    }
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
        if input.coming || input.has_arrived() || !input.ahead.by_job {
            return;
        }
    }
    read(core, fd, true);
}
