//! Iterations. Module Lwt_stream; calls the promises below.
//!
//! `iter` and `iter_s` spawn nothing until they have to wait. An element is kept
//! until the promise that its function returned has resolved.

use super::Stream;
use super::element::Element;
use super::read::promise_of;
use super::show::seen;
use super::walker::{Found, Walker};
use crate::abi::{lwt_t, lwt_value};
use crate::data::lent::{Lent, cancel_all};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{self, Outcome, Promise, Resolver, external, failed, group, resolved};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// An element, and what was promised for it.
type Started = Lent<Element>;

impl Stream {
    /// `Lwt_stream.iter`
    pub fn iter(self: &Rc<Self>, f: impl Fn(lwt_value) -> Result<(), Exn> + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        loop {
            match walker.take_now() {
                Found::Element(element) => {
                    if let Err(exn) = f(element.word()) {
                        return failed(exn);
                    }
                }
                Found::End => return resolved(Value::UNIT),
                Found::Failed(exn) => return failed(exn),
                Found::Wait => break,
            }
        }
        spawn(async move {
            while let Some(element) = walker.take().await? {
                f(element.word())?;
            }
            Ok(Value::UNIT)
        })
    }

    /// `Lwt_stream.iter_s`: one after the other.
    pub fn iter_s(self: &Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        let mut started = None;
        while started.is_none() {
            let element = match walker.take_now() {
                Found::Element(element) => element,
                Found::End => return resolved(Value::UNIT),
                Found::Failed(exn) => return failed(exn),
                Found::Wait => break,
            };
            let promise = f(element.word());
            if promise.is_pending() {
                started = Some((element, promise));
            } else if let Some(exn) = promise.exn() {
                return failed(exn);
            }
        }
        spawn(async move {
            loop {
                if let Some((element, promise)) = started.take() {
                    seen(promise).await?;
                    drop(element);
                }
                let Some(element) = walker.take().await? else {
                    return Ok(Value::UNIT);
                };
                let promise = f(element.word());
                started = Some((element, promise));
            }
        })
    }

    /// `Lwt_stream.iter_n`: at most `max` at a time.
    pub fn iter_n(
        self: &Rc<Self>,
        max: usize,
        f: impl Fn(lwt_value) -> Promise + 'static,
    ) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut running: Vec<Started> = Vec::new();
            loop {
                while running.len() >= max {
                    // Which it was, and how it ended, is looked at below.
                    let _ = seen(composed(group::choose, &running)).await;
                    prune(&mut running)?;
                }
                let element = match walker.take().await {
                    Ok(Some(element)) => element,
                    Ok(None) => break,
                    Err(exn) if exn.is_canceled() => {
                        cancel_all(running);
                        return Err(exn);
                    }
                    Err(exn) => return Err(exn),
                };
                let promise = f(element.word());
                if promise.is_pending() {
                    running.push(Lent::new(element, promise));
                } else if let Some(exn) = promise.exn() {
                    return Err(exn);
                }
            }
            seen(composed(group::join, &running)).await?;
            Ok(Value::UNIT)
        })
    }

    /// `Lwt_stream.iter_p`: does not wait for one to start the next. The result
    /// waits for what was promised, in the order of the elements; when one of
    /// them fails it fails, and the iteration goes on, unless it was cancelled.
    pub fn iter_p(self: &Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        let running: Rc<Running> = Rc::default();
        let ended = loop {
            match walker.take_now() {
                Found::Element(element) => {
                    let promise = f(element.word());
                    running.add(element, promise);
                }
                Found::End => break Some(Ok(Value::UNIT)),
                Found::Failed(exn) => break Some(Err(exn)),
                Found::Wait => break None,
            }
        };
        let reading = match ended {
            Some(outcome) if running.started.borrow().is_empty() => return promise_of(outcome),
            Some(outcome) => promise_of(outcome),
            None => {
                let reader = Reader(running.clone());
                spawn(async move {
                    while !reader.0.ended.get()
                        && let Some(element) = walker.take().await?
                    {
                        let promise = f(element.word());
                        reader.0.add(element, promise);
                    }
                    Ok(Value::UNIT)
                })
            }
        };
        spawn(watch(running, reading))
    }
}

/// A group of what runs.
fn composed(compose: fn(&[*mut lwt_t]) -> u64, running: &[Started]) -> Promise {
    let handles: Vec<*mut lwt_t> = running
        .iter()
        .map(|each| each.promise().clone().into_raw())
        .collect();
    // SAFETY: what these return is owned by their caller.
    unsafe { Promise::from_bits(compose(&handles)) }
}

/// Takes away what has resolved. The error: one that failed.
fn prune(running: &mut Vec<Started>) -> Result<(), Exn> {
    let mut done = Vec::new();
    let mut index = 0;
    while let Some(each) = running.get(index) {
        if each.promise().is_pending() {
            index += 1;
        } else {
            done.push(running.remove(index));
        }
    }
    match done.iter().find_map(|each| each.promise().exn()) {
        Some(exn) => Err(exn),
        None => Ok(()),
    }
}

/// What an `iter_p` has started and not yet seen the end of.
#[derive(Default)]
struct Running {
    started: RefCell<VecDeque<Started>>,
    /// Who waits for more to be started.
    signal: Cell<Option<Resolver>>,
    /// Was it cancelled?
    ended: Cell<bool>,
}

static SIGNAL: promise::Source = promise::Source {
    name: "stream iteration",
    cancel: Some(|_, _| true),
    describe: Some(|_| "the next element".into()),
};

impl Running {
    fn add(&self, element: Element, promise: Promise) {
        let started = Lent::new(element, promise);
        if self.ended.get() {
            return started.promise().cancel();
        }
        if started.promise().is_pending() || started.promise().exn().is_some() {
            self.started.borrow_mut().push_back(started);
            self.tell();
        }
    }

    /// It was cancelled: so are the reading and what was promised.
    fn end(&self, reading: &Promise) {
        self.ended.set(true);
        reading.cancel();
        let started = self.started.take();
        cancel_all(started);
    }

    fn tell(&self) {
        if let Some(resolver) = self.signal.take() {
            resolver.resolve_later(Ok(Value::UNIT));
        }
    }
}

/// The reading half of an `iter_p`. When it goes the other half is told.
struct Reader(Rc<Running>);

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.tell();
    }
}

/// The waiting half.
async fn watch(running: Rc<Running>, reading: Promise) -> Outcome {
    loop {
        let next = running.started.borrow_mut().pop_front();
        if let Some(started) = next {
            if let Err(exn) = seen(started.promise().clone()).await {
                // That is also how the result is cancelled.
                if exn.is_canceled() {
                    running.end(&reading);
                }
                return Err(exn);
            }
        } else if !reading.is_pending() {
            return reading.await;
        } else {
            let Some((signal, resolver)) = external(&SIGNAL, [0, 0]) else {
                return Err(Exn::out_of_memory());
            };
            running.signal.set(Some(resolver));
            if let Err(exn) = signal.await {
                running.end(&reading);
                return Err(exn);
            }
        }
    }
}
