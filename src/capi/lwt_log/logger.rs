//! `lwt_log.h`: loggers.

use super::{given, logger, template};
use crate::abi::*;
use crate::capi::closure::thunk;
use crate::capi::lwt::array;
use crate::capi::lwt_io::channel::lwt_io_channel;
use crate::capi::lwt_io::output;
use crate::capi::text::text;
use crate::exn::Exn;
use crate::log::logger::file::Mode;
use crate::log::logger::syslog::{self, Form};
use crate::log::logger::user::{self, Close};
use crate::log::logger::writer::Full;
use crate::log::logger::{Logger, channel, lines, open};
use crate::log::message::lwt_log_message;
use crate::log::section::lwt_log_section;
use crate::log::{table, template as templates};
use crate::promise::{call, failed};
use crate::value::Env;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

/// A logger, `Lwt_log.logger`. A handle that any thread may use.
#[repr(C)]
pub struct lwt_logger {
    _private: [u8; 0],
}

/// A callback that does something with a message, which it borrows until the promise
/// that it returns has resolved.
pub type lwt_log_output_fn =
    Option<unsafe extern "C" fn(message: *const lwt_log_message, env: *mut c_void) -> *mut lwt_t>;
/// A callback that chooses the logger of a message, which it lends: nobody releases it.
/// NULL: the default one.
pub type lwt_log_dispatch_fn = Option<
    unsafe extern "C" fn(
        section: *const lwt_log_section,
        level: c_int,
        env: *mut c_void,
    ) -> *const lwt_logger,
>;

/// A file is written to behind what is in it.
pub const LWT_LOG_APPEND: c_int = 0;
/// What is in the file goes.
pub const LWT_LOG_TRUNCATE: c_int = 1;

/// Closing the logger leaves the channel open.
pub const LWT_LOG_KEEP: c_int = 0;
/// Closing the logger closes the channel.
pub const LWT_LOG_CLOSE: c_int = 1;

/// A message for which there is no room waits: its promise is pending until there is
/// some. A thread without a main loop, which ignores the promise, stands still so long.
pub const LWT_LOG_WAIT: c_int = 0;
/// A message for which there is no room is dropped, and counted; when there is room a
/// line says how many were.
pub const LWT_LOG_DROP: c_int = 1;

/// Lines of syslog as RFC 3164 has them, and as Lwt sends them: the priority, and what
/// the template makes.
pub const LWT_LOG_RFC3164: c_int = 0;
/// Lines of syslog as RFC 5424 has them: priority, time, host, program, process, section
/// and fields have places of their own, and what the template makes follows.
pub const LWT_LOG_RFC5424: c_int = 1;

/// Facilities of syslog.
pub const LWT_LOG_KERNEL: c_int = 0;
/// The facility `User`.
pub const LWT_LOG_USER: c_int = 1;
/// The facility `Mail`.
pub const LWT_LOG_MAIL: c_int = 2;
/// The facility `Daemon`.
pub const LWT_LOG_DAEMON: c_int = 3;
/// The facility `Auth`.
pub const LWT_LOG_AUTH: c_int = 4;
/// The facility `Syslog`.
pub const LWT_LOG_SYSLOG: c_int = 5;
/// The facility `LPR`.
pub const LWT_LOG_LPR: c_int = 6;
/// The facility `News`.
pub const LWT_LOG_NEWS: c_int = 7;
/// The facility `UUCP`.
pub const LWT_LOG_UUCP: c_int = 8;
/// The facility `Cron`.
pub const LWT_LOG_CRON: c_int = 9;
/// The facility `Authpriv`.
pub const LWT_LOG_AUTHPRIV: c_int = 10;
/// The facility `FTP`.
pub const LWT_LOG_FTP: c_int = 11;
/// The facility `NTP`.
pub const LWT_LOG_NTP: c_int = 12;
/// The facility `Security`.
pub const LWT_LOG_SECURITY: c_int = 13;
/// The facility `Console`.
pub const LWT_LOG_CONSOLE: c_int = 14;
/// The facility `Local0`; the others, up to `Local7`, are LWT_LOG_LOCAL0 + 1 and so on.
pub const LWT_LOG_LOCAL0: c_int = 16;

/// What a logger has done so far.
#[repr(C)]
pub struct lwt_logger_stats {
    /// Messages that it took.
    pub taken: u64,
    /// Messages that it dropped, for there was no room.
    pub dropped: u64,
    /// Writes that failed.
    pub errors: u64,
    /// Bytes that are still to be written.
    pub queued: u64,
}

/// One more reference to the same logger, owned by the caller. NULL: it is none. On
/// any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_retain(logger: *const lwt_logger) -> *mut lwt_logger {
    match table::retain(logger as usize as u64) {
        true => logger.cast_mut(),
        false => ptr::null_mut(),
    }
}

/// Gives up a reference. A logger of which nobody has one, and which is not part of
/// another or the default one, writes what is queued and ends by itself; a channel
/// stays open, and the close function of lwt_logger_make is not called. Does nothing
/// with what is no logger. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_release(logger: *mut lwt_logger) {
    table::release(logger as usize as u64);
}

/// Returns the default logger, `Lwt_log.default`, to which messages go that name none;
/// the caller owns the reference. At first it writes to standard error. NULL: out of
/// memory. On any thread. Manual: "The logging facility".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_default() -> *mut lwt_logger {
    given(Some(table::default()))
}

/// Makes a logger, which is borrowed, the default one, on all threads. The one of
/// before is not closed. Returns LWT_OK; LWT_INVALID_ARGUMENT if it is no logger. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_set_default(logger: *const lwt_logger) -> c_int {
    if logger.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    match self::logger(logger, "lwt_log_set_default") {
        Ok(logger) => {
            table::set_default(logger);
            LWT_OK
        }
        Err(exn) => exn.kind(),
    }
}

/// Returns a logger that drops everything, `Lwt_log.null`; the caller owns it. NULL: out
/// of memory. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_null() -> *mut lwt_logger {
    given(Some(Logger::null()))
}

/// Returns the logger to standard error, the default one at first: there is one in a
/// process, its template is LWT_LOG_CHANNEL_TEMPLATE, and its lines are written by a
/// thread of its own. The caller owns the reference. NULL: out of memory. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_stderr() -> *mut lwt_logger {
    given(Some(table::standard_error()))
}

/// Returns a logger that calls `output(message, env)` for each message, `Lwt_log.make`;
/// the caller owns it. A message is logged when the promise of `output` has resolved,
/// and fails as that does.
///
/// lwt_logger_close calls `close(env)`, once. `close` may be NULL. All functions are
/// called on the calling thread, in its main loop where the message or the close comes
/// from another one; within the call if it comes from this one. `drop_env` is called
/// once, on that thread: when nobody has the logger any more, or the thread ends; then
/// messages fail with LWT_LOGGER_CLOSED.
///
/// NULL: `output` is NULL, or memory ran out; `drop_env` was called. On any thread.
///
/// # Safety
/// The functions may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_logger_make(
    output: lwt_log_output_fn,
    close: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_logger {
    const NAME: &str = "lwt_logger_make";
    let env = Rc::new(Env::new(env, drop_env));
    let Some(output) = output else {
        return ptr::null_mut();
    };
    let theirs = env.clone();
    let take = move |message: &lwt_log_message| {
        call::promise_of(output as usize, NAME, || {
            // SAFETY: the function and its environment came together from C.
            unsafe { output(message, theirs.word()) }
        })
    };
    let word = env.word();
    let close = thunk(NAME, close, word, None).map(|close| {
        let close = move || {
            let _held = &env;
            close()
        };
        Box::new(close) as Close
    });
    given(user::made(Box::new(take), close))
}

/// Returns a logger that hands each message to all of these, at once,
/// `Lwt_log.broadcast`; the caller owns it. A message fails if one of them fails it, when
/// all are through. Closing it does not close them. Borrows the loggers, of which it
/// keeps references.
///
/// NULL: one of them is no logger, more than 20 broadcasts would be in each other, or
/// memory ran out. On any thread.
///
/// # Safety
/// `loggers` is NULL or has `n` of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_logger_broadcast(
    loggers: *const *const lwt_logger,
    n: usize,
) -> *mut lwt_logger {
    const NAME: &str = "lwt_logger_broadcast";
    // SAFETY: the caller's promise.
    let Ok(loggers) = (unsafe { array(NAME, loggers, n) }) else {
        return ptr::null_mut();
    };
    let part = |logger: &*const lwt_logger| {
        let named = !logger.is_null();
        named.then(|| logger_of(*logger, NAME)).flatten()
    };
    let parts: Option<Vec<Arc<Logger>>> = loggers.iter().map(part).collect();
    given(parts.and_then(Logger::broadcast))
}

fn logger_of(logger: *const lwt_logger, function: &str) -> Option<Arc<Logger>> {
    self::logger(logger, function).ok()
}

/// Returns a logger that calls `f(section, level, env)` for each message and hands it to
/// the logger that `f` returns, `Lwt_log.dispatch`; the caller owns it. What `f` returns
/// is borrowed: it has to be there until then, and should be as long as this one.
/// Closing this one does not close those.
///
/// A message fails with LWT_INVALID_ARGUMENT if `f` returns no logger, or in the end
/// itself, and with what `f` raises. Threads and `drop_env`: as lwt_logger_make. NULL:
/// `f` is NULL, or memory ran out.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_logger_dispatch(
    f: lwt_log_dispatch_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_logger {
    const NAME: &str = "lwt_logger_dispatch";
    let env = Env::new(env, drop_env);
    let Some(f) = f else {
        return ptr::null_mut();
    };
    let choose = move |section: crate::log::section::Section, level| {
        let (chosen, ran) = call::other_of(f as usize, || {
            // SAFETY: the function and its environment came together from C.
            unsafe { f(section.as_raw(), level as c_int, env.word()) }
        });
        ran.and_then(|()| logger(chosen, NAME))
    };
    given(user::dispatch(Box::new(choose)))
}

/// Returns a logger that writes to a channel, `Lwt_log.channel`; the caller owns it. The
/// lines of a message are written together, and then the channel is flushed: then the
/// message is logged. `close_mode` is LWT_LOG_KEEP, or LWT_LOG_CLOSE, so that closing
/// the logger closes the channel. `template` may be NULL: LWT_LOG_CHANNEL_TEMPLATE.
///
/// Borrows the channel, of which it keeps a reference. What other threads log is written
/// by the channel's, in its main loop, and fails with LWT_LOGGER_CLOSED once that thread
/// has ended. A message fails as writing does.
///
/// NULL: it is no output channel of this thread, `close_mode` is neither, a variable of
/// the template is unknown, or memory ran out. On the channel's thread.
///
/// # Safety
/// `template` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_logger_channel(
    channel: *const lwt_io_channel,
    close_mode: c_int,
    template: *const c_char,
) -> *mut lwt_logger {
    const NAME: &str = "lwt_logger_channel";
    // SAFETY: the caller's promise.
    let template = unsafe { self::template(template, templates::CHANNEL, NAME) };
    let closes = match close_mode {
        LWT_LOG_KEEP => false,
        LWT_LOG_CLOSE => true,
        _ => return ptr::null_mut(),
    };
    match (output(channel, NAME), template) {
        (Ok(channel), Ok(template)) => given(channel::channel(channel, template, closes)),
        _ => ptr::null_mut(),
    }
}

/// Opens a file, on a worker, and returns a promise of a logger that writes to it,
/// `Lwt_log.file`: an owned value (`lwt_logger *`, which any thread may use).
///
/// `mode` is LWT_LOG_APPEND or LWT_LOG_TRUNCATE. A file that is not there is made, with
/// `permissions`, less what umask takes; 0 stands for 0640. It is closed in programs that
/// are executed, and each write goes to its end, so that several processes may share it.
/// `template` may be NULL: LWT_LOG_FILE_TEMPLATE.
///
/// A message is logged when it is in the logger's queue, which a thread of its own
/// writes, many lines at once: a slow disk holds up nobody as long as there is room
/// (lwt_logger_set_queue). When a write fails, those lines are lost: standard error is
/// told once, until one succeeds again, lwt_logger_stats counts, and the next
/// lwt_logger_flush fails. What is queued is written before the program ends normally.
/// The child of a fork writes what it logs itself, and nothing of what its parent had in
/// the queue.
///
/// Fails with LWT_UNIX_ERROR if it can't be opened, and LWT_INVALID_ARGUMENT if the
/// name is NULL, there is no such mode, or a variable of the template is unknown.
/// Cancelling it gives it up, though the file may have been made. On any thread. (In Lwt
/// the permissions are ignored.) Manual: "The logging facility".
///
/// # Safety
/// The texts are NULL or end with NUL bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_logger_file(
    file_name: *const c_char,
    mode: c_int,
    permissions: c_int,
    template: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_logger_file";
    // SAFETY: the caller's promise.
    let (path, template) = unsafe {
        let path = text(file_name, NAME, "the name of the file");
        (path, self::template(template, templates::FILE, NAME))
    };
    let mode = match mode {
        LWT_LOG_APPEND => Ok(Mode::Append),
        LWT_LOG_TRUNCATE => Ok(Mode::Truncate),
        _ => Err(Exn::invalid("lwt_logger_file: there is no such mode")),
    };
    let permissions = match permissions {
        0 => Ok(0o640),
        1..=0o7777 => Ok(permissions as libc::mode_t),
        _ => Err(Exn::invalid("lwt_logger_file: these are no permissions")),
    };
    let open = || Ok(open::file(path?, mode?, permissions?, template?));
    open().unwrap_or_else(failed).into_raw()
}

/// Returns a logger to the system's log, `Lwt_log.syslog`; the caller owns it.
///
/// `facility` is LWT_LOG_USER and so on, 0 to 23; `form` is LWT_LOG_RFC3164 or
/// LWT_LOG_RFC5424. `paths` are the `n` sockets that are tried, in this order, each as a
/// datagram socket, and as a stream where it is one; 0: /dev/log and /var/run/log.
/// `template` may be NULL: LWT_LOG_SYSLOG_TEMPLATE, or for RFC 5424 `$(message)`.
///
/// The first message connects. Lines go out one by one, cut to 1024 bytes, of which the
/// last are then `<truncated>`. A line that can't be sent is sent once more over a new
/// connection. A message is logged when its lines are sent, and fails with
/// LWT_UNIX_ERROR if they can't be, of which standard error is told once, until one can
/// be again. Queue, end of the program and forks: as lwt_logger_file.
///
/// NULL: there is no such facility or form, a path is NULL, a variable of the template is
/// unknown, or memory ran out. On any thread.
///
/// # Safety
/// `paths` has `n` texts, and `template` is NULL or a text; they end with NUL bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_logger_syslog(
    facility: c_int,
    form: c_int,
    paths: *const *const c_char,
    n: usize,
    template: *const c_char,
) -> *mut lwt_logger {
    const NAME: &str = "lwt_logger_syslog";
    let (form, usual) = match form {
        LWT_LOG_RFC3164 => (Form::Rfc3164, templates::SYSLOG),
        LWT_LOG_RFC5424 => (Form::Rfc5424, &b"$(message)"[..]),
        _ => return ptr::null_mut(),
    };
    let facility = u8::try_from(facility).ok();
    let facility = facility.filter(|&number| number < syslog::FACILITIES);
    // SAFETY: the caller's promise.
    let (paths, template) = unsafe {
        let given = array(NAME, paths, n);
        let path = |path: &*const c_char| text(*path, NAME, "a path").map(CString::from);
        let paths = given.and_then(|given| given.iter().map(path).collect::<Result<Vec<_>, _>>());
        (paths, self::template(template, usual, NAME))
    };
    let (Some(facility), Ok(mut paths), Ok(template)) = (facility, paths, template) else {
        return ptr::null_mut();
    };
    if paths.is_empty() {
        paths = syslog::PATHS.map(CString::from).into();
    }
    given(Some(lines::syslog(paths, form, facility, template)))
}

/// Closes a logger, which is borrowed, `Lwt_log.close`: from now on messages fail with
/// LWT_LOGGER_CLOSED. Returns a promise that is fulfilled when what was logged before is
/// written and what is behind it closed, as the kind of logger has it. It happens once;
/// whoever closes it again, on whatever thread, is told how that went. NULL closes the
/// default logger.
///
/// Fails with LWT_INVALID_ARGUMENT if it is no logger; with LWT_UNIX_ERROR if something
/// could not be written and nobody was told of it yet, as lwt_logger_flush does; and as
/// closing does. Cancelling loses nothing: it goes on. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_close(logger: *const lwt_logger) -> *mut lwt_t {
    let logger = self::logger(logger, "lwt_logger_close");
    let closed = logger.map(|logger| logger.close());
    closed.unwrap_or_else(failed).into_raw()
}

/// Returns a promise that is fulfilled when all that was logged before to a logger is
/// written: handed to the system, that is, which may not have it on the disk yet.
/// Borrows it; NULL is the default one. What the user's own functions do is not waited
/// for. A message that is to be the last before an abort is best waited for so.
///
/// Fails with LWT_INVALID_ARGUMENT if it is no logger, and with LWT_UNIX_ERROR if
/// something could not be written of which nobody was told yet; it is told once, here,
/// by lwt_logger_close, or by the promise of a message to syslog. Cancelling loses nothing. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_flush(logger: *const lwt_logger) -> *mut lwt_t {
    let logger = self::logger(logger, "lwt_logger_flush");
    let flushed = logger.map(|logger| logger.flush());
    flushed.unwrap_or_else(failed).into_raw()
}

/// Opens the file of a logger anew by its name, so that whoever has renamed it
/// (to rotate logs) gets no more lines: all that is logged once the promise is
/// fulfilled goes to the new one, and no line is lost on the way. Syslog is
/// connected anew; other loggers have nothing to do. Of a broadcast all parts
/// do so. Borrows it; NULL is the default one. Returns a promise of LWT_UNIT.
///
/// Fails with LWT_UNIX_ERROR if the file can't be opened, and then the old one stays;
/// LWT_LOGGER_CLOSED; LWT_INVALID_ARGUMENT if it is no logger. Cancelling loses nothing:
/// it goes on. On any thread; in a handler of lwt_unix_on_signal, say.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_reopen(logger: *const lwt_logger) -> *mut lwt_t {
    let logger = self::logger(logger, "lwt_logger_reopen");
    let opened = logger.map(|logger| logger.reopen());
    opened.unwrap_or_else(failed).into_raw()
}

/// How many bytes a logger keeps that are not written yet, 16 MiB at first, and what
/// becomes of a message for which there is no room: LWT_LOG_WAIT, as at first, or
/// LWT_LOG_DROP. One message is taken into an empty queue, however long it is. Borrows it;
/// NULL is the default one.
///
/// With LWT_LOG_WAIT nothing is ever lost: what is logged without waiting for the
/// promise, on a thread that has a main loop, goes into the queue even if that is full.
/// For who must bound memory there is the promise, or LWT_LOG_DROP.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT if it is no logger, one without a queue (null,
/// broadcast), `bytes` is 0, or `full` neither. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_set_queue(
    logger: *const lwt_logger,
    bytes: usize,
    full: c_int,
) -> c_int {
    let full = match full {
        LWT_LOG_WAIT => Full::Wait,
        LWT_LOG_DROP => Full::Drop,
        _ => return LWT_INVALID_ARGUMENT,
    };
    let logger = self::logger(logger, "lwt_logger_set_queue");
    match logger.is_ok_and(|logger| bytes > 0 && logger.set_limit(bytes, full)) {
        true => LWT_OK,
        false => LWT_INVALID_ARGUMENT,
    }
}

/// Returns what a logger has done so far; zeros if it is none, or one that keeps no
/// count (null, broadcast). Borrows it; NULL is the default one. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_logger_get_stats(logger: *const lwt_logger) -> lwt_logger_stats {
    let logger = self::logger(logger, "lwt_logger_get_stats");
    let stats = logger.map(|logger| logger.stats()).unwrap_or_default();
    lwt_logger_stats {
        taken: stats.taken,
        dropped: stats.dropped,
        errors: stats.errors,
        queued: stats.queued,
    }
}

/// Returns the key that is bound to the place of a message, a `const struct
/// lwt_log_location *`, while the functions of lwt_logger_make and
/// lwt_logger_dispatch run, `Lwt_log.location_key`. Nobody releases it. On any
/// thread. NULL: memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_location_key() -> *const lwt_key {
    user::location_key()
}
