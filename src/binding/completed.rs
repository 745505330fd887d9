//! Promises that a runtime watches, and those of them that have resolved, in a
//! queue: it asks for many at a time, and the library calls none of its
//! functions. Each runtime of a thread has a queue of its own, by a key. `lwt_binding.h` is generated from this file too.
#![allow(non_camel_case_types)]

use super::mine;
use crate::abi::{LWT_ABANDONED, LWT_OK, LWT_OUT_OF_MEMORY, lwt_drop_fn, lwt_exn, lwt_value};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::{self, Outcome, Promise};
use crate::value::Env;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::ptr;

/// What has become of a promise that was watched.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_binding_completion {
    /// What lwt_binding_watch was given.
    pub token: *mut c_void,
    /// The value, yours, as lwt_take moves it out; `LWT_UNIT` if the promise has
    /// failed.
    pub value: lwt_value,
    /// The value's drop function; NULL for a plain word.
    pub drop: lwt_drop_fn,
    /// What it has failed with, yours (lwt_exn_release); NULL if it has not.
    pub exn: *mut lwt_exn,
}

/// A promise that is watched.
struct Watched {
    promise: Promise,
    key: usize,
    token: *mut c_void,
}

/// Those of one runtime that have resolved, the first first.
struct Queue {
    key: usize,
    waiting: VecDeque<Watched>,
    /// Has one come since its owner has found it empty, or the loop was told?
    fresh: bool,
}

/// The queues of a thread; there are few.
#[derive(Default)]
pub(super) struct Queues(RefCell<Vec<Queue>>);

impl Queues {
    fn push(&self, watched: Watched) {
        let mut all = self.0.borrow_mut();
        let at = all.iter().position(|queue| queue.key == watched.key);
        let at = at.unwrap_or_else(|| {
            all.push(Queue {
                key: watched.key,
                waiting: VecDeque::new(),
                fresh: false,
            });
            all.len() - 1
        });
        all[at].waiting.push_back(watched);
        all[at].fresh = true;
    }

    fn pop(&self, key: usize) -> Option<Watched> {
        let mut all = self.0.borrow_mut();
        let queue = all.iter_mut().find(|queue| queue.key == key)?;
        let next = queue.waiting.pop_front();
        if next.is_none() {
            queue.fresh = false;
        }
        next
    }

    /// Is something there that nobody was told of? It is told once.
    fn take_fresh(&self) -> bool {
        let mut any = false;
        for queue in self.0.borrow_mut().iter_mut() {
            any |= std::mem::take(&mut queue.fresh);
        }
        any
    }

    /// Takes back the last one, if it is this token's.
    fn take_back(&self, key: usize, token: *mut c_void) -> Option<Watched> {
        let mut all = self.0.borrow_mut();
        let queue = all.iter_mut().find(|queue| queue.key == key)?;
        match queue.waiting.back() {
            Some(last) if last.token == token => queue.waiting.pop_back(),
            _ => None,
        }
    }
}

/// Watches a promise. Returns `LWT_OK` or what is wrong.
pub fn watch(key: usize, promise: Promise, token: *mut c_void) -> c_int {
    let handle = promise.clone();
    let watched = Watched {
        promise,
        key,
        token,
    };
    if handle.is_dead() {
        // There is nothing to wait for, and nobody would tell.
        return match mine(local()) {
            Some(mine) => {
                mine.completed.push(watched);
                local().tell_loop();
                LWT_OK
            }
            None => LWT_OUT_OF_MEMORY,
        };
    }
    let watched = Box::into_raw(Box::new(watched));
    match promise::watch(&handle, Env::new(watched.cast(), Some(over))) {
        LWT_OK => LWT_OK,
        // It is in the queue, since the environment was dropped: the last one.
        wrong => {
            let last = mine(local()).and_then(|mine| mine.completed.take_back(key, token));
            drop(last);
            wrong
        }
    }
}

/// It has been resolved, or never will be.
unsafe extern "C" fn over(watched: *mut c_void) {
    // SAFETY: made by `watch`, and dropped once.
    let watched = unsafe { Box::from_raw(watched.cast::<Watched>()) };
    let local = local();
    if let Some(mine) = mine(local) {
        mine.completed.push(*watched);
        local.tell_loop();
    }
}

/// Has a promise that is watched resolved, and nobody has looked since? It is told
/// once.
pub fn take_fresh() -> bool {
    mine(local()).is_some_and(|mine| mine.completed.take_fresh())
}

/// The next under a key that has resolved. Who finds that there is none may be the
/// one who drives the loop, and what came for another runtime is told to that once
/// more: the turn that it came in was not its.
pub fn next(key: usize) -> Option<lwt_binding_completion> {
    let local = local();
    let queues = &mine(local)?.completed;
    let Some(Watched { promise, token, .. }) = queues.pop(key) else {
        if local.outside.get().is_some() && queues.take_fresh() {
            local.tell_loop();
        }
        return None;
    };
    let outcome = promise.take().unwrap_or_else(|| Err(abandoned()));
    Some(told(token, outcome))
}

fn abandoned() -> Exn {
    Exn::new(
        LWT_ABANDONED,
        "lwt_binding_watch: nothing can resolve the promise any more",
    )
}

fn told(token: *mut c_void, outcome: Outcome) -> lwt_binding_completion {
    let (value, drop, exn) = match outcome {
        Ok(value) => {
            let (word, drop) = value.into_parts();
            (word, drop, ptr::null_mut())
        }
        Err(exn) => (ptr::null_mut(), None, exn.into_raw()),
    };
    lwt_binding_completion {
        token,
        value,
        drop,
        exn,
    }
}
