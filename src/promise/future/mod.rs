//! Rust futures and promises: a promise can be awaited, and a future can be
//! spawned as a promise of this thread.
//!
//! ```no_run
//! use lwt::promise::{self, future::spawn, Promise};
//! fn first_then(first: Promise, then: Promise) -> Promise {
//!     spawn(async move {
//!         first.await?;
//!         then.await
//!     })
//! }
//! ```
//!
//! A future runs inside the call that spawns it until it first waits, and then
//! inside the resolution of what it waits for, at that place among the
//! callbacks of the promise, as the callback of a bind does. The `Waker` that
//! it is given may be used on any thread: it has the future polled in the next
//! turn of the thread's main loop. The loop does not know of such wakers, and
//! is told by other means (a notification) that something is still to come.
//!
//! Cancelling the promise of a future cancels the promises that it waits for;
//! if there are none, the future is dropped and the promise fails with
//! `LWT_CANCELED`. A panic is a failure. A future that waits for promises which
//! nothing can resolve any more, and which has no waker elsewhere, is dropped,
//! and its promise stays pending for ever. A thread that ends drops its futures.

mod task;
pub mod waiting;

use super::shared::Shared;
use super::state::{DEAD, is_resolved, op};
use super::{Outcome, Promise, failed, node};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::handle::slot::{GENERATION_MASK, Id};
use std::pin::Pin;
use std::task::{Context, Poll};

pub use task::{Tasks, spawn};

/// The wait for a promise, which it holds. Dropped, it waits no more.
pub struct Await {
    /// None once it has given the outcome.
    promise: Option<Promise>,
    /// Its place among the waiters, and the generation of that slot; 0: none.
    node: (Id, u64),
}

impl IntoFuture for Promise {
    type Output = Outcome;
    type IntoFuture = Await;

    /// Awaiting moves the outcome out, as `lwt_take` does.
    fn into_future(self) -> Await {
        Await {
            promise: Some(self),
            node: (0, 0),
        }
    }
}

impl Await {
    /// The place among the waiters, if it is still its own.
    fn place(&self) -> Option<Id> {
        let (id, generation) = self.node;
        (id != 0 && node::awaits(local(), id, generation)).then_some(id)
    }

    fn leave(&mut self) {
        if let Some(id) = self.place() {
            waiting::leave(local(), id);
        }
        self.node = (0, 0);
    }

    /// Waits until the promise has resolved: then it is here. None: it was given
    /// away already.
    fn poll_resolved(&mut self, context: &mut Context<'_>) -> Poll<Option<Promise>> {
        let local = local();
        let Some(promise) = &self.promise else {
            return Poll::Ready(None);
        };
        let Some((id, slot)) = promise.slot() else {
            return Poll::Ready(self.promise.take()); // it stands for no memory
        };
        if is_resolved(slot) {
            self.leave();
            return Poll::Ready(self.promise.take());
        }
        if let Some(place) = self.place() {
            waiting::refresh(local, place, context.waker());
        } else if self.node.0 != 0 || op(slot) == DEAD {
            waiting::note_orphan(local);
        } else {
            let Some(place) = waiting::wait(local, id, slot, context.waker()) else {
                return Poll::Ready(Some(failed(Exn::out_of_memory())));
            };
            self.node = (place, local.at(place).me() & GENERATION_MASK);
        }
        Poll::Pending
    }
}

impl Future for Await {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        self.poll_resolved(context).map(|promise| match promise {
            Some(promise) => promise.take().unwrap_or_else(|| Err(Exn::out_of_memory())),
            None => Err(Exn::invalid("the promise was awaited already")),
        })
    }
}

/// Waits for a promise of the user's, who may have kept it: what it shows stays
/// there.
pub async fn seen(promise: Promise) -> Result<Shared, Exn> {
    let resolved = promise.until_resolved().await.shared();
    resolved.unwrap_or_else(|| Err(Exn::out_of_memory()))
}

/// The wait for a promise that is given back once it has resolved.
pub struct UntilResolved(Await);

impl Promise {
    /// Waits until the promise has resolved, and gives it back as it is: what it
    /// shows stays where others may see it, too.
    pub fn until_resolved(self) -> UntilResolved {
        UntilResolved(self.into_future())
    }
}

impl Future for UntilResolved {
    type Output = Promise;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Promise> {
        let twice = || failed(Exn::invalid("the promise was awaited already"));
        let resolved = self.0.poll_resolved(context);
        resolved.map(|promise| promise.unwrap_or_else(twice))
    }
}

impl Drop for Await {
    fn drop(&mut self) {
        self.leave();
    }
}
