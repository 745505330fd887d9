//! `Lwt_react.E.limit` and `S.limit`.
//!
//! An occurrence passes, and a limiter begins; while that is pending the latest one is
//! remembered. When it is over, that is sent, and the limiter counts as pending until it
//! is: so one that comes in between takes its place, and none is lost, or occurs twice.

use super::lost::lose;
use crate::exn::Exn;
use crate::promise::future::{seen, spawn};
use crate::promise::shared::Shared;
use crate::promise::{Promise, resolved};
use crate::react::graph::core::unit;
use crate::react::{Event, Sender, Signal, Update};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

struct Limiter {
    begin: Rc<dyn Fn() -> Promise>,
    busy: Cell<bool>,
    latest: RefCell<Option<Shared>>,
    /// What waits for the limiter.
    task: RefCell<Promise>,
    tick: Sender,
}

impl Limiter {
    fn new(begin: Rc<dyn Fn() -> Promise>) -> Result<(Rc<Limiter>, Event), Exn> {
        let (ticks, tick) = Event::create()?;
        let limiter = Limiter {
            begin,
            busy: Cell::new(false),
            latest: RefCell::new(None),
            task: RefCell::new(resolved(Value::UNIT)),
            tick,
        };
        Ok((Rc::new(limiter), ticks))
    }

    fn start(self: &Rc<Limiter>) {
        self.busy.set(true);
        let (this, begin) = (Rc::downgrade(self), self.begin.clone());
        let task = spawn(async move {
            let over = seen(begin()).await;
            drop(begin);
            if let Some(this) = this.upgrade() {
                this.over(over.err());
            }
            Ok(Value::UNIT)
        });
        let before = self.task.replace(task);
        drop(before);
    }

    fn over(&self, failure: Option<Exn>) {
        let waits = self.latest.borrow().is_some();
        match waits {
            true => self.tick.send(unit()),
            false => self.busy.set(false),
        }
        if let Some(exn) = failure {
            lose(exn);
        }
    }

    /// What is to be made of an occurrence, or of a tick.
    fn limit(self: &Rc<Limiter>, now: Option<Shared>, ticks: bool) -> Update {
        if self.busy.get() && !ticks {
            if now.is_some() {
                let before = self.latest.replace(now);
                drop(before);
            }
            return Update::Nothing;
        }
        let latest = self.latest.take();
        self.busy.set(false);
        let Some(value) = now.or(latest) else {
            return Update::Nothing;
        };
        self.start();
        Update::Value(value)
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        self.task.get_mut().cancel();
    }
}

impl Event {
    /// `E.limit`
    pub fn limit(&self, begin: impl Fn() -> Promise + 'static) -> Result<Event, Exn> {
        let (limiter, ticks) = Limiter::new(Rc::new(begin))?;
        Event::derive(&[self.node(), ticks.node()], move |at| {
            Ok(limiter.limit(at.occurrence(0), at.changed(1)))
        })
    }
}

impl Signal {
    /// `S.limit`: begun with a limiter, so that the first change is limited too.
    pub fn limit(&self, begin: impl Fn() -> Promise + 'static) -> Result<Signal, Exn> {
        let (limiter, ticks) = Limiter::new(Rc::new(begin))?;
        limiter.start();
        let eq = self.eq();
        let limited = Signal::derive(None, &[self.node(), ticks.node()], move |at| {
            if !at.is_set() {
                return Ok(at.value(0).into());
            }
            let now = at.value(0).filter(|_| at.changed(0));
            Ok(limiter.limit(now, at.changed(1)))
        })?;
        Ok(limited.with_eq(eq))
    }
}
