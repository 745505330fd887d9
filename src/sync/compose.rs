//! Compositions of promises with closures of Rust: bind and finalize, as floor
//! 0 has them for functions of C. Where the promise is pending each costs a
//! slot and a box. Storage and cancelling are as with those.

use crate::abi::{lwt_t, lwt_value};
use crate::promise::Promise;
use crate::promise::seq;
use crate::promise::state::{BIND, BIND_OWNED, FINALIZE};
use crate::value::Env;
use std::cell::Cell;
use std::ffi::c_void;

/// A closure as an environment, which drops it if it was not called.
fn boxed<F>(f: F) -> Env {
    unsafe extern "C" fn free<F>(env: *mut c_void) {
        // SAFETY: made below; an environment is dropped once.
        drop(unsafe { Box::from_raw(env.cast::<Cell<Option<F>>>()) });
    }
    let f = Box::into_raw(Box::new(Cell::new(Some(f))));
    Env::new(f.cast(), Some(free::<F>))
}

/// Takes the closure out of its environment.
///
/// # Safety
/// `boxed` made it, of this type.
unsafe fn unboxed<F>(env: *mut c_void) -> Option<F> {
    // SAFETY: the caller says so; it is dropped after the callback.
    unsafe { &*env.cast::<Cell<Option<F>>>() }.take()
}

fn raw(promise: Option<Promise>) -> *mut lwt_t {
    promise.map_or(std::ptr::null_mut(), Promise::into_raw)
}

/// When `p` is fulfilled, the result becomes what `f` returns.
pub fn then<F: FnOnce() -> Promise + 'static>(p: Promise, f: F) -> Promise {
    unsafe extern "C" fn call<F: FnOnce() -> Promise>(
        _: lwt_value,
        env: *mut c_void,
    ) -> *mut lwt_t {
        // SAFETY: the environment given below.
        raw(unsafe { unboxed::<F>(env) }.map(|f| f()))
    }
    let call: unsafe extern "C" fn(lwt_value, *mut c_void) -> *mut lwt_t = call::<F>;
    compose(BIND, p, call as usize, boxed(f))
}

/// As [`then`]; `f` is given the word of the value, and owns it.
pub fn then_owned<F: FnOnce(lwt_value) -> Promise + 'static>(p: Promise, f: F) -> Promise {
    unsafe extern "C" fn call<F: FnOnce(lwt_value) -> Promise>(
        value: lwt_value,
        env: *mut c_void,
    ) -> *mut lwt_t {
        // SAFETY: the environment given below.
        raw(unsafe { unboxed::<F>(env) }.map(|f| f(value)))
    }
    let call: unsafe extern "C" fn(lwt_value, *mut c_void) -> *mut lwt_t = call::<F>;
    compose(BIND_OWNED, p, call as usize, boxed(f))
}

/// When `p` resolves, either way, `f` runs; when what it returns is fulfilled
/// the result is `p`'s, and otherwise that failure.
pub fn finally<F: FnOnce() -> Promise + 'static>(p: Promise, f: F) -> Promise {
    unsafe extern "C" fn call<F: FnOnce() -> Promise>(env: *mut c_void) -> *mut lwt_t {
        // SAFETY: the environment given below.
        raw(unsafe { unboxed::<F>(env) }.map(|f| f()))
    }
    let call: unsafe extern "C" fn(*mut c_void) -> *mut lwt_t = call::<F>;
    compose(FINALIZE, p, call as usize, boxed(f))
}

/// There was no memory to wait for a promise, which is pending.
pub struct NoMemory {
    /// The promise.
    pub source: Promise,
    /// One that says so.
    pub failed: Promise,
}

/// Composes with `p`, and if there is no memory for that gives it back, so that
/// the caller can see to it.
pub fn attempt(p: Promise, compose: impl FnOnce(Promise) -> Promise) -> Result<Promise, NoMemory> {
    let source = p.is_pending().then(|| p.clone());
    let result = compose(p);
    match source {
        // What waits for a pending promise is pending.
        Some(source) if !result.is_pending() && source.is_pending() => Err(NoMemory {
            source,
            failed: result,
        }),
        _ => Ok(result),
    }
}

fn compose(op: u8, p: Promise, call: usize, env: Env) -> Promise {
    let result = seq::compose(op, "a composition", p.into_bits(), call as u64, 0, env);
    // SAFETY: a fresh handle, or 0.
    unsafe { Promise::from_bits(result) }
}
