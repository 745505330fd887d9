//! Walks over a sequence. They go over the nodes that are in it when they begin,
//! and leave out those that have been removed when their turn comes: the
//! functions that they call may add and remove what they like.
#![forbid(unsafe_code)]

use super::{Node, Sequence, Side};
use crate::exn::Exn;
use crate::value::Value;
use std::mem::replace;
use std::rc::Rc;

/// Calls `f` with each node, until it says that this is enough, and then gives
/// that node. The error: what `f` failed with, or memory ran out.
pub fn find(
    sequence: &Sequence,
    from: Side,
    mut f: impl FnMut(&Rc<Node>) -> Result<bool, Exn>,
) -> Result<Option<Rc<Node>>, Exn> {
    let mut nodes = Vec::new();
    for node in sequence.nodes(from) {
        nodes.try_reserve(1).map_err(|_| Exn::out_of_memory())?;
        nodes.push(node);
    }
    for node in nodes {
        if node.is_in() && f(&node)? {
            return Ok(Some(node));
        }
    }
    Ok(None)
}

/// `Lwt_sequence.iter_l` and its kin.
pub fn iter(
    sequence: &Sequence,
    from: Side,
    mut f: impl FnMut(&Rc<Node>) -> Result<(), Exn>,
) -> Result<(), Exn> {
    find(sequence, from, |node| f(node).map(|()| false)).map(drop)
}

/// `Lwt_sequence.fold_l`, `Lwt_sequence.fold_r`
pub fn fold(
    sequence: &Sequence,
    from: Side,
    initial: Value,
    mut f: impl FnMut(Value, &Rc<Node>) -> Result<Value, Exn>,
) -> Result<Value, Exn> {
    let mut gathered = initial;
    find(sequence, from, |node| {
        gathered = f(replace(&mut gathered, Value::UNIT), node)?;
        Ok(false)
    })?;
    Ok(gathered)
}
