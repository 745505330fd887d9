//! Operations that wait for a descriptor: a line for each direction, served from
//! its head. The promise knows its descriptor and its ticket, the place in the
//! line has the promise's resolver. Who is cancelled leaves the line.
//!
//! A plain read that stands first and alone has its place in the descriptor
//! itself; all else is in [`Rare`], which is made when it is needed.

use super::hold::Holders;
use super::operate::Action;
use super::{Fd, Side, bit};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, Resolver, Source, external, failed};
use crate::scheduler;
use crate::scheduler::engine::watch::{Watch, Watcher};
use crate::sync::queue::drop_later;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ffi::CStr;
use std::rc::Rc;
use std::sync::Arc;

/// A plain read that waits. The descriptor is held by a reference of its own,
/// which whoever takes it out gives up.
#[derive(Clone, Copy)]
pub(super) struct Read {
    /// The promise's resolver.
    pub(super) resolver: u32,
    pub(super) buf: *mut u8,
    pub(super) len: usize,
}

/// Any other operation that waits.
pub(super) struct Waiter {
    pub(super) resolver: Resolver,
    /// What its promise calls it by.
    ticket: u64,
    pub(super) function: &'static CStr,
    pub(super) action: Action,
    /// Whoever waits keeps the descriptor.
    _fd: Rc<Fd>,
}

/// Who waits, by ticket: the oldest first, and who is cancelled is found soon.
pub(super) type Line = BTreeMap<u64, Waiter>;

/// All who waited: the plain read with its reference, and both lines.
type All = (Option<(Resolver, Rc<Fd>)>, [Line; 2]);

/// What few descriptors have.
#[derive(Default)]
pub(super) struct Rare {
    pub(super) lines: [RefCell<Line>; 2],
    tickets: Cell<u64>,
    /// What it was aborted with.
    pub(super) reason: RefCell<Option<Exn>>,
    pub(super) holders: OnceCell<Arc<Holders>>,
}

static SOURCE: Source = Source {
    name: "fd",
    cancel: Some(cancel),
    describe: Some(describe),
};

/// The ticket of the plain read in the descriptor. That of others is a number,
/// which grows, twice, and the direction in its last bit; no number is 0.
const FIRST: u64 = 0;

impl Fd {
    /// Does somebody wait, or is a line being served?
    #[inline]
    pub(super) fn is_waited_for(&self, side: Side) -> bool {
        let first = side == Side::Read && self.first.get().is_some();
        first || self.has(bit::SERVES << side.is_write() as u16) || self.has_line(side)
    }
    pub(super) fn is_dry(&self, side: Side) -> bool {
        self.has(bit::DRY << side.is_write() as u16)
    }
    pub(super) fn set_dry(&self, side: Side, dry: bool) {
        match dry {
            true => self.raise(bit::DRY << side.is_write() as u16),
            false => self.clear(bit::DRY << side.is_write() as u16),
        }
    }

    pub(super) fn line(&self, side: Side) -> Option<&RefCell<Line>> {
        self.rare
            .get()
            .map(|rare| &rare.lines[side.is_write() as usize])
    }

    fn has_line(&self, side: Side) -> bool {
        self.line(side)
            .is_some_and(|line| !line.borrow().is_empty())
    }

    pub(super) fn home(&self) -> Option<Rc<Watch>> {
        let home = self.home.take();
        let watch = home.upgrade();
        self.home.set(home);
        watch
    }

    /// A plain read at the end of the line.
    pub(super) fn wait_to_read(self: &Rc<Fd>, buf: *mut u8, len: usize) -> Promise {
        if self.is_waited_for(Side::Read) {
            let action = Action::Read(buf, len);
            return self.wait_in_line(Side::Read, c"read", action);
        }
        let me = Rc::as_ptr(self) as usize as u64;
        let Some((promise, resolver)) = external(&SOURCE, [me, FIRST]) else {
            return failed(Exn::out_of_memory());
        };
        if let Err(error) = self.begin(Side::Read) {
            drop(resolver);
            return failed(super::failure(&error, c"read"));
        }
        std::mem::forget(self.clone());
        self.first.set(Some(Read {
            resolver: resolver.into_id(),
            buf,
            len,
        }));
        promise
    }

    /// Any other operation at the end of the line.
    pub(super) fn wait_in_line(
        self: &Rc<Fd>,
        side: Side,
        function: &'static CStr,
        action: Action,
    ) -> Promise {
        let ticket = self.ticket(side);
        let me = Rc::as_ptr(self) as usize as u64;
        let Some((promise, resolver)) = external(&SOURCE, [me, ticket]) else {
            return failed(Exn::out_of_memory());
        };
        if let Err(error) = self.begin(side) {
            drop(resolver);
            return failed(super::failure(&error, function));
        }
        let waiter = Waiter {
            resolver,
            ticket,
            function,
            action,
            _fd: self.clone(),
        };
        self.enter(side, waiter);
        promise
    }

    /// The next ticket.
    fn ticket(&self, side: Side) -> u64 {
        let tickets = &self.rare().tickets;
        tickets.set(tickets.get() + 1);
        tickets.get() << 1 | side.is_write() as u64
    }

    fn enter(&self, side: Side, waiter: Waiter) {
        let line = &self.rare().lines[side.is_write() as usize];
        line.borrow_mut().insert(waiter.ticket, waiter);
    }

    /// A waiter that has been taken out goes back to its place in the line. What was
    /// called meanwhile may have done anything.
    pub(super) fn wait_again(self: &Rc<Fd>, side: Side, waiter: Waiter) {
        match self.begin_again(side, waiter.function) {
            Err(exn) => waiter.resolve(Err(exn)),
            // Else it was cancelled.
            Ok(()) if waiter.resolver.is_pending() => self.enter(side, waiter),
            Ok(()) => {}
        }
    }

    /// A waiter that has been taken out goes to the end of the other line.
    pub(super) fn wait_for_other(self: &Rc<Fd>, side: Side, waiter: Waiter) {
        match self.begin_again(side, waiter.function) {
            Err(exn) => waiter.resolve(Err(exn)),
            Ok(()) if waiter.resolver.is_pending() => {
                let ticket = self.ticket(side);
                let me = Rc::as_ptr(self) as usize as u64;
                waiter.resolver.set_data([me, ticket]);
                self.enter(side, Waiter { ticket, ..waiter });
            }
            Ok(()) => {}
        }
        self.end_wait(side);
    }

    fn begin_again(self: &Rc<Fd>, side: Side, function: &'static CStr) -> Result<(), Exn> {
        self.check(function)?;
        self.begin(side)
            .map_err(|error| super::failure(&error, function))
    }

    /// Somebody begins to wait.
    pub(super) fn begin(self: &Rc<Fd>, side: Side) -> std::io::Result<()> {
        let waits = bit::WAITS << side.is_write() as u16;
        let home = self.home();
        if self.has(waits) && home.is_some() {
            return Ok(());
        }
        let scheduler = scheduler::current();
        scheduler.notice_fork()?;
        let watch = scheduler.watch.borrow().clone();
        let me: Rc<dyn Watcher> = self.clone();
        let others = self.has(bit::WAITS << !side.is_write() as u16);
        match home {
            Some(home) if Rc::ptr_eq(&home, &watch) => {}
            // The engine was exchanged, and its events were left where they are.
            Some(home) if others => return self.begin_in(&home, side),
            Some(home) => {
                home.leave(self.as_ref());
                self.home.take();
            }
            None if others => {
                // The engine that it waited in was destroyed.
                watch.begin(&scheduler.door, &me, !side.is_write())?;
            }
            None => {}
        }
        watch.begin(&scheduler.door, &me, side.is_write())?;
        if self.state.get() != super::State::Opened {
            // By an engine of the user's.
            watch.done(side.is_write());
            watch.leave(self.as_ref());
            return Err(std::io::Error::from_raw_os_error(libc::EBADF));
        }
        self.raise(waits);
        Ok(())
    }

    fn begin_in(self: &Rc<Fd>, home: &Rc<Watch>, side: Side) -> std::io::Result<()> {
        let me: Rc<dyn Watcher> = self.clone();
        home.begin(&scheduler::current().door, &me, side.is_write())?;
        self.raise(bit::WAITS << side.is_write() as u16);
        Ok(())
    }

    /// If nobody waits any more, that is noted.
    pub(super) fn end_wait(&self, side: Side) {
        let waits = bit::WAITS << side.is_write() as u16;
        let first = side == Side::Read && self.first.get().is_some();
        if !self.has(waits) || first || self.has_line(side) {
            return;
        }
        self.clear(waits);
        if let Some(home) = self.home() {
            home.done(side.is_write());
        }
        self.fit_flags();
    }

    /// Takes the plain read out of the descriptor, with the reference that it
    /// held.
    pub(super) fn take_first(&self) -> Option<(Read, Rc<Fd>)> {
        let read = self.first.take()?;
        // SAFETY: `wait_to_read` has left a reference with it.
        Some((read, unsafe { Rc::from_raw(self) }))
    }

    /// Leaves the engine, and fails all who wait: readers first, the oldest
    /// first.
    pub(super) fn fail_all(&self, exn: &Exn) {
        let (first, lines) = self.take_all();
        if let Some((resolver, _fd)) = first {
            resolver.resolve(Err(exn.clone()));
        }
        for waiter in lines.into_iter().flat_map(Line::into_values) {
            waiter.resolve(Err(exn.clone()));
        }
    }

    /// Leaves the engine, and takes out all who wait.
    pub(super) fn take_all(&self) -> All {
        if let Some(home) = self.home() {
            home.leave(self);
        }
        self.home.take();
        self.clear(bit::WAITS | bit::WAITS << 1);
        let lines = Side::BOTH.map(|side| self.line(side).map(RefCell::take).unwrap_or_default());
        (
            self.take_first().map(|(read, fd)| (read.resolver(), fd)),
            lines,
        )
    }
}

impl Waiter {
    /// It waits no more. What it did is dropped after its callbacks have run.
    pub(super) fn resolve(self, outcome: Outcome) {
        let Waiter {
            resolver,
            action,
            _fd,
            ..
        } = self;
        resolver.resolve(outcome);
        drop(action);
    }
}

impl Read {
    /// Its resolver, which is with it no more.
    pub(super) fn resolver(self) -> Resolver {
        // SAFETY: `wait_to_read` put it there, and whoever takes the read out of
        // the descriptor does this once.
        unsafe { Resolver::from_id(self.resolver) }
    }
}

/// The promise number `id` is cancelled: it leaves its line. What it had there is
/// dropped when its callbacks run, as that may be the user's code.
fn cancel(id: u32, [me, ticket]: [u64; 2]) -> bool {
    // SAFETY: whoever waits keeps its descriptor.
    let fd = unsafe { &*(me as usize as *const Fd) };
    if ticket == FIRST {
        return cancel_first(fd, id);
    }
    let side = match ticket & 1 {
        0 => Side::Read,
        _ => Side::Write,
    };
    let Some(line) = fd.line(side) else {
        return true;
    };
    let calls = match line.borrow().get(&ticket) {
        Some(waiter) => matches!(waiter.action, Action::Call(_)),
        None => return true, // it is being served, and will be found resolved
    };
    let mut left = None;
    if calls || is_last(fd) {
        left = drop_later::<(Action, Rc<Fd>)>(id);
        if left.is_none() {
            return false; // no memory for that: it goes on waiting
        }
    }
    let taken = line.borrow_mut().remove(&ticket);
    let Some(Waiter {
        resolver,
        action,
        _fd,
        ..
    }) = taken
    else {
        return true;
    };
    drop(resolver);
    fd.end_wait(side);
    if let Some(left) = left {
        // SAFETY: `drop_later` made it, and it is freed only when the callbacks of
        // the promise run, after this.
        unsafe { *left = Some((action, _fd)) };
    }
    true
}

/// Is whoever waits the last to keep it? Then it is closed by leaving.
fn is_last(fd: &Fd) -> bool {
    // SAFETY: it is in an `Rc`, one of whose references is counted and looked at
    // here, and not given up.
    let fd = std::mem::ManuallyDrop::new(unsafe { Rc::from_raw(fd) });
    Rc::strong_count(&fd) == 1
}

fn cancel_first(fd: &Fd, id: u32) -> bool {
    let mut left = None;
    if is_last(fd) {
        left = drop_later::<Rc<Fd>>(id);
        if left.is_none() {
            return false;
        }
    }
    let Some((read, held)) = fd.take_first() else {
        return true;
    };
    drop(read.resolver());
    fd.end_wait(Side::Read);
    if let Some(left) = left {
        // SAFETY: as above.
        unsafe { *left = Some(held) };
    }
    true
}

/// For dumps: the descriptor, and what is awaited.
fn describe([me, ticket]: [u64; 2]) -> String {
    // SAFETY: as in `cancel`.
    let fd = unsafe { &*(me as usize as *const Fd) };
    let side = match ticket & 1 {
        0 => "readable",
        _ => "writable",
    };
    format!("{}, {side}", fd.raw)
}
