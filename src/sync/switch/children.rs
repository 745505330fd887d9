//! What is started inside of a switch: promises that are cancelled and awaited
//! when it ends.

use super::{Sort, Switch, current};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::thread::work;
use crate::promise::{self, Promise, failed};
use crate::value::Env;
use std::ffi::c_void;
use std::rc::Rc;

/// What a promise is to the switch.
#[derive(Clone, Copy, PartialEq)]
pub enum Role {
    /// Its failure ends the scope.
    Child,
    /// It is awaited, but its outcome is another's business: a scope within.
    Inner,
    /// The first one decides.
    Racer,
}

/// The environment of the callback on a child's promise.
struct Link {
    switch: Rc<Switch>,
    at: u32,
    role: Role,
}

impl Switch {
    /// Calls `f` with this as the current scope, and makes the promise that it
    /// returns a child.
    pub fn start(self: &Rc<Switch>, f: impl FnOnce() -> Promise) -> Promise {
        if let Err(exn) = self.check("lwt_switch_start") {
            return failed(exn);
        }
        self.starting.set(self.starting.get() + 1);
        let child = current::within(self, f);
        self.starting.set(self.starting.get() - 1);
        self.adopt(&child, Role::Child);
        child
    }

    /// The same for a promise that there is.
    pub fn start_pending(self: &Rc<Switch>, child: Promise) -> Result<Promise, Exn> {
        if let Err(exn) = self.check("lwt_switch_adopt") {
            child.cancel();
            return Err(exn);
        }
        self.adopt(&child, Role::Child);
        Ok(child)
    }

    /// Makes a promise a child; if the switch is ending, it is cancelled at
    /// once, and awaited where that is still possible.
    pub fn adopt(self: &Rc<Switch>, child: &Promise, role: Role) {
        if !child.is_pending() {
            self.child_ended(child, role);
            return self.advance();
        }
        let at = self.children.borrow_mut().push(child.clone());
        if let Ok(at) = at {
            let switch = self.clone();
            let link = Box::into_raw(Box::new(Link { switch, at, role }));
            promise::watch(child, Env::new(link.cast(), Some(unlink)));
        }
        if !self.is_on() || at.is_err() {
            child.cancel();
        }
    }

    /// A child has resolved.
    pub(super) fn child_ended(self: &Rc<Switch>, child: &Promise, role: Role) {
        match role {
            Role::Inner => {}
            Role::Racer => self.won(child),
            Role::Child => {
                let failure = child.exn().filter(|exn| !exn.is_canceled());
                if let Some(exn) = failure {
                    self.end_with(exn);
                }
            }
        }
    }

    /// The first child of a race that has resolved is its result.
    fn won(self: &Rc<Switch>, child: &Promise) {
        debug_assert_eq!(self.sort, Sort::Race);
        if self.body_pending.get() {
            *self.body.borrow_mut() = Some(child.clone());
            self.body_pending.set(false);
            self.end(None, true);
        }
    }
}

/// A child has resolved, or never will: then there is nothing to wait for.
unsafe extern "C" fn unlink(link: *mut c_void) {
    // SAFETY: `adopt` made it, for one call.
    let Link { switch, at, role } = *unsafe { Box::from_raw(link.cast::<Link>()) };
    if work(local()).ending.get() {
        return;
    }
    let child = switch.children.borrow_mut().remove(at);
    if let Some(child) = child.filter(|child| !child.is_pending()) {
        switch.child_ended(&child, role);
    }
    switch.advance();
}
