//! `lwt_text.h`, writing. Module Lwt_text.

use super::channel::lwt_text_channel;
use super::{output, promised};
use crate::abi::lwt_t;
use crate::capi::lwt::array;
use crate::capi::lwt_stream::consumed;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::io::hexdump;
use crate::text::stream;
use std::ffi::c_char;

/// Writes the `len` bytes at `text`, which are UTF-8, in the channel's encoding,
/// `Lwt_text.write`: all of it, and no other write comes between. It is copied by the call.
///
/// What the encoding has not is written as the channel's conversion says, and bytes that are
/// no UTF-8 are taken as Latin characters; of a strict channel either is LWT_FAILURE, and
/// nothing is written.
///
/// Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller; it fails as
/// lwt_io_write does otherwise. Cancelling it before the text was taken writes nothing of it.
/// On the channel's thread. Manual: "Text channels".
///
/// # Safety
/// `text` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_write(
    channel: *const lwt_text_channel,
    text: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_write";
    // SAFETY: the caller's promise.
    let text = unsafe { array(NAME, text.cast::<u8>(), len) };
    promised(output(channel, NAME).and_then(|channel| Ok(channel.write(text?, false))))
}

/// The same, and a newline behind it, `Lwt_text.write_line`. As lwt_text_write.
///
/// # Safety
/// As lwt_text_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_write_line(
    channel: *const lwt_text_channel,
    text: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_write_line";
    // SAFETY: the caller's promise.
    let text = unsafe { array(NAME, text.cast::<u8>(), len) };
    promised(output(channel, NAME).and_then(|channel| Ok(channel.write(text?, true))))
}

/// Writes the one character that the `len` bytes at `text` are, `Lwt_text.write_char`. As
/// lwt_text_write, and LWT_INVALID_ARGUMENT if it is none or more than one.
///
/// # Safety
/// As lwt_text_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_write_char(
    channel: *const lwt_text_channel,
    text: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_write_char";
    // SAFETY: the caller's promise.
    let text = unsafe { array(NAME, text.cast::<u8>(), len) };
    promised(output(channel, NAME).and_then(|channel| Ok(channel.write_char(text?))))
}

/// Writes each element of a stream of `struct lwt_string *` as one character,
/// `Lwt_text.write_chars`; the next is asked for when there is room again.
///
/// Borrows `channel`, consumes `chars`. Returns a promise of LWT_UNIT, owned by the caller; it
/// fails as the stream does, or lwt_text_write_char. Cancelling it loses the character that
/// waits. On the channel's thread.
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_write_chars(
    channel: *const lwt_text_channel,
    chars: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_write_chars";
    let chars = consumed(chars, NAME);
    let channel = output(channel, NAME);
    // SAFETY: the caller's promise.
    promised(channel.and_then(|channel| Ok(unsafe { stream::write_chars(channel, chars?) })))
}

/// Writes each element of a stream of `struct lwt_string *` and a newline,
/// `Lwt_text.write_lines`. As lwt_text_write_chars, and other writes may come between the
/// lines: use lwt_text_atomic against that.
///
/// # Safety
/// As lwt_text_write_chars.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_write_lines(
    channel: *const lwt_text_channel,
    lines: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_write_lines";
    let lines = consumed(lines, NAME);
    let channel = output(channel, NAME);
    // SAFETY: the caller's promise.
    promised(channel.and_then(|channel| Ok(unsafe { stream::write_lines(channel, lines?) })))
}

/// Writes what a stream of bytes (integers) has as numbers and as text,
/// `Lwt_text.hexdump_stream`; lwt_io_hexdump_stream in the channel's encoding.
///
/// Borrows `channel`, consumes `bytes`. Returns a promise of LWT_UNIT, owned by the caller; it
/// fails as the stream does, or lwt_text_write. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_hexdump_stream(
    channel: *const lwt_text_channel,
    bytes: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_hexdump_stream";
    let bytes = consumed(bytes, NAME);
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(stream::write_hexdump(channel, bytes?))))
}

/// Writes the `len` bytes at `data` as numbers and as text, `Lwt_text.hexdump`, in one piece. As
/// lwt_text_write.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_hexdump(
    channel: *const lwt_text_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_hexdump";
    // SAFETY: the caller's promise.
    let data = unsafe { array(NAME, data.cast::<u8>(), len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write(hexdump(data?).as_bytes(), false))))
}
