//! Signals that are derived from several.

use super::Signal;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::Update;
use crate::react::graph::node::Node;

impl Signal {
    /// `S.l1` to `S.l6`: what a function makes of the values of all.
    pub fn lift(
        signals: &[&Signal],
        mut f: impl FnMut(&[Shared]) -> Result<Shared, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        let inputs: Vec<&Node> = signals.iter().map(|signal| signal.node()).collect();
        let mut all = Vec::new();
        Signal::derive(None, &inputs, move |at| {
            let update = match at.values(&mut all) {
                true => f(&all).map(Update::Value),
                false => Ok(Update::Nothing),
            };
            all.clear();
            update
        })
    }

    /// `S.merge`: `f(result, value)` over the values, from `initial`.
    pub fn merge(
        signals: &[&Signal],
        initial: Shared,
        mut f: impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        Signal::lift(signals, move |values| {
            let mut result = initial.clone();
            for value in values {
                result = f(&result, value)?;
            }
            Ok(result)
        })
    }
}
