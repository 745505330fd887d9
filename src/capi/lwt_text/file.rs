//! `lwt_text.h`, files. Module Lwt_text.

use super::channel::{lend, lwt_text_channel_fn};
use super::{format, promised};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt_io::channel::mode_of;
use crate::capi::lwt_io::file::{how, path};
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::{consumed, given};
use crate::promise::call;
use crate::text::file;
use crate::value::Env;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// Opens a file and makes a text channel over it, `Lwt_text.open_file`. `mode`, `flags`,
/// `permissions` and `buffer_size` as lwt_io_open_file has them, `encoding` and `conversion` as
/// lwt_text_make.
///
/// Borrows `path` and `encoding` until the call returns. Returns a promise of a
/// `lwt_text_channel *`, which it owns: lwt_take it, lwt_text_close and
/// lwt_text_channel_release it. It fails as lwt_io_open_file does, and with
/// LWT_INVALID_ARGUMENT if nobody knows the encoding or there is no such conversion; what a
/// cancelled call opens is closed again. This thread's.
///
/// # Safety
/// `path` and `encoding` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_open_file(
    mode: c_int,
    path: *const c_char,
    flags: c_int,
    permissions: c_int,
    buffer_size: usize,
    encoding: *const c_char,
    conversion: c_int,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_open_file";
    let permissions = (permissions, 0o666);
    let how = how(NAME, mode_of(mode), flags, permissions, buffer_size);
    // SAFETY: the caller's promise.
    let (path, format) = unsafe { (self::path(path, NAME), format(NAME, encoding, conversion)) };
    promised(how.and_then(|how| Ok(file::open_file(path?, how, format?))))
}

/// Opens a file as lwt_text_open_file does, calls `f(channel, env)`, and closes the channel
/// when the promise of `f` resolves, either way, `Lwt_text.with_file`. The result is that
/// promise's; or the failure to close, which flushes the channel.
///
/// Borrows `path` and `encoding` until the call returns; `drop_env` runs once, after `f` has
/// returned, or when it will never be called. It fails as lwt_text_open_file and
/// lwt_io_with_file do. Cancelling it cancels the promise of `f`; the channel is closed then.
/// This thread's.
///
/// # Safety
/// `path` and `encoding` are NULL or end with a NUL byte; `f` and `drop_env` may be called with
/// `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_with_file(
    mode: c_int,
    path: *const c_char,
    flags: c_int,
    permissions: c_int,
    buffer_size: usize,
    encoding: *const c_char,
    conversion: c_int,
    f: lwt_text_channel_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_with_file";
    let env = Env::new(env, drop_env);
    let permissions = (permissions, 0o666);
    let how = how(NAME, mode_of(mode), flags, permissions, buffer_size);
    // SAFETY: the caller's promise.
    let (path, format) = unsafe { (self::path(path, NAME), format(NAME, encoding, conversion)) };
    let all = f
        .ok_or_else(|| null(NAME))
        .and_then(|f| Ok((f, path?, how?, format?)));
    promised(all.map(|(f, path, how, format)| {
        file::with_file(path, how, format, move |channel| {
            lend(channel, |handle| {
                // SAFETY: the function and its environment came together from C.
                call::promise_of(f as usize, NAME, || unsafe { f(handle, env.word()) })
            })
        })
    }))
}

/// The lines of a file as a stream of `struct lwt_string *`, which the stream owns,
/// `Lwt_text.lines_of_file`; see lwt_text_read_line. The file is opened by the first read,
/// which fails as lwt_text_open_file does (the next one tries again), and closed at the end,
/// after a failure, and when the last reader is gone.
///
/// Borrows `path` and `encoding` until the call returns. Returns a stream, owned by the caller
/// (lwt_stream_release). NULL if `path` is NULL, nobody knows the encoding, there is no such
/// conversion, or memory runs out. This thread's.
///
/// # Safety
/// `path` and `encoding` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_lines_of_file(
    path: *const c_char,
    encoding: *const c_char,
    conversion: c_int,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_text_lines_of_file";
    // SAFETY: the caller's promise.
    let (path, format) = unsafe { (self::path(path, NAME), format(NAME, encoding, conversion)) };
    let stream = path.and_then(|path| Ok(file::lines_of_file(path, format?)));
    stream.map_or(ptr::null_mut(), given)
}

/// The characters of a file as a stream, `Lwt_text.chars_of_file`; see lwt_text_read_char. As
/// lwt_text_lines_of_file otherwise.
///
/// # Safety
/// As lwt_text_lines_of_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_chars_of_file(
    path: *const c_char,
    encoding: *const c_char,
    conversion: c_int,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_text_chars_of_file";
    // SAFETY: the caller's promise.
    let (path, format) = unsafe { (self::path(path, NAME), format(NAME, encoding, conversion)) };
    let stream = path.and_then(|path| Ok(file::chars_of_file(path, format?)));
    stream.map_or(ptr::null_mut(), given)
}

/// Writes each element of a stream of `struct lwt_string *` and a newline to a file, which is
/// made or emptied before, `Lwt_text.lines_to_file`.
///
/// Borrows `path` and `encoding` until the call returns, consumes `lines`. Returns a promise of
/// LWT_UNIT, fulfilled when the file is closed. It fails as lwt_text_open_file and
/// lwt_text_write_lines do. Cancelled, some of the lines may be in the file. This thread's.
///
/// # Safety
/// `path` and `encoding` are NULL or end with a NUL byte; the elements are `struct lwt_string *`
/// or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_lines_to_file(
    path: *const c_char,
    encoding: *const c_char,
    conversion: c_int,
    lines: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_lines_to_file";
    let lines = consumed(lines, NAME);
    // SAFETY: the caller's promise.
    let (path, format) = unsafe { (self::path(path, NAME), format(NAME, encoding, conversion)) };
    // SAFETY: the caller's promise.
    promised(path.and_then(|path| Ok(unsafe { file::lines_to_file(path, format?, lines?) })))
}

/// Writes each element of a stream of `struct lwt_string *` as one character to a file,
/// `Lwt_text.chars_to_file`; see lwt_text_write_chars. As lwt_text_lines_to_file otherwise.
///
/// # Safety
/// As lwt_text_lines_to_file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_chars_to_file(
    path: *const c_char,
    encoding: *const c_char,
    conversion: c_int,
    chars: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_chars_to_file";
    let chars = consumed(chars, NAME);
    // SAFETY: the caller's promise.
    let (path, format) = unsafe { (self::path(path, NAME), format(NAME, encoding, conversion)) };
    // SAFETY: the caller's promise.
    promised(path.and_then(|path| Ok(unsafe { file::chars_to_file(path, format?, chars?) })))
}
