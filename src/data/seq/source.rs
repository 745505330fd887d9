//! Where elements come from: single ones, lists, functions, states, promises.
#![forbid(unsafe_code)]

use super::step::Step;
use super::{Given, Node, Read, Seq, Source};
use crate::abi::{NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::rc::Rc;

/// Waits for what a promise shows, which it goes on to show.
pub(super) async fn shown(promise: Promise) -> Result<Shared, Exn> {
    let shared = promise.until_resolved().await.shared();
    shared.unwrap_or_else(|| Err(Exn::out_of_memory()))
}

struct Empty;

impl Source for Empty {
    fn step(&self) -> Step {
        Step::Now(Ok(None))
    }
}

/// `Lwt_seq.empty`
pub fn empty() -> Seq {
    Seq::of(Empty)
}

struct Cons(Shared, Seq);

impl Source for Cons {
    fn step(&self) -> Step {
        Step::Now(Ok(Some((self.0.clone(), self.1.clone()))))
    }
}

/// `Lwt_seq.cons`
pub fn cons(first: Value, rest: Seq) -> Seq {
    Seq::of(Cons(Shared::new(first), rest))
}

/// `Lwt_seq.return`
pub fn single(value: Value) -> Seq {
    cons(value, empty())
}

struct ConsLwt(Promise, Seq);

impl Source for ConsLwt {
    fn step(&self) -> Step {
        let (first, rest) = (self.0.clone(), self.1.clone());
        Step::run(async move { Ok(Some((shown(first).await?, rest))) })
    }
}

/// `Lwt_seq.cons_lwt`
pub fn cons_lwt(first: Promise, rest: Seq) -> Seq {
    Seq::of(ConsLwt(first, rest))
}

/// `Lwt_seq.return_lwt`
pub fn single_lwt(promise: Promise) -> Seq {
    cons_lwt(promise, empty())
}

struct OfList {
    words: Rc<[lwt_value]>,
    at: usize,
}

impl Source for OfList {
    fn step(&self) -> Step {
        let (words, at) = (self.words.clone(), self.at + 1);
        Step::Now(Ok(self.words.get(self.at).map(|&word| {
            let first = Shared::new(Value::plain(word));
            (first, Seq::of(OfList { words, at }))
        })))
    }
}

/// `Lwt_seq.of_list`
pub fn of_list(words: Vec<lwt_value>) -> Seq {
    let words = words.into();
    Seq::of(OfList { words, at: 0 })
}

struct OfSeq {
    f: Rc<dyn Fn(usize) -> Outcome>,
    at: usize,
}

impl Source for OfSeq {
    fn step(&self) -> Step {
        Step::Now((self.f)(self.at).map(|value| {
            let (f, at) = (self.f.clone(), self.at + 1);
            (value.word() != NONE).then(|| (Shared::new(value), Seq::of(OfSeq { f, at })))
        }))
    }
}

/// `Lwt_seq.of_seq`: `f` gives the element at a place, or NONE at the end.
pub fn of_seq(f: impl Fn(usize) -> Outcome + 'static) -> Seq {
    let f = Rc::new(f);
    Seq::of(OfSeq { f, at: 0 })
}

struct OfSeqLwt {
    f: Rc<dyn Fn(usize) -> Promise>,
    at: usize,
}

impl Source for OfSeqLwt {
    fn step(&self) -> Step {
        let (f, at) = (self.f.clone(), self.at);
        Step::run(async move {
            let first = shown(f(at)).await?;
            let rest = || Seq::of(OfSeqLwt { f, at: at + 1 });
            Ok((first.word() != NONE).then(|| (first, rest())))
        })
    }
}

/// `Lwt_seq.of_seq_lwt`: `f` gives a promise of the element at a place, or of NONE.
pub fn of_seq_lwt(f: impl Fn(usize) -> Promise + 'static) -> Seq {
    let f = Rc::new(f);
    Seq::of(OfSeqLwt { f, at: 0 })
}

/// What unfolding gives: nothing, or an element and the next state.
type Unfolded = Result<Option<(Value, Value)>, Exn>;

struct Unfold {
    f: Rc<dyn Fn(lwt_value) -> Unfolded>,
    state: Shared,
}

impl Source for Unfold {
    fn step(&self) -> Step {
        Step::Now((self.f)(self.state.word()).map(|next| {
            next.map(|(value, state)| {
                let (f, state) = (self.f.clone(), Shared::new(state));
                (Shared::new(value), Seq::of(Unfold { f, state }))
            })
        }))
    }
}

/// `Lwt_seq.unfold`
pub fn unfold(state: Value, f: impl Fn(lwt_value) -> Unfolded + 'static) -> Seq {
    let (f, state) = (Rc::new(f), Shared::new(state));
    Seq::of(Unfold { f, state })
}

fn misfit() -> Exn {
    Exn::invalid("lwt_seq: the node is not of the kind that this function returns")
}

struct UnfoldLwt {
    f: Rc<dyn Fn(lwt_value) -> Promise>,
    state: Shared,
    read: Read,
}

impl Source for UnfoldLwt {
    fn step(&self) -> Step {
        let (f, state, read) = (self.f.clone(), self.state.clone(), self.read);
        Step::run(async move {
            let given = shown(f(state.word())).await?;
            match read(given.word())? {
                Some(Given::Unfold(value, state)) => {
                    Ok(Some((value, Seq::of(UnfoldLwt { f, state, read }))))
                }
                Some(Given::Cons(..)) => Err(misfit()),
                None => Ok(None),
            }
        })
    }
}

/// `Lwt_seq.unfold_lwt`
pub fn unfold_lwt(state: Value, read: Read, f: impl Fn(lwt_value) -> Promise + 'static) -> Seq {
    let (f, state) = (Rc::new(f), Shared::new(state));
    Seq::of(UnfoldLwt { f, state, read })
}

struct From {
    f: Rc<dyn Fn() -> Promise>,
    read: Read,
}

impl Source for From {
    fn step(&self) -> Step {
        let (f, read) = (self.f.clone(), self.read);
        Step::run(async move {
            let given = shown(f()).await?;
            let node: Node = match read(given.word())? {
                Some(Given::Cons(value, rest)) => Some((value, rest)),
                Some(Given::Unfold(..)) => return Err(misfit()),
                None => None,
            };
            Ok(node)
        })
    }
}

/// A sequence as such: the function that gives its first node.
pub fn from(read: Read, f: impl Fn() -> Promise + 'static) -> Seq {
    let f = Rc::new(f);
    Seq::of(From { f, read })
}
