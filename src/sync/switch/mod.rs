//! Module Lwt_switch: switches, and what has grown from them: scopes, which end
//! together with all that was started inside. Calls the queue, the promises and
//! timers.
//!
//! A switch goes through four stages, and never back:
//!
//! ```text
//!  ON ------------> ENDING -----------------> HOOKS ---------> OVER
//!  hooks are added, the children are          the hooks run,   the result
//!  children started cancelled, and awaited    all at once      is known
//! ```
//!
//! It leaves `ON` when it is turned off, when its body has ended, when a child
//! fails, when it is cancelled or when its time is over. Only a scope has a body
//! and a result. Turning off leaves the body alone, all else ends that, too:
//! then `whole` is set, and the body is awaited like a child.
//!
//! | file | what |
//! |---|---|
//! | `children` | what is started inside |
//! | `ending` | from `ENDING` to `OVER`, and the result |
//! | `scope` | bodies: run, with_timeout, with_switch |
//! | `race` | race |
//! | `deadline` | time that is over |
//! | `current` | the scope that code runs in |
//! | `tree` | all of this thread's, for dumps |
//!
//! Who holds a switch: its handles; the environment of a callback on each
//! promise that it waits for (body, children, hooks), dropped when that has
//! resolved or never will; bindings of the current scope. A switch holds its
//! children's promises, its result's resolver, and its parent weakly.

mod children;
pub mod current;
mod deadline;
mod ending;
mod race;
mod scope;
#[cfg(test)]
mod tests;
mod tree;

use super::places::Places;
use super::queue::Queue;
use crate::abi::{LWT_OFF, lwt_exn};
use crate::exn::Exn;
use crate::promise::{Promise, Resolver, resolved};
use crate::value::Value;
use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::c_void;
use std::rc::{Rc, Weak};

pub use deadline::delay;
pub use race::race;
pub use scope::{run, with_switch, with_timeout};

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    On,
    Ending,
    Hooks,
    Over,
}

/// What a dump calls it, and what its result follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `Lwt_switch.create`, `with_switch`: no result of its own.
    Switch,
    /// A scope.
    Scope,
    /// A scope made for its deadline.
    Timeout,
    /// The first child that resolves is the result.
    Race,
}

type Hook = Box<dyn FnOnce() -> Promise>;

/// A switch.
pub struct Switch {
    sort: Sort,
    stage: Cell<Stage>,
    whole: Cell<bool>,
    hooks: RefCell<Vec<Hook>>,
    /// The promise of the hooks that are running.
    closing: RefCell<Option<Promise>>,
    /// The promises of those who wait until it is over.
    turning_off: OnceCell<Queue<()>>,
    /// What was started inside and is pending.
    children: RefCell<Places<Promise>>,
    /// How many are being started: their promises are not known yet.
    starting: Cell<u32>,
    body: RefCell<Option<Promise>>,
    body_pending: Cell<bool>,
    result: Cell<Option<Resolver>>,
    /// Why it ended.
    reason: RefCell<Option<Exn>>,
    /// The first failure that is no cancellation.
    failure: RefCell<Option<Exn>>,
    deadline: deadline::Deadline,
    /// Itself, while only its timer can end it.
    keep: RefCell<Option<Rc<Switch>>>,
    parent: Weak<Switch>,
    /// Its handle, NULL: none was asked for, or it may be stale.
    handle: Cell<*mut c_void>,
    /// The same, while it is lent to the body.
    lent: Cell<*mut c_void>,
    /// Was it turned off, so that somebody is told what hooks fail with?
    asked: Cell<bool>,
    entry: tree::Entry,
}

impl Switch {
    /// A switch that is on. Its parent is for dumps.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(sort: Sort, parent: Option<&Rc<Switch>>) -> Rc<Switch> {
        let switch = Rc::new(Switch {
            sort,
            stage: Cell::new(Stage::On),
            whole: Cell::new(false),
            hooks: RefCell::default(),
            closing: RefCell::default(),
            turning_off: OnceCell::new(),
            children: RefCell::new(Places::new()),
            starting: Cell::new(0),
            body: RefCell::default(),
            body_pending: Cell::new(false),
            result: Cell::new(None),
            reason: RefCell::default(),
            failure: RefCell::default(),
            deadline: deadline::Deadline::default(),
            keep: RefCell::default(),
            parent: parent.map_or_else(Weak::new, Rc::downgrade),
            handle: Cell::new(std::ptr::null_mut()),
            lent: Cell::new(std::ptr::null_mut()),
            asked: Cell::new(false),
            entry: tree::Entry::default(),
        });
        tree::enter(&switch);
        switch
    }

    /// `Lwt_switch.is_on`.
    pub fn is_on(&self) -> bool {
        self.stage.get() == Stage::On
    }

    /// `Lwt_switch.check`: a failure with `LWT_OFF` if it is not.
    pub fn check(&self, function: &str) -> Result<(), Exn> {
        match self.is_on() {
            true => Ok(()),
            false => Err(Exn::new(LWT_OFF, format!("{function}: the switch is off"))),
        }
    }

    /// `Lwt_switch.add_hook`. If it is off, the hook is dropped.
    pub fn add_hook(&self, hook: Hook) -> Result<(), Exn> {
        let on = self.check("lwt_switch_add_hook");
        match on {
            Ok(()) => self.hooks.borrow_mut().push(hook),
            Err(_) => drop(hook),
        }
        on
    }

    /// `Lwt_switch.add_hook_or_exec`: if it is off, the hook runs now.
    pub fn add_hook_or_exec(&self, hook: Hook) -> Promise {
        if self.is_on() {
            self.hooks.borrow_mut().push(hook);
            return resolved(Value::UNIT);
        }
        hook()
    }

    /// Why it is off, with `LWT_OFF` where it just ended. None: it is on.
    pub fn reason(&self) -> Option<Exn> {
        if self.is_on() {
            return None;
        }
        let mut reason = self.reason.borrow_mut();
        let ended = || Exn::new(LWT_OFF, "the switch was turned off, or its scope has ended");
        Some(reason.get_or_insert_with(ended).clone())
    }

    /// The same as C sees it: borrowed from the switch, or NULL.
    pub fn reason_raw(&self) -> *const lwt_exn {
        // Once there is one it stays, and the switch holds it.
        self.reason().map_or(std::ptr::null(), |exn| exn.as_raw())
    }

    /// Has all of it ended?
    fn is_over(&self) -> bool {
        self.stage.get() == Stage::Over && !self.body_pending.get()
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.deadline.stop();
        self.entry.leave();
    }
}
