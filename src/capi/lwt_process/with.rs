//! `lwt_process.h`, processes that are closed after use. Module Lwt_process.

use super::process::lwt_process;
use super::{promised, started};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::exn::Exn;
use crate::process::command::{lwt_process_command, lwt_process_options};
use crate::process::open::{BOTH, Channels, FULL, IN, NONE, OUT};
use crate::process::transfer;
use crate::promise::{Promise, call};
use crate::value::Env;
use std::ffi::c_void;

/// A function that uses a process, which it borrows until its promise has resolved.
pub type lwt_process_fn =
    Option<unsafe extern "C" fn(process: *const lwt_process, env: *mut c_void) -> *mut lwt_t>;

/// # Safety
/// As the functions below.
unsafe fn with(
    name: &'static str,
    command: &lwt_process_command,
    options: *const lwt_process_options,
    channels: Channels,
    f: lwt_process_fn,
    env: Env,
) -> Result<Promise, Exn> {
    let f = f.ok_or_else(|| null(name))?;
    // SAFETY: the caller's promise.
    let process = unsafe { started(name, command, options, channels)? };
    transfer::with(process, move |process| {
        // SAFETY: the caller says that `f` may be called with `env`.
        call::promise_of(f as usize, name, || unsafe {
            f(process.cast(), env.word())
        })
    })
}

/// Starts a program with no channel to it, and calls `f(process, env)`, `Lwt_process.with_process_none`:
/// when the promise that it returns resolves, either way, the process is closed
/// (lwt_process_close), and when that has ended the result resolves as that promise. Cancelling
/// the result cancels the promise of `f`. `options` may be NULL. `drop_env` runs once, after
/// `f` has returned or when it will never be called.
///
/// Fails as that promise does, and as lwt_process_exec does before it waits;
/// LWT_INVALID_ARGUMENT too if `f` is NULL or returns no promise. On any thread.
///
/// # Safety
/// Command and options are as they say; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_with_process_none(
    command: lwt_process_command,
    options: *const lwt_process_options,
    f: lwt_process_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    // SAFETY: as this function asks for.
    promised(unsafe {
        with(
            "lwt_process_with_process_none",
            &command,
            options,
            NONE,
            f,
            env,
        )
    })
}

/// The same with a channel from its standard output, `Lwt_process.with_process_in`.
///
/// # Safety
/// Command and options are as they say; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_with_process_in(
    command: lwt_process_command,
    options: *const lwt_process_options,
    f: lwt_process_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    // SAFETY: as this function asks for.
    promised(unsafe { with("lwt_process_with_process_in", &command, options, IN, f, env) })
}

/// The same with a channel to its standard input, `Lwt_process.with_process_out`.
///
/// # Safety
/// Command and options are as they say; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_with_process_out(
    command: lwt_process_command,
    options: *const lwt_process_options,
    f: lwt_process_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    // SAFETY: as this function asks for.
    promised(unsafe {
        with(
            "lwt_process_with_process_out",
            &command,
            options,
            OUT,
            f,
            env,
        )
    })
}

/// The same with channels to its standard input and from its standard output, `Lwt_process.with_process`.
///
/// # Safety
/// Command and options are as they say; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_with_process(
    command: lwt_process_command,
    options: *const lwt_process_options,
    f: lwt_process_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    // SAFETY: as this function asks for.
    promised(unsafe { with("lwt_process_with_process", &command, options, BOTH, f, env) })
}

/// The same with channels to its standard input and from its standard output and error, `Lwt_process.with_process_full`.
///
/// # Safety
/// Command and options are as they say; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_with_process_full(
    command: lwt_process_command,
    options: *const lwt_process_options,
    f: lwt_process_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    // SAFETY: as this function asks for.
    promised(unsafe {
        with(
            "lwt_process_with_process_full",
            &command,
            options,
            FULL,
            f,
            env,
        )
    })
}
