//! `lwt_process.h`, feeding a program and reading what it writes. Module Lwt_process.

use super::{promised, started, streamed};
use crate::abi::lwt_t;
use crate::capi::lwt::array;
use crate::capi::lwt_stream::consumed;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::text::text;
use crate::process::command::{lwt_process_command, lwt_process_options};
use crate::process::open::BOTH;
use crate::process::{stream, transfer};
use std::ffi::c_char;

/// Runs a program, writes a text to its standard input, and reads all that it writes to its
/// standard output at the same time, `Lwt_process.pmap`: the `len` bytes at `data`, which are
/// copied; a promise of a `struct lwt_string *`. `options` may be NULL. Cancelling the promise
/// closes both channels, and the program goes on.
///
/// Fails as lwt_process_exec does before it waits, and with what a channel fails with
/// (`lwt_io.h`); if the program does not read it all, that is EPIPE, function "write". On any thread.
///
/// # Safety
/// Command and options are as they say. `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pmap(
    command: lwt_process_command,
    options: *const lwt_process_options,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_process_pmap";
    // SAFETY: as this function asks for.
    let input = unsafe { array(NAME, data.cast::<u8>(), len) };
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::bytes(input?);
        let process = started(NAME, &command, options, BOTH);
        Ok(transfer::exchange(process?, feed, transfer::whole))
    };
    promised(run())
}

/// The same for a line: writes one, to which its end is added, and reads the first,
/// `Lwt_process.pmap_line`. `line` is copied. Fails with LWT_END_OF_FILE, too, if there is none.
///
/// # Safety
/// Command and options are as they say. `line` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pmap_line(
    command: lwt_process_command,
    options: *const lwt_process_options,
    line: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_process_pmap_line";
    // SAFETY: as this function asks for.
    let input = unsafe { text(line, NAME, "the line") };
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::a_line(input?.to_bytes());
        let process = started(NAME, &command, options, BOTH);
        Ok(transfer::exchange(process?, feed, transfer::line))
    };
    promised(run())
}

/// The lines that a program writes while it is fed the lines of a stream,
/// `Lwt_process.pmap_lines`: a stream which the caller owns. Consumes `lines`. The channels are
/// closed at the end of the streams; when the result is given up before, the program is still fed.
/// Where feeding it fails, that is told once, instead of an element, which comes after it. NULL:
/// memory ran out. On any thread.
///
/// # Safety
/// Command and options are as they say. The elements are `struct lwt_string *` or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pmap_lines(
    command: lwt_process_command,
    options: *const lwt_process_options,
    lines: *mut lwt_stream,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_process_pmap_lines";
    let input = consumed(lines, NAME);
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::lines(input?);
        let process = started(NAME, &command, options, BOTH);
        Ok(stream::exchange(process?, feed, stream::line))
    };
    streamed(run())
}

/// The same for streams of bytes, LWT_INT each, `Lwt_process.pmap_chars`. Consumes `chars`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pmap_chars(
    command: lwt_process_command,
    options: *const lwt_process_options,
    chars: *mut lwt_stream,
) -> *mut lwt_stream {
    const NAME: &str = "lwt_process_pmap_chars";
    let input = consumed(chars, NAME);
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::chars(input?);
        let process = started(NAME, &command, options, BOTH);
        Ok(stream::exchange(process?, feed, stream::char))
    };
    streamed(run())
}
