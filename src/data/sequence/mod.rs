//! Module Lwt_sequence: a deque from which any node can be removed at once.
//!
//! The nodes of a sequence and its end are a ring of links that own. A node out
//! of any sequence has no links, so that a node never leads to others when it is
//! freed; the end breaks its ring when the sequence goes.
//!
//! ```text
//!     end <-> first <-> ... <-> last <-> end
//! ```
//!
//! Nothing here holds on to a node's links while code of the user's runs: that
//! is when values are dropped, and in the functions of `walk`. It may call
//! floor 0.

mod task;
#[cfg(test)]
mod tests;
mod walk;

pub use task::add_task;
pub use walk::{find, fold, iter};

use crate::abi::lwt_value;
use crate::promise::shared::Shared;
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

/// An end of a sequence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// It is the end of a sequence.
    End,
    In,
    Out,
}

#[derive(Default)]
struct Link(Cell<Option<Rc<Node>>>);

impl Link {
    fn get(&self) -> Option<Rc<Node>> {
        let node = self.0.take();
        self.0.set(node.clone());
        node
    }

    fn set(&self, node: &Rc<Node>) {
        self.0.set(Some(node.clone()));
    }
}

/// A node. It has its value also when it is out of any sequence.
pub struct Node {
    value: Cell<Shared>,
    right: Link,
    left: Link,
    place: Cell<Place>,
    /// The handle by which C knows it, or one that is stale.
    pub handle: Cell<usize>,
}

fn unit() -> Shared {
    Shared::new(Value::UNIT)
}

impl Node {
    fn new(value: Value, place: Place) -> Rc<Node> {
        Rc::new(Node {
            value: Cell::new(Shared::new(value)),
            right: Link::default(),
            left: Link::default(),
            place: Cell::new(place),
            handle: Cell::new(0),
        })
    }

    fn beside(&self, side: Side) -> &Link {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// A share in its value.
    pub fn value(&self) -> Shared {
        let value = self.value.replace(unit());
        let share = value.clone();
        self.value.set(value);
        share
    }

    /// The word of its value, borrowed.
    pub fn word(&self) -> lwt_value {
        self.value().word()
    }

    /// `Lwt_sequence.set`
    pub fn set(&self, value: Value) {
        drop(self.value.replace(Shared::new(value)));
    }

    /// Moves its value out.
    fn take(&self) -> Value {
        self.value.replace(unit()).take()
    }

    /// Is it in a sequence?
    pub fn is_in(&self) -> bool {
        self.place.get() == Place::In
    }

    /// `Lwt_sequence.remove`. Nothing happens if it is in none.
    pub fn remove(&self) {
        if !self.is_in() {
            return;
        }
        self.place.set(Place::Out);
        // The last reference may be among these: they go when all is done.
        if let (Some(left), Some(right)) = (self.left.0.take(), self.right.0.take()) {
            tie(&left, &right);
        }
    }
}

/// Makes two nodes neighbours. What they were tied to is still held by somebody
/// else.
fn tie(left: &Rc<Node>, right: &Rc<Node>) {
    left.right.set(right);
    right.left.set(left);
}

/// A sequence.
pub struct Sequence(Rc<Node>);

impl Default for Sequence {
    fn default() -> Sequence {
        Sequence::new()
    }
}

impl Sequence {
    /// `Lwt_sequence.create`
    pub fn new() -> Sequence {
        let end = Node::new(Value::UNIT, Place::End);
        tie(&end, &end);
        Sequence(end)
    }

    /// The node at an end.
    fn at(&self, side: Side) -> Option<Rc<Node>> {
        // Seen from the end, the leftmost node is to the right.
        let first = match side {
            Side::Left => self.0.right.get(),
            Side::Right => self.0.left.get(),
        };
        first.filter(|node| node.is_in())
    }

    /// `Lwt_sequence.is_empty`
    pub fn is_empty(&self) -> bool {
        self.at(Side::Left).is_none()
    }

    /// The nodes, from one end to the other, for as long as nobody changes the
    /// sequence.
    fn nodes(&self, from: Side) -> impl Iterator<Item = Rc<Node>> + use<> {
        let on = match from {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        };
        let next = move |node: &Rc<Node>| node.beside(on).get().filter(|node| node.is_in());
        std::iter::successors(self.at(from), next)
    }

    /// `Lwt_sequence.length`
    pub fn length(&self) -> usize {
        self.nodes(Side::Left).count()
    }

    /// `Lwt_sequence.add_l`, `Lwt_sequence.add_r`
    pub fn add(&self, side: Side, value: Value) -> Rc<Node> {
        let node = Node::new(value, Place::In);
        let end = &self.0;
        let (left, right) = match side {
            Side::Left => (Some(end.clone()), end.right.get()),
            Side::Right => (end.left.get(), Some(end.clone())),
        };
        if let (Some(left), Some(right)) = (left, right) {
            tie(&left, &node);
            tie(&node, &right);
        }
        node
    }

    /// `Lwt_sequence.take_opt_l`, `Lwt_sequence.take_opt_r`
    pub fn take(&self, side: Side) -> Option<Value> {
        let node = self.at(side)?;
        node.remove();
        Some(node.take())
    }

    /// `Lwt_sequence.transfer_l`, `Lwt_sequence.transfer_r`: moves all nodes to
    /// an end of another sequence.
    pub fn transfer(&self, to: &Sequence, side: Side) {
        if Rc::ptr_eq(&self.0, &to.0) {
            return;
        }
        let (Some(first), Some(last)) = (self.at(Side::Left), self.at(Side::Right)) else {
            return;
        };
        let (left, right) = match side {
            Side::Left => (Some(to.0.clone()), to.0.right.get()),
            Side::Right => (to.0.left.get(), Some(to.0.clone())),
        };
        tie(&self.0, &self.0);
        if let (Some(left), Some(right)) = (left, right) {
            tie(&left, &first);
            tie(&last, &right);
        }
    }

    /// `Lwt_sequence.clear`: takes all nodes out.
    pub fn clear(&self) {
        let first = self.at(Side::Left);
        tie(&self.0, &self.0);
        // All are out before the first one can be freed, and with it a value.
        let mut at = first.clone();
        while let Some(node) = at.filter(|node| node.is_in()) {
            node.place.set(Place::Out);
            node.left.0.take();
            at = node.right.get();
        }
        let mut at = first;
        while let Some(node) = at.filter(|node| node.place.get() == Place::Out) {
            at = node.right.0.take();
        }
    }
}

impl Drop for Sequence {
    fn drop(&mut self) {
        self.clear();
        self.0.left.0.take();
        self.0.right.0.take();
    }
}
