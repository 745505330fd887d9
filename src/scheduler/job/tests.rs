//! The pool by itself: records and a home, no promises.

use super::finished::Push;
use super::home::Home;
use super::pool::{Manner, Pool};
use super::record::{self, lwt_unix_job};
use super::state::{Cancel, Due};
use super::watch::Outlook;
use crate::abi::lwt_value;
use crate::scheduler::door;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// What the jobs of a test share.
#[derive(Default)]
struct Shared {
    ran: AtomicUsize,
    discarded: AtomicUsize,
    inside: AtomicUsize,
    open: Mutex<bool>,
    opened: Condvar,
}

#[repr(C)]
struct Job {
    job: lwt_unix_job,
    number: usize,
    shared: Arc<Shared>,
}

fn this(job: *mut lwt_unix_job) -> &'static Job {
    // SAFETY: the record is the first field of a `Job` that is alive.
    unsafe { &*job.cast::<Job>() }
}

unsafe extern "C" fn count(job: *mut lwt_unix_job) {
    this(job).shared.ran.fetch_add(1, SeqCst);
}

unsafe extern "C" fn wait_at_the_gate(job: *mut lwt_unix_job) {
    let shared = &this(job).shared;
    shared.inside.fetch_add(1, SeqCst);
    let mut open = shared.open.lock().unwrap();
    while !*open {
        open = shared.opened.wait(open).unwrap();
    }
    drop(open);
    shared.ran.fetch_add(1, SeqCst);
}

unsafe extern "C" fn no_result(_: *mut lwt_unix_job) -> lwt_value {
    ptr::null_mut()
}

unsafe extern "C" fn discard(job: *mut lwt_unix_job) {
    let shared = this(job).shared.clone();
    free(job);
    shared.discarded.fetch_add(1, SeqCst);
}

fn free(job: *mut lwt_unix_job) {
    // SAFETY: made by `submit`, and handed over.
    drop(unsafe { Box::from_raw(job.cast::<Job>()) });
}

type Worker = unsafe extern "C" fn(*mut lwt_unix_job);

impl Shared {
    fn job(
        self: &Arc<Shared>,
        home: &Arc<Home>,
        number: usize,
        worker: Worker,
    ) -> *mut lwt_unix_job {
        let job = Box::into_raw(Box::new(Job {
            job: lwt_unix_job {
                next: ptr::null_mut(),
                near: ptr::null(),
                worker: Some(worker),
                result: Some(no_result),
                cancel: None,
                notification_id: 0,
                state: 0,
                fast: 0,
                async_method: std::mem::MaybeUninit::uninit(),
                ticket: 0,
                home: ptr::null(),
                flags: 0,
                reserved: [0; 4],
            },
            number,
            shared: self.clone(),
        }))
        .cast::<lwt_unix_job>();
        // SAFETY: a new record of ours.
        unsafe {
            record::ready(job);
            (*job).home = Arc::as_ptr(home).cast();
            (*job).cancel = Some(discard);
            record::state(job).submit().unwrap();
        }
        job
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// Takes what is back, frees it, and says what it was.
fn collect(home: &Home) -> Vec<(usize, Due)> {
    let mut job = home.take();
    let mut back = Vec::new();
    while !job.is_null() {
        // SAFETY: taken from the list, so ours.
        let (next, due) = unsafe { ((*job).next, record::state(job).hand_over()) };
        back.push((this(job).number, due));
        free(job);
        job = next;
    }
    back
}

fn collect_all(home: &Home, pool: &Arc<Pool>, n: usize) -> Vec<(usize, Due)> {
    let mut back = Vec::new();
    while back.len() < n {
        pool.look(Duration::from_micros(50));
        back.extend(collect(home));
        thread::yield_now();
    }
    back
}

fn wait_until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::sleep(Duration::from_micros(100));
    }
}

fn pool(most: usize) -> Arc<Pool> {
    Pool::new("test".into(), Manner::Thrifty, 0, most)
}

fn home() -> Arc<Home> {
    Home::new(door::current())
}

#[test]
fn each_job_runs_once_and_comes_home_once() {
    let (pool, home, shared) = (pool(4), home(), Arc::new(Shared::default()));
    for number in 0..10_000 {
        pool.submit(shared.job(&home, number, count));
    }
    let mut back = collect_all(&home, &pool, 10_000);
    back.sort_unstable_by_key(|(number, _)| *number);
    assert!(back.into_iter().eq((0..10_000).map(|n| (n, Due::Result))));
    assert_eq!(shared.ran.load(SeqCst), 10_000);
    pool.close();
}

#[test]
fn one_worker_brings_jobs_home_in_the_order_of_the_queue() {
    let (pool, home, shared) = (pool(1), home(), Arc::new(Shared::default()));
    for number in 0..1000 {
        pool.submit(shared.job(&home, number, count));
    }
    let back = collect_all(&home, &pool, 1000);
    assert!(back.into_iter().map(|(number, _)| number).eq(0..1000));
    pool.close();
}

#[test]
fn short_jobs_wake_no_second_worker() {
    let (pool, home, shared) = (pool(8), home(), Arc::new(Shared::default()));
    for number in 0..1000 {
        pool.submit(shared.job(&home, number, count));
    }
    let mut back = 0;
    while back < 1000 {
        back += collect(&home).len();
        thread::yield_now();
    }
    assert_eq!(pool.threads(), 1);
    pool.close();
}

#[test]
fn blocking_jobs_do_not_hold_up_what_is_queued_behind_them() {
    let (pool, home, shared) = (pool(50), home(), Arc::new(Shared::default()));
    for number in 0..50 {
        pool.submit(shared.job(&home, number, wait_at_the_gate));
    }
    while shared.inside.load(SeqCst) < 50 {
        pool.look(Duration::from_micros(50));
        thread::sleep(Duration::from_micros(50));
    }
    assert_eq!(pool.threads(), 50);
    shared.open();
    collect_all(&home, &pool, 50);
    pool.close();
}

#[test]
fn no_more_threads_are_started_than_the_pool_may_have() {
    let (pool, home, shared) = (pool(3), home(), Arc::new(Shared::default()));
    for number in 0..10 {
        pool.submit(shared.job(&home, number, wait_at_the_gate));
    }
    wait_until(|| pool.look(Duration::ZERO) == Outlook::Full);
    assert_eq!(pool.threads(), 3);
    assert!(shared.inside.load(SeqCst) <= 3);
    assert!(pool.has_queued());
    shared.open();
    collect_all(&home, &pool, 10);
    assert_eq!(pool.threads(), 3);
    pool.close();
}

#[test]
fn a_job_submitted_while_all_are_held_up_wakes_another_at_once() {
    let (pool, home, shared) = (pool(8), home(), Arc::new(Shared::default()));
    pool.submit(shared.job(&home, 0, wait_at_the_gate));
    pool.submit(shared.job(&home, 1, wait_at_the_gate));
    while shared.inside.load(SeqCst) < 2 {
        pool.look(Duration::from_micros(50));
    }
    // Two more looks find both in the same job.
    pool.submit(shared.job(&home, 2, wait_at_the_gate));
    while shared.inside.load(SeqCst) < 3 {
        pool.look(Duration::from_micros(50));
    }
    wait_until(|| {
        pool.look(Duration::ZERO);
        !pool.has_queued()
    });
    shared.open();
    collect_all(&home, &pool, 3);
    pool.close();
}

#[test]
fn a_job_cancelled_in_the_queue_comes_back_unrun() {
    let (pool, home, shared) = (pool(1), home(), Arc::new(Shared::default()));
    let gate = Arc::new(Shared::default());
    pool.submit(gate.job(&home, 0, wait_at_the_gate));
    let job = shared.job(&home, 1, count);
    pool.submit(job);
    // SAFETY: it cannot come back before the gate opens.
    assert_eq!(unsafe { record::state(job).cancel() }, Cancel::Withdrawn);
    gate.open();
    let back = collect_all(&home, &pool, 2);
    assert_eq!(back, [(0, Due::Result), (1, Due::Hook)]);
    assert_eq!(shared.ran.load(SeqCst), 0);
    pool.close();
}

#[test]
fn without_any_thread_a_job_runs_on_the_thread_that_waits() {
    let (pool, home, shared) = (pool(4), home(), Arc::new(Shared::default()));
    pool.no_threads.store(true, SeqCst);
    pool.submit(shared.job(&home, 0, count));
    assert_eq!(pool.look(Duration::ZERO), Outlook::NoThread);
    assert_eq!(pool.threads(), 0);
    let job = pool.take_one().unwrap();
    // SAFETY: just taken from the queue.
    unsafe { super::worker::run_in_place(job) };
    assert_eq!(collect(&home), [(0, Due::Result)]);
}

#[test]
fn jobs_wait_for_the_threads_there_are_when_no_more_can_be_started() {
    let (pool, home, shared) = (pool(4), home(), Arc::new(Shared::default()));
    pool.submit(shared.job(&home, 0, wait_at_the_gate));
    wait_until(|| shared.inside.load(SeqCst) == 1);
    pool.no_threads.store(true, SeqCst);
    for number in 1..20 {
        pool.submit(shared.job(&home, number, count));
    }
    wait_until(|| pool.look(Duration::ZERO) == Outlook::Full);
    assert_eq!(pool.threads(), 1);
    shared.open();
    collect_all(&home, &pool, 20);
    pool.close();
}

#[test]
fn lowering_the_size_ends_the_threads_that_are_too_many() {
    let (pool, home, shared) = (pool(6), home(), Arc::new(Shared::default()));
    pool.set_size(6, 6);
    assert_eq!(pool.threads(), 6);
    pool.set_size(0, 2);
    wait_until(|| pool.threads() == 2);
    for number in 0..100 {
        pool.submit(shared.job(&home, number, count));
    }
    collect_all(&home, &pool, 100);
    assert_eq!(pool.threads(), 2);
    pool.close();
    wait_until(|| pool.threads() == 0);
}

#[test]
fn a_closed_pool_ends_its_threads_and_is_freed() {
    let pool = pool(2);
    pool.set_size(2, 2);
    let watched = Arc::downgrade(&pool);
    pool.close();
    drop(pool);
    wait_until(|| watched.strong_count() == 0);
}

#[test]
fn what_finishes_after_its_thread_ended_is_discarded_by_the_worker() {
    let (pool, home, shared) = (pool(2), home(), Arc::new(Shared::default()));
    for number in 0..5 {
        pool.submit(shared.job(&home, number, wait_at_the_gate));
    }
    wait_until(|| shared.inside.load(SeqCst) > 0);
    let gone = Arc::downgrade(&home);
    assert!(home.close(5).is_null());
    assert!(gone.strong_count() > 0, "jobs on their way need it");
    shared.open();
    wait_until(|| {
        pool.look(Duration::ZERO);
        shared.discarded.load(SeqCst) == 5
    });
    // The worker keeps it until it rests.
    wait_until(|| gone.strong_count() == 0);
    pool.close();
}

#[test]
fn a_home_without_jobs_out_is_freed_when_it_is_closed() {
    let home = home();
    let shared = Arc::new(Shared::default());
    let job = shared.job(&home, 7, count);
    // SAFETY: ours; it was never queued.
    assert_eq!(unsafe { home.bring(job) }, Push::First);
    let gone = Arc::downgrade(&home);
    let back = home.close(1);
    assert_eq!(back, job);
    assert_eq!(gone.strong_count(), 0);
    free(back);
}

#[test]
fn stress() {
    const THREADS: usize = 3;
    const EACH: usize = 20_000;
    let pool = &pool(4);
    let stop = &AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(move || {
            while !stop.load(SeqCst) {
                pool.look(Duration::from_micros(50));
                thread::sleep(Duration::from_micros(50));
            }
        });
        let submitters: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(move || {
                    let (home, shared) = (home(), Arc::new(Shared::default()));
                    let (mut back, mut withdrawn, mut hooks) = (0, 0, 0);
                    for number in 0..EACH {
                        let job = shared.job(&home, number, count);
                        pool.submit(job);
                        if number % 3 == 0 {
                            // SAFETY: nothing was collected since.
                            let state = unsafe { record::state(job) };
                            withdrawn += usize::from(state.cancel() == Cancel::Withdrawn);
                        }
                        if number % 64 == 0 {
                            for (_, due) in collect(&home) {
                                back += 1;
                                hooks += usize::from(due == Due::Hook);
                            }
                        }
                    }
                    while back < EACH {
                        for (_, due) in collect(&home) {
                            back += 1;
                            hooks += usize::from(due == Due::Hook);
                        }
                        thread::yield_now();
                    }
                    assert_eq!(hooks, withdrawn);
                    assert_eq!(shared.ran.load(SeqCst) + hooks, EACH);
                })
            })
            .collect();
        for submitter in submitters {
            submitter.join().unwrap();
        }
        stop.store(true, SeqCst);
    });
    pool.close();
}
