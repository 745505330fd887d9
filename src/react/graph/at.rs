//! What a node's function sees of its inputs, and what it answers.

use super::Graph;
use super::core::{Id, SET};
use super::node::Node;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use std::rc::Rc;

/// What a node's function says.
pub enum Update {
    /// It does not occur; it stays as it is.
    Nothing,
    /// It occurs with this; this is its value, and a change if it is not the same.
    Value(Shared),
    /// The same, and that was its last update.
    Last(Shared),
    /// It has no more updates.
    Stop,
    /// It is to be asked again, after its new input.
    Later,
}

impl From<Option<Shared>> for Update {
    fn from(value: Option<Shared>) -> Update {
        value.map_or(Update::Nothing, Update::Value)
    }
}

/// A node that is being updated.
pub struct At<'a> {
    graph: &'a Rc<Graph>,
    id: Id,
}

impl<'a> At<'a> {
    pub(super) fn new(graph: &'a Rc<Graph>, id: Id) -> At<'a> {
        At { graph, id }
    }

    /// What an input, an event, occurs with in this step.
    #[inline]
    pub fn occurrence(&self, input: usize) -> Option<Shared> {
        let core = self.graph.core.borrow();
        let step = core.step;
        let node = core.input(self.id, input)?;
        (node.stamp == step).then(|| node.value.clone())
    }

    /// Does it occur, or, of a signal, has it changed?
    #[inline]
    pub fn changed(&self, input: usize) -> bool {
        let core = self.graph.core.borrow();
        let step = core.step;
        core.input(self.id, input).is_some_and(|n| n.stamp == step)
    }

    /// The value of an input, a signal. None: it has none yet.
    #[inline]
    pub fn value(&self, input: usize) -> Option<Shared> {
        let core = self.graph.core.borrow();
        let node = core.input(self.id, input)?;
        node.has(SET).then(|| node.value.clone())
    }

    /// That of the first input that occurs.
    pub fn first_occurrence(&self) -> Option<Shared> {
        let core = self.graph.core.borrow();
        let mut all = core.inputs(self.id);
        let first = all.find(|node| node.stamp == core.step)?;
        Some(first.value.clone())
    }

    /// Those of all inputs that occur.
    pub fn occurrences(&self, into: &mut Vec<Shared>) {
        let core = self.graph.core.borrow();
        let all = core.inputs(self.id);
        let now = all.filter(|node| node.stamp == core.step);
        into.extend(now.map(|node| node.value.clone()));
    }

    /// Those of all inputs. False: one does not occur.
    pub fn all_occurrences(&self, into: &mut Vec<Shared>) -> bool {
        let core = self.graph.core.borrow();
        for node in core.inputs(self.id) {
            if node.stamp != core.step {
                return false;
            }
            into.push(node.value.clone());
        }
        true
    }

    /// The values of all inputs. False: one has none yet.
    pub fn values(&self, into: &mut Vec<Shared>) -> bool {
        let core = self.graph.core.borrow();
        for node in core.inputs(self.id) {
            if !node.has(SET) {
                return false;
            }
            into.push(node.value.clone());
        }
        true
    }

    /// Has the node, a signal, a value?
    pub fn is_set(&self) -> bool {
        let core = self.graph.core.borrow();
        core.nodes[self.id as usize].has(SET)
    }

    /// Has the input all that this step will give it?
    pub fn is_settled(&self, input: usize) -> bool {
        let core = self.graph.core.borrow();
        core.input(self.id, input)
            .is_none_or(|node| core.is_settled(node))
    }

    /// Puts an input in the place of another, or behind the last. Fails if it depends
    /// on the node itself.
    pub fn replace(&self, input: usize, new: &Node) -> Result<(), Exn> {
        let mut core = self.graph.core.borrow_mut();
        if core.input_id(self.id, input) == Some(new.id()) {
            return Ok(());
        }
        if !Rc::ptr_eq(new.graph(), self.graph) {
            return Err(Exn::invalid("react: a node of a graph that is gone"));
        }
        core.reserve(1).ok_or_else(Exn::out_of_memory)?;
        if !core.replace(self.id, input, new.id()) {
            return Err(Exn::invalid("react: a node would depend on itself"));
        }
        drop(core);
        self.graph.bury();
        Ok(())
    }

    /// The answer where an input was replaced: what `f` makes of it, now or when it
    /// is settled.
    pub fn once_settled(&self, input: usize, f: impl FnOnce(&At<'_>) -> Update) -> Update {
        if self.is_settled(input) {
            return f(self);
        }
        Update::Later
    }
}
