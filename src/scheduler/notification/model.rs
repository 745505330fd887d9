//! loom models: every send is delivered once and what was written before it
//! is seen, whatever the order in which senders, the owner, its sleep and its
//! stops come.

use super::queue::{Delivered, Slot, Stopped};
use crate::scheduler::door::Door;
use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use loom::thread;
use std::sync::Arc;

/// All executions with at most so many preemptions: bugs of this sort need one
/// or two.
fn model(preemptions: usize, f: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(f);
}

fn slot(generation: u32) -> &'static Slot {
    Box::leak(Box::new(Slot::new(0, generation)))
}

/// Takes the mail as the main loop does; returns how many calls it makes.
fn deliver(door: &Door) -> u64 {
    let mut calls = 0;
    let mut parcel = door.mail.take();
    while let Some(slot) = parcel.pop() {
        if let Delivered::Sends { count, .. } = slot.deliver() {
            calls += count;
        }
    }
    calls
}

#[test]
fn loom_every_send_reaches_a_loop_that_sleeps_when_it_has_nothing() {
    model(2, || {
        let door = Arc::new(Door::new());
        let slots = [slot(5), slot(9)];
        let generations = slots.map(|slot| slot.start(&*door, 0));
        let written: Arc<[AtomicUsize; 2]> = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        // Two senders of the first, one of which sends the second too.
        let threads: Vec<_> = (0..2)
            .map(|i| {
                let written = written.clone();
                thread::spawn(move || {
                    written[i].store(1, Relaxed);
                    slots[0].send(generations[0]);
                    if i == 1 {
                        slots[1].send(generations[1]);
                    }
                })
            })
            .collect();
        let mut calls = 0;
        loop {
            door.begin_turn();
            calls += deliver(&door);
            if calls == 3 {
                break;
            }
            // A lost wake-up is a deadlock, which loom reports.
            door.sleep(None);
        }
        assert!(written.iter().all(|w| w.load(Relaxed) == 1));
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(deliver(&door), 0);
    });
}

#[test]
fn loom_a_send_is_never_counted_for_the_next_owner_of_the_slot() {
    model(3, || {
        let door = Arc::new(Door::new());
        let slot = slot(1);
        let old = slot.start(&*door, 0);
        let sender = thread::spawn(move || {
            slot.send(old);
            slot.send(old);
        });
        let mut stopped = slot.stop();
        // It must not be used again while it is in the mail.
        while stopped == Stopped::InTheMail {
            door.begin_turn();
            let mut parcel = door.mail.take();
            while let Some(slot) = parcel.pop() {
                assert_eq!(slot.deliver(), Delivered::Free);
                stopped = Stopped::Free;
            }
            if stopped == Stopped::InTheMail {
                door.sleep(None);
            }
        }
        let new = slot.start(&*door, 1);
        assert_ne!(new, old);
        sender.join().unwrap();
        assert_eq!(deliver(&door), 0);
        slot.send(new);
        slot.send(new);
        assert_eq!(deliver(&door), 2);
    });
}

#[test]
fn loom_a_stop_races_with_delivery_without_losing_the_slot() {
    model(3, || {
        let door = Arc::new(Door::new());
        let slot = slot(1);
        let generation = slot.start(&*door, 0);
        let sender = thread::spawn(move || slot.send(generation));
        door.begin_turn();
        let calls = deliver(&door);
        let freed_by_stop = slot.stop() == Stopped::Free;
        sender.join().unwrap();
        let mut freed = u32::from(freed_by_stop);
        let mut parcel = door.mail.take();
        while let Some(slot) = parcel.pop() {
            assert_eq!(slot.deliver(), Delivered::Free);
            freed += 1;
        }
        assert_eq!(freed, 1, "after {calls} calls");
    });
}
