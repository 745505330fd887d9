//! Functions of C of two to six values, as closures over a slice of them.

use super::shared::{lwt_l2_fn, lwt_l3_fn, lwt_l4_fn, lwt_l5_fn, lwt_l6_fn, result};
use crate::abi::*;
use crate::exn::Exn;
use crate::promise::call;
use crate::promise::shared::Shared;
use crate::value::Env;
use std::ffi::c_void;

/// There were not as many values as the function takes.
fn mistaken() -> Exn {
    Exn::invalid("react: another number of values than the function takes")
}

/// Of two values.
pub fn l2(
    function: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&[Shared]) -> Result<Shared, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let function = function?;
    Some(move |values: &[Shared]| {
        let [a, b] = values else {
            return Err(mistaken());
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { function(a.word(), b.word(), env.word()) };
        result(call::value_of(function as usize, call), values)
    })
}

/// Of three values.
pub fn l3(
    function: lwt_l3_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&[Shared]) -> Result<Shared, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let function = function?;
    Some(move |values: &[Shared]| {
        let [a, b, c] = values else {
            return Err(mistaken());
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { function(a.word(), b.word(), c.word(), env.word()) };
        result(call::value_of(function as usize, call), values)
    })
}

/// Of four values.
pub fn l4(
    function: lwt_l4_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&[Shared]) -> Result<Shared, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let function = function?;
    Some(move |values: &[Shared]| {
        let [a, b, c, d] = values else {
            return Err(mistaken());
        };
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { function(a.word(), b.word(), c.word(), d.word(), env.word()) };
        result(call::value_of(function as usize, call), values)
    })
}

/// Of five values.
pub fn l5(
    function: lwt_l5_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&[Shared]) -> Result<Shared, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let function = function?;
    Some(move |values: &[Shared]| {
        let [a, b, c, d, e] = values else {
            return Err(mistaken());
        };
        // SAFETY: the function and its environment came together from C.
        let call =
            || unsafe { function(a.word(), b.word(), c.word(), d.word(), e.word(), env.word()) };
        result(call::value_of(function as usize, call), values)
    })
}

/// Of six values.
pub fn l6(
    function: lwt_l6_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&[Shared]) -> Result<Shared, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let function = function?;
    Some(move |values: &[Shared]| {
        let [a, b, c, d, e, f] = values else {
            return Err(mistaken());
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
        result(call::value_of(function as usize, call), values)
    })
}
