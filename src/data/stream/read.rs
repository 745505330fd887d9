//! Reading: next, get, peek and what reads several elements. Module Lwt_stream;
//! calls the promises below.
#![forbid(unsafe_code)]

use super::Stream;
use super::chain::{Source, empty};
use super::element::{Answer, Element, gather, list};
use super::show::{show, truth};
use super::waiting::Want;
use super::walker::{Found, Walker};
use crate::abi::{NONE, lwt_unit_fn, lwt_value};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, node, resolved, seq};
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A yes or no as a value.
fn boolean(yes: bool) -> Value {
    Value::plain(usize::from(yes) as lwt_value)
}

impl Stream {
    /// `Lwt_stream.next`: takes the next element. Fails with `LWT_EMPTY` at the
    /// end.
    pub fn next(self: &Rc<Self>) -> Promise {
        self.read(Want::Next)
    }

    /// `Lwt_stream.get`: the same, but none at the end.
    pub fn get(self: &Rc<Self>) -> Promise {
        self.read(Want::Get)
    }

    /// `Lwt_stream.peek`: as get, and the element stays.
    pub fn peek(self: &Rc<Self>) -> Promise {
        self.read(Want::Peek)
    }

    #[inline]
    fn read(self: &Rc<Self>, want: Want) -> Promise {
        let element = match want {
            Want::Peek => self.chain.buffer.borrow_mut().look(self.place()),
            _ => self.take_buffered(),
        };
        match element {
            Some(element) => element.into_promise(),
            None => self.read_unknown(want),
        }
    }

    fn read_unknown(self: &Rc<Self>, want: Want) -> Promise {
        let push = matches!(self.chain.source, Source::Push);
        if push && !self.is_closed() {
            return self.chain.waiters.wait(Some(self.clone()), want);
        }
        let mut walker = Walker::new(self.clone());
        let found = match want {
            Want::Peek => walker.look_now(),
            _ => walker.take_now(),
        };
        match found {
            Found::Element(element) => element.into_promise(),
            Found::End if want == Want::Next => failed(empty()),
            Found::End => resolved(Value::plain(NONE)),
            Found::Failed(exn) => failed(exn),
            Found::Wait => {
                drop(walker);
                self.chain.waiters.wait(Some(self.clone()), want)
            }
        }
    }

    /// `get` for this floor: the element, shared or not.
    pub async fn take(self: &Rc<Self>) -> Answer {
        Walker::new(self.clone()).take().await
    }

    /// The same without waiting.
    pub fn take_now(self: &Rc<Self>) -> Found {
        match self.take_buffered() {
            Some(element) => Found::Element(element),
            None => Walker::new(self.clone()).take_now(),
        }
    }

    /// `Lwt_stream.nget`: takes up to `n` elements, fewer only at the end.
    pub fn nget(self: &Rc<Self>, n: usize) -> Promise {
        let mut walker = Walker::new(self.clone());
        let mut elements = Vec::new();
        while elements.len() < n
            && let Some(element) = walker.take_known()
        {
            if let Err(exn) = gather(&mut elements, element) {
                return failed(exn);
            }
        }
        if elements.len() == n || self.is_closed() {
            return promise_of(list(elements));
        }
        spawn(async move {
            while elements.len() < n
                && let Some(element) = walker.take().await?
            {
                gather(&mut elements, element)?;
            }
            list(elements)
        })
    }

    /// `Lwt_stream.npeek`: the same, and they stay.
    pub fn npeek(self: &Rc<Self>, n: usize) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut elements = Vec::new();
            while elements.len() < n
                && let Some(element) = walker.look().await?
            {
                gather(&mut elements, element)?;
                walker.skip();
            }
            list(elements)
        })
    }

    /// `Lwt_stream.to_list`: takes all.
    pub fn to_list(self: &Rc<Self>) -> Promise {
        self.nget(usize::MAX)
    }

    /// `Lwt_stream.get_while`: takes the longest prefix that passes the test.
    pub fn get_while(
        self: &Rc<Self>,
        f: impl Fn(lwt_value) -> Result<bool, Exn> + 'static,
    ) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut elements = Vec::new();
            while let Some(element) = walker.look().await?
                && f(element.word())?
            {
                drop(element);
                gather_known(&mut walker, &mut elements)?;
            }
            list(elements)
        })
    }

    /// `Lwt_stream.get_while_s`
    pub fn get_while_s(self: &Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut elements = Vec::new();
            while let Some(element) = walker.look().await?
                && truth(f(element.word())).await?
            {
                drop(element);
                gather_known(&mut walker, &mut elements)?;
            }
            list(elements)
        })
    }

    /// `Lwt_stream.last_new`: takes all that is to be had without waiting, and
    /// gives the last; waits for one if there is none.
    pub fn last_new(self: &Rc<Self>) -> Promise {
        let mut walker = Walker::new(self.clone());
        show(async move {
            let mut last = match walker.take_now() {
                Found::Element(element) => element,
                Found::End => return Err(empty()),
                Found::Failed(exn) => return Err(exn),
                Found::Wait => {
                    walker.wait().await?;
                    return walker.take().await?.ok_or_else(empty);
                }
            };
            loop {
                match walker.take_now() {
                    Found::Element(element) => last = element,
                    Found::Failed(exn) => return Err(exn),
                    Found::End | Found::Wait => return Ok(last),
                }
            }
        })
    }

    /// `Lwt_stream.is_empty`
    pub fn is_empty(self: &Rc<Self>) -> Promise {
        let stream = self.clone();
        let look = move || Walker::new(stream.clone());
        let outcome = |found| match found {
            Found::Element(_) => Some(Ok(boolean(false))),
            Found::End => Some(Ok(boolean(true))),
            Found::Failed(exn) => Some(Err(exn)),
            Found::Wait => None,
        };
        if let Some(outcome) = outcome(look().look_now()) {
            return promise_of(outcome);
        }
        spawn(async move {
            loop {
                // Where the stream is by then.
                let mut walker = look();
                match outcome(walker.look_now()) {
                    Some(outcome) => return outcome,
                    None => walker.wait().await?,
                };
            }
        })
    }

    /// `Lwt_stream.closed`: resolves when the end is known.
    pub fn closed(&self) -> Promise {
        if self.is_closed() {
            return resolved(Value::UNIT);
        }
        self.chain.ending.wait(None, Want::Known)
    }

    /// `Lwt_stream.on_terminate`: runs `f` when the end is known. Returns what is
    /// wrong, or `LWT_OK`.
    pub fn on_terminate(&self, f: lwt_unit_fn, env: Env) -> c_int {
        let closed = self.closed();
        node::on(node::TERMINATION, closed.bits(), f.map(bits_of), None, env)
    }
}

/// A function as floor 0 keeps it.
fn bits_of(f: unsafe extern "C" fn(*mut c_void)) -> u64 {
    seq::bits(Some(f))
}

/// A resolved promise.
pub fn promise_of(outcome: Outcome) -> Promise {
    match outcome {
        Ok(value) => resolved(value),
        Err(exn) => failed(exn),
    }
}

/// Takes the element that was looked at.
fn gather_known(walker: &mut Walker, elements: &mut Vec<Element>) -> Result<(), Exn> {
    match walker.take_known() {
        Some(element) => gather(elements, element),
        None => Ok(()),
    }
}
