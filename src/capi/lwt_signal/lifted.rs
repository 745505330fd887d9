//! `React.S.Bool`, `Int`, `Float`, `Pair`, `Option` and `Compare`.

use super::{derived, derived_of};
use crate::abi::*;
use crate::capi::lwt_event::event::{lwt_event, lwt_signal};
use crate::capi::lwt_event::{event, given as given_event, signal};
use crate::exn::Exn;
use crate::promise::call;
use crate::promise::shared::Shared;
use crate::promise::values::{self, lwt_values};
use crate::react::Signal;
use crate::react::lifted::{self, of_int};
use crate::react::operators::{LWT_OP_PAIR_FST, LWT_OP_PAIR_SND};
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;

/// A signal that is always what an operator, one of LWT_OP_…, makes of the value of `a`.
/// The inline functions below, such as lwt_signal_bool_not, call it. As lwt_signal_map;
/// NULL also if there is no such operator of one value.
///
/// Truth values are LWT_INT(1) and LWT_INT(0), numbers LWT_INT, which wrap around, and
/// floats LWT_FLOAT. Pairs are `struct lwt_values *` of two values, which are shared with
/// the signals that they come from.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_op1(op: c_int, a: *const lwt_signal) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_op1";
    match op {
        LWT_OP_PAIR_FST => derived(a, NAME, Some(0), component),
        LWT_OP_PAIR_SND => derived(a, NAME, Some(1), component),
        _ => derived(a, NAME, lifted::unary(op), |a, f| {
            a.map(move |value| f(value.word()))
        }),
    }
}

fn component(pairs: Signal, index: usize) -> Result<Signal, Exn> {
    pairs.map(move |pair| {
        let pair = pair.word().cast::<lwt_values>();
        // SAFETY: what is said of the values of such signals: NULL, or an array.
        unsafe { values::share_raw(pair, index) }
            .ok_or_else(|| Exn::invalid("lwt_signal_op1: the value is no pair"))
    })
}

/// The same of two, such as lwt_signal_int_add; for a pair of them too. As
/// lwt_signal_map; NULL also if there is no such operator of two values.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_op2(
    op: c_int,
    a: *const lwt_signal,
    b: *const lwt_signal,
) -> *mut lwt_signal {
    derived_of(&[a, b], "lwt_signal_op2", lifted::binary(op), |both, f| {
        Signal::lift(both, move |values| match values {
            [a, b] => f(a, b),
            _ => Ok(of_int(0)),
        })
    })
}

/// A signal that is always what a comparison, one of LWT_COMPARE_…, says of the values of
/// both, `React.S.Compare`: by the order that `compare` tells, which borrows them; if it
/// is NULL, by that of the words as numbers. As lwt_signal_map; NULL also if there is no
/// such comparison.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_compare(
    op: c_int,
    a: *const lwt_signal,
    b: *const lwt_signal,
    compare: lwt_compare_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_signal {
    let env = Env::new(env, drop_env);
    let said = lifted::comparison(op);
    derived_of(&[a, b], "lwt_signal_compare", said, |both, said| {
        Signal::lift(both, move |values| {
            let [a, b] = values else { return Ok(of_int(0)) };
            let order = match compare {
                None => lifted::order(a, b),
                Some(f) => {
                    // SAFETY: the function and its environment came together from C.
                    let call = || unsafe { f(a.word(), b.word(), env.word()) };
                    let (order, ran) = call::other_of(f as usize, call);
                    ran.map(|()| order)?
                }
            };
            Ok(of_int(said(order, a.word() == b.word())))
        })
    })
}

/// An event with the new value, when the truth value `s` changes, `React.S.Bool.edge`. As
/// lwt_signal_changes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_bool_edge(s: *const lwt_signal) -> *mut lwt_event {
    match signal(s, "lwt_signal_bool_edge") {
        Ok(signal) => given_event(signal.changes()),
        Err(_) => ptr::null_mut(),
    }
}

/// An event with LWT_UNIT, when `s` becomes true, `React.S.Bool.rise`. As
/// lwt_signal_changes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_bool_rise(s: *const lwt_signal) -> *mut lwt_event {
    match signal(s, "lwt_signal_bool_rise") {
        Ok(signal) => given_event(signal.becomes(true)),
        Err(_) => ptr::null_mut(),
    }
}

/// An event with LWT_UNIT, when `s` becomes false, `React.S.Bool.fall`. As
/// lwt_signal_changes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_bool_fall(s: *const lwt_signal) -> *mut lwt_event {
    match signal(s, "lwt_signal_bool_fall") {
        Ok(signal) => given_event(signal.becomes(false)),
        Err(_) => ptr::null_mut(),
    }
}

/// A truth value that begins as `initial`, and that each occurrence of `e` turns over,
/// `React.S.Bool.flip`. Borrows `e`. As lwt_signal_hold.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_bool_flip(initial: bool, e: *const lwt_event) -> *mut lwt_signal {
    match event(e, "lwt_signal_bool_flip") {
        Ok(event) => super::given(event.flip(initial)),
        Err(_) => ptr::null_mut(),
    }
}

/// The values of `s`, as options, `React.S.Option.some`: every value but LWT_NONE is one
/// already. As lwt_signal_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_option_some(s: *const lwt_signal) -> *mut lwt_signal {
    derived(s, "lwt_signal_option_some", Some(()), |s, ()| {
        s.map(|value: &Shared| Ok(value.clone()))
    })
}

/// The value of `s`, `React.S.Option.value`. Where that is LWT_NONE: with `always`
/// (OCaml's `` `Always ``) the value of `fallback`; without (`` `Init ``) the last that was
/// none such, and, before there is one, the value that `fallback` has now. Borrows both.
/// As lwt_signal_map.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_option_value(
    fallback: *const lwt_signal,
    always: bool,
    s: *const lwt_signal,
) -> *mut lwt_signal {
    const NAME: &str = "lwt_signal_option_value";
    derived(s, NAME, signal(fallback, NAME).ok(), |s, fallback| {
        s.option_value(&fallback, always)
    })
}
