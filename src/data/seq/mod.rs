//! Module Lwt_seq: pure lazy sequences of promises.
//!
//! | file | what |
//! |---|---|
//! | `step` | asking a sequence for its first node |
//! | `source` | where elements come from: lists, functions, states, promises |
//! | `transform` | map, filter and their kin, append, flat_map |
//! | `drain` | to_list, folds, iter, iter_s |
//! | `concurrent` | iter_p, iter_n |
//!
//! A sequence is asked, and gives nothing or an element and the sequence of the
//! rest. It never changes: who asks again is given the same, and what is done on
//! the way is done again. Elements are shared between all who were given them.
//! It may call floor 0.
#![forbid(unsafe_code)]

mod concurrent;
mod drain;
mod source;
mod step;
mod transform;

pub use concurrent::{iter_n, iter_p};
pub use drain::{fold_left, fold_left_s, iter, iter_s, to_list};
pub use source::{
    cons, cons_lwt, empty, from, of_list, of_seq, of_seq_lwt, single, single_lwt, unfold,
    unfold_lwt,
};
pub use step::Step;
pub use transform::{Apply, How, append, flat_map, transform};

use crate::exn::Exn;
use crate::promise::shared::Shared;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a sequence gives: nothing, or the first element and the rest.
pub type Node = Option<(Shared, Seq)>;

/// What a function of C gives as a node.
pub enum Given {
    /// An element and the rest.
    Cons(Shared, Seq),
    /// An element and the next state, to unfold.
    Unfold(Shared, Shared),
}

/// Reads the word of a promise that a function of C returned. None: the end. The
/// error: it is no node.
pub type Read = fn(crate::abi::lwt_value) -> Result<Option<Given>, Exn>;

/// Where the nodes of a sequence come from.
trait Source {
    /// Its first node.
    fn step(&self) -> Step;
}

/// A sequence.
#[derive(Clone)]
pub struct Seq(Rc<Whole>);

struct Whole(Option<Box<dyn Source>>);

impl Seq {
    fn of(source: impl Source + 'static) -> Seq {
        Seq(Rc::new(Whole(Some(Box::new(source)))))
    }
}

thread_local! {
    /// Is a source being dropped?
    static DROPPING: Cell<bool> = const { Cell::new(false) };
    /// Those that wait for that.
    static LEFT: RefCell<Vec<Box<dyn Source>>> = const { RefCell::new(Vec::new()) };
}

/// Leaves a source to who drops one already. It comes back if that can't be.
fn leave(source: Box<dyn Source>) -> Option<Box<dyn Source>> {
    let mut source = Some(source);
    let push = |left: &RefCell<Vec<_>>| left.borrow_mut().extend(source.take());
    let _ = LEFT.try_with(push); // it fails where the thread ends
    source
}

impl Drop for Whole {
    /// A sequence may hold another, and that one more, to any depth: one is
    /// dropped after the other. What they drop may run code of the user's.
    fn drop(&mut self) {
        let Some(source) = self.0.take() else { return };
        if DROPPING.replace(true) {
            return drop(leave(source));
        }
        drop(source);
        while let Ok(Some(source)) = LEFT.try_with(|left| left.borrow_mut().pop()) {
            drop(source);
        }
        DROPPING.set(false);
    }
}
