//! Storage maps as values of their own (`Lwt.Private.Sequence_associated_storage`),
//! for what carries them across tasks of another kind, and the one that names
//! tracing spans.

use super::storage::{self, Map};
use super::{Promise, call, failed};
use crate::abi::{lwt_key, lwt_thunk_fn};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::value::{Env, Value};
use once_cell::sync::Lazy;
use std::ffi::{CStr, CString, c_char, c_void};
use std::rc::Rc;

/// `modify_storage`: the map with a key bound to something else, or hidden. One
/// that nobody else has is changed in place. User code may run.
pub fn modify(map: Rc<Map>, key: *const lwt_key, value: Option<Value>) -> Result<Rc<Map>, Exn> {
    if !storage::is_key(key) {
        return Err(Exn::invalid("lwt_modify_storage: this is not a key"));
    }
    let mut map = Rc::try_unwrap(map).unwrap_or_else(|map| map.share());
    let old = map.rebind(key, value).ok_or_else(Exn::out_of_memory)?;
    let map = Rc::new(map);
    drop(old);
    Ok(map)
}

/// Runs `f` with a map in place of the current one.
pub fn with(map: &Rc<Map>, f: lwt_thunk_fn, env: Env) -> Promise {
    const NAME: &str = "lwt_with_storage";
    let Some(f) = f else {
        return failed(Exn::invalid("lwt_with_storage: the function is NULL"));
    };
    let local = local();
    let outside = local.storage.get();
    map.make_current();
    // SAFETY: the function and its environment came together from C.
    let result = call::promise_of(f as usize, NAME, || unsafe { f(env.word()) });
    drop(env);
    local.storage.set(outside);
    result
}

static TRACING: Lazy<usize> = Lazy::new(|| storage::new_key() as usize);

/// `Lwt.with_tracing_context`: `f` runs with the name bound.
pub fn with_tracing(name: &CStr, f: lwt_thunk_fn, env: Env) -> u64 {
    unsafe extern "C" fn free(name: *mut c_void) {
        // SAFETY: made below from a `CString`.
        drop(unsafe { CString::from_raw(name.cast::<c_char>()) });
    }
    let copy = CString::from(name).into_raw();
    let value = Value::new(copy.cast(), Some(free));
    storage::with_value(*TRACING as *const lwt_key, Some(value), f, env)
}

/// The name at present; NULL: none.
pub fn tracing() -> *const c_char {
    let bound = storage::get(*TRACING as *const lwt_key);
    bound.map_or(std::ptr::null(), |name| name.cast_const().cast())
}
