//! Tests of events and signals, and what they share: values are numbers.

mod basic;
mod model;
mod random;

use super::{Event, Signal};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::value::Value;
use std::cell::RefCell;
use std::ptr::without_provenance_mut;
use std::rc::Rc;

/// A number as a value.
fn v(n: usize) -> Shared {
    Shared::new(Value::plain(without_provenance_mut(n)))
}

/// The number in a value.
fn n(value: &Shared) -> usize {
    value.word().addr()
}

/// A function of numbers as one of values.
fn of(f: impl Fn(usize) -> usize + 'static) -> impl FnMut(&Shared) -> Result<Shared, Exn> {
    move |value| Ok(v(f(n(value))))
}

/// A function of two numbers as one of values.
fn of2(
    f: impl Fn(usize, usize) -> usize + 'static,
) -> impl FnMut(&Shared, &Shared) -> Result<Shared, Exn> {
    move |a, b| Ok(v(f(n(a), n(b))))
}

/// A function of numbers as one of a slice of values.
fn over(f: impl Fn(&[usize]) -> usize + 'static) -> impl FnMut(&[Shared]) -> Result<Shared, Exn> {
    move |all| Ok(v(f(&all.iter().map(n).collect::<Vec<_>>())))
}

/// What an event occurs with, or a signal is from now on, for as long as this is held.
struct Seen {
    all: Rc<RefCell<Vec<usize>>>,
    _held: Box<dyn std::any::Any>,
}

impl Seen {
    fn take(&self) -> Vec<usize> {
        self.all.take()
    }
}

fn seen(event: &Event) -> Seen {
    let all = Rc::new(RefCell::new(Vec::new()));
    let into = all.clone();
    let held = event.each(move |value| {
        into.borrow_mut().push(n(value));
        Ok(())
    });
    Seen {
        all,
        _held: Box::new(held.unwrap()),
    }
}

fn watched(signal: &Signal) -> Seen {
    let all = Rc::new(RefCell::new(Vec::new()));
    let into = all.clone();
    let held = signal.each(move |value| {
        into.borrow_mut().push(n(value));
        Ok(())
    });
    Seen {
        all,
        _held: Box::new(held.unwrap()),
    }
}

fn now(signal: &Signal) -> usize {
    n(&signal.value().unwrap())
}
