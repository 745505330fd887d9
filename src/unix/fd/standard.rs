//! Standard input, output and error: blocking, and their flags are left alone,
//! since other processes may share them.

use super::{Fd, Mode};
use std::os::fd::RawFd;
use std::rc::Rc;

thread_local! {
    static STANDARD: [Rc<Fd>; 3] = [0, 1, 2].map(make);
}

fn make(raw: RawFd) -> Rc<Fd> {
    Fd::new(raw, Mode::Blocking, false)
}

fn standard(raw: RawFd) -> Rc<Fd> {
    let known = STANDARD.try_with(|all| all[raw as usize].clone());
    known.unwrap_or_else(|_| make(raw)) // the thread has ended
}

/// `Lwt_unix.stdin`, this thread's.
pub fn stdin() -> Rc<Fd> {
    standard(0)
}

/// `Lwt_unix.stdout`, this thread's.
pub fn stdout() -> Rc<Fd> {
    standard(1)
}

/// `Lwt_unix.stderr`, this thread's.
pub fn stderr() -> Rc<Fd> {
    standard(2)
}
