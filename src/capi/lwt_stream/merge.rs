//! Streams made of several.

use super::create::lwt_stream;
use super::{borrowed, consumed, given};
use crate::capi::lwt::array;
use crate::data::stream::{append, choose, combine, concat};
use std::ptr;

/// A stream of the elements of `a`, and then those of `b`, `Lwt_stream.append`.
/// Consumes both.
///
/// Returns the new stream, owned by the caller; NULL if one of the two is not a
/// stream of this thread (the other is consumed), or memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_append(a: *mut lwt_stream, b: *mut lwt_stream) -> *mut lwt_stream {
    let (a, b) = (
        consumed(a, "lwt_stream_append"),
        consumed(b, "lwt_stream_append"),
    );
    match (a, b) {
        (Ok(a), Ok(b)) => given(append(a, b)),
        _ => ptr::null_mut(),
    }
}

/// A stream of the elements of the streams that are the elements of `s`, one
/// after the other, `Lwt_stream.concat`: each is an `lwt_stream *`, pushed with
/// its release function (`lwt_stream_push_owned(push, t, release)`) or kept by
/// whoever pushed it. An element that is none is a failure of the read,
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. Consumes `s`.
///
/// Returns the new stream, owned by the caller; NULL if `s` is not a stream of
/// this thread, or memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_concat(s: *mut lwt_stream) -> *mut lwt_stream {
    let open = |word: *mut std::ffi::c_void| borrowed(word.cast(), "lwt_stream_concat");
    consumed(s, "lwt_stream_concat").map_or(ptr::null_mut(), |stream| given(concat(stream, open)))
}

/// A stream of pairs, of an element of `a` and one of `b`, each a
/// `struct lwt_values *` of two, `Lwt_stream.combine`. It ends with the shorter
/// one; an element of the longer one may have been taken by then. Consumes both.
/// Returns as lwt_stream_append.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_stream_combine(a: *mut lwt_stream, b: *mut lwt_stream) -> *mut lwt_stream {
    let (a, b) = (
        consumed(a, "lwt_stream_combine"),
        consumed(b, "lwt_stream_combine"),
    );
    match (a, b) {
        (Ok(a), Ok(b)) => given(combine(a, b)),
        _ => ptr::null_mut(),
    }
}

/// A stream of the elements of `n` streams as they come, `Lwt_stream.choose`; it
/// ends when all have ended. Lazy: when an element is needed each stream is read,
/// once at most, and what the others give is kept for later. Where several have
/// an element they take turns. What one of them fails with, the read fails with;
/// the next one goes on. Consumes the streams, not the array.
///
/// Returns the new stream, owned by the caller, an empty one if `n` is 0; NULL if
/// `streams` is NULL and `n` is not 0, if one of them is not a stream of this
/// thread (all others are consumed), or memory runs out.
///
/// # Safety
/// `streams` is NULL or the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_stream_choose(
    streams: *const *mut lwt_stream,
    n: usize,
) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    let Ok(handles) = (unsafe { array("lwt_stream_choose", streams, n) }) else {
        return ptr::null_mut();
    };
    // All are consumed, also when one of them is bad.
    let taken: Vec<_> = handles
        .iter()
        .map(|&handle| consumed(handle, "lwt_stream_choose"))
        .collect();
    match taken.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(streams) => given(choose(streams)),
        Err(_) => ptr::null_mut(),
    }
}
