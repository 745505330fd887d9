//! `lwt_unix.h`, children. Module Lwt_unix.

use crate::abi::{lwt_drop_fn, lwt_t, lwt_thunk_fn};
use crate::capi::closure::{null, thunk};
use crate::capi::text::text;
use crate::promise::failed;
use crate::unix::child::{
    self,
    value::{self, lwt_unix_resource_usage, lwt_unix_wait_result},
};
use std::ffi::{c_char, c_int, c_void};

/// Waits for any child of the process to end, `Lwt_unix.wait`: as
/// lwt_unix_waitpid(0, -1). Mind that it may tell of the children of other parts
/// of the program, who then find that theirs is gone.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_wait() -> *mut lwt_t {
    child::wait(-1, 0, c"waitpid", value::whole).into_raw()
}

/// Waits for a child, `Lwt_unix.waitpid`: `pid` greater than 0: that one; -1: any;
/// 0: any of this process group; less than -1: any of the process group -pid.
/// The value is a `struct lwt_unix_wait_result *`, owned by the promise:
/// lwt_unix_wait_result_release. Mind the order of the arguments, which is Lwt's and
/// not that of waitpid(2): the flags come first.
///
/// `flags`: 0, or of WNOHANG (the promise is resolved already, with the pid 0 if
/// there is nothing to tell), WUNTRACED and WCONTINUED (also a child that was
/// stopped, or went on, is told of), of <sys/wait.h>.
///
/// Cancelling the promise loses nothing: the child stays to be waited for. When
/// several wait for one child, on this thread or others, one of them is told.
///
/// Fails with LWT_UNIX_ERROR (ECHILD: there is no such child, or another wait
/// was told of it; function "waitpid"), also when that happens later;
/// LWT_INVALID_ARGUMENT for other flags; LWT_OUT_OF_MEMORY; LWT_CANCELED. On any
/// thread; the main loop of that thread waits: for one child by a descriptor of
/// the process (pidfd_open), otherwise by a handler of SIGCHLD, which is there
/// while it is needed.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_waitpid(flags: c_int, pid: c_int) -> *mut lwt_t {
    child::wait(pid, flags, c"waitpid", value::whole).into_raw()
}

/// The same, `Lwt_unix.wait4`; the function of a failure is "wait4". (Here
/// lwt_unix_waitpid tells what the child has used, too.)
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_wait4(flags: c_int, pid: c_int) -> *mut lwt_t {
    child::wait(pid, flags, c"wait4", value::whole).into_raw()
}

/// Frees what lwt_unix_waitpid told, if it was taken out of the promise; nothing
/// for NULL. On any thread.
///
/// # Safety
/// It came from there, and was not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_wait_result_release(result: *mut lwt_unix_wait_result) {
    // SAFETY: as this function asks for.
    unsafe { libc::free(result.cast()) }
}

/// Frees what lwt_process_rusage told, if it was taken out of the promise;
/// nothing for NULL. On any thread.
///
/// # Safety
/// It came from there, and was not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_resource_usage_release(usage: *mut lwt_unix_resource_usage) {
    // SAFETY: as this function asks for.
    unsafe { libc::free(usage.cast()) }
}

/// How many wait for children on this thread, `Lwt_unix.wait_count`: promises of
/// lwt_unix_waitpid and its kin that are pending, and children that the library
/// itself sees to, those of lwt_unix_system and `lwt_process.h`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_wait_count() -> usize {
    child::count()
}

/// Does lwt_unix_wait4 tell what a child has used, `Lwt_unix.has_wait4`? Yes.
/// On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_has_wait4() -> bool {
    true
}

/// Has the shell, /bin/sh, run a command, `Lwt_unix.system`. `line` is borrowed
/// until the call returns. The value is the status as an LWT_INT, as wait(2)
/// tells it: WEXITSTATUS(LWT_TO_INT(value)) is 127 if the shell could not be
/// run.
///
/// Cancelling the promise loses nothing but the answer: the command goes on, and
/// the library still waits for its end. Fails with LWT_INVALID_ARGUMENT if
/// `line` is NULL, LWT_UNIX_ERROR (EAGAIN, ENOMEM: there can't be a further
/// process; function "fork"; ECHILD: another wait was told of it, "wait4"),
/// LWT_OUT_OF_MEMORY and LWT_CANCELED. On any thread.
///
/// # Safety
/// `line` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_system(line: *const c_char) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let line = unsafe { text(line, "lwt_unix_system", "the command") };
    line.map_or_else(failed, child::system).into_raw()
}

/// Calls `f(env)`, `Lwt_unix.handle_unix_error`: the result is the promise that
/// it returns. If that fails with LWT_UNIX_ERROR, the message is printed on
/// standard error and the process exits with 2, after its exit hooks.
///
/// `drop_env` runs once, after `f` has returned. Fails with
/// LWT_INVALID_ARGUMENT if `f` is NULL; otherwise as that promise. On any
/// thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_handle_unix_error(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_handle_unix_error";
    let promise = match thunk(NAME, f, env, drop_env) {
        Some(f) => child::handle_unix_error(f),
        None => failed(null(NAME)),
    };
    promise.into_raw()
}
