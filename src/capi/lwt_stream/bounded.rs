//! Bounded streams, and their push object.

use super::bounded_push as object_of;
use super::create::{both, lwt_stream};
use super::{given, kind};
use crate::abi::*;
use crate::data::stream::BoundedPush;
use crate::handle::object::{self, Kind};
use crate::promise::failed;
use crate::value::Value;
use std::ffi::c_int;
use std::ptr;
use std::rc::Rc;

/// The push object of a bounded stream, `'a Lwt_stream.bounded_push`. A handle of
/// the thread that made it.
#[repr(C)]
pub struct lwt_stream_bounded_push {
    _private: [u8; 0],
}

/// A stream that stores `n` elements at most, `Lwt_stream.create_bounded`.
/// `*push` is set to its push object, owned by the caller
/// (lwt_stream_bounded_push_release).
///
/// With `n` 0 a push and a read meet: the push is done when a read takes its
/// element, or looks at it.
///
/// Returns the stream, owned by the caller; NULL, and `*push` too, if `n` is
/// negative or memory runs out; NULL if `push` is NULL. This thread's.
///
/// # Safety
/// `push` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_create_bounded(
    n: isize,
    push: *mut *mut lwt_stream_bounded_push,
) -> *mut lwt_stream {
    if push.is_null() {
        return ptr::null_mut();
    }
    let (stream, end) = match usize::try_from(n) {
        Ok(size) => {
            let (stream, end) = BoundedPush::create(size);
            let end = object::new(Kind::BoundedPush, Rc::new(end)).cast();
            both(given(stream), end)
        }
        Err(_) => (ptr::null_mut(), ptr::null_mut()),
    };
    // SAFETY: the caller's promise.
    unsafe { *push = end };
    stream
}

/// How many elements the stream stores at most, the method `size`. 0 for a bad
/// handle. Borrows `push`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_size(push: *const lwt_stream_bounded_push) -> usize {
    object_of(push, "lwt_stream_bounded_push_size").map_or(0, |push| push.size())
}

/// Changes that, the method `resize`. If there is room now, the push that is
/// blocked is done. What is stored stays, even if it is more than `n`. Borrows
/// `push`.
///
/// Returns `LWT_OK`; `LWT_INVALID_ARGUMENT` if `n` is negative;
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_resize(
    push: *const lwt_stream_bounded_push,
    n: isize,
) -> c_int {
    let push = match object_of(push, "lwt_stream_bounded_push_resize") {
        Ok(push) => push,
        Err(exn) => return exn.kind(),
    };
    let Ok(size) = usize::try_from(n) else {
        return LWT_INVALID_ARGUMENT;
    };
    push.resize(size);
    LWT_OK
}

/// Pushes an element, a plain word, the method `push`. If there is room it is
/// stored, and the promise is fulfilled; otherwise the push blocks until there
/// is, and cancelling the promise withdraws the element. One push may be
/// blocked. Readers are resolved by a deferred wake-up, and so is a push that was
/// blocked. Borrows `push`.
///
/// Returns a promise of `LWT_UNIT`, owned by the caller. It fails with
/// `LWT_FULL` while another push is blocked; with `LWT_CLOSED` if the stream is
/// closed, before or while the push is blocked, or if nobody can read it any
/// more; with `LWT_INVALID_ARGUMENT` if `value` is `LWT_NONE`;
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
/// `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_push(
    push: *const lwt_stream_bounded_push,
    value: lwt_value,
) -> *mut lwt_t {
    object_of(push, "lwt_stream_bounded_push_push")
        .map_or_else(failed, |push| push.push(Value::plain(value)))
        .into_raw()
}

/// The same with an element that the stream owns: `drop` runs on it once, unless
/// it is moved out of a promise that shows it; also when the push fails.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_push_owned(
    push: *const lwt_stream_bounded_push,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_t {
    let value = Value::new(value, drop);
    object_of(push, "lwt_stream_bounded_push_push_owned")
        .map_or_else(failed, |push| push.push(value))
        .into_raw()
}

/// Closes the stream, the method `close`: a push that is blocked fails with
/// `LWT_CLOSED` and its element is dropped; readers find the end after what is
/// stored. A second time it does nothing. Borrows `push`. Returns `LWT_OK`,
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_close(push: *const lwt_stream_bounded_push) -> c_int {
    kind(object_of(push, "lwt_stream_bounded_push_close").map(|push| push.close()))
}

/// How many elements are stored, the blocked one not counted, the method `count`.
/// 0 for a bad handle. Borrows `push`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_count(push: *const lwt_stream_bounded_push) -> usize {
    object_of(push, "lwt_stream_bounded_push_count").map_or(0, |push| push.count())
}

/// Is a push blocked, the method `blocked`? False for a bad handle. Borrows
/// `push`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_blocked(push: *const lwt_stream_bounded_push) -> bool {
    object_of(push, "lwt_stream_bounded_push_blocked").is_ok_and(|push| push.blocked())
}

/// Is the stream closed, the method `closed`? False for a bad handle. Borrows
/// `push`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_closed(push: *const lwt_stream_bounded_push) -> bool {
    object_of(push, "lwt_stream_bounded_push_closed").is_ok_and(|push| push.closed())
}

/// Has a value kept as long as the stream, the method `set_reference`. As
/// lwt_stream_push_set_reference.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_set_reference(
    push: *const lwt_stream_bounded_push,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop);
    kind(object_of(push, "lwt_stream_bounded_push_set_reference").map(|push| push.refer(value)))
}

/// One more reference to the same handle, owned by the caller. NULL if `push` is
/// not a push object of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_retain(
    push: *const lwt_stream_bounded_push,
) -> *mut lwt_stream_bounded_push {
    object::retain(Kind::BoundedPush, push.cast()).cast()
}

/// Gives up a push object. The last reference closes the stream, if it is not
/// closed yet; a push that is blocked is done first. Does nothing to a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_bounded_push_release(push: *mut lwt_stream_bounded_push) {
    const NAME: &str = "lwt_stream_bounded_push_release";
    // SAFETY: every handle of this kind is made of a `BoundedPush`.
    drop(unsafe { object::release::<BoundedPush>(Kind::BoundedPush, push.cast(), NAME) });
}
