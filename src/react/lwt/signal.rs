//! Functions of promises on signals: as a promise of a signal, or with a value to begin
//! with.

use super::lane::{Function, Lane, Order, Work, results};
use super::served::{filtering, fmapping, mapping, running};
use super::several::merging;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::future::spawn;
use crate::promise::shared::Shared;
use crate::promise::{Promise, failed};
use crate::react::graph::node::Node;
use crate::react::{Event, Signal};
use std::cell::Cell;
use std::rc::Rc;

/// What a function of promises is for.
pub enum Use {
    /// `map_s`, `app_s`, `l1_s` to `l6_s`
    Map(Function),
    /// `filter_s`: the value before there is one that passes.
    Filter(Function, Shared),
    /// `fmap_s`: the value before there is one.
    Fmap(Function, Shared),
    /// `merge_s`: the value to begin with.
    Merge(Function, Shared),
    /// `run_s`: the promise in a value.
    Run(Rc<dyn Fn(&Shared) -> Promise>),
}

/// What is done with the values of signals.
type Served = Box<dyn Fn(Vec<Shared>) -> Work>;

impl Use {
    /// The work, and what there is if the first makes nothing.
    fn into_work(self) -> (Served, Option<Shared>) {
        match self {
            Use::Map(f) => (Box::new(mapping(f)), None),
            Use::Filter(f, initial) => (Box::new(filtering(f)), Some(initial)),
            Use::Fmap(f, initial) => (Box::new(fmapping(f)), Some(initial)),
            Use::Merge(f, initial) => (Box::new(merging(initial, f)), None),
            Use::Run(of) => {
                let run = move |values: Vec<Shared>| match values.first() {
                    Some(value) => running(of(value)),
                    None => running(failed(Exn::invalid("run_s: no value"))),
                };
                (Box::new(run), None)
            }
        }
    }
}

fn present(signals: &[&Signal]) -> Result<Vec<Shared>, Exn> {
    let unset = || Exn::new(LWT_FAILURE, "the signal has no value yet");
    let values = signals.iter().map(|signal| signal.value());
    values.collect::<Option<Vec<Shared>>>().ok_or_else(unset)
}

/// The results for the values of signals from the next change on.
fn served(signals: &[&Signal], lane: (Rc<Lane<Vec<Shared>>>, Event)) -> Result<Event, Exn> {
    let inputs: Vec<&Node> = signals.iter().map(|signal| signal.node()).collect();
    let n = inputs.len();
    // What has changed when this is made is in the present values.
    let making = Rc::new(Cell::new(true));
    let made = making.clone();
    let event = results(&inputs, lane, move |at| {
        if made.get() || !(0..n).any(|input| at.changed(input)) {
            return None;
        }
        (0..n).map(|input| at.value(input)).collect()
    });
    making.set(false);
    event
}

impl Signal {
    /// A promise of the signal that `then` makes of what the function makes of the
    /// values: `S.map_s` and so on. Changes wait for the first value.
    pub fn promised(
        signals: &[&Signal],
        with: Use,
        then: impl FnOnce(Signal) -> Result<Signal, Exn> + 'static,
    ) -> Promise {
        let (work, initial) = with.into_work();
        let prepared = Lane::new(Order::Serial, work).and_then(|(lane, out)| {
            lane.hold_up();
            let first = present(signals)?;
            let changes = served(signals, (lane.clone(), out))?;
            Ok((lane, first, changes))
        });
        let (lane, first, changes) = match prepared {
            Ok(prepared) => prepared,
            Err(exn) => return failed(exn),
        };
        spawn(async move {
            let made = lane.work(first).await?;
            let none = || Exn::new(LWT_FAILURE, "there is no first value");
            let first = made.or(initial).ok_or_else(none)?;
            let signal = then(changes.hold(first)?)?;
            drop(changes);
            let value = object::into_value(Kind::Signal, Rc::new(signal))?;
            lane.go_on();
            Ok(value)
        })
    }

    /// The same, at once: `initial` until the function has made the first value.
    /// `Lwt_signal.map_s`, `map_p` and so on.
    pub fn served_from(
        signals: &[&Signal],
        order: Order,
        with: Use,
        initial: Shared,
    ) -> Result<Signal, Exn> {
        let (work, _) = with.into_work();
        let (lane, out) = Lane::new(order, work)?;
        let first = present(signals)?;
        let signal = served(signals, (lane.clone(), out))?.hold(initial)?;
        lane.take(first);
        Ok(signal)
    }

    /// `S.diff_s`: of the new value and the old one.
    pub fn diff_s(&self, f: Function) -> Result<Event, Exn> {
        let mut last = self.value();
        let making = Rc::new(Cell::new(true));
        let made = making.clone();
        let lane = Lane::new(Order::Serial, mapping(f))?;
        let event = results(&[self.node()], lane, move |at| {
            if made.get() || !at.changed(0) && last.is_some() {
                return None;
            }
            let now = at.value(0)?;
            let before = last.replace(now.clone())?;
            Some(vec![now, before])
        });
        making.set(false);
        event
    }

    /// Work of a notifier: for the present value, and for each later one.
    pub(super) fn notified(&self, order: Order, f: Function) -> Result<Event, Exn> {
        let (lane, out) = Lane::notifying(order, super::notify::telling(f))?;
        let present = self.value();
        let event = served(&[self], (lane.clone(), out))?;
        if let Some(value) = present {
            lane.take(vec![value]);
        }
        Ok(event)
    }
}
