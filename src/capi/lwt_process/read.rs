//! `lwt_process.h`, reading what a program writes. Module Lwt_process.

use super::{promised, started, streamed};
use crate::abi::lwt_t;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::process::command::{lwt_process_command, lwt_process_options};
use crate::process::open::IN;
use crate::process::{stream, transfer};

/// Runs a program and reads all that it writes to its standard output, `Lwt_process.pread`: a
/// promise of the text, a `struct lwt_string *`. It does not wait for the end of the process.
/// `options` may be NULL. Cancelling the promise closes the channel: what was read is lost, and
/// the program goes on.
///
/// Fails as lwt_process_exec does before it waits, and with what a channel fails with
/// (`lwt_io.h`). On any thread.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pread(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_pread", &command, options, IN) };
    promised(process.map(|process| transfer::receive(process, transfer::whole)))
}

/// The same, but only the first line, without its end, `Lwt_process.pread_line`. Fails with
/// LWT_END_OF_FILE, too, if there is none.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pread_line(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_pread_line", &command, options, IN) };
    promised(process.map(|process| transfer::receive(process, transfer::line)))
}

/// The lines that a program writes to its standard output, without their ends, as a stream,
/// `Lwt_process.pread_lines`, which the caller owns (lwt_stream_release). `options` may be NULL.
/// The channel is closed at the end of the stream, and when that is given up before. The stream
/// fails as lwt_process_pread does. NULL: memory ran out. On any thread.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pread_lines(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_stream {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_pread_lines", &command, options, IN) };
    streamed(process.map(|process| stream::receive(process, stream::line)))
}

/// The same for its bytes, LWT_INT each, `Lwt_process.pread_chars`.
///
/// # Safety
/// Command and options are as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_process_pread_chars(
    command: lwt_process_command,
    options: *const lwt_process_options,
) -> *mut lwt_stream {
    // SAFETY: as this function asks for.
    let process = unsafe { started("lwt_process_pread_chars", &command, options, IN) };
    streamed(process.map(|process| stream::receive(process, stream::char)))
}
