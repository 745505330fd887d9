//! `lwt_sequence.h`, sequences and nodes as such. Module Lwt_sequence.

use super::{get, get_node, kind};
use crate::abi::*;
use crate::data::sequence::{Node, Sequence};
use crate::handle::object::{self, Kind};
use crate::value::Value;
use std::ffi::c_int;
use std::ptr;
use std::rc::Rc;

/// A sequence, `Lwt_sequence.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_sequence {
    _private: [u8; 0],
}
/// A node of a sequence, `Lwt_sequence.node`. A handle of the thread that made
/// it.
#[repr(C)]
pub struct lwt_sequence_node {
    _private: [u8; 0],
}

/// An empty sequence, `Lwt_sequence.create`, owned by the caller:
/// lwt_sequence_release. NULL: out of memory. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_create() -> *mut lwt_sequence {
    object::new(Kind::Sequence, Rc::new(Sequence::new())).cast()
}

/// One more reference to the same sequence, owned by the caller. NULL: it is not
/// a sequence of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_retain(s: *const lwt_sequence) -> *mut lwt_sequence {
    object::retain(Kind::Sequence, s.cast()).cast()
}

/// Gives up a reference. With the last one the sequence goes, its nodes are in
/// none any more, and the values of those that have no handle are dropped. Does
/// nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_release(s: *mut lwt_sequence) {
    // SAFETY: every sequence's handle is made of a `Sequence`.
    drop(unsafe { object::release::<Sequence>(Kind::Sequence, s.cast(), "") });
}

/// One more reference to the same node, owned by the caller. NULL: it is not a
/// node of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_node_retain(
    node: *const lwt_sequence_node,
) -> *mut lwt_sequence_node {
    object::retain(Kind::SequenceNode, node.cast()).cast()
}

/// Gives up a reference to a node, which stays in its sequence. The value of a
/// node that is in none is dropped with the last reference. Does nothing if the
/// handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_node_release(node: *mut lwt_sequence_node) {
    // SAFETY: every node's handle is made of a `Node`.
    drop(unsafe { object::release::<Node>(Kind::SequenceNode, node.cast(), "") });
}

/// Is there no node in the sequence? `Lwt_sequence.is_empty`. False also if the
/// handle is bad. On the sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_is_empty(s: *const lwt_sequence) -> bool {
    get(s, "lwt_sequence_is_empty").is_ok_and(|s| s.is_empty())
}

/// How many nodes are in the sequence, `Lwt_sequence.length`: this goes over all of
/// them. 0 if the handle is bad. On the sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_length(s: *const lwt_sequence) -> usize {
    get(s, "lwt_sequence_length").map_or(0, |s| s.length())
}

/// Takes all nodes out of the sequence, `Lwt_sequence.clear`; those that have no
/// handle go, and their values are dropped. Removing one of the others has no
/// effect then. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_clear(s: *const lwt_sequence) -> c_int {
    kind(get(s, "lwt_sequence_clear").map(|s| s.clear()))
}

/// The value of a node, borrowed, `Lwt_sequence.get`: `LWT_UNIT` once it was moved
/// out by a take, or if the handle is bad. It lives until it is replaced, or until
/// the node is in no sequence and has no handle. On the node's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_get(node: *const lwt_sequence_node) -> lwt_value {
    get_node(node, "lwt_sequence_get").map_or(ptr::null_mut(), |node| node.word())
}

/// Replaces the value of a node by a plain word, `Lwt_sequence.set`; what it had is
/// dropped. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_set(node: *const lwt_sequence_node, value: lwt_value) -> c_int {
    kind(get_node(node, "lwt_sequence_set").map(|node| node.set(Value::plain(value))))
}

/// As lwt_sequence_set, with a value that is owned: the node owns it, and it is
/// dropped with `drop`, also when the call fails.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_set_owned(
    node: *const lwt_sequence_node,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop);
    kind(get_node(node, "lwt_sequence_set_owned").map(|node| node.set(value)))
}

/// Removes a node from the sequence that it is in, `Lwt_sequence.remove`, in
/// constant time; its handles stay good. Nothing happens if it is in none. Returns
/// `LWT_OK`, `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_remove(node: *const lwt_sequence_node) -> c_int {
    kind(get_node(node, "lwt_sequence_remove").map(|node| node.remove()))
}
