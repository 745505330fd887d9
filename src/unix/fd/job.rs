//! Operations on workers. While one is under way it holds the descriptor, whose
//! number so means the same file.

use super::{Fd, failure};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, failed};
use crate::scheduler::job::{closure, method, run};
use crate::value::Value;
use std::ffi::{CStr, c_void};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

impl Fd {
    /// Runs `call` on a worker, then `result` with what it made here. An error is
    /// the failure of `function`. `keep_running`: from when it has begun,
    /// cancelling does nothing, as it uses memory of the caller's.
    pub fn job<T: Send + 'static>(
        self: &Rc<Fd>,
        function: &'static CStr,
        keep_running: bool,
        call: impl FnOnce(RawFd) -> io::Result<T> + Send + 'static,
        result: impl FnOnce(T) -> Outcome + Send + 'static,
    ) -> Promise {
        let raw = match self.check(function) {
            Ok(raw) => raw,
            Err(exn) => return failed(exn),
        };
        let hold = self.hold();
        let work = move || {
            let done = call(raw);
            drop(hold);
            done
        };
        let result = move |done: io::Result<T>| match done {
            Ok(done) => result(done),
            Err(error) => Err(failure(&error, function)),
        };
        let place = method::current().place();
        let name = function.to_str().unwrap_or_default();
        closure::run(place, &run::JOB, keep_running, name, work, result)
    }

    /// The same for Rust: the future gives what `call` made, whatever became of
    /// the descriptor meanwhile. Dropped, it lets the call run to its end.
    pub async fn on_job<T: Send + 'static>(
        self: &Rc<Fd>,
        function: &'static CStr,
        call: impl FnOnce(RawFd) -> T + Send + 'static,
    ) -> Result<T, Exn> {
        let raw = self.check(function)?;
        let hold = self.hold();
        let work = move || {
            let done = call(raw);
            drop(hold);
            done
        };
        let name = function.to_str().unwrap_or_default();
        let place = method::current().place();
        let promise = closure::run(place, &run::JOB, true, name, work, |done| Ok(boxed(done)));
        promise.await.and_then(unboxed)
    }
}

unsafe extern "C" fn drop_box<T>(boxed: *mut c_void) {
    // SAFETY: `boxed` made it.
    drop(unsafe { Box::from_raw(boxed.cast::<T>()) });
}

/// Something of Rust's as a value.
fn boxed<T: 'static>(it: T) -> Value {
    Value::new(Box::into_raw(Box::new(it)).cast(), Some(drop_box::<T>))
}

fn unboxed<T: 'static>(value: Value) -> Result<T, Exn> {
    let (word, _) = value.into_parts();
    if word.is_null() {
        return Err(Exn::out_of_memory());
    }
    // SAFETY: `boxed` made it, of the same type, and it was moved out.
    Ok(*unsafe { Box::from_raw(word.cast::<T>()) })
}
