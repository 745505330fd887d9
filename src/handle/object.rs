//! Handles to things other than promises (an engine's event, a pool, a
//! stream): a kind, a boxed Rust value, checked like a promise's handle.

use crate::exn::Exn;
use std::ffi::c_void;
use std::rc::Rc;

/// The kinds. One a public handle type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// `lwt_engine_event *`
    EngineEvent = 1,
    /// `lwt_engine *`
    Engine = 2,
    /// `lwt_unix_pool *`
    Pool = 3,
    /// `lwt_main_hook *`
    Hook = 4,
}

/// A new handle of this thread, with one reference.
pub fn new<T: 'static>(_kind: Kind, _value: Rc<T>) -> *mut c_void {
    unimplemented!()
}
/// The value behind a handle. The error says what the handle is; `function`
/// is the call at fault.
///
/// # Safety
/// Every handle of this kind was made with this `T`.
pub unsafe fn get<T: 'static>(
    _kind: Kind,
    _handle: *const c_void,
    _function: &str,
) -> Result<Rc<T>, Exn> {
    unimplemented!()
}
/// Gives up the handle: it is stale from now on. Returns the value.
///
/// # Safety
/// As [`get`].
pub unsafe fn release<T: 'static>(
    _kind: Kind,
    _handle: *mut c_void,
    _function: &str,
) -> Result<Rc<T>, Exn> {
    unimplemented!()
}
