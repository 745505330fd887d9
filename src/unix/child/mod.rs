//! Children of module Lwt_unix: waiting for them, and starting programs. May
//! call floors 0 to 2 and `signal`.

#![allow(non_camel_case_types)]

mod ended;
mod reap;
mod running;
pub mod start;
pub mod value;
mod waiting;

use crate::abi::LWT_UNIX_ERROR;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, Source, external, failed, resolved};
use crate::scheduler::main_loop;
use reap::Exit;
pub use running::Child;
use start::{Command, Stream};
use std::ffi::{CStr, c_int};
use std::ptr;
pub use waiting::count;

/// What a promise shows of what became of a child.
pub type Show = fn(&Exit) -> Outcome;

static WAIT: Source = Source {
    name: "child",
    cancel: Some(|_, [key, _]| {
        waiting::give_up(key);
        true
    }),
    describe: Some(|[_, pid]| match pid as c_int {
        pid @ 1.. => format!("process {pid}"),
        0 => "any of this process group".into(),
        -1 => "any".into(),
        pid => format!("any of process group {}", i64::from(pid).unsigned_abs()),
    }),
};

const FLAGS: c_int = libc::WNOHANG | libc::WUNTRACED | libc::WCONTINUED;

/// `Lwt_unix.waitpid` and `Lwt_unix.wait4`; `function` is the name for failures.
pub fn wait(pid: c_int, flags: c_int, function: &'static CStr, show: Show) -> Promise {
    if flags & !FLAGS != 0 {
        let name = function.to_string_lossy();
        return failed(Exn::invalid(&format!("lwt_unix_{name}: unknown flags")));
    }
    let tell = move |outcome: Result<Exit, c_int>| match outcome {
        Ok(exit) => show(&exit),
        Err(errno) => Err(Exn::unix(errno, function, c"")),
    };
    match reap::look(pid, flags) {
        Err(errno) => tell(Err(errno)).map_or_else(failed, resolved),
        Ok(Some(exit)) => tell(Ok(exit)).map_or_else(failed, resolved),
        Ok(None) if flags & libc::WNOHANG != 0 => {
            let nothing = Exit {
                pid: 0,
                status: 0,
                user: 0.0,
                system: 0.0,
            };
            tell(Ok(nothing)).map_or_else(failed, resolved)
        }
        Ok(None) => {
            let key = waiting::number();
            let Some((promise, resolver)) = external(&WAIT, [key, pid as u64]) else {
                return failed(Exn::out_of_memory());
            };
            let done = Box::new(move |outcome| resolver.resolve(tell(outcome)));
            waiting::begin(key, pid, flags, done);
            promise
        }
    }
}

/// `Lwt_unix.system`: the status of the shell that runs a command.
pub fn system(line: &CStr) -> Promise {
    let argv = [c"sh".as_ptr(), c"-c".as_ptr(), line.as_ptr(), ptr::null()];
    let command = Command {
        program: c"/bin/sh",
        argv: argv.as_ptr(),
        env: ptr::null(),
        directory: None,
        streams: [Stream::Keep; 3],
        group: None,
    };
    // SAFETY: an array of texts up to a NULL.
    match unsafe { command.start() } {
        Ok(pid) => Child::adopt(pid).exit(value::status),
        Err(error) => failed(Exn::unix(
            error.raw_os_error().unwrap_or(libc::EAGAIN),
            c"fork",
            c"",
        )),
    }
}

/// `Lwt_unix.handle_unix_error`: a failure of the system is printed, and the
/// process exits with 2.
pub fn handle_unix_error(f: impl FnOnce() -> Promise) -> Promise {
    let promise = f();
    spawn(async move {
        let outcome = promise.await;
        if let Err(exn) = &outcome
            && exn.kind() == LWT_UNIX_ERROR
        {
            main_loop::exit_on_failure(exn);
        }
        outcome
    })
}
