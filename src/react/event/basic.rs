//! Events that are derived from one other, and from a signal beside it.

use super::Event;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::{Eq, Signal, Update};

impl Event {
    /// What a function makes of each occurrence.
    pub fn fmap(
        &self,
        mut f: impl FnMut(&Shared) -> Result<Option<Shared>, Exn> + 'static,
    ) -> Result<Event, Exn> {
        Event::derive(&[&self.0], move |at| match at.occurrence(0) {
            Some(value) => f(&value).map(Update::from),
            None => Ok(Update::Nothing),
        })
    }

    /// `E.map`
    pub fn map(
        &self,
        mut f: impl FnMut(&Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        self.fmap(move |value| f(value).map(Some))
    }

    /// `E.stamp`
    pub fn stamp(&self, with: Shared) -> Result<Event, Exn> {
        self.fmap(move |_| Ok(Some(with.clone())))
    }

    /// `E.filter`
    pub fn filter(
        &self,
        mut test: impl FnMut(&Shared) -> Result<bool, Exn> + 'static,
    ) -> Result<Event, Exn> {
        self.fmap(move |value| Ok(test(value)?.then(|| value.clone())))
    }

    /// The same occurrences, with a function called before each: as long as the result
    /// is held.
    pub fn each(
        &self,
        mut f: impl FnMut(&Shared) -> Result<(), Exn> + 'static,
    ) -> Result<Event, Exn> {
        self.fmap(move |value| {
            f(value)?;
            Ok(Some(value.clone()))
        })
    }

    /// `E.trace ~iff`: with a function called while a signal is true. What that
    /// raises goes to the async exception hook, and the event occurs.
    pub fn trace(
        &self,
        iff: Option<&Signal>,
        mut f: impl FnMut(&Shared) -> Result<(), Exn> + 'static,
    ) -> Result<Event, Exn> {
        let mut inputs = vec![&self.0];
        inputs.extend(iff.map(Signal::node));
        let always = iff.is_none();
        Event::derive(&inputs, move |at| {
            let Some(value) = at.occurrence(0) else {
                return Ok(Update::Nothing);
            };
            if (always || at.value(1).is_some_and(|on| is_true(&on)))
                && let Err(exn) = f(&value)
            {
                crate::exn::unhandled(exn);
            }
            Ok(Update::Value(value))
        })
    }

    /// `E.once`
    pub fn once(&self) -> Result<Event, Exn> {
        Event::derive(&[&self.0], |at| {
            Ok(at.occurrence(0).map_or(Update::Nothing, Update::Last))
        })
    }

    /// `E.drop_once`
    pub fn drop_once(&self) -> Result<Event, Exn> {
        let mut first = true;
        self.fmap(move |value| Ok((!std::mem::replace(&mut first, false)).then(|| value.clone())))
    }

    /// `E.diff`: of the new occurrence and the one before.
    pub fn diff(
        &self,
        mut f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let mut last: Option<Shared> = None;
        self.fmap(move |value| match last.replace(value.clone()) {
            Some(before) => f(value, &before).map(Some),
            None => Ok(None),
        })
    }

    /// `E.changes`: what is not the same as the occurrence before.
    pub fn changes(&self, eq: Eq) -> Result<Event, Exn> {
        let mut last: Option<Shared> = None;
        self.fmap(move |value| {
            if let Some(before) = &last
                && eq.same(before, value)?
            {
                return Ok(None);
            }
            last = Some(value.clone());
            Ok(Some(value.clone()))
        })
    }

    /// `E.on`: while a signal is true.
    pub fn on(&self, condition: &Signal) -> Result<Event, Exn> {
        Event::derive(&[&self.0, condition.node()], |at| {
            let on = at.value(1).is_some_and(|on| is_true(&on));
            Ok(at.occurrence(0).filter(|_| on).into())
        })
    }

    /// `E.fold`: `f(result, occurrence)`. One that fails leaves the result as it was.
    pub fn fold(
        &self,
        initial: Shared,
        mut f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let mut result = initial;
        self.fmap(move |value| {
            let new = f(&result, value)?;
            result = new.clone();
            Ok(Some(new))
        })
    }

    /// `E.Option.value`: of occurrences that may be none. Those that are, are left
    /// out, or are a signal's value.
    pub fn option_value(&self, default: Option<&Signal>) -> Result<Event, Exn> {
        let mut inputs = vec![&self.0];
        inputs.extend(default.map(Signal::node));
        Event::derive(&inputs, |at| {
            let value = at.occurrence(0);
            Ok(match value {
                Some(value) if is_none(&value) => at.value(1).into(),
                value => value.into(),
            })
        })
    }
}

/// A truth value.
pub fn is_true(value: &Shared) -> bool {
    !value.word().is_null()
}

/// No value.
pub fn is_none(value: &Shared) -> bool {
    value.word() == crate::abi::NONE
}
