//! Events, the user's functions that are called while a descriptor is ready
//! (`Lwt_engine.on_readable`). Owns how they come into an engine and out of it.
//! Calls the table of descriptors and the engine.

use super::Watch;
use crate::scheduler::door::Door;
use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::RawFd;
use std::rc::{Rc, Weak};

/// A function to be called each time that a descriptor is ready.
pub(crate) struct FdEvent {
    pub(super) fd: RawFd,
    pub(super) write: bool,
    /// None once it is stopped.
    call: RefCell<Option<Rc<dyn Fn()>>>,
    /// The turn in which its engine got it: it is first called in the next.
    pub(super) born: Cell<u32>,
    home: RefCell<Weak<Watch>>,
}

impl FdEvent {
    /// No further call. Idempotent.
    pub(crate) fn stop(self: &Rc<FdEvent>) {
        let call = self.call.take();
        if call.is_none() {
            return;
        }
        let home = self.home.borrow().upgrade();
        if let Some(watch) = home {
            watch.forget(self);
        }
        // Last: its drop function may call us. If it is being called, it is
        // dropped after that.
        drop(call);
    }

    pub(super) fn call(&self) {
        let call = self.call.borrow().clone();
        if let Some(call) = call {
            call();
        }
    }
}

impl Watch {
    /// Calls `call` each time that the descriptor is ready.
    pub(crate) fn add(
        self: &Rc<Watch>,
        door: &Door,
        fd: RawFd,
        write: bool,
        call: Rc<dyn Fn()>,
    ) -> io::Result<Rc<FdEvent>> {
        self.check_number(fd)?;
        self.open_door(door)?;
        let event = Rc::new(FdEvent {
            fd,
            write,
            call: RefCell::new(Some(call)),
            born: Cell::new(0),
            home: RefCell::new(Weak::new()),
        });
        self.adopt(&event)?;
        Ok(event)
    }

    /// Takes in an event, new or of another engine.
    pub(super) fn adopt(self: &Rc<Watch>, event: &Rc<FdEvent>) -> io::Result<()> {
        let (old, new) = self.entry(event.fd, |entry| {
            entry.events_mut().push(event.clone());
            (entry.watched, entry.watched.with(event.write))
        });
        // Also when nothing changes: the number may mean another file by now.
        if let Err(error) = self.tell_engine(event.fd, old, new) {
            self.entry(event.fd, |entry| {
                entry.remove_event(event);
                entry.tidy();
            });
            return Err(error);
        }
        if self.engine.misses_closed() && !self.entry(event.fd, |entry| entry.look_at(true)) {
            self.looks.begin(event.fd);
        }
        self.count_up(event.write);
        event.born.set(self.turn.get());
        event.home.replace(Rc::downgrade(self));
        Ok(())
    }

    /// Takes out an event.
    pub(super) fn forget(&self, event: &Rc<FdEvent>) {
        let Some((old, new, looked_at)) = self.entry(event.fd, |entry| {
            entry.remove_event(event).then(|| {
                // What was closed is not watched any more, nor does this change
                // it.
                let new = entry.wanted().and(entry.watched);
                let looked_at = !entry.has_events() && entry.look_at(false);
                entry.tidy();
                (entry.watched, new, looked_at)
            })
        }) else {
            return;
        };
        if looked_at {
            self.looks.end(event.fd);
        }
        self.count_down(event.write);
        if old != new {
            self.narrow(event.fd, old, new);
        }
    }
}
