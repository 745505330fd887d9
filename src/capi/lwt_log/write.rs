//! `lwt_log.h`: messages.

use super::logger::lwt_logger;
use super::{logger, template};
use crate::abi::{LWT_OK, lwt_t};
use crate::capi::text::text;
use crate::exn::Exn;
use crate::log::logger::promise_of;
use crate::log::message::{self, log, lwt_log_message};
use crate::promise::text::{copy, into_value};
use crate::promise::{failed, resolved};
use std::ffi::{c_char, c_int};

/// Logs a message, `Lwt_log.log`: a logger that is closed fails it with
/// LWT_LOGGER_CLOSED; a message below the level of its section is dropped, and the promise
/// fulfilled; any other is the logger's, and the promise fulfilled, or failed, when that
/// has done with it what it does. Borrows both, and all that the message leads to, until
/// the call returns; NULL is the default logger. The macros below are shorter.
///
/// The text is split at newlines, of which one at its end makes no further line; of an
/// empty text nothing is written. The lines of a message stay together. An exception adds
/// ": ", what it says, and its backtrace, if there is one.
///
/// Fails with LWT_INVALID_ARGUMENT if it is no logger, no section, no level, no
/// exception, or a text or field is NULL or absurd; with LWT_OUT_OF_MEMORY; and as the
/// logger does. Cancelling it loses nothing: the message goes its way. On any thread.
///
/// # Safety
/// `message` is NULL or a message, and all that it leads to is there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_log(
    logger: *const lwt_logger,
    message: *const lwt_log_message,
) -> *mut lwt_t {
    const NAME: &str = "lwt_log_log";
    let logger = self::logger(logger, NAME);
    // SAFETY: the caller's promise.
    let said = logger.and_then(|logger| unsafe {
        message::read(message, NAME, |record| log(&logger, record, false))?
    });
    promise_of(said).into_raw()
}

/// The same, and nobody asks what has become of it, `Lwt_log.ign_log`: every failure is
/// ignored, and no promise is made. It returns LWT_OK, or the kind of what could be told
/// at once, which may be ignored, too. On a thread without a main loop it waits until
/// there is room, if the logger is one with LWT_LOG_WAIT. On any thread.
///
/// # Safety
/// As lwt_log_log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_ign_log(
    logger: *const lwt_logger,
    message: *const lwt_log_message,
) -> c_int {
    const NAME: &str = "lwt_log_ign_log";
    let logger = self::logger(logger, NAME);
    // SAFETY: the caller's promise.
    let said = logger.and_then(|logger| unsafe {
        message::read(message, NAME, |record| log(&logger, record, true))?
    });
    match said {
        Ok(_) => LWT_OK,
        Err(exn) => exn.kind(),
    }
}

/// Returns a promise of the text (struct lwt_string *) that a template makes of a
/// message, `Lwt_log.render`. The variables are those of the loggers. All of the text is
/// one `$(message)`, with what its exception and fields say.
///
/// Fails with LWT_INVALID_ARGUMENT if a variable is unknown, a text is NULL, or the
/// message is none. Borrows both. On any thread.
///
/// # Safety
/// `template` is NULL or ends with a NUL byte; `message` as for lwt_log_log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_render(
    template: *const c_char,
    message: *const lwt_log_message,
) -> *mut lwt_t {
    const NAME: &str = "lwt_log_render";
    let render = || -> Result<Vec<u8>, Exn> {
        // SAFETY: the caller's promise.
        unsafe {
            text(template, NAME, "the template")?;
            let template = self::template(template, b"", NAME)?;
            message::read(message, NAME, |record| {
                let mut out = Vec::new();
                record.with_words(|words| template.render(&mut out, record, words));
                out
            })
        }
    };
    let promise = render().map(|out| {
        // SAFETY: the bytes are there.
        let string = unsafe { copy(out.as_ptr().cast(), out.len()) };
        match string.is_null() {
            true => failed(Exn::out_of_memory()),
            false => resolved(into_value(string)),
        }
    });
    promise.unwrap_or_else(failed).into_raw()
}
