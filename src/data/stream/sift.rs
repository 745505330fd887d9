//! Streams made of one other stream: map, filter and their kin. Module
//! Lwt_stream; calls the promises below.
//!
//! Each asks its source when it is asked itself. As long as that has elements at
//! hand, and the function does not wait, nothing is spawned.
#![forbid(unsafe_code)]

use super::Stream;
use super::element::{Answer, Element, option, shared_option, some};
use super::show::seen;
use super::source::Reply;
use super::walker::Found;
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::result::TypedResult;
use crate::promise::shared::Shared;
use crate::promise::{Outcome, Promise};
use std::rc::Rc;

/// What becomes of an element: another, or none, and the next one is looked at.
type Verdict = Answer;

impl Stream {
    /// Of each element what `judge` makes of it.
    pub(super) fn sift(self: Rc<Self>, judge: impl Fn(Element) -> Verdict + 'static) -> Rc<Stream> {
        let judge = Rc::new(judge);
        Stream::asking(move || {
            loop {
                match self.take_now() {
                    Found::Element(element) => match judge(element) {
                        Ok(None) => {}
                        verdict => return Reply::Now(verdict),
                    },
                    Found::End => return Reply::Now(Ok(None)),
                    Found::Failed(exn) => return Reply::Now(Err(exn)),
                    Found::Wait => break,
                }
            }
            let (source, judge) = (self.clone(), judge.clone());
            Reply::later(async move {
                while let Some(element) = source.take().await? {
                    if let Some(element) = judge(element)? {
                        return Ok(Some(element));
                    }
                }
                Ok(None)
            })
        })
    }

    /// The same with a function that promises, and `judge` for the element and
    /// what was promised.
    pub(super) fn sift_s(
        self: Rc<Self>,
        f: impl Fn(lwt_value) -> Promise + 'static,
        judge: fn(Element, Shared) -> Verdict,
    ) -> Rc<Stream> {
        let f = Rc::new(f);
        Stream::asking(move || {
            let mut waits = None;
            while waits.is_none() {
                let element = match self.take_now() {
                    Found::Element(element) => element,
                    Found::End => return Reply::Now(Ok(None)),
                    Found::Failed(exn) => return Reply::Now(Err(exn)),
                    Found::Wait => break,
                };
                let promise = f(element.word());
                match promise.shared() {
                    None => waits = Some((element, promise)),
                    Some(outcome) => match outcome.and_then(|shared| judge(element, shared)) {
                        Ok(None) => {}
                        verdict => return Reply::Now(verdict),
                    },
                }
            }
            let (source, f) = (self.clone(), f.clone());
            Reply::later(async move {
                loop {
                    let (element, promise) = match waits.take() {
                        Some(waits) => waits,
                        None => {
                            let Some(element) = source.take().await? else {
                                return Ok(None);
                            };
                            let promise = f(element.word());
                            (element, promise)
                        }
                    };
                    if let Some(element) = judge(element, seen(promise).await?)? {
                        return Ok(Some(element));
                    }
                }
            })
        })
    }

    /// `Lwt_stream.map`
    pub fn map(self: Rc<Self>, f: impl Fn(lwt_value) -> Outcome + 'static) -> Rc<Stream> {
        self.sift(move |element| some(f(element.word())?, "lwt_stream_map"))
    }

    /// `Lwt_stream.map_s`
    pub fn map_s(self: Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Rc<Stream> {
        self.sift_s(f, |_, shared| match shared_option(shared) {
            None => Err(Exn::invalid("lwt_stream_map_s: LWT_NONE is no element")),
            some => Ok(some),
        })
    }

    /// `Lwt_stream.filter`
    pub fn filter(
        self: Rc<Self>,
        f: impl Fn(lwt_value) -> Result<bool, Exn> + 'static,
    ) -> Rc<Stream> {
        self.sift(move |element| Ok(f(element.word())?.then_some(element)))
    }

    /// `Lwt_stream.filter_s`
    pub fn filter_s(self: Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Rc<Stream> {
        self.sift_s(f, |element, passes| {
            Ok((!passes.word().is_null()).then_some(element))
        })
    }

    /// `Lwt_stream.filter_map`: what `f` gives none for is left out.
    pub fn filter_map(self: Rc<Self>, f: impl Fn(lwt_value) -> Outcome + 'static) -> Rc<Stream> {
        self.sift(move |element| f(element.word()).map(option))
    }

    /// `Lwt_stream.filter_map_s`
    pub fn filter_map_s(self: Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Rc<Stream> {
        self.sift_s(f, |_, shared| Ok(shared_option(shared)))
    }

    /// `Lwt_stream.wrap_exn`: each element as a success, each failure of the
    /// source as an error. Without end if the source goes on failing.
    pub fn wrap_exn(self: Rc<Self>) -> Rc<Stream> {
        fn wrapped(answer: Answer) -> Answer {
            let result = match answer {
                Ok(None) => return Ok(None),
                Ok(Some(element)) => TypedResult::ok(element.into_value()),
                Err(exn) => TypedResult::failure(exn),
            };
            Ok(Some(Element::Sole(result?.into_value())))
        }
        Stream::asking(move || match self.take_now() {
            Found::Element(element) => Reply::Now(wrapped(Ok(Some(element)))),
            Found::End => Reply::Now(Ok(None)),
            Found::Failed(exn) => Reply::Now(wrapped(Err(exn))),
            Found::Wait => {
                let source = self.clone();
                Reply::later(async move { wrapped(source.take().await) })
            }
        })
    }
}
