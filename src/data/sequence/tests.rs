//! Rings, their ends, and who keeps what alive.

use super::*;
use crate::handle::local::local;
use crate::promise::tests::{counted, counted_alive};
use std::ptr::without_provenance_mut;

fn number(n: usize) -> Value {
    Value::plain(without_provenance_mut(n))
}

fn numbers(sequence: &Sequence, from: Side) -> Vec<usize> {
    let nodes = sequence.nodes(from);
    nodes.map(|node| node.word().addr()).collect()
}

fn of(numbers: &[usize]) -> (Sequence, Vec<Rc<Node>>) {
    let sequence = Sequence::new();
    let add = |&n: &usize| sequence.add(Side::Right, number(n));
    let nodes = numbers.iter().map(add).collect();
    (sequence, nodes)
}

#[test]
fn both_ends_are_added_to_and_taken_from() {
    let sequence = Sequence::new();
    assert!(sequence.is_empty());
    for n in [3, 2, 1] {
        sequence.add(Side::Left, number(n));
    }
    sequence.add(Side::Right, number(4));
    assert_eq!(numbers(&sequence, Side::Left), [1, 2, 3, 4]);
    assert_eq!(numbers(&sequence, Side::Right), [4, 3, 2, 1]);
    assert_eq!(sequence.take(Side::Left).unwrap().word().addr(), 1);
    assert_eq!(sequence.take(Side::Right).unwrap().word().addr(), 4);
    assert_eq!(sequence.length(), 2);
}

#[test]
fn a_transfer_keeps_the_order_and_empties_the_source() {
    for (side, want) in [(Side::Left, [3, 4, 1, 2]), (Side::Right, [1, 2, 3, 4])] {
        let (target, _) = of(&[1, 2]);
        let (source, nodes) = of(&[3, 4]);
        source.transfer(&target, side);
        assert_eq!(numbers(&target, Side::Left), want);
        assert!(source.is_empty());
        source.transfer(&target, side);
        target.transfer(&target, side);
        nodes[0].remove();
        assert_eq!(target.length(), 3);
        source.add(Side::Left, number(5));
        assert_eq!((source.length(), target.length()), (1, 3));
        target.transfer(&source, side);
        assert_eq!(source.length(), 4);
    }
}

#[test]
fn a_node_that_was_cleared_is_in_no_sequence() {
    let (sequence, nodes) = of(&[1, 2, 3]);
    sequence.clear();
    sequence.add(Side::Left, number(7));
    nodes.iter().for_each(|node| node.remove());
    assert_eq!(numbers(&sequence, Side::Left), [7]);
    assert_eq!(nodes[1].word().addr(), 2);
}

#[test]
fn a_sequence_goes_without_recursion_and_so_do_nodes_that_remove_each_other() {
    let before = counted_alive();
    let sequence = Sequence::new();
    for _ in 0..200_000 {
        sequence.add(Side::Left, counted());
    }
    drop(sequence);
    assert_eq!(counted_alive(), before);
}

#[test]
fn a_task_that_is_cancelled_leaves_its_sequence_and_nothing_behind() {
    let slots = local().slots_in_use();
    let sequence = Sequence::new();
    let tasks = [Side::Left, Side::Right, Side::Right].map(|side| add_task(&sequence, side));
    tasks[1].cancel();
    assert_eq!(sequence.length(), 2);
    let wakener = sequence.take(Side::Left).unwrap();
    assert!(wakener.is_owned());
    drop(sequence);
    assert!(tasks[0].is_pending() && tasks[2].is_pending());
    drop((tasks, wakener));
    assert_eq!(local().slots_in_use(), slots);
}
