//! Module Lwt_main: the loop that runs until a promise has resolved. Calls all
//! of floor 1 and the promises below.
//!
//! # One turn
//!
//!  1. If the promise has resolved, the loop returns: no hook is run, nothing
//!     is looked for.
//!  2. The enter hooks are run, and the floors above take their turn (fibers).
//!  3. Events: the loop sleeps if there is nothing to do, no promise paused,
//!     no result, notification or posted function waiting, and no fiber ready;
//!     otherwise it only looks, and without a system call where no descriptor
//!     is watched. Then, in this order:
//!     1. timers that are due, by deadline, equal ones in creation order;
//!     2. what waits for readable descriptors, then for writable ones;
//!     3. notifications, in the order of their first sends;
//!     4. results of finished jobs, in the order in which they finished;
//!     5. functions that other threads have posted.
//!
//!     What these make is for the next turn.
//!  4. The promises that were paused are resolved.
//!  5. The leave hooks are run, and the floors above take their turn again.
//!
//! How a turn sleeps: while no descriptor is watched on a futex, with the next
//! timer's deadline; otherwise in the engine. Before either it may wait awake
//! for a few microseconds, see `spin`. In a deterministic simulation step 3 is
//! that of `simulation`.

use super::hooks::List;
use super::{Scheduler, clock, current, engine, existing, first, job, simulation};
use crate::abi::{LWT_FAILURE, LWT_STALLED, LWT_UNIX_ERROR};
use crate::binding::{completed, hooks};
use crate::exn::Exn;
use crate::handle::local::Context;
use crate::handle::remote;
use crate::promise::{self, Outcome, Promise};
use crate::rte;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;
use std::sync::Once;

/// Runs this thread's scheduler until the promise has resolved, and moves its
/// outcome out.
pub fn run(promise: Promise) -> Outcome {
    run_until(&promise)?;
    promise.take().unwrap_or_else(|| Err(stalled()))
}

/// Runs this thread's scheduler until the promise has resolved, either way.
pub fn run_until(promise: &Promise) -> Result<(), Exn> {
    let scheduler = current();
    if scheduler.running.replace(true) {
        return Err(Exn::new(
            LWT_FAILURE,
            "Nested calls to lwt_main_run are not allowed",
        ));
    }
    first::ran();
    rte::emit_sch_call(true);
    scheduler.enter();
    let mut more = false;
    let result = turns(scheduler, promise, &mut more);
    scheduler.more.set(more);
    scheduler.leave();
    rte::emit_sch_call(false);
    scheduler.running.set(false);
    result
}

fn turns(scheduler: &Scheduler, promise: &Promise, more: &mut bool) -> Result<(), Exn> {
    while promise.is_pending() {
        turn(scheduler, more, || promise.is_pending())?;
    }
    Ok(())
}

/// Steps 2 to 5. `more`: have the floors above more to do? `may_block` is asked
/// after the enter hooks.
#[inline]
fn turn(
    scheduler: &Scheduler,
    more: &mut bool,
    may_block: impl FnOnce() -> bool,
) -> Result<(), Exn> {
    rte::turn(|| (promise::paused_count(), job::in_flight()));
    *more |= scheduler.hooks.run(List::EnterIter);
    // A hook or a fiber may have resolved it: nothing to wait for then.
    let block = match *more || !may_block() {
        true => Block::No,
        false => Block::OrStall,
    };
    events(scheduler, block)?;
    promise::wakeup_paused();
    *more = scheduler.hooks.run(List::LeaveIter);
    Ok(())
}

/// One turn, for a loop that drives this one; see `embed`. If `block`, waits
/// until there is something to do.
pub fn one_turn(block: bool) -> Result<(), Exn> {
    let scheduler = current();
    if scheduler.running.replace(true) {
        return Err(Exn::new(
            LWT_FAILURE,
            "lwt_main_iter: the main loop of this thread is running",
        ));
    }
    first::ran();
    scheduler.enter();
    let mut more = scheduler.more.get();
    // Who drives it is to see first what has been completed.
    let result = turn(scheduler, &mut more, || block && !completed::take_fresh());
    scheduler.more.set(more);
    scheduler.running.set(false);
    scheduler.leave();
    result
}

/// The descriptor for a loop that drives this one. The error is errno's.
pub fn descriptor() -> io::Result<RawFd> {
    let fd = current().embedded()?;
    current().give_embedded();
    Ok(fd)
}

/// The same for a floor above, until `Scheduler::end_embedded`.
pub(crate) fn lend_descriptor() -> io::Result<RawFd> {
    current().embedded()
}

/// How long such a loop may leave this one alone, in nanoseconds; None: until
/// the descriptor is readable.
pub fn timeout() -> Option<u64> {
    let scheduler = current();
    scheduler.embed.timeout(scheduler)
}

/// May the look for events sleep?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    No,
    /// Until something happens, and if nothing can, it fails.
    OrStall,
}

/// One look for events, `Lwt_engine.iter`: outside a running loop, or inside.
pub fn iter(block: bool) -> Result<(), Exn> {
    let block = match block {
        true => Block::OrStall,
        false => Block::No,
    };
    let scheduler = current();
    scheduler.enter();
    let result = events(scheduler, block);
    scheduler.leave();
    result
}

/// Step 3.
fn events(scheduler: &Scheduler, block: Block) -> Result<(), Exn> {
    if scheduler.waiting.get() {
        return Err(within_an_engine());
    }
    scheduler.notice_fork().map_err(engine_failed)?;
    scheduler.door.begin_turn();
    if scheduler.timers.is_virtual() {
        return simulation::events(scheduler, block == Block::OrStall);
    }
    let ready = match block == Block::OrStall && !has_work(scheduler) {
        true => {
            let ready = sleep(scheduler)?;
            scheduler.door.begin_turn();
            ready
        }
        false => look(scheduler)?,
    };
    if scheduler.timers.live() > 0 {
        scheduler.timers.fire();
    }
    if !ready.is_empty() {
        let watch = scheduler.watch.borrow().clone();
        watch.dispatch(ready);
    }
    if scheduler.notifications.is_pending() {
        scheduler.notifications.run();
    }
    if job::has_finished() {
        job::run_finished();
    }
    if remote::pending() {
        remote::run_posted();
    }
    Ok(())
}

/// Which descriptors are ready, without waiting; without a system call where
/// none is watched.
#[inline]
pub(super) fn look(scheduler: &Scheduler) -> Result<Vec<engine::Ready>, Exn> {
    if !scheduler.watch.borrow().is_needed() && !scheduler.embed.is_on() {
        return Ok(Vec::new());
    }
    wait(scheduler, Some(0)).map_err(engine_failed)
}

/// Has the engine wait. One of the user's must not look for events in there.
fn wait(scheduler: &Scheduler, timeout: Option<u64>) -> io::Result<Vec<engine::Ready>> {
    // Not borrowed while an engine of the user's runs.
    let watch = scheduler.watch.borrow().clone();
    scheduler.waiting.set(true);
    let ready = watch.wait(timeout);
    scheduler.waiting.set(false);
    ready
}

#[cold]
fn within_an_engine() -> Exn {
    Exn::new(
        LWT_FAILURE,
        "lwt_engine_iter: an engine that waits must not look for events itself",
    )
}

/// Is there something that needs no waiting?
#[inline]
pub(super) fn has_work(scheduler: &Scheduler) -> bool {
    promise::paused_count() > 0
        || job::has_finished()
        || remote::pending()
        || scheduler.notifications.is_pending()
}

/// Sleeps until something happens. Returns which descriptors are ready.
fn sleep(scheduler: &Scheduler) -> Result<Vec<engine::Ready>, Exn> {
    let jobs = job::in_flight();
    if jobs == 0 && nothing_left(scheduler) {
        return Err(stalled());
    }
    let limit = job::before_sleep();
    if limit == Some(0) {
        // A job has finished meanwhile.
        return look(scheduler);
    }
    let next = scheduler.timers.next();
    // What other threads send may come any moment.
    let expected = jobs > 0 || scheduler.notifications.live() > 0 || scheduler.door.is_held_open();
    if next.is_some() || limit.is_some() || expected {
        let now = clock::now();
        // A timer that is due need not be waited for.
        if next.is_some_and(|at| at <= now) {
            return look(scheduler);
        }
        let _told = hooks::wait();
        if expected && scheduler.spin.wait(&scheduler.door, now, next) {
            return look(scheduler);
        }
    }
    let limit = limit.map(|ns| clock::now().saturating_add(ns));
    let deadline = match (next, limit) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    sleep_until(scheduler, deadline)
}

/// Sleeps until something happens, in real time.
pub(super) fn sleep_until(
    scheduler: &Scheduler,
    deadline: Option<u64>,
) -> Result<Vec<engine::Ready>, Exn> {
    let _told = hooks::wait();
    let watch = scheduler.watch.borrow().clone();
    if !watch.is_needed() {
        scheduler.door.sleep(deadline);
        return Ok(Vec::new());
    }
    watch.open_door(&scheduler.door).map_err(engine_failed)?;
    if !scheduler.door.enter_engine() {
        return look(scheduler);
    }
    let timeout = deadline.map(|at| at.saturating_sub(clock::now()));
    let ready = wait(scheduler, timeout);
    scheduler.door.leave_engine();
    ready.map_err(engine_failed)
}

/// Is there nothing left that could wake the loop, jobs excepted? There is no
/// work either: the caller has looked.
pub(super) fn nothing_left(scheduler: &Scheduler) -> bool {
    // A timer that never comes is nothing to wait for.
    (scheduler.timers.live() == 0 || scheduler.timers.next().is_none())
        && scheduler.notifications.live() == 0
        && !scheduler.watch.borrow().is_needed()
        && !scheduler.door.is_held_open()
        // Who held the door open may have posted before it let go.
        && !has_work(scheduler)
}

#[cold]
pub(super) fn stalled() -> Exn {
    Exn::new(
        LWT_STALLED,
        "lwt_main_run: nothing is left that could resolve the promise",
    )
}

#[cold]
fn engine_failed(error: io::Error) -> Exn {
    match error.raw_os_error() {
        Some(errno) => Exn::unix(errno, c"lwt_main_run", c"engine"),
        None => Exn::new(LWT_UNIX_ERROR, error.to_string()),
    }
}

/// Is the loop of this thread running?
pub fn is_running() -> bool {
    existing().is_some_and(|scheduler| scheduler.running.get())
}

/// Prints a failure that nobody wants to know of, and exits 2. Exit hooks run.
pub fn exit_on_failure(exn: &Exn) -> ! {
    print(exn, c"Fatal error: exception ");
    // SAFETY: never returns; what it runs of ours is made for it.
    unsafe { libc::exit(2) }
}

fn print(exn: &Exn, prefix: &CStr) {
    let message = exn.message();
    let way = exn.backtrace().unwrap_or_default();
    let parts = [prefix.to_bytes(), message.to_bytes(), b"\n", way.to_bytes()].concat();
    // One call, so that lines of several threads do not mix.
    // SAFETY: the bytes live through the call.
    unsafe { libc::write(2, parts.as_ptr().cast(), parts.len()) };
}

/// Sees to it that exit(3) runs the exit hooks of the thread that calls it.
pub(super) fn run_exit_hooks_at_exit() {
    static ONCE: Once = Once::new();
    extern "C" fn at_exit() {
        run_exit_hooks();
    }
    ONCE.call_once(|| {
        // SAFETY: the function stays where it is: the library is never
        // unloaded.
        unsafe { libc::atexit(at_exit) };
    });
}

/// Runs the exit hooks of this thread, the first of the list first, one after
/// the other, each once, those that are added meanwhile too. Their failures
/// are ignored. Each runs in a loop of its own, even if a loop was running.
pub fn run_exit_hooks() {
    let Some(scheduler) = existing() else { return };
    let Some(mut hook) = scheduler.hooks.next_exit() else {
        return;
    };
    let outside = Context::default().swap();
    let running = scheduler.running.replace(false);
    loop {
        let promise = hook();
        drop(hook);
        let _ = run(promise);
        match scheduler.hooks.next_exit() {
            Some(next) => hook = next,
            None => break,
        }
    }
    scheduler.running.set(running);
    outside.swap();
}
