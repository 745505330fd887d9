//! Running callbacks that came from C: what they may say through `lwt_raise`
//! and `lwt_owned`, how deep they may nest, and what becomes of a bad result.

use super::{Outcome, Promise};
use crate::abi::{lwt_t, lwt_value};

/// Runs a callback that returns a plain value.
pub fn value(_f: impl FnOnce() -> lwt_value) -> Outcome {
    unimplemented!()
}
/// Runs a callback that returns a promise. NULL or a bad handle becomes a
/// promise that failed; `function` is the call at fault.
pub fn promise(_function: &str, _f: impl FnOnce() -> *mut lwt_t) -> Promise {
    unimplemented!()
}
/// Runs a callback that returns nothing; what it raises goes to the async
/// exception hook.
pub fn unit(_f: impl FnOnce()) {
    unimplemented!()
}
