//! `lwt_unix.h`, fork. Module Lwt_unix.

use crate::unix::fork;

/// Forks, `Lwt_unix.fork`: as fork(2), it returns 0 in the child, in the parent
/// the child's process id, and -1 with errno set (EAGAIN, ENOMEM) if there is no
/// child.
///
/// The child has the calling thread alone, with all its promises, timers,
/// notifications, signal handlers, watched descriptors and fibers. Its scheduler
/// works, and jobs go to a fresh pool. What threads of the parent were doing is not
/// done there:
///
///  - the promises of jobs and detached computations that had not come back fail
///    with LWT_FORKED, in the order of submission, and after them those of
///    lwt_unix_wait_for_jobs. That is in the next turn of the main loop and not
///    before, so that a child that calls exec runs none of their callbacks. What
///    their records and environments hold is neither used nor freed there;
///  - what the parent's other threads had asked of this one, and it had not done
///    yet, is not done, but for the release of handles.
///
/// A child that neither runs the main loop nor calls exec should end with _exit:
/// exit(3) runs exit hooks, which the parent will run too.
///
/// The library notices a plain fork(2) by itself; there, the promises of the
/// parent's jobs stay pending. On any thread; not in a signal handler.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fork() -> libc::pid_t {
    match fork::fork() {
        Ok(pid) => pid,
        Err(error) => {
            // SAFETY: errno is this thread's.
            unsafe { *libc::__errno_location() = error.raw_os_error().unwrap_or(libc::EAGAIN) };
            -1
        }
    }
}
