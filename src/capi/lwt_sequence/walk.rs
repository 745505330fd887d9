//! `lwt_sequence.h`, walks over a sequence. Module Lwt_sequence.

use super::node::{lwt_sequence, lwt_sequence_node, lwt_sequence_node_release};
use super::{get, handle, kind};
use crate::abi::*;
use crate::capi::closure::{gathering, null, test, unit};
use crate::data::sequence::{self, Node, Side};
use crate::exn::Exn;
use crate::promise::{Outcome, call};
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A callback that takes a node, which it borrows.
pub type lwt_sequence_node_fn =
    Option<unsafe extern "C" fn(node: *const lwt_sequence_node, env: *mut c_void)>;

/// Walks over nodes.
fn iter(
    s: *const lwt_sequence,
    name: &str,
    from: Side,
    f: Option<impl FnMut(&Rc<Node>) -> Result<(), Exn>>,
) -> c_int {
    let both = get(s, name).and_then(|s| Ok((s, f.ok_or_else(|| null(name))?)));
    kind(both.and_then(|(s, f)| sequence::iter(&s, from, f)))
}

/// A function that is called with values, of nodes.
fn of_value(
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl FnMut(&Rc<Node>) -> Result<(), Exn>> {
    let f = unit(f, env, drop_env)?;
    Some(move |node: &Rc<Node>| {
        let value = node.value();
        f(value.word())
    })
}

/// A function that is called with nodes.
fn of_node(
    f: lwt_sequence_node_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl FnMut(&Rc<Node>) -> Result<(), Exn>> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |node: &Rc<Node>| {
        let node = handle(node);
        // SAFETY: the function and its environment came together from C.
        let ((), ran) = call::other_of(f as usize, || unsafe { f(node, env.word()) });
        lwt_sequence_node_release(node);
        ran
    })
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
    let f = of_value(f, env, drop_env);
    iter(s, "lwt_sequence_iter_l", Side::Left, f)
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
    let f = of_value(f, env, drop_env);
    iter(s, "lwt_sequence_iter_r", Side::Right, f)
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
    let f = of_node(f, env, drop_env);
    iter(s, "lwt_sequence_iter_node_l", Side::Left, f)
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
    let f = of_node(f, env, drop_env);
    iter(s, "lwt_sequence_iter_node_r", Side::Right, f)
}

fn fold(
    s: *const lwt_sequence,
    name: &str,
    from: Side,
    initial: Value,
    f: Option<impl Fn(Value, lwt_value) -> Outcome>,
) -> lwt_value {
    let (Ok(s), Some(f)) = (get(s, name), f) else {
        return ptr::null_mut();
    };
    let gathered = sequence::fold(&s, from, initial, |gathered, node| {
        let value = node.value();
        f(gathered, value.word())
    });
    gathered.map_or_else(call::raise, |gathered| gathered.into_parts().0)
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
    let initial = Value::new(initial, drop_initial);
    let f = gathering(f, env, drop_env);
    fold(s, "lwt_sequence_fold_l", Side::Left, initial, f)
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
    let initial = Value::new(initial, drop_initial);
    let f = gathering(f, env, drop_env);
    fold(s, "lwt_sequence_fold_r", Side::Right, initial, f)
}

/// The first node for whose value `f` tells so.
fn find(
    s: *const lwt_sequence,
    name: &str,
    from: Side,
    f: Option<impl Fn(lwt_value) -> Result<bool, Exn>>,
) -> Result<Option<Rc<Node>>, Exn> {
    let (s, f) = (get(s, name)?, f.ok_or_else(|| null(name))?);
    sequence::find(&s, from, |node| {
        let value = node.value();
        f(value.word())
    })
}

/// The same as a handle. NULL: there is none, or the call was a mistake; what `f`
/// raised is raised again.
fn find_opt(
    s: *const lwt_sequence,
    name: &str,
    from: Side,
    f: Option<impl Fn(lwt_value) -> Result<bool, Exn>>,
) -> *mut lwt_sequence_node {
    let mistake = get(s, name).is_err() || f.is_none();
    match find(s, name, from, f) {
        Ok(found) => found.map_or(ptr::null_mut(), |node| handle(&node)),
        Err(_) if mistake => ptr::null_mut(),
        Err(exn) => call::raise(exn).cast(),
    }
}

/// The same, stored in `*place`.
///
/// # Safety
/// `place` is NULL or may be written.
unsafe fn find_into(
    s: *const lwt_sequence,
    name: &str,
    from: Side,
    f: Option<impl Fn(lwt_value) -> Result<bool, Exn>>,
    place: *mut *mut lwt_sequence_node,
) -> c_int {
    if place.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    let (node, told) = match find(s, name, from, f) {
        Ok(None) => (ptr::null_mut(), LWT_NOT_FOUND),
        Err(exn) => (ptr::null_mut(), exn.kind()),
        Ok(Some(node)) => match handle(&node) {
            node if node.is_null() => (node, LWT_OUT_OF_MEMORY),
            node => (node, LWT_OK),
        },
    };
    // SAFETY: the caller's promise; after `f`, which may write there, too.
    unsafe { *place = node };
    told
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
    let f = test(f, env, drop_env);
    find_opt(s, "lwt_sequence_find_node_opt_l", Side::Left, f)
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
    let f = test(f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { find_into(s, "lwt_sequence_find_node_l", Side::Left, f, node) }
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
    let f = test(f, env, drop_env);
    find_opt(s, "lwt_sequence_find_node_opt_r", Side::Right, f)
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
    let f = test(f, env, drop_env);
    // SAFETY: the caller's promise.
    unsafe { find_into(s, "lwt_sequence_find_node_r", Side::Right, f, node) }
}
