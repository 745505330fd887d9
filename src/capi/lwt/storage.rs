//! `lwt.h`, sequence-local storage. Module Lwt.

use super::to_promise;
use crate::abi::*;
use crate::promise::storage;
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::ptr;

/// A new key of sequence-local storage, `Lwt.new_key`. It is the process's, any
/// thread may use it, and it lives as long as the process. NULL when all four
/// thousand million are in use. Manual: "Threads local storage".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_new_key() -> *mut lwt_key {
    storage::new_key()
}

/// What a key is bound to at present on this thread, `Lwt.get`. Stores the
/// value, borrowed, in `*value`, which may be NULL. Returns false, and
/// `LWT_UNIT`, if the key is not bound or none.
///
/// # Safety
/// `value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_get(key: *const lwt_key, value: *mut lwt_value) -> bool {
    let bound = storage::get(key);
    if !value.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *value = bound.unwrap_or(ptr::null_mut()) };
    }
    bound.is_some()
}

/// Runs `f` with a key bound, `Lwt.with_value`, and returns the promise that it
/// returns. Callbacks that are attached to pending promises meanwhile see the
/// binding when they run.
///
/// `*value` is copied; NULL hides the key. `drop_value` (may be NULL) runs on
/// the value once, after the last callback that could still see it. Consumes
/// `env`. Returns a promise that failed with `LWT_INVALID_ARGUMENT` if `key` is
/// no key or `f` is NULL; the value is dropped then. This thread's.
///
/// # Safety
/// `value` is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_with_value(
    key: *const lwt_key,
    value: *const lwt_value,
    drop_value: lwt_drop_fn,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let value = (!value.is_null()).then(|| Value::new(unsafe { *value }, drop_value));
    to_promise(storage::with_value(key, value, f, Env::new(env, drop_env)))
}
