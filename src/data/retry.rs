//! Module Lwt_retry: a function that is called again until it succeeds, as a stream
//! of its attempts. It may call floor 0, the scheduler's timers, and streams.
#![forbid(unsafe_code)]

use super::stream::Stream;
use crate::abi::{LWT_EMPTY, NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::shared::Shared;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::scheduler::{clock, current};
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It succeeded.
    Ok,
    /// It failed, and may be made again.
    Retry,
    /// It failed for good.
    Fatal,
}

/// An attempt that was made.
pub struct Attempt {
    /// How it ended.
    pub kind: Kind,
    /// Its value, or its error.
    pub value: Shared,
    /// Which attempt it was, counted from 1; 0: it is in no stream yet.
    pub number: usize,
}

/// How attempts are told from values, and made values.
#[derive(Clone, Copy)]
pub struct Values {
    /// The attempt that a word stands for. The error: it stands for none.
    pub read: fn(lwt_value) -> Result<Rc<Attempt>, Exn>,
    /// A value that stands for an attempt.
    pub make: fn(Rc<Attempt>) -> Outcome,
}

async fn read(values: Values, promise: Promise) -> Result<Rc<Attempt>, Exn> {
    let shown = promise.until_resolved().await.shared();
    let shown = shown.unwrap_or_else(|| Err(Exn::out_of_memory()))?;
    (values.read)(shown.word())
}

/// `Lwt_retry.pp_error`: what an attempt that failed is printed as; `print` makes
/// text of its error, if it can. None: it succeeded.
pub fn print(
    attempt: &Attempt,
    print: impl FnOnce(Kind, lwt_value) -> Result<Option<Vec<u8>>, Exn>,
) -> Result<Option<Vec<u8>>, Exn> {
    let mut text = match attempt.kind {
        Kind::Ok => return Ok(None),
        Kind::Retry => b"Retry ".to_vec(),
        Kind::Fatal => b"Fatal ".to_vec(),
    };
    let error = print(attempt.kind, attempt.value.word())?;
    text.extend(error.unwrap_or_else(|| b"<opaque>".to_vec()));
    Ok(Some(text))
}

/// `Lwt_retry.equal_error`: did both fail in the same way, with errors that are the
/// same?
pub fn equal(
    a: &Attempt,
    b: &Attempt,
    same: impl FnOnce(Kind, lwt_value, lwt_value) -> Result<bool, Exn>,
) -> Result<bool, Exn> {
    if a.kind != b.kind || a.kind == Kind::Ok {
        return Ok(false);
    }
    same(a.kind, a.value.word(), b.value.word())
}

/// `Lwt_retry.on_error`: `f` promises an attempt.
pub fn on_error(values: Values, mut f: impl FnMut() -> Promise + 'static) -> Rc<Stream> {
    let last = Rc::new(Cell::new(false));
    let mut number = 0;
    Stream::from(move || {
        if last.get() {
            return resolved(Value::plain(NONE));
        }
        number += 1;
        let (last, number, made) = (last.clone(), number, f());
        spawn(async move {
            let made = read(values, made).await?;
            last.set(made.kind != Kind::Retry);
            (values.make)(Rc::new(Attempt {
                kind: made.kind,
                value: made.value.clone(),
                number,
            }))
        })
    })
}

/// `Lwt_retry.with_sleep`: `duration` is of a number of seconds. The error: what it
/// failed with.
pub fn with_sleep(
    values: Values,
    attempts: Rc<Stream>,
    duration: impl Fn(usize) -> Result<f64, Exn> + 'static,
) -> Rc<Stream> {
    attempts.map_s(move |word| {
        let attempt = match (values.read)(word) {
            Ok(attempt) => attempt,
            Err(exn) => return failed(exn),
        };
        if attempt.kind == Kind::Ok {
            return (values.make)(attempt).map_or_else(failed, resolved);
        }
        let slept = duration(attempt.number).map_or_else(failed, sleep);
        spawn(async move {
            slept.await?;
            (values.make)(attempt)
        })
    })
}

fn sleep(seconds: f64) -> Promise {
    match clock::nanoseconds(seconds) {
        Some(delay) => current().timers.sleep(delay),
        None => failed(Exn::invalid("lwt_retry: the duration is not a number")),
    }
}

/// `Lwt_retry.default_sleep_duration`
pub fn default_sleep_duration(number: f64) -> f64 {
    number * 2.0 * number.exp2()
}

/// `Lwt_retry.n_times`: the last of `again` + 1 attempts at most.
pub fn n_times(values: Values, again: usize, attempts: Rc<Stream>) -> Promise {
    spawn(async move {
        let mut last = None;
        for _ in 0..=again {
            let Some(element) = attempts.take().await? else {
                break;
            };
            let attempt = (values.read)(element.word())?;
            let over = attempt.kind != Kind::Retry;
            last = Some(attempt);
            if over {
                break;
            }
        }
        match last {
            Some(attempt) => (values.make)(attempt),
            None => Err(Exn::new(
                LWT_EMPTY,
                "lwt_retry_n_times: there is no attempt",
            )),
        }
    })
}
