//! The engine's watch for the end of a process: a descriptor of it, readable
//! from then on.

use super::reap;
use crate::scheduler;
use crate::scheduler::engine::Interest;
use crate::scheduler::engine::watch::{Watch, Watcher};
use std::cell::Cell;
use std::ffi::c_int;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::rc::{Rc, Weak};

/// Dropped, it watches no more.
pub struct Ended {
    fd: OwnedFd,
    home: Cell<Weak<Watch>>,
    key: u64,
    tell: fn(u64),
}

impl Ended {
    /// Has `tell(key)` called while the process has ended and this is there. None:
    /// it can't be watched.
    pub fn watch(pid: c_int, key: u64, tell: fn(u64)) -> Option<Rc<Ended>> {
        let fd = reap::open(pid)?;
        let scheduler = scheduler::current();
        scheduler.notice_fork().ok()?;
        let watch = scheduler.watch.borrow().clone();
        let ended = Rc::new(Ended {
            fd,
            home: Cell::default(),
            key,
            tell,
        });
        let me: Rc<dyn Watcher> = ended.clone();
        watch.begin(&scheduler.door, &me, false).ok()?;
        Some(ended)
    }

    /// The descriptor.
    pub fn fd(&self) -> &OwnedFd {
        &self.fd
    }
}

impl Watcher for Ended {
    fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    fn waits_for(&self) -> Interest {
        Interest::NONE.with(false)
    }

    fn ready(self: Rc<Ended>, _write: bool) {
        (self.tell)(self.key);
    }

    fn moved(&self, home: Weak<Watch>) {
        self.home.set(home);
    }

    fn end(&self) {}
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(home) = self.home.take().upgrade() {
            home.leave(self);
        }
    }
}
