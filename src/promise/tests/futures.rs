//! Futures as promises, promises awaited.

use super::*;
use crate::abi::{LWT_FAILURE, LWT_OUT_OF_MEMORY, lwt_t};
use crate::promise::future::{Await, spawn};
use crate::promise::{
    Outcome, Promise, Resolver, Source, external, failed, node, pause, resolved, seq, storage,
};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

static OPEN: Source = Source {
    name: "test",
    cancel: Some(|_, _| true),
    describe: None,
};
pub static CLOSED: Source = Source {
    name: "test",
    cancel: None,
    describe: None,
};

pub fn promise() -> (Promise, Resolver) {
    external(&OPEN, [0, 0]).unwrap()
}

pub fn number(n: usize) -> Outcome {
    Ok(Value::plain(ptr::without_provenance_mut(n)))
}

/// What a promise resolved to: a number, or the negative kind of its failure.
pub fn outcome(promise: &Promise) -> Option<i64> {
    match promise.clone().take() {
        None => None,
        Some(Ok(value)) => Some(value.word().addr() as i64),
        Some(Err(exn)) => Some(-i64::from(exn.kind())),
    }
}

pub fn task_wait() -> (Promise, u64) {
    let (p, u) = pair(TASK);
    // SAFETY: a fresh reference.
    (unsafe { Promise::from_bits(p) }, u)
}

/// Counts itself when it is dropped.
pub struct Dropped(Rc<Cell<u32>>);
impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}
pub fn dropped() -> (Rc<Cell<u32>>, Dropped) {
    let count = Rc::new(Cell::new(0));
    (count.clone(), Dropped(count))
}

/// Leaves nothing behind: slots, values, references to `count`.
pub fn balanced(f: impl FnOnce()) {
    let before = (slots(), counted_alive());
    f();
    assert_eq!((slots(), counted_alive()), before, "left behind");
}

/// The first of two; the other is dropped.
pub async fn first(one: Promise, two: Promise) -> Outcome {
    let (mut one, mut two) = (one.into_future(), two.into_future());
    poll_fn(|context| {
        let one = Pin::new(&mut one).poll(context);
        if one.is_ready() {
            return one;
        }
        Pin::new(&mut two).poll(context)
    })
    .await
}

#[test]
fn a_future_that_never_waits_is_done_when_spawn_returns() {
    balanced(|| {
        assert_eq!(outcome(&spawn(async { number(7) })), Some(7));
        let fails = spawn(async { Err(Exn::new(LWT_FAILURE, "x")) });
        assert_eq!(outcome(&fails), Some(-i64::from(LWT_FAILURE)));
    });
}

#[test]
fn awaiting_a_resolved_promise_moves_the_value_out_at_once() {
    balanced(|| {
        let alive = counted_alive();
        let shared = resolved(counted());
        let again = shared.clone();
        let result = spawn(shared.into_future());
        assert_eq!(counted_alive(), alive + 1);
        assert_eq!(outcome(&again), Some(0), "moved out: LWT_UNIT is left");
        assert!(matches!(result.take(), Some(Ok(value)) if value.is_owned()));
    });
}

#[test]
fn a_promise_waited_for_until_it_has_resolved_still_shows_its_value() {
    balanced(|| {
        let alive = counted_alive();
        for pending in [false, true] {
            let (shared, resolver) = promise();
            let again = shared.clone();
            let first = counted();
            let word = first.word().addr() as i64;
            let result = if pending {
                let waits = shared.until_resolved();
                let result = spawn(async { waits.await.exn().map_or(number(5), Err) });
                resolver.resolve(Ok(first));
                result
            } else {
                resolver.resolve(Ok(first));
                spawn(async { shared.until_resolved().await.exn().map_or(number(5), Err) })
            };
            assert_eq!(outcome(&result), Some(5));
            let array = crate::promise::values::Values::new(2).unwrap();
            array.show(0, again.clone()).unwrap();
            array.show(1, again).unwrap();
            assert_eq!(array.take(1).word().addr() as i64, word);
            assert_eq!(counted_alive(), alive);
            assert!(array.take(0).word().is_null());
        }
    });
}

#[test]
fn it_goes_on_inside_the_call_that_resolves_what_it_awaits() {
    balanced(|| {
        let (one, resolve_one) = promise();
        let (two, resolve_two) = promise();
        let sum = spawn(async move {
            let one = one.await?.word().addr();
            let two = two.await?.word().addr();
            number(one + two)
        });
        assert_eq!(outcome(&sum), None);
        resolve_two.resolve(number(2));
        assert_eq!(outcome(&sum), None);
        resolve_one.resolve(number(1));
        assert_eq!(outcome(&sum), Some(3));
    });
}

#[test]
fn a_failure_is_what_awaiting_gives() {
    balanced(|| {
        let (p, resolver) = promise();
        let caught =
            spawn(async move { number(p.await.err().map_or(0, |exn| exn.kind() as usize)) });
        resolver.resolve(Err(Exn::new(LWT_FAILURE, "x")));
        assert_eq!(outcome(&caught), Some(i64::from(LWT_FAILURE)));
        assert_eq!(
            outcome(&spawn(failed(Exn::canceled()).into_future())),
            Some(-1)
        );
    });
}

#[test]
fn it_has_its_place_among_the_callbacks_of_what_it_awaits() {
    thread_local! { static ORDER: Cell<u64> = const { Cell::new(0) }; }
    fn note(n: u64) {
        ORDER.set(ORDER.get() * 10 + n);
    }
    unsafe extern "C" fn one(_: *mut c_void) {
        note(1)
    }
    unsafe extern "C" fn three(_: *mut c_void) {
        note(3)
    }
    balanced(|| {
        let (p, u) = task_wait();
        let unit = |f: unsafe extern "C" fn(*mut c_void)| Some(f as *const () as u64);
        node::on(node::TERMINATION, p.bits(), unit(one), None, Value::UNIT);
        let waits = p.clone();
        drop(spawn(async move {
            let _ = waits.await;
            note(2);
            Ok(Value::UNIT)
        }));
        node::on(node::TERMINATION, p.bits(), unit(three), None, Value::UNIT);
        wakener::wakeup(u, Settled::UNIT);
        assert_eq!(ORDER.get(), 123);
    });
}

#[test]
fn a_panic_is_a_failure_with_its_message() {
    balanced(|| {
        let (p, resolver) = promise();
        let at_once = spawn(async { panic!("at once") });
        let later = spawn(async move {
            let n = p.await?.word().addr();
            panic!("after {n}")
        });
        resolver.resolve(number(3));
        for (promise, message) in [(at_once, c"at once"), (later, c"after 3")] {
            let exn = promise.exn().unwrap();
            assert_eq!((exn.kind(), exn.message()), (LWT_FAILURE, message));
        }
    });
}

#[test]
fn a_panic_while_the_future_is_dropped_is_a_failure_too() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in drop")
        }
    }
    balanced(|| {
        let panics = Panics;
        let task = spawn(poll_fn(move |_| {
            let _keeps = &panics;
            Poll::Ready(Ok(counted()))
        }));
        assert_eq!(task.exn().unwrap().message(), c"in drop");
    });
}

#[test]
fn what_callbacks_said_is_as_before_when_a_future_has_run() {
    unsafe extern "C" fn speaks(_: *mut c_void, _: *mut c_void) -> *mut c_void {
        let word = crate::promise::call::own(counted());
        let (p, u) = task_wait();
        drop(spawn(p.into_future()));
        drop(spawn(async { panic!("unwinds") }));
        wakener::wakeup(u, Settled::UNIT);
        word
    }
    balanced(|| {
        let p = done(Settled::UNIT);
        let p = seq::compose(MAP, "test", p, speaks as *const () as u64, 0, Value::UNIT);
        let value = crate::promise::take(p);
        assert!(value.is_owned());
    });
}

#[test]
fn a_select_leaves_no_waiter_on_the_loser() {
    balanced(|| {
        let (long_lived, resolver) = promise();
        let start = slots();
        for round in 0..1000 {
            let (p, u) = task_wait();
            let task = spawn(first(long_lived.clone(), p));
            wakener::wakeup(u, plain(round));
            assert_eq!(outcome(&task), Some(round as i64));
        }
        assert_eq!(slots(), start);
        resolver.resolve(number(1));
    });
}

#[test]
fn a_wait_that_is_dropped_while_its_list_is_run_is_not_resumed() {
    balanced(|| {
        let (p, resolver) = promise();
        let second: Rc<Cell<Option<Pin<Box<Await>>>>> = Rc::default();
        let (its, waits) = (second.clone(), p.clone());
        let task = spawn(async move {
            let _ = waits.await;
            drop(its.take());
            number(9)
        });
        let mut wait = Box::pin(p.into_future());
        assert!(
            wait.as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
        second.set(Some(wait));
        resolver.resolve(Ok(Value::UNIT));
        assert_eq!(outcome(&task), Some(9));
    });
}

#[test]
fn storage_is_that_of_the_spawn_at_each_poll_and_goes_with_the_future() {
    thread_local! {
        static KEY: Cell<*mut crate::abi::lwt_key> = const { Cell::new(ptr::null_mut()) };
    }
    fn here() -> usize {
        storage::get(KEY.get()).map_or(0, |word| word.addr())
    }
    unsafe extern "C" fn start(p: *mut c_void) -> *mut lwt_t {
        // SAFETY: the test's own reference.
        let p = unsafe { Promise::from_bits(p.addr() as u64) };
        let task = spawn(async move {
            let before = here();
            let _ = p.await;
            number(before * 1000 + here())
        });
        task.into_raw()
    }
    KEY.set(storage::new_key());
    balanced(|| {
        let bind = |n: usize| Some(Value::plain(ptr::without_provenance_mut(n)));
        let (p, u) = task_wait();
        let env = Value::plain(p.into_raw().cast());
        let task = storage::with_value(KEY.get(), bind(5), Some(start), env);
        assert_eq!(here(), 0);
        unsafe extern "C" fn resolve(u: *mut c_void) -> *mut lwt_t {
            wakener::wakeup(u.addr() as u64, Settled::UNIT);
            assert_eq!(here(), 6);
            resolved(Value::UNIT).into_raw()
        }
        let u = Value::plain(ptr::without_provenance_mut(u as usize));
        release(storage::with_value(KEY.get(), bind(6), Some(resolve), u));
        // SAFETY: the test's own reference.
        let task = unsafe { Promise::from_bits(task) };
        assert_eq!(outcome(&task), Some(5005));
    });
}

#[test]
fn one_that_awaits_what_is_forgotten_is_dropped_and_what_waits_for_it_too() {
    balanced(|| {
        for kept in [false, true] {
            let (p, u) = task_wait();
            let other = kept.then(|| p.clone());
            let (count, guard) = dropped();
            let task = spawn(async move {
                let _guard = guard;
                p.await
            });
            let next = spawn(task.clone().into_future());
            let alive = counted_alive();
            let env = counted();
            node::on(node::FATE, next.bits(), Some(0), None, env);
            wakener::forget(u);
            assert_eq!((count.get(), counted_alive()), (1, alive));
            assert!(task.is_pending() && next.is_pending());
            task.cancel();
            assert!(task.is_pending());
            if let Some(dead) = other {
                // It can't be resolved, and the task sees it when it starts.
                let (count, guard) = dropped();
                drop(spawn(async move {
                    let _guard = guard;
                    dead.await
                }));
                assert_eq!(count.get(), 1);
            }
        }
    });
}

#[test]
fn one_that_awaits_something_else_too_lives_on() {
    balanced(|| {
        let (p, u) = task_wait();
        let (q, resolver) = promise();
        let task = spawn(first(p, q));
        wakener::forget(u);
        assert_eq!(outcome(&task), None);
        resolver.resolve(number(3));
        assert_eq!(outcome(&task), Some(3));
    });
}

#[test]
fn one_that_forgets_what_it_awaits_while_it_runs_is_dropped() {
    balanced(|| {
        let (p, u) = task_wait();
        let (q, resolver) = promise();
        let (count, guard) = dropped();
        let mut waits = p.into_future();
        let task = spawn(async move {
            let _guard = guard;
            let once = poll_fn(|context| {
                assert!(Pin::new(&mut waits).poll(context).is_pending());
                Poll::Ready(())
            });
            once.await;
            let _ = q.await;
            wakener::forget(u);
            waits.await
        });
        resolver.resolve(Ok(Value::UNIT));
        assert_eq!((outcome(&task), count.get()), (None, 1));
    });
}

#[test]
fn a_chain_of_100_000_tasks_resolves_is_cancelled_and_is_forgotten_in_little_stack() {
    fn chain(start: Promise) -> Promise {
        (0..100_000).fold(start, |before, _| {
            spawn(async move {
                let n = before.await?.word().addr();
                number(n + 1)
            })
        })
    }
    let deep = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        balanced(|| {
            let (p, resolver) = promise();
            let last = chain(p);
            resolver.resolve(number(0));
            assert_eq!(outcome(&last), Some(100_000));

            let (p, u) = task_wait();
            let last = chain(p);
            last.cancel();
            assert_eq!(outcome(&last), Some(-1));
            wakener::forget(u);

            let (p, u) = task_wait();
            let last = chain(p);
            wakener::forget(u);
            assert!(last.is_pending());
        });
        let (p, u) = task_wait();
        drop(chain(p)); // the thread ends with it
        let _ = u;
    });
    deep.unwrap().join().unwrap();
}

#[test]
fn spawns_nested_without_end_need_no_stack() {
    fn nested(depth: usize) -> Promise {
        spawn(async move {
            if depth == 0 {
                return number(1);
            }
            let inner = nested(depth - 1).await?.word().addr();
            number(inner + 1)
        })
    }
    let deep = std::thread::Builder::new().stack_size(512 << 10).spawn(|| {
        balanced(|| assert_eq!(outcome(&nested(50_000)), Some(50_001)));
    });
    deep.unwrap().join().unwrap();
}

#[test]
fn pauses_take_turns() {
    balanced(|| {
        let count = Rc::new(Cell::new(0));
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let count = count.clone();
                spawn(async move {
                    for _ in 0..4 {
                        crate::promise::pause().await?;
                        count.set(count.get() + 1);
                    }
                    Ok(Value::UNIT)
                })
            })
            .collect();
        for turn in 0..5 {
            assert_eq!(count.get(), turn * 3);
            pause::wakeup_paused();
        }
        assert!(tasks.iter().all(|task| outcome(task) == Some(0)));
    });
}

#[test]
fn the_promise_that_tells_of_no_memory_can_be_awaited() {
    // SAFETY: 0 stands for it.
    let none = unsafe { Promise::from_bits(0) };
    let task = spawn(none.into_future());
    assert_eq!(outcome(&task), Some(-i64::from(LWT_OUT_OF_MEMORY)));
}
