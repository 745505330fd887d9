//! The buffer against a model of it, and streams as Rust sees them.

use super::buffer::{Buffer, Refused};
use super::*;
use crate::abi::{LWT_CANCELED, LWT_CLOSED, LWT_EMPTY, LWT_FAILURE, LWT_FULL, NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::value::Value;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::ptr::without_provenance_mut;

thread_local! {
    static DROPPED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}
unsafe extern "C" fn note(word: *mut c_void) {
    DROPPED.with(|dropped| dropped.borrow_mut().push(word.addr()));
}
fn dropped() -> Vec<usize> {
    let mut dropped = DROPPED.take();
    dropped.sort_unstable();
    dropped
}
fn owned(n: usize) -> Value {
    Value::new(without_provenance_mut(n), Some(note))
}
fn plain(n: usize) -> Value {
    Value::plain(without_provenance_mut(n))
}
fn seen(promise: Promise) -> Result<usize, i32> {
    match promise.take() {
        None => Err(-1),
        Some(Ok(value)) => Ok(value.word().addr()),
        Some(Err(exn)) => Err(exn.kind()),
    }
}

struct Random(u64);
impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1);
        (self.0 >> 33) as usize % n
    }
}

#[test]
fn an_element_lives_as_long_as_a_reader_stands_before_it() {
    for seed in 0..300 {
        let mut random = Random(seed);
        let mut buffer = Buffer::default();
        let mut readers: Vec<u64> = vec![0];
        let mut pushed = 0;
        buffer.enter(0);
        DROPPED.take();
        let mut gone = VecDeque::new();
        for _ in 0..200 {
            let chosen = random.below(readers.len().max(1));
            match random.below(5) {
                0 | 1 => match buffer.append(Element::Sole(owned(pushed))) {
                    Ok(()) => {
                        assert!(!readers.is_empty());
                        pushed += 1;
                    }
                    Err(Refused::Unread(element)) => {
                        assert!(readers.is_empty());
                        drop(element);
                        assert_eq!(dropped(), [pushed]);
                        return;
                    }
                    Err(Refused::Memory(_)) => unreachable!(),
                },
                2 if !readers.is_empty() => {
                    let at = readers[chosen];
                    let element = buffer.take(at);
                    assert_eq!(element.is_some(), at < pushed as u64);
                    if let Some(element) = element {
                        assert_eq!(element.word().addr(), at as usize);
                        readers[chosen] += 1;
                    }
                }
                3 if !readers.is_empty() && readers.len() < 6 => {
                    buffer.enter(readers[chosen]);
                    readers.push(readers[chosen]);
                }
                4 if readers.len() > usize::from(seed % 3 == 0) => {
                    drop(buffer.leave(readers.swap_remove(chosen)));
                }
                _ => {}
            }
            gone.extend(dropped());
            // What every reader has passed is gone, and nothing else.
            let first = readers.iter().min().map_or(pushed, |&first| first as usize);
            let mut sorted: Vec<usize> = gone.iter().copied().collect();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..first).collect::<Vec<_>>(), "seed {seed}");
            assert_eq!(buffer.is_read(), !readers.is_empty());
            assert_eq!(buffer.end(), pushed as u64);
        }
    }
}

#[test]
fn a_stream_is_read_and_closed() {
    let (stream, push) = Push::create();
    let first = stream.next();
    assert!(first.is_pending());
    push.push(plain(7)).unwrap();
    assert_eq!(seen(first), Ok(7));
    push.push(plain(8)).unwrap();
    assert_eq!(seen(stream.peek()), Ok(8));
    assert_eq!(seen(stream.get()), Ok(8));
    assert!(push.close() && !push.close());
    assert_eq!(push.push(plain(9)).unwrap_err().kind(), LWT_CLOSED);
    assert_eq!(seen(stream.next()), Err(LWT_EMPTY));
    assert_eq!(seen(stream.get()), Ok(NONE.addr()));
}

#[test]
fn an_element_for_the_one_who_waits_never_lies_in_the_buffer() {
    let (stream, push) = Push::create();
    let read = stream.next();
    push.push(owned(1)).unwrap();
    assert_eq!(stream.chain.buffer.borrow().end(), 1);
    assert!(stream.take_buffered().is_none());
    drop(read);
    assert_eq!(dropped(), [1]);
    // A clone has yet to read it: then it stays.
    let clone = stream.fork().unwrap();
    let read = stream.next();
    push.push(owned(2)).unwrap();
    drop(read);
    assert_eq!(dropped(), Vec::<usize>::new());
    drop(clone.next());
    assert_eq!(dropped(), [2]);
}

#[test]
fn the_writing_end_keeps_no_element() {
    let (stream, push) = Push::create();
    push.push(owned(1)).unwrap();
    push.refer(owned(2));
    drop(stream);
    assert_eq!(dropped(), [1, 2]);
    push.push(owned(3)).unwrap();
    assert_eq!(dropped(), [3]);
}

#[test]
fn a_bounded_stream_blocks_one_push() {
    let (stream, push) = BoundedPush::create(1);
    assert_eq!(seen(push.push(plain(1))), Ok(0));
    let blocked = push.push(plain(2));
    assert!(blocked.is_pending());
    assert_eq!(seen(push.push(plain(3))), Err(LWT_FULL));
    assert_eq!(seen(stream.next()), Ok(1));
    assert_eq!(seen(blocked), Ok(0));
    assert!(stream.fork().is_none());
    let blocked = push.push(owned(4));
    blocked.cancel();
    assert_eq!(seen(blocked), Err(LWT_CANCELED));
    assert_eq!(dropped(), [4]);
}

#[test]
fn a_source_in_rust_is_asked_and_sifted() {
    let mut n = 0;
    let count = move || -> Outcome {
        n += 1;
        match n {
            3 => Err(Exn::new(LWT_FAILURE, "three")),
            9 => Ok(Value::plain(NONE)),
            _ => Ok(plain(n)),
        }
    };
    let even = |word: lwt_value| Ok(word.addr().is_multiple_of(2));
    let stream = Stream::from_direct(count).filter(even);
    assert_eq!(seen(stream.next()), Ok(2));
    assert_eq!(seen(stream.next()), Err(LWT_FAILURE));
    let stream = stream.map(|word| Ok(plain(word.addr() * 10)));
    assert_eq!(seen(stream.next()), Ok(40));
    let total = stream.fold(plain(0), |sum, word| {
        Ok(plain(sum.word().addr() + word.addr()))
    });
    assert_eq!(seen(total), Ok(140));
}

#[test]
fn answers_that_come_later_or_fail_are_told_to_all_who_wait() {
    let (answers, push) = Push::create();
    let stream = Stream::from(move || answers.get());
    let (one, two) = (stream.next(), stream.peek());
    push.push(plain(5)).unwrap();
    assert_eq!((seen(one), seen(two)), (Ok(5), Ok(5)));
    let failing = Stream::from(|| failed(Exn::new(LWT_FAILURE, "no")));
    assert_eq!(seen(failing.next()), Err(LWT_FAILURE));
    assert!(!failing.is_closed());
    let empty = Stream::from(|| resolved(Value::plain(NONE)));
    assert_eq!(seen(empty.next()), Err(LWT_EMPTY));
    assert!(empty.is_closed());
}
