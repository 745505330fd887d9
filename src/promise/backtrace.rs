//! `Lwt.backtrace_bind` and its kin: bind, catch, finalize and try_bind through
//! which each error passes by way of a function of the user's.
//!
//! They are the plain ones (`seq`) with callbacks of ours around the user's. An
//! error passes when it is the source's, when the callback raises it, or when
//! the promise that the callback returns has failed already; the failure of one
//! that is still pending passes through what that was made by.

use super::state::*;
use super::{Promise, call, failed, seq};
use crate::abi::{lwt_exn, lwt_exn_map_fn, lwt_t};
use crate::exn::Exn;
use crate::value::Env;
use std::ffi::c_void;
use std::rc::Rc;

/// The function from error to error, and the environment that it shares with
/// the callbacks.
pub struct Locate {
    add_loc: lwt_exn_map_fn,
    env: Env,
}

impl Locate {
    /// Both.
    pub fn new(add_loc: lwt_exn_map_fn, env: Env) -> Locate {
        Locate { add_loc, env }
    }

    fn exn(&self, exn: Exn) -> Exn {
        let Some(add_loc) = self.add_loc else {
            return exn;
        };
        let mut located = std::ptr::null_mut();
        let exn = exn.into_raw();
        call::unit_of(add_loc as usize, || {
            // SAFETY: the function and its environment came together from C.
            located = unsafe { add_loc(exn, self.env.word()) }
        });
        Exn::from_raw(located)
            .unwrap_or_else(|| Exn::invalid("add_loc: what it returned is not an exception"))
    }

    fn promise(&self, promise: Promise) -> *mut lwt_t {
        match promise.exn() {
            Some(exn) => failed(self.exn(exn)).into_raw(),
            None => promise.into_raw(),
        }
    }
}

/// What a composition has for its callbacks.
struct Traced {
    locate: Locate,
    f: u64,
    g: u64,
}

impl Traced {
    /// # Safety
    /// `env` is that of a composition of this file, which still holds it.
    unsafe fn of<'a>(env: *mut c_void) -> &'a Traced {
        // SAFETY: the caller's promise.
        unsafe { &*env.cast_const().cast::<Traced>() }
    }
}

/// A share in the callbacks as the environment of a composition.
fn env(traced: &Rc<Traced>) -> Env {
    unsafe extern "C" fn drop_share(env: *mut c_void) {
        // SAFETY: the share that was given to the environment.
        drop(unsafe { Rc::from_raw(env.cast_const().cast::<Traced>()) });
    }
    let word = Rc::into_raw(traced.clone()).cast_mut().cast();
    Env::new(word, Some(drop_share))
}

unsafe extern "C" fn on_value(value: *mut c_void, env: *mut c_void) -> *mut lwt_t {
    // SAFETY: the environment of a composition; `f` is its user's function.
    unsafe {
        let traced = Traced::of(env);
        let f = std::mem::transmute::<*const (), seq::BindFn>(traced.f as usize as *const ());
        let word = traced.locate.env.word();
        let result = call::promise_of(f as usize, "lwt_backtrace_bind", || f(value, word));
        traced.locate.promise(result)
    }
}

unsafe extern "C" fn on_exn(exn: *const lwt_exn, env: *mut c_void) -> *mut lwt_t {
    // SAFETY: as in `on_value`, with `g`.
    unsafe {
        let traced = Traced::of(env);
        let g = std::mem::transmute::<*const (), seq::ExnFn>(traced.g as usize as *const ());
        let word = traced.locate.env.word();
        let located = traced.locate.exn(borrowed(exn));
        let result = call::promise_of(g as usize, "lwt_backtrace_catch", || {
            g(located.as_raw(), word)
        });
        traced.locate.promise(result)
    }
}

unsafe extern "C" fn pass(exn: *const lwt_exn, env: *mut c_void) -> *mut lwt_t {
    // SAFETY: the environment of a composition.
    let traced = unsafe { Traced::of(env) };
    failed(traced.locate.exn(borrowed(exn))).into_raw()
}

unsafe extern "C" fn clean_up(env: *mut c_void) -> *mut lwt_t {
    // SAFETY: as in `on_value`, with a function without argument.
    unsafe {
        let traced = Traced::of(env);
        let f = std::mem::transmute::<*const (), seq::ThunkFn>(traced.f as usize as *const ());
        let word = traced.locate.env.word();
        call::promise_of(f as usize, "lwt_backtrace_finalize", || f(word)).into_raw()
    }
}

fn borrowed(exn: *const lwt_exn) -> Exn {
    Exn::borrow_raw(exn).unwrap_or_else(Exn::out_of_memory)
}

/// A function of ours as a word; 0 if one that it calls is missing.
fn ours(locate: &Locate, theirs: u64, f: *const ()) -> u64 {
    if locate.add_loc.is_some() && theirs != 0 {
        f as usize as u64
    } else {
        0
    }
}

/// `Lwt.backtrace_bind`
pub fn bind(locate: Locate, p: u64, f: u64) -> u64 {
    let on_value = ours(&locate, f, on_value as *const ());
    let traced = Rc::new(Traced { locate, f, g: 0 });
    let pass = pass as *const () as usize as u64;
    seq::compose(
        TRY_BIND,
        "lwt_backtrace_bind",
        p,
        on_value,
        pass,
        env(&traced),
    )
}

/// `Lwt.backtrace_catch`
pub fn catch(locate: Locate, p: u64, g: u64) -> u64 {
    let on_exn = ours(&locate, g, on_exn as *const ());
    let traced = Rc::new(Traced { locate, f: 0, g });
    seq::compose(CATCH, "lwt_backtrace_catch", p, on_exn, 0, env(&traced))
}

/// `Lwt.backtrace_try_bind`
pub fn try_bind(locate: Locate, p: u64, f: u64, g: u64) -> u64 {
    let on_value = ours(&locate, f, on_value as *const ());
    let on_exn = ours(&locate, g, on_exn as *const ());
    let traced = Rc::new(Traced { locate, f, g });
    let name = "lwt_backtrace_try_bind";
    seq::compose(TRY_BIND, name, p, on_value, on_exn, env(&traced))
}

/// `Lwt.backtrace_finalize`: the failure of the whole passes, whichever it is.
pub fn finalize(locate: Locate, p: u64, f: u64) -> u64 {
    const NAME: &str = "lwt_backtrace_finalize";
    let clean_up = ours(&locate, f, clean_up as *const ());
    let traced = Rc::new(Traced { locate, f, g: 0 });
    let result = seq::compose(FINALIZE, NAME, p, clean_up, 0, env(&traced));
    if clean_up == 0 {
        return result;
    }
    let pass = pass as *const () as usize as u64;
    seq::compose(CATCH, NAME, result, pass, 0, env(&traced))
}
