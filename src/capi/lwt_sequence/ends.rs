//! `lwt_sequence.h`, the two ends of a sequence, and tasks that wait in one. Module
//! Lwt_sequence, and `Lwt.add_task_l` of module Lwt.

use super::node::{lwt_sequence, lwt_sequence_node};
use super::{get, handle, kind};
use crate::abi::*;
use crate::capi::lwt::give;
use crate::data::sequence::{self, Side};
use crate::promise::failed;
use crate::value::Value;
use std::ffi::c_int;
use std::ptr;

/// Adds a plain word at the left end of a sequence, `Lwt_sequence.add_l`.
///
/// Borrows `s`. Returns the node, owned by the caller, who may release it at once:
/// it stays in the sequence. NULL if `s` is bad, or memory ran out. On the
/// sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_add_l(
    s: *const lwt_sequence,
    value: lwt_value,
) -> *mut lwt_sequence_node {
    let s = get(s, "lwt_sequence_add_l");
    s.map_or(ptr::null_mut(), |s| {
        handle(&s.add(Side::Left, Value::plain(value)))
    })
}

/// As lwt_sequence_add_l, with a value that is owned: the node owns it, and it is
/// dropped with `drop`, also when the call fails.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_add_l_owned(
    s: *const lwt_sequence,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_sequence_node {
    let value = Value::new(value, drop);
    let s = get(s, "lwt_sequence_add_l_owned");
    s.map_or(ptr::null_mut(), |s| handle(&s.add(Side::Left, value)))
}

/// Adds a plain word at the right end of a sequence, `Lwt_sequence.add_r`.
///
/// Borrows `s`. Returns the node, owned by the caller, who may release it at once:
/// it stays in the sequence. NULL if `s` is bad, or memory ran out. On the
/// sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_add_r(
    s: *const lwt_sequence,
    value: lwt_value,
) -> *mut lwt_sequence_node {
    let s = get(s, "lwt_sequence_add_r");
    s.map_or(ptr::null_mut(), |s| {
        handle(&s.add(Side::Right, Value::plain(value)))
    })
}

/// As lwt_sequence_add_r, with a value that is owned: the node owns it, and it is
/// dropped with `drop`, also when the call fails.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_add_r_owned(
    s: *const lwt_sequence,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_sequence_node {
    let value = Value::new(value, drop);
    let s = get(s, "lwt_sequence_add_r_owned");
    s.map_or(ptr::null_mut(), |s| handle(&s.add(Side::Right, value)))
}

/// Removes the node at the left end of a sequence and moves its value to the caller,
/// who owns it then, `Lwt_sequence.take_l`. Stores it in `*value`, and its drop
/// function in `*drop`, NULL for a plain word; `drop` may be NULL.
///
/// Borrows `s`. Returns `LWT_OK`; `LWT_EMPTY` if there is no node;
/// `LWT_INVALID_ARGUMENT` if `s` is bad or `value` is NULL, or
/// `LWT_WRONG_THREAD`. Then nothing is stored, and nothing removed.
///
/// # Safety
/// `value` and `drop` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_take_l(
    s: *const lwt_sequence,
    value: *mut lwt_value,
    drop: *mut lwt_drop_fn,
) -> c_int {
    let s = match get(s, "lwt_sequence_take_l") {
        Ok(s) if !value.is_null() => s,
        Ok(_) => return LWT_INVALID_ARGUMENT,
        Err(exn) => return exn.kind(),
    };
    match s.take(Side::Left) {
        // SAFETY: the caller's promise.
        Some(taken) => unsafe {
            *value = give(drop, taken.into_parts());
            LWT_OK
        },
        None => LWT_EMPTY,
    }
}

/// As lwt_sequence_take_l, but returns the value, or `LWT_NONE` if there is no
/// node or `s` is bad, `Lwt_sequence.take_opt_l`.
///
/// # Safety
/// `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_take_opt_l(
    s: *const lwt_sequence,
    drop: *mut lwt_drop_fn,
) -> lwt_value {
    let s = get(s, "lwt_sequence_take_opt_l").ok();
    let taken = s.and_then(|s| s.take(Side::Left));
    // SAFETY: the caller's promise.
    unsafe { give(drop, taken.map_or((NONE, None), Value::into_parts)) }
}

/// Removes the node at the right end of a sequence and moves its value to the caller,
/// who owns it then, `Lwt_sequence.take_r`. Stores it in `*value`, and its drop
/// function in `*drop`, NULL for a plain word; `drop` may be NULL.
///
/// Borrows `s`. Returns `LWT_OK`; `LWT_EMPTY` if there is no node;
/// `LWT_INVALID_ARGUMENT` if `s` is bad or `value` is NULL, or
/// `LWT_WRONG_THREAD`. Then nothing is stored, and nothing removed.
///
/// # Safety
/// `value` and `drop` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_take_r(
    s: *const lwt_sequence,
    value: *mut lwt_value,
    drop: *mut lwt_drop_fn,
) -> c_int {
    let s = match get(s, "lwt_sequence_take_r") {
        Ok(s) if !value.is_null() => s,
        Ok(_) => return LWT_INVALID_ARGUMENT,
        Err(exn) => return exn.kind(),
    };
    match s.take(Side::Right) {
        // SAFETY: the caller's promise.
        Some(taken) => unsafe {
            *value = give(drop, taken.into_parts());
            LWT_OK
        },
        None => LWT_EMPTY,
    }
}

/// As lwt_sequence_take_r, but returns the value, or `LWT_NONE` if there is no
/// node or `s` is bad, `Lwt_sequence.take_opt_r`.
///
/// # Safety
/// `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_take_opt_r(
    s: *const lwt_sequence,
    drop: *mut lwt_drop_fn,
) -> lwt_value {
    let s = get(s, "lwt_sequence_take_opt_r").ok();
    let taken = s.and_then(|s| s.take(Side::Right));
    // SAFETY: the caller's promise.
    unsafe { give(drop, taken.map_or((NONE, None), Value::into_parts)) }
}

/// Moves all nodes of `from`, in their order, to the left end of `to`,
/// `Lwt_sequence.transfer_l`, in constant time. Nothing happens if the two are the
/// same. Borrows both. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_transfer_l(
    from: *const lwt_sequence,
    to: *const lwt_sequence,
) -> c_int {
    let name = "lwt_sequence_transfer_l";
    let both = get(from, name).and_then(|from| Ok((from, get(to, name)?)));
    kind(both.map(|(from, to)| from.transfer(&to, Side::Left)))
}

/// Moves all nodes of `from`, in their order, to the right end of `to`,
/// `Lwt_sequence.transfer_r`, in constant time. Nothing happens if the two are the
/// same. Borrows both. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sequence_transfer_r(
    from: *const lwt_sequence,
    to: *const lwt_sequence,
) -> c_int {
    let name = "lwt_sequence_transfer_r";
    let both = get(from, name).and_then(|from| Ok((from, get(to, name)?)));
    kind(both.map(|(from, to)| from.transfer(&to, Side::Right)))
}

/// A task, as lwt_task makes, whose wakener is added at the left end of a sequence,
/// `Lwt.add_task_l`. Who takes it from there owns the wakener, a `lwt_u *`, and
/// wakes it up. Cancelling the promise removes it, in constant time; a wakener that
/// goes with the sequence is forgotten (lwt_wakener_forget).
///
/// Borrows `s`. Returns a promise, owned by the caller; failed with
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `s` is bad, or with
/// `LWT_OUT_OF_MEMORY`. On the sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_add_task_l(s: *const lwt_sequence) -> *mut lwt_t {
    match get(s, "lwt_add_task_l") {
        Ok(s) => sequence::add_task(&s, Side::Left).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// A task, as lwt_task makes, whose wakener is added at the right end of a sequence,
/// `Lwt.add_task_r`. Who takes it from there owns the wakener, a `lwt_u *`, and
/// wakes it up. Cancelling the promise removes it, in constant time; a wakener that
/// goes with the sequence is forgotten (lwt_wakener_forget).
///
/// Borrows `s`. Returns a promise, owned by the caller; failed with
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `s` is bad, or with
/// `LWT_OUT_OF_MEMORY`. On the sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_add_task_r(s: *const lwt_sequence) -> *mut lwt_t {
    match get(s, "lwt_add_task_r") {
        Ok(s) => sequence::add_task(&s, Side::Right).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}
