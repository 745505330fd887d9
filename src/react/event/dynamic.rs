//! Events that follow another one each time, and those that depend on themselves.

use super::{Event, Sender};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::Update;
use crate::react::graph::Graph;

impl Event {
    /// `E.switch`: occurs as the event does, and from an occurrence of `source` on, as
    /// that which `of` finds in it.
    pub fn switch(
        &self,
        source: &Event,
        mut of: impl FnMut(&Shared) -> Result<Event, Exn> + 'static,
    ) -> Result<Event, Exn> {
        Event::derive(&[&source.0, &self.0], move |at| {
            if let Some(value) = at.occurrence(0) {
                let next = of(&value)?;
                at.replace(1, &next.0)?;
            }
            Ok(at.once_settled(1, |at| at.occurrence(1).into()))
        })
    }

    /// `E.fix`: `f` is given an event, and returns that which it is to occur as, a step
    /// later, and the result. Fails if the two are the same.
    pub fn fix(f: impl FnOnce(&Event) -> Result<(Event, Event), Exn>) -> Result<Event, Exn> {
        Graph::current().within(|| {
            let (delayed, Sender(feed)) = Event::create()?;
            let (source, result) = f(&delayed)?;
            if source.0.same(&delayed.0) {
                return Err(Exn::invalid("E.fix: the event would be itself"));
            }
            let back = Event::derive(&[&source.0], move |at| {
                if let Some(value) = at.occurrence(0) {
                    feed.graph().feed_back(&feed, value);
                }
                Ok(Update::Nothing)
            })?;
            // The result holds what feeds back, and nothing holds the result.
            Event::derive(&[&result.0], move |at| {
                let _ = &back;
                Ok(at.occurrence(0).into())
            })
        })
    }
}
