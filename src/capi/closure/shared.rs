//! Functions of C over values that are shared: they borrow what they are given, and
//! what they return is shared with it where it is the same word.

use crate::abi::*;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::{Outcome, call};
use crate::value::Env;
use std::borrow::Borrow;
use std::ffi::c_void;

/// A callback from two values, which it borrows, to one.
pub type lwt_l2_fn =
    Option<unsafe extern "C" fn(a: lwt_value, b: lwt_value, env: *mut c_void) -> lwt_value>;
/// A callback from three values, which it borrows, to one.
pub type lwt_l3_fn = Option<
    unsafe extern "C" fn(a: lwt_value, b: lwt_value, c: lwt_value, env: *mut c_void) -> lwt_value,
>;
/// A callback from four values, which it borrows, to one.
pub type lwt_l4_fn = Option<
    unsafe extern "C" fn(
        a: lwt_value,
        b: lwt_value,
        c: lwt_value,
        d: lwt_value,
        env: *mut c_void,
    ) -> lwt_value,
>;
/// A callback from five values, which it borrows, to one.
pub type lwt_l5_fn = Option<
    unsafe extern "C" fn(
        a: lwt_value,
        b: lwt_value,
        c: lwt_value,
        d: lwt_value,
        e: lwt_value,
        env: *mut c_void,
    ) -> lwt_value,
>;
/// A callback from six values, which it borrows, to one.
pub type lwt_l6_fn = Option<
    unsafe extern "C" fn(
        a: lwt_value,
        b: lwt_value,
        c: lwt_value,
        d: lwt_value,
        e: lwt_value,
        f: lwt_value,
        env: *mut c_void,
    ) -> lwt_value,
>;
/// A callback that tells whether two values, which it borrows, are the same.
pub type lwt_equal_fn =
    Option<unsafe extern "C" fn(a: lwt_value, b: lwt_value, env: *mut c_void) -> bool>;

/// What a function returned that was given these: one of them, or a new value.
pub fn result<S: Borrow<Shared>>(outcome: Outcome, given: &[S]) -> Result<Shared, Exn> {
    let value = outcome?;
    if !value.is_owned() {
        let mut given = given.iter().map(Borrow::borrow);
        let same = |given: &&Shared| given.is_owned() && given.word() == value.word();
        if let Some(given) = given.find(same) {
            return Ok(given.clone());
        }
    }
    Ok(Shared::new(value))
}

/// A function from a value to a value.
pub fn map(
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&Shared) -> Result<Shared, Exn> + 'static> {
    let f = super::plain(f, env, drop_env)?;
    Some(move |a: &Shared| result(f(a.word()), &[a]))
}

/// A function from a value to a value or `LWT_NONE`.
pub fn fmap(
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&Shared) -> Result<Option<Shared>, Exn> + 'static> {
    let f = map(f, env, drop_env)?;
    Some(move |a: &Shared| Ok(Some(f(a)?).filter(|made| made.word() != NONE)))
}

/// A function from two values to one.
pub fn l2(
    f: lwt_l2_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&Shared, &Shared) -> Result<Shared, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |a: &Shared, b: &Shared| {
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(a.word(), b.word(), env.word()) };
        result(call::value_of(f as usize, call), &[a, b])
    })
}

/// A test of a value.
pub fn test(
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&Shared) -> Result<bool, Exn> + 'static> {
    let f = super::test(f, env, drop_env)?;
    Some(move |a: &Shared| f(a.word()))
}

/// A function that returns nothing.
pub fn unit(
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&Shared) -> Result<(), Exn> + 'static> {
    let f = super::unit(f, env, drop_env)?;
    Some(move |a: &Shared| f(a.word()))
}

/// An equality.
pub fn equal(
    f: lwt_equal_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl Fn(&Shared, &Shared) -> Result<bool, Exn> + 'static> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |a: &Shared, b: &Shared| {
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(a.word(), b.word(), env.word()) };
        let (same, ran) = call::other_of(f as usize, call);
        ran.map(|()| same)
    })
}
