//! `Lwt_direct.Storage`: a fiber begins with an empty storage, and what it sets
//! stays for the rest of its life, over every await and yield. It is the same
//! map that `Lwt.get` looks into; what a fiber attaches to promises takes the
//! map of that moment along.
//!
//! May call floor 0.

use super::round;
use crate::abi::{LWT_OUT_OF_MEMORY, lwt_key};
use crate::exn::Exn;
use crate::promise::storage;
use crate::value::Value;

/// Binds a key for the rest of the fiber; None: removes it.
pub fn set(function: &str, key: *const lwt_key, value: Option<Value>) -> Result<(), Exn> {
    if !storage::is_key(key) {
        return Err(Exn::invalid(&format!("{function}: this is not a key")));
    }
    let (_, fiber) = round::fiber(function)?;
    let mut map = fiber.storage.take();
    if round::may_suspend(function).is_err() || !map.is_current() {
        fiber.storage.set(map);
        return Err(Exn::invalid(&format!(
            "{function}: only the fiber itself may call it, not a callback, \
             nor what lwt_with_value runs"
        )));
    }
    let old = map.rebind(key, value);
    map.make_current();
    fiber.storage.set(map);
    // Last, since it runs user code.
    old.map(drop).ok_or_else(|| {
        Exn::new(
            LWT_OUT_OF_MEMORY,
            format!("{function}: no room for another binding"),
        )
    })
}
