//! `lwt.h`, concurrent composition. Module Lwt.

use super::{array, to_promise};
use crate::abi::*;
use crate::handle::local::local;
use crate::promise::group;
use crate::promise::state::{Settled, make};

/// What is made of an array of promises.
///
/// # Safety
/// `promises` is NULL or the start of `n` handles.
unsafe fn of(
    name: &str,
    promises: *const *mut lwt_t,
    n: usize,
    group: impl FnOnce(&[*mut lwt_t]) -> u64,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let made = unsafe { array(name, promises, n) }.map(group);
    to_promise(made.unwrap_or_else(|exn| make(local(), Settled::exn(exn))))
}

/// Waits for all promises, `Lwt.join`: fulfilled with `LWT_UNIT` if all are;
/// otherwise failed, once all have resolved, like the first that failed (of
/// those that had failed before the call: the first in the array). Of none:
/// fulfilled.
///
/// Consumes the `n` promises, not the array. Cancelling the result cancels each.
/// Returns a promise, owned by the caller; failed with `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD` if a handle is bad (the good ones are consumed all the
/// same), or if the array is NULL and `n` is not 0. Manual: "Primitives for
/// multi-thread composition".
///
/// # Safety
/// `promises` is NULL or the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_join(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_join", promises, n, group::join) }
}

/// Resolves like the first of the promises to resolve, `Lwt.choose`. Of several
/// that are resolved already, one that failed if there is any, by chance among
/// equals; that promise itself is the result. Of none: failed with
/// `LWT_INVALID_ARGUMENT`, as nothing could ever resolve it. Otherwise as
/// lwt_join.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_choose(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_choose", promises, n, group::choose) }
}

/// As lwt_choose, and cancels the other promises, `Lwt.pick`: they are
/// cancelled, and their callbacks run, before the result resolves.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pick(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_pick", promises, n, group::pick) }
}

/// Waits for all promises, `Lwt.all`: fulfilled with a `struct lwt_values *` of
/// their values, in the order of the array; failures as lwt_join. The result
/// owns the array.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_all(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_all", promises, n, |all| group::all("lwt_all", all)) }
}

/// Waits for two promises, `Lwt.both`: lwt_all of `p` and `q`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_both(p: *mut lwt_t, q: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::all("lwt_both", &[p, q]))
}

/// Waits until at least one of the promises has resolved, `Lwt.nchoose`:
/// fulfilled with a `struct lwt_values *` of the values of all that are
/// fulfilled then, in the order of the array; failed like the first of the
/// array that has failed then. Of none: as lwt_choose. Otherwise as lwt_all.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_nchoose(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_nchoose", promises, n, group::nchoose) }
}

/// As lwt_nchoose, and cancels the promises that are still pending,
/// `Lwt.npick`, before the result resolves.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_npick(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_npick", promises, n, group::npick) }
}

/// Waits as lwt_nchoose, `Lwt.nchoose_split`: fulfilled with a
/// `struct lwt_values *` of two `struct lwt_values *`, the values of the promises
/// that are fulfilled then and the promises that are still pending, each in the
/// order of the array. (Lwt has the pending ones in reverse in one case; here
/// never.) The pair owns both, and the second one owns the promises: move one out
/// with lwt_values_take, and release it as any other. A promise still pending
/// comes back under the handle that it was given by, if that has other
/// references. Otherwise as lwt_nchoose.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_nchoose_split(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_nchoose_split", promises, n, group::nchoose_split) }
}

/// Resolves like the first of the promises to be fulfilled; when all have
/// failed, like the first that failed. (Lwt has no such function: its `choose`
/// takes a failure, too.) Of several that are fulfilled already, the first of the
/// array is the result. The others go on; cancelling the result cancels each. Of
/// none: as lwt_choose. Otherwise as lwt_join.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_any(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { of("lwt_any", promises, n, group::any) }
}
