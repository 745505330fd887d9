//! `lwt_debug.h`: where failures came from, what everything is waiting for,
//! and what was left behind.

use crate::abi::{lwt_exn, lwt_t, lwt_value};
use crate::debug;
use crate::debug::passed;
use crate::debug::site;
use crate::exn::Exn;
use crate::handle::local::local;
use std::ffi::{c_char, c_int, c_void};

/// Turns debugging on for the calling thread, and for those that begin to use
/// the library later. What was made before has no place. Returns false when
/// memory runs out, otherwise true. Any thread. Manual: none.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_debug_start() -> bool {
    debug::turn_on()
}

/// Turns debugging off for the calling thread, and for those that begin later.
/// Any thread. Manual: none.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_debug_stop() {
    debug::turn_off();
}

/// Is debugging on for the calling thread? Any thread. Manual: none.
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
/// takes some milliseconds at first. Any thread. Manual: none.
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
/// whatever kind.
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
/// lwt_raise or lwt_await, stands at this place. Returns `value`.
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
/// stands at this place.
///
/// # Safety
/// As lwt_debug_promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_debug_here(file: *const c_char, line: c_int, function: *const c_char) {
    // SAFETY: the caller's promise.
    passed::tell_ahead(unsafe { site::told(file, line, function) });
}
