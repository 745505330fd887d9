//! `Lwt_unix.mkdir`, as a job.

use crate::exn::Exn;
use crate::promise::Promise;
use crate::scheduler::job::{closure, method, run};
use crate::value::Value;
use std::ffi::{CStr, c_int};

/// Makes a folder. Fails with `mkdir: File exists: "/tmp/a"` and its like.
pub fn mkdir(path: &CStr, mode: libc::mode_t) -> Promise {
    let path = path.to_owned();
    let work = move || {
        // SAFETY: the path ends with a NUL byte and lives through the call;
        // errno is this thread's.
        let errno: c_int = unsafe {
            match libc::mkdir(path.as_ptr(), mode) {
                0 => 0,
                _ => *libc::__errno_location(),
            }
        };
        (path, errno)
    };
    let result = |(path, errno): (_, c_int)| match errno {
        0 => Ok(Value::UNIT),
        _ => {
            let path: std::ffi::CString = path;
            Err(Exn::unix(errno, c"mkdir", &path))
        }
    };
    let place = method::current().place();
    closure::run(place, &run::JOB, false, "lwt_unix_mkdir", work, result)
}
