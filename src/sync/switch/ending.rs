//! The end of a switch: children are cancelled and awaited, hooks run, and the
//! result is told.

use super::{Hook, Sort, Stage, Switch, current};
use crate::abi::LWT_ABANDONED;
use crate::exn::{Exn, unhandled};
use crate::handle::local::local;
use crate::handle::slot::Id;
use crate::promise::cancel::cancel_each;
use crate::promise::group::join;
use crate::promise::state::underlying;
use crate::promise::thread::work;
use crate::promise::{self, Promise, Source, node, resolved};
use crate::sync::queue::{self, Queue};
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::rc::Rc;

static TURN_OFF: Source = Source {
    name: "switch",
    cancel: Some(queue::cancel::<()>),
    describe: Some(queue::describe::<()>),
};

impl Switch {
    /// `Lwt_switch.turn_off`: fulfilled when the children and the hooks have
    /// ended; the first failure of a hook is its own. A second call is fulfilled
    /// at once.
    pub fn turn_off(self: &Rc<Switch>) -> Promise {
        if !self.is_on() {
            return resolved(Value::UNIT);
        }
        self.asked.set(true);
        if self.starting.get() == 0 && self.children.borrow().is_empty() {
            self.stage.set(Stage::Ending);
            self.stop_deadline();
            return self.run_hooks();
        }
        let waits = self.turning_off.get_or_init(Queue::new).wait(&TURN_OFF, ());
        self.end(None, false);
        waits
    }

    /// It ends for a reason, which is its result unless that is a mere
    /// cancellation.
    pub fn end_with(self: &Rc<Switch>, reason: Exn) {
        self.note_failure(Some(reason.clone()));
        self.end(Some(reason), true);
    }

    /// It ends, if it was on. Children are cancelled, and if it is the `whole`,
    /// the body is.
    pub(super) fn end(self: &Rc<Switch>, reason: Option<Exn>, whole: bool) {
        self.leave_on(reason, whole);
        self.stop_deadline();
        let ids = self.waited_for();
        if !ids.is_empty() {
            cancel_each(local(), ids.into_iter());
        }
        self.advance();
    }

    /// The step from `On`. Runs no code of the user's.
    fn leave_on(&self, reason: Option<Exn>, whole: bool) {
        if self.is_on() {
            self.stage.set(Stage::Ending);
            *self.reason.borrow_mut() = reason;
        }
        if whole {
            self.whole.set(true);
        }
    }

    /// A body that is left alone may still be late.
    fn stop_deadline(&self) {
        if self.whole.get() || !self.body_pending.get() {
            self.deadline.stop();
            drop(self.keep.take());
        }
    }

    /// What is to be cancelled: the body first, then the children as they were
    /// started.
    fn waited_for(&self) -> Vec<Id> {
        let body = self.body.borrow();
        let body = body
            .iter()
            .filter(|_| self.whole.get() && self.body_pending.get());
        let children = self.children.borrow();
        let all = body.chain(children.iter());
        all.map(|promise| promise.bits() as Id).collect()
    }

    /// A failure that was the first, and no cancellation, is the result.
    pub(super) fn note_failure(&self, exn: Option<Exn>) {
        if let Some(exn) = exn.filter(|exn| !exn.is_canceled()) {
            self.failure.borrow_mut().get_or_insert(exn);
        }
    }

    /// Goes on, if nothing is waited for any more.
    pub(super) fn advance(self: &Rc<Switch>) {
        let waits = self.starting.get() > 0
            || !self.children.borrow().is_empty()
            || self.whole.get() && self.body_pending.get();
        if self.stage.get() == Stage::Ending && !waits {
            drop(self.run_hooks());
        }
    }

    /// Starts all hooks, the youngest first: the promise of all of them.
    fn run_hooks(self: &Rc<Switch>) -> Promise {
        self.stage.set(Stage::Hooks);
        let hooks = self.hooks.take();
        let promises: Vec<_> = hooks
            .into_iter()
            .rev()
            .map(|hook| self.run_hook(hook).into_raw())
            .collect();
        if promises.is_empty() {
            self.over(None);
            return resolved(Value::UNIT);
        }
        // SAFETY: a fresh handle, or 0.
        let all = unsafe { Promise::from_bits(join(&promises)) };
        if !all.is_pending() {
            self.over(all.exn());
            return all;
        }
        *self.closing.borrow_mut() = Some(all.clone());
        let switch = Rc::into_raw(self.clone()).cast_mut().cast();
        promise::watch(&all, Env::new(switch, Some(hooks_ended)));
        all
    }

    /// A scope's hooks run in it: they can tell why it ended.
    fn run_hook(self: &Rc<Switch>, hook: Hook) -> Promise {
        if self.sort == Sort::Switch {
            return hook();
        }
        let mut hook = Some(hook);
        let within = current::within(self, || {
            hook.take()
                .map_or_else(|| resolved(Value::UNIT), |hook| hook())
        });
        match hook {
            Some(hook) => hook(), // no memory to bind the scope
            None => within,
        }
    }

    /// All that it waited for has ended.
    fn over(self: &Rc<Switch>, of_hooks: Option<Exn>) {
        self.stage.set(Stage::Over);
        let told = of_hooks.clone().or_else(|| self.failure.borrow().clone());
        if self.sort == Sort::Switch && !self.asked.get() {
            of_hooks.into_iter().for_each(unhandled); // it ended by itself
        } else {
            self.note_failure(of_hooks);
        }
        let waiting = self
            .turning_off
            .get()
            .map_or_else(Vec::new, Queue::take_all);
        for (resolver, ()) in waiting {
            resolver.resolve(match &told {
                Some(exn) => Err(exn.clone()),
                None => Ok(Value::UNIT),
            });
        }
        self.finish();
    }

    /// Tells the result, if it is known.
    pub(super) fn finish(self: &Rc<Switch>) {
        if !self.is_over() {
            return;
        }
        self.give_up_handle();
        let Some(resolver) = self.result.take() else {
            return;
        };
        let failure = self.failure.take().filter(|_| self.sort != Sort::Race);
        let body = self.body.take().and_then(|body| body.shared());
        match (failure, body) {
            (Some(exn), _) | (None, Some(Err(exn))) => resolver.resolve(Err(exn)),
            (None, Some(Ok(value))) => resolver.show(value),
            (None, None) => resolver.resolve(Err(self.lost())),
        }
    }

    /// What a scope fails with whose body can't resolve any more.
    fn lost(&self) -> Exn {
        match self.reason.borrow().as_ref() {
            Some(exn) if exn.is_canceled() => exn.clone(),
            _ => Exn::new(
                LWT_ABANDONED,
                "nothing can resolve the scope's body any more",
            ),
        }
    }

    /// The handle that its body was given.
    pub(super) fn give_up_handle(&self) {
        let lent = self.lent.replace(std::ptr::null_mut());
        if !lent.is_null() {
            current::release_handle(lent);
        }
    }
}

/// The hooks have ended, or never will.
unsafe extern "C" fn hooks_ended(switch: *mut c_void) {
    // SAFETY: `run_hooks` made it, for one call.
    let switch = unsafe { Rc::from_raw(switch.cast::<Switch>()) };
    let all = switch.closing.take();
    if let Some(all) = all.filter(|all| !all.is_pending()) {
        switch.over(all.exn());
    }
}

/// The result is cancelled: so is what the scope waits for, and then the scope
/// ends by itself.
pub fn cancel(id: Id, [switch, _]: [u64; 2]) -> bool {
    let pointer = switch as usize as *const Switch;
    // SAFETY: the resolver of the promise is in the switch, which so is alive.
    let switch = unsafe { &*pointer };
    switch.leave_on(Some(Exn::canceled()), true);
    let ids = switch.waited_for();
    if ids.is_empty() && switch.stage.get() == Stage::Ending {
        // Its body was lost: the callbacks of the result are all that comes.
        let local = local();
        let (id, whole) = underlying(local, id, local.at(id));
        // SAFETY: it was made by `Rc::into_raw`; `go_on` gives this back.
        unsafe { Rc::increment_strong_count(pointer) };
        if node::watch(local, id, whole, go_on, pointer as usize).is_none() {
            go_on(pointer as usize);
        }
        return true;
    }
    let tasks = &work(local()).tasks;
    tasks.behind.borrow_mut().extend(ids.into_iter().rev());
    false
}

fn go_on(switch: usize) {
    // SAFETY: `cancel` counted a reference, for one call.
    let switch = unsafe { Rc::from_raw(switch as *const Switch) };
    switch.advance();
}
