//! The channels that are there already: stdin, stdout, stderr, zero, null. Module
//! Lwt_io; calls channels.

use super::channel::{Channel, Mode};
use super::device::Device;
use super::thread;
use crate::promise::resolved;
use crate::unix::fd;
use crate::value::Value;
use std::rc::Rc;

/// Which of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standard {
    /// `Lwt_io.stdin`
    Input = 0,
    /// `Lwt_io.stdout`
    Output = 1,
    /// `Lwt_io.stderr`
    Error = 2,
}

/// One of the three, this thread's.
pub fn standard(which: Standard) -> Rc<Channel> {
    let Some(thread) = thread::get() else {
        return make(which);
    };
    let known = thread.standard.borrow()[which as usize].clone();
    known.unwrap_or_else(|| {
        let made = make(which);
        thread.standard.borrow_mut()[which as usize] = Some(made.clone());
        made
    })
}

fn make(which: Standard) -> Rc<Channel> {
    let (mode, fd) = match which {
        Standard::Input => (Mode::Input, fd::stdin()),
        Standard::Output => (Mode::Output, fd::stdout()),
        Standard::Error => (Mode::Output, fd::stderr()),
    };
    Channel::of_fd(fd, mode, None)
}

/// `Lwt_io.zero`: endless zero bytes.
pub fn zero() -> Rc<Channel> {
    let fill = |to: *mut u8, len: usize| {
        // SAFETY: the channel's buffer has that room.
        unsafe { to.write_bytes(0, len) };
        resolved(Value::plain(len as _))
    };
    Channel::new(Mode::Input, Device::Function(Box::new(fill)), None, None)
}

/// `Lwt_io.null`: takes everything.
pub fn null() -> Rc<Channel> {
    let take = |_: *mut u8, len: usize| resolved(Value::plain(len as _));
    Channel::new(Mode::Output, Device::Function(Box::new(take)), None, None)
}
