//! Module Lwt_condition: conditions that carry a value. Calls the queue, the
//! mutex and the promises.

use super::compose::{attempt, finally};
use super::mutex::Mutex;
use super::queue::{self, Queue};
use crate::exn::Exn;
use crate::promise::group::follow;
use crate::promise::shared::Shared;
use crate::promise::state::NO_CANCEL;
use crate::promise::{Promise, Source};
use crate::value::Value;
use std::rc::Rc;

static WAIT: Source = Source {
    name: "condition",
    cancel: Some(queue::cancel::<()>),
    describe: Some(queue::describe::<()>),
};

/// A condition. It remembers no signal.
pub struct Condition {
    waiters: Queue<()>,
}

impl Condition {
    /// Nobody waits.
    #[allow(clippy::new_ret_no_self)]
    pub fn new() -> Rc<Condition> {
        Rc::new(Condition {
            waiters: Queue::new(),
        })
    }

    /// `Lwt_condition.wait`: the value of the next signal. With a mutex, that is
    /// unlocked meanwhile, and locked again before the promise resolves,
    /// however it does; cancelling then leaves the queue of the condition, but
    /// not that of the mutex.
    pub fn wait(&self, mutex: Option<Rc<Mutex>>) -> Promise {
        let wait = self.waiters.wait(&WAIT, ());
        let Some(mutex) = mutex else { return wait };
        if !wait.is_pending() {
            return wait; // no memory: it stays locked
        }
        let lock = mutex.clone();
        let relock = move || {
            let locked = lock.lock().into_bits();
            // SAFETY: a fresh handle, or 0.
            unsafe { Promise::from_bits(follow(NO_CANCEL, "lwt_condition_wait", locked)) }
        };
        match attempt(wait, |wait| finally(wait, relock)) {
            Ok(wait) => {
                // The callbacks of who gets it may run in there, and signal.
                mutex.unlock();
                wait
            }
            Err(no) => {
                no.source.cancel();
                no.failed
            }
        }
    }

    /// `Lwt_condition.signal`: wakes the oldest who waits, deferred. If there
    /// is none the value is lost.
    pub fn signal(&self, value: Value) {
        if let Some((resolver, ())) = self.waiters.pop() {
            resolver.resolve_later(Ok(value));
        }
    }

    /// `Lwt_condition.broadcast`: wakes those who wait now, in their order, with
    /// one value that all of them show.
    pub fn broadcast(&self, value: Value) {
        let shared = Shared::new(value);
        for (resolver, ()) in self.waiters.take_all() {
            resolver.show_later(shared.clone());
        }
    }

    /// `Lwt_condition.broadcast_exn`: those who wait now fail, in their order.
    pub fn broadcast_exn(&self, exn: Exn) {
        for (resolver, ()) in self.waiters.take_all() {
            resolver.resolve_later(Err(exn.clone()));
        }
    }
}
