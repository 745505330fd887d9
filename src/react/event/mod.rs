//! Module Lwt_react.E: events. `basic.rs` derives an event from one other,
//! `several.rs` from several, `dynamic.rs` from one that changes or from itself.

#![forbid(unsafe_code)]

mod basic;
mod dynamic;
mod several;

pub use basic::{is_none, is_true};

use super::graph::core::NEVER;
use super::graph::node::{Node, WeakNode};
use super::graph::{Graph, Op};
use super::{At, Step, Update};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::value::Env;

/// An event. The clones are the same one.
#[derive(Clone)]
pub struct Event(pub(super) Node);

/// What makes a primitive event occur.
#[derive(Clone)]
pub struct Sender(Node);

/// An event that is not kept alive.
#[derive(Clone)]
pub struct WeakEvent(WeakNode);

impl Event {
    /// `E.create`
    pub fn create() -> Result<(Event, Sender), Exn> {
        let node = Graph::current().add(0, None)?;
        Ok((Event(node.clone()), Sender(node)))
    }

    /// `E.never`
    pub fn never() -> Result<Event, Exn> {
        Graph::current().add(NEVER, None).map(Event)
    }

    /// An event that is what a function makes of inputs, each time that one of them
    /// occurs or changes.
    pub fn derive(
        inputs: &[&Node],
        op: impl FnMut(&At<'_>) -> Result<Update, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let op: Box<Op> = Box::new(op);
        match inputs.first() {
            Some(first) => first.graph().derive(0, None, inputs, op).map(Event),
            None => Event::never(),
        }
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// `E.equal`: is it the same event?
    pub fn equal(&self, other: &Event) -> bool {
        self.0.same(&other.0) || self.0.is_never() && other.0.is_never()
    }

    /// `E.stop`: never again. Strongly: so it goes with its inputs that have no other
    /// dependents, and so on.
    pub fn stop(&self, strong: bool) {
        self.0.stop(strong);
    }

    /// `E.retain`: ties something to the event; returns what was before. Fails for
    /// `never`.
    pub fn retain(&self, kept: Env) -> Result<Option<Env>, Exn> {
        if self.0.is_never() {
            return Err(Exn::invalid("E.retain: never keeps nothing"));
        }
        Ok(self.0.retain(kept))
    }

    /// `E.keep`: as long as the thread lives.
    pub fn keep(&self) {
        self.0.keep();
    }

    /// A reference that does not keep it alive.
    pub fn downgrade(&self) -> WeakEvent {
        WeakEvent(self.0.downgrade())
    }
}

impl WeakEvent {
    /// The event, if it still is.
    pub fn upgrade(&self) -> Option<Event> {
        self.0.upgrade().map(Event)
    }
}

impl Sender {
    /// The event occurs: now, with all that follows from it; or, inside a step, right
    /// after that one.
    pub fn send(&self, value: Shared) {
        self.0.send(value);
    }

    /// It is to occur when a step is executed. Fails if that was, or if it has an
    /// occurrence there.
    pub fn send_in(&self, step: &Step, value: Shared) -> Result<(), Exn> {
        step.add(&self.0, value, "E.send")
    }

    /// Its event.
    pub fn event(&self) -> Event {
        Event(self.0.clone())
    }
}
