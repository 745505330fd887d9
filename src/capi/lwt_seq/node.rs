//! `lwt_seq.h`, sequences as such, and their nodes. Module Lwt_seq.

use super::{get, get_node, new, take};
use crate::abi::*;
use crate::data::seq::Given;
use crate::handle::object::{self, Kind};
use crate::promise::shared::Shared;
use crate::promise::{Outcome, failed, resolved};
use crate::value::Value;
use std::ptr;
use std::rc::Rc;

/// A sequence, `Lwt_seq.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_seq {
    _private: [u8; 0],
}
/// A node of a sequence, `Cons` of `Lwt_seq.node`: an element and the sequence of the
/// rest. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_seq_node {
    _private: [u8; 0],
}

/// One more reference to the same sequence, owned by the caller. NULL: it is not a
/// sequence of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_retain(s: *const lwt_seq) -> *mut lwt_seq {
    object::retain(Kind::Seq, s.cast()).cast()
}

/// Gives up a reference. Elements and environments are dropped with the last
/// sequence that could still use them. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_release(s: *mut lwt_seq) {
    drop(take(s, ""));
}

/// A node as a value; None: the end.
fn value(given: Option<Given>) -> Outcome {
    match given {
        Some(given) => object::into_value(Kind::SeqNode, Rc::new(given)),
        None => Ok(Value::plain(NONE)),
    }
}

fn promise(outcome: Outcome) -> *mut lwt_t {
    outcome.map_or_else(failed, resolved).into_raw()
}

fn node(name: &str, first: Value, rest: *mut lwt_seq) -> *mut lwt_t {
    let rest = take(rest, name);
    promise(rest.and_then(|rest| value(Some(Given::Cons(Shared::new(first), rest)))))
}

/// Asks a sequence for its first node: what it is in Lwt to call it.
///
/// Borrows `s`. Returns a promise, owned by the caller: of a `lwt_seq_node *`, which
/// it owns, or of `LWT_NONE` at the end. It fails as the sequence does, or with
/// `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`. On the sequence's
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_next(s: *const lwt_seq) -> *mut lwt_t {
    let seq = get(s, "lwt_seq_next");
    seq.map_or_else(failed, |seq| seq.next(value)).into_raw()
}

/// The element of a node, borrowed: it lives as long as the node, or a sequence that
/// it is in. `LWT_UNIT` if the handle is bad. On the node's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_node_value(node: *const lwt_seq_node) -> lwt_value {
    match get_node(node, "lwt_seq_node_value").as_deref() {
        Ok(Given::Cons(value, _) | Given::Unfold(value, _)) => value.word(),
        Err(_) => ptr::null_mut(),
    }
}

/// The sequence of what comes after the element of a node, owned by the caller. NULL
/// if the handle is bad, or out of memory. On the node's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_node_rest(node: *const lwt_seq_node) -> *mut lwt_seq {
    match get_node(node, "lwt_seq_node_rest").as_deref() {
        Ok(Given::Cons(_, rest)) => new(rest.clone()),
        _ => ptr::null_mut(),
    }
}

/// One more reference to the same node, owned by the caller. NULL: it is not a node
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_node_retain(node: *const lwt_seq_node) -> *mut lwt_seq_node {
    object::retain(Kind::SeqNode, node.cast()).cast()
}

/// Gives up a reference to a node. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_node_release(node: *mut lwt_seq_node) {
    // SAFETY: every node's handle is made of a `Given`.
    drop(unsafe { object::release::<Given>(Kind::SeqNode, node.cast(), "") });
}

/// For functions that give nodes (lwt_seq_from, lwt_seq_unfold_lwt): a promise
/// of the end, `Nil`. Owned by the caller. When memory runs out it has failed
/// with `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_node_nil() -> *mut lwt_t {
    promise(value(None))
}

/// For the function of a lwt_seq_from: a promise of a node, `Cons`, of a plain word
/// and the rest.
///
/// Consumes `rest`. Returns a promise, owned by the caller; failed with
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `rest` is bad, or
/// `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_node_cons(value: lwt_value, rest: *mut lwt_seq) -> *mut lwt_t {
    node("lwt_seq_node_cons", Value::plain(value), rest)
}

/// As lwt_seq_node_cons, with a value that is owned: it is dropped, once, when nobody
/// can be given it any more, also when the call fails.
///
/// # Safety
/// `drop` may be called with `first`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_node_cons_owned(
    first: lwt_value,
    drop: lwt_drop_fn,
    rest: *mut lwt_seq,
) -> *mut lwt_t {
    node("lwt_seq_node_cons_owned", Value::new(first, drop), rest)
}

/// For the function of a lwt_seq_unfold_lwt: a promise of an element and the next
/// state, each with its drop function or NULL, which run as those of
/// lwt_seq_node_cons_owned. Owned by the caller; failed with `LWT_OUT_OF_MEMORY` when
/// memory runs out.
///
/// # Safety
/// `drop` may be called with `first`, `drop_state` with `state`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_node_unfold(
    first: lwt_value,
    drop: lwt_drop_fn,
    state: lwt_value,
    drop_state: lwt_drop_fn,
) -> *mut lwt_t {
    let (first, state) = (Value::new(first, drop), Value::new(state, drop_state));
    let given = Given::Unfold(Shared::new(first), Shared::new(state));
    promise(value(Some(given)))
}
