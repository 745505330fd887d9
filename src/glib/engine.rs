//! The engine that waits for GLib's descriptors along with ours. Owns the wait: what
//! GLib is asked before it and told after it. Calls GLib, the engine of before, and
//! `set`.
//!
//! A wait is prepare, query, a wait, check; what GLib then has to dispatch is
//! dispatched when all else has been told (`Engine::land`), so that GLib's callbacks run
//! as ours do, with no wait on the stack. Who waits is what the modes differ in:
//!
//! - Lwt into GLib: the function that GLib itself polls with. Our descriptors are one to
//!   it, however many they are: an epoll.
//! - GLib into Lwt: the engine of before. GLib's descriptors are one to it.
//!
//! In the child of a fork GLib is left alone: its context is woken by the parent, and
//! what its sources read is the parent's, such as the connection to a display.

use super::context::Owned;
use super::library::PollFd;
use super::set::Set;
use crate::scheduler::current;
use crate::scheduler::engine::epoll::Epoll;
use crate::scheduler::engine::libev::Libev;
use crate::scheduler::engine::ring::Ring;
use crate::scheduler::engine::watch::Watch;
use crate::scheduler::engine::{Engine, Interest, Pollable, Ready};
use crate::scheduler::job::fork::leave_behind;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// Who waits.
enum Waiter {
    /// GLib's function. Ours are in this one.
    Glib(Epoll),
    /// The engine of before. GLib's are in this one.
    Engine(Set),
}

/// What is bound together.
pub(super) struct Bond {
    /// None: GLib is left alone.
    glib: RefCell<Option<Rc<Owned>>>,
    waiter: Waiter,
    before: Rc<Watch>,
}

/// The engine.
pub(super) struct Glib {
    bond: Rc<Bond>,
    /// Has GLib something to dispatch?
    dispatch: Cell<bool>,
    /// Room, used again.
    fds: Cell<Vec<PollFd>>,
}

const READ: Interest = Interest {
    read: true,
    write: false,
};

fn shorter(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Bond {
    /// Lwt into GLib. The context is this thread's until the end.
    pub(super) fn polled(glib: Owned, before: &Rc<Watch>) -> Rc<Bond> {
        Self::new(glib, Waiter::Glib(Epoll::new()), before)
    }

    /// GLib into Lwt.
    pub(super) fn watched(glib: Owned, before: &Rc<Watch>) -> io::Result<Rc<Bond>> {
        let set = Set::new()?;
        before.engine.watch(set.fd(), Interest::NONE, READ)?;
        before.lent.set(true);
        Ok(Self::new(glib, Waiter::Engine(set), before))
    }

    fn new(glib: Owned, waiter: Waiter, before: &Rc<Watch>) -> Rc<Bond> {
        Rc::new(Bond {
            glib: RefCell::new(Some(Rc::new(glib))),
            waiter,
            before: before.clone(),
        })
    }

    /// The engine of before, with its events.
    pub(super) fn before(&self) -> &Rc<Watch> {
        &self.before
    }

    /// The engine that stands for both.
    pub(super) fn engine(self: &Rc<Bond>) -> Rc<Watch> {
        Watch::new(Box::new(Glib {
            bond: self.clone(),
            dispatch: Cell::new(false),
            fds: Cell::new(Vec::new()),
        }))
    }

    /// The end: GLib is another's, and the engine of before has only what is its own.
    pub(super) fn end(&self) {
        if let Waiter::Engine(set) = &self.waiter
            && set.fd() >= 0
        {
            let _ = self.before.engine.watch(set.fd(), READ, Interest::NONE);
            set.close();
        }
        self.before.lent.set(false);
        drop(self.glib.take());
    }

    /// GLib, unless it is left alone. Not borrowed while it runs: sources are the
    /// user's, and may do anything.
    fn glib(&self) -> Option<Rc<Owned>> {
        self.glib.borrow().clone()
    }

    /// Who waits for ours.
    fn inner(&self) -> &dyn Engine {
        match &self.waiter {
            Waiter::Glib(epoll) => epoll,
            Waiter::Engine(_) => &*self.before.engine,
        }
    }

    /// Waits for both. Says whether GLib has something to dispatch.
    fn wait(
        &self,
        glib: &Owned,
        timeout: Option<u64>,
        fds: &mut Vec<PollFd>,
        ready: &mut Vec<Ready>,
    ) -> io::Result<bool> {
        let wanted = glib.ask(fds);
        let timeout = shorter(timeout, wanted.timeout);
        match &self.waiter {
            Waiter::Glib(epoll) => poll_both(glib, epoll, timeout, fds, ready)?,
            Waiter::Engine(set) => self.watch_both(glib, set, timeout, fds, ready)?,
        }
        Ok(glib.check(&wanted, fds))
    }

    /// GLib into Lwt.
    fn watch_both(
        &self,
        glib: &Owned,
        set: &Set,
        timeout: Option<u64>,
        fds: &mut [PollFd],
        ready: &mut Vec<Ready>,
    ) -> io::Result<()> {
        let engine = &self.before.engine;
        let mut timeout = timeout;
        if timeout != Some(0) && set.follow(fds)? {
            timeout = Some(0);
        }
        engine.wait(timeout, ready)?;
        let all = ready.len();
        ready.retain(|report| report.fd != set.fd());
        let told = ready.len() < all;
        if timeout == Some(0) || told {
            glib.context().poll(fds, Some(0))?;
        }
        if told && fds.iter().all(|entry| entry.revents == 0) {
            // What is ready is none of these any more: a file that lives on by another
            // name, maybe.
            engine.watch(set.fd(), READ, Interest::NONE)?;
            let anew = set.begin_anew();
            engine.watch(set.fd(), Interest::NONE, READ)?;
            anew?;
        }
        Ok(())
    }
}

/// Lwt into GLib.
fn poll_both(
    glib: &Owned,
    epoll: &Epoll,
    timeout: Option<u64>,
    fds: &mut Vec<PollFd>,
    ready: &mut Vec<Ready>,
) -> io::Result<()> {
    let mut timeout = timeout;
    if epoll.is_always_ready() {
        timeout = Some(0);
    }
    let n = fds.len();
    if let Pollable::Own { fd, .. } = epoll.pollable()? {
        fds.push(PollFd {
            fd,
            events: libc::POLLIN,
            revents: 0,
        });
    }
    let polled = glib.context().poll(fds, timeout);
    let ours = fds.drain(n..).any(|entry| entry.revents != 0);
    polled?;
    match ours || epoll.is_always_ready() {
        true => epoll.wait(Some(0), ready),
        false => Ok(()),
    }
}

impl Glib {
    fn inner(&self) -> &dyn Engine {
        self.bond.inner()
    }
}

impl Engine for Glib {
    fn name(&self) -> &CStr {
        c"glib"
    }

    fn watch(&self, fd: RawFd, old: Interest, new: Interest) -> io::Result<()> {
        self.inner().watch(fd, old, new)
    }

    fn watch_door(&self, fd: RawFd) -> io::Result<()> {
        self.inner().watch_door(fd)
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let Some(glib) = self.bond.glib() else {
            return self.inner().wait(timeout, ready);
        };
        let mut fds = self.fds.take();
        let waited = self.bond.wait(&glib, timeout, &mut fds, ready);
        self.fds.set(fds);
        if waited? {
            self.dispatch.set(true);
            ready.push(Ready::LANDED);
        }
        Ok(())
    }

    fn has_sources_of_its_own(&self) -> bool {
        self.bond.glib.borrow().is_some() || self.inner().has_sources_of_its_own()
    }

    fn misses_closed(&self) -> bool {
        self.inner().misses_closed()
    }

    fn forwards_signal(&self, signal: c_int) -> bool {
        self.inner().forwards_signal(signal)
    }

    fn pollable(&self) -> io::Result<Pollable> {
        Ok(Pollable::No)
    }

    fn ring(&self) -> Option<&Ring> {
        self.inner().ring()
    }

    fn libev(&self) -> Option<&Libev> {
        self.inner().libev()
    }

    fn is_bound(&self) -> bool {
        true
    }

    fn land(&self) {
        self.inner().land();
        if self.dispatch.replace(false)
            && let Some(glib) = self.bond.glib()
        {
            glib.dispatch();
        }
    }

    fn settle(&self) {
        self.inner().settle();
    }

    fn after_fork(&self) {
        let bond = &self.bond;
        if let Some(glib) = bond.glib.take() {
            // The parent's, and its lock may be held for ever.
            leave_behind(glib);
        }
        match &bond.waiter {
            Waiter::Glib(epoll) => epoll.after_fork(),
            Waiter::Engine(set) => set.close(),
        }
        // It has no events now, and so nothing that could fail.
        let _ = bond.before.after_fork(&current().door);
    }
}
