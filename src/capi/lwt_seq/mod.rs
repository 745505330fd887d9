//! `lwt_seq.h`, generated from the files of this folder: module Lwt_seq: pure lazy
//! sequences. Here is how they turn what C hands over into what is below.

use super::closure::{null, plain, promising};
use crate::abi::*;
use crate::data::seq::{Given, Seq};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{Promise, failed};
use node::{lwt_seq, lwt_seq_node};
use std::ptr;
use std::rc::Rc;

pub mod drain;
pub mod node;
pub mod source;
pub mod transform;

fn get(seq: *const lwt_seq, function: &str) -> Result<Seq, Exn> {
    // SAFETY: every sequence's handle is made of a `Seq`.
    let seq = unsafe { object::get::<Seq>(Kind::Seq, seq.cast(), function) };
    seq.map(|seq| (*seq).clone())
}

fn take(seq: *mut lwt_seq, function: &str) -> Result<Seq, Exn> {
    // SAFETY: every sequence's handle is made of a `Seq`.
    let seq = unsafe { object::release::<Seq>(Kind::Seq, seq.cast(), function) };
    seq.map(|seq| (*seq).clone())
}

fn get_node(node: *const lwt_seq_node, function: &str) -> Result<Rc<Given>, Exn> {
    // SAFETY: every node's handle is made of a `Given`.
    unsafe { object::get(Kind::SeqNode, node.cast(), function) }
}

/// What the word of a promise means that should be of a node.
fn read(word: lwt_value) -> Result<Option<Given>, Exn> {
    if word == NONE {
        return Ok(None);
    }
    let given = get_node(word.cast(), "lwt_seq: what the callback returned")?;
    Ok(Some(match &*given {
        Given::Cons(first, rest) => Given::Cons(first.clone(), rest.clone()),
        Given::Unfold(value, state) => Given::Unfold(value.clone(), state.clone()),
    }))
}

fn new(seq: Seq) -> *mut lwt_seq {
    object::new(Kind::Seq, Rc::new(seq)).cast()
}

/// A sequence that is made of another and of a function, or of two.
fn of<T>(
    seq: Result<Seq, Exn>,
    other: Option<T>,
    make: impl FnOnce(Seq, T) -> Seq,
) -> *mut lwt_seq {
    match (seq, other) {
        (Ok(seq), Some(other)) => new(make(seq, other)),
        _ => ptr::null_mut(),
    }
}

/// What comes of going through a sequence.
fn done<F>(
    seq: *const lwt_seq,
    name: &str,
    f: Option<F>,
    drain: impl FnOnce(Seq, F) -> Promise,
) -> *mut lwt_t {
    let both = get(seq, name).and_then(|seq| Ok((seq, f.ok_or_else(|| null(name))?)));
    let promise = both.map_or_else(failed, |(seq, f)| drain(seq, f));
    promise.into_raw()
}
