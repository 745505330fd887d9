//! Sequence-local storage: an immutable map, as a list of bindings from the
//! youngest to the oldest. The current map is a number in the thread's block;
//! a callback that waits holds the map of its attachment.
//!
//! A binding is a slot: `a` the value, `b` its drop function, `f` the key,
//! `env` the older binding, `drop` 1 if the key is hidden.

use super::call;
use super::state::*;
use crate::abi::{lwt_key, lwt_thunk_fn};
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::region::seed;
use crate::handle::slot::{HELD, Id, Slot};
use crate::value::{Env, Value};
use once_cell::sync::Lazy;
use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many keys there are. Keys are never given back.
static KEYS: AtomicU32 = AtomicU32::new(0);

/// `Lwt.new_key`. NULL after four thousand million.
pub fn new_key() -> *mut lwt_key {
    // Relaxed: a key reaches another thread through something that orders.
    let next = |count: u32| count.checked_add(1);
    match KEYS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
        Ok(number) => handle_of(number) as usize as *mut lwt_key,
        Err(_) => std::ptr::null_mut(),
    }
}

/// The handle of a key: its number, and bits that only this process knows, which
/// stand where an exception has its generation.
fn handle_of(number: u32) -> u64 {
    static SECRET: Lazy<u64> = Lazy::new(seed);
    let mixed = (*SECRET ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    // The top bit is set: no address is a handle. Kind 2: no exception either.
    (mixed | 1 << 63) >> 42 << 42 | 2 << 34 | u64::from(number)
}

/// Is it the handle of a key?
pub fn is_key(key: *const lwt_key) -> bool {
    let bits = key as usize as u64;
    (bits as u32) < KEYS.load(Ordering::Relaxed) && bits == handle_of(bits as u32)
}

/// The map at present, held by the caller from now on.
#[inline(always)]
pub fn snapshot(local: &Local) -> u64 {
    let id = local.storage.get();
    if id != 0 {
        local.at(id).hold();
    }
    u64::from(id)
}

/// Gives up a map that a snapshot held. User code may run.
#[inline(always)]
pub fn release(local: &Local, map: Id) {
    if map != 0 {
        release_binding(local, map);
    }
}

/// Ends the time in which a snapshot was current, and gives it up.
#[inline(always)]
pub fn leave(local: &Local, map: Id) {
    if map != 0 {
        local.storage.set(0);
        release_binding(local, map);
    }
}

#[cold]
fn release_binding(local: &Local, map: Id) {
    take_bindings(local, map, drop);
}

/// Gives up a map that a snapshot held, and puts what was bound into `drops`.
pub fn release_later(local: &Local, map: Id, drops: &mut Vec<Value>) {
    take_bindings(local, map, |value| drops.push(value));
}

fn take_bindings(local: &Local, mut map: Id, mut give: impl FnMut(Value)) {
    while map != 0 {
        let slot = local.at(map);
        if slot.state() != STORAGE {
            break; // the end of the thread has dropped it before what held it
        }
        slot.refs.set(slot.refs.get() - HELD);
        if slot.refs.get() != 0 {
            break;
        }
        let older = slot.env.get() as Id;
        // SAFETY: a binding owns its value, and ends here.
        let value = unsafe { owned(slot.a.get(), slot.b.get()) };
        local.give_slot(map, slot);
        give(value);
        map = older;
    }
}

/// `Lwt.get`: what a key is bound to at present.
pub fn get(key: *const lwt_key) -> Option<*mut c_void> {
    let local = local();
    find(local, local.storage.get(), key)
}

/// What a map binds a key to.
fn find(local: &Local, map: Id, key: *const lwt_key) -> Option<*mut c_void> {
    let mut id = map;
    while id != 0 {
        let slot = local.at(id);
        if slot.f.get() == key as usize as u64 {
            return (slot.drop.get() == 0).then(|| slot.a.get() as usize as *mut c_void);
        }
        id = slot.env.get() as Id;
    }
    None
}

/// `Lwt.with_value`: `f` runs with the key bound, or hidden.
pub fn with_value(key: *const lwt_key, value: Option<Value>, f: lwt_thunk_fn, env: Env) -> u64 {
    const NAME: &str = "lwt_with_value";
    let local = local();
    let Some(f) = f else {
        return make(
            local,
            Settled::exn(Exn::invalid("lwt_with_value: the function is NULL")),
        );
    };
    if !is_key(key) {
        return make(
            local,
            Settled::exn(Exn::invalid("lwt_with_value: this is not a key")),
        );
    }
    let Some((id, slot)) = local.take_slot() else {
        return out_of_memory(local);
    };
    let older = snapshot(local);
    fill(local, slot, key as usize as u64, value, older as Id);
    local.storage.set(id);
    // SAFETY: the function and its environment came together from C.
    let result = call::promise_of(f as usize, NAME, || unsafe { f(env.word()) });
    drop(env);
    local.storage.set(older as Id);
    release(local, id);
    result.into_bits()
}

/// A map that is held: the storage of a fiber, which changes in place, or one
/// that the user holds. Dropped, it is given up: user code may run.
#[derive(Default)]
pub struct Map(Id);

impl Map {
    /// The current one.
    pub fn current() -> Map {
        Map(snapshot(local()) as Id)
    }

    /// The same once more.
    pub fn share(&self) -> Map {
        if self.0 != 0 {
            local().at(self.0).hold();
        }
        Map(self.0)
    }

    /// What it binds a key to.
    pub fn get(&self, key: *const lwt_key) -> Option<*mut c_void> {
        find(local(), self.0, key)
    }

    /// Is it the current one?
    pub fn is_current(&self) -> bool {
        local().storage.get() == self.0
    }

    /// Makes it the current one, as long as it is held.
    pub fn make_current(&self) {
        local().storage.set(self.0);
    }

    /// Binds a key, or hides it. The bindings of the key that nobody else can
    /// see are taken out; the caller drops them when the map is whole again.
    /// None: out of memory, or this is not a key.
    pub fn rebind(&mut self, key: *const lwt_key, value: Option<Value>) -> Option<Vec<Value>> {
        if !is_key(key) {
            return None;
        }
        let local = local();
        let bits = key as usize as u64;
        let (id, slot) = local.take_slot()?;
        let mut old = Vec::new();
        let mut younger: Option<&Slot> = None;
        let mut at = self.0;
        while at != 0 {
            let binding = local.at(at);
            if binding.refs.get() != HELD {
                break; // from here on it is shared with others
            }
            let older = binding.env.get() as Id;
            if binding.f.get() == bits {
                match younger {
                    Some(younger) => younger.env.set(u64::from(older)),
                    None => self.0 = older,
                }
                // SAFETY: as in `take_bindings`.
                old.push(unsafe { owned(binding.a.get(), binding.b.get()) });
                local.give_slot(at, binding);
            } else {
                younger = Some(binding);
            }
            at = older;
        }
        fill(local, slot, bits, value, self.0);
        self.0 = id;
        Some(old)
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        release(local(), self.0);
    }
}

/// Makes a slot a binding before `older`, whose hold it takes over.
fn fill(local: &Local, slot: &Slot, key: u64, value: Option<Value>, older: Id) {
    slot.refs.set(HELD);
    slot.set_tag(local.tag(STORAGE, MADE));
    slot.f.set(key);
    slot.env.set(u64::from(older));
    slot.drop.set(u64::from(value.is_none()));
    let bound = Settled::value(value.unwrap_or(Value::UNIT));
    slot.a.set(bound.a);
    slot.b.set(bound.b);
}

/// At the end of the thread.
pub fn drop_contents(slot: &'static Slot) {
    slot.f.set(0); // it binds no key any more for who still holds the map
    // SAFETY: as in `take_bindings`; nobody comes by the slot again.
    drop(unsafe { owned(slot.a.get(), slot.b.get()) });
}
