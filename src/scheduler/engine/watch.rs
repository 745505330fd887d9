//! The events on descriptors, and the engine that waits for them. Owns which
//! function is to be called for which descriptor; the engine is told only what
//! to wait for. Calls engines and the door.

use super::super::door::Door;
use super::{Engine, Interest, Ready};
use crate::debug::dump::Writer;
use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::RawFd;
use std::rc::{Rc, Weak};

/// A function to be called each time that a descriptor is ready.
pub(crate) struct FdEvent {
    fd: RawFd,
    write: bool,
    /// None once it is stopped.
    call: RefCell<Option<Rc<dyn Fn()>>>,
    /// The turn in which its engine got it: it is first called in the next.
    born: Cell<u64>,
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

    fn call(&self) {
        let call = self.call.borrow().clone();
        if let Some(call) = call {
            call();
        }
    }
}

/// What is known of a descriptor.
#[derive(Default)]
struct Fd {
    readable: Vec<Rc<FdEvent>>,
    writable: Vec<Rc<FdEvent>>,
    /// What the engine waits for.
    watched: Interest,
}

impl Fd {
    fn wanted(&self) -> Interest {
        Interest {
            read: !self.readable.is_empty(),
            write: !self.writable.is_empty(),
        }
    }
    fn side(&mut self, write: bool) -> &mut Vec<Rc<FdEvent>> {
        match write {
            false => &mut self.readable,
            true => &mut self.writable,
        }
    }
}

/// An engine with its events: `lwt_engine`.
pub(crate) struct Watch {
    pub(crate) engine: Box<dyn Engine>,
    fds: RefCell<Vec<Fd>>,
    counts: [Cell<usize>; 2],
    /// The eventfd of the door, once it is watched.
    door: Cell<RawFd>,
    turn: Cell<u64>,
}

impl Watch {
    pub(crate) fn new(engine: Box<dyn Engine>) -> Rc<Watch> {
        Rc::new(Watch {
            engine,
            fds: RefCell::new(Vec::new()),
            counts: [Cell::new(0), Cell::new(0)],
            door: Cell::new(-1),
            turn: Cell::new(0),
        })
    }

    /// How many events there are for reading, or for writing.
    pub(crate) fn count(&self, write: bool) -> usize {
        self.counts[usize::from(write)].get()
    }

    /// Is any descriptor watched?
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.counts[0].get() + self.counts[1].get() == 0
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

    /// Calls `call` each time that the descriptor is ready.
    pub(crate) fn add(
        self: &Rc<Watch>,
        door: &Door,
        fd: RawFd,
        write: bool,
        call: Rc<dyn Fn()>,
    ) -> io::Result<Rc<FdEvent>> {
        if fd < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
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
    fn adopt(self: &Rc<Watch>, event: &Rc<FdEvent>) -> io::Result<()> {
        let at = event.fd as usize;
        let mut fds = self.fds.borrow_mut();
        if fds.len() <= at {
            fds.resize_with(at + 1, Fd::default);
        }
        let fd = &mut fds[at];
        fd.side(event.write).push(event.clone());
        let (old, new) = (fd.watched, fd.wanted());
        fd.watched = new;
        drop(fds);
        // Also when nothing changes: the number may mean another file by now.
        if let Err(error) = self.engine.watch(event.fd, old, new) {
            let mut fds = self.fds.borrow_mut();
            fds[at].watched = old;
            fds[at].side(event.write).retain(|e| !Rc::ptr_eq(e, event));
            return Err(error);
        }
        let count = &self.counts[usize::from(event.write)];
        count.set(count.get() + 1);
        event.born.set(self.turn.get());
        event.home.replace(Rc::downgrade(self));
        Ok(())
    }

    /// Takes out an event.
    fn forget(&self, event: &Rc<FdEvent>) {
        let at = event.fd as usize;
        let mut fds = self.fds.borrow_mut();
        let fd = &mut fds[at];
        let side = fd.side(event.write);
        let Some(index) = side.iter().position(|e| Rc::ptr_eq(e, event)) else {
            return;
        };
        side.remove(index);
        let count = &self.counts[usize::from(event.write)];
        count.set(count.get() - 1);
        let (old, new) = (fd.watched, fd.wanted());
        // What was closed is not watched any more, nor does this change it.
        if old.is_none() || old == new {
            return;
        }
        fd.watched = new;
        drop(fds);
        // Less to wait for: it may fail only where the descriptor is closed.
        let _ = self.engine.watch(event.fd, old, new);
    }

    /// Waits in the engine and returns what is ready.
    pub(crate) fn wait(&self, timeout: Option<u64>) -> io::Result<Vec<Ready>> {
        let mut ready = Vec::new();
        self.engine.wait(timeout, &mut ready)?;
        Ok(ready)
    }

    /// Calls what waits for these: first what reads, then what writes, each
    /// descriptor's events in the order in which they were made.
    pub(crate) fn dispatch(&self, ready: &[Ready]) {
        if ready.is_empty() {
            return;
        }
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        for report in ready.iter().filter(|report| report.closed) {
            self.give_up(report.fd);
        }
        for write in [false, true] {
            for report in ready {
                if report.fd == self.door.get() {
                    self.empty_door(write);
                } else if write && report.interest.write || !write && report.interest.read {
                    self.call(report.fd, write, turn);
                }
            }
        }
    }

    fn empty_door(&self, second: bool) {
        if !second {
            let mut count = 0u64;
            // SAFETY: eight bytes on the stack.
            unsafe { libc::read(self.door.get(), (&raw mut count).cast(), 8) };
        }
    }

    /// A descriptor was closed while it was watched: its events are called
    /// once, so that the operations behind them find out, and it is watched
    /// again when the next event on that number is made.
    fn give_up(&self, fd: RawFd) {
        let old = {
            let mut fds = self.fds.borrow_mut();
            match fds.get_mut(fd as usize) {
                Some(entry) => std::mem::take(&mut entry.watched),
                None => return,
            }
        };
        let _ = self.engine.watch(fd, old, Interest::NONE);
    }

    fn call(&self, fd: RawFd, write: bool, turn: u64) {
        let events: Vec<Rc<FdEvent>> = match self.fds.borrow_mut().get_mut(fd as usize) {
            Some(entry) => entry.side(write).clone(),
            None => return,
        };
        for event in events {
            // Not one that a callback before it has stopped, or has just made,
            // maybe for another file of the same number.
            if event.born.get() < turn {
                event.call();
            }
        }
    }

    /// Calls what waits for this descriptor as if it were ready.
    pub(crate) fn fake_io(&self, fd: RawFd) {
        self.dispatch(&[Ready {
            fd,
            interest: Interest::BOTH,
            closed: false,
        }]);
    }

    /// All events, in no order but that of each descriptor's.
    fn events(&self) -> Vec<Rc<FdEvent>> {
        let fds = self.fds.borrow();
        let of = |fd: &Fd| [fd.readable.clone(), fd.writable.clone()].concat();
        fds.iter().flat_map(of).collect()
    }

    /// Moves all events to another engine. On an error those that are not yet
    /// moved stay.
    pub(crate) fn transfer(self: &Rc<Watch>, to: &Rc<Watch>, door: &Door) -> io::Result<()> {
        let events = self.events();
        if !events.is_empty() {
            to.open_door(door)?;
        }
        for event in events {
            self.forget(&event);
            if let Err(error) = to.adopt(&event) {
                // A closed descriptor can't be watched; the event is told at
                // once, and stays where it can be stopped.
                if error.raw_os_error() == Some(libc::EBADF) {
                    event.call();
                    continue;
                }
                let _ = self.adopt(&event);
                return Err(error);
            }
        }
        Ok(())
    }

    /// For dumps: which descriptors are watched.
    pub(crate) fn dump(&self, out: &mut Writer) {
        let Ok(fds) = self.fds.try_borrow() else {
            return;
        };
        for (number, fd) in fds.iter().enumerate() {
            if fd.wanted().is_none() {
                continue;
            }
            out.item();
            out.number("fd", number as u64);
            out.number("readers", fd.readable.len() as u64);
            out.number("writers", fd.writable.len() as u64);
            out.end();
        }
    }

    /// Stops every event.
    pub(crate) fn stop_all(&self) {
        for event in self.events() {
            event.stop();
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
