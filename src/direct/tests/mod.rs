//! Fibers as the main loop runs them, the main loop being the test.

use super::round::{at_exit, fibers_alive, turn};
use super::stack::MAX_SIZE;
use super::*;
use crate::abi::{LWT_CANCELED, LWT_FAILURE, LWT_INVALID_ARGUMENT, lwt_promise_state, lwt_value};
use crate::exn::Exn;
use crate::promise::{self, Outcome, Promise, Resolver, Source, call};
use crate::value::{Env, Value};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::rc::Rc;
use std::sync::Mutex;

mod cancel;
mod random;

type Body = Box<dyn FnOnce() -> lwt_value>;

unsafe extern "C" fn run_body(env: *mut c_void) -> lwt_value {
    // SAFETY: `task` put a body there, which runs once.
    match unsafe { (*env.cast::<Option<Body>>()).take() } {
        Some(body) => body(),
        None => panic!("a fiber's function was called twice"),
    }
}

unsafe extern "C" fn drop_body(env: *mut c_void) {
    // SAFETY: `task` made it; it is dropped once.
    drop(unsafe { Box::from_raw(env.cast::<Option<Body>>()) });
}

fn task(body: impl FnOnce() -> lwt_value + 'static) -> Task {
    let body: Box<Option<Body>> = Box::new(Some(Box::new(body)));
    Task {
        f: run_body,
        env: Env::new(Box::into_raw(body).cast(), Some(drop_body)),
    }
}

pub(super) fn go(body: impl FnOnce() -> lwt_value + 'static) -> Promise {
    spawn(task(body), 0)
}

pub(super) fn word(n: usize) -> lwt_value {
    n as lwt_value
}

pub(super) fn value(outcome: Outcome) -> usize {
    match outcome {
        Ok(value) => value.word() as usize,
        Err(exn) => panic!("failed: {:?}", exn.message()),
    }
}

fn kind(outcome: Outcome) -> i32 {
    match outcome {
        Ok(_) => panic!("a value"),
        Err(exn) => exn.kind(),
    }
}

pub(super) fn done(promise: Promise) -> Outcome {
    promise.take().expect("still pending")
}

/// As `Lwt.wait` and `Lwt.task`.
static WAIT: Source = Source {
    name: "wait",
    cancel: None,
    describe: None,
};
static CANCELABLE: Source = Source {
    name: "task",
    cancel: Some(|_, _| true),
    describe: None,
};

pub(super) fn wait() -> (Promise, Resolver) {
    promise::external(&WAIT, [0, 0]).unwrap()
}

/// A log that a fiber can write.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn add(&self, entry: &'static str) {
        self.0.borrow_mut().push(entry);
    }
    fn is(&self, all: &[&str]) {
        assert_eq!(self.0.borrow().as_slice(), all);
    }
}

#[test]
fn a_fiber_starts_in_the_next_round_and_not_inside_the_call() {
    let log = Log::default();
    let fibers = log.clone();
    let promise = go(move || {
        fibers.add("fiber");
        word(42)
    });
    log.add("spawned");
    assert!(promise.is_pending());
    assert!(!turn());
    log.is(&["spawned", "fiber"]);
    assert_eq!(value(done(promise)), 42);
}

#[test]
fn what_a_fiber_raises_fails_its_promise() {
    let promise = go(|| call::raise(Exn::new(LWT_FAILURE, "no")));
    turn();
    assert_eq!(kind(done(promise)), LWT_FAILURE);
}

#[test]
fn a_fiber_knows_that_it_is_one() {
    assert!(!in_fiber());
    let promise = go(|| word(usize::from(in_fiber())));
    turn();
    assert_eq!(value(done(promise)), 1);
    assert!(!in_fiber());
}

#[test]
fn awaiting_a_resolved_promise_does_not_leave_the_fiber() {
    let log = Log::default();
    let (first, second) = (log.clone(), log.clone());
    let one = go(move || {
        let n = value(await_promise(promise::resolved(Value::plain(word(5)))));
        first.add("one");
        word(n)
    });
    go(move || {
        second.add("two");
        word(0)
    });
    turn();
    log.is(&["one", "two"]);
    assert_eq!(value(done(one)), 5);
}

#[test]
fn a_fiber_sleeps_until_what_it_awaits_is_resolved_and_goes_on_in_a_later_round() {
    let log = Log::default();
    let fibers = log.clone();
    let (waited, resolver) = wait();
    let promise = go(move || {
        fibers.add("asleep");
        let n = value(await_promise(waited));
        fibers.add("awake");
        word(n + 1)
    });
    assert!(!turn(), "a sleeping fiber is nothing to run");
    assert!(!turn());
    log.is(&["asleep"]);
    resolver.resolve(Ok(Value::plain(word(6))));
    log.add("resolved");
    assert!(promise.is_pending());
    turn();
    log.is(&["asleep", "resolved", "awake"]);
    assert_eq!(value(done(promise)), 7);
}

#[test]
fn a_failure_of_what_is_awaited_is_the_awaits() {
    let (waited, resolver) = wait();
    let promise = go(move || {
        let now = kind(await_promise(promise::failed(Exn::new(LWT_FAILURE, "now"))));
        word((now * 100 + kind(await_promise(waited))) as usize)
    });
    turn();
    resolver.resolve(Err(Exn::canceled()));
    turn();
    assert_eq!(
        value(done(promise)) as i32,
        LWT_FAILURE * 100 + LWT_CANCELED
    );
}

#[test]
fn a_value_that_is_awaited_belongs_to_the_fiber() {
    thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });
    unsafe extern "C" fn dropped(_: *mut c_void) {
        DROPS.set(DROPS.get() + 1);
    }
    let owned = || Value::new(word(9), Some(dropped));
    let (waited, resolver) = wait();
    let promise = go(move || {
        for promise in [promise::resolved(owned()), waited] {
            let (_, drop) = await_promise(promise)
                .unwrap_or_else(|_| panic!())
                .into_parts();
            assert!(drop.is_some());
        }
        word(0)
    });
    turn();
    resolver.resolve(Ok(owned()));
    turn();
    value(done(promise));
    assert_eq!(DROPS.get(), 0);
}

#[test]
fn awaiting_and_yielding_outside_a_fiber_are_refused() {
    let (waited, _resolver) = wait();
    let failure = await_promise(waited).err().unwrap();
    assert_eq!(failure.kind(), LWT_INVALID_ARGUMENT);
    assert!(
        failure
            .message()
            .to_str()
            .unwrap()
            .contains("lwt_await: called outside a fiber")
    );
    assert_eq!(
        kind(await_promise(promise::resolved(Value::UNIT))),
        LWT_INVALID_ARGUMENT
    );
    assert_eq!(yield_now().err().unwrap().kind(), LWT_INVALID_ARGUMENT);
}

#[test]
fn fibers_that_yield_take_turns() {
    let log = Log::default();
    for entries in [["a1", "a2", "a3"], ["b1", "b2", "b3"]] {
        let log = log.clone();
        go(move || {
            for entry in entries {
                log.add(entry);
                yield_now().unwrap_or_else(|_| panic!());
            }
            word(0)
        });
    }
    while turn() {}
    log.is(&["a1", "b1", "a2", "b2", "a3", "b3"]);
}

#[test]
fn a_round_runs_at_most_twice_as_many_as_were_queued_and_never_more_than_ten_thousand() {
    let count = Rc::new(Cell::new(0));
    let stop = Rc::new(Cell::new(false));
    let restless = || {
        let (count, stop) = (count.clone(), stop.clone());
        go(move || {
            while !stop.get() {
                count.set(count.get() + 1);
                yield_now().unwrap_or_else(|_| panic!());
            }
            word(0)
        })
    };
    let first = restless();
    assert!(turn());
    assert_eq!(count.replace(0), 2);
    let others: Vec<_> = (0..2).map(|_| restless()).collect();
    assert!(turn());
    assert_eq!(count.replace(0), 6);
    let many: Vec<_> = (0..6_000).map(|_| restless()).collect();
    assert!(turn());
    assert_eq!(count.replace(0), 10_000);
    stop.set(true);
    while turn() {}
    for promise in [first].into_iter().chain(others).chain(many) {
        value(done(promise));
    }
}

#[test]
fn an_await_in_a_callback_of_a_resolution_is_refused_if_it_would_have_to_sleep() {
    thread_local!(static KINDS: RefCell<Vec<i32>> = const { RefCell::new(Vec::new()) });
    fn callback(_: usize) {
        let now = value(await_promise(promise::resolved(Value::plain(word(1)))));
        let (pending, _resolver) = wait();
        let later = kind(await_promise(pending));
        let yielded = yield_now().err().map_or(0, |exn| exn.kind());
        KINDS.with_borrow_mut(|kinds| kinds.extend([now as i32, later, yielded]));
    }
    let (waited, resolver) = wait();
    promise::on_resolved(&waited, callback, 0).unwrap_or_else(|_| panic!());
    let promise = go(move || {
        resolver.resolve(Ok(Value::UNIT));
        yield_now().unwrap_or_else(|_| panic!());
        word(0)
    });
    while turn() {}
    value(done(promise));
    KINDS.with_borrow(|kinds| {
        assert_eq!(
            kinds.as_slice(),
            [1, LWT_INVALID_ARGUMENT, LWT_INVALID_ARGUMENT]
        );
    });
}

#[test]
fn what_a_fiber_said_before_it_was_left_is_its_own() {
    let one = go(|| {
        let raised = call::raise(Exn::new(LWT_FAILURE, "mine"));
        yield_now().unwrap_or_else(|_| panic!());
        raised
    });
    let two = go(|| word(2));
    while turn() {}
    assert_eq!(kind(done(one)), LWT_FAILURE);
    assert_eq!(value(done(two)), 2);
}

#[test]
fn many_fibers_that_await_one_promise_all_go_on_in_order() {
    let log = Log::default();
    let (waited, resolver) = wait();
    for entry in ["a", "b", "c"] {
        let (log, waited) = (log.clone(), waited.clone());
        go(move || {
            value(await_promise(waited));
            log.add(entry);
            word(0)
        });
    }
    turn();
    resolver.resolve(Ok(Value::UNIT));
    turn();
    log.is(&["a", "b", "c"]);
}

#[test]
fn a_fiber_may_make_fibers_and_await_them() {
    fn sum(depth: usize) -> usize {
        if depth == 0 {
            return 1;
        }
        let children = [0, 1].map(|_| go(move || word(sum(depth - 1))));
        children
            .into_iter()
            .map(|child| value(await_promise(child)))
            .sum()
    }
    let promise = go(|| word(sum(6)));
    while turn() {}
    assert_eq!(value(done(promise)), 64);
}

#[test]
fn an_absurd_stack_is_refused_and_the_environment_dropped() {
    let held = Rc::new(());
    for size in [MAX_SIZE + 1, usize::MAX] {
        let inside = held.clone();
        let promise = spawn(
            task(move || {
                drop(inside);
                word(0)
            }),
            size,
        );
        assert_eq!(kind(done(promise)), LWT_INVALID_ARGUMENT);
        assert_eq!(Rc::strong_count(&held), 1);
    }
}

#[test]
fn an_environment_is_dropped_before_the_promise_resolves() {
    let held = Rc::new(());
    let inside = held.clone();
    let (waited, resolver) = wait();
    let promise = go(move || {
        value(await_promise(waited));
        drop(inside);
        word(0)
    });
    turn();
    assert_eq!(Rc::strong_count(&held), 2);
    resolver.resolve(Ok(Value::UNIT));
    turn();
    assert_eq!(Rc::strong_count(&held), 1);
    value(done(promise));
}

#[test]
fn a_hundred_thousand_fibers_sleep_at_once() {
    const COUNT: usize = 100_000;
    let (waited, resolver) = wait();
    let promises: Vec<_> = (0..COUNT)
        .map_while(|i| {
            let waited = waited.clone();
            let promise = go(move || word(i + value(await_promise(waited))));
            promise.is_pending().then_some(promise)
        })
        .collect();
    // A kernel without guard marks stops at some 30,000, ThreadSanitizer below
    // 8,000.
    let counted = super::sanitizer::runtimes().is_some_and(|r| r.count_fibers());
    let least = if counted { 1_000 } else { 20_000 };
    assert!(promises.len() == COUNT || promises.len() > least);
    while turn() {}
    resolver.resolve(Ok(Value::plain(word(1))));
    while turn() {}
    for (i, promise) in promises.into_iter().enumerate() {
        assert_eq!(value(done(promise)), i + 1);
    }
}

#[test]
fn fibers_that_nothing_can_wake_any_more_are_taken_away_without_running_them() {
    thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });
    unsafe extern "C" fn wait_for(env: *mut c_void) -> lwt_value {
        let promise = Promise::from_raw(env.cast(), "wait_for").unwrap_or_else(|_| panic!());
        let _ = await_promise(promise);
        panic!("woken")
    }
    unsafe extern "C" fn count(_: *mut c_void) {
        DROPS.set(DROPS.get() + 1);
    }
    let (mut promise, resolver) = wait();
    for _ in 0..5 {
        let env = Env::new(promise.into_raw().cast(), Some(count));
        promise = spawn(Task { f: wait_for, env }, 0);
    }
    turn();
    assert_eq!((DROPS.get(), fibers_alive()), (0, 5));
    promise.cancel(); // which changes nothing
    drop(resolver);
    while turn() {}
    assert_eq!(DROPS.get(), 5);
    assert!(promise.is_pending());
    assert_eq!(fibers_alive(), 0);
}

#[test]
fn a_thread_that_ends_takes_its_fibers_away_without_running_them() {
    static LOG: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    fn log(entry: &'static str) {
        LOG.lock().unwrap().push(entry);
    }
    struct Lost;
    impl Drop for Lost {
        fn drop(&mut self) {
            log("a local variable was dropped");
        }
    }
    unsafe extern "C" fn sleep_for_ever(_: *mut c_void) -> lwt_value {
        let _lost = Lost;
        log("asleep");
        let (waited, resolver) = wait();
        RESOLVER.set(Some(resolver));
        let _ = await_promise(waited);
        log("woken");
        word(0)
    }
    unsafe extern "C" fn drop_env(env: *mut c_void) {
        log(if env.is_null() { "unborn" } else { "sleeper" });
    }
    thread_local!(static RESOLVER: Cell<Option<Resolver>> = const { Cell::new(None) });
    std::thread::spawn(|| {
        for rounds in [1, 0] {
            let env = Env::new(word(rounds), Some(drop_env));
            drop(spawn(
                Task {
                    f: sleep_for_ever,
                    env,
                },
                0,
            ));
            for _ in 0..rounds {
                turn();
            }
        }
        // What is kept for the end of the thread could wake it there.
        std::mem::forget(RESOLVER.take());
        log("end");
    })
    .join()
    .unwrap();
    let mut all = LOG.lock().unwrap();
    all[2..].sort();
    assert_eq!(all.as_slice(), ["asleep", "end", "sleeper", "unborn"]);
}
