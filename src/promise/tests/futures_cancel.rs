//! Cancelling the promise of a future, in each of its states.

use super::futures::*;
use super::*;
use crate::abi::{LWT_CANCELED, lwt_t};
use crate::promise::future::spawn;
use crate::promise::{Promise, cancel, external, seq};
use std::future::pending;
use std::rc::Rc;

#[test]
fn cancelling_cancels_what_it_awaits() {
    balanced(|| {
        let (p, u) = task_wait();
        let seen = Rc::new(Cell::new(0));
        let sees = seen.clone();
        let task = spawn(async move {
            let outcome = p.await;
            sees.set(outcome.as_ref().err().map_or(0, Exn::kind));
            outcome
        });
        task.cancel();
        assert_eq!(seen.get(), LWT_CANCELED);
        assert_eq!(outcome(&task), Some(-1));
        wakener::forget(u);
    });
}

#[test]
fn it_may_go_on_after_the_cancel() {
    balanced(|| {
        let (p, u) = task_wait();
        let (q, resolver) = promise();
        let task = spawn(async move {
            let _ = p.await;
            q.await
        });
        task.cancel();
        assert_eq!(outcome(&task), None);
        resolver.resolve(number(5));
        assert_eq!(outcome(&task), Some(5));
        wakener::forget(u);
    });
}

#[test]
fn cancelling_one_that_awaits_what_can_not_be_cancelled_changes_nothing() {
    balanced(|| {
        let (p, resolver) = external(&CLOSED, [0, 0]).unwrap();
        let task = spawn(p.into_future());
        task.cancel();
        assert_eq!(outcome(&task), None);
        resolver.resolve(number(1));
        assert_eq!(outcome(&task), Some(1));
    });
}

#[test]
fn cancelling_one_that_awaits_several_cancels_all() {
    balanced(|| {
        let (p, resolve_p) = promise();
        let (q, resolve_q) = promise();
        let task = spawn(first(p.clone(), q.clone()));
        task.cancel();
        assert_eq!(
            (outcome(&p), outcome(&q), outcome(&task)),
            (Some(-1), Some(-1), Some(-1))
        );
        drop((resolve_p, resolve_q));
    });
}

#[test]
fn cancelling_leaves_alone_what_is_awaited_no_more() {
    balanced(|| {
        let (lost, resolve_lost) = promise();
        let (won, resolve_won) = promise();
        let (next, resolve_next) = promise();
        let (both, then) = (first(lost.clone(), won), next.clone());
        let task = spawn(async move {
            both.await?;
            then.await
        });
        resolve_won.resolve(Ok(Value::UNIT));
        task.cancel();
        assert_eq!((outcome(&next), outcome(&task)), (Some(-1), Some(-1)));
        assert_eq!(outcome(&lost), None);
        drop((resolve_lost, resolve_next));
    });
}

#[test]
fn cancelling_one_that_awaits_nothing_drops_the_future_and_fails() {
    balanced(|| {
        let (count, guard) = dropped();
        let task = spawn(async move {
            let _guard = guard;
            pending().await
        });
        assert_eq!((outcome(&task), count.get()), (None, 0));
        task.cancel();
        assert_eq!((outcome(&task), count.get()), (Some(-1), 1));
        task.cancel();
    });
}

#[test]
fn cancelling_reaches_a_future_from_what_it_became_part_of() {
    unsafe extern "C" fn give(word: *mut c_void, _: *mut c_void) -> *mut lwt_t {
        word.cast()
    }
    balanced(|| {
        for waits in [false, true] {
            let (source, u) = pair(WAIT);
            let outer = seq::compose(BIND, "test", source, give as *const () as u64, 0, counted());
            let (p, resolver) = promise();
            let (count, guard) = dropped();
            let inner = spawn(async move {
                let _guard = guard;
                if waits { p.await } else { pending().await }
            });
            wakener::wakeup(u, plain(inner.into_bits() as usize));
            cancel::cancel(outer);
            // SAFETY: the test's own reference.
            let outer = unsafe { Promise::from_bits(outer) };
            assert_eq!((outcome(&outer), count.get()), (Some(-1), 1));
            drop(resolver);
        }
    });
}

#[test]
fn one_that_cancels_itself_while_it_runs_is_dropped_when_it_waits() {
    balanced(|| {
        let me: Rc<Cell<Option<Promise>>> = Rc::default();
        let (p, u) = task_wait();
        let (count, guard) = dropped();
        let its = me.clone();
        let task = spawn(async move {
            let _guard = guard;
            let _ = p.await;
            its.take().unwrap().cancel();
            pending().await
        });
        me.set(Some(task.clone()));
        wakener::wakeup(u, Settled::UNIT);
        assert_eq!((outcome(&task), count.get()), (Some(-1), 1));
    });
}

#[test]
fn one_that_cancels_itself_and_ends_changes_nothing_any_more() {
    balanced(|| {
        let me: Rc<Cell<Option<Promise>>> = Rc::default();
        let (p, u) = task_wait();
        let its = me.clone();
        let task = spawn(async move {
            let _ = p.await;
            its.take().unwrap().cancel();
            Ok(counted())
        });
        me.set(Some(task.clone()));
        wakener::wakeup(u, Settled::UNIT);
        assert_eq!(outcome(&task), Some(-1));
    });
}

#[test]
fn a_pick_cancels_the_future_that_loses() {
    balanced(|| {
        for waits in [false, true] {
            let (p, u) = task_wait();
            let (q, resolver) = promise();
            let (count, guard) = dropped();
            let loser = spawn(async move {
                let _guard = guard;
                if waits { p.await } else { pending().await }
            });
            let members = [q.into_bits(), loser.clone().into_bits()];
            let pick = crate::promise::group::pick(&members.map(|p| p as usize as *mut _));
            resolver.resolve(number(4));
            assert_eq!(crate::promise::value_of(pick).addr(), 4);
            assert_eq!((outcome(&loser), count.get()), (Some(-1), 1));
            release(pick);
            wakener::forget(u);
        }
    });
}

#[test]
fn one_cancelled_before_it_was_first_polled_never_runs() {
    unsafe extern "C" fn too_deep(n: *mut c_void, env: *mut c_void) -> *mut lwt_t {
        if !local().too_deep() {
            let f = too_deep as *const () as u64;
            let env = Value::plain(env);
            return seq::compose(BIND, "test", done(plain(n.addr())), f, 0, env) as usize as *mut _;
        }
        let ran = env.cast::<Cell<u32>>();
        let task = spawn(async move {
            // SAFETY: the test's own, alive until its end.
            unsafe { (*ran).set((*ran).get() + 1) };
            number(1)
        });
        assert!(task.is_pending());
        task.cancel();
        assert_eq!(outcome(&task), Some(-1));
        task.into_raw()
    }
    balanced(|| {
        let ran = Cell::new(0u32);
        let env = (&raw const ran).cast_mut().cast();
        // SAFETY: as a callback is called.
        release(unsafe { too_deep(ptr::null_mut(), env) } as usize as u64);
        assert_eq!(ran.get(), 0);
    });
}
