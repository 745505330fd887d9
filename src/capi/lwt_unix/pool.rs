//! Pools of worker threads.

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK};
use crate::handle::object::{self, Kind};
use crate::scheduler::job::launch;
use crate::scheduler::job::pools::{DEFAULT, Named};
use crate::scheduler::job::reset_after_fork;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::rc::Rc;

/// A pool with a name, beside the default one. A handle of the thread that made
/// it.
#[repr(C)]
pub struct lwt_unix_pool {
    _private: [u8; 0],
}

/// What a thread runs.
pub type lwt_unix_thread_start = Option<extern "C" fn(data: *mut c_void) -> *mut c_void>;

/// How many threads the default pool may have, `Lwt_unix.pool_size`: 1000 until
/// it is set. Threads are started when jobs need them. When that many are busy,
/// further jobs wait their turn. On any thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_pool_size() -> c_int {
    DEFAULT.size() as c_int
}

/// Sets it, `Lwt_unix.set_pool_size`. Threads that are too many end when they
/// are free. Returns 0, or `LWT_INVALID_ARGUMENT` if `size` is below 1 or above
/// 65536. On any thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_set_pool_size(size: c_int) -> c_int {
    match usize::try_from(size) {
        Ok(size) if DEFAULT.set_size(0, size) => LWT_OK,
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// How many threads the default pool has, `Lwt_unix.thread_count`. On any
/// thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_thread_count() -> c_int {
    DEFAULT.get().threads() as c_int
}

/// How many of them wait for a job, `Lwt_unix.thread_waiting_count`. On any
/// thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_thread_waiting_count() -> c_int {
    DEFAULT.get().waiting() as c_int
}

/// A pool of its own for one sort of jobs, so that others need not wait for
/// them: it may have `size` threads. `name` is borrowed; it is for people.
///
/// Returns a handle that the caller owns (`lwt_unix_pool_release`), for this
/// thread; NULL if `name` is NULL, or `size` below 1 or above 65536.
///
/// Manual: "Jobs".
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_new_pool(name: *const c_char, size: c_int) -> *mut lwt_unix_pool {
    if name.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: not NULL, and as this function asks for.
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    match usize::try_from(size)
        .ok()
        .and_then(|size| Named::new(name.into(), size))
    {
        Some(pool) => object::new(Kind::Pool, Rc::new(pool)).cast(),
        None => std::ptr::null_mut(),
    }
}

/// Gives up a pool, consuming the handle: its threads end when the jobs that
/// were submitted to it are done. Returns 0, `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD`.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_pool_release(pool: *mut lwt_unix_pool) -> c_int {
    // SAFETY: every pool's handle is made of a `Named`.
    match unsafe { object::release::<Named>(Kind::Pool, pool.cast(), "lwt_unix_pool_release") } {
        Ok(_) => LWT_OK,
        Err(exn) => exn.kind(),
    }
}

/// How many threads the pool, which is borrowed, has; -1 if it is not one.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_pool_thread_count(pool: *const lwt_unix_pool) -> c_int {
    const NAME: &str = "lwt_unix_pool_thread_count";
    // SAFETY: every pool's handle is made of a `Named`.
    match unsafe { object::get::<Named>(Kind::Pool, pool.cast(), NAME) } {
        Ok(pool) => pool.get().threads() as c_int,
        Err(_) => -1,
    }
}

/// Starts a thread that runs `start(data)`, detached: it ends by itself, and
/// its result is not kept. It is a thread like any other, with the caller's
/// signal mask. Returns 0 or an errno, EINVAL if `start` is NULL. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `start` may be run on another thread with `data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_launch_thread(
    start: lwt_unix_thread_start,
    data: *mut c_void,
) -> c_int {
    // SAFETY: as this function asks for.
    match start.map(|start| unsafe { launch::detached(start, data) }) {
        Some(Ok(())) => 0,
        Some(Err(errno)) => errno,
        None => libc::EINVAL,
    }
}

/// In the child of a fork(): the pools are empty and have no threads, and jobs
/// of the parent never run nor resolve there, `reset_after_fork`. The library
/// notices a fork() by itself; this is for a child that was made by a bare
/// system call. Elsewhere it does nothing. On the thread that forked.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_reset_after_fork() {
    reset_after_fork();
}
