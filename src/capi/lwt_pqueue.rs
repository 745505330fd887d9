//! `lwt_pqueue.h`: module Lwt_pqueue: priority queues.

use crate::abi::*;
use crate::data::pqueue::{Order, Pqueue};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::call;
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A priority queue, `Lwt_pqueue.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_pqueue {
    _private: [u8; 0],
}

fn get(queue: *const lwt_pqueue, function: &str) -> Result<Rc<Pqueue>, Exn> {
    // SAFETY: every queue's handle is made of a `Pqueue`.
    unsafe { object::get(Kind::Pqueue, queue.cast(), function) }
}

fn take(queue: *mut lwt_pqueue, function: &str) -> Result<Rc<Pqueue>, Exn> {
    // SAFETY: every queue's handle is made of a `Pqueue`.
    unsafe { object::release(Kind::Pqueue, queue.cast(), function) }
}

/// A queue for C. What went wrong is raised again.
fn give(queue: Result<Option<Pqueue>, Exn>) -> *mut lwt_pqueue {
    match queue {
        Ok(Some(queue)) => object::new(Kind::Pqueue, Rc::new(queue)).cast(),
        Ok(None) => ptr::null_mut(),
        Err(exn) => call::raise(exn).cast(),
    }
}

/// A queue without elements, `Lwt_pqueue.empty`, ordered by `compare`.
///
/// Consumes `env`, which is dropped after the last queue that is made from this one.
/// Returns the queue, owned by the caller: lwt_pqueue_release. NULL if `compare` is
/// NULL, or memory ran out. On any thread, whose it then is.
///
/// # Safety
/// `compare` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pqueue_create(
    compare: lwt_compare_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_pqueue {
    let env = Env::new(env, drop_env);
    let Some(f) = compare else {
        return ptr::null_mut();
    };
    let identity = [f as usize, env.word() as usize];
    let compare = move |a, b| {
        // SAFETY: the caller's promise.
        let (told, ran) = call::other_of(f as usize, || unsafe { f(a, b, env.word()) });
        ran.map(|()| told.cmp(&0))
    };
    let order = Order::new(Box::new(compare), identity);
    give(Ok(Some(Pqueue::empty(order))))
}

/// One more reference to the same queue, owned by the caller. NULL: it is not a
/// queue of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_retain(q: *const lwt_pqueue) -> *mut lwt_pqueue {
    object::retain(Kind::Pqueue, q.cast()).cast()
}

/// Gives up a reference. An element is dropped when it is in no queue any more.
/// Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_release(q: *mut lwt_pqueue) {
    drop(take(q, ""));
}

/// Are there no elements? `Lwt_pqueue.is_empty`. False also if the handle is bad.
/// On the queue's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_is_empty(q: *const lwt_pqueue) -> bool {
    get(q, "lwt_pqueue_is_empty").is_ok_and(|q| q.is_empty())
}

/// How many elements there are, `Lwt_pqueue.size`, in constant time. 0 if the handle
/// is bad. On the queue's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_size(q: *const lwt_pqueue) -> usize {
    get(q, "lwt_pqueue_size").map_or(0, |q| q.size())
}

/// A queue with one element more, a plain word, `Lwt_pqueue.add`.
///
/// Consumes `q`: `q = lwt_pqueue_add(q, value);`, or with
/// lwt_pqueue_retain(q) to keep what was. Returns the queue, owned by the caller.
/// NULL if `q` is bad, or memory ran out; or if the order raised: that is raised
/// again, as by lwt_raise. On the queue's thread: elsewhere `q` stays as it was.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_add(q: *mut lwt_pqueue, value: lwt_value) -> *mut lwt_pqueue {
    match take(q, "lwt_pqueue_add") {
        Ok(q) => give(q.add(Value::plain(value)).map(Some)),
        Err(_) => ptr::null_mut(),
    }
}

/// As lwt_pqueue_add, with a value that is owned: it is dropped, once, when it is in
/// no queue any more, also when the call fails.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pqueue_add_owned(
    q: *mut lwt_pqueue,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_pqueue {
    let value = Value::new(value, drop);
    match take(q, "lwt_pqueue_add_owned") {
        Ok(q) => give(q.add(value).map(Some)),
        Err(_) => ptr::null_mut(),
    }
}

/// A queue with the elements of two, `Lwt_pqueue.union`. Both must be of the same
/// order: the same function with the same environment.
///
/// Consumes both. Returns the queue, owned by the caller, or NULL as lwt_pqueue_add,
/// and also if the orders differ.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_union(a: *mut lwt_pqueue, b: *mut lwt_pqueue) -> *mut lwt_pqueue {
    let (a, b) = (take(a, "lwt_pqueue_union"), take(b, "lwt_pqueue_union"));
    match (a, b) {
        (Ok(a), Ok(b)) if a.is_like(&b) => give(a.union(&b).map(Some)),
        _ => ptr::null_mut(),
    }
}

/// Stores the least element in `*value`, `Lwt_pqueue.find_min`: borrowed, it lives
/// as long as a queue that it is in.
///
/// Borrows `q`. Returns `LWT_OK`; `LWT_NOT_FOUND` if there is none;
/// `LWT_INVALID_ARGUMENT` if `q` is bad or `value` is NULL, or `LWT_WRONG_THREAD`.
///
/// # Safety
/// `value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pqueue_find_min(q: *const lwt_pqueue, value: *mut lwt_value) -> c_int {
    let q = match get(q, "lwt_pqueue_find_min") {
        Ok(q) if !value.is_null() => q,
        Ok(_) => return LWT_INVALID_ARGUMENT,
        Err(exn) => return exn.kind(),
    };
    match q.min() {
        Some(least) => {
            // SAFETY: the caller's promise.
            unsafe { *value = least };
            LWT_OK
        }
        None => LWT_NOT_FOUND,
    }
}

/// The least element, `Lwt_pqueue.lookup_min`, borrowed as by lwt_pqueue_find_min;
/// `LWT_NONE` if there is none, or `q` is bad. On the queue's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_lookup_min(q: *const lwt_pqueue) -> lwt_value {
    let q = get(q, "lwt_pqueue_lookup_min").ok();
    q.and_then(|q| q.min()).unwrap_or(NONE)
}

/// A queue without the least element, or one of them, `Lwt_pqueue.remove_min`.
///
/// Consumes `q`. Returns the queue, owned by the caller; NULL if `q` was empty, or
/// as lwt_pqueue_add.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pqueue_remove_min(q: *mut lwt_pqueue) -> *mut lwt_pqueue {
    match take(q, "lwt_pqueue_remove_min") {
        Ok(q) => give(q.remove_min()),
        Err(_) => ptr::null_mut(),
    }
}
