//! Promises that nothing can resolve any more: what waited for them is given
//! up at once, and user code runs only when all lists are whole again.

use super::*;
use crate::abi::{lwt_promise_state::LWT_FAIL, lwt_t};
use crate::promise::{Promise, cancel, group, retain, seq, state_of, storage};
use std::cell::RefCell;

unsafe extern "C" fn give(word: *mut c_void, _: *mut c_void) -> *mut lwt_t {
    word.cast()
}
unsafe extern "C" fn never(_: *mut c_void, _: *mut c_void) -> *mut lwt_t {
    ptr::null_mut()
}
unsafe extern "C" fn env_as_promise(env: *mut c_void) -> *mut lwt_t {
    env.cast()
}

fn bind(p: u64, f: unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut lwt_t) -> u64 {
    seq::compose(BIND, "test", p, f as *const () as u64, 0, counted())
}

/// A bind that has become what its callback returned: `inner`, which the
/// caller keeps.
fn became(inner: u64) -> u64 {
    let (source, u) = pair(WAIT);
    let outer = bind(source, give);
    wakener::wakeup(u, plain(retain(inner) as usize));
    outer
}

#[test]
fn what_waits_for_a_part_of_another_is_given_up_when_the_part_is_forgotten() {
    let before = slots();
    for waker_first in [true, false] {
        let (inner, u) = pair(WAIT);
        let outer = became(inner);
        let alive = counted_alive();
        let last = bind(outer, never);
        assert_eq!(counted_alive(), alive + 1);
        if waker_first {
            wakener::forget(u);
            assert_eq!(counted_alive(), alive, "the environment is dropped");
        }
        release(inner);
        wakener::forget(u);
        assert_eq!(counted_alive(), alive);
        cancel::cancel(last); // nothing to cancel behind it
        assert_eq!(state_of(last), crate::abi::lwt_promise_state::LWT_SLEEP);
        release(last);
    }
    assert_eq!(slots(), before);
}

#[test]
fn a_forgotten_group_that_became_part_of_another_can_not_be_cancelled() {
    let before = slots();
    for op in [PROTECTED, WRAP, PICK, JOIN] {
        let (p, u) = pair(TASK);
        let inner = match op {
            PICK => group::pick(&[p as usize as *mut _]),
            JOIN => group::join(&[p as usize as *mut _]),
            _ => group::follow(op, "test", p),
        };
        let outer = became(inner);
        wakener::forget(u);
        cancel::cancel(outer);
        assert_eq!(state_of(outer), state_of(inner));
        [inner, outer].into_iter().for_each(release);
    }
    assert_eq!(slots(), before);
}

thread_local! {
    static VICTIMS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Cancels what waits for the same promise.
unsafe extern "C" fn cancel_the_others(_: *mut c_void) {
    count();
    for victim in VICTIMS.take() {
        cancel::cancel(victim);
        release(victim);
    }
}

fn count() {
    // SAFETY: it looks at nothing.
    unsafe { count_drop(ptr::null_mut()) }
}

/// A value whose drop function uses promises.
fn harmful() -> Value {
    MADE.set(MADE.get() + 1);
    Value::new(ptr::null_mut(), Some(cancel_the_others))
}

/// Some promises that follow `p`, which the drop function will take out of
/// its list.
fn followers(p: u64) {
    for _ in 0..3 {
        let victim = group::follow(PROTECTED, "test", retain(p));
        VICTIMS.with_borrow_mut(|victims| victims.push(victim));
    }
}

/// Forgets a promise on which `wait` leaves something harmful, with others
/// before and behind it.
fn forgotten_with(wait: impl FnOnce(u64) -> u64) {
    let (slots_before, alive) = (slots(), counted_alive());
    let (p, u) = pair(WAIT);
    followers(p);
    let result = wait(retain(p));
    release(result);
    followers(p);
    let last = bind(retain(p), never);
    let watched: Vec<u64> = VICTIMS.with_borrow(|v| v.iter().map(|&v| retain(v)).collect());
    wakener::forget(u);
    assert!(VICTIMS.take().is_empty(), "the drop function ran");
    for victim in watched {
        assert_ne!(state_of(victim), LWT_FAIL, "they were forgotten, too");
        release(victim);
    }
    release(p);
    release(last);
    assert_eq!((slots(), counted_alive()), (slots_before, alive));
}

#[test]
fn environments_are_dropped_when_the_lists_are_whole() {
    forgotten_with(|p| {
        let f = never as *const () as u64;
        seq::compose(BIND, "test", p, f, 0, harmful())
    });
}

#[test]
fn the_failure_that_a_join_had_is_dropped_when_the_lists_are_whole() {
    forgotten_with(|p| {
        let exn = Exn::with_payload(crate::abi::LWT_FAILURE, "x", harmful());
        group::join(&[done(Settled::exn(exn)), p].map(|p| p as usize as *mut _))
    });
}

#[test]
fn the_values_that_an_all_had_are_dropped_when_the_lists_are_whole() {
    forgotten_with(|p| {
        let members = [done(Settled::value(harmful())), p];
        group::all("test", &members.map(|p| p as usize as *mut _))
    });
}

#[test]
fn the_body_of_a_finalize_is_dropped_when_the_lists_are_whole() {
    forgotten_with(|clean_up| {
        let body = done(Settled::value(harmful()));
        let f = env_as_promise as *const () as u64;
        let env = Value::plain(ptr::without_provenance_mut(clean_up as usize));
        seq::compose(FINALIZE, "test", body, f, 0, env)
    });
}

#[test]
fn storage_is_dropped_when_the_lists_are_whole() {
    unsafe extern "C" fn bind_it(p: *mut c_void) -> *mut lwt_t {
        bind(p.addr() as u64, never) as usize as *mut _
    }
    unsafe extern "C" fn watch_it(p: *mut c_void) -> *mut lwt_t {
        let p = p.addr() as u64;
        let f = count as *const () as u64;
        crate::promise::node::on(
            crate::promise::node::TERMINATION,
            p,
            Some(f),
            None,
            counted(),
        );
        p as usize as *mut _
    }
    let key = storage::new_key();
    for f in [bind_it, watch_it] {
        forgotten_with(|p| {
            let env = Value::plain(ptr::without_provenance_mut(p as usize));
            storage::with_value(key, Some(harmful()), Some(f), env)
        });
    }
}

#[test]
fn a_resolver_that_is_dropped_gives_up_what_waits_for_its_promise() {
    use crate::promise::{Source, external};
    static SOURCE: Source = Source {
        name: "test",
        cancel: None,
        describe: None,
    };
    let before = (slots(), counted_alive());
    for part in [false, true] {
        let (promise, resolver) = external(&SOURCE, [0, 0]).unwrap();
        let alive = counted_alive();
        let outer = if part {
            became(promise.bits())
        } else {
            retain(promise.bits())
        };
        let last = bind(outer, never);
        drop(resolver);
        assert_eq!(counted_alive(), alive);
        assert!(promise.is_pending());
        // SAFETY: a reference of this test's.
        drop(unsafe { Promise::from_bits(last) });
        drop(promise);
    }
    assert_eq!((slots(), counted_alive()), before);
}
