//! What other runtimes need to live on the same thread: `lwt_binding.h`. Our own,
//! beside module Lwt. Floor 0: calls the handles, values and promises.
//!
//! | file | what |
//! |---|---|
//! | `hooks` | functions of a runtime that are called around callbacks, waits and fibers |
//! | `completed` | promises that are watched, and those of them that have resolved |
//! | `data` | what a runtime keeps with a thread |
//!
//! # What it costs
//!
//! Without hooks, nothing where callbacks are called the short way: hooks are the
//! bit `HOOKED` of a thread's level (`Local::level`), and one compare tells that
//! the level is calm. The long ways look at the bit; a wait looks at the table.

pub mod completed;
pub mod data;
pub mod hooks;

use crate::handle::local::Local;
use crate::promise::thread::Work;

/// What is kept for a thread.
#[derive(Default)]
pub struct Mine {
    hooks: hooks::Installed,
    completed: completed::Queues,
    data: data::Table,
}

/// What is kept for this thread. None: it has not begun.
#[inline]
fn mine(local: &Local) -> Option<&'static Mine> {
    let work: *mut Work = local.work.get();
    // SAFETY: NULL, or made when the thread began, and freed at its very end.
    unsafe { work.as_ref() }.map(|work| &work.binding)
}
