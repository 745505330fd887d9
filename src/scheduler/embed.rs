//! Embedding: a loop of another library drives this one. Module Lwt_main, of
//! which Lwt itself has no such thing. Owns the descriptor that says when there
//! is something to do. Calls the engine, the door, the timers and the jobs.
//!
//! The descriptor is an epoll of its own, which nobody waits in: it is readable
//! while one of these is.
//!
//! - The engine's own descriptor, if it has one (epoll, io_uring). For the
//!   others, which would have to be asked, another epoll watches what they
//!   watch.
//! - The eventfd of the door. While the loop is outside, that is between two
//!   iterations, the door says that the loop sleeps in its engine; so whoever
//!   knocks writes it. What the thread itself makes then (a promise paused, a
//!   timer, a fiber, an event, a job) is told through `Local::outside`, and
//!   writes it too.
//! - A timerfd for the next timer.
//!
//! An iteration begins with `enter`, which empties what was written, and ends
//! with `leave`, which sets all this up again, or writes the eventfd at once
//! where something is left to do. Until the descriptor is asked for there is
//! nothing of this, and nothing is spent on it but a look at one word.

use super::engine::epoll::Epoll;
use super::engine::watch::Watch;
use super::engine::{Engine, Interest, Pollable};
use super::{Scheduler, clock, existing, job, main_loop};
use crate::handle::local::local;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::io;
use std::os::fd::RawFd;
use std::ptr;

/// What embedding takes, for one scheduler.
pub(crate) struct Embed {
    /// The descriptor that is given out; -1: nobody has asked for it.
    fd: Cell<RawFd>,
    /// Has the user got it? Then it stays.
    given: Cell<bool>,
    timer: Cell<RawFd>,
    /// The deadline that the timerfd is set to.
    deadline: Cell<Option<u64>>,
    /// The eventfd that is in.
    door: Cell<RawFd>,
    /// The descriptor of the engine that is in, and which one of that number.
    engine: Cell<Option<(RawFd, u64)>>,
    mirror: RefCell<Option<Mirror>>,
    /// Is the loop outside, with all set up?
    outside: Cell<bool>,
    /// The eventfd was written, for there is something to do.
    nudged: Cell<bool>,
}

/// An epoll that watches what another engine watches.
struct Mirror {
    epoll: Epoll,
    /// The number of the changes of that engine that it knows.
    changes: u64,
    watched: Vec<(RawFd, Interest)>,
}

impl Mirror {
    fn follow(&mut self, watch: &Watch) -> io::Result<()> {
        if self.changes == watch.changes() {
            return Ok(());
        }
        for (fd, interest) in std::mem::take(&mut self.watched) {
            let _ = self.epoll.watch(fd, interest, Interest::NONE);
        }
        for (fd, interest) in watch.watched() {
            match self.epoll.watch(fd, Interest::NONE, interest) {
                Ok(()) => self.watched.push((fd, interest)),
                // It was closed: the engine itself will find out.
                Err(e) if e.raw_os_error() == Some(libc::EBADF) => {}
                Err(e) => return Err(e),
            }
        }
        self.changes = watch.changes();
        Ok(())
    }
}

fn close(fd: &Cell<RawFd>) {
    let fd = fd.replace(-1);
    if fd >= 0 {
        // SAFETY: it is ours.
        unsafe { libc::close(fd) };
    }
}

fn created(fd: c_int) -> io::Result<RawFd> {
    match fd {
        0.. => Ok(fd),
        _ => Err(io::Error::last_os_error()),
    }
}

impl Embed {
    pub(super) fn new() -> Embed {
        Embed {
            fd: Cell::new(-1),
            given: Cell::new(false),
            timer: Cell::new(-1),
            deadline: Cell::new(None),
            door: Cell::new(-1),
            engine: Cell::new(None),
            mirror: RefCell::new(None),
            outside: Cell::new(false),
            nudged: Cell::new(false),
        }
    }

    /// Has the descriptor been asked for?
    #[inline]
    pub(super) fn is_on(&self) -> bool {
        self.fd.get() >= 0
    }

    fn control(&self, operation: c_int, fd: RawFd) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: libc::EPOLLIN as u32,
            u64: 0,
        };
        // SAFETY: the event lives through the call.
        match unsafe { libc::epoll_ctl(self.fd.get(), operation, fd, &mut event) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    fn open(&self) -> io::Result<()> {
        // SAFETY: takes flags only.
        self.fd.set(created(unsafe {
            libc::epoll_create1(libc::EPOLL_CLOEXEC)
        })?);
        let flags = libc::TFD_CLOEXEC | libc::TFD_NONBLOCK;
        // SAFETY: takes flags only.
        self.timer.set(created(unsafe {
            libc::timerfd_create(libc::CLOCK_MONOTONIC, flags)
        })?);
        self.control(libc::EPOLL_CTL_ADD, self.timer.get())
    }

    /// Gives up all descriptors.
    fn close(&self) {
        self.outside.set(false);
        local().outside.set(None);
        close(&self.fd);
        close(&self.timer);
        self.deadline.set(None);
        self.door.set(-1);
        self.engine.set(None);
        drop(self.mirror.take());
    }

    /// Has the timerfd expire then; None: never.
    fn set_timer(&self, deadline: Option<u64>) -> io::Result<()> {
        let deadline = deadline.filter(|&at| at != u64::MAX);
        // One that has expired stays readable until it is set again.
        if self.deadline.get() == deadline && deadline.is_none() {
            return Ok(());
        }
        let none = clock::timespec(0);
        let mut at = clock::timespec(deadline.unwrap_or(0));
        if deadline.is_some() && at.tv_sec == 0 && at.tv_nsec == 0 {
            at.tv_nsec = 1; // 0 would be never
        }
        let when = libc::itimerspec {
            it_interval: none,
            it_value: at,
        };
        // SAFETY: the structure lives through the call.
        let set = unsafe {
            libc::timerfd_settime(
                self.timer.get(),
                libc::TFD_TIMER_ABSTIME,
                &when,
                ptr::null_mut(),
            )
        };
        if set != 0 {
            return Err(io::Error::last_os_error());
        }
        self.deadline.set(deadline);
        Ok(())
    }

    /// Has the epoll watch what the engine has for it. Says whether something
    /// is always ready, so that there is nothing to wait for.
    fn follow_engine(&self, watch: &Watch) -> io::Result<bool> {
        let (fd, born, always) = match watch.engine.pollable()? {
            Pollable::Own { fd, born } => (fd, born, watch.engine.is_always_ready()),
            Pollable::No => return Err(io::Error::from_raw_os_error(libc::ENOTSUP)),
            Pollable::Mirror => {
                let mut mirror = self.mirror.borrow_mut();
                let mirror = mirror.get_or_insert_with(|| Mirror {
                    epoll: Epoll::new(),
                    changes: u64::MAX,
                    watched: Vec::new(),
                });
                mirror.follow(watch)?;
                match mirror.epoll.pollable()? {
                    Pollable::Own { fd, born } => (fd, born, mirror.epoll.is_always_ready()),
                    _ => return Ok(false),
                }
            }
        };
        if self.engine.get() != Some((fd, born)) {
            if let Some((old, _)) = self.engine.take() {
                // If it was closed it has gone by itself.
                let _ = self.control(libc::EPOLL_CTL_DEL, old);
            }
            match self.control(libc::EPOLL_CTL_ADD, fd) {
                Err(e) if e.raw_os_error() != Some(libc::EEXIST) => return Err(e),
                _ => self.engine.set(Some((fd, born))),
            }
        }
        Ok(always)
    }

    fn nudge(&self) {
        if !self.nudged.replace(true) {
            local().outside.set(None);
            let one = 1u64;
            // SAFETY: eight bytes on the stack; the descriptor is the door's,
            // open while this is on.
            unsafe { libc::write(self.door.get(), (&raw const one).cast(), 8) };
        }
    }

    /// How long the loop may be left alone, in nanoseconds; None: until the
    /// descriptor is readable.
    pub(super) fn timeout(&self, scheduler: &Scheduler) -> Option<u64> {
        if self.nudged.get() || main_loop::has_work(scheduler) {
            return Some(0);
        }
        let next = match self.outside.get() {
            true => self.deadline.get(),
            false => scheduler.timers.next(),
        };
        next.filter(|&at| at != u64::MAX)
            .map(|at| at.saturating_sub(scheduler.timers.present()))
    }
}

/// Something was made for the loop while it is outside.
fn tell() {
    if let Some(scheduler) = existing() {
        scheduler.embed.nudge();
    }
}

impl Scheduler {
    /// The descriptor that is readable while there is something to do. The error
    /// is errno's: ENOTSUP if the engine can't be embedded.
    pub(crate) fn embedded(&self) -> io::Result<RawFd> {
        self.notice_fork()?;
        if !self.embed.is_on() {
            let watch = self.watch.borrow().clone();
            if matches!(watch.engine.pollable()?, Pollable::No) {
                return Err(io::Error::from_raw_os_error(libc::ENOTSUP));
            }
            let opened = self.embed.open().and_then(|()| self.set_up());
            if let Err(error) = opened {
                self.embed.close();
                return Err(error);
            }
            // What the floors above have to do already, nobody was told.
            self.more.set(true);
        }
        if self.inside.get() == 0 && !self.embed.outside.get() {
            self.leave_to_outside();
        }
        Ok(self.embed.fd.get())
    }

    /// The descriptor is the user's from now on.
    pub(super) fn give_embedded(&self) {
        self.embed.given.set(true);
    }

    /// Who asked for the descriptor without giving it to the user needs it no more.
    pub(crate) fn end_embedded(&self) {
        if !self.embed.given.get() {
            self.end_embedding();
        }
    }

    /// Does another loop drive this one?
    pub(crate) fn is_embedded(&self) -> bool {
        self.embed.is_on()
    }

    /// Puts in what belongs to the door and to the engine.
    fn set_up(&self) -> io::Result<bool> {
        let (embed, watch) = (&self.embed, self.watch.borrow().clone());
        let door = self.door.eventfd()?;
        if embed.door.get() != door {
            embed.control(libc::EPOLL_CTL_ADD, door)?;
            embed.door.set(door);
        }
        embed.follow_engine(&watch)
    }

    /// The loop is about to run, maybe within itself: nobody need be told of
    /// anything until the outermost `leave`.
    #[inline]
    pub(super) fn enter(&self) {
        self.inside.set(self.inside.get() + 1);
        if self.embed.is_on() {
            self.enter_from_outside();
        }
    }

    #[cold]
    fn enter_from_outside(&self) {
        let embed = &self.embed;
        // In the child of a fork the descriptors are the parent's.
        let _ = self.notice_fork();
        local().outside.set(None);
        if embed.outside.replace(false) {
            self.door.leave_engine();
        }
        embed.nudged.set(false);
        let mut count = 0u64;
        // SAFETY: eight bytes on the stack; the descriptor is non-blocking.
        unsafe { libc::read(embed.door.get(), (&raw mut count).cast(), 8) };
    }

    /// The loop has run: from here on the descriptor tells whether it is to run
    /// again.
    #[inline]
    pub(super) fn leave(&self) {
        self.inside.set(self.inside.get() - 1);
        if self.embed.is_on() && self.inside.get() == 0 {
            self.leave_to_outside();
        }
    }

    #[cold]
    fn leave_to_outside(&self) {
        let embed = &self.embed;
        embed.nudged.set(false);
        let limit = job::before_sleep();
        // What can't be set up is to be tried again, or told, in the next turn.
        let busy = self.set_up().unwrap_or(true)
            || limit == Some(0)
            || self.more.get()
            || main_loop::has_work(self);
        let limit = limit.map(|ns| clock::now().saturating_add(ns));
        let next = match (self.timers.next(), limit) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let timed = embed.set_timer(next);
        if busy || timed.is_err() {
            embed.nudge();
            return;
        }
        local().outside.set(Some(tell));
        // It fails if there was a knock since the turn began.
        match self.door.enter_engine() {
            true => embed.outside.set(true),
            false => embed.nudge(),
        }
    }

    /// May that engine be made the current one?
    pub(super) fn may_embed(&self, watch: &Watch) -> io::Result<()> {
        match self.embed.is_on() && matches!(watch.engine.pollable()?, Pollable::No) {
            true => Err(io::Error::from_raw_os_error(libc::ENOTSUP)),
            false => Ok(()),
        }
    }

    /// In the child of a fork: the descriptor keeps its number, but nothing is
    /// shared with the parent.
    pub(super) fn embed_after_fork(&self) -> io::Result<()> {
        let embed = &self.embed;
        if !embed.is_on() {
            return Ok(());
        }
        let number = embed.fd.replace(-1);
        embed.close();
        let opened = embed.open();
        let new = embed.fd.replace(number);
        opened?;
        // SAFETY: both are ours.
        let moved = created(unsafe { libc::dup3(new, number, libc::O_CLOEXEC) });
        // SAFETY: it is ours.
        unsafe { libc::close(new) };
        moved?;
        self.set_up()?;
        embed.nudge();
        Ok(())
    }

    /// The thread ends.
    pub(super) fn end_embedding(&self) {
        if self.embed.is_on() {
            self.enter_from_outside();
            self.embed.close();
        }
    }
}
