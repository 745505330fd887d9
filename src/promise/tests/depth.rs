//! How deep calls nest, what a resolution leaves on the side stack, and what is
//! left when memory has run out.

use super::*;
use crate::abi::{LWT_OUT_OF_MEMORY, lwt_promise_state::*, lwt_t};
use crate::handle::local::{LATER, NESTING, SPOKEN};
use crate::promise::{group, node, retain, seq, state_of, value_of};

/// This thread is as when no call is going on.
fn at_rest() -> bool {
    let local = local();
    local.depth() == 0
        && !local.has(LATER)
        && !local.has(SPOKEN)
        && !local.resolving.get()
        && !local.freeing.get()
        && local.stacked.get() == 0
        && local.dying.get() == 0
        && local.storage.get() == 0
}

fn bind(p: u64, f: unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut lwt_t) -> u64 {
    seq::compose(BIND, "test", p, f as *const () as u64, 0, counted())
}

#[test]
fn a_call_nested_deeper_than_the_bound_is_pending_until_the_outermost_returns() {
    thread_local! {
        static DEEPEST: Cell<u32> = const { Cell::new(0) };
        static PENDING_AT: Cell<u32> = const { Cell::new(0) };
    }
    unsafe extern "C" fn nest(n: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        DEEPEST.set(DEEPEST.get().max(local().depth()));
        if n.addr() == 0 {
            return done(plain(9)) as usize as *mut _;
        }
        let inner = bind(done(plain(n.addr() - 1)), nest);
        if state_of(inner) == LWT_SLEEP && PENDING_AT.get() == 0 {
            PENDING_AT.set(local().depth());
        }
        inner as usize as *mut _
    }
    let before = (slots(), counted_alive());
    for deep in [NESTING as usize - 1, NESTING as usize + 1, 10_000] {
        PENDING_AT.set(0);
        let p = bind(done(plain(deep)), nest);
        assert_eq!((state_of(p), value_of(p).addr()), (LWT_RETURN, 9));
        let want = if deep > NESTING as usize { NESTING } else { 0 };
        assert_eq!(PENDING_AT.get(), want);
        assert!(at_rest());
        release(p);
    }
    assert_eq!(DEEPEST.get(), NESTING);
    assert_eq!((slots(), counted_alive()), before);
}

#[test]
fn callbacks_attached_too_deep_run_before_the_outermost_call_returns() {
    thread_local! { static RAN: Cell<u32> = const { Cell::new(0) }; }
    unsafe extern "C" fn note(_: *mut c_void) {
        RAN.set(RAN.get() + 1);
    }
    unsafe extern "C" fn nest(_: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        if !local().too_deep() {
            return bind(done(plain(0)), nest) as usize as *mut _;
        }
        let p = done(plain(0));
        node::on(
            node::TERMINATION,
            p,
            Some(note as *const () as u64),
            None,
            counted(),
        );
        assert_eq!(RAN.get(), 0);
        p as usize as *mut _
    }
    let before = (slots(), counted_alive());
    release(bind(done(plain(0)), nest));
    assert_eq!(RAN.get(), 1);
    assert!(at_rest());
    assert_eq!((slots(), counted_alive()), before);
}

#[test]
fn a_tree_of_promises_resolves_and_leaves_the_side_stack_empty() {
    unsafe extern "C" fn same(value: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        done(plain(value.addr())) as usize as *mut _
    }
    let before = (slots(), counted_alive());
    for cancelled in [false, true] {
        let (root, u) = pair(TASK);
        let mut level = vec![root];
        let mut inner = vec![];
        for _ in 0..10 {
            let children: Vec<u64> = level
                .iter()
                .flat_map(|&p| [bind(retain(p), same), bind(retain(p), same)])
                .collect();
            inner.append(&mut level);
            level = children;
        }
        let handles: Vec<*mut lwt_t> = level
            .iter()
            .map(|&p| retain(p) as usize as *mut _)
            .collect();
        let all = group::join(&handles);
        if cancelled {
            crate::promise::cancel::cancel(all);
        }
        wakener::wakeup(u, plain(4));
        let want = if cancelled { LWT_FAIL } else { LWT_RETURN };
        assert!(level.iter().chain([&all]).all(|&p| state_of(p) == want));
        assert!(at_rest());
        inner
            .into_iter()
            .chain(level)
            .chain([all])
            .for_each(release);
    }
    assert_eq!((slots(), counted_alive()), before);
}

#[test]
fn a_resolution_inside_a_callback_is_over_when_the_wake_up_returns() {
    thread_local! {
        static INNER: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    unsafe extern "C" fn same(value: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        done(plain(value.addr())) as usize as *mut _
    }
    unsafe extern "C" fn wake_inner(_: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        let (u, last) = INNER.get();
        let stacked = local().stacked.get();
        assert_eq!(stacked, 1, "the rest of the outer list waits");
        wakener::wakeup(u, plain(6));
        assert_eq!(
            (state_of(last), local().stacked.get()),
            (LWT_RETURN, stacked)
        );
        assert!(local().resolving.get());
        done(plain(0)) as usize as *mut _
    }
    let before = (slots(), counted_alive());
    let (inner, u) = pair(WAIT);
    let side = bind(retain(inner), same);
    let last = bind(inner, same);
    INNER.set((u, last));
    let (outer, v) = pair(WAIT);
    let first = bind(retain(outer), wake_inner);
    let second = bind(outer, same);
    wakener::wakeup(v, plain(1));
    assert!(
        [side, last, first, second]
            .iter()
            .all(|&p| state_of(p) == LWT_RETURN)
    );
    assert!(at_rest());
    [side, last, first, second].into_iter().for_each(release);
    assert_eq!((slots(), counted_alive()), before);
}

#[test]
fn the_promise_that_tells_of_no_memory_outlives_all_its_handles() {
    release(done(Settled::UNIT));
    let before = slots();
    for _ in 0..3 {
        let handles: Vec<u64> = (0..10).map(|_| out_of_memory(local())).collect();
        for &p in &handles {
            assert_eq!(state_of(p), LWT_FAIL);
            // SAFETY: a reference of this test's, which it keeps.
            let exn = unsafe { Exn::peek_bits(crate::promise::exn_of(p)) };
            assert_eq!(exn.kind(), LWT_OUT_OF_MEMORY);
        }
        // It goes through compositions as any failure does.
        let passed = bind(handles[0], {
            unsafe extern "C" fn never(_: *mut c_void, _: *mut c_void) -> *mut lwt_t {
                unreachable!()
            }
            never
        });
        assert_eq!(passed, handles[0]);
        handles.iter().for_each(|&p| release(p));
        assert!(
            local().check(handles[0]).is_none(),
            "stale until it is given again"
        );
        release(handles[0]);
    }
    assert_eq!(slots(), before);
}
