//! Switches with a body: scopes, whose result is the body's, and
//! `Lwt_switch.with_switch`.

use super::children::Role;
use super::{Sort, Stage, Switch, current, ending};
use crate::abi::LWT_OK;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::thread::work;
use crate::promise::{self, Promise, Source, external, failed, resolved};
use crate::sync::compose::{attempt, finally, then};
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

/// What resolves it is its switch.
pub(super) static SCOPE: Source = Source {
    name: "scope",
    cancel: Some(ending::cancel),
    describe: Some(super::tree::describe),
};

/// Runs `f` in a new scope, inside of the current one, and awaits all that is
/// started there. `f` is lent the scope's handle. `delay` is the deadline in
/// nanoseconds.
pub fn run(delay: u64, f: impl FnOnce(*mut c_void) -> Promise + 'static) -> Promise {
    if local().too_deep() {
        return then(resolved(Value::UNIT), move || run(delay, f));
    }
    let switch = Switch::new(Sort::Scope, enclosing().as_ref());
    let lent = current::handle(&switch);
    if lent.is_null() {
        return failed(Exn::out_of_memory());
    }
    switch.lent.set(lent);
    switch.run_body(delay, move || f(lent))
}

/// The same for the sake of the deadline; the body need not know of its scope.
pub fn with_timeout(delay: u64, f: impl FnOnce() -> Promise + 'static) -> Promise {
    if local().too_deep() {
        return then(resolved(Value::UNIT), move || with_timeout(delay, f));
    }
    Switch::new(Sort::Timeout, enclosing().as_ref()).run_body(delay, f)
}

/// `Lwt_switch.with_switch`: runs `f` with a new switch, and turns that off
/// when the promise of `f` resolves.
pub fn with_switch(f: impl FnOnce(*mut c_void) -> Promise + 'static) -> Promise {
    if local().too_deep() {
        return then(resolved(Value::UNIT), move || with_switch(f));
    }
    let switch = Switch::new(Sort::Switch, enclosing().as_ref());
    let lent = current::handle(&switch);
    if lent.is_null() {
        return failed(Exn::out_of_memory());
    }
    switch.lent.set(lent);
    let body = current::within(&switch, || f(lent));
    let other = switch.clone();
    let turn_off = move || {
        let off = switch.turn_off();
        switch.give_up_handle();
        off
    };
    attempt(body, |body| finally(body, turn_off)).unwrap_or_else(|no| {
        drop(other.turn_off());
        other.give_up_handle();
        no.failed
    })
}

/// The current scope, if it can have another one inside. In one that is ending
/// a scope is on its own: what cleans up there must be able to have a deadline.
pub fn enclosing() -> Option<Rc<Switch>> {
    current::current().filter(|scope| scope.is_on())
}

impl Switch {
    fn run_body(self: Rc<Switch>, delay: u64, f: impl FnOnce() -> Promise) -> Promise {
        self.body_pending.set(true);
        let planned = self.deadline.plan(delay);
        let body = current::within(&self, f);
        if !body.is_pending() && self.is_unused() {
            self.body_pending.set(false);
            self.stage.set(Stage::Over);
            self.deadline.stop();
            self.give_up_handle();
            return body;
        }
        let Some(result) = self.expect_result(&SCOPE) else {
            body.cancel();
            return failed(Exn::out_of_memory());
        };
        *self.body.borrow_mut() = Some(body.clone());
        if body.is_pending() {
            self.keep_to(planned);
        }
        let env = Rc::into_raw(self.clone()).cast_mut().cast();
        if promise::watch(&body, Env::new(env, Some(body_ended))) != LWT_OK {
            self.end_with(Exn::out_of_memory()); // its body is cancelled, and not awaited
            body.cancel();
            self.finish();
        }
        if self.whole.get() && self.body_pending.get() {
            body.cancel(); // the scope was cancelled before it was known
        }
        self.enter_parent(&result);
        result
    }

    /// Was it never used by its body?
    fn is_unused(&self) -> bool {
        self.is_on() && self.children.borrow().is_empty() && self.hooks.borrow().is_empty()
    }

    /// The promise of the result. None: out of memory.
    pub(super) fn expect_result(&self, source: &'static Source) -> Option<Promise> {
        let (result, resolver) = external(source, [ptr::from_ref(self) as usize as u64, 0])?;
        self.result.set(Some(resolver));
        Some(result)
    }

    /// The parent awaits the result.
    pub(super) fn enter_parent(&self, result: &Promise) {
        if let Some(parent) = self.parent.upgrade().filter(|_| result.is_pending()) {
            parent.adopt(result, Role::Inner);
        }
    }
}

/// The body has resolved, or never will.
unsafe extern "C" fn body_ended(switch: *mut c_void) {
    // SAFETY: `run_body` made it, for one call.
    let switch = unsafe { Rc::from_raw(switch.cast::<Switch>()) };
    if work(local()).ending.get() {
        return;
    }
    switch.body_pending.set(false);
    let body = switch.body.borrow().clone();
    if body.as_ref().is_none_or(Promise::is_pending) {
        // Nothing can resolve it any more. Time may still end the scope.
        drop((switch.body.take(), body));
        if switch.is_on() {
            if switch.deadline.is_set() {
                *switch.keep.borrow_mut() = Some(switch.clone());
            } else {
                switch.give_up_handle();
            }
            return;
        }
    }
    let failure = body_failure(&switch);
    switch.note_failure(failure.clone());
    switch.end(failure, true);
    switch.finish();
}

fn body_failure(switch: &Switch) -> Option<Exn> {
    switch.body.borrow().as_ref().and_then(Promise::exn)
}
