//! Claims about single combinators, and about steps.

use super::*;
use crate::react::{Eq, Step};
use std::cell::Cell;

fn event() -> (Event, crate::react::Sender) {
    Event::create().unwrap()
}

fn signal(initial: usize) -> (Signal, crate::react::Setter) {
    Signal::create(v(initial)).unwrap()
}

#[test]
fn an_event_occurs_for_all_that_is_derived_from_it() {
    let (e, send) = event();
    let doubled = seen(&e.map(of(|x| 2 * x)).unwrap());
    let odd = seen(&e.filter(|x| Ok(n(x) % 2 == 1)).unwrap());
    let sums = seen(&e.fold(v(0), of2(|sum, x| sum + x)).unwrap());
    for x in 1..=4 {
        send.send(v(x));
    }
    assert_eq!(doubled.take(), [2, 4, 6, 8]);
    assert_eq!(odd.take(), [1, 3]);
    assert_eq!(sums.take(), [1, 3, 6, 10]);
}

#[test]
fn a_diamond_is_updated_once_and_never_sees_old_beside_new() {
    let (s, set) = signal(1);
    let a = s.map(of(|x| x + 1)).unwrap();
    let b = a.map(of(|x| x + 1)).unwrap();
    let c = Signal::lift(&[&s, &b], over(|x| x[0] * 100 + x[1])).unwrap();
    let seen = watched(&c);
    set.set(v(2));
    set.set(v(2));
    set.set(v(5));
    assert_eq!(seen.take(), [103, 204, 507]);
}

#[test]
fn a_signal_changes_only_when_its_value_is_another() {
    let (s, set) = signal(1);
    let parity = s.map(of(|x| x % 2)).unwrap();
    let changes = seen(&parity.changes().unwrap());
    let tens = Signal::create(v(0)).unwrap();
    let eq = crate::react::graph::node::eq_of(|a, b| Ok(n(a) / 10 == n(b) / 10));
    let coarse = tens.0.with_eq(eq);
    let coarse_changes = seen(&coarse.changes().unwrap());
    let always = signal(1);
    let always_changes = seen(&always.0.with_eq(Eq::Never).changes().unwrap());
    for x in [1, 3, 4, 6, 7] {
        set.set(v(x));
        tens.1.set(v(3 * x));
        always.1.set(v(1));
    }
    assert_eq!(changes.take(), [0, 1]);
    assert_eq!(coarse_changes.take(), [12, 21]);
    assert_eq!(always_changes.take(), [1; 5]);
}

#[test]
fn what_is_in_one_step_is_simultaneous() {
    let ((a, send_a), (b, send_b)) = (event(), event());
    let both = seen(&Event::lift(&[&a, &b], over(|x| x[0] * 10 + x[1])).unwrap());
    let first = seen(&Event::select(&[&a, &b]).unwrap());
    let sum = seen(&Event::merge(&[&a, &b], v(100), of2(|x, y| x + y)).unwrap());
    let alone = seen(&a.dismiss(&b).unwrap());
    send_a.send(v(1));
    send_b.send(v(2));
    let step = Step::new();
    send_b.send_in(&step, v(4)).unwrap();
    send_a.send_in(&step, v(3)).unwrap();
    assert!(send_a.send_in(&step, v(3)).is_err());
    assert_eq!(both.take(), []);
    step.execute().unwrap();
    assert!(step.execute().is_err());
    assert!(send_a.send_in(&step, v(3)).is_err());
    assert_eq!(both.take(), [34]);
    assert_eq!(first.take(), [1, 2, 3]);
    assert_eq!(sum.take(), [101, 102, 107]);
    assert_eq!(alone.take(), [1]);
}

#[test]
fn what_is_sent_in_a_step_is_sent_right_after_it() {
    let (e, send) = event();
    let (f, send_f) = event();
    let order = Rc::new(RefCell::new(Vec::new()));
    let log = order.clone();
    let _first = e
        .each(move |x| {
            log.borrow_mut().push(n(x));
            if n(x) < 3 {
                send_f.send(v(n(x) * 10));
            }
            Ok(())
        })
        .unwrap();
    let log = order.clone();
    let again = send.clone();
    let _second = f
        .each(move |x| {
            log.borrow_mut().push(n(x));
            again.send(v(n(x) / 10 + 1));
            Ok(())
        })
        .unwrap();
    let last = seen(&e);
    send.send(v(1));
    assert_eq!(*order.borrow(), [1, 10, 2, 20, 3]);
    assert_eq!(last.take(), [1, 2, 3]);
}

#[test]
fn who_gives_up_an_event_frees_it_and_what_only_it_held_at_once() {
    let (e, send) = event();
    let calls = Rc::new(Cell::new(0));
    let counted = calls.clone();
    let a = e
        .map(move |x| {
            counted.set(counted.get() + 1);
            Ok(x.clone())
        })
        .unwrap();
    let b = a.map(of(|x| x)).unwrap();
    drop(a);
    send.send(v(1));
    assert_eq!((calls.get(), Rc::strong_count(&calls)), (1, 2));
    let weak = b.downgrade();
    assert!(weak.upgrade().is_some());
    drop(b);
    assert!(weak.upgrade().is_none());
    assert_eq!(Rc::strong_count(&calls), 1);
    send.send(v(2));
    assert_eq!(calls.get(), 1);
}

#[test]
fn a_long_chain_needs_no_stack() {
    let (s, set) = signal(0);
    let mut last = s;
    for _ in 0..200_000 {
        last = last.map(of(|x| x + 1)).unwrap();
    }
    set.set(v(7));
    assert_eq!(now(&last), 200_007);
}

#[test]
fn once_until_and_their_kin_end() {
    let ((e, send), (stop, send_stop)) = (event(), event());
    let once = seen(&e.once().unwrap());
    let rest = seen(&e.drop_once().unwrap());
    let until = seen(&e.until(&stop).unwrap());
    let differences = seen(&e.diff(of2(|new, old| new * 10 + old)).unwrap());
    let changes = seen(&e.changes(Eq::Word).unwrap());
    for x in [1, 1, 2] {
        send.send(v(x));
    }
    let step = Step::new();
    send.send_in(&step, v(3)).unwrap();
    send_stop.send_in(&step, v(0)).unwrap();
    step.execute().unwrap();
    send.send(v(4));
    assert_eq!(once.take(), [1]);
    assert_eq!(rest.take(), [1, 2, 3, 4]);
    assert_eq!(until.take(), [1, 1, 2]);
    assert_eq!(differences.take(), [11, 21, 32, 43]);
    assert_eq!(changes.take(), [1, 2, 3, 4]);
}

#[test]
fn switch_follows_the_latest_in_the_very_step() {
    let ((a, send_a), (b, send_b), (which, choose)) = (event(), event(), event());
    let events = [a.clone(), b.map(of(|x| x)).unwrap().map(of(|x| x)).unwrap()];
    let switched = a.switch(&which, move |x| Ok(events[n(x)].clone())).unwrap();
    let seen = seen(&switched.map(of(|x| x)).unwrap());
    let both = |x| {
        send_a.send(v(x));
        send_b.send(v(10 * x));
    };
    both(1);
    choose.send(v(1));
    both(2);
    let step = Step::new();
    choose.send_in(&step, v(0)).unwrap();
    send_a.send_in(&step, v(3)).unwrap();
    step.execute().unwrap();
    let step = Step::new();
    choose.send_in(&step, v(1)).unwrap();
    send_b.send_in(&step, v(44)).unwrap();
    step.execute().unwrap();
    assert_eq!(seen.take(), [1, 20, 3, 44]);
}

#[test]
fn fix_feeds_back_a_step_later() {
    let (e, send) = event();
    let counted = Event::fix(|back| {
        let lower = back.filter(|x| Ok(n(x) > 0))?.map(of(|x| x - 1))?;
        let all = Event::select(&[&e, &lower])?;
        Ok((all.clone(), all))
    })
    .unwrap();
    let seen = seen(&counted);
    send.send(v(3));
    assert_eq!(seen.take(), [3, 2, 1, 0]);
    let (s, set) = signal(5);
    let limited = Signal::fix(v(0), |back| {
        let next = Signal::lift(&[&s, back], over(|x| x[1] + usize::from(x[1] < x[0])))?;
        Ok((next.clone(), next))
    })
    .unwrap();
    assert_eq!(now(&limited), 5);
    set.set(v(8));
    assert_eq!(now(&limited), 8);
    assert!(Event::fix(|back| Ok((back.clone(), back.clone()))).is_err());
    assert!(Signal::fix(v(0), |back| Ok((back.clone(), back.clone()))).is_err());
}
