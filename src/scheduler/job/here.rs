//! The calling thread's side of jobs.

use super::flights::Flights;
use super::fork;
use super::held::Held;
use super::home::Home;
use super::pool::{Manner, Pool};
use super::pools;
use super::spin::Spin;
use crate::handle::local;
use crate::promise::Resolver;
use crate::scheduler::door;
use std::cell::{Cell, OnceCell, RefCell};
use std::ptr;
use std::sync::Arc;

/// What a thread has of its own.
pub struct Here {
    generation: u32,
    /// Where its jobs return to.
    pub home: Arc<Home>,
    /// Those that came back, and whose results a simulation holds back.
    pub held: RefCell<Vec<Held>>,
    /// Those on their way.
    pub flights: RefCell<Flights>,
    /// How many they are.
    pub in_flight: Cell<usize>,
    /// How many of them are detached computations.
    pub detached: Cell<usize>,
    /// The pools to look after before the thread sleeps.
    pub watched: RefCell<Vec<Arc<Pool>>>,
    /// Jobs submitted since the pools were looked after.
    pub unwatched: Cell<u32>,
    /// Who waits for the jobs submitted so far.
    pub waiting: RefCell<Vec<Waiting>>,
    /// Does it read results at present?
    pub landing: Cell<bool>,
    /// Jobs queued meanwhile for which a worker is to be woken.
    unwoken: Cell<u32>,
    spin: RefCell<Spin>,
    default_pool: OnceCell<&'static Arc<Pool>>,
}

/// A promise of `lwt_unix_wait_for_jobs`.
pub struct Waiting {
    /// It waits for the jobs with a smaller number.
    pub before: u64,
    /// How many of them are left.
    pub left: usize,
    /// Resolves it; None: done.
    pub resolver: Option<Resolver>,
}

/// After so many jobs a thread that submits without sleeping looks after the
/// pool.
const UNWATCHED: u32 = 16;
/// So many jobs may wait for a worker to be woken, where that could run beside
/// this thread.
const PUT_OFF: u32 = 256;

thread_local! {
    static HERE: Cell<*mut Here> = const { Cell::new(ptr::null_mut()) };
    static LEAVES: Cell<bool> = const { Cell::new(false) };
}

impl Here {
    /// The calling thread's, made if need be.
    pub fn with<R>(f: impl FnOnce(&Here) -> R) -> R {
        if let Some(here) = current() {
            return f(here);
        }
        fork::notice();
        let here = Box::into_raw(Box::new(Here {
            generation: fork::generation(),
            home: Home::new(door::current()),
            held: RefCell::default(),
            flights: RefCell::default(),
            in_flight: Cell::new(0),
            detached: Cell::new(0),
            watched: RefCell::default(),
            unwatched: Cell::new(0),
            waiting: RefCell::default(),
            landing: Cell::new(false),
            unwoken: Cell::new(0),
            spin: RefCell::new(Spin::new()),
            default_pool: OnceCell::new(),
        }));
        HERE.set(here);
        if !LEAVES.replace(true) {
            local::at_thread_exit(super::leave::leave);
        }
        // SAFETY: freed by `remove` alone, which no callback calls.
        f(unsafe { &*here })
    }

    /// The calling thread's, if it ever submitted a job.
    #[inline]
    pub fn with_existing<R>(f: impl FnOnce(&Here) -> R) -> Option<R> {
        current().map(f)
    }

    /// Takes it away from the thread.
    pub fn remove() -> Option<Box<Here>> {
        let here = HERE.replace(ptr::null_mut());
        LEAVES.set(false);
        // SAFETY: made by `with`, and the thread's only reference.
        (!here.is_null()).then(|| unsafe { Box::from_raw(here) })
    }

    /// The default pool.
    pub fn default_pool(&self) -> &'static Arc<Pool> {
        self.default_pool.get_or_init(|| pools::DEFAULT.get())
    }

    /// With a single processor: gives it to the workers if that pays. True:
    /// something has finished. (With several the main loop waits by itself.)
    pub fn waits_for_the_only_cpu(&self) -> bool {
        let mut spin = self.spin.borrow_mut();
        self.in_flight.get() > 0 && spin.one_cpu() && spin.wait(|| self.home.has_finished())
    }

    /// While results are read, jobs are likely to be submitted one after the
    /// other. A worker that is woken for the first would take this processor
    /// away at once, run it, and sleep again before the second. So it is woken
    /// a little later, for all of them.
    pub fn puts_off_wake(&self, pool: &Pool) -> bool {
        let unwoken = self.unwoken.get();
        let puts_off = self.landing.get()
            && pool.manner == Manner::Thrifty
            && (unwoken < PUT_OFF || self.spin.borrow().one_cpu());
        self.unwoken.set(if puts_off { unwoken + 1 } else { 0 });
        puts_off
    }

    /// A job was submitted: is the pool to be looked after now? It is not while
    /// a worker is still to be woken.
    pub fn is_to_look(&self) -> bool {
        let unwatched = self.unwatched.get() + 1;
        let now = unwatched >= UNWATCHED && self.unwoken.get() == 0;
        self.unwatched.set(if now { 0 } else { unwatched });
        now
    }

    /// Wakes the workers for which that was put off.
    pub fn wake_now(&self) {
        if self.unwoken.replace(0) > 0 {
            for pool in self.watched.borrow().iter() {
                pool.wake_if_asleep();
            }
        }
    }

    /// The pool is to be looked after.
    pub fn watch_over(&self, pool: &Arc<Pool>) {
        let mut watched = self.watched.borrow_mut();
        if !watched.iter().any(|known| Arc::ptr_eq(known, pool)) {
            watched.push(pool.clone());
        }
    }
}

/// In the child of a fork, before anything else is asked of jobs: what resolves
/// the promises of the parent's, in the order of submission, then those that
/// wait for them.
pub fn take_promises_of_parent() -> Vec<Resolver> {
    // SAFETY: the thread's own, freed by `remove` alone.
    let Some(here) = (unsafe { HERE.get().as_ref() }) else {
        return Vec::new();
    };
    if here.generation == fork::generation() {
        return Vec::new();
    }
    let mut flights = here.flights.borrow_mut();
    let tickets = flights.tickets().into_iter();
    let mut promises: Vec<Resolver> = tickets
        .filter_map(|ticket| flights.get_mut(ticket)?.take_resolver())
        .collect();
    let mut waiting = here.waiting.borrow_mut();
    promises.extend(waiting.iter_mut().filter_map(|it| it.resolver.take()));
    promises
}

#[inline]
fn current<'a>() -> Option<&'a Here> {
    // SAFETY: the thread's own, freed by `remove` alone.
    let here = unsafe { HERE.get().as_ref() }?;
    if here.generation != fork::generation() {
        leave_behind();
        return None;
    }
    Some(here)
}

/// In the child of a fork: what is in flight is the parent's. Its promises
/// stay pending for ever; records and pools are left as they are.
#[cold]
fn leave_behind() {
    let here = HERE.replace(ptr::null_mut());
    // SAFETY: the thread's own. Never freed, as the parent's workers were in
    // the midst of what it refers to.
    unsafe {
        drop((*here).flights.take());
        (*here).waiting.borrow_mut().clear();
        fork::leave_behind(Box::from_raw(here));
    }
}
