//! `lwt_main.h`: the main loop and its hooks. Module Lwt_main.

use super::lwt::kind;
use crate::abi::{
    LWT_INVALID_ARGUMENT, LWT_OK, lwt_drop_fn, lwt_exn, lwt_t, lwt_thunk_fn, lwt_unit_fn, lwt_value,
};
use crate::promise::{self, Promise, call};
use crate::scheduler::hooks::{self, List};
use crate::scheduler::main_loop;
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;

/// A hook of the main loop. A handle of the thread that added it.
#[repr(C)]
pub struct lwt_main_hook {
    _private: [u8; 0],
}

/// Runs this thread's scheduler until `p` resolves, and returns its value,
/// which the caller then owns. Consumes `p`.
///
/// On failure returns LWT_UNIT and sets *exn, which the caller owns; with
/// `exn` NULL the failure is printed, and the process exits with 2, after its
/// exit hooks. Besides what `p` fails with: LWT_STALLED if nothing is left
/// that could resolve it: no timer, descriptor, job, notification, and nobody
/// outside who may still call in (as long as anybody has a handle of this thread,
/// see lwt_main_self, somebody may); LWT_FAILURE if the loop of this thread is
/// running already; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle;
/// LWT_UNIX_ERROR if the engine can't wait. On success *exn is set to NULL.
///
/// May be called on any thread, each having a scheduler of its own, and again
/// after it has returned. Manual: `Lwt_main.run`, and its old name
/// `Lwt_unix.run`.
///
/// # Safety
/// `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_run(p: *mut lwt_t, exn: *mut *mut lwt_exn) -> lwt_value {
    let outcome = Promise::from_raw(p, "lwt_main_run").and_then(main_loop::run);
    // SAFETY: the caller says that it is NULL or may be written.
    let exn = unsafe { exn.as_mut() };
    match (outcome, exn) {
        (Ok(value), None) => value.into_parts().0,
        (Ok(value), Some(exn)) => {
            *exn = ptr::null_mut();
            value.into_parts().0
        }
        (Err(error), Some(exn)) => {
            *exn = error.into_raw();
            ptr::null_mut()
        }
        (Err(error), None) => main_loop::exit_on_failure(&error),
    }
}

/// Runs this thread's scheduler until `p` has resolved, either way. Borrows
/// `p`. Returns LWT_OK once it has; otherwise a kind of error as in
/// lwt_main_run. Manual: `Lwt_main.run`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_run_until(p: *const lwt_t) -> c_int {
    let result = Promise::borrow_raw(p, "lwt_main_run_until")
        .and_then(|promise| main_loop::run_until(&promise));
    kind(result)
}

/// Returns a descriptor for a loop of another library, or of the program's own,
/// that is to drive this thread's scheduler: it is readable whenever there is
/// something to do (a descriptor is ready, a timer due, a job done, a
/// notification or a posted function has come, a promise was paused, a fiber can
/// go on). Otherwise it is not, but for a time or two when what was waited for
/// is given up: an iteration with nothing to do does no harm. Wait for it with poll(2), or hand it to that loop
/// as any other descriptor, level-triggered; when it is readable call
/// lwt_main_iter(false). Nothing else is needed: what the program does with
/// promises between two iterations makes it readable too. Never read from it,
/// and never close it: it is the scheduler's, and the same at each call.
///
/// It works with the engines "epoll", "io_uring", "poll", "select" and "libev"
/// (those of the first two are built for it), and with lwt_engine_poll_based
/// and lwt_engine_select_based. In the child of a fork it keeps its number.
///
/// Returns the descriptor, or -1 with errno set: ENOTSUP if the current engine
/// can't be embedded: virtual time, an engine written in C, GLib's
/// (lwt_glib_install), or one whose lwt_engine_libev_loop was asked for (and while this is in use none of these
/// can be made current); EMFILE, ENFILE or ENOMEM. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_fd() -> c_int {
    main_loop::descriptor().unwrap_or_else(|error| {
        let errno = error.raw_os_error().unwrap_or(libc::ENOMEM);
        // SAFETY: this thread's own.
        unsafe { *libc::__errno_location() = errno };
        -1
    })
}

/// One turn of the main loop, with its hooks. If `block`, it waits until there
/// is something to do; otherwise it does what there is, and returns. What that
/// has left to do makes lwt_main_fd readable again.
///
/// Returns LWT_OK; LWT_FAILURE if the main loop of this thread is running, as
/// in a callback; LWT_STALLED if `block` and nothing is left to wait for;
/// LWT_UNIX_ERROR if the engine can't wait. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_iter(block: bool) -> c_int {
    kind(main_loop::one_turn(block))
}

/// Returns in how many seconds lwt_main_iter has to be called next, for a loop
/// that has timers of its own: 0 if there is something to do now, negative if
/// there is no timer. It may be called sooner, and has to be whenever
/// lwt_main_fd is readable: that alone is enough. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_timeout() -> f64 {
    main_loop::timeout().map_or(-1.0, |ns| ns as f64 / 1e9)
}

/// Returns a promise that resolves in this turn of the main loop, after what
/// else there is to do. The same as lwt_pause. Manual: `Lwt_main.yield`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_yield() -> *mut lwt_t {
    promise::pause().into_raw()
}

/// Is the main loop of this thread running? Then lwt_main_run would fail.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_is_running() -> bool {
    main_loop::is_running()
}

/// Adds an exit hook that is run before those there are: `f(env)` is called,
/// and the promise it returns waited for in a main loop, when the process
/// exits (by exit(3) or the return of main, on the thread that added it) or
/// when the thread ends. Each hook is run once; failures are ignored; hooks
/// that are added meanwhile are run too. `drop_env` is called after it.
///
/// Returns LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL (`drop_env` is called
/// then). Of this thread. Manual: `Lwt_main.at_exit`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_at_exit(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let Some(f) = f else {
        return LWT_INVALID_ARGUMENT;
    };
    // SAFETY: the caller says that `f` may be called with `env`.
    hooks::at_exit(move || call::promise_of(f as usize, "exit hook", || unsafe { f(env.word()) }));
    LWT_OK
}

/// The hook of a C function, added.
fn add(
    list: List,
    first: bool,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    let env = Env::new(env, drop_env);
    let Some(f) = f else { return ptr::null_mut() };
    // SAFETY: the caller in C says that `f` may be called with `env`.
    let hook = move || call::unit_of(f as usize, || unsafe { f(env.word()) });
    hooks::add(list, first, hook).cast()
}

fn add_exit(
    first: bool,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    let env = Env::new(env, drop_env);
    let Some(f) = f else { return ptr::null_mut() };
    // SAFETY: the caller in C says that `f` may be called with `env`.
    let hook = move || call::promise_of(f as usize, "exit hook", || unsafe { f(env.word()) });
    hooks::add_exit(first, hook).cast()
}

/// Adds a hook: `f(env)` is called at the beginning of each turn of the main
/// loop, before events are looked for, before those there are.
///
/// Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
/// NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
/// thread's scheduler. Manual: `Lwt_main.Enter_iter_hooks.add_first`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_enter_iter_hooks_add_first(
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    add(List::EnterIter, true, f, env, drop_env)
}

/// Adds a hook: `f(env)` is called at the beginning of each turn of the main
/// loop, before events are looked for, after those there are.
///
/// Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
/// NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
/// thread's scheduler. Manual: `Lwt_main.Enter_iter_hooks.add_last`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_enter_iter_hooks_add_last(
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    add(List::EnterIter, false, f, env, drop_env)
}

/// Removes all those hooks. Their handles stay good for lwt_main_hook_remove.
/// Of this thread. Manual: `Lwt_main.Enter_iter_hooks.remove_all`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_enter_iter_hooks_remove_all() {
    hooks::remove_all(List::EnterIter);
}

/// Adds a hook: `f(env)` is called at the end of each turn of the main loop,
/// before those there are.
///
/// Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
/// NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
/// thread's scheduler. Manual: `Lwt_main.Leave_iter_hooks.add_first`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_leave_iter_hooks_add_first(
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    add(List::LeaveIter, true, f, env, drop_env)
}

/// Adds a hook: `f(env)` is called at the end of each turn of the main loop,
/// after those there are.
///
/// Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
/// NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
/// thread's scheduler. Manual: `Lwt_main.Leave_iter_hooks.add_last`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_leave_iter_hooks_add_last(
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    add(List::LeaveIter, false, f, env, drop_env)
}

/// Removes all those hooks. Their handles stay good for lwt_main_hook_remove.
/// Of this thread. Manual: `Lwt_main.Leave_iter_hooks.remove_all`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_leave_iter_hooks_remove_all() {
    hooks::remove_all(List::LeaveIter);
}

/// Adds an exit hook, to be run before those there are: what lwt_main_at_exit
/// does. When and how it is run: see lwt_main_at_exit.
///
/// Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
/// NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Manual:
/// `Lwt_main.Exit_hooks.add_first`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_exit_hooks_add_first(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    add_exit(true, f, env, drop_env)
}

/// Adds an exit hook, to be run after those there are. When and how it
/// is run: see lwt_main_at_exit.
///
/// Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
/// NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Manual:
/// `Lwt_main.Exit_hooks.add_last`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_main_exit_hooks_add_last(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_main_hook {
    add_exit(false, f, env, drop_env)
}

/// Removes all exit hooks: none of those that were added is run. Of this
/// thread. Manual: `Lwt_main.Exit_hooks.remove_all`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_exit_hooks_remove_all() {
    hooks::remove_all_exit();
}

/// Removes a hook of any of the three lists, and consumes its handle. One
/// that has been run or removed meanwhile is no error.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT if the handle is none, or was used
/// before; LWT_WRONG_THREAD. Manual: `Lwt_main.Enter_iter_hooks.remove`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_main_hook_remove(hook: *mut lwt_main_hook) -> c_int {
    kind(hooks::remove(hook.cast()))
}
