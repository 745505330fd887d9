//! Module Lwt_stream: streams of elements, read by one or by many. Floor 2;
//! calls promises, values and exceptions.
//!
//! | file | what |
//! |---|---|
//! | `element` | an element, one reader's or shared |
//! | `buffer` | elements that are known, and who has yet to read them |
//! | `chain` | what clones share; news, and who is told |
//! | `source` | functions that are asked for elements |
//! | `push`, `bounded` | the writing ends |
//! | `waiting` | waits of readers, and their cancelling |
//! | `walker` | a read that goes on over several elements |
//! | `create` | streams of what is there already |
//! | `read`, `available`, `junk` | reading |
//! | `sift`, `merge`, `text` | streams made of streams |
//! | `drain`, `iterate` | folds, searches and iterations |
//! | `parse` | reading with a way back |
//! | `show` | promises of shared elements |

mod available;
mod bounded;
mod buffer;
mod chain;
mod create;
mod deep;
mod drain;
mod element;
mod iterate;
mod junk;
mod merge;
mod parse;
mod push;
mod read;
mod show;
mod sift;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod waiting;
mod walker;

pub use bounded::BoundedPush;
pub use element::Element;
pub use merge::{append, choose, combine, concat};
pub use parse::parse;
pub use push::Push;
pub use source::Reply;
pub use text::dump_line;
pub use walker::{Found, Walker};

use chain::{Chain, Source};
use std::cell::Cell;
use std::rc::Rc;

/// A stream: a reader of what a source gives. Its clones read the same.
pub struct Stream {
    chain: Rc<Chain>,
    at: Cell<u64>,
}

impl Stream {
    fn new(source: Source) -> Rc<Stream> {
        Stream::at(Rc::new(Chain::new(source)), 0)
    }

    fn at(chain: Rc<Chain>, at: u64) -> Rc<Stream> {
        chain.buffer.borrow_mut().enter(at);
        Rc::new(Stream {
            chain,
            at: Cell::new(at),
        })
    }

    /// `Lwt_stream.clone`: another reader at the same place. None: a bounded
    /// stream has one only.
    pub fn fork(&self) -> Option<Rc<Stream>> {
        if self.is_bounded() {
            return None;
        }
        Some(Stream::at(self.chain.clone(), self.at.get()))
    }

    /// Is it bounded?
    pub fn is_bounded(&self) -> bool {
        self.chain.bounded().is_some()
    }

    /// Is a source asked for its elements?
    fn is_asked(&self) -> bool {
        matches!(self.chain.source, Source::Asked(_))
    }

    /// `Lwt_stream.is_closed`: is the end known?
    pub fn is_closed(&self) -> bool {
        self.chain.is_closed()
    }

    /// The number of the element that it reads next.
    fn place(&self) -> u64 {
        self.at.get()
    }

    /// Takes the next element if it is known.
    #[inline]
    fn take_buffered(&self) -> Option<Element> {
        let at = self.at.get();
        let element = self.chain.buffer.borrow_mut().take(at)?;
        self.passed(at);
        Some(element)
    }

    /// It has gone on past an element.
    #[inline]
    fn passed(&self, at: u64) {
        self.at.set(at + 1);
        if let Some(bounded) = self.chain.bounded() {
            bounded.taken(&self.chain);
        }
    }

    /// Goes back, or on, to a place that somebody holds.
    fn go_to(&self, at: u64) {
        let from = self.at.replace(at);
        let unread = {
            let mut buffer = self.chain.buffer.borrow_mut();
            buffer.enter(at);
            buffer.leave(from)
        };
        drop(unread);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.chain.leave(self.at.get());
    }
}
