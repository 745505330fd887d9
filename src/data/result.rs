//! Module Lwt_result: promises of success or an error. That a promise fails is a
//! third outcome, which passes through all of these untouched.
//!
//! What a function does not act on it hands on as it is: the very
//! `struct lwt_result` that its promise shows. It may call floor 0.

use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::result::{Failure, TypedResult, shown};
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise, failed, group, resolved};
use crate::sync::compose::then;
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

/// A promise of a result that was just made.
pub fn lift(result: Result<TypedResult, Exn>) -> Promise {
    match result {
        Ok(result) => resolved(result.into_value()),
        Err(exn) => failed(exn),
    }
}

fn no_result() -> Exn {
    Exn::invalid("the promise is not of a struct lwt_result")
}

/// A look at the result that a promise shows.
fn look<T>(p: &Promise, f: impl FnOnce(&TypedResult) -> T) -> Result<T, Exn> {
    // SAFETY: who made the promise in C says that it is of a result.
    match unsafe { shown(p) } {
        Some(result) => Ok(f(&result)),
        None => Err(no_result()),
    }
}

/// Acts on success (`on` is true) or on an error: `f` is given the word, borrowed.
fn act(p: Promise, on: bool, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
    let whole = p.clone();
    then(p, move || {
        match look(&whole, |result| {
            (result.is_ok() == on).then(|| result.word())
        }) {
            Ok(Some(word)) => f(word),
            Ok(None) => whole,
            Err(exn) => failed(exn),
        }
    })
}

/// What a promise that is fulfilled is of, moved into a result.
fn wrapped(p: Promise, make: fn(Value) -> Result<TypedResult, Exn>) -> Promise {
    let whole = p.clone();
    then(p, move || match whole.take() {
        Some(Ok(value)) => lift(make(value)),
        Some(Err(exn)) => failed(exn),
        None => failed(Exn::out_of_memory()),
    })
}

/// `Lwt_result.ok`
pub fn ok(p: Promise) -> Promise {
    wrapped(p, TypedResult::ok)
}

/// `Lwt_result.error`
pub fn error(p: Promise) -> Promise {
    wrapped(p, TypedResult::error)
}

/// `Lwt_result.catch`, of the promise of the body.
pub fn catch(body: Promise) -> Promise {
    spawn(async {
        let outcome = body.await;
        Ok(TypedResult::of_outcome(outcome)?.into_value())
    })
}

/// `Lwt_result.get_exn`
pub fn get_exn(p: Promise) -> Promise {
    let whole = p.clone();
    then(p, move || match look(&whole, TypedResult::take) {
        Ok(Ok(value)) => resolved(value),
        Ok(Err(failure)) => failed(Failure::into_exn(failure)),
        Err(exn) => failed(exn),
    })
}

/// `Lwt_result.map`
pub fn map(p: Promise, f: impl FnOnce(lwt_value) -> Outcome + 'static) -> Promise {
    act(p, true, |word| lift(f(word).and_then(TypedResult::ok)))
}

/// `Lwt_result.map_error`
pub fn map_error(p: Promise, f: impl FnOnce(lwt_value) -> Outcome + 'static) -> Promise {
    act(p, false, |word| lift(f(word).and_then(TypedResult::error)))
}

/// `Lwt_result.bind`
pub fn bind(p: Promise, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
    act(p, true, f)
}

/// `Lwt_result.bind_error`
pub fn bind_error(p: Promise, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
    act(p, false, f)
}

/// `Lwt_result.bind_lwt`
pub fn bind_lwt(p: Promise, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
    act(p, true, |word| ok(f(word)))
}

/// `Lwt_result.bind_lwt_error`
pub fn bind_lwt_error(p: Promise, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
    act(p, false, |word| error(f(word)))
}

/// `Lwt_result.bind_result`
pub fn bind_result(
    p: Promise,
    f: impl FnOnce(lwt_value) -> Result<TypedResult, Exn> + 'static,
) -> Promise {
    act(p, true, |word| lift(f(word)))
}

/// `Lwt_result.iter` (`on` is true), `Lwt_result.iter_error`
pub fn iter(p: Promise, on: bool, f: impl FnOnce(lwt_value) -> Promise + 'static) -> Promise {
    let whole = p.clone();
    then(p, move || {
        match look(&whole, |result| {
            (result.is_ok() == on).then(|| result.word())
        }) {
            Ok(Some(word)) => f(word),
            Ok(None) => resolved(Value::UNIT),
            Err(exn) => failed(exn),
        }
    })
}

/// `Lwt_result.both`
pub fn both(p: Promise, q: Promise) -> Promise {
    let results = [p, q];
    let first_error = Rc::new(Cell::new(None));
    let noted = [0, 1].map(|index| {
        let (whole, first_error) = (results[index].clone(), first_error.clone());
        then(results[index].clone(), move || {
            match look(&whole, TypedResult::is_ok) {
                Ok(false) if first_error.get().is_none() => first_error.set(Some(index)),
                Ok(_) => {}
                Err(exn) => return failed(exn),
            }
            whole
        })
    });
    let handles = noted.map(Promise::into_raw);
    // SAFETY: a fresh handle, or NULL when memory ran out.
    let all = unsafe { Promise::from_bits(group::all("lwt_result_both", &handles)) };
    then(all, move || match first_error.get() {
        Some(index) => results[index].clone(),
        None => lift(pair(&results)),
    })
}

/// Two successes as one, of an array of both.
fn pair(results: &[Promise; 2]) -> Result<TypedResult, Exn> {
    let values = Values::new(2).ok_or_else(Exn::out_of_memory)?;
    for (index, result) in results.iter().enumerate() {
        let value = look(result, TypedResult::take)?;
        let value = value.map_err(|_| no_result())?;
        // There is such a place.
        drop(values.put(index, value));
    }
    TypedResult::ok(values.into_value())
}
