//! After the process was stopped and goes on, the terminal is as the program had it, and
//! who draws is told. Module Lwt_term; calls signals.

use super::terminal::TERMINAL;
use crate::exn::Exn;
use crate::unix::signal::{Handler, on_signal};
use std::rc::Rc;

/// A function that is called when the process goes on, until this is dropped.
pub struct Resume(Rc<Handler>);

impl Drop for Resume {
    fn drop(&mut self) {
        self.0.disable();
    }
}

/// Has `f` called in this thread's main loop each time that the process goes on after it
/// was stopped. The error: there is no memory.
pub fn on_resume(f: impl Fn() + 'static) -> Result<Resume, Exn> {
    let handler = on_signal(
        libc::SIGCONT,
        Rc::new(move |_| {
            // The handler of SIGTSTP has done it; not so where another signal stopped us.
            if TERMINAL.was_undone() {
                TERMINAL.redo();
            }
            f();
        }),
    )?;
    Ok(Resume(handler))
}
