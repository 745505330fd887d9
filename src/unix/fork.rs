//! `Lwt_unix.fork`. May call floors 0 to 2.

use crate::abi::LWT_FORKED;
use crate::exn::Exn;
use crate::promise::{self, Resolver, future};
use crate::scheduler::threads::visit;
use crate::scheduler::{self, job};
use crate::value::Value;
use std::io;

/// Forks. 0 in the child, where the calling thread is the only one.
pub fn fork() -> io::Result<libc::pid_t> {
    // Before, so that the child can tell what is not its own.
    let _ = scheduler::current();
    // SAFETY: no conditions; what the library needs for the child is done by
    // the handlers of `handle::fork`.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            begin_child();
            Ok(0)
        }
        child => Ok(child),
    }
}

fn begin_child() {
    let mut parents = job::take_promises_of_parent();
    parents.extend(visit::take_promises_of_parent());
    // Without descriptors now, the main loop tries again, and reports that.
    let _ = scheduler::after_fork_in_child();
    fail_after_a_pause(parents);
}

/// They fail in the next turn of the main loop: a child that calls exec instead
/// runs no callback of theirs.
fn fail_after_a_pause(promises: Vec<Resolver>) {
    if promises.is_empty() {
        return;
    }
    drop(future::spawn(async move {
        let _ = promise::pause().await;
        let exn = Exn::new(
            LWT_FORKED,
            "what the promise waits for is done by a thread of the parent process",
        );
        for promise in promises {
            promise.resolve(Err(exn.clone()));
        }
        Ok(Value::UNIT)
    }));
}
