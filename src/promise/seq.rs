//! Sequential composition: bind, map, catch, try_bind, finalize.
//!
//! A composition on a resolved promise runs its callback inside the call and
//! returns what it returned. On a pending one it is a promise of its own, whose
//! slot holds the callback: `f`, `env`, `drop`, and in `b` the source, for
//! cancelling, and the storage map. A try_bind has two functions: they are in a
//! slot of their own, which `f` names.

use super::free::{unhold, unuse};
use super::resolve::{self, Next, adopt, append, run_deferred, settle};
use super::state::*;
use super::thread::List;
use super::{Promise, call, storage};
use crate::abi::{lwt_drop_fn, lwt_exn, lwt_t};
use crate::debug::passed::{passed, passed_here, returned};
use crate::exn::Exn;
use crate::handle::local::{Local, WATCHED, local};
use crate::handle::misuse;
use crate::handle::slot::{HELD, Id, Slot, USER};
use crate::rte;
use crate::value::{Env, Value};
use std::ffi::c_void;

/// The function of a bind.
pub type BindFn = unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut lwt_t;
type MapFn = unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut c_void;
/// The function of a catch.
pub type ExnFn = unsafe extern "C" fn(*const lwt_exn, *mut c_void) -> *mut lwt_t;
/// The function of a finalize.
pub type ThunkFn = unsafe extern "C" fn(*mut c_void) -> *mut lwt_t;

/// A function as a word.
pub fn bits<F>(f: Option<F>) -> u64 {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    // SAFETY: only used with function pointers, whose None is NULL.
    unsafe { std::mem::transmute_copy::<Option<F>, usize>(&f) as u64 }
}

fn ptr(f: u64) -> *const () {
    f as usize as *const ()
}

/// Calls the callback of a bind, without looking at what it says.
#[inline(always)]
pub fn call_bind(f: u64, value: u64, env: u64) -> u64 {
    // SAFETY: `f` is the function of a bind, from C, with its environment.
    unsafe {
        let f = std::mem::transmute::<*const (), BindFn>(ptr(f));
        f(value as usize as *mut c_void, env as usize as *mut c_void) as usize as u64
    }
}

/// `Lwt.bind`: tells the common cases apart. Each is a function of its own, so
/// that none pays for the registers of another.
#[inline(always)]
pub(crate) fn bind(p: u64, f: Option<BindFn>, env: *mut c_void, drop_env: lwt_drop_fn) -> u64 {
    if let (Some((slot, state)), Some(f)) = (local().check_state(p), f) {
        if state == RETURN {
            return match drop_env {
                None => bind_now::<false>(p, f, env, drop_env, slot),
                _ => bind_now::<true>(p, f, env, drop_env, slot),
            };
        }
        if state == PENDING {
            return bind_pending(p, f, env, drop_env, slot);
        }
    }
    bind_other(p, f, env, drop_env)
}

/// A bind on a pending promise that is no part of another.
#[inline(never)]
extern "C" fn bind_pending(
    p: u64,
    f: BindFn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    slot: &'static Slot,
) -> u64 {
    let local = local();
    let ready = if local.storage.get() == 0 {
        local.take_ready()
    } else {
        None
    };
    let Some((id, new)) = ready else {
        return bind_cold(p, f, env, drop_env);
    };
    let me = begin_pending(local, id, new, BIND, USER + HELD);
    new.b.set(u64::from(p as Id));
    new.f.set(f as usize as u64);
    new.env.set(env as usize as u64);
    new.drop.set(drop_bits(drop_env));
    append(local, slot, id, new);
    let refs = slot.refs.get() - USER;
    slot.refs.set(refs);
    if refs as u32 == 0 {
        if refs == 0 {
            return free_source(p as Id, slot, me);
        }
        slot.hide();
    }
    me
}

/// Nothing can resolve the source of a bind any more.
#[cold]
#[inline(never)]
extern "C" fn free_source(id: Id, slot: &'static Slot, result: u64) -> u64 {
    let local = local();
    slot.refs.set(USER);
    unuse(local, id, slot);
    result
}

#[cold]
#[inline(never)]
extern "C" fn bind_cold(p: u64, f: BindFn, env: *mut c_void, drop_env: lwt_drop_fn) -> u64 {
    bind_other(p, Some(f), env, drop_env)
}

#[cold]
#[inline(never)]
extern "C" fn bind_other(
    p: u64,
    f: Option<BindFn>,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> u64 {
    compose(BIND, "lwt_bind", p, bits(f), 0, Env::new(env, drop_env))
}

/// A bind on a promise with a value of its own. `DROP`: the environment is to
/// be dropped.
#[inline(never)]
extern "C" fn bind_now<const DROP: bool>(
    p: u64,
    f: BindFn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    slot: &'static Slot,
) -> u64 {
    let local = local();
    if !local.dive() {
        return bind_other(p, Some(f), env, drop_env);
    }
    let value = slot.a.get() as usize as *mut c_void;
    // SAFETY: the function and its environment came together from C.
    let returned = unsafe { f(value, env) } as usize as u64;
    let calm = local.surface();
    if DROP {
        drop(Env::new(env, drop_env));
    }
    give_up(local, p);
    if calm && local.check(returned).is_some() {
        return returned;
    }
    after_bind(returned)
}

/// The rare ends of an immediate bind.
#[cold]
#[inline(never)]
extern "C" fn after_bind(returned: u64) -> u64 {
    let local = local();
    let spoken = call::take_spoken(local);
    let result = call::checked(local, "lwt_bind", returned, spoken);
    run_deferred(local);
    result.into_bits()
}

/// Any composition, on any promise. Consumes `p` and `env`. `f` and `g` are
/// functions of the types that the op wants; a zero is a mistake of the
/// caller, but for the `g` of all but try_bind.
#[inline(never)]
pub fn compose(op: u8, name: &'static str, p: u64, f: u64, g: u64, env: Env) -> u64 {
    let local = local();
    if local.watched.get() != 0 {
        tell_wait(local, op, p); // user code, so before anything is looked at
    }
    let slot = match local.check(p) {
        Some(slot) => slot,
        _ => {
            drop(env);
            return make(local, Settled::exn(misuse(p, name)));
        }
    };
    if f == 0 || op == TRY_BIND && g == 0 {
        drop(env);
        unuse(local, p as Id, slot);
        return make(
            local,
            Settled::exn(Exn::invalid(&format!("{name}: a function is NULL"))),
        );
    }
    let (id, whole) = underlying(local, p as Id, slot);
    if !is_resolved(whole) {
        return wait(local, op, p, slot, (id, whole), (f, g), env);
    }
    let watched = local.has(WATCHED);
    let word = || name.trim_start_matches("lwt_");
    if watched && whole.state() == FAIL {
        passed_here(local, word(), whole.a.get());
    }
    if passes(op, whole) {
        drop(env);
        return p;
    }
    if local.too_deep() {
        return postpone(local, op, p, slot, (id, whole), (f, g), env);
    }
    whole.hold();
    let result = immediate(local, op, name, p, whole, (f, g), &env);
    if watched {
        returned(local, word(), result);
    }
    drop(env);
    give_up(local, p);
    unhold(local, id, whole);
    result
}

/// After the callback: gives up the reference that the call consumes, unless the
/// callback has given it up by mistake. `p` was a good handle before.
#[inline(always)]
fn give_up(local: &Local, p: u64) {
    let slot = local.at(p as Id);
    if slot.my_me() == p {
        unuse(local, p as Id, slot);
    }
}

/// Is the outcome none of the op's business?
fn passes(op: u8, promise: &Slot) -> bool {
    let failed = promise.state() == FAIL;
    match op {
        BIND | BIND_OWNED | MAP => failed,
        CATCH => !failed,
        _ => false,
    }
}

/// A promise for a composition whose callback runs later. None: no memory.
fn make_waiter(
    local: &Local,
    op: u8,
    source: Id,
    (f, g): (u64, u64),
    env: Env,
) -> Option<(Id, &'static Slot, u64)> {
    let f = if op == TRY_BIND {
        let (id, both) = local.take_slot()?;
        both.set_tag(local.tag(NODE, NODE_OP));
        both.refs.set(HELD);
        both.f.set(0); // to the end of the thread: a node without contents
        both.env.set(f);
        both.drop.set(g);
        u64::from(id)
    } else {
        f
    };
    let Some((id, new, me)) = make_pending(local, op, USER + HELD) else {
        if op == TRY_BIND {
            local.give_slot(f as Id, local.at(f as Id));
        }
        return None;
    };
    let env = Settled::value(env);
    new.b
        .set(u64::from(source) | storage::snapshot(local) << 32);
    new.f.set(f);
    new.env.set(env.a);
    new.drop.set(env.b);
    if op == BIND && local.has(WATCHED) {
        look_closely(new);
    }
    Some((id, new, me))
}

fn wait(
    local: &Local,
    op: u8,
    p: u64,
    slot: &'static Slot,
    (id, whole): (Id, &'static Slot),
    functions: (u64, u64),
    env: Env,
) -> u64 {
    let result = match make_waiter(local, op, id, functions, env) {
        Some((new_id, new, me)) => {
            append(local, whole, new_id, new);
            me
        }
        None => out_of_memory(local),
    };
    unuse(local, p as Id, slot);
    result
}

/// Tells the tracer if a composition on this promise will have to wait.
#[cold]
#[inline(never)]
fn tell_wait(local: &Local, op: u8, p: u64) {
    let pending = |slot| !is_resolved(underlying(local, p as Id, slot).1);
    if !rte::is_installed() || !local.check(p).is_some_and(pending) {
        return;
    }
    // SAFETY: the caller holds the handle; the copy is not dropped.
    let promise = unsafe { std::mem::ManuallyDrop::new(Promise::from_bits(p)) };
    let name = match op {
        MAP => c"map",
        CATCH => c"catch",
        TRY_BIND => c"try_bind",
        FINALIZE => c"finalize",
        _ => c"bind",
    };
    rte::waits(name, &promise, None);
}

/// The call is nested too deeply: the callback runs later, though the promise
/// is resolved.
#[cold]
fn postpone(
    local: &Local,
    op: u8,
    p: u64,
    slot: &'static Slot,
    (id, whole): (Id, &'static Slot),
    functions: (u64, u64),
    env: Env,
) -> u64 {
    let result = match make_waiter(local, op, 0, functions, env) {
        Some((new_id, new, me)) => {
            new.next.set(0);
            whole.hold();
            resolve::defer(
                local,
                List {
                    promise: id,
                    head: new_id,
                },
            );
            me
        }
        None => out_of_memory(local),
    };
    unuse(local, p as Id, slot);
    result
}

/// Runs the callback of an op on a resolved promise, as C gave it.
fn call_back(
    op: u8,
    name: &'static str,
    promise: &'static Slot,
    (f, g): (u64, u64),
    env: &Env,
) -> Result<Promise, super::Outcome> {
    let env = env.word();
    let failed = promise.state() == FAIL;
    let exn = promise.a.get() as usize as *const lwt_exn;
    // SAFETY: the function came from C for this op, and so with this type,
    // together with its environment.
    unsafe {
        match op {
            MAP => {
                let f = std::mem::transmute::<*const (), MapFn>(ptr(f));
                let value = shown(promise);
                Err(call::value_of(f as usize, || f(value, env)))
            }
            FINALIZE => {
                let f = std::mem::transmute::<*const (), ThunkFn>(ptr(f));
                Ok(call::promise_of(f as usize, name, || f(env)))
            }
            CATCH | TRY_BIND if failed => {
                let f = if op == CATCH { f } else { g };
                let f = std::mem::transmute::<*const (), ExnFn>(ptr(f));
                Ok(call::promise_of(f as usize, name, || f(exn, env)))
            }
            BIND_OWNED => {
                let (value, _) = move_out(promise).into_parts();
                let f = std::mem::transmute::<*const (), BindFn>(ptr(f));
                Ok(call::promise_of(f as usize, name, || f(value, env)))
            }
            _ => {
                let f = std::mem::transmute::<*const (), BindFn>(ptr(f));
                let value = shown(promise);
                Ok(call::promise_of(f as usize, name, || f(value, env)))
            }
        }
    }
}

fn immediate(
    local: &Local,
    op: u8,
    name: &'static str,
    p: u64,
    promise: &'static Slot,
    functions: (u64, u64),
    env: &Env,
) -> u64 {
    let result = match call_back(op, name, promise, functions, env) {
        Ok(result) => result,
        Err(outcome) => return make(local, Settled::outcome(outcome)),
    };
    if op != FINALIZE {
        return result.into_bits();
    }
    // The body's outcome, unless the clean-up fails.
    let clean_up = result.into_bits();
    let Some(slot) = local.check(clean_up) else {
        return clean_up;
    };
    let (id, whole) = underlying(local, clean_up as Id, slot);
    if whole.state() == FAIL {
        return clean_up;
    }
    if is_resolved(whole) {
        unuse(local, clean_up as Id, slot);
        // The caller gives up its reference to `p` when this returns.
        let Some(body) = local.check(p) else {
            return make(local, Settled::exn(misuse(p, name)));
        };
        body.refs.set(body.refs.get() + USER);
        return p;
    }
    let result = match make_pending(local, FINALIZE_2, USER + HELD) {
        Some((new_id, new, me)) => {
            // Not by `p`, which the clean-up may have given up by mistake.
            promise.hold();
            new.b.set(u64::from(id));
            new.f.set(u64::from(local.id_of(promise)));
            new.env.set(0);
            new.drop.set(0);
            append(local, whole, new_id, new);
            me
        }
        None => out_of_memory(local),
    };
    unuse(local, clean_up as Id, slot);
    result
}

/// What a waiter had for its callback, taken out of its slot.
fn take_callback(local: &Local, waiter: &Slot) -> ((u64, u64), Env, Id) {
    // SAFETY: it owns its environment, and keeps none of its words.
    let env = unsafe { owned(waiter.env.replace(0), waiter.drop.replace(0)) };
    let map = (waiter.b.replace(0) >> 32) as Id;
    let f = waiter.f.get();
    if op(waiter) != TRY_BIND {
        return ((f, 0), env, map);
    }
    let both = local.at(f as Id);
    let functions = (both.env.get(), both.drop.get());
    local.give_slot(f as Id, both);
    (functions, env, map)
}

const NAMES: [&str; 6] = [
    "lwt_bind",
    "lwt_bind_owned",
    "lwt_map",
    "lwt_catch",
    "lwt_try_bind",
    "lwt_finalize",
];

/// The promise that a composition waits on has resolved. `last`: no other
/// waiter will look at it.
pub fn fire(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    waiter: &'static Slot,
    last: bool,
) -> Next {
    let sole = last && slot.refs.get() == HELD;
    let op = op(waiter);
    if op == FINALIZE_2 {
        return clean_up_done(local, slot, id, waiter, sole);
    }
    let (functions, env, map) = take_callback(local, waiter);
    if passes(op, slot) {
        drop(env);
        storage::release(local, map);
        return settle(local, id, waiter, share(slot, sole));
    }
    if slot.state() == FAIL && local.has(WATCHED) {
        passed(local, id, waiter, slot.a.get());
    }
    let name = NAMES[usize::from(op - BIND)];
    local.storage.set(map);
    let result = call_back(op, name, slot, functions, &env);
    drop(env);
    storage::leave(local, map);
    match result {
        Err(outcome) => settle(local, id, waiter, Settled::outcome(outcome)),
        Ok(result) if op != FINALIZE => adopt(local, name, id, waiter, result.into_bits()),
        Ok(result) => cleaning_up(
            local,
            (promise, slot),
            (id, waiter),
            result.into_bits(),
            sole,
        ),
    }
}

/// The clean-up of a finalize has been started.
fn cleaning_up(
    local: &Local,
    (body_id, body): (Id, &'static Slot),
    (id, waiter): (Id, &'static Slot),
    clean_up: u64,
    sole: bool,
) -> Next {
    let Some(slot) = local.check(clean_up) else {
        return settle(local, id, waiter, Settled::exn(Exn::out_of_memory()));
    };
    let (whole_id, whole) = underlying(local, clean_up as Id, slot);
    let next = if whole.state() == FAIL {
        settle(local, id, waiter, share(whole, false))
    } else if is_resolved(whole) {
        // Looked at again: the clean-up may have taken the body's value.
        settle(
            local,
            id,
            waiter,
            share(body, sole && body.refs.get() == HELD),
        )
    } else {
        body.hold();
        set_op(waiter, FINALIZE_2);
        waiter.f.set(u64::from(body_id));
        waiter.b.set(u64::from(whole_id));
        // Cancelling reaches the clean-up through what the waiter became.
        append(local, whole, id, waiter);
        (0, 0)
    };
    unuse(local, clean_up as Id, slot);
    next
}

/// The clean-up of a finalize has ended: its failure, or the body's outcome.
fn clean_up_done(
    local: &Local,
    clean_up: &'static Slot,
    id: Id,
    waiter: &'static Slot,
    sole: bool,
) -> Next {
    let body_id = waiter.f.get() as Id;
    let body = local.at(body_id);
    waiter.b.set(0);
    let settled = if clean_up.state() == FAIL {
        share(clean_up, sole)
    } else {
        share(body, body.refs.get() == HELD)
    };
    unhold(local, body_id, body);
    settle(local, id, waiter, settled)
}

/// The promise that a composition waits on will never resolve: what it had for
/// its callback is given up.
pub fn orphan(local: &Local, waiter: &'static Slot, drops: &mut Vec<Value>) {
    if op(waiter) == FINALIZE_2 {
        let body = waiter.f.get() as Id;
        unhold(local, body, local.at(body));
    } else {
        let (_, env, map) = take_callback(local, waiter);
        if env.is_owned() {
            drops.push(env);
        }
        storage::release_later(local, map, drops);
    }
}
