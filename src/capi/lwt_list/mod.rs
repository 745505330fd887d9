//! `lwt_list.h`, generated from the files of this folder: module Lwt_list: arrays
//! of values, walked with promises. Here is how they turn what C hands over into
//! what is below.

use super::closure::null;
use super::lwt::array;
use crate::abi::*;
use crate::data::list::{Call, Items};
use crate::exn::Exn;
use crate::promise::{Promise, call, failed};
use crate::value::Env;
use std::ffi::c_void;

use map::lwt_list_index_fn;

pub mod map;
pub mod search;

/// A copy of an array of values from C.
///
/// # Safety
/// `items` is NULL or the start of `n` values.
pub(in crate::capi) unsafe fn words(
    name: &str,
    items: *const lwt_value,
    n: usize,
) -> Result<Items, Exn> {
    // SAFETY: the caller's promise.
    let given = unsafe { array(name, items, n) }?;
    let mut words = Items::new();
    words
        .try_reserve_exact(n)
        .map_err(|_| Exn::out_of_memory())?;
    words.extend_from_slice(given);
    Ok(words)
}

/// A function that is called with each element.
fn each(
    name: &'static str,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Result<impl Call, Exn> {
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(name))?;
    // SAFETY: the caller in C says that `f` may be called with `env`.
    Ok(move |_, value| call::promise_of(f as usize, name, || unsafe { f(value, env.word()) }))
}

/// The same with the place of the element.
fn each_at(
    name: &'static str,
    f: lwt_list_index_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Result<impl Call, Exn> {
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(name))?;
    Ok(move |index, value| {
        // SAFETY: the caller in C says that `f` may be called with `env`.
        call::promise_of(f as usize, name, || unsafe { f(index, value, env.word()) })
    })
}

/// Starts a walk over an array of values from C.
///
/// # Safety
/// `items` is NULL or the start of `n` values.
unsafe fn start<F>(
    name: &str,
    walk: impl FnOnce(Items, F) -> Promise,
    items: *const lwt_value,
    n: usize,
    f: Result<F, Exn>,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let items = unsafe { words(name, items, n) };
    let promise = match (items, f) {
        (Ok(items), Ok(f)) => walk(items, f),
        (Err(exn), _) | (_, Err(exn)) => failed(exn),
    };
    promise.into_raw()
}
