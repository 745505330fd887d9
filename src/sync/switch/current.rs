//! The scope that code runs in: a binding of sequence-local storage, so that
//! callbacks see the scope in which they were attached. Also the handles of
//! switches, as both lead from C to a switch.

use super::Switch;
use crate::abi::{lwt_key, lwt_t};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::Promise;
use crate::promise::storage::{self, Map};
use crate::value::{Env, Value};
use once_cell::sync::Lazy;
use std::ffi::c_void;
use std::rc::Rc;

/// The key. As a number, for any thread to use.
static KEY: Lazy<usize> = Lazy::new(|| storage::new_key() as usize);

fn key() -> *const lwt_key {
    *KEY as *const lwt_key
}

/// The scope that is current.
pub fn current() -> Option<Rc<Switch>> {
    let bound = storage::get(key())?.cast::<Switch>();
    // SAFETY: `within` bound it, and the binding, which is the current one,
    // holds a reference.
    unsafe {
        Rc::increment_strong_count(bound);
        Some(Rc::from_raw(bound))
    }
}

/// What the key is bound to where this scope is current.
fn binding(switch: Rc<Switch>) -> Value {
    unsafe extern "C" fn unbind(switch: *mut c_void) {
        // SAFETY: the binding's reference, given up once.
        drop(unsafe { Rc::from_raw(switch.cast::<Switch>()) });
    }
    Value::new(Rc::into_raw(switch).cast_mut().cast(), Some(unbind))
}

/// Storage with the current scope and nothing else: what a fiber begins with.
/// None: out of memory.
pub fn alone() -> Option<Map> {
    let mut map = Map::default();
    if let Some(scope) = current() {
        map.rebind(key(), Some(binding(scope)))?;
    }
    Some(map)
}

/// Runs `f` with this scope as the current one.
pub fn within(switch: &Rc<Switch>, f: impl FnOnce() -> Promise) -> Promise {
    let mut f = Some(f);
    let bound = binding(switch.clone());
    let env = Env::plain((&raw mut f).cast());
    let result = storage::with_value(key(), Some(bound), Some(caller(&f)), env);
    // SAFETY: a fresh handle, or 0.
    unsafe { Promise::from_bits(result) }
}

type Thunk = unsafe extern "C" fn(*mut c_void) -> *mut lwt_t;

/// The function of C that calls a closure of this type, which can't be named.
fn caller<F: FnOnce() -> Promise>(_: &Option<F>) -> Thunk {
    unsafe extern "C" fn call<F: FnOnce() -> Promise>(f: *mut c_void) -> *mut lwt_t {
        // SAFETY: it points to a variable of `within`, used by this call alone.
        let f = unsafe { &mut *f.cast::<Option<F>>() }.take();
        f.map_or(std::ptr::null_mut(), |f| f().into_raw())
    }
    call::<F>
}

/// The handle of a switch, with a reference for the caller. NULL: out of memory.
pub fn handle(switch: &Rc<Switch>) -> *mut c_void {
    let known = object::retain(Kind::Switch, switch.handle.get());
    if !known.is_null() {
        return known;
    }
    switch.handle.set(object::new(Kind::Switch, switch.clone()));
    switch.handle.get()
}

/// The switch of a handle.
pub(crate) fn of_handle(handle: *const c_void, function: &str) -> Result<Rc<Switch>, Exn> {
    // SAFETY: every handle of this kind is made of a `Switch`, above.
    unsafe { object::get(Kind::Switch, handle, function) }
}

/// Gives up a reference to a handle.
pub(crate) fn release_handle(handle: *mut c_void) {
    // SAFETY: as above.
    drop(unsafe { object::release::<Switch>(Kind::Switch, handle, "") });
}
