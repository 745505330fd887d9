//! Messages over sockets: scattered buffers, and descriptors that are passed on.

use super::fd::{lwt_unix_fd, of_handle};
use super::socket::{lent, promised};
use super::vector::{lwt_unix_io_vectors, of_vectors};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::unix::fd::Fd;
use crate::unix::net::address::Address;
use crate::unix::net::message;
use libc::{sockaddr, socklen_t};
use std::rc::Rc;

/// Receives bytes and descriptors over a socket of the Unix domain,
/// `Lwt_unix.recv_msg`, when there is a message. The bytes are spread over the
/// vectors, as `lwt_unix_readv` does.
///
/// Borrows `fd`, and `vectors` until the call returns; the buffers must stay
/// valid until the promise has resolved, and are not touched after that. Returns
/// a promise of a `struct lwt_values *` of three: `LWT_INT` of the bytes; a
/// `struct lwt_values *` of the descriptors (`lwt_unix_fd *`), in order, which
/// are closed with it unless they are taken out (`lwt_values_take`), and on exec;
/// and `LWT_INT` of the message's flags, as recvmsg(2) has them: `MSG_TRUNC`, and
/// `MSG_CTRUNC` where descriptors were lost, as when the process may have no
/// more.
///
/// It fails as `lwt_unix_recv` does, function "recv_msg". On the descriptor's
/// thread.
///
/// # Safety
/// The buffers may be written until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_recv_msg(
    fd: *const lwt_unix_fd,
    vectors: *const lwt_unix_io_vectors,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_recv_msg";
    let vectors = slices(vectors, NAME);
    // SAFETY: as this function asks for.
    promised(of_handle(fd, NAME).and_then(|fd| Ok(unsafe { message::recv_msg(&fd, vectors?) })))
}

/// Sends bytes and descriptors over a socket of the Unix domain,
/// `Lwt_unix.send_msg`, when there is room: the bytes of the vectors, as
/// `lwt_unix_writev`, of which there must be at least one on a stream, and the
/// `n` descriptors of `fds`, at most 253.
///
/// Borrows `fd`, and `vectors` and `fds` until the call returns; the buffers must
/// stay valid until the promise has resolved. The descriptors stay the caller's,
/// who may release them at once, and close them when it has. Returns a promise
/// of `LWT_INT` of how many bytes were sent: if it is not 0 all descriptors were.
///
/// It fails as `lwt_unix_send` does, function "send_msg"; with EBADF also if one
/// of `fds` is closed when the message is sent; with `LWT_INVALID_ARGUMENT` also
/// if one is a bad handle, or there are too many. A cancelled call has sent
/// nothing. On the descriptors' thread.
///
/// # Safety
/// The buffers can be read until the promise has resolved; there are `n` handles
/// at `fds`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_send_msg(
    fd: *const lwt_unix_fd,
    vectors: *const lwt_unix_io_vectors,
    fds: *const *const lwt_unix_fd,
    n: usize,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    unsafe { send_msg(fd, vectors, fds, n, Ok(None), "lwt_unix_send_msg") }
}

/// As `lwt_unix_send_msg`, to an address, `Lwt_unix.send_msgto`, which is
/// borrowed until the call returns. Function "send_msgto";
/// `LWT_INVALID_ARGUMENT` if it is no address.
///
/// # Safety
/// As `lwt_unix_send_msg`; `to_len` bytes can be read at `to`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_send_msgto(
    fd: *const lwt_unix_fd,
    vectors: *const lwt_unix_io_vectors,
    fds: *const *const lwt_unix_fd,
    n: usize,
    to: *const sockaddr,
    to_len: socklen_t,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_send_msgto";
    // SAFETY: as this function asks for.
    unsafe {
        let to = lent(to, to_len, NAME).map(Some);
        send_msg(fd, vectors, fds, n, to, NAME)
    }
}

/// # Safety
/// As `lwt_unix_send_msg`.
unsafe fn send_msg(
    fd: *const lwt_unix_fd,
    vectors: *const lwt_unix_io_vectors,
    fds: *const *const lwt_unix_fd,
    n: usize,
    to: Result<Option<Address>, Exn>,
    function: &str,
) -> *mut lwt_t {
    let vectors = slices(vectors, function);
    // SAFETY: as this function asks for.
    let fds = unsafe { borrowed(fds, n, function) };
    promised(of_handle(fd, function).and_then(|fd| {
        // SAFETY: as this function asks for.
        Ok(unsafe { message::send_msg(&fd, vectors?, fds?, to?) })
    }))
}

/// The descriptors of an array.
///
/// # Safety
/// There are `n` handles at `fds`.
unsafe fn borrowed(
    fds: *const *const lwt_unix_fd,
    n: usize,
    function: &str,
) -> Result<Vec<Rc<Fd>>, Exn> {
    if n > message::MOST_FDS {
        return Err(Exn::invalid(&format!("{function}: too many descriptors")));
    }
    if n > 0 && fds.is_null() {
        return Err(Exn::invalid(&format!("{function}: the array is NULL")));
    }
    // SAFETY: as this function asks for.
    (0..n)
        .map(|at| of_handle(unsafe { *fds.add(at) }, function))
        .collect()
}

/// The slices of a list, as they are now.
fn slices(vectors: *const lwt_unix_io_vectors, function: &str) -> Result<Vec<libc::iovec>, Exn> {
    of_vectors(vectors, function).map(|vectors| vectors.with_slices(<[_]>::to_vec))
}
