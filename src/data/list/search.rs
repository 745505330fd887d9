//! `Lwt_list.for_all_s`, `exists_s`, `find_s` and their kin.
#![forbid(unsafe_code)]

use super::walk::{Flow, backwards, serial, truth};
use super::{Call, Items};
use crate::abi::{LWT_NOT_FOUND, lwt_value};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::ptr::{null_mut, without_provenance_mut};

fn told(truth: bool) -> Outcome {
    Ok(Value::plain(without_provenance_mut(usize::from(truth))))
}

/// Looks for an element of which `f` tells `wanted`, and says `wanted` if there
/// is one.
fn look_s(items: Items, f: impl Call, wanted: bool) -> Promise {
    let seen = move |result: &mut bool, _, _, promise| {
        *result = truth(&promise);
        Ok(if *result == wanted {
            Flow::Enough
        } else {
            Flow::On
        })
    };
    serial(items, !wanted, f, seen, told)
}

/// The same when all have been begun: each is awaited.
fn look_p(items: Items, f: impl Call, wanted: bool) -> Promise {
    let seen = move |result: &mut bool, _, _, promise| {
        if truth(&promise) == wanted {
            *result = wanted;
        }
        Ok(Flow::On)
    };
    backwards(items, !wanted, f, seen, told)
}

/// `Lwt_list.for_all_s`
pub fn for_all_s(items: Items, f: impl Call) -> Promise {
    look_s(items, f, false)
}

/// `Lwt_list.for_all_p`
pub fn for_all_p(items: Items, f: impl Call) -> Promise {
    look_p(items, f, false)
}

/// `Lwt_list.exists_s`
pub fn exists_s(items: Items, f: impl Call) -> Promise {
    look_s(items, f, true)
}

/// `Lwt_list.exists_p`
pub fn exists_p(items: Items, f: impl Call) -> Promise {
    look_p(items, f, true)
}

/// `Lwt_list.find_s`
pub fn find_s(items: Items, f: impl Call) -> Promise {
    struct Found(bool, lwt_value);
    let seen = |found: &mut Found, _, item, promise| {
        if !truth(&promise) {
            return Ok(Flow::On);
        }
        *found = Found(true, item);
        Ok(Flow::Enough)
    };
    serial(items, Found(false, null_mut()), f, seen, |found| {
        if found.0 {
            Ok(Value::plain(found.1))
        } else {
            let message = "lwt_list_find_s: there is no such element";
            Err(Exn::new(LWT_NOT_FOUND, message))
        }
    })
}
