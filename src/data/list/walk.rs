//! One promise after the other: what all functions of Lwt_list are made of.
//!
//! As long as the promises are resolved already a walk is a loop. From the first
//! one that is pending it is a future, one for the whole walk.
#![forbid(unsafe_code)]

use super::{Call, Items};
use crate::abi::lwt_promise_state::{LWT_FAIL, LWT_RETURN, LWT_SLEEP};
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::future::spawn;
use crate::promise::{self, Outcome, Promise, failed, resolved};

/// Is the walk to go on?
#[derive(Clone, Copy, PartialEq)]
pub enum Flow {
    On,
    Enough,
}

/// A walk over `left` promises. `call` gives the next one, `seen` is told of it
/// when it is fulfilled, and `end` says what comes of it all. Who of them is
/// called with what is up to the state that they share.
pub struct Walk<S, C, T, E> {
    pub left: usize,
    pub state: S,
    pub call: C,
    pub seen: T,
    pub end: E,
}

impl<S, C, T, E> Walk<S, C, T, E>
where
    S: 'static,
    C: FnMut(&mut S) -> Promise + 'static,
    T: FnMut(&mut S, Promise) -> Result<Flow, Exn> + 'static,
    E: FnOnce(S) -> Outcome + 'static,
{
    /// What comes of the walk. The error: the first failure.
    pub fn start(self) -> Promise {
        soon(move || self.run())
    }

    fn run(mut self) -> Promise {
        match self.advance() {
            Ok(Some(waiting)) => spawn(self.go_on(waiting)),
            Ok(None) => settled((self.end)(self.state)),
            Err(exn) => failed(exn),
        }
    }

    async fn go_on(mut self, mut waiting: Promise) -> Outcome {
        loop {
            let flow = self.look(waiting.until_resolved().await)?;
            match flow {
                Flow::On => match self.advance()? {
                    Some(promise) => waiting = promise,
                    None => break,
                },
                Flow::Enough => break,
            }
        }
        (self.end)(self.state)
    }

    /// Goes on to the next promise that is pending. None: there is none.
    #[inline]
    fn advance(&mut self) -> Result<Option<Promise>, Exn> {
        while self.left != 0 {
            self.left -= 1;
            let promise = (self.call)(&mut self.state);
            if promise.is_pending() {
                return Ok(Some(promise));
            }
            if self.look(promise)? == Flow::Enough {
                break;
            }
        }
        Ok(None)
    }

    #[inline]
    fn look(&mut self, promise: Promise) -> Result<Flow, Exn> {
        match promise.state() {
            LWT_RETURN => (self.seen)(&mut self.state, promise),
            LWT_FAIL | LWT_SLEEP => Err(promise.exn().unwrap_or_else(Exn::out_of_memory)),
        }
    }
}

/// Starts now, or, where calls are nested too deeply, when the outermost one is
/// about to return.
pub fn soon(start: impl FnOnce() -> Promise + 'static) -> Promise {
    if local().too_deep() {
        spawn(async move { start().await })
    } else {
        start()
    }
}

/// A promise with this outcome.
pub fn settled(outcome: Outcome) -> Promise {
    match outcome {
        Ok(value) => resolved(value),
        Err(exn) => failed(exn),
    }
}

/// What a promise that is fulfilled shows.
pub fn word(promise: &Promise) -> lwt_value {
    promise::value_of(promise.bits())
}

/// Is it true?
pub fn truth(promise: &Promise) -> bool {
    !word(promise).is_null()
}

/// Calls a function with all elements, in their order.
pub fn call_all(items: &[lwt_value], mut f: impl Call) -> Result<Vec<Promise>, Exn> {
    let mut promises = room(items.len())?;
    let calls = items
        .iter()
        .enumerate()
        .map(|(index, &item)| f(index, item));
    promises.extend(calls);
    Ok(promises)
}

/// Room for `len` things.
pub fn room<T>(len: usize) -> Result<Vec<T>, Exn> {
    let mut room = Vec::new();
    room.try_reserve_exact(len)
        .map_err(|_| Exn::out_of_memory())?;
    Ok(room)
}

/// Each element after the result for the one before. `seen` is told the place
/// and the element.
pub fn serial<S: 'static>(
    items: Items,
    state: S,
    mut f: impl Call,
    mut seen: impl FnMut(&mut S, usize, lwt_value, Promise) -> Result<Flow, Exn> + 'static,
    end: impl FnOnce(S) -> Outcome + 'static,
) -> Promise {
    let walk = Walk {
        left: items.len(),
        state: (0, items, state),
        call: move |(at, items, _): &mut (usize, Items, S)| f(*at, items[*at]),
        seen: move |(at, items, state): &mut (usize, Items, S), promise| {
            let index = *at;
            *at += 1;
            seen(state, index, items[index], promise)
        },
        end: move |(_, _, state)| end(state),
    };
    walk.start()
}

/// All elements are begun at once; their results are awaited from the last one
/// back to the first.
pub fn backwards<S: 'static>(
    items: Items,
    state: S,
    f: impl Call,
    mut seen: impl FnMut(&mut S, usize, lwt_value, Promise) -> Result<Flow, Exn> + 'static,
    end: impl FnOnce(S) -> Outcome + 'static,
) -> Promise {
    soon(move || {
        let promises = match call_all(&items, f) {
            Ok(promises) => promises,
            Err(exn) => return failed(exn),
        };
        let walk = Walk {
            left: promises.len(),
            state: (promises, items, state),
            call: |(promises, _, _): &mut (Vec<Promise>, Items, S)| next(promises),
            seen: move |(promises, items, state): &mut (Vec<Promise>, Items, S), promise| {
                let index = promises.len();
                seen(state, index, items[index], promise)
            },
            end: move |(_, _, state)| end(state),
        };
        walk.start()
    })
}

/// The last of several promises.
pub fn next(promises: &mut Vec<Promise>) -> Promise {
    promises
        .pop()
        .unwrap_or_else(|| failed(Exn::out_of_memory()))
}
