//! `lwt_main.h`: threads with main loops of their own, and what they may ask of
//! each other. Our own, beside module Lwt_main.

use crate::abi::{
    LWT_CLOSED, LWT_INVALID_ARGUMENT, LWT_OK, lwt_drop_fn, lwt_t, lwt_thunk_fn, lwt_unit_fn,
};
use crate::exn::Exn;
use crate::handle::remote::Remote;
use crate::handle::threads;
use crate::promise::{self, call};
use crate::scheduler::door;
use crate::scheduler::threads::{post, visit};
use crate::value::{Across, Env};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::Arc;

/// A thread that uses the library. Any thread may use it.
#[repr(C)]
pub struct lwt_main_thread {
    _private: [u8; 0],
}

/// The thread behind a handle. None: it is none.
pub(super) fn thread(handle: *const lwt_main_thread) -> Option<Arc<Remote>> {
    threads::get(handle as usize as u64)
}

pub(super) fn no_thread(function: &str) -> Exn {
    Exn::invalid(&format!("{function}: the handle of the thread is none"))
}

/// Returns a handle of the calling thread, for other threads to post to; the
/// caller owns it (lwt_main_thread_release). NULL if memory ran out. The handles of
/// one thread are equal.
///
/// As long as anybody holds a handle of a thread somebody may still post to it:
/// its main loop waits for that, and does not fail with LWT_STALLED. So whoever
/// needs no answers any more should release it. (In the child of a fork, handles
/// that other threads of the parent held count on.)
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_self() -> *mut lwt_main_thread {
    drop(door::current()); // its scheduler is there before anybody posts
    threads::current().map_or(ptr::null_mut(), |bits| bits as usize as *mut _)
}

/// One more reference to a handle: returns the same handle, to be released once
/// more; NULL if it is none. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_thread_retain(thread: *const lwt_main_thread) -> *mut lwt_main_thread {
    match threads::retain(thread as usize as u64) {
        true => thread.cast_mut(),
        false => ptr::null_mut(),
    }
}

/// Gives up a reference to a handle. Does nothing with what is none. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_thread_release(thread: *mut lwt_main_thread) {
    threads::release(thread as usize as u64);
}

/// Has the thread ended? In the child of a fork all threads have but the one that
/// forked. True for what is no handle. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_thread_has_ended(thread: *const lwt_main_thread) -> bool {
    self::thread(thread).is_none_or(|thread| thread.has_ended())
}

/// Calls `f(env)` on that thread, which is borrowed, in a turn of its main loop,
/// and wakes that if it sleeps. What one thread posts to another is called in that
/// order. What `f` raises goes to the async exception hook. Posting to the calling
/// thread itself is no different.
///
/// Returns LWT_OK. The thread may still end before its loop gets to it: then `f` is
/// not called. Otherwise LWT_INVALID_ARGUMENT if `thread` is no handle or `f` NULL,
/// LWT_CLOSED if the thread has ended. `drop_env` is called once: on that thread,
/// after `f` or when it will not be called; on the calling thread, before this
/// returns, if it fails.
///
/// On any thread. It takes a lock and allocates: a signal handler uses
/// lwt_unix_send_notification.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`, on that thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_post(
    thread: *const lwt_main_thread,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Across(Env::new(env, drop_env));
    let (Some(f), Some(target)) = (f, self::thread(thread)) else {
        return LWT_INVALID_ARGUMENT;
    };
    let posted = post(&target, move || {
        let env = env.get();
        // SAFETY: the caller says that `f` may be called with `env` there.
        call::unit_of(f as usize, || unsafe { f(env.word()) });
    });
    posted.map_or(LWT_CLOSED, |()| LWT_OK)
}

/// Calls `f(env)` on that thread, which is borrowed, in a turn of its main loop, and
/// returns a promise here, the caller's, that resolves as the one that `f` returns
/// there: a promise of one scheduler, awaited on another.
///
/// The value's word is copied. An owned value moves here (as lwt_take moves it), so
/// its drop function must be one that any thread may call, and nothing there may
/// use it any more. Values that are handles of that thread are of no use here, but
/// for promises: see lwt_main_import.
///
/// Cancelling the promise loses nothing: `f` is not called if it was not yet, and
/// otherwise the promise of `f` is cancelled there; the promise here resolves when
/// that one has. While it is pending the main loop here does not fail with
/// LWT_STALLED.
///
/// It fails with what `f` raises or its promise fails with; with
/// LWT_INVALID_ARGUMENT if `thread` is no handle or `f` NULL; with LWT_CLOSED if the
/// thread has ended, or ends before that promise has resolved; with LWT_FORKED in
/// the child of lwt_unix_fork, unless it is the thread that forked.
/// `drop_env` is called once: on that thread, after `f` or when it will not be
/// called; or here, if the call fails. On any thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`, on that thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_run_on(
    thread: *const lwt_main_thread,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_main_run_on";
    let env = Across(Env::new(env, drop_env));
    let promise = match (f, self::thread(thread)) {
        (None, _) => promise::failed(super::closure::null(NAME)),
        (_, None) => promise::failed(no_thread(NAME)),
        (Some(f), Some(target)) => visit::visit(target, NAME, move || {
            let env = env.get();
            // SAFETY: the caller says that `f` may be called with `env` there.
            call::promise_of(f as usize, NAME, || unsafe { f(env.word()) })
        }),
    };
    promise.into_raw()
}

/// A promise here, the caller's, that resolves as `p` does, which may be of any
/// thread: `p`, of which the caller has a reference, is consumed (on its own thread,
/// when the request gets there). Of a promise of the calling thread it is that one.
/// For values, cancelling, and the end of that thread see lwt_main_run_on: there `p`
/// would be what `f` returns.
///
/// Fails with what `p` fails with; with LWT_INVALID_ARGUMENT if `p` is no promise, or
/// was released before the request got there; with LWT_CLOSED and LWT_FORKED as
/// lwt_main_run_on. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_import(p: *mut lwt_t) -> *mut lwt_t {
    visit::import(p as usize as u64, "lwt_main_import").into_raw()
}
