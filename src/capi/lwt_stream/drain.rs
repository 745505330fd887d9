//! Iterations, folds and searches.

use super::create::lwt_stream;
use super::{bind, borrowed, consumed, done, given, map, test, unit};
use crate::abi::*;
use crate::capi::closure::{folding, gathering, null};
use crate::data::stream::parse;
use crate::exn::Exn;
use crate::promise::{call, failed};
use crate::value::{Env, Value};
use std::ffi::c_void;

/// A parser: reads the stream, which it borrows until its promise has resolved.
pub type lwt_stream_parse_fn =
    Option<unsafe extern "C" fn(s: *const lwt_stream, env: *mut c_void) -> *mut lwt_t>;

/// Calls `f` for each element to the end, `Lwt_stream.iter`. `f` borrows the
/// element; what it raises is a failure. Borrows `s`, consumes `env`, as all that
/// follow.
///
/// Returns a promise of `LWT_UNIT`, owned by the caller. It fails with what `f`
/// raises or the source fails with, and then the iteration is over;
/// with `LWT_INVALID_ARGUMENT` if `f` is NULL; `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD` for a bad handle; `LWT_OUT_OF_MEMORY`. Cancelling it takes
/// effect where it waits. On the stream's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_iter(
    s: *const lwt_stream,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = unit(f, env, drop_env);
    done(s, "lwt_stream_iter", f, |stream, f| stream.iter(f))
}

/// The same with a function that returns a promise: the next call waits for it,
/// `Lwt_stream.iter_s`. The element is borrowed until that has resolved.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_iter_s(
    s: *const lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_iter_s";
    done(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.iter_s(f)
    })
}

/// The same, but the next call does not wait, `Lwt_stream.iter_p`. The result
/// waits for what was promised in the order of the elements; if one fails so does
/// the result, and the iteration goes on. Cancelling the result ends it: the
/// reading and all that was promised are cancelled; and so does a promise of `f`
/// that failed with `LWT_CANCELED`, when it is its turn. (In Lwt the iteration
/// goes on, unheeded.) What can't be cancelled keeps its element.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_iter_p(
    s: *const lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_iter_p";
    done(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.iter_p(f)
    })
}

/// The same with `max_concurrency` unresolved promises at most,
/// `Lwt_stream.iter_n` (whose default is 1); the next element is taken when there
/// is room. All are awaited at the end. If one fails so does the result, and no
/// further element is taken. Cancelling the result cancels them all. Fails with `LWT_INVALID_ARGUMENT` if
/// `max_concurrency` is below 1.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_iter_n(
    s: *const lwt_stream,
    max_concurrency: isize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_iter_n";
    let max = usize::try_from(max_concurrency).unwrap_or(0);
    done(
        s,
        NAME,
        bind(NAME, f, env, drop_env),
        |stream, f| match max {
            0 => failed(Exn::invalid("lwt_stream_iter_n: max_concurrency below 1")),
            _ => stream.iter_n(max, f),
        },
    )
}

/// Gathers all elements, `Lwt_stream.fold`: `f` turns what was gathered so far,
/// at first `initial`, and an element into what is gathered then; with lwt_owned
/// that has a drop function. `f` owns what it is handed. `drop_initial` runs on
/// `initial` if `f` is never called and nobody takes it from the result.
///
/// Returns a promise of what was gathered. Failures as lwt_stream_iter.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_fold(
    s: *const lwt_stream,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_gather_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let initial = Value::new(initial, drop_initial);
    let f = gathering(f, env, drop_env);
    done(s, "lwt_stream_fold", f, |stream, f| stream.fold(initial, f))
}

/// The same with a function that returns a promise, of which the value is moved
/// out, `Lwt_stream.fold_s`. The element is borrowed until that has resolved.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_fold_s(
    s: *const lwt_stream,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_fold_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_fold_s";
    let initial = Value::new(initial, drop_initial);
    let f = folding(NAME, f, env, drop_env);
    done(s, NAME, f, |stream, f| stream.fold_s(initial, f))
}

/// Takes elements up to the first for which `f` says yes, `Lwt_stream.find`.
/// Returns a promise of that, of `LWT_NONE` if there is none. Failures as
/// lwt_stream_iter.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_find(
    s: *const lwt_stream,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = test(f, env, drop_env);
    done(s, "lwt_stream_find", f, |stream, f| stream.find(f))
}

/// The same with a function that returns a promise, of `LWT_UNIT` for no and of
/// any other value for yes, `Lwt_stream.find_s`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_find_s(
    s: *const lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_find_s";
    done(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.find_s(f)
    })
}

/// Takes elements up to the first for which `f` does not return `LWT_NONE`, and
/// promises what it returned, `Lwt_stream.find_map`. As lwt_stream_find otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_find_map(
    s: *const lwt_stream,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = map(f, env, drop_env);
    done(s, "lwt_stream_find_map", f, |stream, f| stream.find_map(f))
}

/// The same with a function that returns a promise, `Lwt_stream.find_map_s`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_find_map_s(
    s: *const lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_find_map_s";
    done(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.find_map_s(f)
    })
}

/// Runs a parser on the stream, `Lwt_stream.parse`: if its promise fails the
/// stream goes back to where it was, no element is lost, and the result fails
/// with the same. (An element with a drop function that the parser has moved out
/// of a promise is gone all the same.)
///
/// Returns a promise of what the parser promises, owned by the caller. Fails with
/// what that fails with; with `LWT_INVALID_ARGUMENT` if the stream is bounded, or
/// `f` NULL; `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_parse(
    s: *const lwt_stream,
    f: lwt_stream_parse_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_stream_parse";
    unsafe extern "C" fn release(s: *mut c_void) {
        drop(consumed(s.cast(), NAME));
    }
    let env = Env::new(env, drop_env);
    let (stream, f) = match (borrowed(s, NAME), f) {
        (Ok(stream), Some(f)) => (stream, f),
        (Err(exn), _) => return failed(exn).into_raw(),
        _ => return failed(null(NAME)).into_raw(),
    };
    // The parser may outlive the caller's reference.
    let handle = given(stream.clone());
    let kept = Value::new(handle.cast(), Some(release));
    // SAFETY: the function and its environment came together from C.
    let run = move || call::promise_of(f as usize, NAME, || unsafe { f(handle, env.word()) });
    parse(stream, kept, run).into_raw()
}
