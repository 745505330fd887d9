//! `lwt_seq.h`, where the elements of sequences come from. Module Lwt_seq.

use super::node::lwt_seq;
use super::{new, of, promising, read, take};
use crate::abi::*;
use crate::capi::closure::thunk;
use crate::capi::lwt_list::words;
use crate::data::seq;
use crate::promise::{Promise, call};
use crate::value::{Env, Value};
use std::ffi::c_void;
use std::ptr;

/// A callback that gives the element at a place, from 0, or `LWT_NONE` at the end.
pub type lwt_seq_at_fn = Option<unsafe extern "C" fn(index: usize, env: *mut c_void) -> lwt_value>;
/// A callback that returns a promise of the element at a place, from 0, or of
/// `LWT_NONE` at the end.
pub type lwt_seq_at_lwt_fn =
    Option<unsafe extern "C" fn(index: usize, env: *mut c_void) -> *mut lwt_t>;

/// What a step of unfolding gives. The drop functions may be NULL.
#[repr(C)]
pub struct lwt_seq_unfolded {
    /// An element.
    pub value: lwt_value,
    /// Drops it when nobody can be given it any more.
    pub drop: lwt_drop_fn,
    /// The state for the next step.
    pub state: lwt_value,
    /// Drops it when there is no next step to be made any more.
    pub drop_state: lwt_drop_fn,
}

/// A callback that makes a step of unfolding from a state, which it borrows: fills
/// `next`, which is all zero, and returns true; or returns false at the end.
pub type lwt_seq_unfold_fn = Option<
    unsafe extern "C" fn(state: lwt_value, next: *mut lwt_seq_unfolded, env: *mut c_void) -> bool,
>;

/// The sequence without elements, `Lwt_seq.empty`, owned by the caller:
/// lwt_seq_release. NULL: out of memory. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_empty() -> *mut lwt_seq {
    new(seq::empty())
}

/// A sequence of one element, a plain word, `Lwt_seq.return`. Otherwise as
/// lwt_seq_empty.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_return(value: lwt_value) -> *mut lwt_seq {
    new(seq::single(Value::plain(value)))
}

/// As lwt_seq_return, with an element that is owned: it is dropped, once, when nobody
/// can be given it any more.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_return_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_seq {
    new(seq::single(Value::new(value, drop)))
}

/// A sequence of one element, the value of `p`, `Lwt_seq.return_lwt`, which is waited
/// for each time; if `p` fails so does the sequence. Consumes `p`. NULL if `p` is bad,
/// or memory ran out. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_return_lwt(p: *mut lwt_t) -> *mut lwt_seq {
    let p = Promise::from_raw(p, "lwt_seq_return_lwt");
    p.map_or(ptr::null_mut(), |p| new(seq::single_lwt(p)))
}

/// A plain word before the elements of `s`, `Lwt_seq.cons`.
///
/// Consumes `s`. Returns the sequence, owned by the caller; NULL if `s` is bad, or
/// memory ran out. On the sequence's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_cons(value: lwt_value, s: *mut lwt_seq) -> *mut lwt_seq {
    of(
        take(s, "lwt_seq_cons"),
        Some(Value::plain(value)),
        |s, value| seq::cons(value, s),
    )
}

/// As lwt_seq_cons, with an element that is owned, as by lwt_seq_return_owned; it is
/// dropped also when the call fails.
///
/// # Safety
/// `drop` may be called with `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_cons_owned(
    value: lwt_value,
    drop: lwt_drop_fn,
    s: *mut lwt_seq,
) -> *mut lwt_seq {
    let value = Some(Value::new(value, drop));
    of(take(s, "lwt_seq_cons_owned"), value, |s, value| {
        seq::cons(value, s)
    })
}

/// The value of `p` before the elements of `s`, `Lwt_seq.cons_lwt`. Consumes both.
/// Otherwise as lwt_seq_return_lwt.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_seq_cons_lwt(p: *mut lwt_t, s: *mut lwt_seq) -> *mut lwt_seq {
    let name = "lwt_seq_cons_lwt";
    of(take(s, name), Promise::from_raw(p, name).ok(), |s, p| {
        seq::cons_lwt(p, s)
    })
}

/// The `n` elements of an array, `Lwt_seq.of_list`: plain words, which stay the
/// caller's for as long as the sequence may be asked for them. The array is copied.
/// NULL if it is NULL and `n` is not 0, or there can be no such array, or memory ran
/// out.
///
/// # Safety
/// `items` is NULL or the start of `n` values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_of_list(items: *const lwt_value, n: usize) -> *mut lwt_seq {
    // SAFETY: the caller's promise.
    let words = unsafe { words("lwt_seq_of_list", items, n) };
    words.map_or(ptr::null_mut(), |words| new(seq::of_list(words)))
}

/// The elements that `f` gives, `Lwt_seq.of_seq`: it is called for the one at a place
/// whenever that is asked for, and gives `LWT_NONE` at the end. It fails with
/// lwt_raise, and gives an element a drop function with lwt_owned.
///
/// Consumes `env`, which is dropped with the last sequence of these elements. Returns
/// the sequence, owned by the caller; NULL if `f` is NULL, or memory ran out. On any
/// thread, whose it then is.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_of_seq(
    f: lwt_seq_at_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let env = Env::new(env, drop_env);
    f.map_or(ptr::null_mut(), |f| {
        // SAFETY: the caller's promise.
        let at = move |index| call::value_of(f as usize, || unsafe { f(index, env.word()) });
        new(seq::of_seq(at))
    })
}

/// As lwt_seq_of_seq, with a function that returns promises, `Lwt_seq.of_seq_lwt`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_of_seq_lwt(
    f: lwt_seq_at_lwt_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let env = Env::new(env, drop_env);
    f.map_or(ptr::null_mut(), |f| {
        let at = move |index| {
            // SAFETY: the caller's promise.
            call::promise_of(f as usize, "lwt_seq_of_seq_lwt", || unsafe {
                f(index, env.word())
            })
        };
        new(seq::of_seq_lwt(at))
    })
}

/// A sequence whose first node is what `f` gives, each time that it is asked for: a
/// promise made by lwt_seq_node_cons or lwt_seq_node_nil. What it fails with or raises
/// is the failure of who asks; anything else fails with `LWT_INVALID_ARGUMENT`.
/// Otherwise as lwt_seq_of_seq.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_from(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let node = thunk("lwt_seq_from", f, env, drop_env);
    node.map_or(ptr::null_mut(), |node| new(seq::from(read, node)))
}

/// The elements that `f` makes from one state after the other, the first one being
/// `state`, `Lwt_seq.unfold`.
///
/// Consumes `state` and `env`. Otherwise as lwt_seq_of_seq; what `f` has filled in is
/// dropped if it raises or returns false.
///
/// # Safety
/// `drop_state` may be called with `state`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_unfold(
    state: lwt_value,
    drop_state: lwt_drop_fn,
    f: lwt_seq_unfold_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let env = Env::new(env, drop_env);
    let state = Value::new(state, drop_state);
    let Some(f) = f else {
        return ptr::null_mut();
    };
    let step = move |state: lwt_value| {
        let mut next = lwt_seq_unfolded {
            value: ptr::null_mut(),
            drop: None,
            state: ptr::null_mut(),
            drop_state: None,
        };
        // SAFETY: the caller's promise.
        let step = || unsafe { f(state, &raw mut next, env.word()) };
        let (told, ran) = call::other_of(f as usize, step);
        let value = Value::new(next.value, next.drop);
        let state = Value::new(next.state, next.drop_state);
        ran.map(|()| told.then_some((value, state)))
    };
    new(seq::unfold(state, step))
}

/// As lwt_seq_unfold, with a function that returns promises, `Lwt_seq.unfold_lwt`: of
/// an element and the next state (lwt_seq_node_unfold), or of the end
/// (lwt_seq_node_nil). It borrows the state until then. Anything else fails with
/// `LWT_INVALID_ARGUMENT`.
///
/// # Safety
/// `drop_state` may be called with `state`, `f` and `drop_env` with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_seq_unfold_lwt(
    state: lwt_value,
    drop_state: lwt_drop_fn,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_seq {
    let f = promising("lwt_seq_unfold_lwt", f, env, drop_env);
    let state = Value::new(state, drop_state);
    f.map_or(ptr::null_mut(), |f| new(seq::unfold_lwt(state, read, f)))
}
