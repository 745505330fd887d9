//! Opening the file of a logger, which may block, by a job. Module Lwt_log; calls
//! jobs.

use super::file::{Mode, absolute};
use super::lines;
use crate::exn::Exn;
use crate::log::table;
use crate::log::template::Template;
use crate::promise::{Outcome, Promise};
use crate::scheduler::job::{closure, method, run};
use crate::value::Value;
use std::ffi::{CStr, c_void};

unsafe extern "C" fn release(logger: *mut c_void) {
    table::release(logger as usize as u64);
}

/// `Lwt_log.file`: a promise of a logger's handle.
pub fn file(path: &CStr, mode: Mode, permissions: libc::mode_t, template: Template) -> Promise {
    let path = absolute(path);
    let work = move || {
        lines::file(path, mode, permissions, template)
            .map(table::add)
            .map(Handle)
    };
    let result = |made: Result<Handle, Exn>| -> Outcome {
        let handle = made?.take();
        match handle {
            0 => Err(Exn::out_of_memory()),
            handle => Ok(Value::new(handle as usize as *mut c_void, Some(release))),
        }
    };
    let place = method::current().place();
    closure::run(place, &run::JOB, false, "lwt_logger_file", work, result)
}

/// A handle, given up if nobody takes it.
struct Handle(u64);

impl Handle {
    fn take(mut self) -> u64 {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        table::release(self.0);
    }
}
