//! The descriptors that an engine watches, of which the kernel does not tell
//! when one of them is closed. Before each wait some are looked at in turn, so
//! that each is found out in the end. Owns that list; calls nothing.

use super::{Interest, Ready};
use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;

/// The list.
#[derive(Default)]
pub(super) struct Roll {
    /// In no order.
    all: RefCell<Vec<RawFd>>,
    /// By descriptor: where it is among all, plus one; 0: not there.
    places: RefCell<Vec<usize>>,
    /// Where the next look begins.
    next: Cell<usize>,
}

/// How many descriptors are looked at before a wait, at most.
const LOOKS: usize = 4;

impl Roll {
    /// Enters a descriptor, which is not negative. A second time: nothing.
    pub(super) fn enter(&self, fd: RawFd) {
        let at = fd as usize;
        let (mut all, mut places) = (self.all.borrow_mut(), self.places.borrow_mut());
        if places.len() <= at {
            places.resize(at + 1, 0);
        }
        if places[at] == 0 {
            all.push(fd);
            places[at] = all.len();
        }
    }

    /// Takes it out, if it is there.
    pub(super) fn leave(&self, fd: RawFd) {
        let (mut all, mut places) = (self.all.borrow_mut(), self.places.borrow_mut());
        let place = places.get_mut(fd as usize).map_or(0, std::mem::take);
        if place != 0 {
            all.swap_remove(place - 1);
            if let Some(&moved) = all.get(place - 1) {
                places[moved as usize] = place;
            }
        }
    }

    /// Empties it.
    pub(super) fn clear(&self) {
        self.all.borrow_mut().clear();
        self.places.borrow_mut().clear();
    }

    /// Reports those that were closed, among some.
    pub(super) fn look_for_closed(&self, ready: &mut Vec<Ready>) {
        let all = self.all.borrow();
        for _ in 0..all.len().min(LOOKS) {
            let at = self.next.get() % all.len();
            self.next.set(at + 1);
            // SAFETY: takes no pointer.
            if unsafe { libc::fcntl(all[at], libc::F_GETFD) } < 0 {
                ready.push(Ready {
                    fd: all[at],
                    interest: Interest::BOTH,
                    closed: true,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_enters_is_looked_at_until_he_leaves() {
        let roll = Roll::default();
        let closed = 1_000_000;
        for fd in [0, 1, closed, 2, 0] {
            roll.enter(fd);
        }
        let found = || {
            let mut ready = Vec::new();
            for _ in 0..2 {
                roll.look_for_closed(&mut ready);
            }
            ready.len()
        };
        assert!(found() >= 1);
        roll.leave(0);
        roll.leave(7);
        assert!(found() >= 1);
        roll.leave(closed);
        assert_eq!(found(), 0);
        roll.enter(closed);
        roll.clear();
        assert_eq!(found(), 0);
    }
}
