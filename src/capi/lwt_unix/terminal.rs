//! `lwt_unix.h`, terminals. Module Lwt_unix.

use super::fd::{lwt_unix_fd, with};
use crate::abi::lwt_t;
use crate::scheduler::job::run::invalid;
use crate::unix::file::terminal;
use std::ffi::c_int;

/// How a terminal is set, `Lwt_unix.tcgetattr`, as a job.
///
/// Borrows `fd`. Returns a promise of a `struct termios *` of termios.h, which it owns;
/// moved out by lwt_take it is the caller's to `free`. It fails with
/// LWT_UNIX_ERROR (function "tcgetattr"; ENOTTY; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses nothing. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_tcgetattr(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_tcgetattr", |fd| terminal::tcgetattr(&fd))
}

/// Sets a terminal, `Lwt_unix.tcsetattr`, as a job. `when` is TCSANOW, TCSADRAIN or
/// TCSAFLUSH of termios.h.
///
/// Borrows `fd`, and `attributes` until the call returns. Returns a promise of
/// LWT_UNIT. It fails with LWT_INVALID_ARGUMENT if `attributes` is NULL, and with
/// LWT_UNIX_ERROR (function "tcsetattr"; ENOTTY, EINVAL; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
///
/// # Safety
/// `attributes` is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_tcsetattr(
    fd: *const lwt_unix_fd,
    when: c_int,
    attributes: *const libc::termios,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_tcsetattr";
    if attributes.is_null() {
        return invalid(NAME, "the attributes are NULL").into_raw();
    }
    // SAFETY: not NULL, and the caller's promise.
    let attributes = unsafe { attributes.read() };
    with(fd, NAME, |fd| terminal::tcsetattr(&fd, when, attributes))
}

/// Sends a break on a serial line, `Lwt_unix.tcsendbreak`, as a job; `duration` 0 is a
/// quarter of a second to half a second.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "tcsendbreak"; ENOTTY; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_tcsendbreak(fd: *const lwt_unix_fd, duration: c_int) -> *mut lwt_t {
    with(fd, "lwt_unix_tcsendbreak", |fd| {
        terminal::tcsendbreak(&fd, duration)
    })
}

/// Waits until all that was written to a terminal has been sent, `Lwt_unix.tcdrain`, as
/// a job. While it waits on a worker, closing the descriptor does so, too.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "tcdrain"; ENOTTY; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED, which loses nothing. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_tcdrain(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_tcdrain", |fd| terminal::tcdrain(&fd))
}

/// Drops what is on its way, `Lwt_unix.tcflush`, as a job: TCIFLUSH what was received and
/// not read, TCOFLUSH what was written and not sent, TCIOFLUSH both.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "tcflush"; ENOTTY, EINVAL; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_tcflush(fd: *const lwt_unix_fd, queue: c_int) -> *mut lwt_t {
    with(fd, "lwt_unix_tcflush", |fd| terminal::tcflush(&fd, queue))
}

/// Holds and goes on, `Lwt_unix.tcflow`, as a job: TCOOFF and TCOON the output, TCIOFF and
/// TCION the other side's, by a sign to it.
///
/// Borrows `fd`. Returns a promise of LWT_UNIT. It fails with
/// LWT_UNIX_ERROR (function "tcflow"; ENOTTY, EINVAL; EBADF, and then the function is
/// "check_descriptor", if it is closed; or what it was aborted with),
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: a cancelled call that has begun may still take effect. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_tcflow(fd: *const lwt_unix_fd, action: c_int) -> *mut lwt_t {
    with(fd, "lwt_unix_tcflow", |fd| terminal::tcflow(&fd, action))
}
