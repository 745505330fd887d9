//! Making streams.

use super::push::lwt_stream_push;
use super::{borrowed, consumed, given};
use crate::abi::*;
use crate::capi::closure::thunk;
use crate::capi::lwt::array;
use crate::capi::lwt_seq::node::lwt_seq;
use crate::data::seq::Seq;
use crate::data::stream::{Push, Stream};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::values::{Values, lwt_values};
use crate::promise::{Promise, call};
use crate::value::{Env, Value};
use std::ffi::{c_char, c_void};
use std::rc::Rc;
use std::{iter, ptr, slice};

/// A stream, `'a Lwt_stream.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_stream {
    _private: [u8; 0],
}

/// A stream whose elements `f` is asked for, `Lwt_stream.from`: when one is needed
/// and none is at hand, `f(env)` returns a promise of the next one, or of
/// `LWT_NONE` at the end.
///
/// `f` is called once at a time, however many reads wait, and never again after
/// the end; then `drop_env` runs, or when the last reader is gone. If the promise
/// fails, so do the reads that wait; the stream goes on, and the next read asks
/// again. Cancelling a read does not cancel the promise. An element that the
/// promise owns is shown by the stream as well: it has one owner, as `lwt.h` says
/// of values that several promises show.
///
/// Returns a stream, owned by the caller (lwt_stream_release); NULL if `f` is
/// NULL, or memory runs out. Consumes `env`. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_from(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let ask = thunk("lwt_stream_from", f, env, drop_env);
    ask.map_or(ptr::null_mut(), |ask| given(Stream::from(ask)))
}

/// The same with a function that returns the element itself, or `LWT_NONE` at the
/// end, `Lwt_stream.from_direct`. It fails by `lwt_raise`, and gives an element
/// a drop function by `lwt_owned`. As lwt_stream_from otherwise. This is also
/// `Lwt_stream.of_seq`: a plain lazy sequence is such a function in C.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_from_direct(
    f: lwt_compute_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let env = Env::new(env, drop_env);
    let Some(f) = f else { return ptr::null_mut() };
    // SAFETY: the function and its environment came together from C.
    let ask = move || call::value_of(f as usize, || unsafe { f(env.word()) });
    given(Stream::from_direct(ask))
}

/// A stream that elements are pushed into, `Lwt_stream.create`. `*push` is set to
/// its writing end, owned by the caller (lwt_stream_push_release).
///
/// Returns the stream, owned by the caller; NULL, and `*push` too, if memory runs
/// out; NULL if `push` is NULL. This thread's.
///
/// # Safety
/// `push` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_create(push: *mut *mut lwt_stream_push) -> *mut lwt_stream {
    if push.is_null() {
        return ptr::null_mut();
    }
    let (stream, end) = Push::create();
    let (stream, end) = both(given(stream), object::new(Kind::Push, Rc::new(end)).cast());
    // SAFETY: the caller's promise.
    unsafe { *push = end };
    stream
}

/// The same; `lwt_stream_push_set_reference` then gives the stream a value that
/// is kept as long as the stream is, `Lwt_stream.create_with_reference`. (It may
/// be used with any stream.)
///
/// # Safety
/// `push` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_create_with_reference(
    push: *mut *mut lwt_stream_push,
) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    unsafe { lwt_stream_create(push) }
}

/// Two handles, or none of them when memory ran out for one.
pub(in crate::capi) fn both<P>(stream: *mut lwt_stream, push: *mut P) -> (*mut lwt_stream, *mut P) {
    if stream.is_null() || push.is_null() {
        object::release_any(stream as usize as u64);
        object::release_any(push as usize as u64);
        return (ptr::null_mut(), ptr::null_mut());
    }
    (stream, push)
}

/// A stream of one element, `Lwt_stream.return`. NULL if it is `LWT_NONE`, or
/// memory runs out. Owned by the caller. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_return(value: lwt_value) -> *mut lwt_stream {
    made(Stream::of(iter::once(Value::plain(value))))
}

/// The same with an element that the stream owns: `drop` runs on it once, unless
/// it is moved out of a promise that shows it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_return_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_stream {
    made(Stream::of(iter::once(Value::new(value, drop))))
}

/// A stream of what `p` is fulfilled with, `Lwt_stream.return_lwt`. If `p` fails
/// the stream is empty, and the failure is lost (defect 18 of Lwt's, kept).
/// Consumes `p`.
///
/// Returns a stream, owned by the caller; NULL if `p` is not a promise of this
/// thread, or memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_return_lwt(p: *mut lwt_t) -> *mut lwt_stream {
    match Promise::from_raw(p, "lwt_stream_return_lwt") {
        Ok(promise) => given(Stream::of_promise(promise)),
        Err(_) => ptr::null_mut(),
    }
}

fn made(stream: Result<Rc<Stream>, Exn>) -> *mut lwt_stream {
    stream.map_or(ptr::null_mut(), given)
}

/// A stream of the `n` words at `items`, `Lwt_stream.of_list`; it is closed at
/// once. The array is copied, what the words lead to is borrowed.
///
/// Returns a stream, owned by the caller; NULL if `items` is NULL and `n` is not
/// 0, if one of the words is `LWT_NONE`, or memory runs out. This thread's.
///
/// # Safety
/// `items` is NULL or the start of `n` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_of_list(items: *const lwt_value, n: usize) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    let items = unsafe { array("lwt_stream_of_list", items, n) };
    let stream = |items: &[lwt_value]| Stream::of(items.iter().map(|&word| Value::plain(word)));
    made(items.and_then(stream))
}

/// The same, `Lwt_stream.of_array`.
///
/// # Safety
/// `items` is NULL or the start of `n` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_of_array(items: *const lwt_value, n: usize) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    unsafe { lwt_stream_of_list(items, n) }
}

/// The same of an array whose values are moved into the stream, which then owns
/// them. Consumes `values`. NULL if `values` is NULL, if one of them is
/// `LWT_NONE`, or memory runs out.
///
/// # Safety
/// `values` is NULL or an array that was made by lwt_values_new or moved out of
/// a promise, and not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_of_values(values: *mut lwt_values) -> *mut lwt_stream {
    if values.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    let values = unsafe { Values::from_bits(values as usize as u64) };
    made(Stream::of(
        (0..values.len()).map(|index| values.take(index)),
    ))
}

/// A stream of the `len` bytes at `data`, each a word, `Lwt_stream.of_string`; it
/// is closed at once. The bytes are copied.
///
/// Returns a stream, owned by the caller; NULL if `data` is NULL and `len` is not
/// 0, or memory runs out. This thread's.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_of_string(data: *const c_char, len: usize) -> *mut lwt_stream {
    if len == 0 {
        return made(Stream::of_bytes(&[]));
    }
    if data.is_null() || len > isize::MAX as usize {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise; the size was just checked.
    let bytes = unsafe { slice::from_raw_parts(data.cast::<u8>(), len) };
    made(Stream::of_bytes(bytes))
}

/// A stream of the elements of a sequence, `Lwt_stream.of_lwt_seq`: lazy, a node is
/// asked for when an element is needed. What that fails with the read fails with,
/// and the next one asks for the same node again. Consumes `seq`.
///
/// Returns a stream, owned by the caller; NULL if `seq` is not a sequence of this
/// thread, or memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_of_lwt_seq(seq: *mut lwt_seq) -> *mut lwt_stream {
    const NAME: &str = "lwt_stream_of_lwt_seq";
    // SAFETY: every handle of this kind is made of a `Seq`.
    let seq = unsafe { object::release::<Seq>(Kind::Seq, seq.cast(), NAME) };
    seq.map_or(ptr::null_mut(), |seq| {
        given(Stream::of_sequence(Seq::clone(&seq)))
    })
}

/// A second reader at the same place, `Lwt_stream.clone`: it finds the very same
/// elements, and the source is asked once for each. Borrows `s`.
///
/// An element with a drop function has one owner, however many readers it has: it
/// lives until the last has passed it, and once somebody has moved it out of a
/// promise (lwt_take, lwt_await, lwt_main_run) the others find `LWT_UNIT`.
///
/// Returns the clone, owned by the caller; NULL if `s` is not a stream of this
/// thread, is bounded, or memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_clone(s: *const lwt_stream) -> *mut lwt_stream {
    let clone = borrowed(s, "lwt_stream_clone").map(|stream| stream.fork());
    clone.ok().flatten().map_or(ptr::null_mut(), given)
}

/// One more reference to the same handle, owned by the caller: the same reader,
/// unlike a clone. NULL if `s` is not a stream of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_retain(s: *const lwt_stream) -> *mut lwt_stream {
    object::retain(Kind::Stream, s.cast()).cast()
}

/// Gives up a stream. Reads that wait go on; when they are done, and with the
/// last clone, the elements that nobody can read any more are dropped, and those
/// that are pushed later are dropped at once. Does nothing to a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_release(s: *mut lwt_stream) {
    drop(consumed(s, "lwt_stream_release"));
}
