//! `lwt_sequence.h`, walks over a sequence. Module Lwt_sequence.

use super::node::{lwt_sequence, lwt_sequence_node, lwt_sequence_node_release};
use super::{get, handle, kind};
use crate::abi::*;
use crate::data::sequence::{self, Node, Sequence, Side};
use crate::exn::Exn;
use crate::promise::call;
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A callback that takes a node, which it borrows.
pub type lwt_sequence_node_fn =
    Option<unsafe extern "C" fn(node: *const lwt_sequence_node, env: *mut c_void)>;
fn null() -> Exn {
    Exn::invalid("the function is NULL")
}

/// Runs a callback that returns nothing: what it raises ends the walk.
fn run(callback: usize, f: impl FnOnce()) -> Result<(), Exn> {
    let ran = call::value_of(callback, || {
        f();
        ptr::null_mut()
    });
    ran.map(drop)
}

/// The functions that walk, as Rust has them.
fn iter(
    sequence: Result<Rc<Sequence>, Exn>,
    from: Side,
    f: Option<impl FnMut(&Rc<Node>) -> Result<(), Exn>>,
) -> c_int {
    let walk = |f| sequence::iter(&*sequence?, from, f);
    kind(f.ok_or_else(null).and_then(walk))
}

/// Calls `f` with the value of each node, from the left end on,
/// `Lwt_sequence.iter_l`. `f` may add and remove nodes: it is called for those
/// that were in the sequence at the call and have not been removed since.
///
/// Borrows `s`, consumes `env`. Returns `LWT_OK`; the kind of what `f` raised with
/// lwt_raise, which ends the walk; `LWT_INVALID_ARGUMENT` if `s` is bad or `f` is NULL,
/// `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`: then `f` was not called.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_iter_l(
    s: *const lwt_sequence,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let f = f.map(|f| {
        move |node: &Rc<Node>| {
            let value = node.value();
            // SAFETY: the caller's promise.
            run(f as usize, || unsafe { f(value.word(), env.word()) })
        }
    });
    iter(get(s, "lwt_sequence_iter_l"), Side::Left, f)
}

/// Calls `f` with the value of each node, from the right end on,
/// `Lwt_sequence.iter_r`. `f` may add and remove nodes: it is called for those
/// that were in the sequence at the call and have not been removed since.
///
/// Borrows `s`, consumes `env`. Returns `LWT_OK`; the kind of what `f` raised with
/// lwt_raise, which ends the walk; `LWT_INVALID_ARGUMENT` if `s` is bad or `f` is NULL,
/// `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`: then `f` was not called.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_iter_r(
    s: *const lwt_sequence,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let f = f.map(|f| {
        move |node: &Rc<Node>| {
            let value = node.value();
            // SAFETY: the caller's promise.
            run(f as usize, || unsafe { f(value.word(), env.word()) })
        }
    });
    iter(get(s, "lwt_sequence_iter_r"), Side::Right, f)
}

/// As lwt_sequence_iter_l, with the nodes instead of their values,
/// `Lwt_sequence.iter_node_l`. `f` borrows the node; lwt_sequence_node_retain
/// keeps it.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_iter_node_l(
    s: *const lwt_sequence,
    f: lwt_sequence_node_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let f = f.map(|f| {
        move |node: &Rc<Node>| {
            let node = handle(node);
            // SAFETY: the caller's promise.
            let ran = run(f as usize, || unsafe { f(node, env.word()) });
            lwt_sequence_node_release(node);
            ran
        }
    });
    iter(get(s, "lwt_sequence_iter_node_l"), Side::Left, f)
}

/// As lwt_sequence_iter_r, with the nodes instead of their values,
/// `Lwt_sequence.iter_node_r`. `f` borrows the node; lwt_sequence_node_retain
/// keeps it.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_iter_node_r(
    s: *const lwt_sequence,
    f: lwt_sequence_node_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    let env = Env::new(env, drop_env);
    let f = f.map(|f| {
        move |node: &Rc<Node>| {
            let node = handle(node);
            // SAFETY: the caller's promise.
            let ran = run(f as usize, || unsafe { f(node, env.word()) });
            lwt_sequence_node_release(node);
            ran
        }
    });
    iter(get(s, "lwt_sequence_iter_node_r"), Side::Right, f)
}

fn fold(
    sequence: Result<Rc<Sequence>, Exn>,
    from: Side,
    f: lwt_gather_fn,
    env: Env,
    initial: Value,
) -> lwt_value {
    let (Ok(sequence), Some(f)) = (sequence, f) else {
        return ptr::null_mut();
    };
    let walk = || {
        sequence::fold(&sequence, from, initial, |gathered, node| {
            let value = node.value();
            let (gathered, _) = gathered.into_parts();
            // SAFETY: the caller in C says that `f` may be called with `env`.
            call::value_of(f as usize, || unsafe {
                f(gathered, value.word(), env.word())
            })
        })
    };
    match walk() {
        Ok(gathered) => gathered.into_parts().0,
        Err(exn) => call::raise(exn),
    }
}

/// Calls `f` with what was gathered so far, at first `initial`, and the value of
/// each node, from the left end on, `Lwt_sequence.fold_l`; what it returns is
/// gathered then. `f` may add and remove nodes, as in lwt_sequence_iter_l.
///
/// Borrows `s`, consumes `initial` and `env`. `f` owns what was gathered. Returns
/// what was gathered at last, owned by the caller; `LWT_UNIT` if `s` is bad or `f`
/// is NULL. What `f` raises ends the walk and is raised again, as by lwt_raise, as is
/// LWT_OUT_OF_MEMORY; `LWT_UNIT` is returned then.
///
/// # Safety
/// `drop_initial` may be called with `initial`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_fold_l(
    s: *const lwt_sequence,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_gather_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> lwt_value {
    let env = Env::new(env, drop_env);
    let initial = Value::new(initial, drop_initial);
    fold(get(s, "lwt_sequence_fold_l"), Side::Left, f, env, initial)
}

/// Calls `f` with what was gathered so far, at first `initial`, and the value of
/// each node, from the right end on, `Lwt_sequence.fold_r`; what it returns is
/// gathered then. `f` may add and remove nodes, as in lwt_sequence_iter_r.
///
/// Borrows `s`, consumes `initial` and `env`. `f` owns what was gathered. Returns
/// what was gathered at last, owned by the caller; `LWT_UNIT` if `s` is bad or `f`
/// is NULL. What `f` raises ends the walk and is raised again, as by lwt_raise, as is
/// LWT_OUT_OF_MEMORY; `LWT_UNIT` is returned then.
///
/// # Safety
/// `drop_initial` may be called with `initial`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_fold_r(
    s: *const lwt_sequence,
    initial: lwt_value,
    drop_initial: lwt_drop_fn,
    f: lwt_gather_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> lwt_value {
    let env = Env::new(env, drop_env);
    let initial = Value::new(initial, drop_initial);
    fold(get(s, "lwt_sequence_fold_r"), Side::Right, f, env, initial)
}

/// The first node for whose value `f` tells so.
fn find(
    sequence: Result<Rc<Sequence>, Exn>,
    from: Side,
    f: lwt_test_fn,
    env: Env,
) -> Result<Option<Rc<Node>>, Exn> {
    let (sequence, f) = (sequence?, f.ok_or_else(null)?);
    sequence::find(&sequence, from, |node| {
        let value = node.value();
        // SAFETY: the caller in C says that `f` may be called with `env`.
        let told = || unsafe { f(value.word(), env.word()) };
        let told = call::value_of(f as usize, || {
            ptr::without_provenance_mut(usize::from(told()))
        })?;
        Ok(!told.word().is_null())
    })
}

/// The first node, from the left end on, for whose value `f` returns true,
/// `Lwt_sequence.find_node_opt_l`. `f` may add and remove nodes, as in
/// lwt_sequence_iter_l.
///
/// Borrows `s`, consumes `env`. Returns the node, owned by the caller, or NULL if
/// there is none, `s` is bad or `f` is NULL. What `f` raises ends the search and is
/// raised again, as by lwt_raise, as is LWT_OUT_OF_MEMORY; NULL is returned then.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_find_node_opt_l(
    s: *const lwt_sequence,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_sequence_node {
    let env = Env::new(env, drop_env);
    let (Ok(sequence), true) = (get(s, "lwt_sequence_find_node_opt_l"), f.is_some()) else {
        return ptr::null_mut();
    };
    match find(Ok(sequence), Side::Left, f, env) {
        Ok(found) => found.map_or(ptr::null_mut(), |node| handle(&node)),
        Err(exn) => call::raise(exn).cast(),
    }
}

/// As lwt_sequence_find_node_opt_l, but stores the node in `*node`,
/// `Lwt_sequence.find_node_l`.
///
/// Returns `LWT_OK`; `LWT_NOT_FOUND` if there is none; the kind of what `f` raised;
/// `LWT_INVALID_ARGUMENT` if `s` is bad, or `f` or `node` is NULL,
/// `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`. NULL is stored then.
///
/// # Safety
/// `node` is NULL or may be written; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_find_node_l(
    s: *const lwt_sequence,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    node: *mut *mut lwt_sequence_node,
) -> c_int {
    let env = Env::new(env, drop_env);
    if node.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    // SAFETY: the caller's promise.
    let node = unsafe { &mut *node };
    *node = ptr::null_mut();
    match find(get(s, "lwt_sequence_find_node_l"), Side::Left, f, env) {
        Ok(None) => LWT_NOT_FOUND,
        Ok(Some(found)) => {
            *node = handle(&found);
            if node.is_null() {
                LWT_OUT_OF_MEMORY
            } else {
                LWT_OK
            }
        }
        Err(exn) => exn.kind(),
    }
}

/// The first node, from the right end on, for whose value `f` returns true,
/// `Lwt_sequence.find_node_opt_r`. `f` may add and remove nodes, as in
/// lwt_sequence_iter_r.
///
/// Borrows `s`, consumes `env`. Returns the node, owned by the caller, or NULL if
/// there is none, `s` is bad or `f` is NULL. What `f` raises ends the search and is
/// raised again, as by lwt_raise, as is LWT_OUT_OF_MEMORY; NULL is returned then.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_find_node_opt_r(
    s: *const lwt_sequence,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_sequence_node {
    let env = Env::new(env, drop_env);
    let (Ok(sequence), true) = (get(s, "lwt_sequence_find_node_opt_r"), f.is_some()) else {
        return ptr::null_mut();
    };
    match find(Ok(sequence), Side::Right, f, env) {
        Ok(found) => found.map_or(ptr::null_mut(), |node| handle(&node)),
        Err(exn) => call::raise(exn).cast(),
    }
}

/// As lwt_sequence_find_node_opt_r, but stores the node in `*node`,
/// `Lwt_sequence.find_node_r`.
///
/// Returns `LWT_OK`; `LWT_NOT_FOUND` if there is none; the kind of what `f` raised;
/// `LWT_INVALID_ARGUMENT` if `s` is bad, or `f` or `node` is NULL,
/// `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`. NULL is stored then.
///
/// # Safety
/// `node` is NULL or may be written; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_sequence_find_node_r(
    s: *const lwt_sequence,
    f: lwt_test_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    node: *mut *mut lwt_sequence_node,
) -> c_int {
    let env = Env::new(env, drop_env);
    if node.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    // SAFETY: the caller's promise.
    let node = unsafe { &mut *node };
    *node = ptr::null_mut();
    match find(get(s, "lwt_sequence_find_node_r"), Side::Right, f, env) {
        Ok(None) => LWT_NOT_FOUND,
        Ok(Some(found)) => {
            *node = handle(&found);
            if node.is_null() {
                LWT_OUT_OF_MEMORY
            } else {
                LWT_OK
            }
        }
        Err(exn) => exn.kind(),
    }
}
