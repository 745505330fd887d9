//! `lwt_stream.h`, generated from the files of this folder: module Lwt_stream.
//! Here is how they turn what C hands over into what the floor below takes.

use super::closure::{null, plain as map, promising as bind, test, unit};
use super::lwt::kind;
use crate::abi::*;
use crate::data::stream::{BoundedPush, Push, Stream};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::values::lwt_values;
use crate::promise::{Outcome, Promise, call, failed};
use crate::value::{DropFn, Env, Value};
use std::ffi::c_void;
use std::rc::Rc;

pub mod bounded;
pub mod create;
pub mod drain;
pub mod merge;
pub mod push;
pub mod read;
pub mod transform;

use create::lwt_stream;

/// The stream that a handle stands for.
pub(in crate::capi) fn borrowed(s: *const lwt_stream, name: &str) -> Result<Rc<Stream>, Exn> {
    // SAFETY: every handle of this kind is made of a `Stream`, by `given`.
    unsafe { object::get(Kind::Stream, s.cast(), name) }
}

/// The same, and the handle is given up.
pub(in crate::capi) fn consumed(s: *mut lwt_stream, name: &str) -> Result<Rc<Stream>, Exn> {
    // SAFETY: as above.
    unsafe { object::release(Kind::Stream, s.cast(), name) }
}

/// A stream as a handle.
pub(in crate::capi) fn given(stream: Rc<Stream>) -> *mut lwt_stream {
    object::new(Kind::Stream, stream).cast()
}

/// A stream made of one that is consumed and of a function. NULL: one of the
/// two is none.
fn derived<F>(
    s: *mut lwt_stream,
    name: &str,
    f: Option<F>,
    derive: impl FnOnce(Rc<Stream>, F) -> Rc<Stream>,
) -> *mut lwt_stream {
    match (consumed(s, name), f) {
        (Ok(stream), Some(f)) => given(derive(stream, f)),
        _ => std::ptr::null_mut(),
    }
}

/// What is done with a stream and a function.
fn done<F>(
    s: *const lwt_stream,
    name: &str,
    f: Option<F>,
    run: impl FnOnce(&Rc<Stream>, F) -> Promise,
) -> *mut lwt_t {
    let promise = match (borrowed(s, name), f) {
        (Err(exn), _) => failed(exn),
        (_, None) => failed(null(name)),
        (Ok(stream), Some(f)) => run(&stream, f),
    };
    promise.into_raw()
}

/// What is done with a stream alone.
fn read(s: *const lwt_stream, name: &str, run: impl FnOnce(&Rc<Stream>) -> Promise) -> *mut lwt_t {
    borrowed(s, name)
        .map_or_else(failed, |stream| run(&stream))
        .into_raw()
}

/// A count of C: what is below 0 is 0.
fn count(n: isize) -> usize {
    usize::try_from(n).unwrap_or(0)
}

/// A function from a value to a list.
fn list(
    f: transform::lwt_stream_list_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(lwt_value) -> Outcome> {
    unsafe extern "C" fn release(values: *mut c_void) {
        // SAFETY: the list that the function returned, which is the library's.
        unsafe { crate::promise::values::release_raw(values.cast::<lwt_values>()) }
    }
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |value| {
        // SAFETY: the function and its environment came together from C.
        let list = call::value_of(f as usize, || unsafe { f(value, env.word()).cast() })?;
        let (list, _) = list.into_parts();
        // What is none is no list that could be freed either.
        Ok(Value::new(
            list,
            (list != NONE).then_some(release as DropFn),
        ))
    })
}

/// The writing end that a handle stands for.
fn pushed(push: *const push::lwt_stream_push, name: &str) -> Result<Rc<Push>, Exn> {
    // SAFETY: every handle of this kind is made of a `Push`.
    unsafe { object::get(Kind::Push, push.cast(), name) }
}

/// The push object that a handle stands for.
fn bounded_push(
    push: *const bounded::lwt_stream_bounded_push,
    name: &str,
) -> Result<Rc<BoundedPush>, Exn> {
    // SAFETY: every handle of this kind is made of a `BoundedPush`.
    unsafe { object::get(Kind::BoundedPush, push.cast(), name) }
}
