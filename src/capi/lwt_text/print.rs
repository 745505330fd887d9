//! `lwt_text.h`, the printf family. Module Lwt_text. Those with a format are inline functions
//! of the header, over lwt_text_write and lwt_text_write_line.

use super::channel::lwt_text_channel;
use super::{output, promised};
use crate::abi::lwt_t;
use crate::capi::text::text as borrowed_text;
use crate::exn::Exn;
use crate::io::Standard;
use crate::promise::Promise;
use crate::text::Channel;
use std::ffi::c_char;
use std::rc::Rc;

/// Writes a text up to its NUL byte.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
unsafe fn printed(
    channel: Result<Rc<Channel>, Exn>,
    text: *const c_char,
    name: &str,
    newline: bool,
) -> Result<Promise, Exn> {
    // SAFETY: the caller's promise.
    let text = unsafe { borrowed_text(text, name, "the text") };
    channel.and_then(|channel| Ok(channel.write(text?.to_bytes(), newline)))
}

/// Writes `text`, which is UTF-8, up to its NUL byte, `Lwt_text.fprint`. As lwt_text_write;
/// LWT_INVALID_ARGUMENT if `text` is NULL.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_fprint(
    channel: *const lwt_text_channel,
    text: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_fprint";
    // SAFETY: the caller's promise.
    promised(unsafe { printed(output(channel, NAME), text, NAME, false) })
}

/// The same, and a newline, `Lwt_text.fprintl`.
///
/// # Safety
/// As lwt_text_fprint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_fprintl(
    channel: *const lwt_text_channel,
    text: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_fprintl";
    // SAFETY: the caller's promise.
    promised(unsafe { printed(output(channel, NAME), text, NAME, true) })
}

/// Writes `text` to standard output, in the encoding of the locale, `Lwt_text.print`. As
/// lwt_text_fprint.
///
/// # Safety
/// As lwt_text_fprint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_print(text: *const c_char) -> *mut lwt_t {
    let channel = Channel::standard(Standard::Output);
    // SAFETY: the caller's promise.
    promised(unsafe { printed(Ok(channel), text, "lwt_text_print", false) })
}

/// The same, and a newline, `Lwt_text.printl`.
///
/// # Safety
/// As lwt_text_fprint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_printl(text: *const c_char) -> *mut lwt_t {
    let channel = Channel::standard(Standard::Output);
    // SAFETY: the caller's promise.
    promised(unsafe { printed(Ok(channel), text, "lwt_text_printl", true) })
}

/// Writes `text` to standard error, `Lwt_text.eprint`. As lwt_text_fprint.
///
/// # Safety
/// As lwt_text_fprint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_eprint(text: *const c_char) -> *mut lwt_t {
    let channel = Channel::standard(Standard::Error);
    // SAFETY: the caller's promise.
    promised(unsafe { printed(Ok(channel), text, "lwt_text_eprint", false) })
}

/// The same, and a newline, `Lwt_text.eprintl`.
///
/// # Safety
/// As lwt_text_fprint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_eprintl(text: *const c_char) -> *mut lwt_t {
    let channel = Channel::standard(Standard::Error);
    // SAFETY: the caller's promise.
    promised(unsafe { printed(Ok(channel), text, "lwt_text_eprintl", true) })
}
