//! Module Lwt_pqueue: persistent heaps.
//!
//! A leftist heap: of the two sons of a node the left one has at least the rank
//! of the right one, the rank being the length of the way to the right. So that
//! way is of logarithmic length, and merging two heaps, which goes along their
//! ways to the right, is all that adding and removing are made of. What a heap
//! shares with others is never changed. It may call floor 0.
#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;

use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::value::Value;
use std::cmp::Ordering;
use std::rc::Rc;

/// What orders two values. It may fail.
pub type Compare = dyn Fn(lwt_value, lwt_value) -> Result<Ordering, Exn>;

/// An order, which queues share.
pub struct Order {
    compare: Box<Compare>,
    /// Two orders with the same identity are one.
    identity: [usize; 2],
}

impl Order {
    /// An order.
    pub fn new(compare: Box<Compare>, identity: [usize; 2]) -> Rc<Order> {
        Rc::new(Order { compare, identity })
    }
}

type Heap = Option<Rc<Node>>;

struct Node {
    value: Shared,
    rank: u32,
    left: Heap,
    right: Heap,
}

fn rank(heap: &Heap) -> u32 {
    heap.as_ref().map_or(0, |node| node.rank)
}

fn node(value: Shared, one: Heap, other: Heap) -> Heap {
    let (left, right) = if rank(&one) >= rank(&other) {
        (one, other)
    } else {
        (other, one)
    };
    Some(Rc::new(Node {
        value,
        rank: rank(&right) + 1,
        left,
        right,
    }))
}

/// Goes along the ways to the right of both, and comes back. Without recursion:
/// a queue that was united with itself again and again has long ways.
fn merge(order: &Order, one: &Heap, other: &Heap) -> Result<Heap, Exn> {
    let mut way: Vec<&Rc<Node>> = Vec::new();
    let (mut one, mut other) = (one, other);
    while let (Some(a), Some(b)) = (one, other) {
        match (order.compare)(a.value.word(), b.value.word())? {
            Ordering::Greater => {
                way.push(b);
                other = &b.right;
            }
            _ => {
                way.push(a);
                one = &a.right;
            }
        }
    }
    let rest = one.as_ref().or(other.as_ref()).cloned();
    let add = |rest, top: &Rc<Node>| node(top.value.clone(), top.left.clone(), rest);
    Ok(way.into_iter().rev().fold(rest, add))
}

impl Drop for Node {
    /// The way to the left may be of any length: this takes no stack for it.
    fn drop(&mut self) {
        let mut left: Vec<Rc<Node>> = Vec::new();
        left.extend(self.left.take());
        left.extend(self.right.take());
        while let Some(node) = left.pop() {
            if let Some(mut node) = Rc::into_inner(node) {
                left.extend(node.left.take());
                left.extend(node.right.take());
            }
        }
    }
}

/// A priority queue. It never changes.
pub struct Pqueue {
    order: Rc<Order>,
    heap: Heap,
    size: usize,
}

impl Pqueue {
    /// `Lwt_pqueue.empty`
    pub fn empty(order: Rc<Order>) -> Pqueue {
        Pqueue {
            order,
            heap: None,
            size: 0,
        }
    }

    fn of(&self, heap: Heap, size: usize) -> Pqueue {
        Pqueue {
            order: self.order.clone(),
            heap,
            size,
        }
    }

    /// Are the two of one order?
    pub fn is_like(&self, other: &Pqueue) -> bool {
        self.order.identity == other.order.identity
    }

    /// `Lwt_pqueue.is_empty`
    pub fn is_empty(&self) -> bool {
        self.heap.is_none()
    }

    /// `Lwt_pqueue.size`
    pub fn size(&self) -> usize {
        self.size
    }

    /// `Lwt_pqueue.add`. The error: what the order failed with.
    pub fn add(&self, value: Value) -> Result<Pqueue, Exn> {
        let single = node(Shared::new(value), None, None);
        let heap = merge(&self.order, &self.heap, &single)?;
        Ok(self.of(heap, self.size.saturating_add(1)))
    }

    /// `Lwt_pqueue.union`. The error: what the order failed with, or the queues
    /// are not of one order.
    pub fn union(&self, other: &Pqueue) -> Result<Pqueue, Exn> {
        if !self.is_like(other) {
            return Err(Exn::invalid("the queues are of different orders"));
        }
        let heap = merge(&self.order, &self.heap, &other.heap)?;
        Ok(self.of(heap, self.size.saturating_add(other.size)))
    }

    /// `Lwt_pqueue.lookup_min`: the word of the least element, borrowed.
    pub fn min(&self) -> Option<lwt_value> {
        Some(self.heap.as_ref()?.value.word())
    }

    /// `Lwt_pqueue.remove_min`. None: it is empty. The error: what the order
    /// failed with.
    pub fn remove_min(&self) -> Result<Option<Pqueue>, Exn> {
        let Some(top) = &self.heap else {
            return Ok(None);
        };
        let heap = merge(&self.order, &top.left, &top.right)?;
        Ok(Some(self.of(heap, self.size - 1)))
    }
}
