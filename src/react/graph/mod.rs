//! The graph of a thread: its nodes, and the steps that update them.
//!
//! A step is given new values of primitives, and updates what depends on them by
//! rank, so that each node runs once, after all its inputs. User's code is only run
//! while nothing is borrowed, and may do anything: what it makes sees the
//! occurrences of the step, what it sends waits for a step of its own, and what it
//! releases is gone.
//!
//! It calls values and exceptions, no I/O.

pub mod at;
pub mod core;
mod links;
pub mod node;
mod queue;
mod run;

use self::core::{Core, Id};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use at::{At, Update};
use node::Node;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::rc::{Rc, Weak};

/// How a node is updated.
pub type Op = dyn FnMut(&At<'_>) -> Result<Update, Exn>;

/// What a step is begun with.
pub type Values = Vec<(Node, Shared)>;

/// A graph. It lives as long as one of its nodes is referred to.
pub struct Graph {
    core: RefCell<Core>,
    later: RefCell<Later>,
}

/// Steps that wait for the one that runs.
#[derive(Default)]
struct Later {
    /// What was fed back: the very next step.
    delayed: Values,
    /// What was sent meanwhile, in its order.
    sent: VecDeque<Sent>,
}

enum Sent {
    One(Node, Shared),
    Many(Values),
}

thread_local! {
    // Never dropped, so that it is there as long as handles are, which is longer
    // than what is dropped with a thread; the graph itself empties it.
    static CURRENT: RefCell<ManuallyDrop<Weak<Graph>>> =
        const { RefCell::new(ManuallyDrop::new(Weak::new())) };
}

impl Graph {
    /// The graph of this thread.
    pub fn current() -> Rc<Graph> {
        CURRENT.with(|current| {
            let mut current = current.borrow_mut();
            if let Some(graph) = current.upgrade() {
                return graph;
            }
            let graph = Rc::new(Graph {
                core: RefCell::new(Core::empty()),
                later: RefCell::default(),
            });
            // What stood there was emptied by the graph before.
            *current = ManuallyDrop::new(Rc::downgrade(&graph));
            graph
        })
    }

    /// Gives up a reference to a node. What nobody refers to any more is taken out
    /// of its inputs, and so on, in a loop: a chain of any length needs no stack.
    fn release(&self, id: Id) {
        self.core.borrow_mut().unref(id);
        self.bury();
    }

    /// Buries who has died.
    fn bury(&self) {
        let mut core = self.core.borrow_mut();
        if core.burying || core.dying.is_empty() {
            return;
        }
        core.burying = true;
        while let Some(id) = core.dying.pop() {
            let remains = core.bury(id);
            drop(core);
            // Drop functions, which may release more.
            drop(remains);
            core = self.core.borrow_mut();
        }
        core.burying = false;
    }

    /// `E.stop`, `S.stop`: the node's value stays as it is. Strongly: so do those of
    /// its inputs that have no other dependents, and so on.
    fn stop(&self, id: Id, strong: bool) {
        self.core.borrow_mut().at(id).refs += 1;
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let mut core = self.core.borrow_mut();
            let node = core.at(id);
            node.flags |= core::STOPPED;
            let op = node.op.take();
            waiting.append(&mut core.unlink_all(id, strong));
            core.unref(id);
            drop(core);
            drop(op);
        }
        self.bury();
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        // Nobody has entered another one: that needs this one to be gone.
        let _ = CURRENT.try_with(|current| {
            let mut current = current.borrow_mut();
            if current.strong_count() == 0 {
                ManuallyDrop::into_inner(std::mem::replace(
                    &mut *current,
                    ManuallyDrop::new(Weak::new()),
                ));
            }
        });
    }
}
