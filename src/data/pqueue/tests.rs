//! Order, persistence, and the end of large queues.

use super::*;
use crate::abi::LWT_FAILURE;
use crate::promise::tests::{counted, counted_alive};
use std::ptr::without_provenance_mut;

fn by_number(a: lwt_value, b: lwt_value) -> Result<Ordering, Exn> {
    Ok(a.addr().cmp(&b.addr()))
}

fn empty() -> Pqueue {
    Pqueue::empty(Order::new(Box::new(by_number), [1, 0]))
}

fn of(numbers: impl Iterator<Item = usize>) -> Pqueue {
    numbers.fold(empty(), |queue, n| {
        queue.add(Value::plain(without_provenance_mut(n))).unwrap()
    })
}

fn sorted(queue: &Pqueue) -> Vec<usize> {
    let mut numbers = Vec::new();
    let mut rest = queue.of(queue.heap.clone(), queue.size);
    while let Some(least) = rest.min() {
        numbers.push(least.addr());
        rest = rest.remove_min().unwrap().unwrap();
    }
    assert!(rest.is_empty() && rest.remove_min().unwrap().is_none());
    numbers
}

#[test]
fn elements_come_in_their_order_and_duplicates_are_kept() {
    let queue = of([5, 1, 4, 1, 5, 9, 2, 6].into_iter());
    assert_eq!(queue.size(), 8);
    assert_eq!(sorted(&queue), [1, 1, 2, 4, 5, 5, 6, 9]);
}

#[test]
fn a_queue_is_as_it_was_after_others_were_made_of_it() {
    let (one, other) = (of([3, 1].into_iter()), of([2].into_iter()));
    let both = one.union(&other).unwrap();
    let less = both.remove_min().unwrap().unwrap();
    let more = less.add(Value::plain(without_provenance_mut(7))).unwrap();
    assert_eq!(sorted(&one), [1, 3]);
    assert_eq!(sorted(&other), [2]);
    assert_eq!(sorted(&both), [1, 2, 3]);
    assert_eq!(sorted(&less), [2, 3]);
    assert_eq!(sorted(&more), [2, 3, 7]);
    assert_eq!((both.size(), less.size(), more.size()), (3, 2, 3));
}

#[test]
fn queues_of_different_orders_have_no_union_and_an_order_may_fail() {
    let fails = |_, _| Err(Exn::new(LWT_FAILURE, "x"));
    let other = Pqueue::empty(Order::new(Box::new(fails), [2, 0]));
    let other = other.add(Value::UNIT).unwrap();
    assert!(empty().union(&other).is_err());
    assert_eq!(other.add(Value::UNIT).err().unwrap().kind(), LWT_FAILURE);
    assert_eq!(other.size(), 1);
}

#[test]
fn a_huge_queue_with_one_long_way_to_the_left_goes_on_a_small_stack() {
    let thread = std::thread::Builder::new().stack_size(128 << 10);
    let body = || {
        let before = counted_alive();
        let queue = of((0..300_000).rev());
        let owned = (0..1000).fold(queue, |queue, _| queue.add(counted()).unwrap());
        assert_eq!(counted_alive(), before + 1000);
        drop(owned);
        assert_eq!(counted_alive(), before);
    };
    thread.spawn(body).unwrap().join().unwrap();
}

#[test]
fn a_queue_united_with_itself_without_end_has_no_size_that_could_be_told() {
    let mut queue = of(std::iter::once(1));
    for _ in 0..2000 {
        queue = queue.union(&queue).unwrap();
    }
    assert_eq!(queue.size(), usize::MAX);
    let less = queue.remove_min().unwrap().unwrap();
    assert_eq!(less.min().unwrap().addr(), 1);
}
