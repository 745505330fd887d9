//! Floor 1: the main loop, engines, timers, notifications, jobs and the pool.
//!
//! Each thread has one scheduler, made on first use and gone when the thread
//! ends. This file owns it; what it consists of is in the modules.

pub(crate) mod clock;
pub mod door;
pub mod dump;
mod embed;
pub mod engine;
pub mod first;
mod futex;
pub mod hooks;
pub mod job;
pub mod main_loop;
pub mod notification;
pub(crate) mod simulation;
mod spin;
pub mod sync;
#[cfg(all(test, not(loom)))]
mod tests;
pub mod threads;
pub(crate) mod timers;

use crate::handle::{local, released, remote};
use crate::promise::thread::begin_end;
use door::Door;
use embed::Embed;
use engine::watch::Watch;
use hooks::Hooks;
use job::fork;
use notification::Notifications;
use spin::Spin;
use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use threads::visit::Visits;
use timers::Timers;

/// The scheduler of a thread.
pub(crate) struct Scheduler {
    pub(crate) door: Arc<Door>,
    pub(crate) timers: Timers,
    pub(crate) notifications: Notifications,
    pub(crate) watch: RefCell<Rc<Watch>>,
    pub(crate) hooks: Hooks,
    pub(crate) visits: Visits,
    spin: Spin,
    /// Is its main loop running?
    running: Cell<bool>,
    /// Is its engine, which may be the user's, waiting?
    waiting: Cell<bool>,
    /// How many loops and looks for events are on the stack.
    inside: Cell<u32>,
    /// Had the floors above more to do at the end of the last turn?
    more: Cell<bool>,
    embed: Embed,
    /// How many forks there had been when it was made, or made anew.
    generation: Cell<u32>,
}

impl Scheduler {
    /// If this process is the child of a fork that nobody told us of, what is
    /// shared with the parent is made anew. The error is errno's.
    #[inline]
    pub(crate) fn notice_fork(&self) -> io::Result<()> {
        match self.generation.get() == fork::generation() {
            true => Ok(()),
            false => self.after_fork(),
        }
    }

    #[cold]
    fn after_fork(&self) -> io::Result<()> {
        let before = self.generation.replace(fork::generation());
        self.door.after_fork();
        self.notifications.after_fork();
        self.visits.after_fork();
        let watch = self.watch.borrow().clone();
        let done = watch
            .after_fork(&self.door)
            .and_then(|()| self.embed_after_fork());
        if done.is_err() {
            // To be tried again: there may be descriptors then.
            self.generation.set(before);
        }
        done
    }
}

/// The scheduler of this thread, made if need be. It lives until the thread
/// ends, longer than anything that its callbacks can call.
#[inline]
pub(crate) fn current() -> &'static Scheduler {
    match existing() {
        Some(scheduler) => scheduler,
        None => make(),
    }
}

/// The time by which this thread's timers go, in nanoseconds: CLOCK_MONOTONIC,
/// or virtual in a simulation.
pub(crate) fn now() -> u64 {
    current().timers.present()
}

/// The scheduler of this thread, if it has one.
#[inline]
pub(crate) fn existing() -> Option<&'static Scheduler> {
    let scheduler = local::local().scheduler.get();
    // SAFETY: the cell is NULL or what `make` put there; `end` empties it
    // before it frees the scheduler, when no callback runs any more.
    unsafe { scheduler.cast::<Scheduler>().as_ref() }
}

#[cold]
#[inline(never)]
fn make() -> &'static Scheduler {
    fork::notice();
    let door = door::acquire();
    let scheduler = Box::new(Scheduler {
        timers: Timers::new(),
        notifications: Notifications::new(door.clone()),
        watch: RefCell::new(Watch::new(engine::default())),
        hooks: Hooks::new(),
        visits: Visits::default(),
        spin: Spin::new(),
        running: Cell::new(false),
        waiting: Cell::new(false),
        inside: Cell::new(0),
        more: Cell::new(false),
        embed: Embed::new(),
        generation: Cell::new(fork::generation()),
        door,
    });
    let waker = scheduler.door.clone();
    let scheduler = Box::into_raw(scheduler);
    local::first_at_thread_exit(main_loop::run_exit_hooks);
    local::at_thread_exit(end);
    dump::register();
    local::local().scheduler.set(scheduler.cast());
    if let Some(remote) = remote::current() {
        let door = waker.clone();
        released::set_door(local::local().owner(), Arc::as_ptr(&door).cast(), knock);
        remote.set_waker(Box::new(move || waker.knock()));
        remote.set_opener(Box::new(move || Box::new(door.hold_open())));
    }
    // SAFETY: just made.
    let scheduler = unsafe { &*scheduler };
    scheduler.begin_time(&scheduler.watch.borrow().clone());
    scheduler
}

/// Knocks at a door that `released` has kept.
fn knock(door: *const ()) {
    // SAFETY: `make` gave it, and doors are never freed.
    unsafe { &*door.cast::<Door>() }.knock();
}

/// The thread ends: exit hooks that were added since they ran are run, then
/// everything is given up.
fn end() {
    main_loop::run_exit_hooks();
    begin_end();
    let Some(scheduler) = existing() else { return };
    scheduler.end_embedding();
    // Drop functions may make new ones, but not for ever.
    for _ in 0..100 {
        scheduler.hooks.clear();
        scheduler.notifications.stop_all();
        let watch = scheduler.watch.borrow().clone();
        watch.end();
        scheduler.timers.clear();
        if watch.is_empty() && scheduler.timers.count() + scheduler.notifications.live() == 0 {
            break;
        }
    }
    let pointer = local::local().scheduler.replace(std::ptr::null_mut());
    // SAFETY: made by `make`; the cell that led to it is empty now, and the
    // stack of this thread holds no callback any more.
    let scheduler = unsafe { Box::from_raw(pointer.cast::<Scheduler>()) };
    let door = scheduler.door.clone();
    drop(scheduler);
    door::retire(&door);
}

/// In the child of a fork, on the thread that forked: a door and an engine of
/// its own. Timers go on, events are watched anew, jobs of the parent are
/// never resolved. A fork by fork(3) is noticed without this. The error is
/// errno's.
pub fn after_fork_in_child() -> io::Result<()> {
    job::reset_after_fork();
    existing().map_or(Ok(()), Scheduler::after_fork)
}
