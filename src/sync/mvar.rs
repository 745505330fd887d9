//! Module Lwt_mvar: mailboxes for one value. Calls the queue and the promises.

#![forbid(unsafe_code)]

use super::queue::{self, Queue};
use crate::promise::{Promise, Source, resolved};
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

static PUT: Source = Source {
    name: "mvar put",
    cancel: Some(queue::cancel::<Value>),
    describe: Some(queue::describe::<Value>),
};

static TAKE: Source = Source {
    name: "mvar take",
    cancel: Some(queue::cancel::<()>),
    describe: Some(queue::describe::<()>),
};

/// A mailbox. Either nobody waits to put something in, or nobody to take
/// something out.
pub struct Mvar {
    content: Cell<Option<Value>>,
    full: Cell<bool>,
    writers: Queue<Value>,
    readers: Queue<()>,
}

impl Mvar {
    /// With something in it, or empty.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(content: Option<Value>) -> Rc<Mvar> {
        Rc::new(Mvar {
            full: Cell::new(content.is_some()),
            content: Cell::new(content),
            writers: Queue::new(),
            readers: Queue::new(),
        })
    }

    /// `Lwt_mvar.put`: fulfilled when the value is in the mailbox, or has gone
    /// straight to the oldest who waits for one. Cancelling a wait withdraws
    /// the value, which is dropped.
    pub fn put(&self, value: Value) -> Promise {
        if self.full.get() {
            return self.writers.wait(&PUT, value);
        }
        match self.readers.pop() {
            Some((resolver, ())) => resolver.resolve_later(Ok(value)),
            None => {
                self.full.set(true);
                self.content.set(Some(value));
            }
        }
        resolved(Value::UNIT)
    }

    /// `Lwt_mvar.take`: the value of the mailbox, into which the oldest who
    /// waits then puts his.
    pub fn take(&self) -> Promise {
        match self.take_available() {
            Some(value) => resolved(value),
            None => self.readers.wait(&TAKE, ()),
        }
    }

    /// `Lwt_mvar.take_available`: the same if there is a value now.
    pub fn take_available(&self) -> Option<Value> {
        let value = self.content.take()?;
        match self.writers.pop() {
            Some((resolver, next)) => {
                self.content.set(Some(next));
                resolver.resolve_later(Ok(Value::UNIT));
            }
            None => self.full.set(false),
        }
        Some(value)
    }

    /// `Lwt_mvar.is_empty`.
    pub fn is_empty(&self) -> bool {
        !self.full.get()
    }
}
