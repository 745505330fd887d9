//! `lwt_ssl.h`: reading, writing, and channels.

use super::socket::lwt_ssl_socket;
use super::{bytes, promised};
use crate::abi::lwt_t;
use crate::capi::lwt_bytes::{get as bytes_of, lwt_bytes};
use crate::capi::lwt_io::channel::{lwt_io_channel, size_of_buffer};
use crate::capi::lwt_io::given;
use crate::io::Mode;
use crate::ssl::channel;
use std::ffi::c_char;
use std::ptr;

/// Reads at most `len` bytes, `Lwt_ssl.read`, making the handshake first if it is not over.
/// Several reads are served in the order of the calls. One read and one write may go on at
/// the same time.
///
/// Borrows `socket`, and `buf` until the promise has resolved. Returns a promise of how many
/// bytes were read; 0: the other end has said goodbye, or `len` is 0. It fails with LWT_SSL
/// (LWT_SSL_TRUNCATED: the connection has ended, and **nobody has said goodbye**, so that
/// something may be missing; LWT_SSL_ALERT, LWT_SSL_PROTOCOL, what a handshake fails with;
/// what came before is read before), LWT_UNIX_ERROR (function "ssl_read"; EBADF when it is
/// closed), with what it is aborted with, LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD,
/// LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On the socket's thread.
///
/// # Safety
/// `buf` is NULL or has room for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_read(
    socket: *const lwt_ssl_socket,
    buf: *mut c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_read";
    promised(super::socket(socket, NAME).and_then(|socket| {
        // SAFETY: as this function asks for.
        unsafe {
            bytes(NAME, buf, len)?;
            Ok(socket.read(buf.cast(), len))
        }
    }))
}

/// Writes at most `len` bytes, or the first 65536 of them, `Lwt_ssl.write`, making the
/// handshake first if it is not over. It waits until all that was written before is with the
/// system, and then until these are: who writes faster than the other end reads is held up.
///
/// Borrows `socket`, and `buf` until the promise has resolved. Returns a promise of how many
/// bytes were written, 0 only if `len` is 0. It fails with LWT_SSL (what the session or the
/// handshake has failed with), LWT_UNIX_ERROR (function "ssl_write"; EPIPE, ECONNRESET: the
/// other end has gone, or lwt_ssl_ssl_shutdown was called; EBADF when it is closed), with what
/// it is aborted with, LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and
/// LWT_CANCELED: nothing was written. What is encrypted can't be taken back: cancelled later
/// than that, the promise is fulfilled at once with how many bytes were taken, and they are
/// sent as soon as there is room. On the socket's thread.
///
/// # Safety
/// `buf` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_write(
    socket: *const lwt_ssl_socket,
    buf: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_write";
    promised(super::socket(socket, NAME).and_then(|socket| {
        // SAFETY: as this function asks for.
        unsafe {
            bytes(NAME, buf, len)?;
            Ok(socket.write(buf.cast(), len))
        }
    }))
}

/// Reads at most `len` bytes to `pos`, `Lwt_ssl.read_bytes`: as lwt_ssl_read, but the memory
/// is kept until the promise has resolved, also when `bytes` is released before.
/// LWT_INVALID_ARGUMENT too if there are not so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_read_bytes(
    socket: *const lwt_ssl_socket,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_read_bytes";
    promised(super::socket(socket, NAME).and_then(|socket| {
        let bytes = bytes_of(bytes, NAME)?;
        // SAFETY: the bytes are there, and kept.
        Ok(bytes.lend(NAME, pos, len, |data| unsafe { socket.read(data, len) }))
    }))
}

/// Writes at most `len` bytes from `pos` on, `Lwt_ssl.write_bytes`: as lwt_ssl_write, but the
/// memory is kept until the promise has resolved. LWT_INVALID_ARGUMENT too if there are not
/// so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_write_bytes(
    socket: *const lwt_ssl_socket,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_write_bytes";
    promised(super::socket(socket, NAME).and_then(|socket| {
        let bytes = bytes_of(bytes, NAME)?;
        // SAFETY: the bytes are there, and kept.
        Ok(bytes.lend(NAME, pos, len, |data| unsafe { socket.write(data, len) }))
    }))
}

/// Waits until a read need not wait, `Lwt_ssl.wait_read`: until there is something to read,
/// or the end, or an error to be told. (In Lwt it is only a yield.) It makes the handshake
/// first if that is not over.
///
/// Borrows `socket`. Returns a promise of LWT_UNIT. It fails as lwt_ssl_read does when the
/// handshake fails or the descriptor is closed or aborted (function "ssl_wait_read"), and with
/// LWT_CANCELED, which loses nothing. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_wait_read(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    promised(super::socket(socket, "lwt_ssl_wait_read").map(|socket| socket.wait_read()))
}

/// Waits until a write need not wait, `Lwt_ssl.wait_write`: all that was written is with the
/// system, and there is room. (In Lwt it is only a yield.) Otherwise as lwt_ssl_wait_read;
/// function "ssl_wait_write".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_wait_write(socket: *const lwt_ssl_socket) -> *mut lwt_t {
    promised(super::socket(socket, "lwt_ssl_wait_write").map(|socket| socket.wait_write()))
}

/// Returns a channel that reads from a socket, `Lwt_ssl.in_channel_of_descr`, owned by the
/// caller: lwt_io_release. `buffer_size` 0 is the default. **Closing any channel of a socket
/// closes the socket**: it says goodbye, ends both directions, and closes the descriptor. The
/// channels that are closed after that have nothing to do and succeed. So close the output
/// first, which sends what was written and waits until the goodbye is sent; whoever closes
/// the input first, or aborts the output, loses what is not sent yet, and the goodbye if
/// there is no room for it. A peer that reads nothing holds up who closes the output, which
/// can't be cancelled: lwt_ssl_close hangs up on it.
///
/// Borrows `socket`, which the channel keeps. NULL: a bad handle, a size that no buffer has,
/// or out of memory. A read fails as lwt_ssl_read does. On the socket's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_in_channel_of(
    socket: *const lwt_ssl_socket,
    buffer_size: usize,
) -> *mut lwt_io_channel {
    over(socket, Mode::Input, buffer_size, "lwt_ssl_in_channel_of")
}

/// Returns a channel that writes to a socket, `Lwt_ssl.out_channel_of_descr`. Otherwise as
/// lwt_ssl_in_channel_of, and it fails as lwt_ssl_write does.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_out_channel_of(
    socket: *const lwt_ssl_socket,
    buffer_size: usize,
) -> *mut lwt_io_channel {
    over(socket, Mode::Output, buffer_size, "lwt_ssl_out_channel_of")
}

fn over(
    socket: *const lwt_ssl_socket,
    mode: Mode,
    buffer_size: usize,
    name: &str,
) -> *mut lwt_io_channel {
    match (super::socket(socket, name), size_of_buffer(buffer_size)) {
        (Ok(socket), Some(size)) => given(channel::over(&socket, mode, size)),
        _ => ptr::null_mut(),
    }
}
