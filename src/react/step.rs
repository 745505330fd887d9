//! `React.Step`: occurrences that are to be simultaneous.

#![forbid(unsafe_code)]

use super::graph::Values;
use super::graph::node::Node;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A step that is being put together.
#[derive(Default)]
pub struct Step {
    values: RefCell<Values>,
    /// Whom it has a value for.
    primitives: RefCell<BTreeSet<u32>>,
    executed: Cell<bool>,
}

impl Step {
    /// `Step.create`
    pub fn new() -> Step {
        Step::default()
    }

    /// Adds a primitive's value. Fails, and drops it, if there is one already, or the
    /// step was executed.
    pub(super) fn add(&self, node: &Node, value: Shared, name: &str) -> Result<(), Exn> {
        if self.executed.get() {
            return Err(Exn::invalid(&format!("{name}: the step was executed")));
        }
        let mut values = self.values.borrow_mut();
        let alien = |(first, _): &(Node, Shared)| !Rc::ptr_eq(first.graph(), node.graph());
        if values.first().is_some_and(alien) {
            return Err(Exn::invalid(&format!("{name}: of a graph that is gone")));
        }
        if !self.primitives.borrow_mut().insert(node.id()) {
            return Err(Exn::invalid(&format!("{name}: twice in the same step")));
        }
        values.push((node.clone(), value));
        Ok(())
    }

    /// `Step.execute`: all of it at once, now or right after the step that runs. Fails
    /// the second time.
    pub fn execute(&self) -> Result<(), Exn> {
        if self.executed.replace(true) {
            return Err(Exn::invalid("Step.execute: the step was executed"));
        }
        let values = self.values.take();
        self.primitives.take();
        if let Some(graph) = values.first().map(|(node, _)| node.graph().clone()) {
            graph.send_all(values);
        }
        Ok(())
    }
}
