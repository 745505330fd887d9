//! Sequences made of others: `Lwt_seq.map` and its kin, `append`, `flat_map`. The
//! next node of the source is asked for when what is made of the one before is
//! complete.
#![forbid(unsafe_code)]

use super::source::shown;
use super::step::Step;
use super::{Seq, Source};
use crate::abi::{NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::{Outcome, Promise};
use std::rc::Rc;

/// A function that is applied to elements.
pub enum Apply {
    /// It returns a value.
    Plain(Box<dyn Fn(lwt_value) -> Outcome>),
    /// It returns a promise.
    Promising(Box<dyn Fn(lwt_value) -> Promise>),
}

impl Apply {
    async fn call(&self, word: lwt_value) -> Result<Shared, Exn> {
        match self {
            Apply::Plain(f) => f(word).map(Shared::new),
            Apply::Promising(f) => shown(f(word)).await,
        }
    }
}

/// What is made of an element and what the function said about it.
#[derive(Clone, Copy)]
pub enum How {
    /// That.
    Map,
    /// The element, if it is true.
    Filter,
    /// That, if it is not NONE.
    FilterMap,
}

impl How {
    fn conclude(self, element: Shared, said: Shared) -> Option<Shared> {
        match self {
            How::Map => Some(said),
            How::Filter => (!said.word().is_null()).then_some(element),
            How::FilterMap => (said.word() != NONE).then_some(said),
        }
    }
}

struct Transform {
    source: Seq,
    how: How,
    f: Rc<Apply>,
}

impl Source for Transform {
    fn step(&self) -> Step {
        let (mut source, how, f) = (self.source.clone(), self.how, self.f.clone());
        Step::run(async move {
            while let Some((element, rest)) = source.node().await? {
                let said = f.call(element.word()).await?;
                if let Some(made) = how.conclude(element, said) {
                    let source = rest;
                    return Ok(Some((made, Seq::of(Transform { source, how, f }))));
                }
                source = rest;
            }
            Ok(None)
        })
    }
}

/// `Lwt_seq.map`, `filter`, `filter_map`, and these with `_s`.
pub fn transform(source: Seq, how: How, f: Apply) -> Seq {
    let f = Rc::new(f);
    Seq::of(Transform { source, how, f })
}

struct Append(Seq, Seq);

impl Source for Append {
    fn step(&self) -> Step {
        let (first, then) = (self.0.clone(), self.1.clone());
        Step::run(async move {
            match first.node().await? {
                Some((element, rest)) => Ok(Some((element, append(rest, then)))),
                None => then.node().await,
            }
        })
    }
}

/// `Lwt_seq.append`
pub fn append(first: Seq, then: Seq) -> Seq {
    Seq::of(Append(first, then))
}

/// What makes a sequence of an element.
type Flat = dyn Fn(lwt_value) -> Result<Seq, Exn>;

struct FlatMap {
    source: Seq,
    f: Rc<Flat>,
}

impl Source for FlatMap {
    fn step(&self) -> Step {
        let (mut source, f) = (self.source.clone(), self.f.clone());
        Step::run(async move {
            while let Some((element, rest)) = source.node().await? {
                let part = f(element.word())?;
                if let Some((made, part)) = part.node().await? {
                    let source = rest;
                    return Ok(Some((made, append(part, Seq::of(FlatMap { source, f })))));
                }
                source = rest;
            }
            Ok(None)
        })
    }
}

/// `Lwt_seq.flat_map`
pub fn flat_map(source: Seq, f: impl Fn(lwt_value) -> Result<Seq, Exn> + 'static) -> Seq {
    let f = Rc::new(f);
    Seq::of(FlatMap { source, f })
}
