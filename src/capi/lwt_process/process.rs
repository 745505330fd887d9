//! `lwt_process.h`, the process object. Module Lwt_process.

use super::{borrowed, promised};
use crate::abi::lwt_t;
use crate::capi::lwt_io::channel::lwt_io_channel;
use crate::capi::lwt_io::given;
use crate::handle::object::{self, Kind};
use crate::process::Process;
use std::ffi::c_int;
use std::ptr;

/// A process that was started, `Lwt_process.process_none` and its kin. A handle of the
/// thread that started it.
#[repr(C)]
pub struct lwt_process {
    _private: [u8; 0],
}

/// The process runs, `Running`.
pub const LWT_PROCESS_RUNNING: c_int = 0;
/// The process has ended, `Exited`.
pub const LWT_PROCESS_EXITED: c_int = 1;

/// One more reference to the same process, owned by the caller. NULL: it is not a process
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_retain(process: *const lwt_process) -> *mut lwt_process {
    object::retain(Kind::Process, process.cast()).cast()
}

/// Gives up a reference. With the last one the channels are closed, as lwt_process_close
/// does, while the process goes on; the library waits for its end. Does nothing if the
/// handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_release(process: *mut lwt_process) {
    // SAFETY: every process's handle is made of a `Process`.
    drop(unsafe { object::release::<Process>(Kind::Process, process.cast(), "") });
}

/// The number of a process, the method `pid`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_pid(process: *const lwt_process) -> c_int {
    borrowed(process, "lwt_process_pid").map_or(0, |process| process.pid())
}

/// Does the process run, the method `state`? Returns LWT_PROCESS_RUNNING, or
/// LWT_PROCESS_EXITED and sets *status, which may be NULL, to the status as wait(2) tells
/// it, or to -1 if another wait was told of it. That it has ended is found out by the main
/// loop. For a bad handle LWT_PROCESS_EXITED, and -1.
///
/// # Safety
/// `status` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_state(
    process: *const lwt_process,
    status: *mut c_int,
) -> c_int {
    let state = borrowed(process, "lwt_process_state").map_or(Some(-1), |process| process.state());
    // SAFETY: as this function asks for.
    if let (Some(told), Some(status)) = (state, unsafe { status.as_mut() }) {
        *status = told;
    }
    match state {
        None => LWT_PROCESS_RUNNING,
        Some(_) => LWT_PROCESS_EXITED,
    }
}

/// Sends a signal to the process, the method `kill`; nothing happens if it has ended. A
/// promise of LWT_UNIT, already resolved. Fails with LWT_UNIX_ERROR (EINVAL: there is no
/// such signal; EPERM; function "kill"), LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_kill(process: *const lwt_process, signum: c_int) -> *mut lwt_t {
    let process = borrowed(process, "lwt_process_kill");
    promised(process.map(|process| process.kill(signum)))
}

/// Kills the process, by SIGKILL, the method `terminate`; otherwise as lwt_process_kill.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_terminate(process: *const lwt_process) -> *mut lwt_t {
    let process = borrowed(process, "lwt_process_terminate");
    promised(process.map(|process| process.terminate()))
}

/// Waits for the end of the process, the method `status`: a promise of its status as an
/// LWT_INT, as wait(2) tells it (WIFEXITED(LWT_TO_INT(value)) and so on). Cancelling the
/// promise loses nothing. Fails with LWT_UNIX_ERROR (ECHILD: another wait was told of it;
/// function "wait4"), LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
/// LWT_OUT_OF_MEMORY and LWT_CANCELED.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_status(process: *const lwt_process) -> *mut lwt_t {
    let process = borrowed(process, "lwt_process_status");
    promised(process.map(|process| process.status()))
}

/// Waits for the end of the process, the method `rusage`: a promise of what it has used, a
/// `struct lwt_unix_resource_usage *` of `lwt_unix.h`, owned by the promise. As
/// lwt_process_status.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_rusage(process: *const lwt_process) -> *mut lwt_t {
    let process = borrowed(process, "lwt_process_rusage");
    promised(process.map(|process| process.rusage()))
}

/// Closes the channels of the process, the method `close`, that to its input when what was
/// written is sent, and waits for its end: a promise of the status, as that of
/// lwt_process_status. What can't be sent any more is no failure. Cancelling the promise
/// does not keep the channels from being closed. A second call just gives the status.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_close(process: *const lwt_process) -> *mut lwt_t {
    let process = borrowed(process, "lwt_process_close");
    promised(process.map(|process| process.close()))
}

/// A new handle of the channel that is that stream of the process.
fn channel(process: *const lwt_process, stream: usize, name: &str) -> *mut lwt_io_channel {
    let channel = borrowed(process, name).ok();
    let channel = channel.and_then(|process| process.channel(stream));
    channel.map_or(ptr::null_mut(), given)
}

/// The channel to the standard input of the process, for writing, the method `stdin`: a
/// handle owned by the caller (lwt_io_channel_release). The channel is closed with the process, also
/// if the caller still has it. NULL: that stream is no channel, the handle is bad, or memory
/// ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_stdin(process: *const lwt_process) -> *mut lwt_io_channel {
    channel(process, 0, "lwt_process_stdin")
}

/// The channel from the standard output of the process, for reading, the method `stdout`;
/// otherwise as lwt_process_stdin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_stdout(process: *const lwt_process) -> *mut lwt_io_channel {
    channel(process, 1, "lwt_process_stdout")
}

/// The channel from the standard error of the process, for reading, the method `stderr`;
/// otherwise as lwt_process_stdin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_process_stderr(process: *const lwt_process) -> *mut lwt_io_channel {
    channel(process, 2, "lwt_process_stderr")
}
