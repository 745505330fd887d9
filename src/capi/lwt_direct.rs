//! `lwt_direct.h`: module Lwt_direct, plain sequential code on promises.
//!
//! ```c
//! static lwt_value greet(void *name) {
//!   lwt_exn *exn;
//!   lwt_await(lwt_unix_sleep(0.1), &exn);
//!   if (exn) return lwt_raise(exn);
//!   printf("hello, %s\n", (const char *)name);
//!   return LWT_UNIT;
//! }
//! ... lwt_main_run(lwt_spawn(greet, "world", NULL, 0), NULL);
//! ```

use crate::abi::{LWT_OK, lwt_compute_fn, lwt_drop_fn, lwt_exn, lwt_key, lwt_t, lwt_value};
use crate::debug::{self, passed, site};
use crate::direct::{self, Task};
use crate::exn::{self, Exn};
use crate::handle::local::local;
use crate::promise::{self, Outcome, Promise, storage};
use crate::rte::Place;
use crate::value::{Env, Value};
use std::ffi::{c_char, c_int, c_void};

/// Runs `f(env)` on a stack of its own: a fiber, which may call lwt_await and
/// lwt_yield. It does not start inside this call, but in the next round of the
/// calling thread's main loop. Fibers that are ready run first in, first out;
/// a round runs at most twice as many as were ready at its start, and never
/// more than 10,000, and there are two rounds in each turn of the main loop.
///
/// Owns `env` and drops it with `drop_env` (NULL: nothing to drop) once f has
/// returned, or when it never will. `stack_size` is rounded up to a power of
/// two, 64 KiB at least; 0 stands for 256 KiB. A stack is address space, not
/// memory: it takes the pages that were touched, one or two as a rule.
///
/// Returns a promise of f's value, owned by the caller; inside f, lwt_raise and
/// lwt_owned say how it fails, or what drops the value. Cancelling the promise
/// cancels what f awaits, in the next round: lwt_await then fails with
/// LWT_CANCELED, as a rule, and f goes on from there. If f awaits nothing just
/// then, the next pending promise that it awaits is cancelled, once; and if f
/// has not begun, it never does: the promise fails with LWT_CANCELED in the next
/// round. The promise fails at once with
/// LWT_INVALID_ARGUMENT: f is NULL, stack_size is beyond 1 GiB, or the thread
/// is about to end;
/// LWT_OUT_OF_MEMORY: there is no room for another stack (where the kernel is
/// older than 6.13, vm.max_map_count allows some 32,000).
///
/// f must leave its stack by returning: no longjmp, pthread_exit or C++
/// exception out of it. A fiber that can't go on is taken away as it is: when
/// its thread ends, or when it awaits what nothing can resolve any more (a
/// wakener was forgotten). Its environment is dropped, its stack is used
/// again, and its promise stays pending for ever; but nothing on the stack
/// runs any more, so that what its local variables own is lost.
///
/// The scope that is current here is so in f (lwt_switch.h), over every await,
/// and nothing else that is bound is seen there (lwt_direct_storage_set).
///
/// On any thread. The first call makes a handler for SIGSEGV and SIGBUS, which
/// hands all faults to the handler there was, but for one: a fiber that needs
/// more stack than it has dies by SIGSEGV, with a line on standard error that
/// says so. (A function with more than 64 KiB of local variables may step over
/// the guard: build it with -fstack-clash-protection.) The manual knows no fibers: see Lwt_direct of Lwt 6.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_spawn(
    f: lwt_compute_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    stack_size: usize,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    match f {
        Some(f) => direct::spawn(Task { f, env }, stack_size),
        None => promise::failed(Exn::invalid("lwt_spawn: the function is NULL")),
    }
    .into_raw()
}

/// As lwt_spawn, but without a promise: nobody waits for f. Its value is
/// dropped; what it raises, and each failure of lwt_spawn, goes to the async
/// exception hook. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_spawn_in_the_background(
    f: lwt_compute_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    stack_size: usize,
) {
    let env = Env::new(env, drop_env);
    match f {
        Some(f) => direct::spawn_in_the_background(Task { f, env }, stack_size),
        None => {
            exn::unhandled(Exn::invalid(
                "lwt_spawn_in_the_background: the function is NULL",
            ));
        }
    }
}

/// Waits for `p`, which it consumes, and returns its value, which the caller
/// then owns. If p has been resolved, it returns at once; if not, the fiber
/// sleeps, and goes on in a later round.
///
/// Sets `*exn` to NULL, or on failure to the exception, owned by the caller,
/// and then returns LWT_UNIT. With `exn` NULL a failure goes to the async
/// exception hook. It fails as p does, and with
/// LWT_INVALID_ARGUMENT: p is NULL, stale or no promise; this is not a fiber;
/// or p is pending and this is a callback that runs because a promise is being
/// resolved, which would have to wait too;
/// LWT_WRONG_THREAD: p belongs to another thread (and is not consumed).
///
/// A value that p shared with other promises is theirs no more. In a fiber.
///
/// # Safety
/// `exn` is NULL or may be written through.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_await(p: *mut lwt_t, exn: *mut *mut lwt_exn) -> lwt_value {
    let outcome = Promise::from_raw(p, "lwt_await").and_then(direct::await_promise);
    // SAFETY: the caller's promise.
    unsafe { told(outcome, exn) }
}

/// As lwt_await, for macros, which tell the place that the user wrote: tracing
/// has it (lwt_rte.h), and while debugging is on the backtrace of a failure
/// (lwt_debug.h). `file` and `function` may be NULL, which is unknown, and have
/// to last as long as the program: `__FILE__` and `__func__`.
///
/// # Safety
/// As lwt_await; the texts are NULL, or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_await_at(
    p: *mut lwt_t,
    exn: *mut *mut lwt_exn,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> lwt_value {
    let place = Place { file, line };
    let outcome = Promise::from_raw(p, "lwt_await")
        .and_then(|promise| direct::await_at(promise, Some(place)));
    if outcome.is_err() && debug::is_on(local()) {
        // SAFETY: the caller's promise.
        passed::tell_returned(unsafe { site::told(file, line, function) });
    }
    // SAFETY: the caller's promise.
    unsafe { told(outcome, exn) }
}

/// A value, or NULL and the exception through `exn`, if that is not NULL.
///
/// # Safety
/// `exn` is NULL or may be written through.
#[inline(always)]
unsafe fn told(outcome: Outcome, exn: *mut *mut lwt_exn) -> lwt_value {
    let (value, failure) = match outcome {
        Ok(value) => (value, None),
        Err(failure) => (Value::UNIT, Some(failure)),
    };
    if !exn.is_null() {
        let raw = failure.map_or(std::ptr::null_mut(), Exn::into_raw);
        // SAFETY: the caller lets us write through it.
        unsafe { *exn = raw };
    } else if let Some(failure) = failure {
        exn::unhandled(failure);
    }
    value.into_parts().0
}

/// Lets the other fibers and the main loop run: the fiber goes to the back of
/// the queue. Outside a fiber, and in a callback that runs because a promise is
/// being resolved, it returns at once, and an exception LWT_INVALID_ARGUMENT
/// goes to the async exception hook. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_yield() {
    if let Err(failure) = direct::yield_now() {
        exn::unhandled(failure);
    }
}

/// Is the calling code running in a fiber? On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_in_fiber() -> bool {
    direct::in_fiber()
}

/// Makes a key, as lwt_new_key does. NULL: there are no more. On any thread;
/// any thread may use the key.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_direct_storage_new_key() -> *mut lwt_key {
    storage::new_key()
}

/// Asks what `key` is bound to at present, as lwt_get does: in a fiber, what
/// the fiber has set. Sets `*value`, which is borrowed until the binding is
/// replaced or removed, and returns true; or returns false: not set, or key is
/// no key. `value` may be NULL.
///
/// # Safety
/// `value` is NULL or may be written through.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_direct_storage_get(
    key: *const lwt_key,
    value: *mut lwt_value,
) -> bool {
    let found = storage::get(key);
    if let Some(word) = found
        && !value.is_null()
    {
        // SAFETY: the caller lets us write through it.
        unsafe { *value = word };
    }
    found.is_some()
}

/// Binds `key` to `value` for the rest of the fiber. A fiber begins with no
/// key bound (only the current scope goes on in it), and another fiber does not see what this one binds; callbacks
/// that this one attaches to promises see what was bound at that moment.
///
/// Owns `value`, and drops it with `drop_value` (NULL: a plain word) when it
/// has been replaced or removed, or the fiber has ended, and no callback can
/// see it any more; at once when the call fails.
///
/// Returns LWT_OK, or
/// LWT_INVALID_ARGUMENT: key is no key; or this is not a fiber, but a callback
/// that a resolution runs, or what lwt_with_value runs;
/// LWT_OUT_OF_MEMORY. In a fiber.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_direct_storage_set(
    key: *const lwt_key,
    value: lwt_value,
    drop_value: lwt_drop_fn,
) -> c_int {
    let value = Value::new(value, drop_value);
    let done = direct::storage::set("lwt_direct_storage_set", key, Some(value));
    done.map_or_else(|exn| exn.kind(), |()| LWT_OK)
}

/// Removes what `key` is bound to, for the rest of the fiber. Returns as
/// lwt_direct_storage_set does. In a fiber.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_direct_storage_remove(key: *const lwt_key) -> c_int {
    let done = direct::storage::set("lwt_direct_storage_remove", key, None);
    done.map_or_else(|exn| exn.kind(), |()| LWT_OK)
}
