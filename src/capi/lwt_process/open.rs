//! `lwt_process.h`, starting a program. Module Lwt_process.

use super::{promised, started};
use crate::abi::lwt_t;
use crate::process::command::{lwt_process_command, lwt_process_options};
use crate::process::open::{BOTH, FULL, IN, NONE, OUT};
use crate::promise::resolved;

/// Runs a program and waits for its end, `Lwt_process.exec`: a promise of its status as an
/// LWT_INT, as wait(2) tells it. `options` may be NULL. Cancelling the promise loses nothing
/// but the answer: the program goes on.
///
/// Fails with LWT_INVALID_ARGUMENT if the command has no arguments, a redirection or the
/// timeout is none, or the size of the options is not theirs; with LWT_UNIX_ERROR (EAGAIN,
/// ENOMEM: there can't be a further process; function "fork"; EMFILE, ENFILE: there are no
/// descriptors left for its channels; function "pipe"; ECHILD: another wait was told of its
/// end; function "wait4"); with LWT_OUT_OF_MEMORY and LWT_CANCELED. On any thread.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_exec(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_exec", &command, options, NONE) };
    promised(process.map(|process| process.close()))
}

/// Starts a program with no channel to it, `Lwt_process.open_process_none`: a
/// promise, already resolved, of the process, a `lwt_process *` that the promise owns: take
/// it out with lwt_take, and lwt_process_release it. `options` may be NULL.
///
/// Fails as lwt_process_exec does before it waits. On any thread, whose the process then is.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_open_process_none(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_open_process_none", &command, options, NONE) };
    promised(process.and_then(|process| Ok(resolved(process.into_value()?))))
}

/// The same with a channel from its standard output, `Lwt_process.open_process_in`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_open_process_in(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_open_process_in", &command, options, IN) };
    promised(process.and_then(|process| Ok(resolved(process.into_value()?))))
}

/// The same with a channel to its standard input, `Lwt_process.open_process_out`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_open_process_out(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_open_process_out", &command, options, OUT) };
    promised(process.and_then(|process| Ok(resolved(process.into_value()?))))
}

/// The same with channels to its standard input and from its standard output, `Lwt_process.open_process`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_open_process(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_open_process", &command, options, BOTH) };
    promised(process.and_then(|process| Ok(resolved(process.into_value()?))))
}

/// The same with channels to its standard input and from its standard output and error, `Lwt_process.open_process_full`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_open_process_full(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_open_process_full", &command, options, FULL) };
    promised(process.and_then(|process| Ok(resolved(process.into_value()?))))
}
