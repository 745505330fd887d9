//! Asking a sequence for its first node: it may be there at once, or a future may
//! have to find it.
#![forbid(unsafe_code)]

use super::{Given, Node, Seq};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, call};
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

/// The answer of a sequence.
pub enum Step {
    /// Here it is.
    Now(Result<Node, Exn>),
    /// It is on its way.
    Later(Later),
}

/// A node on its way: when the promise is fulfilled it is in its place.
pub struct Later {
    arrived: Promise,
    place: Rc<Cell<Node>>,
}

impl Step {
    /// What a future finds. It is begun at once.
    pub fn run(future: impl Future<Output = Result<Node, Exn>> + 'static) -> Step {
        let place = Rc::new(Cell::new(None));
        let there = place.clone();
        let arrived = spawn(async move {
            there.set(future.await?);
            Ok(Value::UNIT)
        });
        if arrived.is_pending() {
            return Step::Later(Later { arrived, place });
        }
        Step::Now(match arrived.exn() {
            Some(exn) => Err(exn),
            None => Ok(place.take()),
        })
    }

    /// Waits for it.
    pub async fn node(self) -> Result<Node, Exn> {
        match self {
            Step::Now(node) => node,
            Step::Later(Later { arrived, place }) => {
                arrived.await?;
                Ok(place.take())
            }
        }
    }
}

impl Seq {
    /// Asks for the first node. A sequence that asks another, which asks another,
    /// and so on, is asked when the outermost call is about to return.
    pub fn step(&self) -> Step {
        if local().too_deep() {
            let whole = self.clone();
            return Step::run(async move { whole.ask().node().await });
        }
        self.ask()
    }

    fn ask(&self) -> Step {
        let mut answer = Step::Now(Ok(None));
        call::unit(|| {
            if let Some(source) = &self.0.0 {
                answer = source.step();
            }
        });
        answer
    }

    /// Asks for the first node, and waits for it.
    pub async fn node(&self) -> Result<Node, Exn> {
        self.step().node().await
    }

    /// The first node as a promise, of what `show` makes of it; None: the end.
    pub fn next(self, show: fn(Option<Given>) -> Outcome) -> Promise {
        spawn(async move {
            let node = self.node().await?;
            show(node.map(|(first, rest)| Given::Cons(first, rest)))
        })
    }
}
