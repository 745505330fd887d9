//! `lwt_list.h`: iter, map and fold. Module Lwt_list.

use super::{each, each_at, null, start};
use crate::abi::*;
use crate::capi::closure::folding;
use crate::data::list;
use crate::value::Value;
use std::ffi::c_void;

/// A callback from an element, which it borrows, and its place in the array, from
/// 0, to a promise.
pub type lwt_list_index_fn =
    Option<unsafe extern "C" fn(index: usize, value: lwt_value, env: *mut c_void) -> *mut lwt_t>;

/// Calls `f` with one element after the other, `Lwt_list.iter_s`: with the next
/// one when the promise for the one before is fulfilled. At the first failure the
/// result fails so, and `f` is not called any more.
///
/// Borrows the `n` elements until the result has resolved; the array itself is
/// copied. Consumes `env`; the library owns what `f` returns. Cancelling the result
/// cancels the promise that is being waited for.
///
/// Returns a promise of `LWT_UNIT`, owned by the caller, that reports every
/// failure: what `f` failed with or raised; `LWT_INVALID_ARGUMENT` if `f` is NULL or
/// returns a bad handle, or if `items` is NULL and `n` is not 0, or there can be no
/// such array; `LWT_OUT_OF_MEMORY`. Of this thread. Manual: "Lists".
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_iter_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_iter_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::iter_s, items, n, f) }
}

/// As lwt_list_iter_s; `f` is also given the place of the element, `Lwt_list.iteri_s`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_iteri_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_list_index_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_iteri_s";
    let f = each_at(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::iter_s, items, n, f) }
}

/// Calls `f` with all elements, in their order, before anything is waited for,
/// `Lwt_list.iter_p`. The result waits for all promises, also after a failure. It
/// then fails like the first of them that failed; of those that had failed before
/// the last call of `f` returned, like that of the last element.
///
/// Cancelling the result cancels each promise. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_iter_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_iter_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::iter_p, items, n, f) }
}

/// As lwt_list_iter_p; `f` is also given the place of the element, `Lwt_list.iteri_p`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_iteri_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_list_index_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_iteri_p";
    let f = each_at(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::iter_p, items, n, f) }
}

/// The values of the promises that `f` returns, in the order of the elements,
/// `Lwt_list.map_s`. `f` is called with the next element when the promise for the
/// one before is fulfilled.
///
/// The result is a promise of a `struct lwt_values *`, which it owns; each value
/// keeps its drop function. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_map_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_map_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::map_s, items, n, f) }
}

/// As lwt_list_map_s; `f` is also given the place of the element, `Lwt_list.mapi_s`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_mapi_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_list_index_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_mapi_s";
    let f = each_at(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::map_s, items, n, f) }
}

/// As lwt_list_map_s, but `f` is called with all elements before anything is waited
/// for, `Lwt_list.map_p`.
///
/// The promises are then awaited from that of the last element back to the first.
/// The result fails at the first failure that this comes upon, and waits no more for
/// those before: the failure of an early element is seen only when the later ones
/// have resolved. What is still pending then goes on, unheeded. Cancelling the
/// result cancels the one promise that is being awaited.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_map_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_map_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::map_p, items, n, f) }
}

/// As lwt_list_map_p; `f` is also given the place of the element, `Lwt_list.mapi_p`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_mapi_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_list_index_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_mapi_p";
    let f = each_at(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::map_p, items, n, f) }
}

/// As lwt_list_map_s, with the values in the opposite order, `Lwt_list.rev_map_s`.
/// The elements are taken from the first one on all the same.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_rev_map_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_rev_map_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::rev_map_s, items, n, f) }
}

/// As lwt_list_map_p, with the values in the opposite order, `Lwt_list.rev_map_p`.
/// The promises are awaited from that of the first element on.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_rev_map_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_rev_map_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::rev_map_p, items, n, f) }
}

/// Calls `f` with what was gathered so far, at first `initial`, and one element
/// after the other, `Lwt_list.fold_left_s`; the value of its promise is what is
/// gathered then, and at last the value of the result.
///
/// Consumes `initial`. `f` owns what was gathered, so that it may return the same
/// again; it borrows the element. Where the promise of `f` is still seen by others
/// the value is moved out of it all the same. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `drop_initial` may be called with
/// `initial`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_fold_left_s(
    items: *const lwt_value,
    n: usize,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_fold_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_fold_left_s";
    let initial = Value::new(initial, drop_initial);
    let f = folding(name, f, env, drop_env).ok_or_else(|| null(name));
    // SAFETY: the caller's promise.
    unsafe {
        start(
            name,
            |items, f| list::fold_left_s(items, initial, f),
            items,
            n,
            f,
        )
    }
}

/// As lwt_list_fold_left_s, from the last element to the first,
/// `Lwt_list.fold_right_s`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `drop_initial` may be called with
/// `initial`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_fold_right_s(
    items: *const lwt_value,
    n: usize,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_fold_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_fold_right_s";
    let initial = Value::new(initial, drop_initial);
    let f = folding(name, f, env, drop_env).ok_or_else(|| null(name));
    // SAFETY: the caller's promise.
    unsafe {
        start(
            name,
            |items, f| list::fold_right_s(items, initial, f),
            items,
            n,
            f,
        )
    }
}
