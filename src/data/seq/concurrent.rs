//! `Lwt_seq.iter_p`, `Lwt_seq.iter_n`: going through a sequence without waiting for
//! what was made of each element.
#![forbid(unsafe_code)]

use super::{Node, Seq};
use crate::abi::lwt_promise_state::LWT_RETURN;
use crate::abi::lwt_value;
use crate::data::lent::{Lent, cancel_all};
use crate::exn::Exn;
use crate::promise::future::{UntilResolved, spawn};
use crate::promise::shared::Shared;
use crate::promise::{Outcome, Promise, group};
use crate::value::Value;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// What was begun and is not fulfilled yet, in that order, each with its element.
#[derive(Default)]
struct Running(Vec<Lent<Shared>>);

impl Running {
    fn add(&mut self, element: Shared, promise: Promise) -> Result<(), Exn> {
        let started = Lent::new(element, promise);
        if started.promise().state() != LWT_RETURN {
            self.0.try_reserve(1).map_err(|_| Exn::out_of_memory())?;
            self.0.push(started);
        }
        Ok(())
    }

    /// Waits until at least one has resolved, and takes those out that have. The
    /// error: one of them has failed.
    async fn make_room(&mut self) -> Result<(), Exn> {
        let wait = |each: &Lent<Shared>| each.promise().clone().until_resolved();
        let mut waits: Vec<UntilResolved> = self.0.iter().map(wait).collect();
        poll_fn(|context| {
            let mut polls = waits.iter_mut().map(|wait| Pin::new(wait).poll(context));
            if polls.any(|poll| poll.is_ready()) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        drop(waits);
        if let Some(exn) = self.0.iter().find_map(|each| each.promise().exn()) {
            return Err(exn);
        }
        self.0.retain(|each| each.promise().is_pending());
        Ok(())
    }

    /// Asks for the next node; who cancels that cancels what runs.
    async fn node(&mut self, source: &Seq) -> Result<Node, Exn> {
        let node = source.node().await;
        if node.as_ref().is_err_and(Exn::is_canceled) {
            cancel_all(self.0.drain(..));
        }
        node
    }

    /// Waits for all, also after a failure.
    async fn join(self) -> Outcome {
        let promise = |each: &Lent<Shared>| each.promise().clone().into_raw();
        let handles = self.0.iter().map(promise);
        if self.0.is_empty() {
            return Ok(Value::UNIT);
        }
        group::join_preferring_last(handles.collect()).await
    }
}

/// `Lwt_seq.iter_p`
pub fn iter_p(mut source: Seq, mut f: impl FnMut(lwt_value) -> Promise + 'static) -> Promise {
    spawn(async move {
        let mut running = Running::default();
        while let Some((element, rest)) = running.node(&source).await? {
            let promise = f(element.word());
            running.add(element, promise)?;
            source = rest;
        }
        running.join().await
    })
}

/// `Lwt_seq.iter_n`, of at most `most` at a time, at least 1.
pub fn iter_n(
    mut source: Seq,
    most: usize,
    mut f: impl FnMut(lwt_value) -> Promise + 'static,
) -> Promise {
    spawn(async move {
        let mut running = Running::default();
        loop {
            if running.0.len() >= most {
                running.make_room().await?;
            }
            let Some((element, rest)) = running.node(&source).await? else {
                return running.join().await;
            };
            let promise = f(element.word());
            running.add(element, promise)?;
            source = rest;
        }
    })
}
