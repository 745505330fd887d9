//! Looks for descriptors that were closed while they had events, for engines that
//! are not told. (A watcher leaves before its descriptor is closed.) Owns which
//! are looked at. Calls nobody.

use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;

/// How many descriptors are looked at before a wait, at most.
const LOOKS: usize = 4;

/// What a look has found; -1: nothing.
pub(super) type Found = [RawFd; LOOKS];

/// Before anything was found.
pub(super) const NONE: Found = [-1; LOOKS];

/// The descriptors that are looked at.
#[derive(Default)]
pub(super) struct Looks {
    /// In no order.
    at: RefCell<Vec<RawFd>>,
    /// Where the next look begins.
    next: Cell<usize>,
}

impl Looks {
    pub(super) fn begin(&self, fd: RawFd) {
        self.at.borrow_mut().push(fd);
    }

    pub(super) fn end(&self, fd: RawFd) {
        let mut all = self.at.borrow_mut();
        if let Some(at) = all.iter().position(|&other| other == fd) {
            all.swap_remove(at);
        }
    }

    /// Finds those that were closed, among the next few.
    pub(super) fn find(&self, found: &mut Found) -> bool {
        let all = self.at.borrow();
        let mut any = false;
        for place in found.iter_mut().take(all.len()) {
            let at = self.next.get() % all.len();
            self.next.set(at + 1);
            // SAFETY: takes no pointer.
            if unsafe { libc::fcntl(all[at], libc::F_GETFD) } < 0 {
                *place = all[at];
                any = true;
            }
        }
        any
    }
}
