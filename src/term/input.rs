//! Events from a channel, a terminal's or any other. Module Lwt_term; calls the parser,
//! channels and sleeping.
//!
//! Bytes stay in the channel until they are an event: whoever else reads the channel
//! misses nothing, and cancelling a read loses nothing.

#![forbid(unsafe_code)]

use super::key::Key;
use super::key::decode::plain;
use super::mode::{self, Raw};
use super::parse::{Event, Parser, Step};
use crate::abi::{LWT_TIMEOUT, NONE};
use crate::exn::Exn;
use crate::handle::local::at_thread_exit;
use crate::io::{self, Channel, Standard};
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise};
use crate::unix::sleep::with_timeout;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// How long to wait, in seconds, for what may follow an escape, at first.
pub const ESCAPE_TIMEOUT: f64 = 0.05;

thread_local! {
    static TIMEOUT: Cell<f64> = const { Cell::new(ESCAPE_TIMEOUT) };
    /// Standard input's, which may be in the middle of a paste.
    static STANDARD: RefCell<Option<Rc<Input>>> = const { RefCell::new(None) };
    /// Weakly, so that channels can go.
    static INPUTS: RefCell<Vec<Weak<Input>>> = const { RefCell::new(Vec::new()) };
}

/// How long to wait for what may follow an escape, in seconds. This thread's.
pub fn escape_timeout() -> f64 {
    TIMEOUT.get()
}

/// Sets it. False: it is negative, or not a number.
pub fn set_escape_timeout(seconds: f64) -> bool {
    let good = seconds >= 0.0;
    if good {
        TIMEOUT.set(seconds);
    }
    good
}

/// What reads events from a channel.
pub struct Input {
    channel: Rc<Channel>,
    parser: RefCell<Parser>,
    /// Keys of a paste that was read by one who wanted keys.
    keys: RefCell<VecDeque<Key>>,
}

/// What a look at the channel has found.
enum Found {
    Event(Event),
    /// Something that is no event, or not yet.
    Nothing,
    /// So many bytes, which may be the beginning of something.
    Torn(usize),
    End,
}

/// The input of this thread's `Lwt_io.stdin`.
pub fn standard() -> Rc<Input> {
    let made = || {
        at_thread_exit(|| drop(STANDARD.try_with(RefCell::take)));
        Input::of(io::standard(Standard::Input))
    };
    let known = STANDARD.try_with(|known| known.borrow_mut().get_or_insert_with(made).clone());
    known.unwrap_or_else(|_| Input::of(io::standard(Standard::Input)))
}

impl Input {
    /// The input of a channel: the same for all who ask, while one of them has it.
    pub fn of(channel: Rc<Channel>) -> Rc<Input> {
        let known = INPUTS.try_with(|inputs| {
            let mut inputs = inputs.borrow_mut();
            inputs.retain(|input| input.strong_count() > 0);
            let known = inputs.iter().filter_map(Weak::upgrade);
            let mut same = known.filter(|input| Rc::ptr_eq(&input.channel, &channel));
            same.next()
        });
        if let Ok(Some(known)) = known {
            return known;
        }
        let made = Rc::new(Input {
            channel,
            parser: RefCell::default(),
            keys: RefCell::default(),
        });
        let _ = INPUTS.try_with(|inputs| inputs.borrow_mut().push(Rc::downgrade(&made)));
        made
    }

    /// The next event. None: the input has ended. It fails as reads of the channel do.
    pub async fn next(self: &Rc<Self>) -> Result<Option<Event>, Exn> {
        if let Some(key) = self.taken_key() {
            return Ok(Some(Event::Key(key)));
        }
        let mut found = self.first().await?;
        loop {
            found = match found {
                Found::Event(event) => return Ok(Some(event)),
                Found::End => return Ok(self.parser.borrow_mut().end()),
                Found::Nothing => self.first().await?,
                Found::Torn(known) => self.rest(known).await?,
            };
        }
    }

    /// What comes first. In the background the process stops for it.
    async fn first(self: &Rc<Self>) -> Result<Found, Exn> {
        loop {
            match self.look(0, false).result().await {
                Err(exn) if mode::stopped_for(&exn) => {}
                found => return found,
            }
        }
    }

    /// Something has begun: its rest, or what it is without one.
    async fn rest(self: &Rc<Self>, known: usize) -> Result<Found, Exn> {
        // A paste goes on however long it takes.
        if !self.parser.borrow().pastes() && !self.channel.has_more() {
            let look = self.look(known, false);
            let seconds = escape_timeout();
            if seconds > 0.0 {
                let promise = look.promise;
                match with_timeout(seconds, Some(move || promise)).await {
                    Err(exn) if exn.kind() == LWT_TIMEOUT => {}
                    Err(exn) => return Err(exn),
                    Ok(_) => return Ok(look.found.take().unwrap_or(Found::Nothing)),
                }
            } else {
                look.promise.cancel();
            }
            // The loop may have been busy: what came meanwhile counts.
            if !self.channel.has_more() {
                return self.look(0, true).result().await;
            }
        }
        self.look(known, false).result().await
    }

    /// Looks at the channel once more than `known` bytes are there. `all`: no more will
    /// come soon.
    fn look(self: &Rc<Self>, known: usize, all: bool) -> Look {
        let found = Rc::new(Cell::new(None));
        let (this, told) = (self.clone(), found.clone());
        let promise = self.channel.look(known, move |bytes, end| {
            if bytes.is_empty() {
                told.set(Some(Found::End));
                return 0;
            }
            match this.parser.borrow_mut().parse(bytes, all || end) {
                Step::Took(taken, event) => {
                    told.set(Some(event.map_or(Found::Nothing, Found::Event)));
                    taken
                }
                // Of a paste that ends in the midst of its last sequence.
                Step::More if end => {
                    told.set(Some(Found::Nothing));
                    bytes.len()
                }
                Step::More => {
                    told.set(Some(Found::Torn(bytes.len())));
                    0
                }
            }
        });
        Look { promise, found }
    }

    /// The next key: a paste is one key after the other, and what the mouse did is
    /// passed over. None: the input has ended.
    pub async fn next_key(self: &Rc<Self>) -> Result<Option<Key>, Exn> {
        loop {
            match self.next().await? {
                None => return Ok(None),
                Some(Event::Key(key)) => return Ok(Some(key)),
                Some(Event::Paste { text, .. }) => {
                    self.keys.borrow_mut().extend(text.chars().map(plain));
                }
                Some(Event::Mouse(_) | Event::Focus(_)) => {}
            }
        }
    }

    /// The next event as a promise of what `made` makes of it; `LWT_NONE` at the end.
    pub fn next_as(self: &Rc<Self>, made: impl Fn(Event) -> Outcome + 'static) -> Promise {
        let this = self.clone();
        spawn(async move {
            match this.next().await? {
                Some(event) => made(event),
                None => Ok(Value::plain(NONE)),
            }
        })
    }

    fn taken_key(&self) -> Option<Key> {
        self.keys.borrow_mut().pop_front()
    }

    /// Can another event be had without waiting? It may turn out that it can't.
    pub fn is_available(&self) -> bool {
        if !self.keys.borrow().is_empty() {
            return true;
        }
        let whole = |bytes: &[u8]| {
            !self.parser.borrow().pastes()
                && matches!(Parser::new().parse(bytes, false), Step::Took(..))
        };
        self.channel.peek(whole) || self.channel.has_more()
    }
}

/// `Lwt_term.read_key`: one key, in raw mode for that time; `made` is what becomes of it.
pub fn read_key(made: impl FnOnce(Key) -> Outcome + 'static) -> Promise {
    spawn(async move {
        let _raw = Raw::enter()?;
        match standard().next_key().await? {
            Some(key) => made(key),
            None => Err(io::end_of_file()),
        }
    })
}

/// A look that is under way.
struct Look {
    promise: Promise,
    found: Rc<Cell<Option<Found>>>,
}

impl Look {
    async fn result(self) -> Result<Found, Exn> {
        self.promise.await?;
        Ok(self.found.take().unwrap_or(Found::Nothing))
    }
}
