//! `lwt_io.h`, writing. Module Lwt_io.

use super::channel::lwt_io_channel;
use super::{bytes, output, promised};
use crate::abi::lwt_t;
use crate::capi::lwt_stream::consumed;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::io::{self, hexdump};
use std::ffi::{c_char, c_int};

/// Writes the `len` bytes at `data`, `Lwt_io.write`: all of them, and no other write comes
/// between them. They are copied by the call, so `data` is free when it returns.
///
/// The promise is fulfilled at once if they fit below the high water mark of the channel
/// (lwt_io_set_water_marks), else when so much of what was written before is sent that they
/// are taken; of more than that mark by itself, when all but the low mark of it is sent. That
/// they were taken says nothing about their being sent: flush to know.
///
/// Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It fails with
/// LWT_CLOSED; LWT_UNIX_ERROR as write(2) does, or as the function of the channel does, if it
/// had to wait; LWT_FAILURE if they do not fit into the memory of a channel over memory;
/// LWT_INVALID_ARGUMENT if `data` is NULL and `len` is not 0; LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle or one for reading; LWT_OUT_OF_MEMORY. Cancelling it
/// before they were taken writes nothing of them; afterwards they are sent all the same. On
/// the channel's thread. Manual: "Channels".
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_write(
    channel: *const lwt_io_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write";
    // SAFETY: the caller's promise.
    let data = unsafe { bytes(NAME, data, len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write([data?, &[]]))))
}

/// The same, and a newline behind them, `Lwt_io.write_line`. A text that ends with a
/// NUL byte needs no length: lwt_io_fprintl.
///
/// # Safety
/// As lwt_io_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_write_line(
    channel: *const lwt_io_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write_line";
    // SAFETY: the caller's promise.
    let data = unsafe { bytes(NAME, data, len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write([data?, b"\n"]))))
}

/// Writes one byte, the lowest eight bits of `byte`, `Lwt_io.write_char`. As lwt_io_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_char(channel: *const lwt_io_channel, byte: c_int) -> *mut lwt_t {
    let channel = output(channel, "lwt_io_write_char");
    promised(channel.map(|channel| channel.write([&[byte as u8], &[]])))
}

/// Writes as many of the `len` bytes at `data` as there is room for, at least one,
/// `Lwt_io.write_from` (and `write_from_string`, `write_from_bigstring`): below the high water
/// mark, or in the memory of a channel over memory. They are copied by the call.
///
/// Returns a promise of how many were taken as an integer, owned by the caller; 0 if `len` is
/// 0. Fails as lwt_io_write. Cancelled, none is taken.
///
/// # Safety
/// As lwt_io_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_write_from(
    channel: *const lwt_io_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write_from";
    // SAFETY: the caller's promise.
    let data = unsafe { bytes(NAME, data, len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write_some(data?))))
}

/// Writes all of the `len` bytes at `data`, `Lwt_io.write_from_exactly` (and
/// `write_from_string_exactly`, `write_from_exactly_bigstring`). The same as lwt_io_write.
///
/// # Safety
/// As lwt_io_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_write_from_exactly(
    channel: *const lwt_io_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write_from_exactly";
    // SAFETY: the caller's promise.
    let data = unsafe { bytes(NAME, data, len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write([data?, &[]]))))
}

/// Writes a block that lwt_io_read_value reads, `Lwt_io.write_value`: the `len` bytes at
/// `data` behind their length. As lwt_io_write.
///
/// # Safety
/// As lwt_io_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_write_value(
    channel: *const lwt_io_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write_value";
    // SAFETY: the caller's promise.
    let data = unsafe { bytes(NAME, data, len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write_value(data?))))
}

/// Writes each element of a stream of `struct lwt_string *` and a newline,
/// `Lwt_io.write_lines`; the next is asked for when there is room again. Other writes may come
/// between the lines: use lwt_io_atomic against that.
///
/// Borrows `channel`, consumes `lines`. Returns a promise of LWT_UNIT, owned by the caller; it
/// fails as the stream does, or lwt_io_write. Cancelling it loses the line that waits. On the
/// channel's thread.
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_write_lines(
    channel: *const lwt_io_channel,
    lines: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write_lines";
    let lines = consumed(lines, NAME);
    let channel = output(channel, NAME);
    // SAFETY: the caller's promise.
    promised(channel.and_then(|channel| Ok(unsafe { io::write_lines(channel, lines?) })))
}

/// Writes each element of a stream of integers as a byte, `Lwt_io.write_chars`. As
/// lwt_io_write_lines.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_write_chars(
    channel: *const lwt_io_channel,
    chars: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_write_chars";
    let chars = consumed(chars, NAME);
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(io::write_chars(channel, chars?))))
}

/// Writes a dump of the `len` bytes at `data` for a person to read, `Lwt_io.hexdump`: lines of
/// sixteen bytes, as lwt_stream_hexdump makes them. As lwt_io_write.
///
/// # Safety
/// As lwt_io_write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_hexdump(
    channel: *const lwt_io_channel,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_hexdump";
    // SAFETY: the caller's promise.
    let data = unsafe { bytes(NAME, data, len) };
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(channel.write([hexdump(data?).as_bytes(), &[]]))))
}

/// The same of a stream of integers, each a byte, `Lwt_io.hexdump_stream`. As
/// lwt_io_write_chars.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_hexdump_stream(
    channel: *const lwt_io_channel,
    chars: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_hexdump_stream";
    let chars = consumed(chars, NAME);
    let channel = output(channel, NAME);
    promised(channel.and_then(|channel| Ok(io::write_hexdump(channel, chars?))))
}
