//! The writing end of a stream.

use super::{kind, pushed};
use crate::abi::*;
use crate::data::stream::Push;
use crate::handle::object::{self, Kind};
use crate::value::Value;
use std::ffi::c_int;

/// The writing end of a stream, the push function of `Lwt_stream.create`. A
/// handle of the thread that made it.
#[repr(C)]
pub struct lwt_stream_push {
    _private: [u8; 0],
}

/// Pushes an element: a plain word. Who waits for it is resolved by a deferred
/// wake-up, as by lwt_wakeup_later. `LWT_NONE` closes the stream, as
/// lwt_stream_push_close. Borrows `push`.
///
/// Returns `LWT_OK`, also when nobody can read the stream any more (the element
/// is dropped then); `LWT_CLOSED` if the stream is closed;
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
/// `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_push_value(push: *const lwt_stream_push, value: lwt_value) -> c_int {
    let pushed = pushed(push, "lwt_stream_push_value");
    kind(pushed.and_then(|push| push.push(Value::plain(value))))
}

/// The same with an element that the stream owns: `drop` runs on it once, unless
/// it is moved out of a promise that shows it; also when the call fails.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_push_owned(
    push: *const lwt_stream_push,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop);
    kind(pushed(push, "lwt_stream_push_owned").and_then(|push| push.push(value)))
}

/// Closes the stream: readers find the end after what was pushed. Borrows `push`.
///
/// Returns `LWT_OK`; `LWT_CLOSED` if it is closed already; `LWT_INVALID_ARGUMENT`
/// or `LWT_WRONG_THREAD` for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_push_close(push: *const lwt_stream_push) -> c_int {
    match pushed(push, "lwt_stream_push_close").map(|push| push.close()) {
        Ok(true) => LWT_OK,
        Ok(false) => LWT_CLOSED,
        Err(exn) => exn.kind(),
    }
}

/// Has a value kept as long as the stream, the third result of
/// `Lwt_stream.create_with_reference`: `drop` runs on it when the last reader is
/// gone, or when another takes its place; also when the call fails. Borrows
/// `push`. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_push_set_reference(
    push: *const lwt_stream_push,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop);
    kind(pushed(push, "lwt_stream_push_set_reference").map(|push| push.refer(value)))
}

/// One more reference to the same handle, owned by the caller. NULL if `push` is
/// not a writing end of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_push_retain(push: *const lwt_stream_push) -> *mut lwt_stream_push {
    object::retain(Kind::Push, push.cast()).cast()
}

/// Gives up a writing end. The last reference closes the stream, if it is not
/// closed yet: nobody could push any more. Does nothing to a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_push_release(push: *mut lwt_stream_push) {
    // SAFETY: every handle of this kind is made of a `Push`.
    drop(unsafe { object::release::<Push>(Kind::Push, push.cast(), "lwt_stream_push_release") });
}
