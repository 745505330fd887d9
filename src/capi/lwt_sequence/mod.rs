//! `lwt_sequence.h`, generated from the files of this folder: module
//! Lwt_sequence: double-ended queues. Here is what handles stand
//! for.

use super::lwt::kind;
use crate::data::sequence::{Node, Sequence};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use std::ptr;
use std::rc::Rc;

use node::{lwt_sequence, lwt_sequence_node};

pub mod ends;
pub mod node;
pub mod walk;

fn get(sequence: *const lwt_sequence, function: &str) -> Result<Rc<Sequence>, Exn> {
    // SAFETY: every sequence's handle is made of a `Sequence`.
    unsafe { object::get(Kind::Sequence, sequence.cast(), function) }
}

fn get_node(node: *const lwt_sequence_node, function: &str) -> Result<Rc<Node>, Exn> {
    // SAFETY: every node's handle is made of a `Node`.
    unsafe { object::get(Kind::SequenceNode, node.cast(), function) }
}

/// A reference to the handle of a node: the one that it has, or a new one.
fn handle(node: &Rc<Node>) -> *mut lwt_sequence_node {
    let old = object::retain(
        Kind::SequenceNode,
        ptr::with_exposed_provenance(node.handle.get()),
    );
    if !old.is_null() {
        return old.cast();
    }
    let new = object::new(Kind::SequenceNode, node.clone());
    node.handle.set(new.expose_provenance());
    new.cast()
}
