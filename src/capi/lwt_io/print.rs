//! `lwt_io.h`, the printf family. Module Lwt_io. Those with a format are inline functions of
//! the header, over lwt_io_write and lwt_io_write_line.

use super::channel::lwt_io_channel;
use super::{output, promised, text as text_of};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::io::{self, Channel, Standard};
use std::ffi::c_char;
use std::rc::Rc;

/// Writes `text` up to its NUL byte, `Lwt_io.fprint`. As lwt_io_write; LWT_INVALID_ARGUMENT
/// if `text` is NULL.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_fprint(
    channel: *const lwt_io_channel,
    text: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_fprint";
    // SAFETY: the caller's promise.
    let bytes = unsafe { text_of(NAME, text) };
    let channel: Result<Rc<Channel>, Exn> = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write([bytes?, &[]]))))
}

/// The same, and a newline, `Lwt_io.fprintl`. Bytes with a length: lwt_io_write_line.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_fprintl(
    channel: *const lwt_io_channel,
    text: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_fprintl";
    // SAFETY: the caller's promise.
    let bytes = unsafe { text_of(NAME, text) };
    let channel: Result<Rc<Channel>, Exn> = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write([bytes?, b"\n"]))))
}

/// Writes `text` to standard output, `Lwt_io.print`. As lwt_io_fprint.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_print(text: *const c_char) -> *mut lwt_t {
    const NAME: &str = "lwt_io_print";
    // SAFETY: the caller's promise.
    let bytes = unsafe { text_of(NAME, text) };
    let channel: Result<Rc<Channel>, Exn> = Ok(io::standard(Standard::Output));
    promised(channel.and_then(|channel| Ok(channel.write([bytes?, &[]]))))
}

/// The same, and a newline, `Lwt_io.printl`.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_printl(text: *const c_char) -> *mut lwt_t {
    const NAME: &str = "lwt_io_printl";
    // SAFETY: the caller's promise.
    let bytes = unsafe { text_of(NAME, text) };
    let channel: Result<Rc<Channel>, Exn> = Ok(io::standard(Standard::Output));
    promised(channel.and_then(|channel| Ok(channel.write([bytes?, b"\n"]))))
}

/// Writes `text` to standard error, `Lwt_io.eprint`. As lwt_io_fprint.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_eprint(text: *const c_char) -> *mut lwt_t {
    const NAME: &str = "lwt_io_eprint";
    // SAFETY: the caller's promise.
    let bytes = unsafe { text_of(NAME, text) };
    let channel: Result<Rc<Channel>, Exn> = Ok(io::standard(Standard::Error));
    promised(channel.and_then(|channel| Ok(channel.write([bytes?, &[]]))))
}

/// The same, and a newline, `Lwt_io.eprintl`.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_eprintl(text: *const c_char) -> *mut lwt_t {
    const NAME: &str = "lwt_io_eprintl";
    // SAFETY: the caller's promise.
    let bytes = unsafe { text_of(NAME, text) };
    let channel: Result<Rc<Channel>, Exn> = Ok(io::standard(Standard::Error));
    promised(channel.and_then(|channel| Ok(channel.write([bytes?, b"\n"]))))
}
