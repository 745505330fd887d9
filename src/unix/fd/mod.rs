//! Descriptors of module Lwt_unix: an operating system's descriptor, what state
//! it is in, how it is used, and who waits for it. May call floors 0 to 2.
//!
//! | file | what |
//! |---|---|
//! | `mode` | blocking or not: told, or found out |
//! | `waiting` | operations that wait, one line for each direction |
//! | `serve` | the descriptor is ready: those who wait are served |
//! | `operate` | an operation of whichever sort, as a promise or as a future |
//! | `transfer` | read, write, pread, pwrite |
//! | `owned` | reading to and writing from buffers of the library's own |

//! | `vector` | several buffers at once |
//! | `job` | operations on workers, which hold the descriptor |
//! | `hold` | what keeps a number from being used again |
//! | `close` | close, abort, and the end of a descriptor that nobody closed |
//! | `replace` | dup2 |
//! | `hand_over` | from one thread to another |
//!
//! An operation on a non-blocking descriptor tries at once, unless somebody waits
//! already, or the last try found that there is nothing: then it waits for the
//! engine to say that there is. The engine's reports are level-triggered, so
//! that this loses nothing, and a message costs one call and not two.

mod close;
mod hand_over;
mod hold;
mod job;
mod mode;
mod operate;
mod owned;
mod replace;
mod serve;
mod standard;
mod transfer;
pub mod vector;
mod waiting;

use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::Outcome;
use crate::scheduler::engine::watch::Watch;
use std::cell::{Cell, OnceCell};
use std::ffi::{CStr, c_void};
use std::os::fd::RawFd;
use std::rc::{Rc, Weak};
use waiting::{Rare, Read};

pub use hand_over::Parcel;
pub use hold::Hold;
pub use mode::Mode;
pub use operate::Attempt;
pub use standard::{stderr, stdin, stdout};
pub use transfer::Busy;

/// The two directions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// What reads: it waits until the descriptor is readable.
    Read,
    /// What writes.
    Write,
}

impl Side {
    const BOTH: [Side; 2] = [Side::Read, Side::Write];

    fn is_write(self) -> bool {
        self == Side::Write
    }
}

/// What has become of a descriptor, `Lwt_unix.state`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It may be used.
    Opened,
    /// It was closed: operations fail with EBADF.
    Closed,
    /// Operations fail with the exception of `abort`.
    Aborted,
}

/// A descriptor, behind `lwt_unix_fd *`.
pub struct Fd {
    raw: RawFd,
    state: Cell<State>,
    mode: Cell<Mode>,
    bits: Cell<u16>,
    /// The engine that watches it.
    home: Cell<Weak<Watch>>,
    /// The first who waits, where that is a plain read: what an idle connection
    /// has.
    first: Cell<Option<Read>>,
    rare: OnceCell<Box<Rare>>,
}

/// What else is to be known of a descriptor.
mod bit {
    /// Somebody waits to read. The same for writing is the next bit, as below.
    pub const WAITS: u16 = 1;
    /// There was nothing more to read when it was last tried.
    pub const DRY: u16 = 1 << 2;
    /// Those who wait are being served.
    pub const SERVES: u16 = 1 << 4;
    /// O_NONBLOCK is to be set, or taken away, as the mode is.
    pub const SET_FLAGS: u16 = 1 << 6;
    /// That was done.
    pub const FLAGS_SET: u16 = 1 << 7;
    /// It is a regular file.
    pub const REGULAR: u16 = 1 << 8;
    /// Whether it is one is known.
    pub const KNOWN: u16 = 1 << 9;
    /// The kernel reads it without waiting, where that is possible.
    pub const PROMPT: u16 = 1 << 10;
    /// Whether it does is known.
    pub const PROMPT_KNOWN: u16 = 1 << 11;
    /// It is no socket.
    pub const NO_SOCKET: u16 = 1 << 12;
}

impl Fd {
    /// A descriptor that is the library's from now on: it closes it, with `close`
    /// or when the last reference is dropped; standard input, output and error
    /// only with `close`. `set_flags`: O_NONBLOCK is made to fit the mode when the
    /// descriptor is first used.
    pub fn new(raw: RawFd, mode: Mode, set_flags: bool) -> Rc<Fd> {
        let (mode, bits) = match mode {
            Mode::Ready => (Mode::NonBlocking, bit::SET_FLAGS | bit::FLAGS_SET),
            _ if set_flags => (mode, bit::SET_FLAGS),
            _ => (mode, 0),
        };
        Rc::new(Fd {
            raw,
            state: Cell::new(State::Opened),
            mode: Cell::new(mode),
            bits: Cell::new(bits),
            home: Cell::new(Weak::new()),
            first: Cell::new(None),
            rare: OnceCell::new(),
        })
    }

    /// The operating system's number, whatever the state.
    pub fn raw(&self) -> RawFd {
        self.raw
    }

    /// Its state.
    pub fn state(&self) -> State {
        self.state.get()
    }

    /// The number, if it may be used; else what an operation fails with.
    #[inline]
    pub fn check(&self, _function: &'static CStr) -> Result<RawFd, Exn> {
        match self.state.get() {
            State::Opened => Ok(self.raw),
            _ => Err(self.refusal()),
        }
    }

    /// What operations fail with.
    #[cold]
    fn refusal(&self) -> Exn {
        match self.state.get() {
            State::Aborted => self.reason().unwrap_or_else(closed),
            _ => closed(),
        }
    }

    /// What it was aborted with.
    pub fn reason(&self) -> Option<Exn> {
        let rare = self.rare.get()?;
        rare.reason.borrow().clone()
    }

    /// Itself as the value of a promise: a handle, which the promise owns.
    pub fn into_value(self: Rc<Fd>) -> Outcome {
        object::into_value(Kind::Fd, self)
    }

    /// A new handle. NULL: out of memory, and the reference is dropped.
    pub fn into_handle(self: Rc<Fd>) -> *mut c_void {
        object::new(Kind::Fd, self)
    }

    /// What is behind a handle. `function` is the call at fault.
    pub(crate) fn of_handle(handle: *const c_void, function: &str) -> Result<Rc<Fd>, Exn> {
        // SAFETY: every handle of this kind is made by `into_handle`.
        unsafe { object::get(Kind::Fd, handle, function) }
    }

    fn has(&self, bit: u16) -> bool {
        self.bits.get() & bit != 0
    }
    fn raise(&self, bit: u16) {
        self.bits.set(self.bits.get() | bit);
    }
    fn clear(&self, bit: u16) {
        self.bits.set(self.bits.get() & !bit);
    }
    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }
}

/// What an operation on a closed descriptor fails with.
fn closed() -> Exn {
    Exn::unix(libc::EBADF, c"check_descriptor", c"")
}

/// The failure of a system call.
#[cold]
fn failure(error: &std::io::Error, function: &CStr) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), function, c"")
}
