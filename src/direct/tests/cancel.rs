//! Fibers whose promises are cancelled, at each moment of their lives.

use super::*;

#[test]
fn cancelling_the_promise_of_a_fiber_cancels_what_it_awaits() {
    let (waited, _resolver) = promise::external(&CANCELABLE, [0, 0]).unwrap();
    let promise = go(move || word(kind(await_promise(waited)) as usize));
    turn();
    promise.cancel();
    assert!(promise.is_pending(), "the fiber goes on and decides");
    while turn() {}
    assert_eq!(value(done(promise)) as i32, LWT_CANCELED);
}

#[test]
fn a_fiber_that_is_cancelled_before_it_has_begun_never_begins() {
    let env = Rc::new(());
    let held = env.clone();
    let promise = go(move || unreachable!("it runs, with {held:?}"));
    promise.cancel();
    promise.cancel();
    assert!(promise.is_pending());
    assert!(!turn());
    assert_eq!(Rc::strong_count(&env), 1);
    assert_eq!(kind(done(promise)), LWT_CANCELED);
    assert_eq!(fibers_alive(), 0);
}

#[test]
fn cancelling_a_fiber_that_awaits_nothing_just_now_cancels_what_it_awaits_next_once() {
    let wait = || promise::external(&CANCELABLE, [0, 0]).unwrap();
    let ((first, _first), (second, resolver)) = (wait(), wait());
    let promise = go(move || {
        yield_now().unwrap_or_else(|_| panic!());
        assert_eq!(
            value(await_promise(promise::resolved(Value::plain(word(5))))),
            5
        );
        assert_eq!(kind(await_promise(first)), LWT_CANCELED);
        word(value(await_promise(second)))
    });
    let other = promise.clone();
    let cancels = go(move || {
        other.cancel(); // it has yielded
        word(0)
    });
    while turn() {}
    resolver.resolve(Ok(Value::plain(word(3))));
    while turn() {}
    assert_eq!(value(done(promise)), 3);
    value(done(cancels));
}

#[test]
fn a_fiber_that_cancels_itself_is_cancelled_where_it_waits_next() {
    let (waited, _resolver) = promise::external(&CANCELABLE, [0, 0]).unwrap();
    let own = Rc::new(RefCell::new(None::<Promise>));
    let mine = own.clone();
    let promise = go(move || {
        let own = mine.take().unwrap();
        own.cancel();
        word(kind(await_promise(waited)) as usize)
    });
    *own.borrow_mut() = Some(promise.clone());
    while turn() {}
    assert_eq!(value(done(promise)) as i32, LWT_CANCELED);
}

#[test]
fn cancelling_a_fiber_whose_promise_cant_be_cancelled_leaves_it_asleep() {
    let (waited, resolver) = wait();
    let promise = go(move || word(value(await_promise(waited))));
    turn();
    promise.cancel();
    promise.cancel();
    while turn() {}
    assert_eq!(promise.state(), lwt_promise_state::LWT_SLEEP);
    resolver.resolve(Ok(Value::plain(word(4))));
    promise.cancel();
    turn();
    assert_eq!(value(done(promise)), 4);
}

#[test]
fn cancelling_fibers_that_await_each_other_in_a_circle_comes_to_an_end() {
    thread_local!(static RING: RefCell<Vec<Promise>> = const { RefCell::new(Vec::new()) });
    unsafe extern "C" fn await_the_next(i: *mut c_void) -> lwt_value {
        let next = RING.with_borrow(|ring| ring[(i as usize + 1) % 3].clone());
        let _ = await_promise(next);
        panic!("woken")
    }
    for i in 0..3 {
        let env = Env::plain(word(i));
        let promise = spawn(
            Task {
                f: await_the_next,
                env,
            },
            0,
        );
        RING.with_borrow_mut(|ring| ring.push(promise));
    }
    assert!(!turn());
    for promise in RING.take() {
        promise.cancel();
        let rounds = (0..10).take_while(|_| turn()).count();
        assert!(rounds < 10, "it goes round and round");
        assert!(promise.is_pending());
    }
    at_exit();
}

#[test]
fn a_promise_that_is_resolved_after_the_cancel_and_before_the_round_leaves_it_for_the_next() {
    let wait = || promise::external(&CANCELABLE, [0, 0]).unwrap();
    let ((waited, resolver), (next, _next)) = (wait(), wait());
    let promise = go(move || {
        let first = value(await_promise(waited));
        word(first + 10 * kind(await_promise(next)) as usize)
    });
    turn();
    promise.cancel();
    resolver.resolve(Ok(Value::plain(word(8))));
    while turn() {}
    assert_eq!(value(done(promise)), 8 + 10 * LWT_CANCELED as usize);
}

#[test]
fn one_that_is_cancelled_meanwhile_is_all_that_the_fiber_is_told() {
    let wait = || promise::external(&CANCELABLE, [0, 0]).unwrap();
    let ((waited, _waited), (next, resolver)) = (wait(), wait());
    let inner = waited.clone();
    let promise = go(move || {
        let first = kind(await_promise(inner)) as usize;
        word(first + value(await_promise(next)))
    });
    turn();
    promise.cancel();
    waited.cancel();
    while turn() {}
    resolver.resolve(Ok(Value::plain(word(40))));
    while turn() {}
    assert_eq!(value(done(promise)), 40 + LWT_CANCELED as usize);
}
