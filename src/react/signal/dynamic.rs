//! Signals that follow another one each time, and those that depend on themselves.

use super::{Setter, Signal};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::graph::Graph;
use crate::react::{Event, Update};

impl Signal {
    /// `S.switch`: the value of that signal which `of` finds in this one's value.
    pub fn switch(
        &self,
        mut of: impl FnMut(&Shared) -> Result<Signal, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        let mut followed: Option<Shared> = None;
        Signal::derive(None, &[&self.0], move |at| {
            let Some(value) = at.value(0) else {
                return Ok(Update::Nothing);
            };
            if followed.is_none() || at.changed(0) {
                at.replace(1, &of(&value)?.0)?;
                followed = Some(value);
            }
            Ok(at.once_settled(1, |at| at.value(1).into()))
        })
    }

    /// `S.bind`: the value of that signal which `f` makes of this one's value.
    pub fn bind(
        &self,
        mut f: impl FnMut(&Shared) -> Result<Signal, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        let mut bound = false;
        let mut waits = false;
        Signal::derive(None, &[&self.0], move |at| {
            let Some(value) = at.value(0) else {
                return Ok(Update::Nothing);
            };
            let asked = std::mem::replace(&mut waits, false);
            if !asked && (!bound || at.changed(0)) {
                let next = f(&value)?;
                at.replace(1, &next.0)?;
                bound = true;
            }
            let update = at.once_settled(1, |at| at.value(1).into());
            waits = matches!(update, Update::Later);
            Ok(update)
        })
    }

    /// `S.fix`: `f` is given a signal, `initial` at first, and returns that which it is
    /// to be, a step later, and the result. Fails if the two are the same.
    pub fn fix(
        initial: Shared,
        f: impl FnOnce(&Signal) -> Result<(Signal, Signal), Exn>,
    ) -> Result<Signal, Exn> {
        Graph::current().within(|| {
            let (delayed, Setter(feed)) = Signal::create(initial)?;
            let (source, result) = f(&delayed)?;
            if source.0.same(&delayed.0) {
                return Err(Exn::invalid("S.fix: the signal would be itself"));
            }
            if let Some(value) = source.value() {
                feed.graph().feed_back(&feed, value);
            }
            let back = Event::derive(&[&source.0], move |at| {
                if let Some(value) = at.value(0) {
                    feed.graph().feed_back(&feed, value);
                }
                Ok(Update::Nothing)
            })?;
            // The result holds what feeds back, and nothing holds the result.
            let eq = result.eq();
            let held = Signal::derive(None, &[&result.0], move |at| {
                let _ = &back;
                Ok(at.value(0).into())
            })?;
            Ok(held.with_eq(eq))
        })
    }
}
