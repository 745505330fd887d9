//! The handles of handlers, `lwt_unix_signal_handler`. Calls the handles below.

use super::{Handler, on_signal};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// The handler behind a handle; `function` is the call at fault if there is
/// none.
pub(crate) fn get(handle: *const c_void, function: &str) -> Result<Rc<Handler>, Exn> {
    // SAFETY: every handle of this kind is made here, of a `Handler`.
    unsafe { object::get(Kind::SignalHandler, handle, function) }
}

/// Gives up a reference.
pub(crate) fn release(handle: *mut c_void) {
    // SAFETY: every handle of this kind is made here, of a `Handler`.
    drop(unsafe { object::release::<Handler>(Kind::SignalHandler, handle, "") });
}

/// A handle of a new handler, which is disabled if there is no memory for it.
pub(crate) fn make(handler: Rc<Handler>) -> Result<*mut c_void, Exn> {
    let handle = object::new(Kind::SignalHandler, handler.clone());
    if handle.is_null() {
        handler.disable();
        return Err(Exn::out_of_memory());
    }
    Ok(handle)
}

/// A handler that is told its own handle, of which it keeps a reference until
/// it is disabled. Returns another one.
pub(crate) fn on_signal_full(
    signal: c_int,
    call: impl Fn(*mut c_void, c_int) + 'static,
) -> Result<*mut c_void, Exn> {
    let told = Rc::new(Cell::new(ptr::null_mut()));
    let own = told.clone();
    let handler = on_signal(signal, Rc::new(move |n| call(own.get(), n)))?;
    let handle = make(handler.clone())?;
    told.set(handle);
    handler.at_end(move || release(handle));
    Ok(object::retain(Kind::SignalHandler, handle))
}
