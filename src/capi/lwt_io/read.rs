//! `lwt_io.h`, reading. Module Lwt_io.

use super::channel::lwt_io_channel;
use super::{input, promised};
use crate::abi::lwt_t;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::given;
use crate::exn::Exn;
use crate::io::{self, AtEnd};
use std::ffi::c_char;
use std::ptr;

/// The next line, `Lwt_io.read_line`: up to a newline, which is taken, and without it or
/// "\r\n"; a "\r" elsewhere is kept. The last line may lack its newline.
///
/// Borrows `channel`. Returns a promise of a `struct lwt_string *`, owned by the promise. It
/// fails with LWT_END_OF_FILE if there is no byte any more; LWT_CLOSED; LWT_UNIX_ERROR as
/// read(2) does, or as the function of the channel does; LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle or one for writing; LWT_OUT_OF_MEMORY. Cancelling it
/// loses its place in the queue and nothing else: what was read of the line is for the next
/// read. On the channel's thread. Manual: "Channels".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_line(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read_line").map(|channel| channel.read_line(AtEnd::Fails)))
}

/// The same, `Lwt_io.read_line_opt`: `LWT_NONE` where there is no byte any more.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_line_opt(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read_line_opt").map(|channel| channel.read_line(AtEnd::None)))
}

/// The next byte, `Lwt_io.read_char`. The value is the byte as an integer, from 0 to 255.
/// As lwt_io_read_line otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_char(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read_char").map(|channel| channel.read_char(AtEnd::Fails)))
}

/// The same, `Lwt_io.read_char_opt`: `LWT_NONE` at the end.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_char_opt(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read_char_opt").map(|channel| channel.read_char(AtEnd::None)))
}

/// Everything up to the end, `Lwt_io.read` without a count; an empty text at the end. All of
/// it stays in the buffer until the end has come, so that cancelling loses nothing. As
/// lwt_io_read_line otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read").map(|channel| channel.read(None)))
}

/// At most `count` bytes, and at least one unless at the end, `Lwt_io.read` with a count. As
/// lwt_io_read.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_count(channel: *const lwt_io_channel, count: usize) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read_count").map(|channel| channel.read(Some(count))))
}

/// The room that C has for bytes. The error: there can be no such room.
fn room(name: &str, buf: *mut c_char, len: usize) -> Result<*mut u8, Exn> {
    if buf.is_null() && len != 0 || len > isize::MAX as usize {
        return Err(Exn::invalid(&format!("{name}: there can be no such room")));
    }
    Ok(buf.cast())
}

/// Reads up to `len` bytes into `buf`, at least one unless at the end, `Lwt_io.read_into`
/// (and `read_into_bigstring`).
///
/// Borrows `channel`, and `buf` until the promise has resolved, for whatever reason; then
/// nothing touches it any more. Returns a promise of the count as an integer, owned by the
/// caller: 0 at the end, or at once if `len` is 0. It fails with LWT_INVALID_ARGUMENT if
/// `buf` is NULL or `len` absurd; otherwise as lwt_io_read_line. Cancelling it loses
/// nothing. On the channel's thread.
///
/// # Safety
/// There is room for `len` bytes at `buf` as long as the promise is pending.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_read_into(
    channel: *const lwt_io_channel,
    buf: *mut c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_read_into";
    let channel = input(channel, NAME).and_then(|channel| Ok((channel, room(NAME, buf, len)?)));
    // SAFETY: the caller's promise.
    promised(channel.map(|(channel, buf)| unsafe { channel.read_into(buf, len, false) }))
}

/// Reads exactly `len` bytes into `buf`, `Lwt_io.read_into_exactly`. Returns a promise of
/// LWT_UNIT; it fails with LWT_END_OF_FILE if there are fewer, which are lost: they are in
/// `buf`. Cancelling it loses nothing. As lwt_io_read_into otherwise.
///
/// # Safety
/// As lwt_io_read_into.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_read_into_exactly(
    channel: *const lwt_io_channel,
    buf: *mut c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_read_into_exactly";
    let channel = input(channel, NAME).and_then(|channel| Ok((channel, room(NAME, buf, len)?)));
    // SAFETY: the caller's promise.
    promised(channel.map(|(channel, buf)| unsafe { channel.read_into(buf, len, true) }))
}

/// The next block that lwt_io_write_value wrote, `Lwt_io.read_value`. C has no marshalled
/// values: a block is bytes behind their length (eight bytes, the highest first). `most`: one
/// that says that it is longer fails with LWT_FAILURE, and is not taken; it keeps a peer from
/// claiming all memory.
///
/// Returns a promise of a `struct lwt_string *`, owned by the promise. It fails with
/// LWT_END_OF_FILE if the block is cut short; as lwt_io_read_line otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_value(channel: *const lwt_io_channel, most: usize) -> *mut lwt_t {
    promised(input(channel, "lwt_io_read_value").map(|channel| channel.read_value(most)))
}

/// The lines of a channel as a stream of `struct lwt_string *`, which the stream owns,
/// `Lwt_io.read_lines`; see lwt_io_read_line. A line is read when it is asked for. Where that
/// fails so does the read of the stream, and the next one tries again. The channel is not
/// closed at the end.
///
/// Borrows `channel`, of which the stream has a reference of its own. Returns a stream, owned
/// by the caller (lwt_stream_release). NULL for a bad handle or one for writing, or if memory
/// runs out. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_lines(channel: *const lwt_io_channel) -> *mut lwt_stream {
    let channel = input(channel, "lwt_io_read_lines");
    channel.map_or(ptr::null_mut(), |channel| given(io::lines(&channel)))
}

/// The bytes of a channel as a stream of integers, `Lwt_io.read_chars`. As lwt_io_read_lines
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_read_chars(channel: *const lwt_io_channel) -> *mut lwt_stream {
    let channel = input(channel, "lwt_io_read_chars");
    channel.map_or(ptr::null_mut(), |channel| given(io::chars(&channel)))
}
