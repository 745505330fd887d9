//! Debugging: where promises and failures came from, and what everything is
//! waiting for. What Lwt has in the `backtrace_` functions of module Lwt, and
//! more. Floor 0: calls nothing above it.
//!
//! | file | what |
//! |---|---|
//! | `calls` | which callbacks run, for those that end with a jump |
//! | `site` | places in the user's code, found on the stack or told by macros |
//! | `record` | of each slot: where and when it was taken |
//! | `passed` | what a failure passes on its way, noted in the exception |
//! | `dump` | what is pending, and what it waits for |
//! | `report` | what was left behind, at the end of a thread or of the process |
//!
//! # What it costs
//!
//! Off, nothing: the paths that would have to ask have a cold end already, for
//! what is rare, and debugging only makes the rare end the usual one. Each
//! creation of a handle asks whether there is a free slot (`free <= watched`):
//! `Local::watched` is 0, or larger than any slot's number. Each call of a
//! callback asks whether there is something unusual to do (`Local::level`):
//! debugging is the bit `WATCHED` in there. On, a creation walks up the stack
//! to the user's code and reads the clock.
//!
//! # Threads
//!
//! Debugging is a matter of a thread: all that is kept is the thread's own, but
//! for places, which are numbered once for all behind a lock, and for the
//! trace of an exception, which has a lock of its own. `LWT_DEBUG=1` turns it
//! on for each thread as it begins to use the library.

pub mod calls;
pub mod dump;
pub mod passed;
pub mod record;
pub mod report;
pub mod site;

use crate::handle::fork::Held;
use crate::handle::local::{self, Local, WATCHED, local};
use crate::handle::slot::Id;
use crate::promise::state::{BIND, PENDING, look_closely, op};
use crate::promise::thread::work;
use site::Site;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The locks of this module, for the time of a fork.
pub fn hold() -> impl Iterator<Item = Option<Held>> {
    let others = [site::hold(), dump::section::hold()];
    dump::links::hold().into_iter().chain(others)
}

/// Are threads watched from their beginning?
static ALL: AtomicBool = AtomicBool::new(false);

/// What debugging keeps for a thread.
#[derive(Default)]
pub struct Mine {
    records: record::Records,
    calls: calls::Calls,
    /// The place that a macro has told for the call that follows.
    ahead: Cell<Option<Site>>,
    /// The exception in which something was noted last, and at which place of
    /// its trace: a macro may know better where that was.
    noted: Cell<(u64, usize)>,
    /// How many wakeners were given up unused, by how and where their promises
    /// were made.
    unused: RefCell<HashMap<(&'static str, Site), u64>>,
}

/// What debugging keeps for this thread, which has begun.
fn mine(local: &Local) -> &'static Mine {
    &work(local).debug
}

/// Is this thread watched?
#[inline(always)]
pub fn is_on(local: &Local) -> bool {
    local.watched.get() == Id::MAX
}

/// Are threads to be watched that begin now?
fn is_wanted() -> bool {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let wanted = std::env::var_os("LWT_DEBUG");
        if wanted.is_some_and(|value| !value.is_empty() && value != "0") {
            ALL.store(true, Relaxed);
        }
    });
    ALL.load(Relaxed)
}

/// A thread begins to use the library: is it to be watched?
pub(crate) fn begin(local: &Local) {
    if is_wanted() {
        watch(local);
    }
}

/// Is this thread watched? One that does only now what needs no promise (an
/// exception is made) has not begun yet.
#[cold]
fn is_on_or_begins(local: &Local) -> bool {
    let begins = || is_wanted() && local::begin().is_some();
    is_on(local) || local.thread.get().is_null() && begins()
}

fn watch(local: &Local) {
    report::expect();
    local.watched.set(Id::MAX);
    local.raise_bit(WATCHED);
    dump::promises::slots(local, |_, slot| {
        if slot.state() == PENDING && op(slot) == BIND {
            look_closely(slot);
        }
    });
}

/// What is behind this slot is the library's own: no report tells of it.
pub(crate) fn disown(local: &Local, id: Id) {
    if is_on(local) {
        record::forget(local, id);
    }
}

/// Watches this thread from now on, and those that begin later. False: out of
/// memory.
#[cold]
pub fn turn_on() -> bool {
    is_wanted(); // or it would overrule what is said here
    ALL.store(true, Relaxed);
    let begun = local::begin().is_some();
    if begun {
        watch(local());
    }
    begun
}

/// Leaves this thread alone from now on, and those that begin later. What was
/// noted stays.
pub fn turn_off() {
    ALL.store(false, Relaxed);
    local().watched.set(0);
    local().clear_bit(WATCHED);
}

/// CLOCK_MONOTONIC, in nanoseconds. Floor 0 has no clock, as no promise is to
/// depend on one; here nothing does: what it tells is printed and no more.
pub fn now() -> u64 {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `t` is ours to write.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}
