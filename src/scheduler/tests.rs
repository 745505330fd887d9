//! The main loop with its timers, notifications and engines, seen from Rust.
//! Each test has a thread and so a scheduler of its own.

use super::main_loop::{iter, run, run_until};
use super::{after_fork_in_child, current, door, engine, hooks, notification};
use crate::abi::{LWT_CANCELED, LWT_FAILURE, LWT_NOT_FOUND, LWT_OK, LWT_STALLED, LWT_WRONG_THREAD};
use crate::handle::remote;
use crate::promise::{self, Promise};
use crate::unix::sleep::sleep;
use std::cell::{Cell, RefCell};
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;
use std::{io, thread};

fn turn() {
    assert!(run(promise::pause()).is_ok());
}

/// The kind of the failure.
fn kind(promise: Promise) -> i32 {
    run(promise).map_or_else(|exn| exn.kind(), |_| LWT_OK)
}

/// A promise that nobody resolves, held so that it stays pending.
fn never() -> (Promise, promise::Resolver) {
    static NEVER: promise::Source = promise::Source {
        name: "never",
        cancel: None,
        describe: None,
    };
    promise::external(&NEVER, [0, 0]).unwrap()
}

#[test]
fn a_loop_with_nothing_left_says_so() {
    let (promise, _resolver) = never();
    assert_eq!(kind(promise.clone()), LWT_STALLED);
    // It may be run again.
    turn();
    assert_eq!(iter(true).unwrap_err().kind(), LWT_STALLED);
    assert!(iter(false).is_ok());
}

#[test]
fn a_pass_keeps_the_loop_from_stalling_until_it_is_given_up() {
    let (promise, resolver) = never();
    let pass = door::current().hold_open();
    let remote = remote::current().unwrap();
    let id = resolver.into_id();
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        let resolve = move || {
            // SAFETY: the number is used once, on the thread it came from.
            unsafe { promise::Resolver::from_id(id) }.resolve(Ok(crate::value::Value::UNIT));
        };
        remote.post(Box::new(resolve)).unwrap();
        drop(pass);
    });
    assert_eq!(kind(promise), LWT_OK);
    thread.join().unwrap();

    let (promise, _resolver) = never();
    let pass = door::current().hold_open();
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        drop(pass);
    });
    assert_eq!(kind(promise), LWT_STALLED);
    thread.join().unwrap();
}

#[test]
fn a_nested_run_is_refused_and_the_outer_one_goes_on() {
    let inner = Rc::new(Cell::new(0));
    let told = inner.clone();
    hooks::add(hooks::List::EnterIter, true, move || {
        told.set(run_until(&promise::pause()).unwrap_err().kind());
    });
    turn();
    assert_eq!(inner.get(), LWT_FAILURE);
}

#[test]
fn a_stopped_id_stays_meaningless_when_its_slot_is_used_again() {
    let calls = Rc::new(Cell::new(0));
    let mut stale = Vec::new();
    for round in 0..1000 {
        let counted = calls.clone();
        let id = notification::make(move || counted.set(counted.get() + 1), false).unwrap();
        for &old in &stale {
            assert_ne!(old, id);
            notification::send(old);
        }
        notification::send(id);
        // Stopped in the mail in every second round.
        if round % 2 == 0 {
            turn();
        }
        notification::stop(id);
        notification::send(id);
        assert_eq!(notification::set(id, || {}), LWT_NOT_FOUND);
        if stale.len() < 50 {
            stale.push(id);
        }
    }
    turn();
    assert_eq!(calls.get(), 500);
}

#[test]
fn a_notification_belongs_to_its_thread_and_ends_with_it() {
    let (ids, id) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let owner = thread::spawn(move || {
        let calls = Rc::new(Cell::new(0));
        let counted = calls.clone();
        let id = notification::make(move || counted.set(counted.get() + 1), false).unwrap();
        ids.send(id).unwrap();
        ended.recv().unwrap();
        turn();
        calls.get()
    });
    let id = id.recv().unwrap();
    notification::stop(id);
    assert_eq!(notification::set(id, || {}), LWT_WRONG_THREAD);
    notification::send(id);
    notification::send(id);
    end.send(()).unwrap();
    assert_eq!(owner.join().unwrap(), 2);
    notification::send(id);
    assert_eq!(notification::set(id, || {}), LWT_NOT_FOUND);
}

#[test]
fn a_handler_that_is_replaced_or_stops_itself_is_not_called_for_the_rest() {
    let log = Rc::new(RefCell::new(String::new()));
    let id = Rc::new(Cell::new(0));
    let (first, own) = (log.clone(), id.clone());
    let handler = move || {
        first.borrow_mut().push('a');
        let (second, own_again) = (first.clone(), own.clone());
        let next = move || {
            second.borrow_mut().push('b');
            if second.borrow().len() == 3 {
                notification::stop(own_again.get());
            }
        };
        assert_eq!(notification::set(own.get(), next), LWT_OK);
    };
    id.set(notification::make(handler, false).unwrap());
    for _ in 0..5 {
        notification::send(id.get());
    }
    turn();
    assert_eq!(*log.borrow(), "abb");
}

#[test]
fn sleeps_and_timers_are_counted_and_forgotten() {
    let timers = &current().timers;
    let sleeps: Vec<Promise> = (0..100).map(|i| sleep(f64::from(i) + 100.0)).collect();
    assert_eq!((timers.live(), timers.count()), (100, 100));
    for promise in &sleeps[..50] {
        promise.cancel();
    }
    assert_eq!(timers.live(), 50);
    assert_eq!(kind(sleeps[0].clone()), LWT_CANCELED);
    let fired = Rc::new(Cell::new(0));
    let counted = fired.clone();
    let once = timers.on_timer(0, false, Rc::new(move || counted.set(counted.get() + 1)));
    assert_eq!((timers.live(), timers.count()), (51, 51));
    turn();
    turn();
    assert_eq!(fired.get(), 1);
    assert_eq!((timers.live(), timers.count()), (50, 51));
    timers.stop(once);
    assert_eq!((timers.live(), timers.count()), (50, 50));
}

#[test]
fn timers_that_are_forgotten_are_counted_no_more() {
    let timers = &current().timers;
    let number = timers.on_timer(100, false, Rc::new(|| ()));
    timers.on_timer(1_000_000_000, true, Rc::new(|| ()));
    let asleep = sleep(100.0);
    assert_eq!((timers.live(), timers.count()), (3, 3));
    timers.clear();
    assert_eq!((timers.live(), timers.count()), (0, 0));
    // Its owner, whose drop function runs later, stops one that is gone.
    timers.stop(number);
    assert_eq!((timers.live(), timers.count()), (0, 0));
    assert!(asleep.is_pending());
}

#[test]
fn a_thread_that_ends_leaves_its_sleepers_pending_and_no_timer() {
    let thread = thread::spawn(|| {
        let promise = sleep(3600.0);
        let other = sleep(3600.0);
        std::mem::forget(other);
        promise.is_pending()
    });
    assert!(thread.join().unwrap());
}

/// A pipe with something in it.
fn full_pipe() -> (io::PipeReader, io::PipeWriter) {
    use std::io::Write;
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"x").unwrap();
    (reader, writer)
}

#[test]
fn every_engine_reports_in_order_and_wakes_for_a_knock() {
    for name in ["epoll", "poll"] {
        let new = engine::watch::Watch::new(engine::by_name(name.as_bytes()).unwrap());
        current().watch.replace(new);
        let (reader, writer) = full_pipe();
        let log = Rc::new(RefCell::new(String::new()));
        let note = |word: char| {
            let log = log.clone();
            move |_: *mut std::ffi::c_void| log.borrow_mut().push(word)
        };
        let w = engine::event::on_fd(writer.as_raw_fd(), true, note('w')).unwrap();
        let r = engine::event::on_fd(reader.as_raw_fd(), false, note('r')).unwrap();
        let s = engine::event::on_fd(reader.as_raw_fd(), false, note('s')).unwrap();
        let t = engine::event::on_timer(0.0, false, note('t')).unwrap();
        turn();
        assert_eq!(*log.borrow(), "trsw", "{name}");
        for event in [w, r, s, t] {
            engine::event::stop(event).unwrap();
            assert!(engine::event::stop(event).is_err());
        }
        // A watched descriptor that is silent: the loop sleeps in the engine.
        let (silent, _writer) = io::pipe().unwrap();
        let event = engine::event::on_fd(silent.as_raw_fd(), false, note('!')).unwrap();
        let called = Rc::new(Cell::new(false));
        let told = called.clone();
        let id = notification::make(move || told.set(true), false).unwrap();
        let thread = thread::spawn(move || {
            for _ in 0..100 {
                thread::sleep(Duration::from_micros(100));
                notification::send(id);
            }
        });
        while !called.replace(false) {
            iter(true).unwrap();
        }
        thread.join().unwrap();
        notification::stop(id);
        assert!(after_fork_in_child().is_ok(), "{name}");
        turn();
        engine::event::stop(event).unwrap();
        assert_eq!(*log.borrow(), "trsw", "{name}");
    }
}

#[test]
fn a_file_that_outlives_its_watched_descriptor_is_reported_once_and_no_more() {
    for name in ["epoll", "poll"] {
        let new = engine::watch::Watch::new(engine::by_name(name.as_bytes()).unwrap());
        current().watch.replace(new);
        let (duplicate, _writer) = full_pipe();
        // A high number, which no other test gets when it is free.
        // SAFETY: takes no pointer.
        let fd = unsafe { libc::fcntl(duplicate.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 700) };
        let calls = Rc::new(Cell::new(0));
        let counted = calls.clone();
        let event = engine::event::on_fd(fd, false, move |_| counted.set(counted.get() + 1));
        // Closed behind the engine's back, while the file has another name.
        // SAFETY: the descriptor is ours.
        unsafe { libc::close(fd) };
        assert_eq!(kind(sleep(0.002)), LWT_OK);
        assert_eq!(calls.get(), 1, "{name}");
        assert_eq!(kind(sleep(0.002)), LWT_OK);
        turn();
        assert_eq!(calls.get(), 1, "{name}");
        // The same file can be watched by its other name.
        let again = calls.clone();
        let other = engine::event::on_fd(duplicate.as_raw_fd(), false, move |_| {
            again.set(again.get() + 10);
        });
        turn();
        assert_eq!(calls.get(), 11, "{name}");
        engine::event::stop(event.unwrap()).unwrap();
        engine::event::stop(other.unwrap()).unwrap();
    }
}
