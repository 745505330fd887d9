//! `lwt_retry.h`: module Lwt_retry: retrying.

use super::closure::thunk;
use super::lwt_stream::create::lwt_stream;
use super::lwt_stream::{consumed, given};
use crate::abi::*;
use crate::data::retry::{self, Attempt, Kind as How, Values};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::shared::Shared;
use crate::promise::text::{self, lwt_string};
use crate::promise::{Outcome, call, failed, resolved};
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

/// An attempt: how it ended, with a value or an error, and its number. A handle
///  of the thread that made it.
#[repr(C)]
pub struct lwt_retry_attempt {
    _private: [u8; 0],
}

/// How an attempt ended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lwt_retry_kind {
    /// It succeeded, `Ok`.
    LWT_RETRY_OK,
    /// It failed, and may be made again, `Retry`.
    LWT_RETRY_AGAIN,
    /// It failed for good, `Fatal`.
    LWT_RETRY_FATAL,
}

/// A callback that says how many seconds to sleep after the attempt with this number,
/// from 1.
pub type lwt_retry_duration_fn =
    Option<unsafe extern "C" fn(number: usize, env: *mut c_void) -> f64>;
/// A callback that prints an error, which it borrows: text that the library then owns.
pub type lwt_retry_print_fn =
    Option<unsafe extern "C" fn(error: lwt_value, env: *mut c_void) -> *mut lwt_string>;
/// A callback that compares two errors, which it borrows.
pub type lwt_retry_equal_fn =
    Option<unsafe extern "C" fn(a: lwt_value, b: lwt_value, env: *mut c_void) -> bool>;

fn get(attempt: *const lwt_retry_attempt, function: &str) -> Result<Rc<Attempt>, Exn> {
    // SAFETY: every attempt's handle is made of an `Attempt`.
    unsafe { object::get(Kind::Attempt, attempt.cast(), function) }
}

fn value(attempt: Rc<Attempt>) -> Outcome {
    object::into_value(Kind::Attempt, attempt)
}

const VALUES: Values = Values {
    read: |word| get(word.cast(), "lwt_retry: what should be an attempt"),
    make: value,
};

fn made(kind: How, word: Value) -> *mut lwt_t {
    let value = value(Rc::new(Attempt {
        kind,
        value: Shared::new(word),
        number: 0,
    }));
    value.map_or_else(failed, resolved).into_raw()
}

/// For the function of lwt_retry_on_error: a promise of an attempt that succeeded, with
/// a plain word, `Ok`. Owned by the caller; failed with `LWT_OUT_OF_MEMORY` when memory
/// runs out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_ok(value: lwt_value) -> *mut lwt_t {
    made(How::Ok, Value::plain(value))
}

/// As lwt_retry_ok, with a value that the attempt owns.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_ok_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    made(How::Ok, Value::new(value, drop))
}

/// As lwt_retry_ok, of an attempt that failed and may be made again, `Retry`; `error` is
/// a plain word.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_again(error: lwt_value) -> *mut lwt_t {
    made(How::Retry, Value::plain(error))
}

/// As lwt_retry_again, with an error that the attempt owns.
///
/// # Safety
/// `drop` may be called with `error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_again_owned(error: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    made(How::Retry, Value::new(error, drop))
}

/// As lwt_retry_ok, of an attempt that failed for good, `Fatal`; `error` is a plain
/// word.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_fatal(error: lwt_value) -> *mut lwt_t {
    made(How::Fatal, Value::plain(error))
}

/// As lwt_retry_fatal, with an error that the attempt owns.
///
/// # Safety
/// `drop` may be called with `error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_fatal_owned(error: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    made(How::Fatal, Value::new(error, drop))
}

/// How the attempt ended; `LWT_RETRY_FATAL` if the handle is bad. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_attempt_kind(attempt: *const lwt_retry_attempt) -> lwt_retry_kind {
    match get(attempt, "lwt_retry_attempt_kind").map(|attempt| attempt.kind) {
        Ok(How::Ok) => lwt_retry_kind::LWT_RETRY_OK,
        Ok(How::Retry) => lwt_retry_kind::LWT_RETRY_AGAIN,
        Ok(How::Fatal) | Err(_) => lwt_retry_kind::LWT_RETRY_FATAL,
    }
}

/// The value of the attempt, or its error, borrowed; `LWT_UNIT` if the handle is bad. On
/// its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_attempt_value(attempt: *const lwt_retry_attempt) -> lwt_value {
    let attempt = get(attempt, "lwt_retry_attempt_value");
    attempt.map_or(ptr::null_mut(), |attempt| attempt.value.word())
}

/// Which attempt it was, counted from 1; 0 if it is in no stream yet, or the handle is
/// bad. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_attempt_number(attempt: *const lwt_retry_attempt) -> usize {
    get(attempt, "lwt_retry_attempt_number").map_or(0, |attempt| attempt.number)
}

/// One more reference to the same attempt, owned by the caller. NULL: it is not an
/// attempt of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_attempt_retain(
    attempt: *const lwt_retry_attempt,
) -> *mut lwt_retry_attempt {
    object::retain(Kind::Attempt, attempt.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_attempt_release(attempt: *mut lwt_retry_attempt) {
    // SAFETY: a handle, checked.
    drop(unsafe { object::release::<Attempt>(Kind::Attempt, attempt.cast(), "") });
}

/// The attempts to do something, `Lwt_retry.on_error`: a stream of
/// `lwt_retry_attempt *`. Each is made by `f` when it is asked for; the stream ends
/// after one that succeeded or failed for good, and `f` is not called any more.
///
/// Consumes `env`; the library owns the promise that `f` returns: of lwt_retry_ok,
/// lwt_retry_again or lwt_retry_fatal. That it fails, or `f` raises, is the failure of
/// who reads, and no attempt of the stream, though it is counted; anything else fails
/// with `LWT_INVALID_ARGUMENT`. Returns the stream, owned by the caller; NULL if `f` is
/// NULL, or memory ran out. On any thread, whose it then is.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_on_error(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let attempt = thunk("lwt_retry_on_error", f, env, drop_env);
    attempt.map_or(ptr::null_mut(), |attempt| {
        given(retry::on_error(VALUES, attempt))
    })
}

/// The same attempts, `Lwt_retry.with_sleep`: after one that failed, for good or not, it
/// takes `duration(number, env)` seconds until it is given. NULL:
/// lwt_retry_default_sleep_duration. Not a number fails with `LWT_INVALID_ARGUMENT`.
///
/// Consumes `attempts` and `env`. Returns the stream, owned by the caller; NULL if
/// `attempts` is bad, or memory ran out. On the stream's thread.
///
/// # Safety
/// `duration` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_with_sleep(
    attempts: *mut lwt_stream,
    duration: lwt_retry_duration_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let env = Env::new(env, drop_env);
    let duration = move |number: usize| {
        let Some(f) = duration else {
            return Ok(retry::default_sleep_duration(number as f64));
        };
        // SAFETY: the caller's promise.
        let (told, ran) = call::other_of(f as usize, || unsafe { f(number, env.word()) });
        ran.map(|()| told)
    };
    let attempts = consumed(attempts, "lwt_retry_with_sleep");
    attempts.map_or(ptr::null_mut(), |attempts| {
        given(retry::with_sleep(VALUES, attempts, duration))
    })
}

/// The seconds to sleep after the attempt with this number,
/// `Lwt_retry.default_sleep_duration`: number * 2 * 2^number, that is 0, 4, 16, 48, 128
/// and so on. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_default_sleep_duration(number: usize) -> f64 {
    retry::default_sleep_duration(number as f64)
}

/// Makes attempts until one succeeds or fails for good, `Lwt_retry.n_times`: at most `n`
/// after the first one.
///
/// Consumes `attempts`. Returns a promise, owned by the caller, of the last attempt, a
/// `lwt_retry_attempt *`, which it owns; however that ended. It fails as the stream does;
/// with `LWT_INVALID_ARGUMENT` if `n` is below 0, if `attempts` is bad, or an element of
/// it no attempt; with `LWT_EMPTY` if there is none; with `LWT_WRONG_THREAD` or
/// `LWT_OUT_OF_MEMORY`. Cancelling it ends the wait; the attempt that is being made, or
/// the sleep, goes on unheeded, as with any read of a stream. On the stream's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retry_n_times(n: isize, attempts: *mut lwt_stream) -> *mut lwt_t {
    let attempts = consumed(attempts, "lwt_retry_n_times");
    let promise = match (attempts, usize::try_from(n)) {
        (Err(exn), _) => failed(exn),
        (_, Err(_)) => failed(Exn::invalid("lwt_retry_n_times: n is below 0")),
        (Ok(attempts), Ok(n)) => retry::n_times(VALUES, n, attempts),
    };
    promise.into_raw()
}

/// Prints an attempt that failed, `Lwt_retry.pp_error`: "Retry " or "Fatal ", and what
/// `retry` or `fatal` prints of its error; `"<opaque>"` if that is NULL, or returns NULL.
///
/// Borrows `attempt`, consumes `env`. Returns text, owned by the caller:
/// lwt_string_release. NULL if the handle is bad, if the attempt succeeded, or memory ran
/// out; or if a callback raised: that is raised again, as by lwt_raise. On the attempt's
/// thread.
///
/// # Safety
/// `retry`, `fatal` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_pp_error(
    attempt: *const lwt_retry_attempt,
    retry: lwt_retry_print_fn,
    fatal: lwt_retry_print_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_string {
    let env = Env::new(env, drop_env);
    let Ok(attempt) = get(attempt, "lwt_retry_pp_error") else {
        return ptr::null_mut();
    };
    let print = |kind, error| {
        let Some(f) = (if kind == How::Retry { retry } else { fatal }) else {
            return Ok(None);
        };
        // SAFETY: the caller's promise.
        let (printed, ran) = call::other_of(f as usize, || unsafe { f(error, env.word()) });
        // SAFETY: what the callback returned is text that is ours, or NULL.
        let text = unsafe { text::take(printed) };
        ran.map(|()| text)
    };
    match retry::print(&attempt, print) {
        // SAFETY: these bytes.
        Ok(Some(text)) => unsafe { text::copy(text.as_ptr().cast(), text.len()) },
        Ok(None) => ptr::null_mut(),
        Err(exn) => call::raise(exn).cast(),
    }
}

/// Did two attempts fail in the same way, `Lwt_retry.equal_error`: both for good or both
/// not, with errors for which `retry` or `fatal` returns true? If that is NULL, with the
/// same word.
///
/// Borrows both, consumes `env`. False also if one of them succeeded, or a handle is bad;
/// or if a callback raised: that is raised again, as by lwt_raise. On their thread.
///
/// # Safety
/// `retry`, `fatal` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_retry_equal_error(
    a: *const lwt_retry_attempt,
    b: *const lwt_retry_attempt,
    retry: lwt_retry_equal_fn,
    fatal: lwt_retry_equal_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let env = Env::new(env, drop_env);
    let name = "lwt_retry_equal_error";
    let (Ok(a), Ok(b)) = (get(a, name), get(b, name)) else {
        return false;
    };
    let same = |kind, a, b| {
        let Some(f) = (if kind == How::Retry { retry } else { fatal }) else {
            return Ok(a == b);
        };
        // SAFETY: the caller's promise.
        let (told, ran) = call::other_of(f as usize, || unsafe { f(a, b, env.word()) });
        ran.map(|()| told)
    };
    retry::equal(&a, &b, same).unwrap_or_else(|exn| {
        call::raise(exn);
        false
    })
}
