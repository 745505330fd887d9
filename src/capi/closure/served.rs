//! Functions of C of one to six values that return promises, as functions over a slice
//! of them, and functions of C that are values.

use crate::abi::*;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::{Promise, call, failed};
use crate::react::lwt::Function;
use crate::value::Env;
use std::ffi::c_void;
use std::rc::Rc;

/// A callback from two values, which it borrows until its promise has resolved, to a
/// promise.
pub type lwt_l2_promise_fn =
    Option<unsafe extern "C" fn(a: lwt_value, b: lwt_value, env: *mut c_void) -> *mut lwt_t>;
/// The same from three.
pub type lwt_l3_promise_fn = Option<
    unsafe extern "C" fn(a: lwt_value, b: lwt_value, c: lwt_value, env: *mut c_void) -> *mut lwt_t,
>;
/// The same from four.
pub type lwt_l4_promise_fn = Option<
    unsafe extern "C" fn(
        a: lwt_value,
        b: lwt_value,
        c: lwt_value,
        d: lwt_value,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;
/// The same from five.
pub type lwt_l5_promise_fn = Option<
    unsafe extern "C" fn(
        a: lwt_value,
        b: lwt_value,
        c: lwt_value,
        d: lwt_value,
        e: lwt_value,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;
/// The same from six.
pub type lwt_l6_promise_fn = Option<
    unsafe extern "C" fn(
        a: lwt_value,
        b: lwt_value,
        c: lwt_value,
        d: lwt_value,
        e: lwt_value,
        f: lwt_value,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// A function that is a value, and returns a promise: of `lwt_event_app_s` and its kin.
/// Whoever makes such a value sees to it that it lives as long as the value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_react_promising {
    /// The function, which borrows its argument until its promise has resolved.
    pub call: lwt_bind_fn,
    /// What it is called with.
    pub env: *mut c_void,
}

/// What it is called in messages.
const NAME: &str = "a function of a react graph";

fn mistaken() -> Promise {
    failed(Exn::invalid(
        "react: another number of values than the function takes",
    ))
}

/// Of one value.
pub fn l1(f: lwt_bind_fn, env: *mut c_void, drop_env: lwt_drop_fn) -> Option<Function> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(Rc::new(move |values: &[Shared]| {
        let [a] = values else { return mistaken() };
        // SAFETY: the function and its environment came together from C.
        call::promise_of(f as usize, NAME, || unsafe { f(a.word(), env.word()) })
    }))
}

/// Of two values.
pub fn l2(f: lwt_l2_promise_fn, env: *mut c_void, drop_env: lwt_drop_fn) -> Option<Function> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(Rc::new(move |values: &[Shared]| {
        let [a, b] = values else { return mistaken() };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(a.word(), b.word(), env.word()) };
        call::promise_of(f as usize, NAME, call)
    }))
}

/// Of three values.
pub fn l3(f: lwt_l3_promise_fn, env: *mut c_void, drop_env: lwt_drop_fn) -> Option<Function> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(Rc::new(move |values: &[Shared]| {
        let [a, b, c] = values else { return mistaken() };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(a.word(), b.word(), c.word(), env.word()) };
        call::promise_of(f as usize, NAME, call)
    }))
}

/// Of four values.
pub fn l4(f: lwt_l4_promise_fn, env: *mut c_void, drop_env: lwt_drop_fn) -> Option<Function> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(Rc::new(move |values: &[Shared]| {
        let [a, b, c, d] = values else {
            return mistaken();
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(a.word(), b.word(), c.word(), d.word(), env.word()) };
        call::promise_of(f as usize, NAME, call)
    }))
}

/// Of five values.
pub fn l5(f: lwt_l5_promise_fn, env: *mut c_void, drop_env: lwt_drop_fn) -> Option<Function> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(Rc::new(move |values: &[Shared]| {
        let [a, b, c, d, e] = values else {
            return mistaken();
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(a.word(), b.word(), c.word(), d.word(), e.word(), env.word()) };
        call::promise_of(f as usize, NAME, call)
    }))
}

/// Of six values.
pub fn l6(
    function: lwt_l6_promise_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<Function> {
    let env = Env::new(env, drop_env);
    let function = function?;
    Some(Rc::new(move |values: &[Shared]| {
        let [a, b, c, d, e, f] = values else {
            return mistaken();
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe {
            function(
                a.word(),
                b.word(),
                c.word(),
                d.word(),
                e.word(),
                f.word(),
                env.word(),
            )
        };
        call::promise_of(function as usize, NAME, call)
    }))
}

/// Calls the function that one value is with another one.
fn call_value(function: &Shared, value: &Shared) -> Promise {
    let function = function.word().cast::<lwt_react_promising>();
    // SAFETY: what `lwt_event.h` asks of such values.
    let Some(&lwt_react_promising { call: Some(f), env }) = (unsafe { function.as_ref() }) else {
        return failed(super::null("lwt_react_promising"));
    };
    // SAFETY: the function and its environment came together from C.
    call::promise_of(f as usize, NAME, || unsafe { f(value.word(), env) })
}

/// `f(function, value)`: for the `app` functions.
pub fn apply() -> Function {
    Rc::new(|values: &[Shared]| match values {
        [function, value] => call_value(function, value),
        _ => mistaken(),
    })
}

/// `f(value, function)`: for the `accum` functions.
pub fn accumulate() -> Function {
    Rc::new(|values: &[Shared]| match values {
        [value, function] => call_value(function, value),
        _ => mistaken(),
    })
}

/// The promise that a value is, borrowed: of the `run` functions.
pub fn promise(value: &Shared) -> Promise {
    let promise = value.word().cast::<lwt_t>().cast_const();
    Promise::borrow_raw(promise, "lwt_event_run").unwrap_or_else(failed)
}
