//! `lwt_daemon.h`: module Lwt_daemon.

use super::lwt_log::logger::lwt_logger;
use super::text::optional;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::log::daemon::{self, Stream, Wishes};
use crate::log::table;
use crate::options;
use crate::promise::{failed, resolved};
use crate::value::Value;
use std::ffi::{CString, c_char, c_int};

/// What is usual: standard input is /dev/null, output and error are logged.
pub const LWT_DAEMON_USUAL: c_int = 0;
/// The stream is /dev/null.
pub const LWT_DAEMON_DEV_NULL: c_int = 1;
/// The stream is closed.
pub const LWT_DAEMON_CLOSE: c_int = 2;
/// The stream stays as it is.
pub const LWT_DAEMON_KEEP: c_int = 3;
/// Each line that is written to the stream is a message of LWT_LEVEL_NOTICE. Not for
/// standard input.
pub const LWT_DAEMON_LOG: c_int = 4;

/// What a daemon is to be like. lwt_daemon_options_default makes one to begin with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_daemon_options {
    /// The size of this structure.
    pub size: usize,
    /// Is the default logger to be the system's log, with the facility LWT_LOG_DAEMON?
    pub syslog: bool,
    /// What becomes of standard input, output and error: LWT_DAEMON_USUAL ...
    pub stdin_mode: c_int,
    /// See above.
    pub stdout_mode: c_int,
    /// See above.
    pub stderr_mode: c_int,
    /// The loggers of output and error, borrowed until the call returns; NULL: what is
    /// the default logger at the time. One must not write to the stream that it logs.
    pub stdout_logger: *const lwt_logger,
    /// See above.
    pub stderr_logger: *const lwt_logger,
    /// The folder that it lives in, NULL: "/".
    pub directory: *const c_char,
    /// Its umask.
    pub umask: c_int,
}

fn stream(mode: c_int, logger: *const lwt_logger, is_output: bool) -> Result<Stream, Exn> {
    const NAME: &str = "lwt_daemon_daemonize";
    match mode {
        LWT_DAEMON_USUAL if !is_output => Ok(Stream::Null),
        LWT_DAEMON_DEV_NULL => Ok(Stream::Null),
        LWT_DAEMON_CLOSE => Ok(Stream::Close),
        LWT_DAEMON_KEEP => Ok(Stream::Keep),
        LWT_DAEMON_USUAL | LWT_DAEMON_LOG if is_output => match logger.is_null() {
            true => Ok(Stream::Log(None)),
            false => Ok(Stream::Log(Some(table::get(logger as usize as u64, NAME)?))),
        },
        _ => Err(Exn::invalid(
            "lwt_daemon_daemonize: nothing of the kind becomes of a stream",
        )),
    }
}

/// # Safety
/// `options` is NULL, or as lwt_daemon_daemonize asks for.
unsafe fn wishes(given: *const lwt_daemon_options) -> Result<Wishes, Exn> {
    // SAFETY: the caller's promise.
    let Some(given) = (unsafe { options::read(given, "lwt_daemon_daemonize")? }) else {
        return Ok(Wishes {
            syslog: true,
            streams: [Stream::Null, Stream::Log(None), Stream::Log(None)],
            directory: c"/".into(),
            umask: 0o022,
        });
    };
    // SAFETY: the caller's promise.
    let directory = unsafe { optional(given.directory) };
    let umask = libc::mode_t::try_from(given.umask).ok();
    let umask = umask.filter(|umask| *umask <= 0o777);
    Ok(Wishes {
        syslog: given.syslog,
        streams: [
            stream(given.stdin_mode, std::ptr::null(), false)?,
            stream(given.stdout_mode, given.stdout_logger, true)?,
            stream(given.stderr_mode, given.stderr_logger, true)?,
        ],
        directory: directory.map_or_else(|| c"/".into(), CString::from),
        umask: umask.ok_or_else(|| Exn::invalid("lwt_daemon_daemonize: this is no umask"))?,
    })
}

/// Makes the process a daemon, `Lwt_daemon.daemonize`: it goes to its folder and forks;
/// the parent writes what it has logged so far and ends, without exit hooks and without
/// flushing stdio; the child, in which the call returns, has a session of its own, and
/// its streams, umask and default logger as the options say (NULL: as is usual). Promises
/// and loggers of the calling thread go on in it, other threads and jobs do not, as after
/// lwt_unix_fork. Nothing happens if the process's parent is process 1 already.
///
/// What is printed to a stream that is logged is read by a thread of its own, whatever the
/// main loop does; programs that the daemon starts inherit it.
///
/// Returns a promise that is resolved: fulfilled in the daemon. It fails with
/// LWT_INVALID_ARGUMENT for bad options, and if standard error would be logged to the
/// logger of standard error, and with LWT_UNIX_ERROR (chdir, fork) in the process that
/// called it; with LWT_UNIX_ERROR (open, pipe, dup2, pthread_create) in the child.
/// To be called on a thread that is the only one, best of all before the main loop runs.
///
/// # Safety
/// `options` is NULL or begins with its size, and its text ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_daemon_daemonize(options: *const lwt_daemon_options) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let done = unsafe { wishes(options) }.and_then(daemon::daemonize);
    match done {
        Ok(()) => resolved(Value::UNIT),
        Err(exn) => failed(exn),
    }
    .into_raw()
}
