//! The way back: what a worker asks of the thread that detached it.
//!
//! A thread of the program's own, which nobody detached, asks the thread that
//! ran a main loop first.

use crate::abi::{LWT_ABANDONED, lwt_exn_hook_fn, lwt_thunk_fn};
use crate::exn::{self, Exn};
use crate::handle::fork::Origin;
use crate::handle::{local, remote};
use crate::promise::{self, Outcome, Promise};
use crate::scheduler::door::{self, Door};
use crate::value::{Across, Env};
use remote::Remote;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

thread_local! {
    // Not dropped with the thread: they are used until its very end.
    /// For whom this thread runs a detached computation.
    static CALLER: ManuallyDrop<RefCell<Option<Caller>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
    /// What others wait for on this thread.
    static AWAITED: ManuallyDrop<RefCell<Vec<*mut Awaited>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    static LEAVES: Cell<bool> = const { Cell::new(false) };
}

/// A thread that detaches a computation, and the door of its scheduler.
#[derive(Clone)]
pub struct Caller(Arc<Remote>, Arc<Door>);

impl Caller {
    /// The calling thread. None: out of memory.
    pub fn current() -> Option<Caller> {
        Some(Caller(remote::current()?, door::current()))
    }
}

/// Runs `f` as a computation that `caller` detached.
pub fn on_behalf_of<R>(caller: Option<Caller>, f: impl FnOnce() -> R) -> R {
    let before = CALLER.with(|this| this.replace(caller));
    let result = f();
    CALLER.with(|this| this.replace(before));
    result
}

/// Where the asking thread waits.
#[derive(Default)]
struct Answer {
    outcome: Mutex<Option<Across<Outcome>>>,
    given: Condvar,
}

impl Answer {
    fn give(&self, outcome: Outcome) {
        let mut place = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Some(Across(outcome));
        self.given.notify_one();
    }

    fn wait(&self) -> Outcome {
        let mut place = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match place.take() {
                Some(outcome) => return outcome.get(),
                None => {
                    place = self
                        .given
                        .wait(place)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

fn caller() -> Option<Caller> {
    CALLER.with(|this| this.borrow().clone())
}

fn ended(function: &str) -> Exn {
    Exn::new(
        LWT_ABANDONED,
        format!("{function}: the main thread has ended"),
    )
}

/// The thread to ask.
fn main_thread(function: &str) -> Result<Arc<Remote>, Exn> {
    caller()
        .map(|Caller(thread, _)| thread)
        .or_else(crate::scheduler::first::thread)
        .ok_or_else(|| Exn::invalid(&format!("{function}: no main loop ever ran")))
}

/// `Lwt_preemptive.run_in_main`: runs `f(env)` on the main thread, and blocks
/// until its promise resolves. The value moves to the caller.
pub fn run_in_main(f: lwt_thunk_fn, env: *mut c_void) -> Outcome {
    const NAME: &str = "lwt_preemptive_run_in_main";
    let f = f.ok_or_else(|| Exn::invalid("lwt_preemptive_run_in_main: the function is NULL"))?;
    let main = main_thread(NAME)?;
    if remote::current().is_some_and(|me| Arc::ptr_eq(&main, &me)) {
        let why = format!("{NAME}: called on the main thread, which would wait for itself");
        return Err(Exn::invalid(&why));
    }
    let answer = Arc::new(Answer::default());
    let door = caller().map(|Caller(_, door)| door);
    let asked = Asked {
        answer: Some(answer.clone()),
        door: door.clone(),
        origin: Origin::here(),
    };
    let env = Across(env);
    let ask = Box::new(move || {
        let (env, asked) = (env.get(), asked);
        if !asked.origin.is_in_this_process() {
            return;
        }
        // SAFETY: the function and its environment came together from C.
        let promise = promise::call::promise_of(f as usize, NAME, || unsafe { f(env) });
        await_here(promise, Box::new(|outcome| asked.answer(outcome)));
    });
    let posted = main.post(ask);
    // Counted also where it was refused: then it was dropped, and so answered.
    if let Some(door) = door {
        door.ask();
    }
    match posted {
        Ok(()) => answer.wait(),
        Err(_) => Err(ended(NAME)),
    }
}

/// `Lwt_preemptive.run_in_main_dont_wait`: the same without waiting. A failure
/// goes to `on_exn`, or to the async exception hook, on the main thread.
pub fn run_in_main_dont_wait(
    f: lwt_thunk_fn,
    on_exn: lwt_exn_hook_fn,
    env: Env,
) -> Result<(), Exn> {
    const NAME: &str = "lwt_preemptive_run_in_main_dont_wait";
    let f = f.ok_or_else(|| Exn::invalid(&format!("{NAME}: the function is NULL")))?;
    let main = main_thread(NAME)?;
    let env = Across(env);
    let origin = Origin::here();
    let ask = Box::new(move || {
        let env = env.get();
        if !origin.is_in_this_process() {
            return;
        }
        // SAFETY: the function and its environment came together from C.
        let promise = promise::call::promise_of(f as usize, NAME, || unsafe { f(env.word()) });
        let tell = move |outcome| {
            if let Some(Err(exn)) = outcome {
                tell_failure(exn, on_exn, &env);
            }
        };
        await_here(promise, Box::new(tell));
    });
    main.post(ask).map_err(|_| ended(NAME))
}

fn tell_failure(exn: Exn, on_exn: lwt_exn_hook_fn, env: &Env) {
    match on_exn {
        // SAFETY: the function and its environment came together from C; it
        // borrows the exception.
        Some(on_exn) => promise::call::unit_of(on_exn as usize, || unsafe {
            on_exn(exn.as_raw(), env.word())
        }),
        None => exn::unhandled(exn),
    }
}

/// What a worker that waits is owed. A request that is dropped unrun, as the
/// main thread has ended, is answered too.
struct Asked {
    answer: Option<Arc<Answer>>,
    /// Where the waiting of a detached computation is counted.
    door: Option<Arc<Door>>,
    origin: Origin,
}

impl Asked {
    fn give(&mut self, outcome: Outcome) {
        if !self.origin.is_in_this_process() {
            // Of the parent, in the child of a fork: nobody waits here, and the
            // lock may be held for ever.
            std::mem::forget((self.door.take(), self.answer.take()));
            return;
        }
        // Before: the computation goes on at once.
        if let Some(door) = self.door.take() {
            door.answer();
        }
        if let Some(answer) = self.answer.take() {
            answer.give(outcome);
        }
    }

    fn answer(mut self, outcome: Option<Outcome>) {
        if let Some(outcome) = outcome {
            self.give(outcome);
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.answer.is_some() {
            self.give(Err(ended("lwt_preemptive_run_in_main")));
        }
    }
}

/// A promise of this thread, and what is to be done with its outcome; with
/// None where the thread ends before it resolves.
struct Awaited {
    promise: Promise,
    then: Box<dyn FnOnce(Option<Outcome>)>,
}

fn await_here(promise: Promise, then: Box<dyn FnOnce(Option<Outcome>)>) {
    if !LEAVES.replace(true) {
        local::at_thread_exit(give_up_all);
    }
    let watched = promise.clone();
    let awaited = Box::into_raw(Box::new(Awaited { promise, then }));
    AWAITED.with(|all| all.borrow_mut().push(awaited));
    if let Err(exn) = promise::on_resolved(&watched, resolved, awaited as usize) {
        finish(awaited, |_| Some(Err(exn)));
    }
}

fn resolved(awaited: usize) {
    finish(awaited as *mut Awaited, Promise::take);
}

fn finish(awaited: *mut Awaited, outcome: impl FnOnce(Promise) -> Option<Outcome>) {
    AWAITED.with(|all| all.borrow_mut().retain(|other| *other != awaited));
    // SAFETY: made by `await_here`; it was in the list until now, and leaves it
    // once.
    let Awaited { promise, then } = *unsafe { Box::from_raw(awaited) };
    then(outcome(promise));
}

/// The thread ends: its promises will never resolve.
fn give_up_all() {
    LEAVES.set(false);
    while let Some(awaited) = AWAITED.with(|all| all.borrow().last().copied()) {
        finish(awaited, |_| None);
    }
    drop(AWAITED.with(|all| all.take()));
}
