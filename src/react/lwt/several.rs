//! `diff_s`, `accum_s`, `fold_s`, `merge_s` of events, and what keeps a state.

use super::lane::{Function, Lane, Order, Work, made, results};
use super::served::mapping;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::graph::node::Node;
use crate::react::{Event, Signal};
use std::cell::RefCell;
use std::rc::Rc;

/// The work: the function folded over values.
pub fn merging(initial: Shared, f: Function) -> impl Fn(Vec<Shared>) -> Work + 'static {
    move |values| {
        let (f, mut result) = (f.clone(), initial.clone());
        Box::pin(async move {
            for value in values {
                result = made(f.clone(), &[result, value]).await?;
            }
            Ok(Some(result))
        })
    }
}

impl Event {
    /// `E.diff_s`: of an occurrence and the one before.
    pub fn diff_s(&self, f: Function) -> Result<Event, Exn> {
        let mut last: Option<Shared> = None;
        let lane = Lane::new(Order::Serial, mapping(f))?;
        results(&[self.node()], lane, move |at| {
            let now = at.occurrence(0)?;
            let before = last.replace(now.clone())?;
            Some(vec![now, before])
        })
    }

    /// `E.fold_s`: `f(result, occurrence)`; with the arguments in the other order
    /// `accum_s`, whose occurrences are functions. A failure leaves the result as it
    /// was.
    pub fn fold_s(&self, initial: Shared, f: Function) -> Result<Event, Exn> {
        let result = Rc::new(RefCell::new(initial));
        let work = move |value: Shared| -> Work {
            let (f, result) = (f.clone(), result.clone());
            Box::pin(async move {
                let before = result.borrow().clone();
                let new = made(f, &[before, value]).await?;
                let before = result.replace(new.clone());
                drop(before);
                Ok(Some(new))
            })
        };
        let lane = Lane::new(Order::Serial, work)?;
        results(&[self.node()], lane, |at| at.occurrence(0))
    }

    /// `S.fold_s`, and so `S.accum_s`.
    pub fn fold_signal_s(&self, initial: Shared, f: Function) -> Result<Signal, Exn> {
        self.fold_s(initial.clone(), f)?.hold(initial)
    }

    /// `E.merge_s`: `f(result, occurrence)` over what occurs at the same time.
    pub fn merge_s(events: &[&Event], initial: Shared, f: Function) -> Result<Event, Exn> {
        let inputs: Vec<&Node> = events.iter().map(|event| event.node()).collect();
        let n = inputs.len();
        let lane = Lane::new(Order::Serial, merging(initial, f))?;
        results(&inputs, lane, move |at| {
            let now: Vec<Shared> = (0..n).filter_map(|input| at.occurrence(input)).collect();
            (!now.is_empty()).then_some(now)
        })
    }

    /// `S.sample_s`: `f(occurrence, value of the signal)`.
    pub fn sample_s(&self, signal: &Signal, f: Function) -> Result<Event, Exn> {
        let lane = Lane::new(Order::Serial, mapping(f))?;
        results(&[self.node(), signal.node()], lane, |at| {
            Some(vec![at.occurrence(0)?, at.value(1)?])
        })
    }
}
