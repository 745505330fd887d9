//! `lwt_io.h`, files, temporary ones too. Module Lwt_io.

use super::channel::{lwt_io_channel, mode_of, size_of_buffer};
use super::direct::Lent;
use super::promised;
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::{consumed, given};
use crate::capi::path::at;
use crate::capi::text::{optional, text};
use crate::exn::Exn;
use crate::io::file::{self, How};
use crate::io::temp::{self, Naming};
use crate::io::{Channel, Mode, of_file};
use crate::promise::{Promise, call, failed, resolved};
use crate::unix::file::{name, remove, stat};
use crate::value::Env;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// For flags and permissions: those that Lwt gives by default.
pub const LWT_IO_DEFAULT: c_int = -1;

/// What is done with a channel over a file. The handle is borrowed until the promise has
/// resolved.
pub type lwt_io_file_fn =
    Option<unsafe extern "C" fn(channel: *const lwt_io_channel, env: *mut c_void) -> *mut lwt_t>;
/// What is done with a temporary file. Its path and the handle are borrowed until the
/// promise has resolved.
pub type lwt_io_temp_file_fn = Option<
    unsafe extern "C" fn(
        path: *const c_char,
        channel: *const lwt_io_channel,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;
/// What is done with a temporary directory. Its path is borrowed until the promise has
/// resolved.
pub type lwt_io_temp_dir_fn =
    Option<unsafe extern "C" fn(path: *const c_char, env: *mut c_void) -> *mut lwt_t>;

/// How a file is opened, from what C gives.
pub(in crate::capi) fn how(
    function: &str,
    mode: Option<Mode>,
    flags: c_int,
    permissions: (c_int, libc::mode_t),
    buffer_size: usize,
) -> Result<How, Exn> {
    let wrong = |what| Exn::invalid(&format!("{function}: there is no such {what}"));
    let (given, usual) = permissions;
    Ok(How {
        mode: mode.ok_or_else(|| wrong("mode"))?,
        flags: (flags != LWT_IO_DEFAULT).then_some(flags),
        permissions: match given {
            LWT_IO_DEFAULT => usual,
            _ => name::permissions(given, function)?,
        },
        size: size_of_buffer(buffer_size).ok_or_else(|| wrong("size of a buffer"))?,
    })
}

/// A path that is kept.
///
/// # Safety
/// As [`text`].
pub(in crate::capi) unsafe fn path(path: *const c_char, function: &str) -> Result<CString, Exn> {
    // SAFETY: the caller's promise.
    unsafe { text(path, function, "the path") }.map(CStr::to_owned)
}

/// How something temporary is named.
///
/// # Safety
/// As [`optional`], each of them.
unsafe fn naming(
    folder: *const c_char,
    prefix: *const c_char,
    usual: &str,
    suffix: *const c_char,
) -> Naming {
    // SAFETY: the caller's promise.
    unsafe { Naming::new(optional(folder), optional(prefix), usual, optional(suffix)) }
}

/// Calls `f` with a handle of the channel, for as long as its promise is pending.
fn lend(channel: Rc<Channel>, f: impl FnOnce(*const lwt_io_channel) -> Promise) -> Promise {
    match Lent::of(channel) {
        Ok(lent) => {
            let promise = f(lent.0);
            lent.until(promise)
        }
        Err(exn) => failed(exn),
    }
}

/// Opens a file and makes a channel over it, `Lwt_io.open_file`. `flags` are those of
/// fcntl.h, used exactly as they are; LWT_IO_DEFAULT: O_RDONLY and O_NONBLOCK for
/// LWT_IO_INPUT; O_WRONLY, O_CREAT, O_TRUNC and O_NONBLOCK for LWT_IO_OUTPUT. (Nor does Lwt
/// add O_CLOEXEC.) `permissions` are those of a file that is made; LWT_IO_DEFAULT: 0666.
/// `buffer_size`: 0 for the default.
///
/// Borrows `path` until the call returns. Returns a promise of a `lwt_io_channel *`, which it
/// owns: lwt_take it, lwt_io_close and lwt_io_channel_release it. It fails with LWT_UNIX_ERROR
/// (function "open", argument `path`; ENOENT, EACCES, EMFILE...), LWT_INVALID_ARGUMENT
/// (`path` is NULL; there is no such mode or buffer size; bits of `permissions` that are
/// none), LWT_OUT_OF_MEMORY, and LWT_CANCELED: what a
/// cancelled call opens is closed again. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_open_file(
    mode: c_int,
    path: *const c_char,
    flags: c_int,
    permissions: c_int,
    buffer_size: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_open_file";
    let how = how(
        NAME,
        mode_of(mode),
        flags,
        (permissions, 0o666),
        buffer_size,
    );
    // SAFETY: the caller's promise.
    let path = unsafe { self::path(path, NAME) };
    promised(how.and_then(|how| Ok(file::open_file(path?, how))))
}

/// Opens a file as lwt_io_open_file does, calls `f(channel, env)`, and closes the channel
/// when the promise of `f` resolves, either way, `Lwt_io.with_file`. The result is that
/// promise's; or the failure to close, which flushes the channel.
///
/// Borrows `path` until the call returns; `drop_env` runs once, after `f` has returned, or
/// when it will never be called. It fails as lwt_io_open_file does, with what `f` raises or
/// its promise fails with, and with LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise.
/// Cancelling it cancels the promise of `f`; the channel is closed then. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_with_file(
    mode: c_int,
    path: *const c_char,
    flags: c_int,
    permissions: c_int,
    buffer_size: usize,
    f: lwt_io_file_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_with_file";
    let env = Env::new(env, drop_env);
    let how = how(
        NAME,
        mode_of(mode),
        flags,
        (permissions, 0o666),
        buffer_size,
    );
    // SAFETY: the caller's promise.
    let path = unsafe { self::path(path, NAME) };
    let all = f
        .ok_or_else(|| null(NAME))
        .and_then(|f| Ok((f, path?, how?)));
    promised(all.map(|(f, path, how)| {
        file::with_file(path, how, move |channel| {
            // SAFETY: the function and its environment came together from C.
            let call =
                |handle| call::promise_of(f as usize, NAME, || unsafe { f(handle, env.word()) });
            lend(channel, call)
        })
    }))
}

/// Makes a temporary file and a channel for writing to it, `Lwt_io.open_temp_file`,
/// in `temp_dir` (NULL: what TMPDIR names, or /tmp), named `prefix`
/// (NULL: "lwt_io_temp_file_"), six hexadecimal digits that nobody guesses, and `suffix`
/// (NULL: nothing). Up to 1000 names are tried. `flags`: LWT_IO_DEFAULT is O_CREAT, O_EXCL,
/// O_WRONLY and O_CLOEXEC. `permissions`: LWT_IO_DEFAULT is 0600. `buffer_size`: 0 for the
/// default. Nobody removes the file but the caller.
///
/// Borrows the texts until the call returns. Returns a promise of a `struct lwt_values *` of
/// the path, a `struct lwt_string *`, and the channel, which it owns: lwt_values_take them. It
/// fails as lwt_io_open_file does, with EEXIST if all those names are taken; what a cancelled
/// call has made may stay. This thread's.
///
/// # Safety
/// The texts are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_open_temp_file(
    temp_dir: *const c_char,
    prefix: *const c_char,
    suffix: *const c_char,
    flags: c_int,
    permissions: c_int,
    buffer_size: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_open_temp_file";
    let how = how(
        NAME,
        Some(Mode::Output),
        flags,
        (permissions, 0o600),
        buffer_size,
    );
    // SAFETY: the caller's promise.
    let naming = unsafe { naming(temp_dir, prefix, "lwt_io_temp_file_", suffix) };
    promised(how.map(|how| temp::open_temp_file(naming, how)))
}

/// Makes a temporary file as lwt_io_open_temp_file does, calls `f(path, channel, env)`, and
/// when the promise of `f` resolves, either way, closes the channel and removes the file,
/// `Lwt_io.with_temp_file`, also where the user has closed the channel. The result is that
/// promise's; or the failure to close or to remove (that the file has gone is none).
///
/// Borrows the texts until the call returns; `drop_env` runs once, after `f` has returned, or
/// when it will never be called. It fails as lwt_io_open_temp_file does, with what `f` raises
/// or its promise fails with, and with LWT_INVALID_ARGUMENT if `f` is NULL or returns no
/// promise. Cancelling it cancels the promise of `f`; the file is removed then. This
/// thread's.
///
/// # Safety
/// The texts are NULL or end with a NUL byte; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_with_temp_file(
    temp_dir: *const c_char,
    prefix: *const c_char,
    suffix: *const c_char,
    flags: c_int,
    permissions: c_int,
    buffer_size: usize,
    f: lwt_io_temp_file_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_with_temp_file";
    let env = Env::new(env, drop_env);
    let how = how(
        NAME,
        Some(Mode::Output),
        flags,
        (permissions, 0o600),
        buffer_size,
    );
    // SAFETY: the caller's promise.
    let naming = unsafe { naming(temp_dir, prefix, "lwt_io_temp_file_", suffix) };
    let all = f.ok_or_else(|| null(NAME)).and_then(|f| Ok((f, how?)));
    promised(all.map(|(f, how)| {
        temp::with_temp_file(naming, how, move |path, channel| {
            lend(channel, |handle| {
                // SAFETY: the function and its environment came together from C.
                let call = || unsafe { f(path.as_ptr(), handle, env.word()) };
                call::promise_of(f as usize, NAME, call)
            })
        })
    }))
}

/// Makes a temporary directory, `Lwt_io.create_temp_dir`, in `parent` (NULL: what TMPDIR
/// names, or /tmp), named `prefix` (NULL: "lwt_io_temp_dir_"), six hexadecimal digits that
/// nobody guesses, and `suffix` (NULL: nothing). Up to 1000 names are tried. `permissions`:
/// LWT_IO_DEFAULT is 0755.
///
/// Borrows the texts until the call returns. Returns a promise of the path, a
/// `struct lwt_string *`, which it owns. It fails with LWT_UNIX_ERROR (function "mkdir";
/// ENOENT, EACCES; EEXIST: all those names are taken), LWT_INVALID_ARGUMENT (bits of
/// `permissions` that are none), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that
/// has begun may still make it. On any thread.
///
/// # Safety
/// The texts are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_create_temp_dir(
    parent: *const c_char,
    prefix: *const c_char,
    suffix: *const c_char,
    permissions: c_int,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_create_temp_dir";
    let how = how(NAME, Some(Mode::Output), 0, (permissions, 0o755), 0);
    // SAFETY: the caller's promise.
    let naming = unsafe { naming(parent, prefix, "lwt_io_temp_dir_", suffix) };
    promised(how.map(|how| temp::create_temp_dir(naming, how.permissions)))
}

/// Makes a temporary directory as lwt_io_create_temp_dir does, calls `f(path, env)`, and
/// when the promise of `f` resolves, either way, removes it with all that is in it,
/// `Lwt_io.with_temp_dir`. The result is that promise's, or the failure to remove it (that it
/// has gone is none).
///
/// Borrows the texts until the call returns; `drop_env` runs once, after `f` has returned, or
/// when it will never be called. It fails as lwt_io_create_temp_dir and
/// lwt_io_delete_recursively do, with what `f` raises or its promise fails with, and with
/// LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise. Cancelling it cancels the
/// promise of `f`; the directory is removed then. On any thread.
///
/// # Safety
/// The texts are NULL or end with a NUL byte; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_with_temp_dir(
    parent: *const c_char,
    prefix: *const c_char,
    suffix: *const c_char,
    permissions: c_int,
    f: lwt_io_temp_dir_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_with_temp_dir";
    let env = Env::new(env, drop_env);
    let how = how(NAME, Some(Mode::Output), 0, (permissions, 0o755), 0);
    // SAFETY: the caller's promise.
    let naming = unsafe { naming(parent, prefix, "lwt_io_temp_dir_", suffix) };
    let all = f.ok_or_else(|| null(NAME)).and_then(|f| Ok((f, how?)));
    promised(all.map(|(f, how)| {
        temp::with_temp_dir(naming, how.permissions, move |path| {
            // SAFETY: the function and its environment came together from C.
            let call = || unsafe { f(path.as_ptr(), env.word()) };
            call::promise_of(f as usize, NAME, call)
        })
    }))
}

/// Removes a directory with all that is in it, `Lwt_io.delete_recursively`, by one job.
/// Symbolic links are removed and not followed, also those that take the place of a directory
/// meanwhile; `path` itself must not be one.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "delete_recursively", argument `path`; ENOENT, ENOTDIR; EACCES:
/// some of it is there still; ESTALE: a directory was moved meanwhile), LWT_INVALID_ARGUMENT
/// (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun goes on. On
/// any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_delete_recursively(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe {
        at(
            path,
            "lwt_io_delete_recursively",
            remove::delete_recursively,
        )
    }
}

/// How long a file is, in bytes, `Lwt_io.file_length`, as a job.
///
/// Borrows `path` until the call returns. Returns a promise of LWT_INT of that. It fails with
/// LWT_UNIX_ERROR (function "file_length", argument `path`; ENOENT; EISDIR: a directory has no
/// length), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses
/// nothing. On any thread.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_file_length(path: *const c_char) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { at(path, "lwt_io_file_length", stat::file_length) }
}

/// The lines of a file as a stream of `struct lwt_string *`, which the stream owns,
/// `Lwt_io.lines_of_file`; see lwt_io_read_line. The file is opened by the first read, which
/// fails as lwt_io_open_file does (the next one tries again), and closed at the end, after a
/// failure, and when the last reader is gone.
///
/// Borrows `path` until the call returns. Returns a stream, owned by the caller
/// (lwt_stream_release). NULL if `path` is NULL, or memory runs out. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_lines_of_file(path: *const c_char) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    let path = unsafe { self::path(path, "lwt_io_lines_of_file") };
    path.map_or(ptr::null_mut(), |path| given(of_file::lines_of_file(path)))
}

/// The bytes of a file as a stream of integers, `Lwt_io.chars_of_file`. As
/// lwt_io_lines_of_file otherwise.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_chars_of_file(path: *const c_char) -> *mut lwt_stream {
    // SAFETY: the caller's promise.
    let path = unsafe { self::path(path, "lwt_io_chars_of_file") };
    path.map_or(ptr::null_mut(), |path| given(of_file::chars_of_file(path)))
}

/// Writes a stream of lines, `struct lwt_string *`, to a file, each with a newline,
/// `Lwt_io.lines_to_file`. The file is made, or cut first.
///
/// Borrows `path` until the call returns, consumes `lines`. Returns a promise of LWT_UNIT, which
/// is fulfilled when the stream has ended and the file is closed. It fails as lwt_io_open_file,
/// with what reading the stream fails with, and as writes to the file do; LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad stream. Cancelling it leaves what was written. This thread's.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte; the elements are `struct lwt_string *`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_lines_to_file(
    path: *const c_char,
    lines: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_lines_to_file";
    let lines = consumed(lines, NAME);
    // SAFETY: the caller's promise.
    let path = unsafe { self::path(path, NAME) };
    promised(path.and_then(|path| {
        let lines = lines?;
        // SAFETY: the caller's promise.
        Ok(unsafe { of_file::lines_to_file(path, lines) })
    }))
}

/// Writes a stream of integers to a file as bytes, `Lwt_io.chars_to_file`. As
/// lwt_io_lines_to_file otherwise.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_chars_to_file(
    path: *const c_char,
    chars: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_chars_to_file";
    let chars = consumed(chars, NAME);
    // SAFETY: the caller's promise.
    let path = unsafe { self::path(path, NAME) };
    promised(path.and_then(|path| Ok(of_file::chars_to_file(path, chars?))))
}

/// A pipe, `Lwt_io.pipe`: what is written to the one channel is read from the other.
/// `cloexec`: both are closed in programs that the process becomes. Sizes of buffers: 0 for
/// the default.
///
/// Returns a promise, resolved at once, of a `struct lwt_values *` of the channel for reading
/// and the one for writing, which it owns: lwt_values_take them. It fails with LWT_UNIX_ERROR
/// (function "pipe"; EMFILE, ENFILE), LWT_INVALID_ARGUMENT (there is no such size), and
/// LWT_OUT_OF_MEMORY. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_pipe(
    cloexec: bool,
    in_buffer_size: usize,
    out_buffer_size: usize,
) -> *mut lwt_t {
    let (Some(input), Some(output)) = (
        size_of_buffer(in_buffer_size),
        size_of_buffer(out_buffer_size),
    ) else {
        let wrong = "lwt_io_pipe: there is no such size of a buffer";
        return failed(Exn::invalid(wrong)).into_raw();
    };
    promised(file::pipe(cloexec, input, output).map(resolved))
}
