//! Module Lwt_pool: members that are made on demand, used one at a time, and
//! used again. Calls the queue, the compositions and the promises.
//!
//! A member occupies one of `max` places from before it is made until it has
//! been disposed of. Each place is given up in one step with looking for what
//! waits for it (`vacate`), whether a member was disposed of, could not be
//! made, was found invalid, or waits for what nothing can resolve any more: so
//! the limit is never exceeded, and nobody waits while there is room.
//!
//! Who waits stays in the queue until a member is there: what is made for those
//! who wait goes to the oldest of them then, or, if all have been cancelled
//! meanwhile, to the others that are free.

use super::compose::{attempt, finally, then_owned};
use super::queue::{self, Queue};
use crate::abi::{LWT_ABANDONED, lwt_promise_state, lwt_value};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::future::spawn;
use crate::promise::group::follow;
use crate::promise::state::NO_CANCEL;
use crate::promise::thread::work;
use crate::promise::{self, Outcome, Promise, Resolver, Source, external, resolved};
use crate::value::{Env, Value};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::c_void;
use std::rc::Rc;

static USE: Source = Source {
    name: "pool",
    cancel: Some(queue::cancel::<()>),
    describe: Some(queue::describe::<()>),
};

static CHECK: Source = Source {
    name: "check of a pool",
    cancel: None,
    describe: None,
};

/// What a check answers: no, if nobody will answer any more.
fn answered(check: Promise) -> Promise {
    let pair = match check.is_pending() {
        true => external(&CHECK, [0, 0]),
        false => None,
    };
    let Some((answer, resolver)) = pair else {
        return check;
    };
    let both = Box::into_raw(Box::new((check.clone(), resolver)));
    promise::watch(&check, Env::new(both.cast(), Some(told)));
    answer
}

/// The check has answered, or never will.
unsafe extern "C" fn told(both: *mut c_void) {
    // SAFETY: `answered` made it, for one call.
    let (check, resolver) = *unsafe { Box::from_raw(both.cast::<(Promise, Resolver)>()) };
    if !work(local()).ending.get() {
        resolver.resolve(check.take().unwrap_or(Ok(Value::UNIT)));
    }
}

/// A function of the pool's that is given a member.
pub type OnMember = Box<dyn Fn(lwt_value) -> Promise>;

/// What a pool can do with members.
pub struct Calls {
    /// Makes one.
    pub make: Box<dyn Fn() -> Promise>,
    /// Is this one, that was used before, still good? None: yes.
    pub validate: Option<OnMember>,
    /// Is this one good after a use that failed? None: yes.
    pub check: Option<OnMember>,
    /// Ends one. None: nothing is to be done.
    pub dispose: Option<OnMember>,
}

/// A pool.
pub struct Pool {
    calls: Calls,
    max: usize,
    /// The places that are occupied.
    count: Cell<usize>,
    /// Of these, those where a member is being made for whoever waits.
    making: Cell<usize>,
    /// Free members, the one longest free first.
    free: RefCell<VecDeque<Value>>,
    waiters: Queue<()>,
    /// How often it was cleared.
    era: Cell<u64>,
    /// Is `fill` at work further out?
    filling: Cell<bool>,
}

/// A member on its way to who waited for it.
struct Handed {
    member: Value,
    /// Just made, and so not to be validated.
    fresh: bool,
}

fn handed(member: Value, fresh: bool) -> Value {
    unsafe extern "C" fn free(handed: *mut c_void) {
        // SAFETY: the drop function of the value made below.
        drop(unsafe { Box::from_raw(handed.cast::<Handed>()) });
    }
    let handed = Box::into_raw(Box::new(Handed { member, fresh }));
    Value::new(handed.cast(), Some(free))
}

/// # Safety
/// `word` was moved out of a value that `handed` made.
unsafe fn take_handed(word: lwt_value) -> Handed {
    // SAFETY: the caller's promise.
    *unsafe { Box::from_raw(word.cast::<Handed>()) }
}

/// A place that is given up unless it is kept: also where what goes on in it is
/// dropped half-way, since it waits for what nothing can resolve any more.
struct Place<'a>(&'a Rc<Pool>);

impl Place<'_> {
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.vacate();
    }
}

/// A member that is being made for whoever waits. Dropped, it will never be
/// there: the oldest is told.
struct Making<'a>(&'a Rc<Pool>);

impl Making<'_> {
    fn done(self, made: Outcome) {
        let pool = self.0;
        std::mem::forget(self);
        pool.arrived(made);
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        if !thread_ends() {
            let why = "nothing can make the pool's member any more";
            self.0.arrived(Err(Exn::new(LWT_ABANDONED, why)));
        }
    }
}

/// The thread ends: nothing is made any more, and nobody told.
fn thread_ends() -> bool {
    !work(local()).tasks.may_begin()
}

impl Pool {
    /// Of at most `max` members.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(max: usize, calls: Calls) -> Rc<Pool> {
        Rc::new(Pool {
            calls,
            max,
            count: Cell::new(0),
            making: Cell::new(0),
            free: RefCell::default(),
            waiters: Queue::new(),
            era: Cell::new(0),
            filling: Cell::new(false),
        })
    }

    /// `Lwt_pool.use`: `f` is given a member, which is free again when the
    /// promise of `f` resolves.
    pub fn with(self: &Rc<Pool>, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
        let pool = self.clone();
        if self.calls.validate.is_none() && !local().too_deep() {
            let free = self.free.borrow_mut().pop_front();
            if let Some(member) = free {
                return pool.run(member, f);
            }
        }
        let other = self.clone();
        let acquired = spawn(async move { other.acquire().await.map(|it| handed(it, false)) });
        let run = move |word| {
            // SAFETY: `acquired` is of this.
            let Handed { member, .. } = unsafe { take_handed(word) };
            pool.run(member, f)
        };
        attempt(acquired, |acquired| then_owned(acquired, run)).unwrap_or_else(|no| {
            no.source.cancel();
            no.failed
        })
    }

    /// `Lwt_pool.clear`: the free members are disposed of, one after another,
    /// those in use when they come back. The first failure is the result.
    pub fn clear(self: &Rc<Pool>) -> Promise {
        self.era.set(self.era.get() + 1);
        let free = self.free.take();
        if free.is_empty() {
            return resolved(Value::UNIT);
        }
        let pool = self.clone();
        spawn(async move {
            let mut result = Ok(Value::UNIT);
            for member in free {
                let disposed = pool.dispose(member).await;
                result = result.and_then(|_| disposed.map(|()| Value::UNIT));
            }
            result
        })
    }

    /// `Lwt_pool.wait_queue_length`.
    pub fn wait_queue_length(&self) -> usize {
        self.waiters.len()
    }

    /// A member that is good.
    async fn acquire(self: &Rc<Pool>) -> Result<Value, Exn> {
        let free = self.free.borrow_mut().pop_front();
        if let Some(member) = free {
            return self.validated(member).await;
        }
        if self.count.get() < self.max {
            self.count.set(self.count.get() + 1);
            return self.made().await;
        }
        let (word, _) = self.waiters.wait(&USE, ()).await?.into_parts();
        // SAFETY: what `give` resolves it with.
        match unsafe { take_handed(word) } {
            Handed { member, fresh } if fresh => Ok(member),
            Handed { member, .. } => self.validated(member).await,
        }
    }

    /// A member in a place that is occupied for it.
    async fn made(self: &Rc<Pool>) -> Result<Value, Exn> {
        let place = Place(self);
        let member = (self.calls.make)().await?;
        place.keep();
        Ok(member)
    }

    /// A member that was used before, if it is still good, else another in its
    /// place.
    async fn validated(self: &Rc<Pool>, member: Value) -> Result<Value, Exn> {
        let Some(validate) = &self.calls.validate else {
            return Ok(member);
        };
        // The member goes before its place does.
        let (place, member) = (Place(self), member);
        match validate(member.word()).await {
            Ok(valid) if !valid.word().is_null() => {
                place.keep();
                return Ok(member);
            }
            Ok(_) => self.end(member).await?,
            Err(exn) => {
                let _ = self.end(member).await;
                return Err(exn);
            }
        }
        place.keep();
        self.made().await
    }

    /// A use of a member.
    fn run(self: Rc<Pool>, member: Value, f: impl FnOnce(lwt_value) -> Promise) -> Promise {
        let era = self.era.get();
        let body = f(member.word());
        if body.state() == lwt_promise_state::LWT_RETURN && era == self.era.get() {
            self.give(member, false);
            return body;
        }
        let used = body.clone();
        let member = Rc::new(Cell::new(Some(member)));
        let lent = member.clone();
        let give_back = move || {
            let Some(member) = lent.take() else {
                return resolved(Value::UNIT);
            };
            let failed = used.state() == lwt_promise_state::LWT_FAIL;
            let check = self.calls.check.as_ref().filter(|_| failed);
            if check.is_none() && era == self.era.get() {
                self.give(member, false);
                return resolved(Value::UNIT);
            }
            let good = check.map(|check| answered(check(member.word())));
            let pool = self.clone();
            spawn(async move {
                let good = match good {
                    Some(good) => good.await.is_ok_and(|good| !good.word().is_null()),
                    None => true,
                };
                if good && era == pool.era.get() {
                    pool.give(member, false);
                    return Ok(Value::UNIT);
                }
                pool.dispose(member).await.map(|()| Value::UNIT)
            })
        };
        attempt(body, |body| finally(body, give_back)).unwrap_or_else(|no| {
            // It is still in use, and nobody will know for how long.
            std::mem::forget(member.take());
            no.failed
        })
    }

    /// A member for the oldest who waits, else to the free ones.
    fn give(&self, member: Value, fresh: bool) {
        match self.waiters.pop() {
            Some((resolver, ())) => resolver.resolve_later(Ok(handed(member, fresh))),
            None => self.free.borrow_mut().push_back(member),
        }
    }

    /// Ends a member, and gives up its place.
    async fn dispose(self: &Rc<Pool>, member: Value) -> Result<(), Exn> {
        let _place = Place(self);
        self.end(member).await
    }

    /// Ends a member, which cancelling does not interrupt.
    async fn end(&self, member: Value) -> Result<(), Exn> {
        let Some(dispose) = &self.calls.dispose else {
            return Ok(());
        };
        let disposing = dispose(member.word()).into_bits();
        // SAFETY: a fresh handle, or 0.
        let disposing = unsafe { Promise::from_bits(follow(NO_CANCEL, "lwt_pool_use", disposing)) };
        disposing.await.map(drop)
    }

    /// A place is free.
    fn vacate(self: &Rc<Pool>) {
        self.count.set(self.count.get() - 1);
        if !thread_ends() {
            self.fill();
        }
    }

    /// Makes members for those who wait, as far as there is room.
    fn fill(self: &Rc<Pool>) {
        if self.filling.replace(true) {
            return; // the one further out goes on
        }
        while self.waiters.len() > self.making.get() && self.count.get() < self.max {
            self.count.set(self.count.get() + 1);
            self.making.set(self.making.get() + 1);
            self.expect((self.calls.make)());
        }
        self.filling.set(false);
    }

    /// A member is being made for whoever waits.
    fn expect(self: &Rc<Pool>, made: Promise) {
        if !made.is_pending() {
            return self.arrived(made.take().unwrap_or_else(|| Err(Exn::out_of_memory())));
        }
        let pool = self.clone();
        drop(spawn(async move {
            let making = Making(&pool);
            let outcome = made.await;
            making.done(outcome);
            Ok(Value::UNIT)
        }));
    }

    /// It goes to the oldest who waits, or its failure does.
    fn arrived(self: &Rc<Pool>, made: Outcome) {
        self.making.set(self.making.get() - 1);
        match made {
            Ok(member) => self.give(member, true),
            Err(exn) => {
                self.count.set(self.count.get() - 1);
                if let Some((resolver, ())) = self.waiters.pop() {
                    resolver.resolve_later(Err(exn));
                }
            }
        }
        self.fill();
    }
}
