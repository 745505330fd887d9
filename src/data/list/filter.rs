//! `Lwt_list.filter_s`, `filter_map_s`, `partition_s` and their kin.
#![forbid(unsafe_code)]

use super::walk::{Flow, backwards, room, serial, truth, word};
use super::{Call, Items};
use crate::abi::{NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise, failed};
use crate::value::Value;

/// What was kept, in the order in which it was seen.
type Kept<T> = Vec<T>;

/// Starts with room for as many things as there are elements.
fn with_room<T>(items: Items, start: impl FnOnce(Items, Kept<T>) -> Promise) -> Promise {
    match room(items.len()) {
        Ok(kept) => start(items, kept),
        Err(exn) => failed(exn),
    }
}

/// An array of words that are the caller's.
fn array(words: &[lwt_value]) -> Result<Values, Exn> {
    let values = Values::new(words.len()).ok_or_else(Exn::out_of_memory)?;
    for (index, &word) in words.iter().enumerate() {
        // There is such a place; a plain word owns nothing.
        let _ = values.put(index, Value::plain(word));
    }
    Ok(values)
}

fn kept(words: Kept<lwt_value>) -> Outcome {
    Ok(array(&words)?.into_value())
}

fn keep(words: &mut Kept<lwt_value>, item: lwt_value, promise: &Promise) {
    if truth(promise) {
        words.push(item);
    }
}

/// `Lwt_list.filter_s`
pub fn filter_s(items: Items, f: impl Call) -> Promise {
    let seen = |words: &mut Kept<lwt_value>, _, item, promise| {
        keep(words, item, &promise);
        Ok(Flow::On)
    };
    with_room(items, |items, words| serial(items, words, f, seen, kept))
}

/// `Lwt_list.filter_p`
pub fn filter_p(items: Items, f: impl Call) -> Promise {
    let seen = |words: &mut Kept<lwt_value>, _, item, promise| {
        keep(words, item, &promise);
        Ok(Flow::On)
    };
    with_room(items, |items, words| {
        backwards(items, words, f, seen, |mut words| {
            words.reverse();
            kept(words)
        })
    })
}

fn keep_option(kept: &mut Kept<Shared>, promise: &Promise) -> Result<Flow, Exn> {
    if word(promise) != NONE {
        kept.push(promise.shared().unwrap_or(Err(Exn::out_of_memory()))?);
    }
    Ok(Flow::On)
}

fn kept_options(kept: impl ExactSizeIterator<Item = Shared>) -> Outcome {
    let values = Values::new(kept.len()).ok_or_else(Exn::out_of_memory)?;
    for (index, shared) in kept.enumerate() {
        values.put_shared(index, shared);
    }
    Ok(values.into_value())
}

/// `Lwt_list.filter_map_s`
pub fn filter_map_s(items: Items, f: impl Call) -> Promise {
    let seen = |kept: &mut Kept<Shared>, _, _, promise| keep_option(kept, &promise);
    with_room(items, |items, room| {
        serial(items, room, f, seen, |kept| kept_options(kept.into_iter()))
    })
}

/// `Lwt_list.filter_map_p`
pub fn filter_map_p(items: Items, f: impl Call) -> Promise {
    let seen = |kept: &mut Kept<Shared>, _, _, promise| keep_option(kept, &promise);
    with_room(items, |items, room| {
        backwards(items, room, f, seen, |kept| {
            kept_options(kept.into_iter().rev())
        })
    })
}

/// Those that satisfy, and those that don't.
type Parts = [Kept<lwt_value>; 2];

fn part(parts: &mut Parts, item: lwt_value, promise: &Promise) -> Result<Flow, Exn> {
    parts[usize::from(!truth(promise))].push(item);
    Ok(Flow::On)
}

/// A pair of arrays.
fn pair(parts: &Parts) -> Outcome {
    let pair = Values::new(2).ok_or_else(Exn::out_of_memory)?;
    for (index, words) in parts.iter().enumerate() {
        let _ = pair.put(index, array(words)?.into_value());
    }
    Ok(pair.into_value())
}

/// `Lwt_list.partition_s`
pub fn partition_s(items: Items, f: impl Call) -> Promise {
    let seen = |parts: &mut Parts, _, item, promise| part(parts, item, &promise);
    with_room(items, |items, yes| {
        with_room(items, |items, no| {
            serial(items, [yes, no], f, seen, |parts| pair(&parts))
        })
    })
}

/// `Lwt_list.partition_p`
pub fn partition_p(items: Items, f: impl Call) -> Promise {
    let seen = |parts: &mut Parts, _, item, promise| part(parts, item, &promise);
    with_room(items, |items, yes| {
        with_room(items, |items, no| {
            backwards(items, [yes, no], f, seen, |mut parts| {
                parts.iter_mut().for_each(|words| words.reverse());
                pair(&parts)
            })
        })
    })
}
