//! What a file has that can be set by its path: permissions, owner, times and
//! length. Module Lwt_unix; calls `call`.

use super::call::{on_path, on_path_for, persistent, unit};
use crate::exn::Exn;
use crate::promise::Promise;
use std::ffi::CStr;

/// `Lwt_unix.chmod`.
pub fn chmod(path: &CStr, mode: libc::mode_t) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"chmod", path, move |path| unsafe {
        libc::chmod(path.as_ptr(), mode)
    })
}

/// `Lwt_unix.chown`; -1 leaves the owner, or the group, as it is.
pub fn chown(path: &CStr, owner: libc::uid_t, group: libc::gid_t) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"chown", path, move |path| unsafe {
        libc::chown(path.as_ptr(), owner, group)
    })
}

/// `Lwt_unix.truncate`.
pub fn truncate(path: &CStr, length: i64) -> Promise {
    let cut = move |path: &CStr| {
        // SAFETY: a text with its NUL.
        persistent(|| unsafe { libc::truncate(path.as_ptr(), length) })
    };
    on_path_for(c"truncate", path, cut, |_, _| unit())
}

/// `Lwt_unix.utimes`: both 0 is now.
pub fn utimes(path: &CStr, times: Option<[libc::timespec; 2]>) -> Promise {
    on_path(c"utimes", path, move |path| {
        let times = times
            .as_ref()
            .map_or(std::ptr::null(), |times| times.as_ptr());
        // SAFETY: a text with its NUL, and two times or NULL.
        unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), times, 0) }
    })
}

/// Both times of utimes. None: now.
pub fn times(
    access: f64,
    modification: f64,
    function: &str,
) -> Result<Option<[libc::timespec; 2]>, Exn> {
    if access == 0.0 && modification == 0.0 {
        return Ok(None);
    }
    match (timespec(access), timespec(modification)) {
        (Some(access), Some(modification)) => Ok(Some([access, modification])),
        _ => Err(Exn::invalid(&format!(
            "{function}: a time is no number of seconds"
        ))),
    }
}

/// Seconds since 1970, which may be negative. None: no time.
fn timespec(seconds: f64) -> Option<libc::timespec> {
    const MOST: f64 = (1_u64 << 62) as f64;
    if seconds.is_nan() || seconds.abs() >= MOST {
        return None;
    }
    let whole = seconds.floor();
    let nanoseconds = ((seconds - whole) * 1e9).round() as i64;
    let carry = i64::from(nanoseconds >= 1_000_000_000);
    Some(libc::timespec {
        tv_sec: whole as i64 + carry,
        tv_nsec: nanoseconds - carry * 1_000_000_000,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(seconds: f64) -> Option<(i64, i64)> {
        timespec(seconds).map(|time| (time.tv_sec, time.tv_nsec))
    }

    #[test]
    fn a_time_is_whole_seconds_and_nanoseconds_after_them() {
        assert_eq!(parts(1.5), Some((1, 500_000_000)));
        assert_eq!(parts(-0.25), Some((-1, 750_000_000)));
        assert_eq!(parts(0.999_999_999_9), Some((1, 0)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        assert_eq!(parts(f64::NAN), None);
        assert_eq!(parts(f64::INFINITY), None);
        assert_eq!(parts(1e30), None);
        assert!(times(0.0, f64::NAN, "test").is_err());
        assert!(times(0.0, -0.0, "test").is_ok_and(|times| times.is_none()));
    }
}
