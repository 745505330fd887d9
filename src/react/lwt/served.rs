//! `map_s`, `filter_s`, `fmap_s`, `app_s`, `run_s` and their `_p` forms, of events.

use super::lane::{Function, Lane, Order, Work, made, results};
use crate::exn::Exn;
use crate::promise::Promise;
use crate::promise::future::seen;
use crate::promise::shared::Shared;
use crate::react::Event;
use crate::react::event::{is_none, is_true};
use crate::react::graph::node::Node;

/// The work: what the function makes of values.
pub fn mapping(f: Function) -> impl Fn(Vec<Shared>) -> Work + 'static {
    move |values| {
        let f = f.clone();
        Box::pin(async move { made(f, &values).await.map(Some) })
    }
}

/// The same, but for none.
pub fn fmapping(f: Function) -> impl Fn(Vec<Shared>) -> Work + 'static {
    move |values| {
        let f = f.clone();
        Box::pin(async move {
            let made = made(f, &values).await?;
            Ok((!is_none(&made)).then_some(made))
        })
    }
}

/// The work: the value itself, if the function says so.
pub fn filtering(f: Function) -> impl Fn(Vec<Shared>) -> Work + 'static {
    move |values| {
        let f = f.clone();
        Box::pin(async move {
            let yes = is_true(&seen(f(&values)).await?);
            drop(f);
            Ok(values.into_iter().next().filter(|_| yes))
        })
    }
}

/// The work: to wait for a promise.
pub fn running(promise: Promise) -> Work {
    Box::pin(async move { seen(promise).await.map(Some) })
}

impl Event {
    /// Work for the simultaneous occurrences of all.
    pub(super) fn served(
        events: &[&Event],
        order: Order,
        work: impl Fn(Vec<Shared>) -> Work + 'static,
    ) -> Result<Event, Exn> {
        let inputs: Vec<&Node> = events.iter().map(|event| event.node()).collect();
        let n = inputs.len();
        results(&inputs, Lane::new(order, work)?, move |at| {
            (0..n).map(|input| at.occurrence(input)).collect()
        })
    }

    /// `E.map_s`, `map_p`; of two events, `app_s` and `app_p`.
    pub fn map_promised(events: &[&Event], order: Order, f: Function) -> Result<Event, Exn> {
        Event::served(events, order, mapping(f))
    }

    /// `E.filter_s`, `filter_p`
    pub fn filter_promised(&self, order: Order, f: Function) -> Result<Event, Exn> {
        Event::served(&[self], order, filtering(f))
    }

    /// `E.fmap_s`, `fmap_p`
    pub fn fmap_promised(&self, order: Order, f: Function) -> Result<Event, Exn> {
        Event::served(&[self], order, fmapping(f))
    }

    /// `E.run_s`, `run_p`: of promises, which `of` finds in the occurrences.
    pub fn run_promised(
        &self,
        order: Order,
        of: impl Fn(&Shared) -> Promise + 'static,
    ) -> Result<Event, Exn> {
        results(&[self.node()], Lane::new(order, running)?, move |at| {
            at.occurrence(0).map(|value| of(&value))
        })
    }
}
