//! `lwt_seq.h`, sequences made of others. Module Lwt_seq.

use super::node::lwt_seq;
use super::{of, plain, promising, take};
use crate::abi::*;
use crate::capi::closure::test;
use crate::data::seq::{self, Apply, How};
use crate::promise::call;
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::ptr;

/// A callback from an element, which it borrows, to a sequence, which the library
/// then owns.
pub type lwt_seq_flat_fn =
    Option<unsafe extern "C" fn(value: lwt_value, env: *mut c_void) -> *mut lwt_seq>;

/// A truth as a value.
fn truth(told: bool) -> Value {
    Value::plain(ptr::without_provenance_mut(usize::from(told)))
}

/// The elements of `s`, then those of `t`, `Lwt_seq.append`.
///
/// Consumes both. Returns the sequence, owned by the caller; NULL if one of them is
/// bad, or memory ran out. On the sequences' thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_append(s: *mut lwt_seq, t: *mut lwt_seq) -> *mut lwt_seq {
    let (s, t) = (take(s, "lwt_seq_append"), take(t, "lwt_seq_append"));
    of(s, t.ok(), seq::append)
}

/// The elements of `s`, each replaced by what `f` makes of it, `Lwt_seq.map`. `f` is
/// called when the element is asked for, each time; it fails with lwt_raise, and gives
/// its value a drop function with lwt_owned.
///
/// Consumes `s` and `env`, which is dropped with the last sequence that could still call
/// `f`. `f` borrows the element. Returns the sequence, owned by the caller; NULL if `s` is
/// bad, or `f` NULL, or memory ran out. On the sequence's thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_map(
    s: *mut lwt_seq,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let name = "lwt_seq_map";
    let f = plain(f, env, drop_env);
    of(take(s, name), f, |s, f| {
        seq::transform(s, How::Map, Apply::Plain(Box::new(f)))
    })
}

/// As lwt_seq_map, with a function that returns promises, `Lwt_seq.map_s`. It borrows the
/// element until its promise has resolved.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_map_s(
    s: *mut lwt_seq,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let name = "lwt_seq_map_s";
    let f = promising(name, f, env, drop_env);
    of(take(s, name), f, |s, f| {
        seq::transform(s, How::Map, Apply::Promising(Box::new(f)))
    })
}

/// The elements of `s` for which `f` returns true, `Lwt_seq.filter`. Otherwise as
/// lwt_seq_map.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_filter(
    s: *mut lwt_seq,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let name = "lwt_seq_filter";
    let f = test(f, env, drop_env);
    of(take(s, name), f, |s, f| {
        let truth = move |word| f(word).map(truth);
        seq::transform(s, How::Filter, Apply::Plain(Box::new(truth)))
    })
}

/// As lwt_seq_filter, with a function that returns promises of a truth, where 0 is false,
/// `Lwt_seq.filter_s`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_filter_s(
    s: *mut lwt_seq,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let name = "lwt_seq_filter_s";
    let f = promising(name, f, env, drop_env);
    of(take(s, name), f, |s, f| {
        seq::transform(s, How::Filter, Apply::Promising(Box::new(f)))
    })
}

/// As lwt_seq_map, without the elements for which `f` returns `LWT_NONE`,
/// `Lwt_seq.filter_map`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_filter_map(
    s: *mut lwt_seq,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let name = "lwt_seq_filter_map";
    let f = plain(f, env, drop_env);
    of(take(s, name), f, |s, f| {
        seq::transform(s, How::FilterMap, Apply::Plain(Box::new(f)))
    })
}

/// As lwt_seq_map_s, without the elements for which the value is `LWT_NONE`,
/// `Lwt_seq.filter_map_s`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_filter_map_s(
    s: *mut lwt_seq,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let name = "lwt_seq_filter_map_s";
    let f = promising(name, f, env, drop_env);
    of(take(s, name), f, |s, f| {
        seq::transform(s, How::FilterMap, Apply::Promising(Box::new(f)))
    })
}

/// The elements of all the sequences that `f` makes of the elements of `s`,
/// `Lwt_seq.flat_map`, one sequence after the other. A bad handle fails with
/// `LWT_INVALID_ARGUMENT`. Otherwise as lwt_seq_map.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_flat_map(
    s: *mut lwt_seq,
    f: lwt_seq_flat_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let env = Env::new(env, drop_env);
    let f = f.map(|f| {
        move |word| {
            // SAFETY: the caller's promise.
            let (made, ran) = call::other_of(f as usize, || unsafe { f(word, env.word()) });
            // What was returned is ours, also if something was raised.
            let made = take(made, "lwt_seq_flat_map: what the callback returned");
            ran.and(made)
        }
    });
    of(take(s, "lwt_seq_flat_map"), f, seq::flat_map)
}
