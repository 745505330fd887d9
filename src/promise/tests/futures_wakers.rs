//! Wakers: of tasks, on whatever thread, and others around them.

use super::futures::*;
use super::*;
use crate::handle::remote;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise};
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Wake, Waker};

#[test]
fn one_polled_a_second_time_tells_the_waker_of_then() {
    struct Counts(std::sync::atomic::AtomicU32);
    impl Wake for Counts {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
    balanced(|| {
        let counts = [0, 0].map(|n| std::sync::Arc::new(Counts(n.into())));
        let (p, resolver) = promise();
        let mut wait = p.into_future();
        for count in &counts {
            let waker = Waker::from(count.clone());
            for _ in 0..2 {
                let mut context = Context::from_waker(&waker);
                assert!(Pin::new(&mut wait).poll(&mut context).is_pending());
            }
        }
        resolver.resolve(number(2));
        let told = counts
            .each_ref()
            .map(|c| c.0.load(std::sync::atomic::Ordering::Relaxed));
        assert_eq!(told, [0, 1]);
        assert_eq!(std::sync::Arc::strong_count(&counts[0]), 1);
        let mut context = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut wait).poll(&mut context).is_ready());
        let Poll::Ready(Err(exn)) = Pin::new(&mut wait).poll(&mut context) else {
            panic!("an outcome is given once")
        };
        assert_eq!(exn.kind(), crate::abi::LWT_INVALID_ARGUMENT);
    });
}

#[test]
fn a_waker_of_another_around_the_tasks_wakes_it_in_the_next_turn_and_can_be_cancelled() {
    struct Around(Waker);
    impl Wake for Around {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.wake_by_ref();
        }
    }
    async fn around(p: Promise) -> Outcome {
        let mut wait = p.into_future();
        poll_fn(|context| {
            let waker = Waker::from(std::sync::Arc::new(Around(context.waker().clone())));
            Pin::new(&mut wait).poll(&mut Context::from_waker(&waker))
        })
        .await
    }
    balanced(|| {
        let (p, resolver) = promise();
        let task = spawn(around(p));
        resolver.resolve(number(6));
        assert_eq!(outcome(&task), None);
        assert_eq!(remote::run_posted(), 1);
        assert_eq!(outcome(&task), Some(6));

        let (p, u) = task_wait();
        let task = spawn(around(p));
        task.cancel();
        remote::run_posted();
        assert_eq!(outcome(&task), Some(-1));
        wakener::forget(u);
    });
}

/// A future that gives its waker away, and is done when it is polled again.
fn once_woken(give: impl FnOnce(Waker) + 'static) -> impl Future<Output = Outcome> {
    let mut give = Some(give);
    poll_fn(move |context| match give.take() {
        Some(give) => {
            give(context.waker().clone());
            Poll::Pending
        }
        None => Poll::Ready(number(8)),
    })
}

#[test]
fn a_waker_used_on_another_thread_polls_in_the_next_turn_of_this_one() {
    balanced(|| {
        let (send, receive) = mpsc::channel();
        let task = spawn(once_woken(move |waker| send.send(waker).unwrap()));
        let waker = receive.recv().unwrap();
        let other = std::thread::spawn(move || {
            for _ in 0..100 {
                waker.wake_by_ref();
            }
            let another = waker.clone();
            another.wake();
            drop(waker);
        });
        other.join().unwrap();
        assert_eq!(outcome(&task), None);
        assert_eq!(remote::run_posted(), 1, "wakes before the poll are one");
        assert_eq!(outcome(&task), Some(8));
    });
}

#[test]
fn a_task_that_wakes_itself_goes_on_in_the_next_turn() {
    balanced(|| {
        let task = spawn(once_woken(Waker::wake));
        assert_eq!(outcome(&task), None);
        remote::run_posted();
        assert_eq!(outcome(&task), Some(8));
    });
}

#[test]
fn a_waker_of_a_task_that_is_done_does_nothing() {
    balanced(|| {
        let (send, receive) = mpsc::channel();
        let task = spawn(once_woken(move |waker| send.send(waker).unwrap()));
        task.cancel();
        drop(task);
        let waker = receive.recv().unwrap();
        std::thread::spawn(move || waker.wake()).join().unwrap();
        remote::run_posted();
    });
}

#[test]
fn a_waker_outlives_the_thread_of_its_task_which_drops_the_future() {
    let (send, receive) = mpsc::channel();
    let (send_drop, receive_drop) = mpsc::channel();
    struct Tells(mpsc::Sender<std::thread::ThreadId>);
    impl Drop for Tells {
        fn drop(&mut self) {
            self.0.send(std::thread::current().id()).unwrap();
            // Spawning now is refused, and leaves nothing.
            assert!(spawn(pending()).exn().is_some());
        }
    }
    let owner = std::thread::spawn(move || {
        let tells = Tells(send_drop);
        let waits = once_woken(move |waker| send.send(waker).unwrap());
        drop(spawn(async move {
            let _tells = tells;
            waits.await
        }));
        let (p, u) = task_wait();
        drop(spawn(p.into_future()));
        let _ = u; // never used: the task waits at the end of the thread
    });
    let id = owner.thread().id();
    owner.join().unwrap();
    assert_eq!(receive_drop.recv(), Ok(id));
    let waker = receive.recv().unwrap();
    waker.wake_by_ref();
    drop(waker);
}
