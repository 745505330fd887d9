//! Streams that hold so many elements at most, and their push object. Module
//! Lwt_stream; calls the promises below.
//!
//! A push that finds no room blocks, and keeps its element, until a reader has
//! taken one. A stream of size 0 has no room ever: a push and a read meet. Where
//! a read waits the push hands its element over, and where a push is blocked the
//! read, or a look, takes it.

use super::Stream;
use super::chain::{Chain, Source};
use super::element::Element;
use super::waiting::{drop_after, foresee_end, thread_ends};
use crate::abi::{LWT_CLOSED, LWT_FULL, NONE};
use crate::exn::Exn;
use crate::promise::{self, Promise, Resolver, external, failed, resolved};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

struct Blocked {
    element: Element,
    /// The obligation to resolve the push.
    id: u32,
    /// What it waits in.
    chain: Rc<Chain>,
}

/// A blocked push that was cancelled. If it was the last one there is nothing
/// more to come.
struct Withdrawn(Option<Blocked>);

impl Drop for Withdrawn {
    fn drop(&mut self) {
        if let Some(Blocked { element, chain, .. }) = self.0.take() {
            drop(element);
            if chain.bounded().is_some_and(|bounded| bounded.last.get()) {
                chain.close(true);
            }
        }
    }
}

/// What a bounded stream has beyond others.
pub struct Bounded {
    size: Cell<usize>,
    count: Cell<usize>,
    blocked: RefCell<Option<Blocked>>,
    /// Its push object is gone: the end comes after the blocked push.
    last: Cell<bool>,
}

static PUSH: promise::Source = promise::Source {
    name: "stream push",
    cancel: Some(cancel),
    describe: Some(|_| "room in a bounded stream".into()),
};

impl Bounded {
    /// Nothing in it yet.
    pub fn new(size: usize) -> Bounded {
        Bounded {
            size: Cell::new(size),
            count: Cell::new(0),
            blocked: RefCell::new(None),
            last: Cell::new(false),
        }
    }

    /// So many more are stored.
    pub fn stored(&self, more: usize) {
        self.count.set(self.count.get() + more);
    }

    /// An element was taken: there may be room for the blocked one.
    #[inline]
    pub fn taken(&self, chain: &Rc<Chain>) {
        self.count.set(self.count.get().saturating_sub(1));
        if self.blocked.borrow().is_some() {
            self.make_room(chain);
        }
    }

    fn has_room(&self, chain: &Chain) -> bool {
        let (size, count) = (self.size.get(), self.count.get());
        count < size || size == 0 && count == 0 && chain.waiters.live() != 0
    }

    fn make_room(&self, chain: &Rc<Chain>) {
        if self.has_room(chain) {
            self.admit(chain);
        }
    }

    /// A reader needs an element and there is none: with size 0 it meets the
    /// blocked push here.
    pub fn meet(&self, chain: &Rc<Chain>) -> bool {
        self.size.get() == 0 && self.count.get() == 0 && self.admit(chain)
    }

    /// Lets the blocked push in.
    fn admit(&self, chain: &Rc<Chain>) -> bool {
        let blocked = self.blocked.take();
        let Some(Blocked { element, id, .. }) = blocked else {
            return false;
        };
        let appended = chain.append(element, true);
        if self.last.get() {
            chain.close(true);
        }
        resolve(id, appended.map(|()| Value::UNIT));
        true
    }

    /// The stream is closed, or nobody reads it any more.
    pub fn refuse_blocked(&self) {
        let blocked = self.blocked.take();
        if let Some(Blocked { element, id, .. }) = blocked {
            drop(element);
            resolve(id, Err(closed()));
        }
    }
}

fn closed() -> Exn {
    Exn::new(LWT_CLOSED, "the stream is closed")
}

/// Resolves a push that was blocked.
fn resolve(id: u32, outcome: promise::Outcome) {
    if thread_ends() {
        return;
    }
    // SAFETY: a `Blocked` holds the obligation; it was just taken apart.
    unsafe { Resolver::from_id(id) }.resolve_later(outcome);
}

/// A blocked push is cancelled: its element is withdrawn.
fn cancel(id: u32, [bounded, _]: [u64; 2]) -> bool {
    // SAFETY: the word leads to the stream's part as long as the push is blocked.
    let bounded = unsafe { &*(bounded as usize as *const Bounded) };
    let blocked = bounded.blocked.take();
    // SAFETY: the `Blocked` held the obligation, and has given it up.
    drop(unsafe { Resolver::from_id(id) });
    drop_after(id, Withdrawn(blocked));
    true
}

/// The push object of a bounded stream.
pub struct BoundedPush {
    chain: Rc<Chain>,
}

impl BoundedPush {
    /// A stream that holds at most `size` elements, and its push object.
    pub fn create(size: usize) -> (Rc<Stream>, BoundedPush) {
        let stream = Stream::new(Source::Bounded(Bounded::new(size)));
        let chain = stream.chain.clone();
        (stream, BoundedPush { chain })
    }

    fn bounded(&self) -> &Bounded {
        match &self.chain.source {
            Source::Bounded(bounded) => bounded,
            _ => unreachable!("made by `create`"),
        }
    }

    /// How many there may be.
    pub fn size(&self) -> usize {
        self.bounded().size.get()
    }

    /// Changes that. What is stored stays, even if it is too much.
    pub fn resize(&self, size: usize) {
        self.bounded().size.set(size);
        self.bounded().make_room(&self.chain);
    }

    /// Pushes an element, and waits until there is room for it.
    pub fn push(&self, value: Value) -> Promise {
        if value.word() == NONE {
            return failed(Exn::invalid(
                "lwt_stream_bounded_push: LWT_NONE is no element",
            ));
        }
        let bounded = self.bounded();
        if self.closed() || !self.chain.is_read() {
            return failed(closed());
        }
        if self.blocked() {
            return failed(Exn::new(LWT_FULL, "another push is blocked already"));
        }
        let element = Element::Sole(value);
        if bounded.has_room(&self.chain) {
            return match self.chain.append(element, true) {
                Ok(()) => resolved(Value::UNIT),
                Err(exn) => failed(exn),
            };
        }
        foresee_end();
        let Some((promise, resolver)) = external(&PUSH, [std::ptr::from_ref(bounded) as u64, 0])
        else {
            return failed(Exn::out_of_memory());
        };
        let id = resolver.into_id();
        let chain = self.chain.clone();
        bounded
            .blocked
            .replace(Some(Blocked { element, id, chain }));
        promise
    }

    /// Closes the stream: a blocked push fails, readers see the end after what
    /// is stored.
    pub fn close(&self) {
        self.chain.close(true);
    }

    /// How many are stored, the blocked one not counted.
    pub fn count(&self) -> usize {
        self.bounded().count.get()
    }

    /// Is a push blocked?
    pub fn blocked(&self) -> bool {
        self.bounded().blocked.borrow().is_some()
    }

    /// Is the stream closed?
    pub fn closed(&self) -> bool {
        self.chain.is_closed()
    }

    /// Keeps a value as long as the stream.
    pub fn refer(&self, value: Value) {
        self.chain.refer(value);
    }
}

impl Drop for BoundedPush {
    /// Nobody can push any more: the end comes after what is stored, and after
    /// the push that is blocked.
    fn drop(&mut self) {
        if self.blocked() && !thread_ends() {
            self.bounded().last.set(true);
        } else {
            self.close();
        }
    }
}
