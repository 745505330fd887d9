//! Handing descriptors over to other threads.

use super::fd::{into_handle, lwt_unix_fd, of_handle};
use crate::abi::{LWT_CLOSED, LWT_UNIX_ERROR, lwt_drop_fn, lwt_t};
use crate::capi::lwt_main_thread::{lwt_main_thread, no_thread, thread};
use crate::exn::Exn;
use crate::handle::remote::Remote;
use crate::promise::{Promise, call, failed};
use crate::scheduler::threads::visit;
use crate::value::{Across, Env};
use std::ffi::{c_int, c_void};
use std::sync::Arc;

/// A callback that takes a descriptor, which it owns, and returns a promise, which
/// the library then owns.
pub type lwt_unix_fd_fn =
    Option<unsafe extern "C" fn(fd: *mut lwt_unix_fd, env: *mut c_void) -> *mut lwt_t>;

/// A thread that can be given something.
pub(in crate::capi) fn receiver(
    handle: *const lwt_main_thread,
    function: &str,
) -> Result<Arc<Remote>, Exn> {
    let thread = thread(handle).ok_or_else(|| no_thread(function))?;
    match thread.has_ended() {
        false => Ok(thread),
        true => Err(Exn::new(
            LWT_CLOSED,
            format!("{function}: the thread has ended"),
        )),
    }
}

/// Hands a descriptor over to another thread: calls `f(descriptor, env)` there, in a
/// turn of its main loop, with a descriptor of that thread's for the same file,
/// which `f` owns. Returns a promise here, the caller's, that resolves as the one
/// that `f` returns, as lwt_main_run_on says, which also tells what cancelling does.
///
/// From the call on the descriptor here, which is borrowed, is closed for all its
/// users: operations fail with EBADF, and its handles are only to be released. If
/// that thread ends before it has called `f`, or the promise is cancelled before,
/// the file is closed. `drop_env` is called once: on that thread, after `f` or when
/// it will not be called; or here, if the call fails.
///
/// It fails, and the descriptor stays as it was, with LWT_UNIX_ERROR: EBUSY while an
/// operation of it is pending, or a job of one that was cancelled has not ended, and
/// EBADF if it is closed; with the exception of lwt_unix_abort; with
/// LWT_INVALID_ARGUMENT for a bad handle or if `f` is NULL; with LWT_WRONG_THREAD;
/// with LWT_CLOSED if that thread has ended. After that it fails as
/// lwt_main_run_on. On the thread of the descriptor.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`, on that thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_fd_move(
    fd: *const lwt_unix_fd,
    thread: *const lwt_main_thread,
    f: lwt_unix_fd_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_fd_move";
    let env = Across(Env::new(env, drop_env));
    let begin = || -> Result<Promise, Exn> {
        let fd = of_handle(fd, NAME)?;
        let f = f.ok_or_else(|| crate::capi::closure::null(NAME))?;
        let thread = receiver(thread, NAME)?;
        let parcel = fd.give_away(c"fd_move")?;
        Ok(visit::visit(thread, NAME, move || {
            let (env, fd) = (env.get(), parcel.unpack());
            let handle = into_handle(fd);
            if handle.is_null() {
                return failed(Exn::out_of_memory());
            }
            // SAFETY: the caller says that `f` may be called with `env` there.
            call::promise_of(f as usize, NAME, || unsafe { f(handle, env.word()) })
        }))
    };
    begin().unwrap_or_else(failed).into_raw()
}

/// Gives a descriptor back to the program: returns the operating system's number,
/// which nobody closes but the program, or lwt_unix_of_fd makes a descriptor of
/// again, on whatever thread. The descriptor here, which is borrowed, is closed for
/// all its users, as with lwt_unix_fd_move.
///
/// Returns the number; or -1 with errno set, and the descriptor is as it was: EBUSY
/// while an operation of it is pending, or a job of one that was cancelled has not
/// ended; EBADF if it is closed or aborted, or `fd` is no descriptor of the calling
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fd_detach(fd: *const lwt_unix_fd) -> c_int {
    let given = of_handle(fd, "lwt_unix_fd_detach").and_then(|fd| fd.give_away(c"fd_detach"));
    match given {
        Ok(parcel) => parcel.into_raw(),
        Err(exn) => {
            let errno = match exn.kind() {
                LWT_UNIX_ERROR => exn.errno(),
                _ => libc::EBADF,
            };
            // SAFETY: errno is this thread's.
            unsafe { *libc::__errno_location() = errno };
            -1
        }
    }
}
