//! Promises seen without taking their value away, and promises that show an
//! element which others may show as well. Module Lwt_stream; calls the promises
//! below.

use super::element::Element;
use crate::abi::{lwt_t, lwt_value};
use crate::exn::Exn;
pub use crate::promise::future::seen;
use crate::promise::future::spawn;
use crate::promise::{Promise, resolved, seq};
use crate::value::Value;
use std::cell::Cell;
use std::ffi::c_void;
use std::future::Future;
use std::rc::Rc;

/// Waits for a yes or no.
pub async fn truth(promise: Promise) -> Result<bool, Exn> {
    Ok(!seen(promise).await?.word().is_null())
}

/// A future as a promise that shows its element without taking it from others.
pub fn show(future: impl Future<Output = Result<Element, Exn>> + 'static) -> Promise {
    let place = Rc::new(Cell::new(None));
    let result = place.clone();
    let promise = spawn(async move {
        let element = future.await?;
        place.set(Some(element));
        Ok(Value::UNIT)
    });
    let env = Rc::into_raw(result).cast_mut().cast::<c_void>();
    let bits = seq::bind(promise.into_bits(), Some(shown), env, Some(release));
    // SAFETY: what bind returns is owned by its caller.
    unsafe { Promise::from_bits(bits) }
}

type Place = Cell<Option<Element>>;

unsafe extern "C" fn shown(_: lwt_value, place: *mut c_void) -> *mut lwt_t {
    // SAFETY: the environment is the place that `show` made, and lives.
    let element = unsafe { &*place.cast::<Place>() }.take();
    element
        .map_or_else(|| resolved(Value::UNIT), Element::into_promise)
        .into_raw()
}

unsafe extern "C" fn release(place: *mut c_void) {
    // SAFETY: the reference that `show` gave to the environment.
    drop(unsafe { Rc::from_raw(place.cast::<Place>()) });
}
