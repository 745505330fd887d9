//! Module Lwt_react.S: signals. `basic.rs` derives a signal from one other,
//! `several.rs` from several, `events.rs` between signals and events, `dynamic.rs`
//! from one that changes or from itself.

#![forbid(unsafe_code)]

mod basic;
mod dynamic;
mod events;
mod several;

use super::graph::core::{CONSTANT, SIGNAL};
use super::graph::node::{Node, WeakNode};
use super::graph::{Graph, Op};
use super::{At, Eq, Step, Update};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::value::Env;

/// A signal. The clones are the same one.
#[derive(Clone)]
pub struct Signal(pub(super) Node);

/// What gives a primitive signal its values.
#[derive(Clone)]
pub struct Setter(Node);

/// A signal that is not kept alive.
#[derive(Clone)]
pub struct WeakSignal(WeakNode);

impl Signal {
    /// `S.create`
    pub fn create(initial: Shared) -> Result<(Signal, Setter), Exn> {
        let node = Graph::current().add(SIGNAL, Some(initial))?;
        Ok((Signal(node.clone()), Setter(node)))
    }

    /// `S.const`
    pub fn constant(value: Shared) -> Result<Signal, Exn> {
        let node = Graph::current().add(SIGNAL | CONSTANT, Some(value))?;
        Ok(Signal(node))
    }

    /// A signal that is what a function makes of inputs, each time that one of them
    /// occurs or changes; and now, if there is no initial value. Fails if that does.
    pub fn derive(
        initial: Option<Shared>,
        inputs: &[&Node],
        op: impl FnMut(&At<'_>) -> Result<Update, Exn> + 'static,
    ) -> Result<Signal, Exn> {
        let op: Box<Op> = Box::new(op);
        let graph = match inputs.first() {
            Some(first) => first.graph().clone(),
            None => Graph::current(),
        };
        graph.derive(SIGNAL, initial, inputs, op).map(Signal)
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// `S.value`; within a step perhaps that of before. None: it was made in the step
    /// that runs, and has none yet.
    pub fn value(&self) -> Option<Shared> {
        self.0.value()
    }

    /// Gives the signal an equality: the `?eq` of what made it. Returns the same one.
    pub fn with_eq(self, eq: Eq) -> Signal {
        self.0.set_eq(eq);
        self
    }

    /// `S.eq_fun`
    pub fn eq(&self) -> Eq {
        self.0.eq()
    }

    /// `S.equal`: is it the same signal, or are both constant, and the same?
    pub fn equal(&self, other: &Signal) -> Result<bool, Exn> {
        if self.0.same(&other.0) {
            return Ok(true);
        }
        match (self.value(), other.value()) {
            (Some(a), Some(b)) if self.0.is_constant() && other.0.is_constant() => {
                self.eq().same(&a, &b)
            }
            _ => Ok(false),
        }
    }

    /// `S.stop`: it stays as it is. Strongly: so do its inputs that have no other
    /// dependents, and so on.
    pub fn stop(&self, strong: bool) {
        self.0.stop(strong);
    }

    /// `S.retain`: ties something to the signal; returns what was before. Fails for a
    /// constant.
    pub fn retain(&self, kept: Env) -> Result<Option<Env>, Exn> {
        if self.0.is_constant() {
            return Err(Exn::invalid("S.retain: a constant keeps nothing"));
        }
        Ok(self.0.retain(kept))
    }

    /// `S.keep`: as long as the thread lives.
    pub fn keep(&self) {
        self.0.keep();
    }

    /// A reference that does not keep it alive.
    pub fn downgrade(&self) -> WeakSignal {
        WeakSignal(self.0.downgrade())
    }
}

impl WeakSignal {
    /// The signal, if it still is.
    pub fn upgrade(&self) -> Option<Signal> {
        self.0.upgrade().map(Signal)
    }
}

impl Setter {
    /// The signal gets a value: now, with all that follows from it; or, inside a step,
    /// right after that one.
    pub fn set(&self, value: Shared) {
        self.0.send(value);
    }

    /// It is to have it when a step is executed. Fails if that was, or if it gets a
    /// value there.
    pub fn set_in(&self, step: &Step, value: Shared) -> Result<(), Exn> {
        step.add(&self.0, value, "S.set")
    }

    /// Its signal.
    pub fn signal(&self) -> Signal {
        Signal(self.0.clone())
    }
}
