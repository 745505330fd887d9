//! Options of sockets. Each is named as in getsockopt(2), by its level and its
//! number: `SOL_SOCKET` and `SO_REUSEADDR`.

use super::fd::{lwt_unix_fd, of_handle};
use super::socket::done;
use crate::abi::{NONE, lwt_t, lwt_value};
use crate::exn::Exn;
use crate::unix::net::{multicast, option};
use crate::value::Value;
use libc::in_addr;
use std::ffi::c_int;
use std::ptr::without_provenance_mut;

fn number(n: c_int) -> Value {
    Value::plain(without_provenance_mut(n as isize as usize))
}

/// An option that is on or off, `Lwt_unix.getsockopt`: `SO_REUSEADDR`,
/// `SO_KEEPALIVE`, `TCP_NODELAY` and so on.
///
/// Borrows `fd`. Returns a promise, resolved at once, of `LWT_INT(1)` or
/// `LWT_INT(0)`. It fails with `LWT_UNIX_ERROR` (function "getsockopt";
/// ENOPROTOOPT if the socket has no such option, EBADF if it is closed), with
/// what it was aborted with, `LWT_INVALID_ARGUMENT` and `LWT_WRONG_THREAD`. On
/// the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getsockopt(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
) -> *mut lwt_t {
    let value = of_handle(fd, "lwt_unix_getsockopt")
        .and_then(|fd| option::get_int(&fd, c"getsockopt", level, name));
    done(value.map(|value| number(c_int::from(value != 0))))
}

/// Sets an option that is on or off, `Lwt_unix.setsockopt`. The value is
/// `LWT_UNIT`; function "setsockopt". Otherwise as `lwt_unix_getsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_setsockopt(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
    on: bool,
) -> *mut lwt_t {
    let set = of_handle(fd, "lwt_unix_setsockopt")
        .and_then(|fd| option::set_int(&fd, c"setsockopt", level, name, on.into()));
    done(set.map(|()| Value::UNIT))
}

/// An option that is a number, `Lwt_unix.getsockopt_int`: `SO_SNDBUF`, `SO_TYPE`
/// and so on. The value is `LWT_INT` of it. Otherwise as `lwt_unix_getsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getsockopt_int(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
) -> *mut lwt_t {
    let value = of_handle(fd, "lwt_unix_getsockopt_int")
        .and_then(|fd| option::get_int(&fd, c"getsockopt", level, name));
    done(value.map(number))
}

/// Sets an option that is a number, `Lwt_unix.setsockopt_int`. The value is
/// `LWT_UNIT`; function "setsockopt". Otherwise as `lwt_unix_getsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_setsockopt_int(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
    value: c_int,
) -> *mut lwt_t {
    let set = of_handle(fd, "lwt_unix_setsockopt_int")
        .and_then(|fd| option::set_int(&fd, c"setsockopt", level, name, value));
    done(set.map(|()| Value::UNIT))
}

/// An option that may be absent, `Lwt_unix.getsockopt_optint`: `SO_LINGER`. The
/// value is `LWT_INT` of the seconds, or `LWT_NONE`. Otherwise as
/// `lwt_unix_getsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getsockopt_optint(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
) -> *mut lwt_t {
    let value = of_handle(fd, "lwt_unix_getsockopt_optint")
        .and_then(|fd| option::get_optint(&fd, level, name));
    done(value.map(|value| value.map_or(Value::plain(NONE), number)))
}

/// Sets an option that may be absent, `Lwt_unix.setsockopt_optint`, to
/// `LWT_INT` of the seconds, or `LWT_NONE`. The value is `LWT_UNIT`; function
/// "setsockopt". Otherwise as `lwt_unix_getsockopt`; a number that is no `int` is
/// `LWT_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_setsockopt_optint(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
    value: lwt_value,
) -> *mut lwt_t {
    const CALL: &str = "lwt_unix_setsockopt_optint";
    let seconds = match value == NONE {
        true => Ok(None),
        false => c_int::try_from(value as isize).map(Some),
    };
    let seconds = seconds.map_err(|_| Exn::invalid(&format!("{CALL}: it is no int")));
    let set = of_handle(fd, CALL).and_then(|fd| option::set_optint(&fd, level, name, seconds?));
    done(set.map(|()| Value::UNIT))
}

/// An option that is a time, `Lwt_unix.getsockopt_float`: `SO_RCVTIMEO` and
/// `SO_SNDTIMEO`, which matter to blocking calls alone. `*seconds` is set before
/// the call returns, unless it fails; 0 is no limit. The value is `LWT_UNIT`.
/// Otherwise as `lwt_unix_getsockopt`; `LWT_INVALID_ARGUMENT` if `seconds` is
/// NULL.
///
/// # Safety
/// `seconds` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getsockopt_float(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
    seconds: *mut f64,
) -> *mut lwt_t {
    const CALL: &str = "lwt_unix_getsockopt_float";
    if seconds.is_null() {
        return done(Err(Exn::invalid(&format!("{CALL}: seconds is NULL"))));
    }
    let value = of_handle(fd, CALL).and_then(|fd| option::get_float(&fd, level, name));
    done(value.map(|value| {
        // SAFETY: as this function asks for.
        unsafe { seconds.write(value) };
        Value::UNIT
    }))
}

/// Sets an option that is a time, `Lwt_unix.setsockopt_float`; it is rounded up
/// to microseconds. The value is `LWT_UNIT`; function "setsockopt". Otherwise as
/// `lwt_unix_getsockopt`; what is negative, infinite or no number is
/// `LWT_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_setsockopt_float(
    fd: *const lwt_unix_fd,
    level: c_int,
    name: c_int,
    seconds: f64,
) -> *mut lwt_t {
    let set = of_handle(fd, "lwt_unix_setsockopt_float")
        .and_then(|fd| option::set_float(&fd, level, name, seconds));
    done(set.map(|()| Value::UNIT))
}

/// The error that a socket holds, `Lwt_unix.getsockopt_error`, and which it then
/// holds no more. The value is `LWT_INT` of the errno, or `LWT_NONE`. Otherwise
/// as `lwt_unix_getsockopt`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getsockopt_error(fd: *const lwt_unix_fd) -> *mut lwt_t {
    let error = of_handle(fd, "lwt_unix_getsockopt_error").and_then(|fd| option::error(&fd));
    done(error.map(|error| error.map_or(Value::plain(NONE), number)))
}

/// Whether receivers on this machine get what the socket sends to a group,
/// `Lwt_unix.mcast_set_loop`: those that have joined it, and only while this is
/// on, as it is at first. For IPv4.
///
/// Borrows `fd`. Returns a promise of `LWT_UNIT`, resolved at once. It fails with
/// `LWT_UNIX_ERROR` (function "mcast_set_loop"; EBADF if it is closed), with what
/// it was aborted with, `LWT_INVALID_ARGUMENT` and `LWT_WRONG_THREAD`. On the
/// descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_mcast_set_loop(fd: *const lwt_unix_fd, on: bool) -> *mut lwt_t {
    let set = of_handle(fd, "lwt_unix_mcast_set_loop").and_then(|fd| multicast::set_loop(&fd, on));
    done(set.map(|()| Value::UNIT))
}

/// How many networks what the socket sends to a group passes,
/// `Lwt_unix.mcast_set_ttl`: 1 at first, this network alone; 0 is this machine.
/// Function "mcast_set_ttl", EINVAL above 255. Otherwise as
/// `lwt_unix_mcast_set_loop`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_mcast_set_ttl(fd: *const lwt_unix_fd, ttl: c_int) -> *mut lwt_t {
    let set = of_handle(fd, "lwt_unix_mcast_set_ttl").and_then(|fd| multicast::set_ttl(&fd, ttl));
    done(set.map(|()| Value::UNIT))
}

/// Joins a group, `Lwt_unix.mcast_add_membership`, on the interface that has the
/// address `interface`; `INADDR_ANY`: one that the system chooses. Function
/// "mcast_add_membership", EADDRINUSE if it has joined already. Otherwise as
/// `lwt_unix_mcast_set_loop`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_mcast_add_membership(
    fd: *const lwt_unix_fd,
    group: in_addr,
    interface: in_addr,
) -> *mut lwt_t {
    let joined = of_handle(fd, "lwt_unix_mcast_add_membership")
        .and_then(|fd| multicast::join(&fd, group, interface));
    done(joined.map(|()| Value::UNIT))
}

/// Leaves a group, `Lwt_unix.mcast_drop_membership`, on the interface on which it
/// was joined. Function "mcast_drop_membership", EADDRNOTAVAIL if it has not
/// joined. Otherwise as `lwt_unix_mcast_set_loop`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_mcast_drop_membership(
    fd: *const lwt_unix_fd,
    group: in_addr,
    interface: in_addr,
) -> *mut lwt_t {
    let left = of_handle(fd, "lwt_unix_mcast_drop_membership")
        .and_then(|fd| multicast::leave(&fd, group, interface));
    done(left.map(|()| Value::UNIT))
}
