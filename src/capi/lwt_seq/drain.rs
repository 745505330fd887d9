//! `lwt_seq.h`, going through a sequence. Module Lwt_seq.

use super::node::lwt_seq;
use super::{done, promising};
use crate::abi::*;
use crate::capi::closure::{folding, gathering, unit};
use crate::data::seq;
use crate::exn::Exn;
use crate::promise::failed;
use crate::value::Value;
use std::ffi::c_void;

/// All elements of a sequence, in their order, `Lwt_seq.to_list`. Of one that does not
/// end: never.
///
/// Borrows `s`, which may be gone through any number of times. Returns a promise of a
/// `struct lwt_values *`, owned by the caller: an element that is owned is shown in
/// it, and is still the sequence's, too. It fails as the sequence does, or with
/// `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `s` is bad, or
/// `LWT_OUT_OF_MEMORY`. Cancelling it cancels what is being waited for. On the
/// sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_to_list(s: *const lwt_seq) -> *mut lwt_t {
    done(s, "lwt_seq_to_list", Some(()), |s, ()| seq::to_list(s))
}

/// Calls `f` with what was gathered so far, at first `initial`, and one element after
/// the other, `Lwt_seq.fold_left`; what it returns is gathered then, and at last the
/// value of the result. It fails with lwt_raise, and gives its value a drop function
/// with lwt_owned.
///
/// Consumes `initial` and `env`. `f` owns what was gathered, and borrows the element.
/// Fails also with what `f` raised, and with `LWT_INVALID_ARGUMENT` if it is NULL.
/// Otherwise as lwt_seq_to_list.
///
/// # Safety
/// `drop_initial` may be called with `initial`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_fold_left(
    s: *const lwt_seq,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_gather_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let initial = Value::new(initial, drop_initial);
    let f = gathering(f, env, drop_env);
    done(s, "lwt_seq_fold_left", f, |s, f| {
        seq::fold_left(s, initial, f)
    })
}

/// As lwt_seq_fold_left, with a function that returns promises,
/// `Lwt_seq.fold_left_s`: their value, moved out of them, is what is gathered. `f`
/// borrows the element until then.
///
/// # Safety
/// As lwt_seq_fold_left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_fold_left_s(
    s: *const lwt_seq,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_fold_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_seq_fold_left_s";
    let initial = Value::new(initial, drop_initial);
    let f = folding(name, f, env, drop_env);
    done(s, name, f, |s, f| seq::fold_left_s(s, initial, f))
}

/// Calls `f` with one element after the other, `Lwt_seq.iter`. What it raises with
/// lwt_raise ends that, and is the failure of the result.
///
/// Consumes `env`. Returns a promise of LWT_UNIT. Otherwise as lwt_seq_fold_left.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_iter(
    s: *const lwt_seq,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = unit(f, env, drop_env);
    done(s, "lwt_seq_iter", f, seq::iter)
}

/// Calls `f` with one element after the other, `Lwt_seq.iter_s`: the next one is asked
/// for when the promise for the one before is fulfilled. `f` borrows the element until
/// its promise has resolved. A failure ends that, and is the result's.
///
/// Consumes `env`. Returns a promise of LWT_UNIT. Otherwise as lwt_seq_fold_left.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_iter_s(
    s: *const lwt_seq,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_seq_iter_s";
    done(s, name, promising(name, f, env, drop_env), seq::iter_s)
}

/// As lwt_seq_iter_s, but asks for the next element without waiting for the promise
/// for the one before, `Lwt_seq.iter_p`. The result waits for all, also after a
/// failure, and fails as by lwt_list_iter_p; if the sequence itself fails, at once.
/// Cancelling the result cancels all that `f` promised. An element lives until its
/// promise has resolved.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_iter_p(
    s: *const lwt_seq,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_seq_iter_p";
    done(s, name, promising(name, f, env, drop_env), seq::iter_p)
}

/// As lwt_seq_iter_p, but with `max_concurrency` promises at most that are not
/// resolved, `Lwt_seq.iter_n` (whose default is 1); the next element is asked for when
/// there is room. The result fails with `LWT_INVALID_ARGUMENT` if `max_concurrency` is
/// below 1; and if a promise has failed when there was no room, at once.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_iter_n(
    s: *const lwt_seq,
    max_concurrency: isize,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let name = "lwt_seq_iter_n";
    let f = promising(name, f, env, drop_env);
    let most = usize::try_from(max_concurrency).unwrap_or(0);
    done(s, name, f, |s, f| match most {
        0 => failed(Exn::invalid("lwt_seq_iter_n: max_concurrency is below 1")),
        _ => seq::iter_n(s, most, f),
    })
}
