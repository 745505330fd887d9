//! Reading with a way back. Module Lwt_stream; calls the promises below.

use super::Stream;
use super::walker::Mark;
use crate::abi::{lwt_exn, lwt_t};
use crate::exn::Exn;
use crate::promise::state::CATCH;
use crate::promise::{Promise, failed, seq};
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::rc::Rc;

/// Where a parse began.
struct Start {
    mark: Mark,
    stream: Rc<Stream>,
    /// What the promise of the parser has to outlive.
    _kept: Value,
}

/// `Lwt_stream.parse`: if what `f` promises fails, the stream goes back to where
/// it was. `kept` is dropped when that is decided.
pub fn parse(stream: Rc<Stream>, kept: Value, f: impl FnOnce() -> Promise) -> Promise {
    if stream.is_bounded() {
        return failed(Exn::invalid(
            "lwt_stream_parse: a bounded stream can't go back",
        ));
    }
    let start = Box::new(Start {
        mark: Mark::new(&stream),
        stream,
        _kept: kept,
    });
    let promise = f();
    let env = Env::new(Box::into_raw(start).cast(), Some(release));
    let handler: unsafe extern "C" fn(*const lwt_exn, *mut c_void) -> *mut lwt_t = back;
    let handler = seq::bits(Some(handler));
    let bits = seq::compose(
        CATCH,
        "lwt_stream_parse",
        promise.into_bits(),
        handler,
        0,
        env,
    );
    // SAFETY: what compose returns is owned by its caller.
    unsafe { Promise::from_bits(bits) }
}

/// The parser failed.
unsafe extern "C" fn back(exn: *const lwt_exn, start: *mut c_void) -> *mut lwt_t {
    // SAFETY: the environment is the box made by `parse`, and lives.
    let start = unsafe { &*start.cast::<Start>() };
    start.stream.go_to(start.mark.place());
    let exn = Exn::borrow_raw(exn).unwrap_or_else(|| Exn::invalid("lwt_stream_parse"));
    failed(exn).into_raw()
}

unsafe extern "C" fn release(start: *mut c_void) {
    // SAFETY: the drop function of the environment made by `parse`.
    drop(unsafe { Box::from_raw(start.cast::<Start>()) });
}
