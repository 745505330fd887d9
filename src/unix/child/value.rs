//! What became of a child, as C sees it: structures in one block of the C
//! library's memory.

use super::reap::Exit;
use crate::promise::Outcome;
use crate::unix::net::address::owned;
use crate::value::Value;
use std::ffi::c_int;

/// What a process has used, `Lwt_unix.resource_usage`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_unix_resource_usage {
    /// Seconds in its own code.
    pub utime: f64,
    /// Seconds in the system's, for it.
    pub stime: f64,
}

/// What became of a child.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_unix_wait_result {
    /// Which child; 0: with WNOHANG, none has anything to tell.
    pub pid: c_int,
    /// The status as wait(2) tells it: WIFEXITED(status) and so on, of
    /// <sys/wait.h>.
    pub status: c_int,
    /// What it has used.
    pub usage: lwt_unix_resource_usage,
}

fn used(exit: &Exit) -> lwt_unix_resource_usage {
    lwt_unix_resource_usage {
        utime: exit.user,
        stime: exit.system,
    }
}

/// All of it.
pub fn whole(exit: &Exit) -> Outcome {
    owned(lwt_unix_wait_result {
        pid: exit.pid,
        status: exit.status,
        usage: used(exit),
    })
}

/// What it has used.
pub fn usage(exit: &Exit) -> Outcome {
    owned(used(exit))
}

/// The status, a plain word.
pub fn status(exit: &Exit) -> Outcome {
    Ok(Value::plain(exit.status as isize as *mut _))
}
