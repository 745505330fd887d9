//! Functions of C and their environments as closures of Rust, for all headers: None
//! if the function is NULL, and then the environment is dropped. What a function
//! raises is a failure. It calls `promise::call`.

pub mod lift;
pub mod served;
pub mod shared;

use crate::abi::*;
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, call};
use crate::value::{Env, Value};
use std::ffi::c_void;

/// What to say of a function that is NULL.
pub fn null(name: &str) -> Exn {
    Exn::invalid(&format!("{name}: the function is NULL"))
}

/// A function that takes nothing, and returns a promise.
pub fn thunk(
    name: &'static str,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn() -> Promise + 'static> {
    let env = Env::new(env, drop_env);
    // SAFETY: the function and its environment came together from C.
    f.map(|f| move || call::promise_of(f as usize, name, || unsafe { f(env.word()) }))
}

/// A function from a value to a value.
pub fn plain(
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(lwt_value) -> Outcome + 'static> {
    let env = Env::new(env, drop_env);
    // SAFETY: the function and its environment came together from C.
    f.map(|f| move |word| call::value_of(f as usize, || unsafe { f(word, env.word()) }))
}

/// A function from a value to a promise.
pub fn promising(
    name: &'static str,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(lwt_value) -> Promise + 'static> {
    let env = Env::new(env, drop_env);
    // SAFETY: the function and its environment came together from C.
    f.map(|f| move |word| call::promise_of(f as usize, name, || unsafe { f(word, env.word()) }))
}

/// A function that tells something of a value.
pub fn test(
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(lwt_value) -> Result<bool, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |word| {
        // SAFETY: the function and its environment came together from C.
        let (told, ran) = call::other_of(f as usize, || unsafe { f(word, env.word()) });
        ran.map(|()| told)
    })
}

/// A function that takes a value and returns nothing.
pub fn unit(
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(lwt_value) -> Result<(), Exn> + 'static> {
    let env = Env::new(env, drop_env);
    // SAFETY: the function and its environment came together from C.
    f.map(|f| move |word| call::other_of(f as usize, || unsafe { f(word, env.word()) }).1)
}

/// A function that gathers a value.
pub fn gathering(
    f: lwt_gather_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(Value, lwt_value) -> Outcome + 'static> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |gathered: Value, word| {
        let (gathered, _) = gathered.into_parts();
        // SAFETY: the function and its environment came together from C.
        call::value_of(f as usize, || unsafe { f(gathered, word, env.word()) })
    })
}

/// A function that gathers a value, and returns a promise.
pub fn folding(
    name: &'static str,
    f: lwt_fold_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(Value, lwt_value) -> Promise + 'static> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |gathered: Value, word| {
        let (gathered, _) = gathered.into_parts();
        // SAFETY: the function and its environment came together from C.
        call::promise_of(f as usize, name, || unsafe {
            f(gathered, word, env.word())
        })
    })
}
