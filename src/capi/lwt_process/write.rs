//! `lwt_process.h`, feeding a program. Module Lwt_process.

use super::{promised, started};
use crate::abi::lwt_t;
use crate::capi::lwt::array;
use crate::capi::lwt_stream::consumed;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::text::text;
use crate::process::command::{lwt_process_command, lwt_process_options};
use crate::process::open::OUT;
use crate::process::transfer;
use std::ffi::c_char;

/// Runs a program and writes a text to its standard input, `Lwt_process.pwrite`: the `len` bytes at
/// `data`, which are copied. A promise of LWT_UNIT that is fulfilled when all of it is sent and
/// the channel closed; it does not wait for the end of the process. `options` may be NULL.
/// Cancelling the promise closes the channel: what was not yet sent is lost.
///
/// Fails as lwt_process_exec does before it waits, and with what a channel fails with
/// (`lwt_io.h`): EPIPE, function "write", if the program does not read it all. On any thread.
///
/// # Safety
/// Command and options are as they say. `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pwrite(
    command: lwt_process_command,
    options: *const lwt_process_options,
    data: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_process_pwrite";
    // SAFETY: as this function asks for.
    let input = unsafe { array(NAME, data.cast::<u8>(), len) };
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::bytes(input?);
        let process = started(NAME, &command, options, OUT);
        Ok(transfer::send(process?, feed))
    };
    promised(run())
}

/// The same for a line, to which its end is added, `Lwt_process.pwrite_line`. `line` is copied.
///
/// # Safety
/// Command and options are as they say. `line` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pwrite_line(
    command: lwt_process_command,
    options: *const lwt_process_options,
    line: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_process_pwrite_line";
    // SAFETY: as this function asks for.
    let input = unsafe { text(line, NAME, "the line") };
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::a_line(input?.to_bytes());
        let process = started(NAME, &command, options, OUT);
        Ok(transfer::send(process?, feed))
    };
    promised(run())
}

/// The same for the lines of a stream of `struct lwt_string *`, to each of which its end is
/// added, `Lwt_process.pwrite_lines`. Consumes `lines`. Fails as the stream does, too.
///
/// # Safety
/// Command and options are as they say. The elements are `struct lwt_string *` or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pwrite_lines(
    command: lwt_process_command,
    options: *const lwt_process_options,
    lines: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_process_pwrite_lines";
    let input = consumed(lines, NAME);
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::lines(input?);
        let process = started(NAME, &command, options, OUT);
        Ok(transfer::send(process?, feed))
    };
    promised(run())
}

/// The same for a stream of bytes, LWT_INT each, `Lwt_process.pwrite_chars`. Consumes `chars`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pwrite_chars(
    command: lwt_process_command,
    options: *const lwt_process_options,
    chars: *mut lwt_stream,
) -> *mut lwt_t {
    const NAME: &str = "lwt_process_pwrite_chars";
    let input = consumed(chars, NAME);
    // SAFETY: as this function asks for.
    let run = || unsafe {
        let feed = transfer::chars(input?);
        let process = started(NAME, &command, options, OUT);
        Ok(transfer::send(process?, feed))
    };
    promised(run())
}
