//! Fire and forget: `Lwt.async`, `Lwt.dont_wait`, `Lwt.ignore_result`.

use super::node::{self, FAILURE};
use super::seq::bits;
use super::{Promise, call};
use crate::abi::{lwt_exn, lwt_exn_hook_fn, lwt_t, lwt_thunk_fn};
use crate::exn::{Exn, unhandled};
use crate::value::Env;
use std::ffi::{c_int, c_void};

unsafe extern "C" fn report(exn: *const lwt_exn, _: *mut c_void) {
    if let Some(exn) = Exn::borrow_raw(exn) {
        unhandled(exn);
    }
}

/// `Lwt.async`: `f` runs; its failure, now or later, goes to the hook.
pub fn run(f: lwt_thunk_fn, env: Env) {
    start("lwt_async", f, env, Some(report));
}

/// `Lwt.dont_wait`: the same, but the failure goes to `on_exn`, which shares
/// the environment.
pub fn run_with(f: lwt_thunk_fn, on_exn: lwt_exn_hook_fn, env: Env) {
    start("lwt_dont_wait", f, env, on_exn);
}

/// `Lwt.ignore_result`: a failure that has happened is raised, and its kind
/// returned; a later one goes to the hook.
pub fn ignore(p: u64) -> c_int {
    let promise = match Promise::from_raw(p as usize as *mut lwt_t, "lwt_ignore_result") {
        Ok(promise) => promise,
        Err(exn) => return exn.kind(),
    };
    if let Some(exn) = promise.exn() {
        let kind = exn.kind();
        call::raise(exn);
        return kind;
    }
    let report: lwt_exn_hook_fn = Some(report);
    node::on(FAILURE, promise.bits(), Some(bits(report)), None, Env::UNIT)
}

fn start(name: &'static str, f: lwt_thunk_fn, env: Env, on_exn: lwt_exn_hook_fn) {
    let (Some(f), Some(_)) = (f, on_exn) else {
        drop(env);
        return unhandled(Exn::invalid(&format!("{name}: a function is NULL")));
    };
    // SAFETY: the function and its environment came together from C.
    let promise = call::promise_of(f as usize, name, || unsafe { f(env.word()) });
    node::on(FAILURE, promise.bits(), Some(bits(on_exn)), None, env);
}
