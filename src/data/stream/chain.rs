//! What all clones of a stream share: the elements that are known, who waits,
//! and where elements come from. Module Lwt_stream; calls the promises below.
//!
//! No borrow is held while a reader is woken, a source asked, or an element
//! dropped: each may do anything to the stream.
#![forbid(unsafe_code)]

use super::bounded::Bounded;
use super::buffer::{Buffer, Refused};
use super::element::Element;
use super::source::Asked;
use super::waiting::{Waiters, Want, Woken};
use crate::abi::{LWT_EMPTY, NONE};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Where elements come from.
pub enum Source {
    /// They are pushed.
    Push,
    /// They are pushed, so many at most.
    Bounded(Bounded),
    /// A function is asked.
    Asked(Asked),
}

/// What a reader finds that needs an element which is not known yet.
pub enum Fed {
    /// There is an element now, or the end.
    Ready,
    /// The source failed.
    Failed(Exn),
    /// It has to wait.
    Wait,
}

/// What has become known.
enum News {
    /// The element of this number.
    Element(u64),
    End,
    Failed(Exn),
}

/// The source of a stream and of its clones.
pub struct Chain {
    pub buffer: RefCell<Buffer>,
    pub source: Source,
    /// Readers.
    pub waiters: Waiters,
    /// Those who wait for the end to be known.
    pub ending: Waiters,
    closed: Cell<bool>,
    reference: RefCell<Option<Value>>,
}

/// What `next` fails with at the end.
pub fn empty() -> Exn {
    Exn::new(LWT_EMPTY, "the stream is at its end")
}

impl Chain {
    pub fn new(source: Source) -> Chain {
        Chain {
            buffer: RefCell::default(),
            source,
            waiters: Waiters::default(),
            ending: Waiters::default(),
            closed: Cell::new(false),
            reference: RefCell::new(None),
        }
    }

    /// Is the end known?
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Is there anybody who could read an element?
    pub fn is_read(&self) -> bool {
        self.buffer.borrow().is_read()
    }

    pub fn bounded(&self) -> Option<&Bounded> {
        match &self.source {
            Source::Bounded(bounded) => Some(bounded),
            _ => None,
        }
    }

    /// Keeps a value as long as the stream, in place of the one before.
    pub fn refer(&self, value: Value) {
        let unread = !self.is_read();
        let before = self.reference.replace(Some(value));
        drop(before);
        if unread {
            let mine = self.reference.take();
            drop(mine);
        }
    }

    /// A new element, at the end: whoever waits gets it. One that nobody can
    /// read any more is dropped. The error: memory ran out.
    pub fn append(self: &Rc<Self>, element: Element, later: bool) -> Result<(), Exn> {
        let Err(element) = self.hand_over(element, later) else {
            return Ok(());
        };
        let appended = {
            let mut buffer = self.buffer.borrow_mut();
            let at = buffer.end();
            buffer.append(element).map(|()| at)
        };
        match appended {
            Ok(at) => {
                if let Some(bounded) = self.bounded() {
                    bounded.stored(1);
                }
                if self.waiters.live() != 0 {
                    self.wake(News::Element(at), later);
                }
                Ok(())
            }
            Err(Refused::Unread(unread)) => {
                drop(unread);
                Ok(())
            }
            Err(Refused::Memory(lost)) => {
                drop(lost);
                Err(Exn::out_of_memory())
            }
        }
    }

    /// An element for the only reader there is, which waits for it. It comes back
    /// if there is none, or if there are more.
    fn hand_over(&self, element: Element, later: bool) -> Result<(), Element> {
        if self.waiters.live() != 1 || self.bounded().is_some() {
            return Err(element);
        }
        let reader = {
            let mut buffer = self.buffer.borrow_mut();
            let at = buffer.end();
            let reader = match buffer.has_only_reader_at_end() {
                true => self.waiters.take_only(at),
                false => None,
            };
            if let Some((_, stream)) = &reader {
                buffer.pass();
                stream.passed(at);
            }
            reader
        };
        let Some((resolver, stream)) = reader else {
            return Err(element);
        };
        element.resolve(resolver, later || local().too_deep());
        drop(stream);
        Ok(())
    }

    /// The end: nothing comes after what is known.
    pub fn close(self: &Rc<Self>, later: bool) {
        if self.closed.replace(true) {
            return;
        }
        let source = match &self.source {
            Source::Asked(asked) => asked.give_up(),
            _ => None,
        };
        if let Some(bounded) = self.bounded() {
            bounded.refuse_blocked();
        }
        self.wake(News::End, later);
        let mut ending = self.ending.take();
        for woken in ending.drain(..) {
            woken.resolver.resolve_later(Ok(Value::UNIT));
        }
        self.ending.give_back(ending);
        drop(source);
    }

    /// The source failed: the readers of now are told, the stream goes on.
    pub fn fail(self: &Rc<Self>, exn: Exn) {
        self.wake(News::Failed(exn), false);
    }

    /// Nothing will come of what the readers wait for: they wait for ever.
    pub fn abandon(&self) {
        drop(self.waiters.take());
    }

    fn wake(self: &Rc<Self>, news: News, later: bool) {
        let mut woken = self.waiters.take();
        // With several readers the element has to stay until the last has it.
        let held = match news {
            News::Element(at) if woken.len() > 1 => Some(at),
            _ => None,
        };
        if let Some(at) = held {
            self.buffer.borrow_mut().enter(at);
        }
        for reader in woken.drain(..) {
            // A callback of one before it may have cancelled it.
            if reader.resolver.is_pending() {
                self.tell(reader, &news, later || local().too_deep());
            }
        }
        if let Some(at) = held {
            let unread = self.buffer.borrow_mut().leave(at);
            drop(unread);
        }
        self.waiters.give_back(woken);
    }

    fn tell(self: &Rc<Self>, reader: Woken, news: &News, later: bool) {
        let Woken {
            resolver,
            stream,
            want,
        } = reader;
        let outcome = match (news, want) {
            (News::Failed(exn), _) => Err(exn.clone()),
            (_, Want::Known) => Ok(Value::UNIT),
            (News::End, Want::Next) => Err(empty()),
            (News::End, _) => Ok(Value::plain(NONE)),
            (News::Element(at), _) => {
                let stream = stream.as_ref();
                let element = match (want, stream) {
                    (Want::Next | Want::Get, Some(stream)) if stream.place() == *at => {
                        stream.take_buffered()
                    }
                    _ => self.buffer.borrow_mut().look(*at),
                };
                if let Some(element) = element {
                    return element.resolve(resolver, later);
                }
                Err(empty()) // a reader that waits holds its place: there is one
            }
        };
        if later {
            resolver.resolve_later(outcome);
        } else {
            resolver.resolve(outcome);
        }
        drop(stream);
    }

    /// A reader needs what is not known yet, and the end is not known either.
    pub fn feed(self: &Rc<Self>) -> Fed {
        match &self.source {
            Source::Push => Fed::Wait,
            Source::Bounded(bounded) => match bounded.meet(self) {
                true => Fed::Ready,
                false => Fed::Wait,
            },
            Source::Asked(asked) => asked.ask(self),
        }
    }

    /// A reader goes away. The last one takes with it what was only for the
    /// readers.
    pub fn leave(self: &Rc<Self>, at: u64) {
        let unread = self.buffer.borrow_mut().leave(at);
        drop(unread);
        if !self.is_read() {
            let reference = self.reference.take();
            drop(reference);
            if let Some(bounded) = self.bounded() {
                bounded.refuse_blocked();
            }
            // An answer may still be on its way, and hold this chain: nobody wants it.
            let ask = self.asked().and_then(super::source::Asked::give_up);
            drop(ask);
        }
    }
}
