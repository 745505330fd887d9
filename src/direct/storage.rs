//! `Lwt_direct.Storage`: a fiber begins with an empty storage, but for the scope
//! that is current where it is spawned, and what it sets stays for the rest of
//! its life, over every await and yield. It is the same map that `Lwt.get` looks
//! into; what a fiber attaches to promises takes the map of that moment along.
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

#[cfg(test)]
mod tests {
    use super::super::round::turn;
    use super::super::tests::{done, go, value, wait, word};
    use super::super::yield_now;
    use crate::abi::LWT_INVALID_ARGUMENT;
    use crate::promise::node;
    use crate::value::{Env, Value};
    use std::cell::RefCell;
    use std::ffi::c_void;

    #[test]
    fn a_fiber_begins_with_an_empty_storage_and_keeps_what_it_sets() {
        let key = crate::promise::storage::new_key() as usize;
        let get = move || crate::promise::storage::get(key as *const _).map(|word| word as usize);
        let set = move |n: Option<usize>| {
            let value = n.map(|n| Value::plain(word(n)));
            super::set("a test", key as *const _, value).unwrap_or_else(|_| panic!())
        };
        let promises = [1, 2].map(|n| {
            go(move || {
                assert_eq!(get(), None);
                set(Some(n));
                for _ in 0..3 {
                    yield_now().unwrap_or_else(|_| panic!());
                    assert_eq!(get(), Some(n));
                }
                set(Some(n + 10));
                yield_now().unwrap_or_else(|_| panic!());
                assert_eq!(get(), Some(n + 10));
                set(None);
                yield_now().unwrap_or_else(|_| panic!());
                assert_eq!(get(), None);
                word(0)
            })
        });
        while turn() {
            assert_eq!(get(), None);
        }
        for promise in promises {
            value(done(promise));
        }
    }

    #[test]
    fn a_value_in_storage_is_dropped_when_it_is_replaced_or_its_fiber_has_ended() {
        thread_local!(static DROPPED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) });
        unsafe extern "C" fn dropped(value: *mut c_void) {
            DROPPED.with_borrow_mut(|dropped| dropped.push(value as usize));
        }
        unsafe extern "C" fn nothing(_: *mut c_void) {}
        let keys = [(); 2].map(|()| crate::promise::storage::new_key() as usize);
        let promise = go(move || {
            let set = |key: usize, n| {
                let value = Value::new(word(n), Some(dropped));
                super::set("a test", keys[key] as *const _, Some(value))
                    .unwrap_or_else(|_| panic!());
            };
            set(0, 1);
            set(1, 2);
            set(0, 3);
            DROPPED.with_borrow(|dropped| assert_eq!(dropped.as_slice(), [1]));
            // What is attached now still sees 3 and 2.
            let (seen, resolver) = wait();
            let call = nothing as *const () as usize as u64;
            node::on(node::TERMINATION, seen.bits(), Some(call), None, Env::UNIT);
            set(0, 4);
            DROPPED.with_borrow(|dropped| assert_eq!(dropped.as_slice(), [1]));
            resolver.resolve(Ok(Value::UNIT));
            word(0)
        });
        while turn() {}
        value(done(promise));
        DROPPED.with_borrow_mut(|dropped| {
            dropped.sort();
            assert_eq!(dropped.as_slice(), [1, 2, 3, 4]);
        });
    }

    #[test]
    fn setting_storage_outside_a_fiber_or_with_no_key_is_refused() {
        let key = crate::promise::storage::new_key();
        let set = |key| super::set("a test", key, None).err().unwrap().kind();
        assert_eq!(set(key), LWT_INVALID_ARGUMENT);
        let promise = go(|| {
            let set = |key: usize| {
                super::set("a test", key as *const _, None)
                    .err()
                    .unwrap()
                    .kind()
            };
            word((set(0) + set(12345)) as usize)
        });
        turn();
        assert_eq!(value(done(promise)) as i32, 2 * LWT_INVALID_ARGUMENT);
    }
}
