//! Events that are derived from several.

use super::Event;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::Update;
use crate::react::graph::node::Node;

impl Event {
    /// `E.dismiss`: when another one does not occur.
    pub fn dismiss(&self, other: &Event) -> Result<Event, Exn> {
        Event::derive(&[&self.0, &other.0], |at| match at.changed(1) {
            true => Ok(Update::Nothing),
            false => Ok(at.occurrence(0).into()),
        })
    }

    /// `E.until`: before another one occurs for the first time.
    pub fn until(&self, end: &Event) -> Result<Event, Exn> {
        Event::derive(&[&self.0, &end.0], |at| match at.changed(1) {
            true => Ok(Update::Stop),
            false => Ok(at.occurrence(0).into()),
        })
    }

    /// `E.select`: of those that occur, the first.
    pub fn select(events: &[&Event]) -> Result<Event, Exn> {
        Event::derive(&nodes(events), |at| Ok(at.first_occurrence().into()))
    }

    /// `E.merge`: `f(result, occurrence)` over those that occur, from `initial`.
    pub fn merge(
        events: &[&Event],
        initial: Shared,
        mut f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let mut all = Vec::new();
        Event::derive(&nodes(events), move |at| {
            at.occurrences(&mut all);
            let mut result = Ok(initial.clone());
            for value in all.drain(..) {
                result = result.and_then(|before| f(&before, &value));
            }
            result.map(Update::Value)
        })
    }

    /// `E.l1` to `E.l6`: of occurrences of all.
    pub fn lift(
        events: &[&Event],
        mut f: impl FnMut(&[Shared]) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let mut all = Vec::new();
        Event::derive(&nodes(events), move |at| {
            let update = match at.all_occurrences(&mut all) {
                true => f(&all).map(Update::Value),
                false => Ok(Update::Nothing),
            };
            all.clear();
            update
        })
    }
}

fn nodes<'a>(events: &[&'a Event]) -> Vec<&'a Node> {
    events.iter().map(|event| event.node()).collect()
}
