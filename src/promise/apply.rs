//! `Lwt.apply` and `Lwt.wrap`: calling a function so that what it raises becomes
//! a failure.

use super::{Outcome, Promise, call, failed, resolved};
use crate::abi::{lwt_bind_fn, lwt_compute_fn, lwt_map_fn};
use crate::exn::Exn;
use crate::value::{Env, Value};

fn missing(name: &str) -> Promise {
    failed(Exn::invalid(&format!("{name}: the function is NULL")))
}

fn of_outcome(outcome: Outcome) -> Promise {
    outcome.map_or_else(failed, resolved)
}

/// `Lwt.apply`; the function borrows the argument.
pub fn apply(f: lwt_bind_fn, argument: &Value, env: Env) -> Promise {
    const NAME: &str = "lwt_apply";
    match f {
        // SAFETY: the function and its environment came together from C.
        Some(f) => call::promise_of(f as usize, NAME, || unsafe {
            f(argument.word(), env.word())
        }),
        None => missing(NAME),
    }
}

/// `Lwt.wrap`
pub fn wrap(f: lwt_compute_fn, env: Env) -> Promise {
    match f {
        // SAFETY: the function and its environment came together from C.
        Some(f) => of_outcome(call::value_of(f as usize, || unsafe { f(env.word()) })),
        None => missing("lwt_wrap"),
    }
}

/// `Lwt.wrap1`
pub fn wrap1(f: lwt_map_fn, argument: &Value, env: Env) -> Promise {
    match f {
        // SAFETY: the function and its environment came together from C.
        Some(f) => of_outcome(call::value_of(f as usize, || unsafe {
            f(argument.word(), env.word())
        })),
        None => missing("lwt_wrap1"),
    }
}
