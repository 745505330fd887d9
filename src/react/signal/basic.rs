//! Signals that are derived from one other, and from a signal beside it.

use super::Signal;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::Update;
use crate::react::event::{is_none, is_true};

impl Signal {
    /// `S.map`
    pub fn map(
        &self,
        mut f: impl FnMut(&Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        Signal::derive(None, &[&self.0], move |at| match at.value(0) {
            Some(value) => f(&value).map(Update::Value),
            None => Ok(Update::Nothing),
        })
    }

    /// `S.fmap`: the last value that the function makes something of, `initial`
    /// before.
    pub fn fmap(
        &self,
        initial: Shared,
        mut f: impl FnMut(&Shared) -> Result<Option<Shared>, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        let mut initial = Some(initial);
        Signal::derive(None, &[&self.0], move |at| {
            let Some(value) = at.value(0) else {
                return Ok(Update::Nothing);
            };
            Ok(match (f(&value)?, at.is_set()) {
                (Some(value), _) => Update::Value(value),
                (None, true) => Update::Nothing,
                (None, false) => initial.take().into(),
            })
        })
    }

    /// `S.filter`: the last value that passes, `initial` before.
    pub fn filter(
        &self,
        initial: Shared,
        mut test: impl FnMut(&Shared) -> Result<bool, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        self.fmap(
            initial,
            move |value| Ok(test(value)?.then(|| value.clone())),
        )
    }

    /// `S.trace ~iff`: the same, with a function called for each value, the present
    /// one too, while a signal is true. What that raises goes to the async exception
    /// hook.
    pub fn trace(
        &self,
        iff: Option<&Signal>,
        mut f: impl FnMut(&Shared) -> Result<(), Exn> + 'static,
    ) -> Result<Signal, Exn> {
        let mut inputs = vec![&self.0];
        inputs.extend(iff.map(Signal::node));
        let always = iff.is_none();
        let traced = Signal::derive(None, &inputs, move |at| {
            let Some(value) = at.value(0) else {
                return Ok(Update::Nothing);
            };
            if at.is_set() && !at.changed(0) {
                return Ok(Update::Nothing);
            }
            if (always || at.value(1).is_some_and(|on| is_true(&on)))
                && let Err(exn) = f(&value)
            {
                crate::exn::unhandled(exn);
            }
            Ok(Update::Value(value))
        })?;
        Ok(traced.with_eq(self.eq()))
    }

    /// The same, always: a function that is called with the present value and each
    /// later one, as long as the result is held.
    pub fn each(&self, f: impl FnMut(&Shared) -> Result<(), Exn> + 'static) -> Result<Signal, Exn> {
        self.trace(None, f)
    }

    /// `S.on`: as it was when a signal was true last, `initial` before.
    pub fn on(&self, condition: &Signal, initial: Shared) -> Result<Signal, Exn> {
        let mut initial = Some(initial);
        Signal::derive(None, &[&self.0, &condition.0], move |at| {
            let (Some(value), Some(on)) = (at.value(0), at.value(1)) else {
                return Ok(Update::Nothing);
            };
            Ok(match is_true(&on) {
                true => Update::Value(value),
                false if at.is_set() => Update::Nothing,
                false => initial.take().into(),
            })
        })
    }

    /// `S.Option.value`: of values that may be none. Those are, always, a signal's
    /// value; or (`Init`) the last that was one, and a signal's value before.
    pub fn option_value(&self, default: &Signal, always: bool) -> Result<Signal, Exn> {
        Signal::derive(None, &[&self.0, &default.0], move |at| {
            let (Some(value), Some(default)) = (at.value(0), at.value(1)) else {
                return Ok(Update::Nothing);
            };
            Ok(match (is_none(&value), always || !at.is_set()) {
                (false, _) => Update::Value(value),
                (true, true) => Update::Value(default),
                (true, false) => Update::Nothing,
            })
        })
    }
}
