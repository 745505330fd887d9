//! The C names that more than one floor needs: the opaque handle types of
//! module Lwt and the types of its callbacks. `lwt.h` is generated from this
//! file and those of `capi/lwt/`.
#![allow(non_camel_case_types)]

use std::ffi::{c_int, c_void};

/// A promise, `'a Lwt.t`. A handle: a checked number, never dereferenced.
#[repr(C)]
pub struct lwt_t {
    _private: [u8; 0],
}
/// The wakener (resolver) of a promise, `'a Lwt.u`.
#[repr(C)]
pub struct lwt_u {
    _private: [u8; 0],
}
/// An exception. Any thread may use it.
#[repr(C)]
pub struct lwt_exn {
    _private: [u8; 0],
}
/// A key of sequence-local storage, `'a Lwt.key`. Any thread may use it.
#[repr(C)]
pub struct lwt_key {
    _private: [u8; 0],
}

/// A value is one machine word.
pub type lwt_value = *mut c_void;

/// Frees a value or an environment.
pub type lwt_drop_fn = Option<unsafe extern "C" fn(*mut c_void)>;
/// A callback that takes and returns nothing.
pub type lwt_unit_fn = Option<unsafe extern "C" fn(env: *mut c_void)>;
/// A callback that returns a promise, which the library then owns.
pub type lwt_thunk_fn = Option<unsafe extern "C" fn(env: *mut c_void) -> *mut lwt_t>;
/// A callback that returns a plain value.
pub type lwt_compute_fn = Option<unsafe extern "C" fn(env: *mut c_void) -> lwt_value>;
/// A callback from a value to a promise.
pub type lwt_bind_fn =
    Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> *mut lwt_t>;
/// A callback from a value to a value.
pub type lwt_map_fn = Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> lwt_value>;
/// A callback from an exception, which it borrows, to a promise.
pub type lwt_exn_fn =
    Option<unsafe extern "C" fn(exn: *const lwt_exn, env: *mut c_void) -> *mut lwt_t>;
/// A callback that takes an exception, which it borrows.
pub type lwt_exn_hook_fn = Option<unsafe extern "C" fn(exn: *const lwt_exn, env: *mut c_void)>;
/// A callback from an exception, which it owns, to an exception, which the
/// library then owns.
pub type lwt_exn_map_fn =
    Option<unsafe extern "C" fn(exn: *mut lwt_exn, env: *mut c_void) -> *mut lwt_exn>;
/// A callback that tells something of an exception, which it borrows.
pub type lwt_exn_test_fn =
    Option<unsafe extern "C" fn(exn: *const lwt_exn, env: *mut c_void) -> bool>;
/// A callback that takes a value, which it borrows.
pub type lwt_value_fn = Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void)>;

/// A callback that tells something of a value, which it borrows.
pub type lwt_test_fn = Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> bool>;
/// A callback from what was gathered so far and one more value to a promise of
/// what is gathered then. It owns `gathered`, and borrows `value`.
pub type lwt_fold_fn = Option<
    unsafe extern "C" fn(gathered: lwt_value, value: lwt_value, env: *mut c_void) -> *mut lwt_t,
>;
/// The same, but it returns what is gathered then.
pub type lwt_gather_fn = Option<
    unsafe extern "C" fn(gathered: lwt_value, value: lwt_value, env: *mut c_void) -> lwt_value,
>;
/// A callback that orders two values: negative, 0 or positive as `a` comes
/// before, with or after `b`.
pub type lwt_compare_fn =
    Option<unsafe extern "C" fn(a: lwt_value, b: lwt_value, env: *mut c_void) -> c_int>;

/// `LWT_NONE` of `lwt.h`: the value that stands for no value.
pub const NONE: lwt_value = 0x004c_5754_4e4f_4e45_usize as lwt_value;

/// The three states of a promise, `Lwt.state`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lwt_promise_state {
    /// Pending: not yet resolved.
    LWT_SLEEP,
    /// Resolved with a value.
    LWT_RETURN,
    /// Failed with an exception.
    LWT_FAIL,
}

/// No error.
pub const LWT_OK: c_int = 0;
/// The promise was cancelled, `Lwt.Canceled`.
pub const LWT_CANCELED: c_int = 1;
/// A NULL, stale or foreign handle, or an argument out of its bounds.
pub const LWT_INVALID_ARGUMENT: c_int = 2;
/// The handle belongs to another thread.
pub const LWT_WRONG_THREAD: c_int = 3;
/// `Failure`: a failure that is told in words.
pub const LWT_FAILURE: c_int = 4;
/// `Not_found`.
pub const LWT_NOT_FOUND: c_int = 5;
/// A system call failed; `lwt_exn_errno` tells how.
pub const LWT_UNIX_ERROR: c_int = 6;
/// `End_of_file`.
pub const LWT_END_OF_FILE: c_int = 7;
/// `Lwt_unix.Timeout`.
pub const LWT_TIMEOUT: c_int = 8;
/// There is none: at the end of a stream, in an empty sequence, after no attempt;
/// `Lwt_stream.Empty`, `Lwt_sequence.Empty`.
pub const LWT_EMPTY: c_int = 9;
/// The channel, stream or pool is closed.
pub const LWT_CLOSED: c_int = 10;
/// `Lwt_stream.Full`.
pub const LWT_FULL: c_int = 11;
/// The wakener was released before it was used.
pub const LWT_ABANDONED: c_int = 12;
/// Memory, or room for handles, ran out.
pub const LWT_OUT_OF_MEMORY: c_int = 13;
/// The main loop has nothing left that could resolve the promise.
pub const LWT_STALLED: c_int = 14;
/// The switch is off, `Lwt_switch.Off`.
pub const LWT_OFF: c_int = 15;
/// A condition that LWT_ASSERT of `lwt_syntax.h` names does not hold,
/// `Assert_failure`.
pub const LWT_ASSERT_FAILED: c_int = 16;
/// This system has no such call, or an optional part is missing,
/// `Lwt_sys.Not_available`; `lwt_exn_function` tells which.
pub const LWT_NOT_AVAILABLE: c_int = 17;
/// In the child of `lwt_unix_fork`: what the promise waits for is done by a thread
/// of the parent.
pub const LWT_FORKED: c_int = 18;
/// The logger is closed, `Lwt_log.Logger_closed`.
pub const LWT_LOGGER_CLOSED: c_int = 19;
/// The input of a line was broken off, `Lwt_read_line.Interrupt`.
pub const LWT_INTERRUPT: c_int = 20;
/// TLS failed; `lwt_ssl_error_of` of `lwt_ssl.h` tells how.
pub const LWT_SSL: c_int = 21;
