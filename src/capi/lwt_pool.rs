//! `lwt_pool.h`: module Lwt_pool: members that are made on demand and used
//! again.

use super::closure::{null, promising};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::options;
use crate::promise::state::{Settled, WAIT};
use crate::promise::{Promise, call, failed, wakener};
use crate::sync::pool::{Calls, OnMember, Pool};
use crate::value::Env;
use std::ffi::c_void;
use std::rc::Rc;

/// A pool, `'a Lwt_pool.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_pool {
    _private: [u8; 0],
}

/// Is a member, which it borrows, still good after a use that failed? It owns
/// `answer`, and wakes it once, now or later: `lwt_wakeup(answer,
/// LWT_INT(true))`.
pub type lwt_pool_check_fn =
    Option<unsafe extern "C" fn(member: lwt_value, answer: *mut lwt_u, env: *mut c_void)>;

/// What a pool does with its members besides making them; all have the
/// environment of `make`. What is NULL is left out.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_pool_options {
    /// sizeof(struct lwt_pool_options), so that it can grow.
    pub size: usize,
    /// Is a member, which it borrows, still good? A promise of a bool. Asked
    /// each time that one that was used before is to be used. False: it is
    /// disposed of and another is made. If the promise fails, the member is
    /// disposed of, too, and that is the failure of lwt_pool_use.
    pub validate: lwt_bind_fn,
    /// Asked after a use that failed. False, a failure, or an answer that is
    /// forgotten: the member is disposed of. What the use failed with is told in
    /// any case, when that is done.
    pub check: lwt_pool_check_fn,
    /// Ends a member, which it borrows; the member's drop function runs after
    /// its promise has resolved. It is not cancelled.
    pub dispose: lwt_bind_fn,
}

fn get(pool: *const lwt_pool, function: &str) -> Result<Rc<Pool>, Exn> {
    // SAFETY: every pool's handle is made of a `Pool`.
    unsafe { object::get(Kind::Resources, pool.cast(), function) }
}

fn on_member(name: &'static str, f: lwt_bind_fn, env: &Rc<Env>) -> Option<OnMember> {
    let (f, env) = (f?, env.clone());
    Some(Box::new(move |member| {
        // SAFETY: the caller in C says that `f` may be called with `env`.
        call::promise_of(f as usize, name, || unsafe { f(member, env.word()) })
    }))
}

fn checking(f: lwt_pool_check_fn, env: &Rc<Env>) -> Option<OnMember> {
    let (f, env) = (f?, env.clone());
    Some(Box::new(move |member| {
        let mut answer = 0;
        // SAFETY: `answer` may be written; what comes back is a fresh handle,
        // or 0.
        let asked = unsafe { Promise::from_bits(wakener::make_pair(WAIT, &mut answer)) };
        // SAFETY: the caller in C says that `f` may be called with `env`.
        let ((), ran) = call::other_of(f as usize, || unsafe {
            f(member, answer as usize as *mut lwt_u, env.word())
        });
        if let Err(exn) = ran {
            wakener::wakeup(answer, Settled::exn(exn));
        }
        asked
    }))
}

/// The functions of a pool. None: `make` is NULL.
fn calls(make: lwt_thunk_fn, options: Option<lwt_pool_options>, env: Env) -> Option<Calls> {
    let env = Rc::new(env);
    let (make, make_env) = (make?, env.clone());
    let name = "lwt_pool_create: make";
    let none = lwt_pool_options {
        size: size_of::<lwt_pool_options>(),
        validate: None,
        check: None,
        dispose: None,
    };
    let options = options.unwrap_or(none);
    Some(Calls {
        make: Box::new(move || {
            // SAFETY: the caller in C says that `make` may be called with `env`.
            call::promise_of(make as usize, name, || unsafe { make(make_env.word()) })
        }),
        validate: on_member("lwt_pool_create: validate", options.validate, &env),
        check: checking(options.check, &env),
        dispose: on_member("lwt_pool_create: dispose", options.dispose, &env),
    })
}

/// Returns a pool of at most `max` members, `Lwt_pool.create`, none of which is
/// made yet; owned by the caller: lwt_pool_release. `make(env)` returns the
/// promise of a member, whose value the pool then owns with its drop function.
/// `options`, copied, may be NULL.
///
/// Consumes `env`, which all the functions get: `drop_env` runs when the pool
/// is gone. NULL: `max` is 0, `make` is NULL, `options` is of another size, or
/// memory ran out; `drop_env` has run then. On any thread, whose it then is.
///
/// # Safety
/// `options` is NULL or points to as many bytes as it says; the functions may
/// be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pool_create(
    max: usize,
    make: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    options: *const lwt_pool_options,
) -> *mut lwt_pool {
    let env = Env::new(env, drop_env);
    // SAFETY: the caller's promise.
    let calls = match unsafe { options::read(options, "lwt_pool_create") } {
        Ok(options) if max > 0 => calls(make, options, env),
        _ => None,
    };
    match calls {
        Some(calls) => object::new(Kind::Resources, Pool::new(max, calls)).cast(),
        None => std::ptr::null_mut(),
    }
}

/// One more reference to the same pool, owned by the caller. NULL: it is not a
/// pool of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pool_retain(pool: *const lwt_pool) -> *mut lwt_pool {
    object::retain(Kind::Resources, pool.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pool_release(pool: *mut lwt_pool) {
    // SAFETY: every pool's handle is made of a `Pool`.
    drop(unsafe { object::release::<Pool>(Kind::Resources, pool.cast(), "") });
}

/// Calls `f(member, env)` with a member of the pool, which `f` borrows and has
/// for itself until the promise that it returns has resolved, `Lwt_pool.use`.
/// The result is that promise's. If no member is free and there is no room for
/// another, it waits in turn; cancelling it then leaves the queue, and later
/// cancels what is going on: the making of the member, or the promise of `f`.
///
/// Borrows `pool`; `drop_env` runs once, after `f` has returned, or when it will
/// never be called. The result fails as `f`'s promise does, with what `f`
/// raised, with what making or validating the member, or disposing of it after
/// the use, failed with, with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle, LWT_INVALID_ARGUMENT if `f` is NULL, LWT_CANCELED and
/// LWT_OUT_OF_MEMORY. On the pool's thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pool_use(
    pool: *const lwt_pool,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_pool_use";
    let f = promising(NAME, f, env, drop_env).ok_or_else(|| null(NAME));
    match get(pool, NAME).and_then(|pool| Ok((pool, f?))) {
        Ok((pool, f)) => pool.with(f).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Disposes of the free members, one after another, and of those in use when
/// they come back, `Lwt_pool.clear`. The pool can be used as before: it makes
/// new ones. Returns a promise of LWT_UNIT, which resolves when the free ones
/// are gone.
///
/// Borrows `pool`. The promise fails as the first disposal that does, or with
/// LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD or LWT_OUT_OF_MEMORY. On the pool's
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pool_clear(pool: *const lwt_pool) -> *mut lwt_t {
    match get(pool, "lwt_pool_clear") {
        Ok(pool) => pool.clear().into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// How many uses wait for a member, `Lwt_pool.wait_queue_length`; 0 for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pool_wait_queue_length(pool: *const lwt_pool) -> usize {
    get(pool, "lwt_pool_wait_queue_length").map_or(0, |pool| pool.wait_queue_length())
}
