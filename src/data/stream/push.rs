//! The push function of a stream. Module Lwt_stream; calls the promises below.
//!
//! It keeps what readers and writers share alive, but no reader: once the last
//! of those is gone the elements are dropped, those to come included.
#![forbid(unsafe_code)]

use super::Stream;
use super::chain::{Chain, Source};
use super::element::{Element, shared_option};
use crate::abi::{LWT_CLOSED, NONE};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::value::Value;
use std::rc::Rc;

/// The writing end of a stream.
pub struct Push {
    chain: Rc<Chain>,
}

impl Push {
    /// A stream, and its writing end.
    pub fn create() -> (Rc<Stream>, Push) {
        let stream = Stream::new(Source::Push);
        let chain = stream.chain.clone();
        (stream, Push { chain })
    }

    /// Pushes an element; none closes the stream. The error is `LWT_CLOSED`, or
    /// that memory ran out.
    pub fn push(&self, value: Value) -> Result<(), Exn> {
        if self.chain.is_closed() {
            return Err(Exn::new(LWT_CLOSED, "the stream is closed"));
        }
        if value.word() == NONE {
            self.chain.close(true);
            return Ok(());
        }
        self.chain.append(Element::Sole(value), true)
    }

    /// Pushes an element that others show as well. As `push`, but none is no element.
    pub fn push_shared(&self, value: Shared) -> Result<(), Exn> {
        if self.chain.is_closed() {
            return Err(Exn::new(LWT_CLOSED, "the stream is closed"));
        }
        match shared_option(value) {
            Some(element) => self.chain.append(element, true),
            None => Err(Exn::invalid("LWT_NONE is no element of a stream")),
        }
    }

    /// Closes the stream. False: it is closed already.
    pub fn close(&self) -> bool {
        let open = !self.chain.is_closed();
        self.chain.close(true);
        open
    }

    /// Keeps a value as long as the stream.
    pub fn refer(&self, value: Value) {
        self.chain.refer(value);
    }
}

impl Drop for Push {
    /// Nobody can push any more: that is the end.
    fn drop(&mut self) {
        self.close();
    }
}
