//! The nodes of a graph and what ties them together. Nothing here runs code of the
//! user's: what is to be dropped is handed out.
//!
//! Nodes and edges (`links.rs`) lie in two arrays and know each other by number.

use super::Op;
use super::links::Edge;
use super::queue::Queue;
use crate::promise::shared::Shared;
use crate::value::{Env, Value};
use std::rc::Rc;

/// The number of a node.
pub type Id = u32;
/// No node, or no edge.
pub const NONE: u32 = u32::MAX;

/// A signal, not an event.
pub const SIGNAL: u32 = 1;
/// In the queue of the step.
pub const QUEUED: u32 = 2;
/// Its function, or its equality, is running.
pub const RUNNING: u32 = 4;
/// Stopped.
pub const STOPPED: u32 = 8;
/// Buried, but still in the queue.
pub const DEAD: u32 = 16;
/// A signal that has a value.
pub const SET: u32 = 32;
/// A primitive of the step that has not yet got its value.
pub const PENDING: u32 = 64;
/// `never`.
pub const NEVER: u32 = 128;
/// A constant.
pub const CONSTANT: u32 = 256;
/// Waits for its dependents to be ranked anew.
pub const RAISED: u32 = 512;
/// Has an equality of its own.
pub const OWN_EQ: u32 = 1024;

/// When two values of a signal are the same.
#[derive(Clone, Default)]
pub enum Eq {
    /// The words are the same.
    #[default]
    Word,
    /// Never: each update counts.
    Never,
    /// As a function says.
    With(Rc<EqFn>),
}

/// An equality.
pub type EqFn = dyn Fn(&Shared, &Shared) -> Result<bool, crate::exn::Exn>;

/// What few nodes have.
#[derive(Default)]
pub struct Extra {
    /// A signal's equality.
    pub eq: Eq,
    /// What `retain` ties to the node.
    pub kept: Option<Env>,
}

/// An event or a signal.
pub struct Node {
    /// Handles, edges to dependents, and a running function.
    pub refs: u32,
    /// Higher than that of each input.
    pub rank: u32,
    /// The queue's own: the rank by which the node was queued.
    pub key: u32,
    /// The queue's own, or the next free node.
    pub next: Id,
    pub(super) inputs: u32,
    pub(super) first_dependent: u32,
    pub(super) last_dependent: u32,
    /// How many nodes this place has held.
    pub generation: u32,
    /// See above.
    pub flags: u32,
    /// The step in which it occurred, or changed, last.
    pub stamp: u64,
    /// An event's occurrence, or a signal's value.
    pub value: Shared,
    /// How it is updated. None: it is a primitive, or stopped, or that is running.
    pub op: Option<Box<Op>>,
    /// What few have.
    pub extra: Option<Box<Extra>>,
}

impl Default for Node {
    fn default() -> Node {
        Node {
            refs: 0,
            rank: 0,
            key: 0,
            next: NONE,
            inputs: NONE,
            first_dependent: NONE,
            last_dependent: NONE,
            generation: 0,
            flags: 0,
            stamp: 0,
            value: unit(),
            op: None,
            extra: None,
        }
    }
}

/// No value.
pub fn unit() -> Shared {
    Shared::new(Value::UNIT)
}

impl Node {
    /// Is one of these flags up?
    #[inline]
    pub fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    /// Takes out all that code of the user's may hang on.
    pub fn empty(&mut self) -> Remains {
        let remains = Remains {
            _value: std::mem::replace(&mut self.value, unit()),
            _op: self.op.take(),
            _extra: self.extra.take(),
        };
        self.flags &= !OWN_EQ;
        remains
    }
}

/// What is left of a node, to be dropped while nothing is borrowed.
pub struct Remains {
    _value: Shared,
    _op: Option<Box<Op>>,
    _extra: Option<Box<Extra>>,
}

/// The nodes, the edges, and the step that runs.
pub struct Core {
    /// All nodes.
    pub nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    free_nodes: Id,
    pub(super) free_edges: u32,
    /// What the step has still to update.
    pub queue: Queue,
    /// The step that runs, or ran last.
    pub step: u64,
    /// Does one run?
    pub running: bool,
    /// The rank that is being updated; the highest there is between.
    pub current: u32,
    /// Events that occurred in the step, with something to free.
    pub occurred: Vec<Id>,
    /// Nodes without a reference, to be buried.
    pub dying: Vec<Id>,
    /// Somebody does that.
    pub burying: bool,
}

impl Core {
    /// An empty graph.
    pub const fn empty() -> Core {
        Core {
            nodes: Vec::new(),
            edges: Vec::new(),
            free_nodes: NONE,
            free_edges: NONE,
            queue: Queue::new(),
            step: 0,
            running: false,
            current: u32::MAX,
            occurred: Vec::new(),
            dying: Vec::new(),
            burying: false,
        }
    }

    /// The node of that number.
    #[inline]
    pub fn at(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// A new node without inputs, with one reference. None: out of memory.
    pub fn add(&mut self, flags: u32) -> Option<Id> {
        let id = match self.free_nodes {
            NONE => {
                self.nodes.try_reserve(1).ok()?;
                let id = u32::try_from(self.nodes.len())
                    .ok()
                    .filter(|&n| n != NONE)?;
                self.nodes.push(Node::default());
                id
            }
            id => {
                self.free_nodes = self.at(id).next;
                id
            }
        };
        let node = self.at(id);
        node.next = NONE;
        node.refs = 1;
        node.rank = 0;
        node.stamp = 0;
        node.flags = flags;
        Some(id)
    }

    /// One reference fewer; with none the node is to be buried.
    #[inline]
    pub fn unref(&mut self, id: Id) {
        let node = self.at(id);
        node.refs -= 1;
        if node.refs == 0 {
            self.dying.push(id);
        }
    }

    /// Buries a node: it is in no list but perhaps the queue.
    pub fn bury(&mut self, id: Id) -> Remains {
        self.unlink_all(id, false);
        let node = self.at(id);
        let remains = node.empty();
        node.generation = node.generation.wrapping_add(1);
        if node.has(QUEUED) {
            node.flags = QUEUED | DEAD;
        } else {
            self.free(id);
        }
        remains
    }

    /// Its place may be used again.
    pub fn free(&mut self, id: Id) {
        let first = self.free_nodes;
        let node = self.at(id);
        node.flags = DEAD;
        node.next = first;
        self.free_nodes = id;
    }

    /// Queues a node, if it is not queued.
    #[inline]
    pub fn schedule(&mut self, id: Id) {
        let node = self.at(id);
        if !node.has(QUEUED | STOPPED | DEAD) {
            node.flags |= QUEUED;
            self.queue.push(&mut self.nodes, id);
        }
    }

    /// Has the node all that this step will give it?
    pub fn is_settled(&self, node: &Node) -> bool {
        !node.has(QUEUED | RUNNING | PENDING) && node.rank <= self.current
    }

    /// The next node to be updated, with a reference for the time it runs, and its
    /// function.
    pub fn next_op(&mut self) -> Option<(Id, Box<Op>)> {
        while let Some(id) = self.queue.pop(&mut self.nodes) {
            let node = self.at(id);
            node.flags &= !QUEUED;
            if node.has(DEAD) {
                self.free(id);
                continue;
            }
            // It was put above another one meanwhile.
            if node.rank > node.key {
                self.schedule(id);
                continue;
            }
            self.current = self.at(id).rank;
            if let Some(op) = self.begin(id) {
                return Some((id, op));
            }
        }
        None
    }

    /// Takes a node's function, to run it. None: there is none, or nobody to run it
    /// for.
    pub fn begin(&mut self, id: Id) -> Option<Box<Op>> {
        let node = self.at(id);
        if node.refs == 0 {
            return None;
        }
        let op = node.op.take()?;
        node.refs += 1;
        node.flags |= RUNNING;
        Some(op)
    }
}
