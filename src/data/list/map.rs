//! `Lwt_list.map_s` and its kin, and the folds.
#![forbid(unsafe_code)]

use super::walk::{Flow, Walk, backwards, call_all, next, serial, soon};
use super::{Call, Items};
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::values::Values;
use crate::promise::{Promise, failed};
use crate::value::Value;
use std::mem::replace;

/// Has `start` fill an array of `len` values.
fn into_array(len: usize, start: impl FnOnce(Values) -> Promise) -> Promise {
    match Values::new(len) {
        Some(values) => start(values),
        None => failed(Exn::out_of_memory()),
    }
}

/// `Lwt_list.map_s`
pub fn map_s(items: Items, f: impl Call) -> Promise {
    into_array(items.len(), |values| {
        let seen =
            |values: &mut Values, index, _, promise| values.show(index, promise).map(|()| Flow::On);
        serial(items, values, f, seen, |values| Ok(values.into_value()))
    })
}

/// `Lwt_list.rev_map_s`
pub fn rev_map_s(items: Items, f: impl Call) -> Promise {
    into_array(items.len(), |values| {
        let seen = |values: &mut Values, index, _, promise| {
            let place = values.len() - 1 - index;
            values.show(place, promise).map(|()| Flow::On)
        };
        serial(items, values, f, seen, |values| Ok(values.into_value()))
    })
}

/// `Lwt_list.map_p`
pub fn map_p(items: Items, f: impl Call) -> Promise {
    into_array(items.len(), |values| {
        let seen =
            |values: &mut Values, index, _, promise| values.show(index, promise).map(|()| Flow::On);
        backwards(items, values, f, seen, |values| Ok(values.into_value()))
    })
}

/// `Lwt_list.rev_map_p`, which awaits the first element's result first.
pub fn rev_map_p(items: Items, f: impl Call) -> Promise {
    into_array(items.len(), |values| {
        soon(move || {
            let mut promises = match call_all(&items, f) {
                Ok(promises) => promises,
                Err(exn) => return failed(exn),
            };
            promises.reverse();
            let walk = Walk {
                left: promises.len(),
                state: (promises, values),
                call: |(promises, _): &mut (Vec<Promise>, Values)| next(promises),
                seen: |(promises, values): &mut (Vec<Promise>, Values), promise| {
                    let place = promises.len();
                    values.show(place, promise).map(|()| Flow::On)
                },
                end: |(_, values): (Vec<Promise>, Values)| Ok(values.into_value()),
            };
            walk.start()
        })
    })
}

/// What a fold calls with what was gathered so far, which it owns, and with an
/// element.
pub trait Gather: FnMut(Value, lwt_value) -> Promise + 'static {}
impl<F: FnMut(Value, lwt_value) -> Promise + 'static> Gather for F {}

/// `Lwt_list.fold_left_s`
pub fn fold_left_s(items: Items, initial: Value, f: impl Gather) -> Promise {
    let mut items = items;
    items.reverse();
    fold_right_s(items, initial, f)
}

/// `Lwt_list.fold_right_s`, from the last element on.
pub fn fold_right_s(items: Items, initial: Value, mut f: impl Gather) -> Promise {
    let walk = Walk {
        left: items.len(),
        state: (items, initial),
        call: move |(items, gathered): &mut (Items, Value)| match items.pop() {
            Some(item) => f(replace(gathered, Value::UNIT), item),
            None => failed(Exn::out_of_memory()),
        },
        seen: |(_, gathered): &mut (Items, Value), promise: Promise| {
            *gathered = promise.take().unwrap_or(Ok(Value::UNIT))?;
            Ok(Flow::On)
        },
        end: |(_, gathered): (Items, Value)| Ok(gathered),
    };
    walk.start()
}
