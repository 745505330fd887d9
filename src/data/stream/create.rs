//! Streams of a function's answers, and of what is there already. Module
//! Lwt_stream; calls sequences, and the promises below.
#![forbid(unsafe_code)]

use super::Stream;
use super::chain::Source;
use super::element::{Answer, Element, option, shared_option};
use super::show::seen;
use super::source::{Asked, Reply};
use crate::abi::{NONE, lwt_value};
use crate::data::seq::{Node, Seq, Step};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::cell::RefCell;
use std::rc::Rc;

impl Stream {
    /// A stream whose elements a source is asked for.
    pub fn asking(ask: impl FnMut() -> Reply + 'static) -> Rc<Stream> {
        Stream::new(Source::Asked(Asked::new(ask)))
    }

    /// `Lwt_stream.from`: `f` promises an element, or none at the end.
    pub fn from(mut f: impl FnMut() -> Promise + 'static) -> Rc<Stream> {
        Stream::asking(move || {
            let promise = f();
            match promise.shared() {
                Some(outcome) => Reply::Now(outcome.map(shared_option)),
                None => Reply::later(async move { seen(promise).await.map(shared_option) }),
            }
        })
    }

    /// `Lwt_stream.from_direct`: `f` gives an element, or none at the end.
    pub fn from_direct(mut f: impl FnMut() -> Outcome + 'static) -> Rc<Stream> {
        Stream::asking(move || Reply::Now(f().map(option)))
    }

    /// A stream of these, closed. The error: memory ran out, or one of them is
    /// none.
    pub fn of(elements: impl Iterator<Item = Value>) -> Result<Rc<Stream>, Exn> {
        let stream = Stream::new(Source::Push);
        for value in elements {
            if value.word() == NONE {
                return Err(Exn::invalid("lwt_stream_of_list: LWT_NONE is no element"));
            }
            stream.chain.append(Element::Sole(value), true)?;
        }
        stream.chain.close(true);
        Ok(stream)
    }

    /// `Lwt_stream.of_string`: the bytes.
    pub fn of_bytes(bytes: &[u8]) -> Result<Rc<Stream>, Exn> {
        let value = |&byte: &u8| Value::plain(usize::from(byte) as lwt_value);
        Stream::of(bytes.iter().map(value))
    }

    /// `Lwt_stream.return_lwt`: what the promise is fulfilled with, and then
    /// the end; nothing but the end if it fails.
    pub fn of_promise(promise: Promise) -> Rc<Stream> {
        let mut promise = Some(promise);
        Stream::from_answers(move || promise.take())
    }

    /// `Lwt_stream.of_lwt_seq`: asks for a node of the sequence when an element is
    /// needed. If that fails, it is asked for again.
    pub fn of_sequence(sequence: Seq) -> Rc<Stream> {
        let rest = Rc::new(RefCell::new(sequence));
        Stream::asking(move || {
            let sequence = rest.borrow().clone();
            match sequence.step() {
                Step::Now(node) => Reply::Now(element_of(node, &rest)),
                later => {
                    let rest = rest.clone();
                    Reply::later(async move { element_of(later.node().await, &rest) })
                }
            }
        })
    }

    /// A stream of what these promises are fulfilled with; one that fails is
    /// left out.
    fn from_answers(mut next: impl FnMut() -> Option<Promise> + 'static) -> Rc<Stream> {
        Stream::asking(move || match next() {
            None => Reply::Now(Ok(None)),
            Some(promise) => {
                Reply::later(async move { Ok(seen(promise).await.ok().and_then(shared_option)) })
            }
        })
    }
}

/// The element of a node, whose rest is kept.
fn element_of(node: Result<Node, Exn>, rest: &RefCell<Seq>) -> Answer {
    let Some((element, next)) = node? else {
        return Ok(None);
    };
    let before = rest.replace(next);
    drop(before);
    match shared_option(element) {
        None => Err(Exn::invalid(
            "lwt_stream_of_lwt_seq: LWT_NONE is no element",
        )),
        some => Ok(some),
    }
}
