//! `lwt_debug.h`: where failures came from, what everything is waiting for,
//! and what was left behind.

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, LWT_UNIX_ERROR, lwt_exn, lwt_t, lwt_value};
use crate::debug::dump::{self, Format};
use crate::debug::{self, passed, site};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::text::{self, lwt_string};
use crate::scheduler::dump as signals;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// Turns debugging on for the calling thread, and for those that begin to use
/// the library later. What was made before has no place. Returns false when
/// memory runs out, otherwise true. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_debug_start() -> bool {
    debug::turn_on()
}

/// Turns debugging off for the calling thread, and for those that begin later.
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_debug_stop() {
    debug::turn_off();
}

/// Is debugging on for the calling thread? Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_debug_is_on() -> bool {
    debug::is_on(local())
}

/// Where an exception was made and raised, and what it has passed since: each
/// bind, catch, try_bind, finalize, join and await, one a line, as
/// `bind at file.c:12 (function)`, the first one first. What is made and raised
/// at one place, and what is passed several times in a row, is told once; of a
/// way of more than 64 points the rest is counted.
///
/// Borrowed: the text lives as long as the exception, and is not changed when
/// that goes further; ask again then. Never NULL: empty if debugging was off,
/// for exceptions that are shared (LWT_OUT_OF_MEMORY), and if `e` is not an
/// exception. Reads the debugging information of the program (`cc -g`), which
/// takes some milliseconds at first. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_backtrace(e: *const lwt_exn) -> *const c_char {
    let exn = Exn::borrow_raw(e);
    let text = exn.as_ref().and_then(Exn::backtrace);
    text.unwrap_or_default().as_ptr()
}

/// For the macros of `-DLWT_DEBUG`: the call that has returned `p` stands at
/// this place. Turns debugging on. Returns `p`. `file` and `function` are
/// copied; NULL is unknown. On the promise's thread; a bad handle is passed on.
///
/// # Safety
/// `file` and `function` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_debug_promise(
    p: *mut lwt_t,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { lwt_debug_handle(p.cast(), file, line, function) }.cast()
}

/// For the macros of `-DLWT_DEBUG`: as lwt_debug_promise, for a handle of
/// whatever kind. Returns it, also if it is NULL.
///
/// # Safety
/// As lwt_debug_promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_debug_handle(
    handle: *mut c_void,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> *mut c_void {
    // SAFETY: the caller's promise.
    let site = unsafe { site::told(file, line, function) };
    passed::tell_made(handle as usize as u64, site);
    handle
}

/// For the macros of `-DLWT_DEBUG`: as lwt_debug_promise, for an exception.
///
/// # Safety
/// As lwt_debug_promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_debug_exn(
    e: *mut lwt_exn,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    let site = unsafe { site::told(file, line, function) };
    if let Some(exn) = Exn::borrow_raw(e) {
        passed::tell_exn(&exn, site);
    }
    e
}

/// For the macros of `-DLWT_DEBUG`: the call that has returned `value`, of
/// lwt_raise or lwt_await, stands at this place. Returns `value`. On any
/// thread.
///
/// # Safety
/// As lwt_debug_promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_debug_value(
    value: lwt_value,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> lwt_value {
    // SAFETY: the caller's promise.
    passed::tell_returned(unsafe { site::told(file, line, function) });
    value
}

/// For the macros of `-DLWT_DEBUG`: the call of lwt_wakeup_exn that follows
/// stands at this place. With `file` NULL: the call of lwt_raise or lwt_fail
/// that follows is none of the user's, and only passes on what was raised
/// before. On any thread.
///
/// # Safety
/// As lwt_debug_promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_debug_here(file: *const c_char, line: c_int, function: *const c_char) {
    passed::tell_ahead(match file.is_null() {
        true => Some(site::Site::default()),
        // SAFETY: the caller's promise.
        false => unsafe { site::told(file, line, function) },
    });
}

/// For lwt_dump: text for a person, an item a line.
pub const LWT_DUMP_TEXT: c_int = 0;
/// For lwt_dump: one JSON object.
pub const LWT_DUMP_JSON: c_int = 1;

fn format_of(format: c_int) -> Option<Format> {
    match format {
        LWT_DUMP_TEXT => Some(Format::Text),
        LWT_DUMP_JSON => Some(Format::Json),
        _ => None,
    }
}

/// Writes to the descriptor `fd` what the calling thread is waiting for: each
/// pending promise with its handle, how it was made, with debugging on where
/// and how many seconds ago, what it waits for, and who waits for it; then
/// what the modules know: descriptors, timers, jobs, notifications, fibers,
/// scopes. See the top of this header.
///
/// Runs none of the program's code, changes nothing, and may be called in any
/// callback. `format` is LWT_DUMP_TEXT or LWT_DUMP_JSON. Returns LWT_OK,
/// LWT_INVALID_ARGUMENT for another format, or LWT_UNIX_ERROR if fd can't be
/// written to (errno says why). Waits for a descriptor that does not block.
/// Any thread: each tells about itself.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_dump(fd: c_int, format: c_int) -> c_int {
    let Some(format) = format_of(format) else {
        return LWT_INVALID_ARGUMENT;
    };
    match dump::to_fd(fd, format) {
        Ok(()) => LWT_OK,
        Err(errno) => {
            // SAFETY: the calling thread's own.
            unsafe { *libc::__errno_location() = errno };
            LWT_UNIX_ERROR
        }
    }
}

/// As lwt_dump, into a string, owned by the caller: lwt_string_release. NULL
/// for another format, and when memory runs out. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_dump_to_string(format: c_int) -> *mut lwt_string {
    let text = format_of(format).and_then(|format| dump::to_memory(format).ok());
    let Some(text) = text else {
        return ptr::null_mut();
    };
    // SAFETY: the bytes are that many.
    unsafe { text::copy(text.as_ptr().cast(), text.len()) }
}

/// Has the calling thread write a dump to `fd` each time that the signal
/// `signal` comes (to whatever thread): in the next turn of its main loop, and
/// at once if that sleeps. Replaces the handler of the signal, and what an
/// earlier call has said about it. The main loop does not wait for it:
/// LWT_STALLED as without.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT for another format or what is no
/// signal that can be handled; LWT_OUT_OF_MEMORY. Any thread; ends with the
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_dump_on_signal(signal: c_int, fd: c_int, format: c_int) -> c_int {
    match format_of(format) {
        Some(format) => signals::start_on_signal(signal, fd, format),
        None => LWT_INVALID_ARGUMENT,
    }
}

/// Ends what lwt_dump_on_signal began: the signal does from now on what it
/// does by default. Nothing happens if it writes no dump. On the thread that
/// began it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_dump_stop(signal: c_int) {
    signals::stop_on_signal(signal);
}
