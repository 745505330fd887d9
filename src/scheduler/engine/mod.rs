//! Module Lwt_engine: how the loop waits for descriptors.
//!
//! [`Engine`] is what one must be able to do; `epoll` (the default), `poll`,
//! `select`, `ring` (io_uring), `libev`, `sim` (virtual time), `custom` (a table
//! of C functions) and `based` (one C function) can. An engine knows descriptors
//! only: the events on them are kept in `watch`, timers in `timers`, so that an
//! engine can be exchanged under a running loop. Engines call nothing but each
//! other.

pub mod based;
pub mod custom;
pub(crate) mod epoll;
pub(crate) mod event;
pub(crate) mod libev;
pub(crate) mod object;
mod poll;
pub(crate) mod ring;
mod select;
pub(crate) mod sim;
pub(crate) mod watch;

use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::RawFd;
use std::sync::Once;

/// What a descriptor is watched for, or is ready for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Interest {
    /// Reading will not block.
    pub read: bool,
    /// Writing will not block.
    pub write: bool,
}

impl Interest {
    /// Nothing.
    pub const NONE: Interest = Interest {
        read: false,
        write: false,
    };
    /// Both.
    pub const BOTH: Interest = Interest {
        read: true,
        write: true,
    };
    /// Nothing?
    pub fn is_none(self) -> bool {
        self == Interest::NONE
    }
    /// In this direction?
    #[inline]
    pub fn has(self, write: bool) -> bool {
        match write {
            false => self.read,
            true => self.write,
        }
    }
    /// This direction too.
    #[inline]
    pub fn with(self, write: bool) -> Interest {
        Interest {
            read: self.read || !write,
            write: self.write || write,
        }
    }
    /// Not this direction.
    pub fn without(self, write: bool) -> Interest {
        Interest {
            read: self.read && write,
            write: self.write && !write,
        }
    }
    /// What both have.
    pub fn and(self, other: Interest) -> Interest {
        Interest {
            read: self.read && other.read,
            write: self.write && other.write,
        }
    }
}

/// A descriptor that is ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ready {
    /// Which.
    pub fd: RawFd,
    /// For what. More than was asked for does no harm.
    pub interest: Interest,
    /// It was closed while it was watched. It is reported as ready, so that
    /// the operation that waits for it finds the error, and not watched any
    /// more.
    pub closed: bool,
}

impl Ready {
    /// No descriptor: something that the engine itself did is done, see
    /// [`Engine::land`].
    pub(crate) const LANDED: Ready = Ready {
        fd: -1,
        interest: Interest::NONE,
        closed: false,
    };
}

/// How another loop can tell that a wait would find something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pollable {
    /// By a descriptor of the engine's that is readable then.
    Own {
        /// The descriptor.
        fd: RawFd,
        /// Which one it is of those that have had this number.
        born: u64,
    },
    /// By watching all that the engine watches.
    Mirror,
    /// Not at all: it knows of more than descriptors.
    No,
}

/// A way to wait for descriptors, level-triggered. Used on one thread.
pub trait Engine {
    /// Its name, what `lwt_engine_id` tells.
    fn name(&self) -> &CStr;
    /// Watches a descriptor for `new`, having watched it for `old`. The two
    /// may be the same: then it makes sure, since the number may mean another
    /// file by now.
    fn watch(&self, fd: RawFd, old: Interest, new: Interest) -> io::Result<()>;
    /// Watches the descriptor that ends a wait, for ever. It need not be
    /// reported; if it is, it is read.
    fn watch_door(&self, fd: RawFd) -> io::Result<()> {
        let read = Interest {
            read: true,
            write: false,
        };
        self.watch(fd, Interest::NONE, read)
    }
    /// Waits until something is ready, for so many nanoseconds at most (None:
    /// for ever, 0: not at all), and appends what is. A signal ends the wait.
    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()>;
    /// Does it wait for things that we know nothing of? Then it must take part
    /// in every turn.
    fn has_sources_of_its_own(&self) -> bool {
        false
    }
    /// Does it say nothing when a descriptor that it watches was closed? Then
    /// `watch` looks for that.
    fn misses_closed(&self) -> bool {
        false
    }
    /// Does it deliver this signal itself?
    fn forwards_signal(&self, _signal: c_int) -> bool {
        false
    }
    /// Is it that of the simulation? Then time is virtual while it is current.
    fn simulation(&self) -> Option<&sim::Sim> {
        None
    }
    /// How another loop can tell that a wait would find something. What is to
    /// be told the kernel before a wait, it has been told after this.
    fn pollable(&self) -> io::Result<Pollable> {
        Ok(Pollable::Mirror)
    }
    /// Would a wait find something, whatever [`Engine::pollable`] says?
    fn is_always_ready(&self) -> bool {
        false
    }
    /// Is it io_uring's?
    fn ring(&self) -> Option<&ring::Ring> {
        None
    }
    /// Resolves the promises of what it did itself.
    fn land(&self) {}
    /// It is not the current one any more: brings what it does itself to an end.
    fn settle(&self) {}
    /// Does it come and go with something else (GLib)? Then `lwt_engine_set`
    /// leaves it where it is.
    fn is_bound(&self) -> bool {
        false
    }
    /// Is it libev's?
    fn libev(&self) -> Option<&libev::Libev> {
        None
    }
    /// In the child of a fork: what is shared with the parent is made anew.
    /// All that was watched is watched again by the caller.
    fn after_fork(&self) {}
}

/// The built-in engine of that name. The error is errno's: EINVAL if there is
/// none, or why it can't be had here.
pub fn by_name(name: &[u8]) -> io::Result<Box<dyn Engine>> {
    match name {
        b"epoll" => Ok(Box::new(epoll::Epoll::new())),
        b"poll" => Ok(Box::new(poll::Poll::new())),
        b"select" => Ok(Box::new(select::Select::new())),
        b"io_uring" => Ok(Box::new(ring::Ring::new()?)),
        _ => match (libev::Libev::by_name(name), sim::Sim::by_name(name)) {
            (Some(libev), _) => Ok(Box::new(libev?)),
            (None, Some(sim)) => Ok(Box::new(sim)),
            (None, None) => Err(io::Error::from_raw_os_error(libc::EINVAL)),
        },
    }
}

/// The engine that a scheduler starts with: epoll, or what the environment
/// variable LWT_ENGINE names. Where that can't be had it is epoll too, and the
/// first time a line on standard error says so.
pub(crate) fn default() -> Box<dyn Engine> {
    let wanted = std::env::var_os("LWT_ENGINE").filter(|name| !name.is_empty());
    let made = wanted.as_ref().map(|name| by_name(name.as_encoded_bytes()));
    let epoll = || Box::new(epoll::Epoll::new());
    match made {
        None => epoll(),
        Some(Ok(engine)) => engine,
        Some(Err(why)) => {
            tell_once(&wanted.unwrap_or_default().to_string_lossy(), &why);
            epoll()
        }
    }
}

fn tell_once(name: &str, why: &io::Error) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let why = match why.raw_os_error() {
            Some(libc::EINVAL) => "there is no such engine".to_owned(),
            Some(libc::ENOENT) => "libev.so.4 is not installed".to_owned(),
            _ => why.to_string(),
        };
        let line = format!("liblwt: LWT_ENGINE={name}: {why}; the engine is epoll\n");
        // SAFETY: the text lives through the call.
        unsafe { libc::write(2, line.as_ptr().cast(), line.len()) };
    });
}
