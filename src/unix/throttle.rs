//! Module Lwt_throttle: so many a second for each key, and the others wait.
//! Calls the scheduler's timers, the queue and the promises.

#![forbid(unsafe_code)]

use crate::promise::{Promise, Source, resolved};
use crate::scheduler::current;
use crate::sync::queue::{self, Queue};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

const SECOND: u64 = 1_000_000_000;
/// The word of `true`.
const YES: usize = 1;

static WAIT: Source = Source {
    name: "throttle",
    cancel: Some(queue::cancel::<Waits>),
    describe: Some(queue::describe::<Waits>),
};

/// One that waits; counted while it does.
struct Waits(Rc<Cell<usize>>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

struct Key {
    /// How many were granted in this second.
    granted: usize,
    waiters: Queue<Waits>,
}

/// A throttle.
pub struct Throttle {
    rate: usize,
    most: usize,
    /// How many wait, over all keys.
    waiting: Rc<Cell<usize>>,
    /// In an order of their own, so that a simulation is the same each time.
    keys: RefCell<BTreeMap<Box<[u8]>, Key>>,
    /// The timer of the second that runs, while there are keys.
    timer: Cell<Option<u32>>,
}

impl Throttle {
    /// Of `rate` a second for each key, with `most` that may wait. None: one of
    /// them is 0.
    pub fn new(rate: usize, most: usize) -> Option<Rc<Throttle>> {
        (rate >= 1 && most >= 1).then(|| {
            Rc::new(Throttle {
                rate,
                most,
                waiting: Rc::new(Cell::new(0)),
                keys: RefCell::new(BTreeMap::new()),
                timer: Cell::new(None),
            })
        })
    }

    /// `Lwt_throttle.wait`: true at once, or in a later second, or false at once.
    pub fn wait(self: &Rc<Throttle>, key: &[u8]) -> Promise {
        if self.timer.get().is_none() {
            self.begin();
        }
        let mut keys = self.keys.borrow_mut();
        if !keys.contains_key(key) {
            let new = Key {
                granted: 0,
                waiters: Queue::new(),
            };
            keys.insert(key.into(), new);
        }
        let Some(known) = keys.get_mut(key) else {
            return resolved(truth(false));
        };
        if known.granted < self.rate {
            known.granted += 1;
            return resolved(truth(true));
        }
        if self.waiting.get() >= self.most {
            return resolved(truth(false));
        }
        self.waiting.set(self.waiting.get() + 1);
        known.waiters.wait(&WAIT, Waits(self.waiting.clone()))
    }

    /// A second begins. The timer knows the throttle weakly: with its last
    /// handle those who wait are forgotten.
    fn begin(self: &Rc<Throttle>) {
        let this = Rc::downgrade(self);
        let tick = Rc::new(move || tick(&this));
        let number = current().timers.on_timer(SECOND, true, tick);
        self.timer.set(Some(number));
    }

    fn end(&self) {
        if let Some(number) = self.timer.take()
            && let Some(scheduler) = crate::scheduler::existing()
        {
            scheduler.timers.stop(number);
        }
    }

    /// The next second: who waits longest with each key has it now.
    fn tick(&self) {
        let mut served = Vec::new();
        self.keys.borrow_mut().retain(|_, key| {
            key.granted = 0;
            while key.granted < self.rate
                && let Some(waiter) = key.waiters.pop()
            {
                served.push(waiter);
                key.granted += 1;
            }
            key.granted > 0
        });
        if self.keys.borrow().is_empty() {
            self.end();
        }
        for (resolver, waits) in served {
            drop(waits);
            resolver.resolve(Ok(truth(true)));
        }
    }
}

impl Drop for Throttle {
    fn drop(&mut self) {
        self.end();
    }
}

fn tick(throttle: &Weak<Throttle>) {
    if let Some(throttle) = throttle.upgrade() {
        throttle.tick();
    }
}

fn truth(yes: bool) -> Value {
    Value::plain(std::ptr::without_provenance_mut(if yes { YES } else { 0 }))
}
