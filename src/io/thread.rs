//! What a thread has of channels: memory to lend, the channels with bytes that
//! are not sent yet. Module Lwt_io; calls `handle`.
//!
//! Not in a `thread_local!` with a destructor: those of the main thread run before
//! the exit hooks, which flush what is here.

use super::Channel;
use super::buffer::Pool;
use crate::handle::local::at_thread_exit;
use std::cell::{Cell, RefCell};
use std::ptr;
use std::rc::{Rc, Weak};

/// What a thread has of channels.
#[derive(Default)]
pub struct Thread {
    /// Memory to lend.
    pub pool: Pool,
    /// Output channels with unsent bytes that somebody will send.
    pub dirty: RefCell<Vec<Rc<Channel>>>,
    /// Those to be flushed at the next pause.
    pub to_flush: RefCell<Vec<Weak<Channel>>>,
    /// Is the flush of the next pause prepared?
    pub flush_scheduled: Cell<bool>,
    /// Is the flush at the end prepared?
    pub exit_hook: Cell<bool>,
    /// The channels over the descriptors 0, 1 and 2, once they were asked for.
    pub standard: RefCell<[Option<Rc<Channel>>; 3]>,
}

thread_local! {
    static THREAD: Cell<*const Thread> = const { Cell::new(ptr::null()) };
}

/// This thread's; made if need be. None: the thread ends.
pub fn get() -> Option<&'static Thread> {
    let known = THREAD.get();
    if known.is_null() {
        return make();
    }
    // SAFETY: made below, and freed when the thread ends, which forgets it first.
    Some(unsafe { &*known })
}

#[cold]
fn make() -> Option<&'static Thread> {
    crate::handle::local::begin()?;
    let made = Box::into_raw(Box::<Thread>::default());
    THREAD.set(made);
    at_thread_exit(end);
    // SAFETY: just made.
    Some(unsafe { &*made })
}

/// The thread ends: what can be sent without waiting is sent.
fn end() {
    if let Some(thread) = get() {
        super::flush::send_what_goes(thread);
        let standard = thread.standard.take();
        drop(standard);
    }
    let pointer = THREAD.replace(ptr::null());
    if !pointer.is_null() {
        // SAFETY: made by `make`, and nobody has it any more.
        drop(unsafe { Box::from_raw(pointer.cast_mut()) });
    }
}
