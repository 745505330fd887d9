//! `lwt.h`, sequence-local storage. Module Lwt.

use super::{chars, to_promise};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::storage::{self, Map};
use crate::promise::{self, context};
use crate::value::{Env, Value};
use std::ffi::{c_char, c_void};
use std::ptr;
use std::rc::Rc;

/// A storage: what all keys are bound to. A handle.
#[repr(C)]
pub struct lwt_storage {
    _private: [u8; 0],
}

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

fn map_of(storage: *const lwt_storage, name: &str) -> Result<Rc<Map>, Exn> {
    // SAFETY: all handles of this kind are made by `handle_of`.
    unsafe { object::get(Kind::Storage, storage.cast(), name) }
}

fn handle_of(map: Map) -> *mut lwt_storage {
    object::new(Kind::Storage, Rc::new(map)).cast()
}

/// The storage without any binding, `empty_storage` of
/// `Lwt.Private.Sequence_associated_storage`. For bindings, whose own tasks
/// have to carry the storage with them. Owned by the caller:
/// lwt_storage_release. NULL when memory runs out. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_empty_storage() -> *mut lwt_storage {
    handle_of(Map::default())
}

/// What all keys are bound to at present on this thread, `current_storage`. As
/// lwt_empty_storage; it keeps the values that are bound alive.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_current_storage() -> *mut lwt_storage {
    handle_of(Map::current())
}

/// What `storage` binds a key to, `get_from_storage`. Stores the value,
/// borrowed, in `*value`, which may be NULL. Returns false, and `LWT_UNIT`, if
/// the key is not bound or none, or if a handle is bad. On the thread of the
/// storage.
///
/// # Safety
/// `value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_get_from_storage(
    key: *const lwt_key,
    storage: *const lwt_storage,
    value: *mut lwt_value,
) -> bool {
    let map = map_of(storage, "lwt_get_from_storage");
    let bound = map.ok().and_then(|map| map.get(key));
    if !value.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *value = bound.unwrap_or(ptr::null_mut()) };
    }
    bound.is_some()
}

/// The storage in which a key is bound to `*value` (NULL hides it) and all
/// others as in `storage`, `modify_storage`. Consumes `storage`: other
/// references to it see no change. `drop_value` as in lwt_with_value. NULL if a
/// handle is bad or memory runs out; the value is dropped then. On the thread of
/// the storage.
///
/// # Safety
/// `value` is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_modify_storage(
    key: *const lwt_key,
    value: *const lwt_value,
    drop_value: lwt_drop_fn,
    storage: *mut lwt_storage,
) -> *mut lwt_storage {
    // SAFETY: the caller's promise.
    let value = (!value.is_null()).then(|| Value::new(unsafe { *value }, drop_value));
    // SAFETY: as in `map_of`.
    let map =
        unsafe { object::release::<Map>(Kind::Storage, storage.cast(), "lwt_modify_storage") };
    let map = map.and_then(|map| context::modify(map, key, value));
    map.map_or(ptr::null_mut(), |map| {
        object::new(Kind::Storage, map).cast()
    })
}

/// Runs `f` with all keys bound as `storage` says, and returns the promise that
/// it returns: the assignment of `current_storage`, for the time of a call. As
/// lwt_with_value otherwise; borrows `storage`. Failed with
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if that is a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_with_storage(
    storage: *const lwt_storage,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    match map_of(storage, "lwt_with_storage") {
        Ok(map) => context::with(&map, f, env).into_raw(),
        Err(exn) => promise::failed(exn).into_raw(),
    }
}

/// One more reference to a storage, the same handle. NULL for a bad one. On its
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_storage_retain(storage: *const lwt_storage) -> *mut lwt_storage {
    object::retain(Kind::Storage, storage.cast()).cast()
}

/// Gives up a reference to a storage. Does nothing to a bad handle. On its
/// thread; elsewhere lwt_release_anywhere.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_storage_release(storage: *mut lwt_storage) {
    // SAFETY: as in `map_of`.
    drop(unsafe { object::release::<Map>(Kind::Storage, storage.cast(), "lwt_storage_release") });
}

/// Runs `f` with a name for the tracing spans of what it starts,
/// `Lwt.with_tracing_context`, and returns the promise that it returns; see
/// `lwt_rte.h`. `name` is copied; NULL is the empty name. As lwt_with_value
/// otherwise.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_with_tracing_context(
    name: *const c_char,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let name = unsafe { chars(name) };
    to_promise(context::with_tracing(name, f, Env::new(env, drop_env)))
}

/// The name that lwt_with_tracing_context has given to what runs at present,
/// borrowed until the caller returns to the library; NULL: none. This thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_tracing_context() -> *const c_char {
    context::tracing()
}
