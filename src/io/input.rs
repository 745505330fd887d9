//! The buffer of an input channel, and how more comes into it. Module Lwt_io;
//! calls the device.
//!
//! ```text
//!  0        ptr            max           room
//!  | taken   | unread       | free        |     next: a block that came meanwhile
//! ```
//!
//! An idle channel has no buffer. One that waits for a descriptor has none either:
//! it takes one when there is something to read.

use super::ahead::{self, Ahead};
use super::channel::{Core, Mode};
use super::device::{self, Device, Lending};
use super::{buffer, channel};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::unix::fd::{Attempt, Busy, Fd, Side};
use crate::value::Value;
use std::ffi::CStr;
use std::io::{self, ErrorKind};
use std::os::fd::RawFd;
use std::rc::Rc;

/// Bytes that have come, in memory of their own.
pub struct Block {
    pub memory: Vec<u8>,
    pub start: usize,
    pub end: usize,
}

/// What a device has brought.
pub enum Arrived {
    Block(Block),
    /// The end, for now.
    End,
    Failed(Exn),
}

/// The buffer of an input channel.
pub struct Input {
    memory: Vec<u8>,
    /// Where the bytes begin that were read, taken or not.
    pub first: usize,
    pub ptr: usize,
    pub max: usize,
    /// The size of the buffer.
    pub size: usize,
    /// What has arrived and is not in the buffer yet.
    arrived: Option<Arrived>,
    /// Something is under way that will arrive.
    pub coming: bool,
    /// How far to read ahead.
    pub ahead: Ahead,
    /// The device's position behind what is in the buffer.
    pub offset: i64,
}

/// What has become of a wish for more bytes.
pub enum Refill {
    /// There are more.
    Data,
    /// There are none, at least now.
    End,
    /// The device failed.
    Failed(Exn),
    /// They are awaited.
    Wait,
}

impl Input {
    /// Nothing in it yet. `size`: none is the default.
    pub fn new(device: &Device, size: Option<usize>, mode: Mode) -> Input {
        let max = match (device, mode) {
            (Device::Memory(memory), Mode::Input) => memory.len(),
            _ => 0,
        };
        Input {
            memory: Vec::new(),
            first: 0,
            ptr: 0,
            max,
            size: size.unwrap_or_else(buffer::default_size),
            arrived: None,
            coming: false,
            ahead: Ahead::new(size.is_some()),
            offset: max as i64,
        }
    }

    /// The unread bytes.
    #[inline]
    pub fn unread<'a>(&'a self, device: &'a Device) -> &'a [u8] {
        match device {
            Device::Memory(memory) => memory.from(self.ptr),
            _ => &self.memory[self.ptr..self.max],
        }
    }

    /// How many bytes are unread.
    #[inline]
    pub fn len(&self) -> usize {
        self.max - self.ptr
    }

    /// Is nothing unread?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ptr == self.max
    }

    /// So many bytes are taken. The buffer is given back when it is empty.
    #[inline]
    pub fn consume(&mut self, n: usize) {
        self.ptr += n;
        if self.ptr >= self.max && !self.memory.is_empty() {
            self.give_memory();
        }
    }

    fn give_memory(&mut self) {
        (self.first, self.ptr, self.max) = (0, 0, 0);
        let memory = std::mem::take(&mut self.memory);
        self.ahead.recycle(memory);
    }

    /// Forgets what is unread, and what has arrived: the device is elsewhere now.
    pub fn forget(&mut self) {
        self.arrived = None;
        self.ptr = self.max;
        self.consume(0);
    }

    /// All that is unread, what has arrived included, leaves for good.
    pub fn take_all(&mut self, device: &Device) -> Vec<u8> {
        let mut bytes = self.unread(device).to_vec();
        if let Some(Arrived::Block(block)) = self.arrived.take() {
            bytes.extend_from_slice(&block.memory[block.start..block.end]);
        }
        self.forget();
        bytes
    }

    /// Bytes that an operation has taken come back, before all others.
    pub fn give_back(&mut self, bytes: &[u8]) {
        if bytes.len() <= self.ptr {
            self.ptr -= bytes.len();
            self.memory[self.ptr..self.ptr + bytes.len()].copy_from_slice(bytes);
            return;
        }
        let mut memory = bytes.to_vec();
        memory.extend_from_slice(&self.memory[self.ptr..self.max]);
        let before = std::mem::replace(&mut self.memory, memory);
        buffer::give(before);
        (self.first, self.ptr, self.max) = (0, 0, self.memory.len());
    }

    /// The buffer, for somebody else to hold, with what is unread in it.
    pub fn take_memory(&mut self) -> Result<(Vec<u8>, usize, usize), Exn> {
        self.make_room(0)?;
        let (ptr, max) = (self.ptr, self.max);
        (self.first, self.ptr, self.max) = (0, 0, 0);
        Ok((std::mem::take(&mut self.memory), ptr, max))
    }

    /// It comes back.
    pub fn put_memory(&mut self, memory: Vec<u8>, ptr: usize, max: usize) {
        self.memory = memory;
        (self.first, self.ptr, self.max) = (ptr, ptr, max);
        self.consume(0);
    }

    /// Makes room behind what is unread: at least `least` bytes, if memory is to be
    /// had.
    fn make_room(&mut self, least: usize) -> Result<(), Exn> {
        if self.memory.is_empty() {
            self.memory = device::memory(self.size.max(least))?;
            return Ok(());
        }
        if self.memory.len() - self.max >= least {
            return Ok(());
        }
        let len = self.len();
        if self.ptr != 0 && self.memory.len() - len >= least {
            self.memory.copy_within(self.ptr..self.max, 0);
        } else {
            let size = (self.memory.len() * 2).max(len + least);
            let mut memory = device::memory(size)?;
            memory[..len].copy_from_slice(&self.memory[self.ptr..self.max]);
            buffer::give(std::mem::replace(&mut self.memory, memory));
        }
        (self.first, self.ptr, self.max) = (0, 0, len);
        Ok(())
    }

    /// Reads behind what is unread. The outer error: no memory.
    fn read_now<T: Count, E>(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> Result<T, E>,
    ) -> Result<Result<T, E>, Exn> {
        self.make_room(1)?;
        let max = self.max;
        let got = read(&mut self.memory[max..]);
        let n = got.as_ref().map_or(0, Count::count);
        self.max += n;
        self.offset += n as i64;
        self.consume(0);
        Ok(got)
    }

    /// What has arrived becomes what is unread, behind what was left.
    fn install(&mut self, block: Block) -> Result<(), Exn> {
        let Block {
            mut memory,
            start,
            end,
        } = block;
        let left = self.len();
        self.offset += (end - start) as i64;
        if left <= start {
            memory[start - left..start].copy_from_slice(&self.memory[self.ptr..self.max]);
            let before = std::mem::replace(&mut self.memory, memory);
            (self.first, self.ptr, self.max) = (start - left, start - left, end);
            self.ahead.recycle(before);
            return Ok(());
        }
        self.make_room(end - start)?;
        let max = self.max + end - start;
        self.memory[self.max..max].copy_from_slice(&memory[start..end]);
        self.max = max;
        self.ahead.recycle(memory);
        Ok(())
    }

    /// Has something come that is not in the buffer yet?
    pub fn has_arrived(&self) -> bool {
        self.arrived.is_some()
    }

    /// How many bytes have arrived and are not in the buffer yet.
    pub fn beyond(&self) -> usize {
        match &self.arrived {
            Some(Arrived::Block(block)) => block.end - block.start,
            _ => 0,
        }
    }

    /// Changes the size.
    pub fn resize(&mut self, size: usize) {
        self.size = size;
        self.ahead = Ahead::new(true);
    }
}

impl Core {
    /// Asks for more bytes than are unread.
    pub fn refill(self: &Rc<Self>) -> Refill {
        loop {
            if self.is_closed() {
                return Refill::Failed(self.closed());
            }
            let mut input = self.input.borrow_mut();
            if let Some(arrived) = input.arrived.take() {
                let installed = match arrived {
                    Arrived::Block(block) => input.install(block),
                    Arrived::End => return Refill::End,
                    Arrived::Failed(exn) => return Refill::Failed(exn),
                };
                drop(input);
                return match installed {
                    Ok(()) => {
                        ahead::go_on(self);
                        Refill::Data
                    }
                    Err(exn) => Refill::Failed(exn),
                };
            }
            if input.coming {
                return Refill::Wait;
            }
            match &self.device {
                Device::Memory(_) => return Refill::End,
                Device::Function(_) => {
                    drop(input);
                    self.ask();
                }
                Device::Fd(fd) if fd.is_blocking() => {
                    drop(input);
                    ahead::read(self, fd, false);
                }
                Device::Fd(fd) => {
                    let got = input.read_now(|room| fd.try_read(room));
                    drop(input);
                    match got {
                        Ok(Ok(Ok(0))) => return Refill::End,
                        Ok(Ok(Ok(_))) => return Refill::Data,
                        Err(exn) | Ok(Ok(Err(exn))) => return Refill::Failed(exn),
                        Ok(Err(Busy)) => self.read_when_ready(fd),
                    }
                }
            }
        }
    }

    /// Reads as soon as the descriptor can be read. Only then is there a buffer.
    fn read_when_ready(self: &Rc<Self>, fd: &Rc<Fd>) {
        let (core, coming) = (self.clone(), Coming::begin(self));
        let promise = fd.register(Side::Read, c"read", move |raw| {
            let read = |room: &mut [u8]| read_raw(raw, room);
            match core.input.borrow_mut().read_now(read) {
                Err(exn) => Attempt::Done(Err(exn)),
                Ok(Ok(n)) => Attempt::Done(Ok(Value::plain(n as _))),
                Ok(Err(error)) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::Interrupted => Attempt::Again,
                    _ => Attempt::Done(Err(unix(&error, c"read"))),
                },
            }
        });
        spawn(async move {
            coming.over(match promise.await {
                Ok(count) if count.word().is_null() => Some(Arrived::End),
                Ok(_) => None,
                Err(exn) => Some(Arrived::Failed(exn)),
            });
            Ok(Value::UNIT)
        });
    }

    /// Asks the user's function for bytes.
    fn ask(self: &Rc<Self>) {
        let Device::Function(function) = &self.device else {
            return;
        };
        let size = self.input.borrow().size;
        let coming = Coming::begin(self);
        let memory = match device::memory(size) {
            Ok(memory) => memory,
            Err(exn) => return coming.over(Some(Arrived::Failed(exn))),
        };
        let lending = Lending::call(function, memory, 0, size);
        let promise = lending.promise().clone();
        if !promise.is_pending() {
            let outcome = promise.take().unwrap_or_else(|| Err(Exn::out_of_memory()));
            let count = device::count(outcome, size, "read");
            return coming.over(Some(arrived(lending.take(), 0, count)));
        }
        self.ending.transfers(&promise);
        spawn(async move {
            let outcome = promise.await;
            let count = device::count(outcome, size, "read");
            coming.over(Some(arrived(lending.take(), 0, count)));
            Ok(Value::UNIT)
        });
    }
}

/// How many bytes a call says that it has read.
trait Count {
    fn count(&self) -> usize;
}
impl Count for usize {
    fn count(&self) -> usize {
        *self
    }
}
impl Count for Result<usize, Exn> {
    fn count(&self) -> usize {
        self.as_ref().map_or(0, |&n| n)
    }
}

/// The system call.
fn read_raw(raw: RawFd, room: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the room is there.
    let got = unsafe { libc::read(raw, room.as_mut_ptr().cast(), room.len()) };
    usize::try_from(got).map_err(|_| io::Error::last_os_error())
}

/// The failure of a system call.
#[cold]
pub fn unix(error: &io::Error, function: &CStr) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), function, c"")
}

/// What came into memory, from `start` on.
pub fn arrived(memory: Vec<u8>, start: usize, count: Result<usize, Exn>) -> Arrived {
    match count {
        Ok(0) => {
            buffer::give(memory);
            Arrived::End
        }
        Ok(n) => Arrived::Block(Block {
            memory,
            start,
            end: start + n,
        }),
        Err(exn) => {
            buffer::give(memory);
            Arrived::Failed(exn)
        }
    }
}

/// Something is under way for a channel. Dropped before it is over, nothing will
/// come: whoever waits, waits for ever.
pub struct Coming(Option<Rc<Core>>);

impl Coming {
    /// From now on.
    pub fn begin(core: &Rc<Core>) -> Coming {
        core.input.borrow_mut().coming = true;
        Coming(Some(core.clone()))
    }

    /// It has come, or what was waited for is there: None, look again. A failure
    /// that nobody waits for is told to the next who asks.
    pub fn over(mut self, arrived: Option<Arrived>) {
        let Some(core) = self.0.take() else { return };
        {
            let mut input = core.input.borrow_mut();
            input.coming = false;
            if !core.is_closed() {
                input.arrived = arrived.or(input.arrived.take());
            }
        }
        channel::progress(&core);
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        if let Some(core) = self.0.take() {
            core.input.borrow_mut().coming = false;
            core.forsake();
        }
    }
}
