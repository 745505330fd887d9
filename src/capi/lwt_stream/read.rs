//! Reading.

use super::create::lwt_stream;
use super::{bind, borrowed, count, done, kind, read, test};
use crate::abi::*;
use crate::data::stream::Stream;
use crate::exn::{Exn, unhandled};
use crate::promise::values::lwt_values;
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;

/// Takes the next element, `Lwt_stream.next`. Borrows `s`, as all that reads.
///
/// Returns a promise of it, owned by the caller. Reads that start while nothing is
/// at hand all get the same element. Cancelling the promise takes nothing from
/// the stream. Fails with `LWT_EMPTY` at the end; with what the source fails with;
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
/// `LWT_OUT_OF_MEMORY`. On the stream's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_next(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_next", Stream::next)
}

/// As lwt_stream_next, but at the end the promise is fulfilled with `LWT_NONE`,
/// `Lwt_stream.get`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_get(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_get", Stream::get)
}

/// As lwt_stream_get, but the element stays in the stream, `Lwt_stream.peek`. It
/// still has one owner: if it has a drop function and is moved out of this promise
/// (lwt_take, lwt_await, lwt_main_run), the stream is left with `LWT_UNIT` in its
/// place.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_peek(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_peek", Stream::peek)
}

/// A promise of the next `n` elements, which stay in the stream, as a
/// `struct lwt_values *`, `Lwt_stream.npeek`: fewer only at the end, none if `n`
/// is 0 or less. Failures as lwt_stream_get; ownership as lwt_stream_peek.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_npeek(s: *const lwt_stream, n: isize) -> *mut lwt_t {
    read(s, "lwt_stream_npeek", |stream| stream.npeek(count(n)))
}

/// Takes the next `n` elements, `Lwt_stream.nget`. As lwt_stream_npeek. What was
/// taken before the source fails, or the promise is cancelled, is lost.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_nget(s: *const lwt_stream, n: isize) -> *mut lwt_t {
    read(s, "lwt_stream_nget", |stream| stream.nget(count(n)))
}

/// Takes elements as long as `f` says so, `Lwt_stream.get_while`; the first for
/// which it does not stays in the stream. A promise of them as a
/// `struct lwt_values *`. Consumes `env`.
///
/// Failures as lwt_stream_get; what `f` raises (the element that it was called for
/// stays); `LWT_INVALID_ARGUMENT` if `f` is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_get_while(
    s: *const lwt_stream,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = test(f, env, drop_env);
    done(s, "lwt_stream_get_while", f, |stream, f| {
        stream.get_while(f)
    })
}

/// The same with a function that returns a promise, of `LWT_UNIT` for no and of
/// any other value for yes, `Lwt_stream.get_while_s`. Fails also with what that
/// promise fails with.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_get_while_s(
    s: *const lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_get_while_s";
    done(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.get_while_s(f)
    })
}

/// Takes all elements that are to be had without waiting, and promises the last
/// of them; if there is none, waits for one and promises that,
/// `Lwt_stream.last_new`. Fails with `LWT_EMPTY` at the end; otherwise as
/// lwt_stream_get.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_last_new(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_last_new", Stream::last_new)
}

/// Drops the next element, `Lwt_stream.junk`. A promise of `LWT_UNIT`, at the end
/// too. Failures as lwt_stream_get.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_junk(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_junk", |stream| stream.njunk(1))
}

/// Drops the next `n` elements, or as many as there are, `Lwt_stream.njunk`. As
/// lwt_stream_junk.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_njunk(s: *const lwt_stream, n: isize) -> *mut lwt_t {
    read(s, "lwt_stream_njunk", |stream| stream.njunk(count(n)))
}

/// Drops elements as long as `f` says so, `Lwt_stream.junk_while`. A promise of
/// `LWT_UNIT`. As lwt_stream_get_while otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_junk_while(
    s: *const lwt_stream,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = test(f, env, drop_env);
    done(s, "lwt_stream_junk_while", f, |stream, f| {
        stream.junk_while(f)
    })
}

/// The same with a function that returns a promise, `Lwt_stream.junk_while_s`. As
/// lwt_stream_get_while_s otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_junk_while_s(
    s: *const lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_junk_while_s";
    done(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.junk_while_s(f)
    })
}

/// Drops the elements that are to be had without waiting,
/// `Lwt_stream.junk_available`. Returns `LWT_OK`; the kind of what the source
/// fails with; `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_junk_available(s: *const lwt_stream) -> c_int {
    let stream = borrowed(s, "lwt_stream_junk_available");
    kind(stream.and_then(|stream| stream.junk_available()))
}

/// The same as a promise of `LWT_UNIT`, `Lwt_stream.junk_old`. Failures as
/// lwt_stream_get.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_junk_old(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_junk_old", Stream::junk_old)
}

/// Takes the elements that are to be had without waiting,
/// `Lwt_stream.get_available`: no promise. A source that is asked is asked until
/// it would have to be waited for.
///
/// Returns an array, owned by the caller (lwt_values_release), perhaps an empty
/// one. On failure NULL, and `*exn` is set, owned by the caller; with `exn` NULL
/// the failure goes to the async exception hook. It fails with what the source
/// fails with (then no element is taken), with `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD` for a bad handle, with `LWT_OUT_OF_MEMORY`.
///
/// # Safety
/// `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_get_available(
    s: *const lwt_stream,
    exn: *mut *mut lwt_exn,
) -> *mut lwt_values {
    // SAFETY: the caller's promise.
    unsafe { available("lwt_stream_get_available", s, usize::MAX, exn) }
}

/// The same, but `n` elements at most, `Lwt_stream.get_available_up_to`.
///
/// # Safety
/// `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_get_available_up_to(
    s: *const lwt_stream,
    n: isize,
    exn: *mut *mut lwt_exn,
) -> *mut lwt_values {
    // SAFETY: the caller's promise.
    unsafe { available("lwt_stream_get_available_up_to", s, count(n), exn) }
}

/// # Safety
/// `exn` is NULL or may be written.
unsafe fn available(
    name: &str,
    s: *const lwt_stream,
    n: usize,
    exn: *mut *mut lwt_exn,
) -> *mut lwt_values {
    let taken = borrowed(s, name).and_then(|stream| stream.get_available(n));
    let (list, failure) = match taken {
        Ok(list) => (list.into_parts().0.cast(), None),
        Err(failure) => (ptr::null_mut(), Some(failure)),
    };
    if !exn.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *exn = failure.map_or(ptr::null_mut(), Exn::into_raw) };
    } else if let Some(failure) = failure {
        unhandled(failure);
    }
    list
}

/// A promise of whether the stream is at its end, `Lwt_stream.is_empty`: it waits
/// until that is known. `LWT_UNIT` is no, `LWT_INT(1)` yes. Failures as
/// lwt_stream_get.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_is_empty(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_is_empty", Stream::is_empty)
}

/// Is the end known, `Lwt_stream.is_closed`? There may be elements before it, but
/// no read will have to wait. False for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_is_closed(s: *const lwt_stream) -> bool {
    borrowed(s, "lwt_stream_is_closed").is_ok_and(|stream| stream.is_closed())
}

/// A promise of `LWT_UNIT` that is fulfilled when the end is known,
/// `Lwt_stream.closed`. Cancelling it leaves the stream alone. Fails with
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle, with
/// `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_closed(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_closed", |stream| stream.closed())
}

/// Has `f(env)` called when the end is known, inside this call if it is already,
/// `Lwt_stream.on_terminate`. What it raises goes to the async exception hook.
/// Consumes `env`: `drop_env` runs after the call, or when the end can't come any
/// more.
///
/// Returns `LWT_OK`; `LWT_INVALID_ARGUMENT` if `f` is NULL; `LWT_INVALID_ARGUMENT`
/// or `LWT_WRONG_THREAD` for a bad handle; `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_on_terminate(
    s: *const lwt_stream,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    match borrowed(s, "lwt_stream_on_terminate") {
        Ok(stream) => stream.on_terminate(f, env),
        Err(exn) => exn.kind(),
    }
}

/// A promise of all elements to the end as a `struct lwt_values *`,
/// `Lwt_stream.to_list`. Failures as lwt_stream_nget.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_to_list(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_to_list", Stream::to_list)
}

/// A promise of all elements to the end as a `struct lwt_string *`, of which the
/// lowest eight bits of each are a byte, `Lwt_stream.to_string`. Failures as
/// lwt_stream_nget.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_to_string(s: *const lwt_stream) -> *mut lwt_t {
    read(s, "lwt_stream_to_string", Stream::to_text)
}
