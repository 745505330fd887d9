//! The events on descriptors, and the engine that waits for them. Owns which
//! function is to be called for which descriptor; the engine is told only what
//! to wait for. Calls engines and the door.
//!
//! Two sorts are told of a descriptor: events, which are the user's
//! (`Lwt_engine.on_readable`), and watchers, the descriptors of module Lwt_unix.
//! A watcher says when it begins to wait for something and when it ends; the
//! engine goes on watching after that, until it reports what nobody waits for.
//! So messages that come and go cost no change of what is watched.

use super::super::door::Door;
use super::table::{Entry, Member};
use super::{Engine, Interest, Ready};
use crate::debug::dump::Writer;
use crate::handle::local::local;
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

    fn call(&self) {
        let call = self.call.borrow().clone();
        if let Some(call) = call {
            call();
        }
    }
}

/// Who is told of a descriptor by the short way. It waits for one direction,
/// for both or, for the time being, for none.
pub(crate) trait Watcher {
    /// Its descriptor.
    fn fd(&self) -> RawFd;
    /// What it waits for now.
    fn waits_for(&self) -> Interest;
    /// The descriptor is ready. It does what it waited for.
    fn ready(self: Rc<Self>, write: bool);
    /// It is in this engine now; in none, if that is empty.
    fn moved(&self, home: Weak<Watch>);
    /// The thread ends: whoever waits, waits for ever.
    fn end(&self);
}

/// An engine with its events: `lwt_engine`.
pub(crate) struct Watch {
    pub(crate) engine: Box<dyn Engine>,
    fds: RefCell<Vec<Entry>>,
    /// How many events and watchers wait to read, and to write.
    counts: [Cell<usize>; 2],
    /// The eventfd of the door, once it is watched.
    door: Cell<RawFd>,
    turn: Cell<u32>,
    /// Descriptors with events, in no order, if the engine is not told that one
    /// was closed; and where the next look for closed ones begins.
    events_on: RefCell<Vec<RawFd>>,
    look: Cell<usize>,
    /// Room for reports, used again.
    room: Cell<Vec<Ready>>,
    changes: Cell<u64>,
}

/// How many descriptors are looked at before a wait, at most.
const LOOKS: usize = 4;

impl Watch {
    pub(crate) fn new(engine: Box<dyn Engine>) -> Rc<Watch> {
        Rc::new(Watch {
            engine,
            fds: RefCell::new(Vec::new()),
            counts: [Cell::new(0), Cell::new(0)],
            door: Cell::new(-1),
            turn: Cell::new(0),
            events_on: RefCell::new(Vec::new()),
            look: Cell::new(0),
            room: Cell::new(Vec::new()),
            changes: Cell::new(0),
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

    /// Takes in an event, new or of another engine.
    fn adopt(self: &Rc<Watch>, event: &Rc<FdEvent>) -> io::Result<()> {
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
            self.events_on.borrow_mut().push(event.fd);
        }
        self.count_up(event.write);
        event.born.set(self.turn.get());
        event.home.replace(Rc::downgrade(self));
        Ok(())
    }

    /// Takes out an event.
    fn forget(&self, event: &Rc<FdEvent>) {
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
            self.look_no_more(event.fd);
        }
        self.count_down(event.write);
        if old != new {
            self.narrow(event.fd, old, new);
        }
    }

    fn look_no_more(&self, fd: RawFd) {
        let mut all = self.events_on.borrow_mut();
        if let Some(at) = all.iter().position(|&other| other == fd) {
            all.swap_remove(at);
        }
    }

    /// Less to wait for: it may fail only where the descriptor is closed.
    fn narrow(&self, fd: RawFd, old: Interest, new: Interest) {
        self.entry(fd, |entry| entry.watched = new);
        self.changed();
        let _ = self.engine.watch(fd, old, new);
    }

    /// A watcher begins to wait to read, or to write. On an error it doesn't.
    pub(crate) fn begin(
        self: &Rc<Watch>,
        door: &Door,
        me: &Rc<dyn Watcher>,
        write: bool,
    ) -> io::Result<()> {
        let fd = me.fd();
        self.check_number(fd)?;
        let turn = self.turn.get();
        let (old, added) = self.entry(fd, |entry| (entry.watched, entry.add_watcher(me, turn)));
        if added {
            me.moved(Rc::downgrade(self));
        }
        let new = old.with(write);
        if added || old != new {
            // Also when it is watched already: by who has another file of that
            // number, maybe.
            let told = self
                .open_door(door)
                .and_then(|()| self.tell_engine(fd, old, new));
            if let Err(error) = told {
                if added {
                    self.entry(fd, |entry| entry.remove_watcher(me.as_ref()));
                    me.moved(Weak::new());
                }
                return Err(error);
            }
        }
        self.count_up(write);
        Ok(())
    }

    /// A watcher waits no more to read, or to write. The engine goes on watching
    /// until it reports what nobody waits for.
    #[inline]
    pub(crate) fn done(&self, write: bool) {
        self.count_down(write);
    }

    /// A watcher is no more. What it still waited for is not counted any more.
    pub(crate) fn leave(&self, me: &dyn Watcher) {
        let waited = me.waits_for();
        let change = self.entry(me.fd(), |entry| {
            entry
                .remove_watcher(me)
                .then(|| (entry.watched, entry.wanted().and(entry.watched)))
        });
        let Some((old, new)) = change else { return };
        for write in [false, true] {
            if waited.has(write) {
                self.count_down(write);
            }
        }
        if old != new {
            self.narrow(me.fd(), old, new);
        }
    }

    /// Waits in the engine and returns what is ready, which `dispatch` is given.
    pub(crate) fn wait(&self, timeout: Option<u64>) -> io::Result<Vec<Ready>> {
        let mut ready = self.room.take();
        let mut timeout = timeout;
        let mut closed = [-1; LOOKS];
        if timeout != Some(0) && self.look_for_closed(&mut closed) {
            timeout = Some(0);
        }
        if let Err(error) = self.engine.wait(timeout, &mut ready) {
            ready.clear();
            self.room.set(ready);
            return Err(error);
        }
        for fd in closed.into_iter().filter(|&fd| fd >= 0) {
            // Its file may live on by another name, and be reported too.
            ready.retain(|report| report.fd != fd);
            ready.push(Ready {
                fd,
                interest: Interest::BOTH,
                closed: true,
            });
        }
        Ok(ready)
    }

    /// Finds descriptors that were closed, among some of those with events. (A
    /// watcher leaves before its descriptor is closed.)
    fn look_for_closed(&self, closed: &mut [RawFd; LOOKS]) -> bool {
        let all = self.events_on.borrow();
        let mut found = false;
        for place in closed.iter_mut().take(all.len()) {
            let at = self.look.get() % all.len();
            self.look.set(at + 1);
            // SAFETY: takes no pointer.
            if unsafe { libc::fcntl(all[at], libc::F_GETFD) } < 0 {
                *place = all[at];
                found = true;
            }
        }
        found
    }

    /// Calls what waits for these: first what reads, then what writes, each
    /// descriptor's in the order in which they were made.
    pub(crate) fn dispatch(&self, ready: Vec<Ready>) {
        let mut ready = ready;
        if !ready.is_empty() {
            self.tell(&ready);
        }
        ready.clear();
        self.room.set(ready);
    }

    fn tell(&self, ready: &[Ready]) {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        let (mut writes, mut landed) = (false, false);
        for report in ready {
            if report.closed {
                self.give_up(report.fd);
            }
            writes |= report.interest.write;
            landed |= *report == Ready::LANDED;
        }
        for report in ready {
            if report.fd == self.door.get() {
                self.empty_door();
            } else if report.interest.read {
                self.call(report.fd, false, turn);
            }
        }
        if writes {
            for report in ready {
                if report.fd != self.door.get() && report.interest.write {
                    self.call(report.fd, true, turn);
                }
            }
        }
        if landed {
            self.engine.land();
        }
    }

    fn empty_door(&self) {
        let mut count = 0u64;
        // SAFETY: eight bytes on the stack.
        unsafe { libc::read(self.door.get(), (&raw mut count).cast(), 8) };
    }

    /// A descriptor was closed while it was watched: its events are called
    /// once, so that the operations behind them find out, and it is watched
    /// again when the next event on that number is made.
    fn give_up(&self, fd: RawFd) {
        let (old, looked_at) = self.entry(fd, |entry| {
            (std::mem::take(&mut entry.watched), entry.look_at(false))
        });
        if looked_at {
            self.look_no_more(fd);
        }
        self.changed();
        let _ = self.engine.watch(fd, old, Interest::NONE);
    }

    fn call(&self, fd: RawFd, write: bool, turn: u32) {
        // Nobody that a callback before has just made, maybe for another file
        // of the same number.
        let old_enough = |born: u32| born != turn;
        let member = {
            let fds = self.fds.borrow();
            match fds.get(fd as usize) {
                Some(entry) => entry.only_watcher(),
                None => return,
            }
        };
        match member {
            Some(Member { watcher, born }) => {
                if let Some(watcher) = watcher.upgrade()
                    && old_enough(born)
                {
                    self.call_watcher(watcher, write);
                }
            }
            None => self.call_all(fd, write, old_enough),
        }
    }

    #[inline]
    fn call_watcher(&self, watcher: Rc<dyn Watcher>, write: bool) {
        let fd = watcher.fd();
        let waited = watcher.waits_for().has(write);
        watcher.ready(write);
        if !waited {
            self.drop_interest(fd, write);
        }
    }

    /// The engine has reported what nobody waited for.
    #[cold]
    fn drop_interest(&self, fd: RawFd, write: bool) {
        if fd < 0 {
            return;
        }
        let (old, new) = self.entry(fd, |entry| {
            let old = entry.watched;
            match entry.wanted().has(write) {
                true => (old, old),
                false => (old, old.without(write)),
            }
        });
        if old != new {
            self.narrow(fd, old, new);
        }
    }

    #[cold]
    fn call_all(&self, fd: RawFd, write: bool, old_enough: impl Fn(u32) -> bool) {
        let (watchers, events) = {
            let fds = self.fds.borrow();
            match fds.get(fd as usize) {
                Some(entry) => entry.all(write),
                None => return,
            }
        };
        let anybody = !events.is_empty();
        for event in events {
            // Not one that a callback before it has stopped.
            if old_enough(event.born.get()) {
                event.call();
            }
        }
        let nobody = watchers.is_empty() && !anybody;
        for Member { watcher, born } in watchers {
            if let Some(watcher) = watcher.upgrade()
                && watcher.fd() == fd
                && old_enough(born)
            {
                self.call_watcher(watcher, write);
            }
        }
        if nobody {
            self.drop_interest(fd, write);
        }
    }

    /// Calls what waits for this descriptor as if it were ready.
    pub(crate) fn fake_io(&self, fd: RawFd) {
        self.tell(&[Ready {
            fd,
            interest: Interest::BOTH,
            closed: false,
        }]);
    }

    /// All events, in no order but that of each descriptor's.
    fn events(&self) -> Vec<Rc<FdEvent>> {
        let fds = self.fds.borrow();
        fds.iter().flat_map(Entry::events).collect()
    }

    fn watchers(&self) -> Vec<Rc<dyn Watcher>> {
        let fds = self.fds.borrow();
        let all = fds.iter().flat_map(Entry::watchers);
        all.filter_map(|member| member.watcher.upgrade()).collect()
    }

    /// Moves all events and watchers to another engine. On an error those that
    /// are not yet moved stay.
    pub(crate) fn transfer(self: &Rc<Watch>, to: &Rc<Watch>, door: &Door) -> io::Result<()> {
        let events = self.events();
        let watchers = self.watchers();
        if !events.is_empty() || !watchers.is_empty() {
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
        for watcher in watchers {
            self.move_watcher(&watcher, to, door)?;
        }
        Ok(())
    }

    fn move_watcher(
        self: &Rc<Watch>,
        watcher: &Rc<dyn Watcher>,
        to: &Rc<Watch>,
        door: &Door,
    ) -> io::Result<()> {
        let waits = watcher.waits_for();
        self.leave(watcher.as_ref());
        watcher.moved(Weak::new());
        for write in [false, true] {
            if !waits.has(write) {
                continue;
            }
            let Err(error) = to.begin(door, watcher, write) else {
                continue;
            };
            if error.raw_os_error() == Some(libc::EBADF) {
                watcher.clone().ready(write);
                continue;
            }
            // Back to where it was: one direction may have moved.
            to.leave(watcher.as_ref());
            watcher.moved(Weak::new());
            for write in [false, true] {
                if waits.has(write) {
                    let _ = self.begin(door, watcher, write);
                }
            }
            return Err(error);
        }
        Ok(())
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

    /// Stops every event, and takes out every watcher.
    pub(crate) fn stop_all(&self) {
        for event in self.events() {
            event.stop();
        }
        for watcher in self.watchers() {
            self.leave(watcher.as_ref());
            watcher.moved(Weak::new());
        }
    }

    /// The thread ends.
    pub(crate) fn end(&self) {
        let watchers = self.watchers();
        self.stop_all();
        for watcher in watchers {
            watcher.end();
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
