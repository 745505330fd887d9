//! `lwt.h`, which exceptions become failures: module Lwt.Exception_filter.

use crate::abi::*;
use crate::exn::Exn;
use crate::promise::filter::{self, Filter};
use crate::value::Env;
use std::ffi::c_void;

/// Sets the exception filter of the process, `Lwt.Exception_filter.set`; to be
/// called once, at the beginning. `f` is asked about each exception that
/// lwt_raise and lwt_reraise are given, on the thread where that is, and borrows
/// it. If it says no, the exception goes to the async exception hook at once,
/// which by default prints it and ends the process; if the hook returns, the
/// exception becomes the failure of the callback all the same.
///
/// NULL, and what holds without this: lwt_exception_filter_handle_all. (What
/// the library itself fails with never goes through the filter.) What
/// `f` itself raises goes to the hook. The library owns `env` until the next call, whose thread drops it.
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exception_filter_set(
    f: lwt_exn_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    let env = Env::new(env, drop_env);
    filter::set(f.is_some().then_some(Filter { f, env }));
}

/// Asks the filter: does `e` become a failure? `Lwt.Exception_filter.run`.
/// Borrows `e`. False if that is not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exception_filter_run(e: *const lwt_exn) -> bool {
    Exn::borrow_raw(e).is_some_and(|exn| filter::lets_by(&exn))
}

/// A filter: each exception becomes a failure,
/// `Lwt.Exception_filter.handle_all`. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exception_filter_handle_all(e: *const lwt_exn, env: *mut c_void) -> bool {
    let _ = (e, env);
    true
}

/// A filter: each exception becomes a failure, but for those of kind
/// `LWT_OUT_OF_MEMORY`, `Lwt.Exception_filter.handle_all_except_runtime`.
/// (A stack that overflows is no exception in C.) Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exception_filter_handle_all_except_runtime(
    e: *const lwt_exn,
    env: *mut c_void,
) -> bool {
    let _ = env;
    Exn::borrow_raw(e).is_none_or(|exn| !filter::is_runtime(&exn))
}
