//! `Lwt_unix.getsockopt` and its kin: options of sockets, by the type of their
//! values. Calls the system.

use super::socket::call;
use crate::exn::Exn;
use crate::unix::fd::Fd;
use libc::{c_int, linger, socklen_t, timeval};
use std::ffi::CStr;

/// Reads an option that is a plain structure or number.
pub(super) fn get<T: Copy>(
    fd: &Fd,
    function: &'static CStr,
    level: c_int,
    name: c_int,
    value: &mut T,
) -> Result<(), Exn> {
    let mut len = size_of::<T>() as socklen_t;
    let value = (&raw mut *value).cast();
    // SAFETY: that much room. Fewer bytes leave the rest as it was.
    call(fd, function, |raw| unsafe {
        libc::getsockopt(raw, level, name, value, &raw mut len)
    })
    .map(drop)
}

pub(super) fn set<T: Copy>(
    fd: &Fd,
    function: &'static CStr,
    level: c_int,
    name: c_int,
    value: &T,
) -> Result<(), Exn> {
    let (len, value) = (size_of::<T>() as socklen_t, (&raw const *value).cast());
    // SAFETY: a value of that size.
    call(fd, function, |raw| unsafe {
        libc::setsockopt(raw, level, name, value, len)
    })
    .map(drop)
}

/// A number.
pub fn get_int(fd: &Fd, function: &'static CStr, level: c_int, name: c_int) -> Result<c_int, Exn> {
    let mut value = 0;
    get(fd, function, level, name, &mut value)?;
    Ok(value)
}

/// A number.
pub fn set_int(
    fd: &Fd,
    function: &'static CStr,
    level: c_int,
    name: c_int,
    value: c_int,
) -> Result<(), Exn> {
    set(fd, function, level, name, &value)
}

/// A number that may be absent: SO_LINGER.
pub fn get_optint(fd: &Fd, level: c_int, name: c_int) -> Result<Option<c_int>, Exn> {
    let mut value = linger {
        l_onoff: 0,
        l_linger: 0,
    };
    get(fd, c"getsockopt", level, name, &mut value)?;
    Ok((value.l_onoff != 0).then_some(value.l_linger))
}

/// A number that may be absent: SO_LINGER.
pub fn set_optint(fd: &Fd, level: c_int, name: c_int, value: Option<c_int>) -> Result<(), Exn> {
    let value = linger {
        l_onoff: c_int::from(value.is_some()),
        l_linger: value.unwrap_or(0),
    };
    set(fd, c"setsockopt", level, name, &value)
}

/// A time in seconds: SO_RCVTIMEO.
pub fn get_float(fd: &Fd, level: c_int, name: c_int) -> Result<f64, Exn> {
    let mut value = timeval {
        tv_sec: 0,
        tv_usec: 0,
    };
    get(fd, c"getsockopt", level, name, &mut value)?;
    Ok(value.tv_sec as f64 + value.tv_usec as f64 / 1e6)
}

/// A time in seconds: SO_RCVTIMEO. The error: it is none.
pub fn set_float(fd: &Fd, level: c_int, name: c_int, seconds: f64) -> Result<(), Exn> {
    let Some(value) = time(seconds) else {
        return Err(Exn::invalid("lwt_unix_setsockopt_float: it is no time"));
    };
    set(fd, c"setsockopt", level, name, &value)
}

/// Rounded up: 0 would stand for no limit.
fn time(seconds: f64) -> Option<timeval> {
    if !(0.0..1e12).contains(&seconds) {
        return None;
    }
    let micros = (seconds.fract() * 1e6).ceil() as i64;
    Some(timeval {
        tv_sec: seconds.trunc() as i64 + micros / 1_000_000,
        tv_usec: micros % 1_000_000,
    })
}

/// The error that the socket holds, which it then holds no more; None: none.
pub fn error(fd: &Fd) -> Result<Option<c_int>, Exn> {
    let errno = get_int(fd, c"getsockopt", libc::SOL_SOCKET, libc::SO_ERROR)?;
    Ok((errno != 0).then_some(errno))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up_to_microseconds() {
        let parts = |seconds| time(seconds).map(|time| (time.tv_sec, time.tv_usec));
        assert_eq!(parts(1e-9), Some((0, 1)));
        assert_eq!(parts(2.5), Some((2, 500_000)));
        assert_eq!(parts(0.9999999), Some((1, 0)));
        assert_eq!(parts(0.0), Some((0, 0)));
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(parts(bad), None);
        }
    }
}
