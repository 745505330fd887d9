//! `Lwt_list.iter_s`, `Lwt_list.iter_p`. Both may be of very many elements.
#![forbid(unsafe_code)]

use super::walk::{Flow, room, serial, soon};
use super::{Call, Items};
use crate::abi::lwt_promise_state::LWT_RETURN;
use crate::promise::{Promise, failed, group, resolved};
use crate::value::Value;

/// `Lwt_list.iter_s`
pub fn iter_s(items: Items, f: impl Call) -> Promise {
    let seen = |_: &mut (), _, _, _| Ok(Flow::On);
    serial(items, (), f, seen, |()| Ok(Value::UNIT))
}

/// `Lwt_list.iter_p`: a join, in which of those that have failed at once the
/// last one counts.
pub fn iter_p(items: Items, mut f: impl Call) -> Promise {
    soon(move || {
        let mut left = match room(items.len()) {
            Ok(left) => left,
            Err(exn) => return failed(exn),
        };
        for (index, &item) in items.iter().enumerate() {
            let promise = f(index, item);
            if promise.state() != LWT_RETURN {
                left.push(promise.into_raw());
            }
        }
        drop(f);
        if left.is_empty() {
            resolved(Value::UNIT)
        } else {
            group::join_preferring_last(left)
        }
    })
}
