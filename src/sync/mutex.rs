//! Module Lwt_mutex: cooperative mutexes. Calls the queue and the promises.

#![forbid(unsafe_code)]

use super::compose::{attempt, finally, then};
use super::queue::{self, Queue};
use crate::handle::local::local;
use crate::promise::{Promise, Source, resolved};
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

static LOCK: Source = Source {
    name: "mutex",
    cancel: Some(queue::cancel::<()>),
    describe: Some(queue::describe::<()>),
};

/// A mutex. It does not know who has locked it.
pub struct Mutex {
    locked: Cell<bool>,
    waiters: Queue<()>,
}

impl Mutex {
    /// Unlocked.
    #[allow(clippy::new_ret_no_self)]
    pub fn new() -> Rc<Mutex> {
        Rc::new(Mutex {
            locked: Cell::new(false),
            waiters: Queue::new(),
        })
    }

    /// Locks it, if it is free.
    pub fn try_lock(&self) -> bool {
        !self.locked.replace(true)
    }

    /// `Lwt_mutex.lock`: fulfilled when the caller has it. Cancelling a wait
    /// leaves the queue.
    pub fn lock(&self) -> Promise {
        if self.try_lock() {
            return resolved(Value::UNIT);
        }
        self.waiters.wait(&LOCK, ())
    }

    /// `Lwt_mutex.unlock`: the oldest who waits has it now, without its being
    /// free in between; the callbacks of that one are deferred. Nothing, if it
    /// is not locked.
    pub fn unlock(&self) {
        match self.waiters.pop() {
            Some((resolver, ())) => resolver.resolve_later(Ok(Value::UNIT)),
            None => self.locked.set(false),
        }
    }

    /// `Lwt_mutex.with_lock`: runs `f` when the caller has it, and unlocks it
    /// when the promise of `f` resolves.
    pub fn with_lock(self: &Rc<Mutex>, f: impl FnOnce() -> Promise + 'static) -> Promise {
        let mutex = self.clone();
        // Where calls are nested deeply, `then` has it run later.
        if !local().too_deep() && self.try_lock() {
            return mutex.run_locked(f());
        }
        let run = move || mutex.run_locked(f());
        attempt(self.lock(), |lock| then(lock, run)).unwrap_or_else(|no| {
            no.source.cancel();
            no.failed
        })
    }

    /// Unlocks it after `body`.
    fn run_locked(self: Rc<Mutex>, body: Promise) -> Promise {
        if !body.is_pending() {
            self.unlock();
            return body;
        }
        let mutex = self.clone();
        let unlock = move || {
            mutex.unlock();
            resolved(Value::UNIT)
        };
        attempt(body, |body| finally(body, unlock)).unwrap_or_else(|no| {
            self.unlock(); // nobody would, later
            no.failed
        })
    }

    /// `Lwt_mutex.is_locked`.
    pub fn is_locked(&self) -> bool {
        self.locked.get()
    }

    /// `Lwt_mutex.is_empty`: does nobody wait?
    pub fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::lwt_promise_state::*;
    use crate::exn::Exn;
    use crate::promise::{external, failed};

    static NEVER: Source = Source {
        name: "test",
        cancel: None,
        describe: None,
    };

    #[test]
    fn the_lock_is_handed_over_in_the_order_of_the_calls() {
        let mutex = Mutex::new();
        let (a, b, c) = (mutex.lock(), mutex.lock(), mutex.lock());
        assert_eq!((a.state(), b.state()), (LWT_RETURN, LWT_SLEEP));
        assert!(mutex.is_locked() && !mutex.is_empty());
        mutex.unlock();
        assert_eq!((b.state(), c.state()), (LWT_RETURN, LWT_SLEEP));
        b.cancel(); // it has the lock
        assert!(mutex.is_locked());
        mutex.unlock();
        assert_eq!(c.state(), LWT_RETURN);
        mutex.unlock();
        mutex.unlock();
        assert!(!mutex.is_locked() && mutex.is_empty());
    }

    #[test]
    fn with_lock_unlocks_whatever_becomes_of_the_body() {
        let slots = local().slots_in_use();
        let mutex = Mutex::new();
        let (body, resolver) = external(&NEVER, [0, 0]).unwrap();
        let first = mutex.with_lock(move || body);
        let second = mutex.with_lock(|| failed(Exn::invalid("test")));
        assert!(mutex.is_locked() && first.is_pending() && second.is_pending());
        resolver.resolve(Ok(Value::UNIT));
        assert!(!mutex.is_locked());
        assert_eq!((first.state(), second.state()), (LWT_RETURN, LWT_FAIL));
        drop((first, second));
        assert_eq!(Rc::strong_count(&mutex), 1);
        assert_eq!(local().slots_in_use(), slots);
    }

    #[test]
    fn who_waits_with_lock_and_is_cancelled_never_runs() {
        let mutex = Mutex::new();
        drop(mutex.lock());
        let waiting = mutex.with_lock(|| unreachable!());
        waiting.cancel();
        assert_eq!(waiting.state(), LWT_FAIL);
        assert!(mutex.is_empty() && mutex.is_locked());
        assert_eq!(Rc::strong_count(&mutex), 1);
    }
}
