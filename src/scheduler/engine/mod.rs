//! Module Lwt_engine: how the loop waits for descriptors.
//!
//! [`Engine`] is what one must be able to do; `epoll` (the default), `poll`,
//! `sim` (virtual time) and `custom` (a table of C functions) can. An engine
//! knows descriptors only: the events on them are kept in `watch`, timers in
//! `timers`, so that an engine can be exchanged under a running loop. Engines call
//! nothing but each other.

pub mod custom;
mod epoll;
pub(crate) mod event;
pub(crate) mod object;
mod poll;
pub(crate) mod sim;
pub(crate) mod watch;

use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::RawFd;

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
    /// Does it deliver this signal itself?
    fn forwards_signal(&self, _signal: c_int) -> bool {
        false
    }
    /// Is it that of the simulation? Then time is virtual while it is current.
    fn simulation(&self) -> Option<&sim::Sim> {
        None
    }
    /// In the child of a fork: what is shared with the parent is made anew.
    /// All that was watched is watched again by the caller.
    fn after_fork(&self) {}
}

/// The built-in engine of that name.
pub fn by_name(name: &[u8]) -> Option<Box<dyn Engine>> {
    match name {
        b"epoll" => Some(Box::new(epoll::Epoll::new())),
        b"poll" => Some(Box::new(poll::Poll::new())),
        _ => Some(Box::new(sim::Sim::by_name(name)?)),
    }
}

/// The engine that a scheduler starts with: epoll, or what the environment
/// variable LWT_ENGINE says if it names one. Takes no descriptor yet.
pub(crate) fn default() -> Box<dyn Engine> {
    std::env::var_os("LWT_ENGINE")
        .and_then(|name| by_name(name.as_encoded_bytes()))
        .unwrap_or_else(|| Box::new(epoll::Epoll::new()))
}
