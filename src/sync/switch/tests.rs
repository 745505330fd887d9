//! What only the library can see of scopes: that nothing of them is left.

use super::*;
use crate::abi::lwt_promise_state::*;
use crate::handle::local::local;
use crate::promise::{Source, external, failed};

static TASK: Source = Source {
    name: "test",
    cancel: Some(|_, _| true),
    describe: None,
};

fn task() -> (Promise, Resolver) {
    external(&TASK, [0, 0]).unwrap()
}

/// Nothing is left of what `f` has made: no slot, no switch.
fn leaves_nothing(f: impl FnOnce()) {
    // What is made once for the thread.
    drop(with_timeout(u64::MAX, || resolved(Value::UNIT)));
    let before = (local().slots_in_use(), tree::count());
    f();
    assert_eq!((local().slots_in_use(), tree::count()), before);
}

fn scope_with_child() -> (Promise, Resolver, Resolver) {
    let ((body, of_body), (child, of_child)) = (task(), task());
    let scope = run(1_000_000_000_000, move |handle| {
        let scope = current::of_handle(handle, "test").unwrap();
        scope.add_hook(Box::new(|| resolved(Value::UNIT))).unwrap();
        drop(scope.start(|| child));
        body
    });
    (scope, of_body, of_child)
}

#[test]
fn a_scope_that_ends_with_its_body_leaves_nothing() {
    leaves_nothing(|| {
        let (scope, of_body, _of_child) = scope_with_child();
        of_body.resolve(Ok(Value::UNIT));
        assert_eq!(scope.state(), LWT_RETURN);
    });
}

#[test]
fn a_scope_that_is_cancelled_or_whose_child_fails_leaves_nothing() {
    leaves_nothing(|| {
        let (scope, _of_body, _of_child) = scope_with_child();
        scope.cancel();
        assert_eq!(scope.state(), LWT_FAIL);
    });
    leaves_nothing(|| {
        let (scope, _of_body, of_child) = scope_with_child();
        of_child.resolve(Err(Exn::invalid("test")));
        assert_eq!(scope.state(), LWT_FAIL);
    });
}

#[test]
fn a_scope_whose_promise_was_released_goes_on_and_leaves_nothing() {
    leaves_nothing(|| {
        let (scope, of_body, of_child) = scope_with_child();
        drop(scope);
        assert_eq!(tree::open(), 1);
        of_child.resolve(Ok(Value::UNIT));
        of_body.resolve(Ok(Value::UNIT));
    });
}

#[test]
fn a_scope_of_which_nothing_can_resolve_leaves_nothing() {
    leaves_nothing(|| {
        let (body, of_body) = task();
        let scope = run(u64::MAX, move |_| body);
        drop(of_body);
        assert!(scope.is_pending());
    });
}

#[test]
fn timeouts_and_races_leave_nothing() {
    leaves_nothing(|| {
        let (body, resolver) = task();
        let done = with_timeout(1_000_000_000_000, move || body);
        resolver.resolve(Ok(Value::UNIT));
        assert_eq!(done.state(), LWT_RETURN);
        drop(with_timeout(1, || failed(Exn::invalid("test"))));
    });
    leaves_nothing(|| {
        let ((a, of_a), (b, _of_b)) = (task(), task());
        let winner = race(&[a.into_raw(), b.into_raw()]);
        of_a.resolve(Ok(Value::UNIT));
        assert_eq!(winner.state(), LWT_RETURN);
    });
}

#[test]
fn a_dump_tells_of_open_scopes_and_of_what_they_are_inside() {
    use crate::debug::dump::{Format, Writer, section};
    let (inner, resolver) = task();
    let outer = run(u64::MAX, move |_| {
        with_timeout(5_000_000_000, move || inner)
    });
    let mut out = Writer::to_memory(Format::Text);
    section::write_all(&mut out);
    let text = String::from_utf8(out.finish().unwrap()).unwrap();
    assert!(
        text.contains("made with_timeout") && text.contains("inside"),
        "{text}"
    );
    assert_eq!(tree::open(), 2);
    resolver.resolve(Ok(Value::UNIT));
    assert_eq!(outer.state(), LWT_RETURN);
    assert_eq!(tree::open(), 0);
}
