//! `lwt_list.h`, searching and filtering. Module Lwt_list.

use super::{each, start};
use crate::abi::*;
use crate::data::list;
use std::ffi::c_void;

/// Does `f` tell of all elements that it is so? `Lwt_list.for_all_s`. `f` returns
/// promises of a truth, where 0 is false, and is called with one element after the
/// other up to the first of which it does not tell so.
///
/// The result is a promise of 0 or 1. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_for_all_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_for_all_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::for_all_s, items, n, f) }
}

/// As lwt_list_for_all_s, but `f` is called with all elements before anything is waited
/// for, `Lwt_list.for_all_p`, and all promises are awaited, as by lwt_list_map_p.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_for_all_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_for_all_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::for_all_p, items, n, f) }
}

/// Does `f` tell of any element that it is so? `Lwt_list.exists_s`. `f` returns
/// promises of a truth, where 0 is false, and is called with one element after the
/// other up to the first of which it tells so.
///
/// The result is a promise of 0 or 1. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_exists_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_exists_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::exists_s, items, n, f) }
}

/// As lwt_list_exists_s, but `f` is called with all elements before anything is waited
/// for, `Lwt_list.exists_p`, and all promises are awaited, as by lwt_list_map_p.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_exists_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_exists_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::exists_p, items, n, f) }
}

/// The first element of which `f` tells that it is so, `Lwt_list.find_s`. `f` returns
/// promises of a truth, where 0 is false, and is called with one element after the
/// other up to the first of which it tells so.
///
/// The result is a promise of that element, a plain word that is still the caller's,
/// or it fails with `LWT_NOT_FOUND`. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_find_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_find_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::find_s, items, n, f) }
}

/// The elements of which `f` tells that it is so, in their order,
/// `Lwt_list.filter_s`. `f` returns promises of a truth, where 0 is false, and is
/// called with one element after the other.
///
/// The result is a promise of a `struct lwt_values *`, which it owns, of plain words
/// that are still the caller's. Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_filter_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_filter_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::filter_s, items, n, f) }
}

/// As lwt_list_filter_s, but `f` is called with all elements before anything is
/// waited for, `Lwt_list.filter_p`; the promises are awaited as by lwt_list_map_p.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_filter_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_filter_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::filter_p, items, n, f) }
}

/// As lwt_list_map_s, without the results that are `LWT_NONE`,
/// `Lwt_list.filter_map_s`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_filter_map_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_filter_map_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::filter_map_s, items, n, f) }
}

/// As lwt_list_map_p, without the results that are `LWT_NONE`,
/// `Lwt_list.filter_map_p`.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_filter_map_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_filter_map_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::filter_map_p, items, n, f) }
}

/// The elements of which `f` tells that it is so, and the others, both in their
/// order, `Lwt_list.partition_s`. `f` is called as by lwt_list_filter_s.
///
/// The result is a promise of a `struct lwt_values *` of two, which it owns: each is
/// again a `struct lwt_values *`, of plain words that are still the caller's.
/// Otherwise as lwt_list_iter_s.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_partition_s(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_partition_s";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::partition_s, items, n, f) }
}

/// As lwt_list_partition_s, but `f` is called with all elements before anything is
/// waited for, `Lwt_list.partition_p`; the promises are awaited as by
/// lwt_list_map_p.
///
/// # Safety
/// `items` is NULL or the start of `n` values; `f` and `drop_env` may be called
/// with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_list_partition_p(
    items: *const lwt_value,
    n: usize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_list_partition_p";
    let f = each(name, f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { start(name, list::partition_p, items, n, f) }
}
