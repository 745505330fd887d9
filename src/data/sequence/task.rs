//! `Lwt.add_task_r`, `Lwt.add_task_l`: a task whose wakener is a node of a
//! sequence, from which cancelling removes it.

use super::{Node, Sequence, Side};
use crate::abi::LWT_OK;
use crate::exn::Exn;
use crate::promise::state::TASK;
use crate::promise::{Promise, failed, node, wakener};
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::rc::Weak;

/// The drop function of a wakener in a sequence.
unsafe extern "C" fn forget(wakener: *mut c_void) {
    wakener::forget(wakener as usize as u64);
}

/// The cancel callback: the node goes.
unsafe extern "C" fn remove(env: *mut c_void) {
    // SAFETY: the environment made below, which is still its owner's.
    let node = std::mem::ManuallyDrop::new(unsafe { Weak::from_raw(env.cast::<Node>()) });
    if let Some(node) = node.upgrade() {
        node.remove();
    }
}

/// The drop function of that environment.
unsafe extern "C" fn drop_env(env: *mut c_void) {
    // SAFETY: the environment made below, once.
    drop(unsafe { Weak::from_raw(env.cast::<Node>()) });
}

/// A task whose wakener is added at an end of a sequence. If nobody takes it from
/// there it is forgotten with its node.
pub fn add_task(sequence: &Sequence, side: Side) -> Promise {
    let mut wakener = 0;
    // SAFETY: the place for the wakener may be written; the handle is fresh, or
    // NULL when memory ran out.
    let promise = unsafe {
        let bits = wakener::make_pair(TASK, &raw mut wakener);
        Promise::from_bits(bits)
    };
    if wakener == 0 {
        return promise;
    }
    let value = Value::new(wakener as usize as *mut c_void, Some(forget));
    let node = sequence.add(side, value);
    // The wakener holds the promise: this must not hold the node.
    let weak = std::rc::Rc::downgrade(&node).into_raw();
    let env = Env::new(weak.cast_mut().cast(), Some(drop_env));
    let f = remove as *const () as usize as u64;
    if node::on(node::CANCEL, promise.bits(), Some(f), None, env) != LWT_OK {
        node.remove();
        return failed(Exn::out_of_memory());
    }
    promise
}
