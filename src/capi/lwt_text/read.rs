//! `lwt_text.h`, reading. Module Lwt_text.

use super::channel::lwt_text_channel;
use super::{input, promised};
use crate::abi::lwt_t;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::given;
use crate::io::AtEnd;
use crate::text::stream;
use std::ptr;

/// The next character, `Lwt_text.read_char`: a text in UTF-8 of one code point (a few pairs of
/// bytes in Big5 stand for two).
///
/// Borrows `channel`. Returns a promise of a `struct lwt_string *`, owned by the promise. It
/// fails with LWT_END_OF_FILE at the end; LWT_FAILURE if the channel is strict and what comes
/// is no character, or is cut off by the end: nothing is taken then, and the next call finds
/// the same (the channel of bytes can be read past it); otherwise as lwt_io_read_line.
/// Cancelling it loses its place in the queue and nothing else, nor does a character that has
/// come in part. On the channel's thread. Manual: "Text channels".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_char(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_text_read_char").map(|channel| channel.read_char(AtEnd::Fails)))
}

/// The same, `Lwt_text.read_char_opt`: `LWT_NONE` at the end.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_char_opt(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_text_read_char_opt").map(|channel| channel.read_char(AtEnd::None)))
}

/// The next line, `Lwt_text.read_line`, in UTF-8: up to a newline, which is taken, and without
/// it or "\r\n". The last line may lack its newline. As lwt_text_read_char otherwise: of a
/// strict channel, a line in which something is no character fails as a whole, and is not
/// taken.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_line(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_text_read_line").map(|channel| channel.read_line(AtEnd::Fails)))
}

/// The same, `Lwt_text.read_line_opt`: `LWT_NONE` where there is no byte any more.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_line_opt(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_text_read_line_opt").map(|channel| channel.read_line(AtEnd::None)))
}

/// Everything up to the end, `Lwt_text.read` without a count; an empty text at the end. As
/// lwt_text_read_line.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(input(channel, "lwt_text_read").map(|channel| channel.read(None)))
}

/// At most `count` characters, and at least one unless at the end, `Lwt_text.read` with a
/// count. Of a strict channel, what comes before something that is no character is read, and
/// the next call fails. As lwt_text_read_char otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_count(
    channel: *const lwt_text_channel,
    count: usize,
) -> *mut lwt_t {
    promised(input(channel, "lwt_text_read_count").map(|channel| channel.read(Some(count))))
}

/// The characters of a channel as a stream of `struct lwt_string *`, which the stream owns,
/// `Lwt_text.read_chars`; see lwt_text_read_char. A character is read when it is asked for.
/// Where that fails so does the read of the stream, and the next one tries again. The channel
/// is not closed at the end.
///
/// Borrows `channel`, of which the stream has a reference of its own. Returns a stream, owned
/// by the caller (lwt_stream_release). NULL for a bad handle or one for writing, or if memory
/// runs out. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_chars(channel: *const lwt_text_channel) -> *mut lwt_stream {
    let channel = input(channel, "lwt_text_read_chars");
    channel.map_or(ptr::null_mut(), |channel| given(stream::chars(&channel)))
}

/// The lines of a channel as a stream, `Lwt_text.read_lines`; see lwt_text_read_line. As
/// lwt_text_read_chars otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_read_lines(channel: *const lwt_text_channel) -> *mut lwt_stream {
    let channel = input(channel, "lwt_text_read_lines");
    channel.map_or(ptr::null_mut(), |channel| given(stream::lines(&channel)))
}
