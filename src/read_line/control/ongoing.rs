//! A promise that is waited for among other things, and cancelled when it is not any
//! more. Module Lwt_read_line, Control; calls promises.

#![forbid(unsafe_code)]

use crate::promise::future::Await;
use crate::promise::{Outcome, Promise};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A promise, and the wait for it.
pub struct Ongoing {
    promise: Promise,
    wait: Await,
}

impl Ongoing {
    pub fn new(promise: Promise) -> Ongoing {
        Ongoing {
            wait: promise.clone().into_future(),
            promise,
        }
    }

    /// Its outcome. Once it is there, this is not to be asked again.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome> {
        Pin::new(&mut self.wait).poll(context)
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        if self.promise.is_pending() {
            self.promise.cancel();
        }
    }
}

/// Asks for the outcome of one that may be there. `Ready`: it is gone from its place.
pub fn poll(place: &mut Option<Ongoing>, context: &mut Context<'_>) -> Poll<Outcome> {
    let Some(ongoing) = place else {
        return Poll::Pending;
    };
    let outcome = ongoing.poll(context);
    if outcome.is_ready() {
        place.take();
    }
    outcome
}
