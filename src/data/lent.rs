//! Elements that a function was called with and borrows until its promise has
//! resolved: they live that long, whatever becomes of who called it. Modules
//! Lwt_stream, Lwt_seq and Lwt_io; calls floor 0.

use crate::promise::{Promise, watch};
use crate::value::Value;
use std::ffi::c_void;

/// An element, and the promise until whose resolution it is lent.
pub struct Lent<E: 'static> {
    element: Option<E>,
    promise: Promise,
}

impl<E: 'static> Lent<E> {
    /// `f` was called with the element, and returned the promise.
    pub fn new(element: E, promise: Promise) -> Lent<E> {
        Lent {
            element: Some(element),
            promise,
        }
    }

    /// The promise.
    pub fn promise(&self) -> &Promise {
        &self.promise
    }

    /// The element back, once the promise has resolved.
    pub fn take(mut self) -> Option<E> {
        self.element.take_if(|_| !self.promise.is_pending())
    }
}

/// Cancels all; what can't be cancelled keeps its element.
pub fn cancel_all<E: 'static>(lent: impl IntoIterator<Item = Lent<E>>) {
    for each in lent {
        each.promise.cancel();
    }
}

impl<E: 'static> Drop for Lent<E> {
    fn drop(&mut self) {
        if let Some(element) = self.element.take()
            && self.promise.is_pending()
        {
            let element = Box::into_raw(Box::new(element)).cast();
            // What is wrong, that memory ran out, is nobody's to hear.
            let _ = watch(&self.promise, Value::new(element, Some(give_back::<E>)));
        }
    }
}

unsafe extern "C" fn give_back<E>(element: *mut c_void) {
    // SAFETY: boxed above; a value is dropped once.
    drop(unsafe { Box::from_raw(element.cast::<E>()) });
}
