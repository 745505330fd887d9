//! Streams made of one other stream.

use super::create::lwt_stream;
use super::{bind, consumed, derived, given, list, map, test};
use crate::abi::*;
use crate::promise::values::lwt_values;
use std::ffi::c_void;
use std::ptr;

/// A callback from an element, which it borrows, to a list of new ones, which the
/// library then owns.
pub type lwt_stream_list_fn =
    Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> *mut lwt_values>;

/// A stream of what `f` returns for each element of `s`, `Lwt_stream.map`. `f`
/// borrows the element; it fails by lwt_raise, and gives the new element a drop
/// function by lwt_owned.
///
/// Consumes `s` and `env`, as all that make a stream of another. Lazy: an element
/// of `s` is taken when one of the new stream is needed. What `s` fails with, or
/// `f`, the read fails with that needs the element, and the next read goes on;
/// `LWT_NONE` as the new element is such a failure, `LWT_INVALID_ARGUMENT`.
///
/// Returns the new stream, owned by the caller; NULL if `s` is not a stream of
/// this thread, if `f` is NULL, or memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_map(
    s: *mut lwt_stream,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let f = map(f, env, drop_env);
    derived(s, "lwt_stream_map", f, |stream, f| stream.map(f))
}

/// The same with a function that returns a promise, `Lwt_stream.map_s`: one at a
/// time. The element is borrowed until that has resolved.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_map_s(
    s: *mut lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_stream_map_s";
    derived(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.map_s(f)
    })
}

/// A stream of the elements for which `f` says yes, `Lwt_stream.filter`. As
/// lwt_stream_map otherwise; the element for which `f` fails is left out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_filter(
    s: *mut lwt_stream,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let f = test(f, env, drop_env);
    derived(s, "lwt_stream_filter", f, |stream, f| stream.filter(f))
}

/// The same with a function that returns a promise, of `LWT_UNIT` for no and of
/// any other value for yes, `Lwt_stream.filter_s`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_filter_s(
    s: *mut lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_stream_filter_s";
    derived(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.filter_s(f)
    })
}

/// As lwt_stream_map, but an element for which `f` returns `LWT_NONE` is left
/// out, `Lwt_stream.filter_map`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_filter_map(
    s: *mut lwt_stream,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let f = map(f, env, drop_env);
    derived(s, "lwt_stream_filter_map", f, |stream, f| {
        stream.filter_map(f)
    })
}

/// The same with a function that returns a promise, `Lwt_stream.filter_map_s`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_filter_map_s(
    s: *mut lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_stream_filter_map_s";
    derived(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.filter_map_s(f)
    })
}

/// A stream of the elements of the lists that `f` returns,
/// `Lwt_stream.map_list`. The library owns the list; NULL is a failure,
/// `LWT_INVALID_ARGUMENT`. As lwt_stream_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_map_list(
    s: *mut lwt_stream,
    f: lwt_stream_list_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    let f = list(f, env, drop_env);
    derived(s, "lwt_stream_map_list", f, |stream, f| stream.map_list(f))
}

/// The same with a function that returns a promise of a `struct lwt_values *`,
/// `Lwt_stream.map_list_s`. Its elements are moved out of it; the array goes with
/// the promise, if that owns it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_map_list_s(
    s: *mut lwt_stream,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_stream_map_list_s";
    derived(s, NAME, bind(NAME, f, env, drop_env), |stream, f| {
        stream.map_list_s(f)
    })
}

/// A stream of the elements of the lists that are the elements of `s`,
/// `Lwt_stream.flatten`: each is a `struct lwt_values *`, and its values are
/// moved out of it. Consumes `s`. Returns as lwt_stream_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_flatten(s: *mut lwt_stream) -> *mut lwt_stream {
    consumed(s, "lwt_stream_flatten").map_or(ptr::null_mut(), |stream| given(stream.flatten()))
}

/// A stream of a `struct lwt_result *` for each element of `s`, a success, and for
/// each failure of its source, an error, `Lwt_stream.wrap_exn` (`map_exn` in
/// Lwt 2). Without end if the source goes on failing. An element with a drop
/// function is moved into the result. Consumes `s`. Returns as lwt_stream_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_wrap_exn(s: *mut lwt_stream) -> *mut lwt_stream {
    consumed(s, "lwt_stream_wrap_exn").map_or(ptr::null_mut(), |stream| given(stream.wrap_exn()))
}

/// A stream of lines, each a `struct lwt_string *` that says where it is in the
/// stream of bytes `s`, and shows sixteen of them, `Lwt_stream.hexdump`: the offset in
/// eight hexadecimal digits, a bar, the bytes in hexadecimal, and between bars the
/// text, a point for what can't be printed. Consumes `s`. Returns as lwt_stream_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_hexdump(s: *mut lwt_stream) -> *mut lwt_stream {
    consumed(s, "lwt_stream_hexdump").map_or(ptr::null_mut(), |stream| given(stream.hexdump()))
}
