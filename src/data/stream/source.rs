//! Sources that are asked for an element when one is needed: a function of the
//! user's, or a transformation of another stream. Module Lwt_stream; calls the
//! promises below.
//!
//! One question at a time: who reads while the source is being asked, be it from
//! inside the source itself, waits for that answer. An answer that takes its
//! time is a future, spawned as a promise that nobody has and so nobody cancels:
//! cancelling a read leaves the question alone.
#![forbid(unsafe_code)]

use super::chain::{Chain, Fed};
use super::deep::Deep;
use super::element::Answer;
use crate::handle::local::local;
use crate::promise::call;
use crate::promise::future::spawn;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// An answer to come.
pub type Later = Pin<Box<dyn Future<Output = Answer>>>;

/// What a source says when it is asked.
pub enum Reply {
    /// The answer.
    Now(Answer),
    /// The answer, later.
    Later(Later),
}

impl Reply {
    /// An answer that takes its time.
    pub fn later(future: impl Future<Output = Answer> + 'static) -> Reply {
        Reply::Later(Box::pin(future))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Idle,
    /// It is being asked further out on the stack.
    Asking,
    /// The answer is on its way.
    Waiting,
}

pub type Ask = dyn FnMut() -> Reply;

/// A source that is asked.
pub struct Asked {
    /// None while it is being asked, and after the end.
    ask: RefCell<Option<Deep<Box<Ask>>>>,
    phase: Cell<Phase>,
    /// The answer of a future that did not have to wait.
    at_once: RefCell<Option<Answer>>,
}

impl Asked {
    pub fn new(ask: impl FnMut() -> Reply + 'static) -> Asked {
        Asked {
            ask: RefCell::new(Some(Deep::new(Box::new(ask) as Box<Ask>))),
            phase: Cell::new(Phase::Idle),
            at_once: RefCell::new(None),
        }
    }

    /// The end is known, or there are no readers: it is never asked again.
    pub fn give_up(&self) -> Option<Deep<Box<Ask>>> {
        self.ask.take()
    }

    /// Asks, unless it is being asked.
    pub fn ask(&self, chain: &Rc<Chain>) -> Fed {
        if self.phase.get() != Phase::Idle {
            return Fed::Wait;
        }
        if local().too_deep() {
            // A stream of streams of streams: the outermost call asks.
            self.phase.set(Phase::Waiting);
            let asking = chain.clone();
            follow(chain, async move {
                match asking.asked().map(Asked::put) {
                    Some(Reply::Now(answer)) => answer,
                    Some(Reply::Later(later)) => later.await,
                    None => Ok(None),
                }
            });
            return Fed::Wait;
        }
        self.phase.set(Phase::Asking);
        match self.put() {
            Reply::Now(answer) => {
                self.phase.set(Phase::Idle);
                answered(chain, answer)
            }
            Reply::Later(later) => {
                follow(chain, later);
                let answer = self.at_once.take();
                if let Some(answer) = answer {
                    self.phase.set(Phase::Idle);
                    return answered(chain, answer);
                }
                if self.phase.get() == Phase::Asking {
                    self.phase.set(Phase::Waiting);
                }
                Fed::Wait
            }
        }
    }

    /// Puts the question.
    fn put(&self) -> Reply {
        let Some(mut ask) = self.ask.take() else {
            return Reply::Now(Ok(None));
        };
        let mut reply = Reply::Now(Ok(None));
        call::unit(|| reply = ask());
        self.ask.replace(Some(ask));
        reply
    }
}

impl Chain {
    pub(super) fn asked(&self) -> Option<&Asked> {
        match &self.source {
            super::chain::Source::Asked(asked) => Some(asked),
            _ => None,
        }
    }
}

/// Takes up an answer.
fn answered(chain: &Rc<Chain>, answer: Answer) -> Fed {
    let failure = match answer {
        Ok(Some(element)) => match chain.append(element, false) {
            Ok(()) => return Fed::Ready,
            Err(exn) => exn,
        },
        Ok(None) => {
            chain.close(false);
            return Fed::Ready;
        }
        Err(exn) => exn,
    };
    chain.fail(failure.clone());
    Fed::Failed(failure)
}

/// Waits for an answer, and takes it up.
fn follow(chain: &Rc<Chain>, later: impl Future<Output = Answer> + 'static) {
    let question = Question(Some(chain.clone()));
    let promise = spawn(async move {
        let answer = later.await;
        question.answer(answer);
        Ok(Value::UNIT)
    });
    // What it fails with is a panic or want of memory.
    if let (Some(exn), Some(asked)) = (promise.exn(), chain.asked())
        && asked.phase.get() == Phase::Asking
    {
        asked.at_once.replace(Some(Err(exn)));
    }
}

/// A question whose answer is on its way. Dropped, there will be none: those
/// who wait do so for ever, and the source may be asked again.
struct Question(Option<Rc<Chain>>);

impl Question {
    fn answer(mut self, answer: Answer) {
        let Some(chain) = self.0.take() else { return };
        let Some(asked) = chain.asked() else { return };
        if asked.phase.get() == Phase::Asking {
            asked.at_once.replace(Some(answer));
        } else {
            asked.phase.set(Phase::Idle);
            answered(&chain, answer);
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        if let Some(chain) = self.0.take()
            && let Some(asked) = chain.asked()
            && asked.phase.get() == Phase::Waiting
        {
            asked.phase.set(Phase::Idle);
            chain.abandon();
        }
    }
}
