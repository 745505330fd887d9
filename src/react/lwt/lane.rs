//! The work that is done for each occurrence, one after the other or at the same time,
//! and whose results are occurrences again.

use super::lost::lose;
use crate::exn::{Exn, unhandled};
use crate::promise::Promise;
use crate::promise::future::{seen, spawn};
use crate::promise::shared::Shared;
use crate::react::graph::node::Node;
use crate::react::{At, Event, Sender};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};

/// A function of the user's, of one or more values, which it borrows until its promise
/// has resolved.
pub type Function = Rc<dyn Fn(&[Shared]) -> Promise>;

/// What is done for one occurrence, and what it comes to.
pub type Work = Pin<Box<dyn Future<Output = Result<Option<Shared>, Exn>>>>;

/// Which work may be done at the same time.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    /// None: the `_s` functions. Results come in the order of the occurrences.
    Serial,
    /// All: the `_p` functions. Results come as they are ready.
    Parallel,
}

/// What a function makes of values: one of those, where it says their very word.
pub async fn made(f: Function, given: &[Shared]) -> Result<Shared, Exn> {
    let made = seen(f(given)).await?;
    if made.is_owned() {
        return Ok(made);
    }
    let same = |given: &&Shared| given.is_owned() && given.word() == made.word();
    Ok(given.iter().find(same).cloned().unwrap_or(made))
}

/// The work, and what is still to be done.
pub struct Lane<T> {
    work: Box<dyn Fn(T) -> Work>,
    order: Order,
    /// Is what runs cancelled when nobody wants it any more?
    cancels: bool,
    /// What is told of a failure.
    failed: fn(Exn),
    out: Sender,
    busy: Cell<bool>,
    queue: RefCell<VecDeque<T>>,
    tasks: RefCell<BTreeMap<u64, Promise>>,
    last: Cell<u64>,
}

impl<T: 'static> Lane<T> {
    fn make(
        order: Order,
        notifies: bool,
        work: impl Fn(T) -> Work + 'static,
    ) -> Result<(Rc<Lane<T>>, Event), Exn> {
        let (results, out) = Event::create()?;
        let lane = Lane {
            work: Box::new(work),
            order,
            cancels: !notifies,
            failed: if notifies { unhandled } else { lose },
            out,
            busy: Cell::new(false),
            queue: RefCell::default(),
            tasks: RefCell::default(),
            last: Cell::new(0),
        };
        Ok((Rc::new(lane), results))
    }

    /// A lane, and the event of its results. Dropped, it cancels what runs. Failures
    /// come to nothing.
    pub fn new(
        order: Order,
        work: impl Fn(T) -> Work + 'static,
    ) -> Result<(Rc<Lane<T>>, Event), Exn> {
        Lane::make(order, false, work)
    }

    /// The same for a notifier: what runs goes on, failures go to the async exception
    /// hook.
    pub fn notifying(
        order: Order,
        work: impl Fn(T) -> Work + 'static,
    ) -> Result<(Rc<Lane<T>>, Event), Exn> {
        Lane::make(order, true, work)
    }

    /// Has all that comes wait, until `go_on`.
    pub fn hold_up(&self) {
        self.busy.set(true);
    }

    /// What waits has its turn.
    pub fn go_on(self: &Rc<Self>) {
        if let Some(input) = self.next() {
            self.begin(input);
        }
    }

    /// The work for one occurrence, for the caller to do.
    pub fn work(&self, input: T) -> Work {
        (self.work)(input)
    }

    /// Does what is to be done for an occurrence, now or when it is its turn.
    pub fn take(self: &Rc<Self>, input: T) {
        if self.order == Order::Serial && self.busy.replace(true) {
            self.queue.borrow_mut().push_back(input);
            return;
        }
        self.begin(input);
    }

    fn begin(self: &Rc<Self>, input: T) {
        let number = self.last.get() + 1;
        self.last.set(number);
        let lane = Rc::downgrade(self);
        let task = spawn(async move {
            let mut next = Some(input);
            while let Some(input) = next {
                next = step(&lane, input).await;
            }
            let task = lane
                .upgrade()
                .and_then(|lane| lane.tasks.borrow_mut().remove(&number));
            drop(task);
            Ok(Value::UNIT)
        });
        if task.is_pending() {
            self.tasks.borrow_mut().insert(number, task);
        }
    }

    /// What has its turn now.
    fn next(&self) -> Option<T> {
        let next = self.queue.borrow_mut().pop_front();
        self.busy.set(next.is_some());
        next
    }

    fn done(&self, done: Result<Option<Shared>, Exn>) {
        match done {
            Ok(Some(value)) => self.out.send(value),
            Ok(None) => (),
            Err(exn) => (self.failed)(exn),
        }
    }
}

/// Does one piece of work, and tells what is next. While it is done, nothing here keeps
/// the lane alive.
async fn step<T: 'static>(lane: &Weak<Lane<T>>, input: T) -> Option<T> {
    let work = lane.upgrade()?.work(input);
    let done = work.await;
    lane.upgrade()?.done(done);
    let lane = lane.upgrade()?;
    match lane.order {
        Order::Serial => lane.next(),
        Order::Parallel => None,
    }
}

impl<T> Drop for Lane<T> {
    fn drop(&mut self) {
        if self.cancels {
            for task in std::mem::take(self.tasks.get_mut()).into_values() {
                task.cancel();
            }
        }
    }
}

/// The event of a lane's results: it feeds the lane with what `take` finds when an
/// input occurs, and owns it.
pub fn results<T: 'static>(
    inputs: &[&Node],
    (lane, out): (Rc<Lane<T>>, Event),
    mut take: impl FnMut(&At<'_>) -> Option<T> + 'static,
) -> Result<Event, Exn> {
    let place = inputs.len();
    let mut all = inputs.to_vec();
    all.push(out.node());
    Event::derive(&all, move |at| {
        if let Some(input) = take(at) {
            lane.take(input);
        }
        Ok(at.occurrence(place).into())
    })
}
