//! A promise of this thread for one of another thread: a visit. The visitor's
//! request travels there and makes a promise; when that resolves its outcome
//! travels back. Calls `threads`.
//!
//! The promise here stays pending until the answer comes, also when it is
//! cancelled: that goes there, and what it does there decides. Only a request
//! that has not begun yet is then answered at once. An answer always comes:
//! whatever drops a request unanswered (the end of that thread, first of all)
//! answers in doing so.

use super::post;
use crate::abi::{LWT_CLOSED, LWT_WRONG_THREAD, lwt_t};
use crate::exn::Exn;
use crate::handle::fork::Origin;
use crate::handle::remote::{self, Remote};
use crate::handle::slot::{TAG_MASK, TAG_PROMISE};
use crate::promise::{self, Outcome, Promise, Resolver, Source, cancel, future};
use crate::scheduler::door::Pass;
use crate::scheduler::{current, existing};
use crate::value::{Across, Value};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

static VISIT: Source = Source {
    name: "thread",
    cancel: Some(|_, [number, _]| {
        cancel_there(number);
        false
    }),
    describe: Some(|[number, _]| format!("visit {number} of another thread")),
};

/// What both sides know of a visit.
#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    /// The promise there, while it is waited for. That thread alone uses it.
    promise: AtomicU64,
}

/// The visitor's side of a visit.
struct Visit {
    number: u64,
    resolver: Resolver,
    thread: Arc<Remote>,
    shared: Arc<Shared>,
    /// The answer will come from outside. None: it never will.
    pass: Option<Pass>,
}

/// The visits of a thread's own.
#[derive(Default)]
pub(crate) struct Visits {
    out: RefCell<Vec<Visit>>,
    next: Cell<u64>,
}

impl Visits {
    fn take(&self, number: u64) -> Option<Visit> {
        let mut out = self.out.borrow_mut();
        let at = out.iter().position(|visit| visit.number == number)?;
        Some(out.swap_remove(at))
    }

    /// In the child of a fork: the threads of the parent are not waited for.
    pub(crate) fn after_fork(&self) {
        for visit in self.out.borrow_mut().iter_mut() {
            if !visit.thread.is_in_this_process() {
                visit.pass = None;
            }
        }
    }

    /// What resolves the promises for which threads of the parent were asked.
    fn take_lost(&self) -> Vec<Resolver> {
        let mut out = self.out.borrow_mut();
        let mut lost: Vec<Visit> = out
            .extract_if(.., |visit| !visit.thread.is_in_this_process())
            .collect();
        lost.sort_by_key(|visit| visit.number);
        lost.into_iter().map(|visit| visit.resolver).collect()
    }
}

/// In the child of a fork: what resolves the promises for which threads of the
/// parent were asked.
pub fn take_promises_of_parent() -> Vec<Resolver> {
    existing().map_or_else(Vec::new, |scheduler| scheduler.visits.take_lost())
}

/// Runs `make` on that thread. The promise here resolves as the one that it
/// makes, whose value moves. `name` is the call's.
pub fn visit(
    thread: Arc<Remote>,
    name: &'static str,
    make: impl FnOnce() -> Promise + Send + 'static,
) -> Promise {
    let scheduler = current();
    let visits = &scheduler.visits;
    let number = visits.next.replace(visits.next.get() + 1);
    let home = remote::current();
    let made = home.zip(promise::external(&VISIT, [number, 0]));
    let Some((home, (promise, resolver))) = made else {
        return promise::failed(Exn::out_of_memory());
    };
    let shared = Arc::new(Shared::default());
    visits.out.borrow_mut().push(Visit {
        number,
        resolver,
        thread: thread.clone(),
        shared: shared.clone(),
        pass: Some(scheduler.door.hold_open()),
    });
    let asked = Asked {
        home: Some(home),
        number,
        name,
        origin: Origin::here(),
    };
    if post(&thread, move || serve(asked, &shared, make)).is_ok() {
        return promise;
    }
    // The answer that is on its way finds nobody.
    drop(visits.take(number));
    promise::failed(ended(name))
}

/// A promise here for one of whatever thread, of which the caller has a
/// reference; it is given up there.
pub fn import(handle: u64, name: &'static str) -> Promise {
    let raw = handle as usize as *mut lwt_t;
    let misused = match Promise::from_raw(raw, name) {
        Ok(mine) => return mine,
        Err(exn) => exn,
    };
    let owner = remote::owner_of(handle).filter(|_| handle & TAG_MASK == TAG_PROMISE);
    match owner {
        Some(owner) if misused.kind() == LWT_WRONG_THREAD => visit(owner, name, move || {
            let raw = handle as usize as *mut lwt_t;
            Promise::from_raw(raw, name).unwrap_or_else(promise::failed)
        }),
        _ => promise::failed(misused),
    }
}

fn ended(name: &str) -> Exn {
    Exn::new(LWT_CLOSED, format!("{name}: the thread has ended"))
}

/// The promise here is cancelled.
fn cancel_there(number: u64) {
    let visits = &current().visits;
    let out = visits.out.borrow();
    let Some(visit) = out.iter().find(|visit| visit.number == number) else {
        return;
    };
    if visit.shared.cancelled.swap(true, Relaxed) {
        return;
    }
    let shared = visit.shared.clone();
    // If it has ended its answer is on the way.
    let _ = post(&visit.thread, move || {
        let promise = shared.promise.load(Relaxed);
        cancel::cancel(promise);
    });
}

/// On the other thread.
fn serve(asked: Asked, shared: &Arc<Shared>, make: impl FnOnce() -> Promise) {
    // Relaxed: a cancel that is missed here comes as a function of its own.
    if shared.cancelled.load(Relaxed) {
        drop(make);
        return asked.answer(Err(Exn::canceled()));
    }
    let promise = make();
    let shared = shared.clone();
    shared.promise.store(promise.bits(), Relaxed);
    drop(future::spawn(async move {
        let outcome = promise.await;
        shared.promise.store(0, Relaxed);
        asked.answer(outcome);
        Ok(Value::UNIT)
    }));
}

/// What the visitor is owed.
struct Asked {
    /// None: given.
    home: Option<Arc<Remote>>,
    number: u64,
    name: &'static str,
    origin: Origin,
}

impl Asked {
    fn give(&mut self, outcome: Outcome) {
        let Some(home) = self.home.take() else { return };
        if !self.origin.is_in_this_process() {
            return;
        }
        let (number, outcome) = (self.number, Across(outcome));
        // Where the visitor has ended the outcome is dropped on this thread.
        let _ = home.post(Box::new(move || {
            let outcome = outcome.get();
            let visit = existing().and_then(|scheduler| scheduler.visits.take(number));
            if let Some(visit) = visit {
                visit.resolver.resolve(outcome);
            }
        }));
    }

    fn answer(mut self, outcome: Outcome) {
        self.give(outcome);
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.home.is_some() {
            self.give(Err(ended(self.name)));
        }
    }
}
