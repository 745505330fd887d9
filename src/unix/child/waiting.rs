//! Those who wait for children, on each thread: for one child by a descriptor
//! of it, which the engine watches; for any, for one that stops, and where the
//! kernel has no such descriptors, by SIGCHLD, on which all of these look again.
//!
//! A wait is known by its number; whoever is told looks it up, so that one that
//! was given up meanwhile is nobody's. No code of the user's runs while the
//! table is borrowed.

use super::ended::Ended;
use super::reap::{self, Exit};
use crate::handle::local::at_thread_exit;
use crate::scheduler::{self, main_loop};
use crate::unix::signal::{self, Handler};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::ptr;
use std::rc::Rc;

/// What is called with what became of the child, or an errno.
pub type Done = Box<dyn FnOnce(Result<Exit, c_int>)>;

struct Wait {
    pid: c_int,
    flags: c_int,
    done: Done,
    by: By,
}

/// How the wait learns that it is to look.
enum By {
    Descriptor(Rc<Ended>),
    Signal,
}

/// Those of a thread.
#[derive(Default)]
struct Waits {
    all: RefCell<BTreeMap<u64, Wait>>,
    last: Cell<u64>,
    by_signal: Cell<usize>,
    handler: RefCell<Option<Rc<Handler>>>,
}

thread_local! {
    /// Those of this thread, or NULL. Without a destructor: they live until the
    /// thread's use of the library ends.
    static WAITS: Cell<*const Waits> = const { Cell::new(ptr::null()) };
}

fn existing() -> Option<&'static Waits> {
    // SAFETY: NULL or what `waits` put there; freed at the end of the thread,
    // when no callback runs any more.
    unsafe { WAITS.get().as_ref() }
}

fn waits() -> &'static Waits {
    existing().unwrap_or_else(|| {
        scheduler::current(); // its end comes after this one's
        at_thread_exit(end);
        let new: *const Waits = Box::into_raw(Box::default());
        WAITS.set(new);
        // SAFETY: just made.
        unsafe { &*new }
    })
}

/// The thread ends: nobody is told any more.
fn end() {
    // Exit hooks may still wait for children.
    main_loop::run_exit_hooks();
    while let Some(key) = existing().and_then(|waits| waits.first()) {
        give_up(key);
    }
    let waits = WAITS.replace(ptr::null());
    if !waits.is_null() {
        // SAFETY: made by `waits`, and nothing leads to it any more.
        drop(unsafe { Box::from_raw(waits.cast_mut()) });
    }
}

/// The number of a wait that is about to begin.
pub fn number() -> u64 {
    let last = &waits().last;
    last.set(last.get() + 1);
    last.get()
}

/// Calls `done` once, when a child that waitpid(2) would tell of for these
/// arguments has something to tell: on the main loop, or, where that is so
/// already, in this call.
pub fn begin(key: u64, pid: c_int, flags: c_int, done: Done) {
    let waits = waits();
    let by = match flags == 0 && pid > 0 {
        true => Ended::watch(pid, key, ended).map_or(By::Signal, By::Descriptor),
        false => By::Signal,
    };
    let by_signal = matches!(by, By::Signal);
    let wait = Wait {
        pid,
        flags,
        done,
        by,
    };
    waits.all.borrow_mut().insert(key, wait);
    if by_signal {
        waits.listen(key);
    }
}

impl Waits {
    fn first(&self) -> Option<u64> {
        self.all.borrow().keys().next().copied()
    }

    /// A wait learns by SIGCHLD from now on, and looks at once: the signal may
    /// have come before.
    fn listen(&self, key: u64) {
        self.by_signal.set(self.by_signal.get() + 1);
        if self.by_signal.get() == 1 {
            match signal::on_signal(libc::SIGCHLD, Rc::new(|_| look_again())) {
                Ok(handler) => drop(self.handler.replace(Some(handler))),
                Err(_) => return self.finish(key, Err(libc::ENOMEM)),
            }
        }
        self.look(key);
    }

    fn look(&self, key: u64) {
        let asked = self
            .all
            .borrow()
            .get(&key)
            .map(|wait| (wait.pid, wait.flags));
        let Some((pid, flags)) = asked else { return };
        match reap::look(pid, flags) {
            Ok(None) => {}
            Ok(Some(exit)) => self.finish(key, Ok(exit)),
            Err(errno) => self.finish(key, Err(errno)),
        }
    }

    fn remove(&self, key: u64) -> Option<Wait> {
        let wait = self.all.borrow_mut().remove(&key)?;
        if matches!(wait.by, By::Signal) {
            self.by_signal.set(self.by_signal.get() - 1);
            if self.by_signal.get() == 0
                && let Some(handler) = self.handler.take()
            {
                handler.disable();
            }
        }
        Some(wait)
    }

    fn finish(&self, key: u64, outcome: Result<Exit, c_int>) {
        if let Some(Wait { done, by, .. }) = self.remove(key) {
            drop(by);
            done(outcome);
        }
    }
}

/// SIGCHLD has arrived.
fn look_again() {
    let Some(waits) = existing() else { return };
    let keys: Vec<u64> = {
        let all = waits.all.borrow();
        let by_signal = all.iter().filter(|(_, wait)| matches!(wait.by, By::Signal));
        by_signal.map(|(&key, _)| key).collect()
    };
    for key in keys {
        waits.look(key);
    }
}

/// The descriptor of a process is readable.
fn ended(key: u64) {
    let Some(waits) = existing() else { return };
    waits.look(key);
    // A tracer, or another thread of the child, keeps it from being reaped yet.
    let mut all = waits.all.borrow_mut();
    let Some(wait) = all.get_mut(&key) else {
        return;
    };
    let by = std::mem::replace(&mut wait.by, By::Signal);
    drop(all);
    drop(by);
    waits.listen(key);
}

/// Nobody waits any more. Runs no code of the user's.
pub fn give_up(key: u64) {
    drop(existing().and_then(|waits| waits.remove(key)));
}

/// Sends a signal to the child that is waited for; nothing, if it was reaped.
/// The error is an errno.
pub fn kill(key: u64, signal: c_int) -> Result<(), c_int> {
    let Some(waits) = existing() else {
        return Ok(());
    };
    match waits.all.borrow().get(&key) {
        None => Ok(()),
        Some(Wait { pid, by, .. }) => match by {
            By::Descriptor(ended) => reap::kill(*pid, Some(ended.fd()), signal),
            By::Signal => reap::kill(*pid, None, signal),
        },
    }
}

/// `Lwt_unix.wait_count`: how many wait on this thread.
pub fn count() -> usize {
    existing().map_or(0, |waits| waits.all.borrow().len())
}
