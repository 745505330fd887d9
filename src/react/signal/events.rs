//! Between signals and events.

use super::Signal;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::{Event, Update};
use std::cell::Cell;
use std::rc::Rc;

impl Event {
    /// `S.hold`: the last occurrence, `initial` before.
    pub fn hold(&self, initial: Shared) -> Result<Signal, Exn> {
        Signal::derive(Some(initial), &[self.node()], |at| {
            Ok(at.occurrence(0).into())
        })
    }

    /// `S.fold`: `f(value, occurrence)`, `initial` before.
    pub fn fold_signal(
        &self,
        initial: Shared,
        f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        self.fold(initial.clone(), f)?.hold(initial)
    }

    /// `S.sample`: `f(occurrence, value)` at each occurrence.
    pub fn sample(
        &self,
        signal: &Signal,
        mut f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        Event::derive(&[self.node(), signal.node()], move |at| {
            match (at.occurrence(0), at.value(1)) {
                (Some(occurrence), Some(value)) => f(&occurrence, &value).map(Update::Value),
                _ => Ok(Update::Nothing),
            }
        })
    }
}

impl Signal {
    /// `S.changes`: the new values.
    pub fn changes(&self) -> Result<Event, Exn> {
        Event::derive(&[self.node()], |at| {
            Ok(at.value(0).filter(|_| at.changed(0)).into())
        })
    }

    /// `S.diff`: of the new value and the old one, at each change.
    pub fn diff(
        &self,
        mut f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let mut last = self.value();
        // A change that the value of now comes from is none that comes after it.
        let making = Rc::new(Cell::new(true));
        let made = making.clone();
        let event = Event::derive(&[self.node()], move |at| {
            if made.get() || !at.changed(0) && last.is_some() {
                return Ok(Update::Nothing);
            }
            let Some(value) = at.value(0) else {
                return Ok(Update::Nothing);
            };
            match last.replace(value.clone()) {
                Some(before) => f(&value, &before).map(Update::Value),
                None => Ok(Update::Nothing),
            }
        });
        making.set(false);
        event
    }

    /// `S.dismiss`: without the changes that an event occurs together with; `initial`
    /// if that is so from the beginning.
    pub fn dismiss(&self, event: &Event, initial: Shared) -> Result<Signal, Exn> {
        let mut initial = Some(initial);
        Signal::derive(None, &[self.node(), event.node()], move |at| {
            let dismissed = at.changed(1);
            Ok(match (at.is_set(), dismissed) {
                (false, true) => initial.take().into(),
                (false, false) => at.value(0).into(),
                (true, false) if at.changed(0) => at.value(0).into(),
                (true, _) => Update::Nothing,
            })
        })
    }
}
