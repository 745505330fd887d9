//! `lwt_list.h`: module Lwt_list: arrays of values, walked with promises.

use super::lwt::to_promise;
use crate::abi::*;
use crate::data::list::{self, Call, Items};
use crate::exn::Exn;
use crate::promise::{Promise, call, failed};
use crate::value::{Env, Value};
use std::ffi::c_void;

/// A callback from an element, which it borrows, and its place in the array, from
/// 0, to a promise.
pub type lwt_list_index_fn =
    Option<unsafe extern "C" fn(index: usize, value: lwt_value, env: *mut c_void) -> *mut lwt_t>;

/// A copy of an array of values from C.
///
/// # Safety
/// `items` is NULL or the start of `n` values.
pub(super) unsafe fn words(name: &str, items: *const lwt_value, n: usize) -> Result<Items, Exn> {
    if n == 0 {
        return Ok(Items::new());
    }
    if items.is_null() {
        return Err(Exn::invalid(&format!("{name}: the array is NULL")));
    }
    if !items.is_aligned() || n > isize::MAX as usize / size_of::<lwt_value>() {
        return Err(Exn::invalid(&format!("{name}: there can be no such array")));
    }
    let mut words = Items::new();
    words
        .try_reserve_exact(n)
        .map_err(|_| Exn::out_of_memory())?;
    // SAFETY: the caller's promise; the size was just checked.
    words.extend_from_slice(unsafe { std::slice::from_raw_parts(items, n) });
    Ok(words)
}

fn null(name: &str) -> Exn {
    Exn::invalid(&format!("{name}: the function is NULL"))
}

/// A function that is called with each element.
fn each(
    name: &'static str,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Result<impl Call, Exn> {
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(name))?;
    // SAFETY: the caller in C says that `f` may be called with `env`.
    Ok(move |_, value| call::promise(name, || unsafe { f(value, env.word()) }))
}

/// The same with the place of the element.
fn each_at(
    name: &'static str,
    f: lwt_list_index_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Result<impl Call, Exn> {
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(name))?;
    // SAFETY: the caller in C says that `f` may be called with `env`.
    Ok(move |index, value| call::promise(name, || unsafe { f(index, value, env.word()) }))
}

fn start<F>(
    walk: impl FnOnce(Items, F) -> Promise,
    items: Result<Items, Exn>,
    f: Result<F, Exn>,
) -> *mut lwt_t {
    let promise = match (items, f) {
        (Ok(items), Ok(f)) => walk(items, f),
        (Err(exn), _) | (_, Err(exn)) => failed(exn),
    };
    to_promise(promise.into_bits())
}

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
    let items = unsafe { words(name, items, n) };
    start(list::iter_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::iter_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::iter_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::iter_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::map_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::map_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::map_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::map_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::rev_map_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::rev_map_p, items, f)
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
    let env = Env::new(env, drop_env);
    let initial = Value::new(initial, drop_initial);
    let f = f.ok_or_else(|| null(name)).map(|f| {
        move |gathered: Value, value| {
            let (gathered, _) = gathered.into_parts();
            // SAFETY: the caller in C says that `f` may be called with `env`.
            call::promise(name, || unsafe { f(gathered, value, env.word()) })
        }
    });
    // SAFETY: the caller's promise.
    let items = unsafe { words(name, items, n) };
    start(|items, f| list::fold_left_s(items, initial, f), items, f)
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
    let env = Env::new(env, drop_env);
    let initial = Value::new(initial, drop_initial);
    let f = f.ok_or_else(|| null(name)).map(|f| {
        move |gathered: Value, value| {
            let (gathered, _) = gathered.into_parts();
            // SAFETY: the caller in C says that `f` may be called with `env`.
            call::promise(name, || unsafe { f(gathered, value, env.word()) })
        }
    });
    // SAFETY: the caller's promise.
    let items = unsafe { words(name, items, n) };
    start(|items, f| list::fold_right_s(items, initial, f), items, f)
}

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
    let items = unsafe { words(name, items, n) };
    start(list::for_all_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::for_all_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::exists_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::exists_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::find_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::filter_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::filter_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::filter_map_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::filter_map_p, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::partition_s, items, f)
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
    let items = unsafe { words(name, items, n) };
    start(list::partition_p, items, f)
}
