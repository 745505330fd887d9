//! The events on descriptors, and the engine that waits for them. Owns which
//! function is to be called for which descriptor; the engine is told only what
//! to wait for. Calls engines and the door.
//!
//! Two sorts are told of a descriptor: events, which are the user's
//! (`Lwt_engine.on_readable`), and watchers, the descriptors of module Lwt_unix.
//! A watcher says when it begins to wait for something and when it ends; the
//! engine goes on watching after that, until it reports what nobody waits for.
//! So messages that come and go cost no change of what is watched.

mod closed;
mod event;
mod table;
mod tell;
mod transfer;
mod watcher;

pub(crate) use event::FdEvent;
pub(crate) use watcher::Watcher;

use super::super::door::Door;
use super::{Engine, Interest, Ready};
use crate::debug::dump::Writer;
use crate::handle::local::local;
use closed::Looks;
use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;
use table::Entry;

/// An engine with its events: `lwt_engine`.
pub(crate) struct Watch {
    pub(crate) engine: Box<dyn Engine>,
    fds: RefCell<Vec<Entry>>,
    /// How many events and watchers wait to read, and to write.
    counts: [Cell<usize>; 2],
    /// The eventfd of the door, once it is watched.
    door: Cell<RawFd>,
    turn: Cell<u32>,
    /// At descriptors with events, if the engine is not told that one was closed.
    looks: Looks,
    /// Room for reports, used again.
    room: Cell<Vec<Ready>>,
    changes: Cell<u64>,
    /// Does another one wait by this engine? Then it takes no events.
    pub(crate) lent: Cell<bool>,
}

impl Watch {
    pub(crate) fn new(engine: Box<dyn Engine>) -> Rc<Watch> {
        Rc::new(Watch {
            engine,
            fds: RefCell::new(Vec::new()),
            counts: [Cell::new(0), Cell::new(0)],
            door: Cell::new(-1),
            turn: Cell::new(0),
            looks: Looks::default(),
            room: Cell::new(Vec::new()),
            changes: Cell::new(0),
            lent: Cell::new(false),
        })
    }

    /// How many wait to read, or to write.
    pub(crate) fn count(&self, write: bool) -> usize {
        self.counts[usize::from(write)].get()
    }

    #[inline]
    fn count_up(&self, write: bool) {
        let count = &self.counts[usize::from(write)];
        count.set(count.get() + 1);
    }

    #[inline]
    fn count_down(&self, write: bool) {
        let count = &self.counts[usize::from(write)];
        count.set(count.get().saturating_sub(1));
    }

    /// Is any descriptor waited for?
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.counts[0].get() + self.counts[1].get() == 0
    }

    /// A number that is another one after each change of what is watched.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.get()
    }

    fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
        local().tell_loop();
    }

    /// What is watched.
    pub(crate) fn watched(&self) -> Vec<(RawFd, Interest)> {
        let fds = self.fds.borrow();
        let all = fds.iter().enumerate();
        let all = all.map(|(fd, entry)| (fd as RawFd, entry.watched));
        all.filter(|(_, interest)| !interest.is_none()).collect()
    }

    /// Must the engine take part in a turn, and in a sleep?
    #[inline]
    pub(crate) fn is_needed(&self) -> bool {
        !self.is_empty() || self.engine.has_sources_of_its_own()
    }

    /// Has a knock at the door end the engine's waits.
    pub(crate) fn open_door(&self, door: &Door) -> io::Result<()> {
        if self.door.get() < 0 {
            let fd = door.eventfd()?;
            self.engine.watch_door(fd)?;
            self.door.set(fd);
        }
        Ok(())
    }

    /// Room is made for a number only if it is a descriptor's.
    #[inline]
    fn check_number(&self, fd: RawFd) -> io::Result<()> {
        let known = usize::try_from(fd).is_ok_and(|at| at < self.fds.borrow().len());
        // SAFETY: takes no pointer.
        if known || unsafe { libc::fcntl(fd, libc::F_GETFD) } >= 0 {
            return Ok(());
        }
        Err(io::Error::from_raw_os_error(libc::EBADF))
    }

    /// Runs `f` on what is known of a descriptor, with room made for it. `f`
    /// calls nobody.
    fn entry<T>(&self, fd: RawFd, f: impl FnOnce(&mut Entry) -> T) -> T {
        let at = fd as usize;
        let mut fds = self.fds.borrow_mut();
        if fds.len() <= at {
            fds.resize_with(at + 1, Entry::default);
        }
        f(&mut fds[at])
    }

    /// Has the engine watch a descriptor for what is wanted of it, `old` being
    /// what it watched. The error: nothing has changed.
    fn tell_engine(&self, fd: RawFd, old: Interest, new: Interest) -> io::Result<()> {
        self.engine.watch(fd, old, new)?;
        self.entry(fd, |entry| entry.watched = new);
        self.changed();
        Ok(())
    }

    /// Less to wait for: it may fail only where the descriptor is closed.
    fn narrow(&self, fd: RawFd, old: Interest, new: Interest) {
        self.entry(fd, |entry| entry.watched = new);
        self.changed();
        let _ = self.engine.watch(fd, old, new);
    }

    /// For dumps: which descriptors are waited for.
    pub(crate) fn dump(&self, out: &mut Writer) {
        let Ok(fds) = self.fds.try_borrow() else {
            return;
        };
        for (number, entry) in fds.iter().enumerate() {
            let (readers, writers) = entry.waiting();
            if readers + writers == 0 {
                continue;
            }
            out.item();
            out.number("fd", number as u64);
            out.number("readers", readers);
            out.number("writers", writers);
            out.end();
        }
    }

    /// In the child of a fork: watches everything anew.
    pub(crate) fn after_fork(&self, door: &Door) -> io::Result<()> {
        self.engine.after_fork();
        self.door.set(-1);
        if self.is_needed() {
            self.open_door(door)?;
        }
        let watched: Vec<(usize, Interest)> = {
            let fds = self.fds.borrow();
            let all = fds.iter().enumerate();
            all.map(|(fd, entry)| (fd, entry.watched)).collect()
        };
        let mut result = Ok(());
        for (fd, interest) in watched {
            if !interest.is_none() {
                let done = self.engine.watch(fd as RawFd, Interest::NONE, interest);
                result = result.and(done);
            }
        }
        result
    }
}
