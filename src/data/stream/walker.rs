//! A read that may go on over several elements: it has a place of its own, so
//! that it sees each element once, whoever else reads the stream meanwhile, and
//! takes the stream along as long as that stands where it does. Module
//! Lwt_stream; calls the promises below.
#![forbid(unsafe_code)]

use super::chain::Fed;
use super::element::{Answer, Element};
use super::waiting::Want;
use super::{Chain, Stream};
use crate::exn::Exn;
use crate::promise::Promise;
use std::rc::Rc;

/// What a reader finds.
pub enum Found {
    /// An element.
    Element(Element),
    /// The end.
    End,
    /// The source failed.
    Failed(Exn),
    /// Nothing yet.
    Wait,
}

/// A place in the elements of a source, held.
pub struct Mark {
    chain: Rc<Chain>,
    at: u64,
}

impl Mark {
    pub fn new(stream: &Stream) -> Mark {
        let (chain, at) = (stream.chain.clone(), stream.place());
        chain.buffer.borrow_mut().enter(at);
        Mark { chain, at }
    }

    /// Where it is.
    pub fn place(&self) -> u64 {
        self.at
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.chain.leave(self.at);
    }
}

/// A read in progress.
pub struct Walker {
    /// Let go of before the stream, which has an element shared no longer than
    /// needed.
    mark: Mark,
    stream: Rc<Stream>,
}

impl Walker {
    /// Begins where the stream is.
    pub fn new(stream: Rc<Stream>) -> Walker {
        let mark = Mark::new(&stream);
        Walker { mark, stream }
    }

    /// The place it is at.
    pub fn place(&self) -> u64 {
        self.mark.at
    }

    /// Takes an element if there is one to be had now; a source is asked.
    pub fn take_now(&mut self) -> Found {
        self.find(Walker::take_known)
    }

    /// The same, and the element stays.
    pub fn look_now(&mut self) -> Found {
        self.find(|walker| {
            let at = walker.mark.at;
            walker.stream.chain.buffer.borrow_mut().look(at)
        })
    }

    fn find(&mut self, get: impl Fn(&mut Walker) -> Option<Element>) -> Found {
        loop {
            if let Some(element) = get(self) {
                return Found::Element(element);
            }
            let chain = &self.mark.chain;
            if chain.is_closed() {
                return Found::End;
            }
            match chain.feed() {
                Fed::Ready => {}
                Fed::Failed(exn) => return Found::Failed(exn),
                Fed::Wait => return Found::Wait,
            }
        }
    }

    /// Takes an element if it is known.
    pub fn take_known(&mut self) -> Option<Element> {
        let at = self.mark.at;
        let along = self.stream.place() == at;
        let element = {
            let mut buffer = self.mark.chain.buffer.borrow_mut();
            if at >= buffer.end() {
                return None;
            }
            if along {
                buffer.step(at);
            }
            buffer.take(at)?
        };
        self.mark.at = at + 1;
        if along {
            self.stream.passed(at);
        }
        Some(element)
    }

    /// Goes past an element without taking the stream along.
    pub fn skip(&mut self) {
        let at = self.mark.at;
        let seen = self.mark.chain.buffer.borrow_mut().take(at);
        if seen.is_some() {
            self.mark.at = at + 1;
        }
        drop(seen);
    }

    /// A promise that something is known at this place, which has been asked
    /// for.
    pub fn wait(&self) -> Promise {
        let stream = Some(self.stream.clone());
        self.mark.chain.waiters.wait(stream, Want::Known)
    }

    /// Takes an element, or waits for it.
    pub async fn take(&mut self) -> Answer {
        loop {
            match self.take_now() {
                Found::Element(element) => return Ok(Some(element)),
                Found::End => return Ok(None),
                Found::Failed(exn) => return Err(exn),
                Found::Wait => self.wait().await?,
            };
        }
    }

    /// Looks at an element, or waits for it.
    pub async fn look(&mut self) -> Answer {
        loop {
            match self.look_now() {
                Found::Element(element) => return Ok(Some(element)),
                Found::End => return Ok(None),
                Found::Failed(exn) => return Err(exn),
                Found::Wait => self.wait().await?,
            };
        }
    }
}
