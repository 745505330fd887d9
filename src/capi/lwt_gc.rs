//! `lwt_gc.h`: module Lwt_gc.

use super::closure::{null, promising};
use super::lwt::kind;
use crate::abi::{lwt_bind_fn, lwt_drop_fn};
use crate::exn::Exn;
use crate::unix::gc::{self, Finaliser};
use std::ffi::{c_int, c_void};

fn finaliser(
    name: &'static str,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Result<Finaliser, Exn> {
    let f = promising(name, f, env, drop_env).ok_or_else(|| null(name))?;
    Ok(Box::new(f))
}

/// Has `f(handle, env)` called in the main loop when the last reference to the
/// handle has been released, `Lwt_gc.finalise`.
///
/// `handle` is any handle that has a retain function of its own but a promise's:
/// a lwt_unix_fd, a lwt_io_channel, a lwt_stream, a lwt_mutex and so on. It is
/// lent to `f`, as good as before, until the promise that `f` returns has
/// resolved; the library releases it then. `f` may retain it, and so keep it. Of
/// several finalisers of one handle all run, in the order in which they were
/// added.
///
/// At exit, and when the thread ends, those that have begun are waited for;
/// handles that were not released by then are not finalised. A failure of the
/// promise goes to the hook for exceptions that nobody handled. `drop_env` runs
/// once, after `f` has, or when it will never run.
///
/// Returns LWT_OK, LWT_INVALID_ARGUMENT (the handle is bad or a promise, or `f` is
/// NULL) or LWT_WRONG_THREAD. On the handle's thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_gc_finalise(
    handle: *const c_void,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    const NAME: &str = "lwt_gc_finalise";
    kind(finaliser(NAME, f, env, drop_env).and_then(|f| gc::finalise(handle, NAME, f)))
}

/// The same, but that `f` runs at exit, too, or when the thread ends, if the
/// handle has not been released by then: exactly once,
/// `Lwt_gc.finalise_or_exit`.
///
/// # Safety
/// As lwt_gc_finalise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_gc_finalise_or_exit(
    handle: *const c_void,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    const NAME: &str = "lwt_gc_finalise_or_exit";
    kind(finaliser(NAME, f, env, drop_env).and_then(|f| gc::finalise_or_exit(handle, NAME, f)))
}
