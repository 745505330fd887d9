//! Jobs with their promises, on a loop of a few lines.

use super::record::{self, flag, lwt_unix_job};
use super::run::{self, JOB, Place};
use super::{before_sleep, has_finished, in_flight, run_finished};
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::remote;
use crate::promise::{Promise, call};
use crate::value::Value;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// What happened to a job.
#[derive(Default)]
struct Log {
    worked: AtomicUsize,
    read: AtomicUsize,
    discarded: AtomicUsize,
    begun: AtomicBool,
    go_on: AtomicBool,
    reader: std::sync::Mutex<Option<ThreadId>>,
}

impl Log {
    fn counts(&self) -> [usize; 3] {
        [&self.worked, &self.read, &self.discarded].map(|count| count.load(SeqCst))
    }
}

#[repr(C)]
struct Job {
    job: lwt_unix_job,
    log: Arc<Log>,
    value: usize,
}

fn this(job: *mut lwt_unix_job) -> &'static Job {
    // SAFETY: the record is the first field of a `Job` that is alive.
    unsafe { &*job.cast::<Job>() }
}

fn free(job: *mut lwt_unix_job) {
    // SAFETY: made by `new_job`, and ours again.
    drop(unsafe { Box::from_raw(job.cast::<Job>()) });
}

unsafe extern "C" fn work(job: *mut lwt_unix_job) {
    this(job).log.worked.fetch_add(1, SeqCst);
}

unsafe extern "C" fn work_long(job: *mut lwt_unix_job) {
    let log = &this(job).log;
    log.begun.store(true, SeqCst);
    while !log.go_on.load(SeqCst) {
        thread::sleep(Duration::from_micros(100));
    }
    log.worked.fetch_add(1, SeqCst);
}

unsafe extern "C" fn read(job: *mut lwt_unix_job) -> lwt_value {
    let (log, value) = (this(job).log.clone(), this(job).value);
    log.read.fetch_add(1, SeqCst);
    *log.reader.lock().unwrap() = Some(thread::current().id());
    free(job);
    ptr::without_provenance_mut(value)
}

unsafe extern "C" fn read_and_raise(job: *mut lwt_unix_job) -> lwt_value {
    this(job).log.read.fetch_add(1, SeqCst);
    free(job);
    call::raise(Exn::unix(libc::EEXIST, c"mkdir", c"/tmp/a"))
}

unsafe extern "C" fn read_only(job: *mut lwt_unix_job) -> lwt_value {
    this(job).log.read.fetch_add(1, SeqCst);
    ptr::without_provenance_mut(this(job).value)
}

unsafe extern "C" fn discard(job: *mut lwt_unix_job) {
    this(job).log.discarded.fetch_add(1, SeqCst);
    free(job);
}

type Work = unsafe extern "C" fn(*mut lwt_unix_job);
type Read = unsafe extern "C" fn(*mut lwt_unix_job) -> lwt_value;

fn new_job(log: &Arc<Log>, value: usize, work: Option<Work>, read: Read) -> *mut lwt_unix_job {
    let mut new = Box::<Job>::new_uninit();
    let this = new.as_mut_ptr();
    // SAFETY: every field is written.
    unsafe {
        (&raw mut (*this).log).write(log.clone());
        (&raw mut (*this).value).write(value);
        let job = &raw mut (*this).job;
        (&raw mut (*job).worker).write(work);
        (&raw mut (*job).result).write(Some(read));
        record::ready(job);
        (*job).cancel = Some(discard);
        let _ = Box::into_raw(new);
        job
    }
}

fn submit(job: *mut lwt_unix_job) -> Promise {
    // SAFETY: a record of `new_job`, or NULL.
    unsafe { run::run(job, Place::Default, &JOB, "test") }
}

fn turn() {
    if !has_finished() && before_sleep().is_none() {
        thread::sleep(Duration::from_micros(100));
    }
    run_finished();
    remote::run_posted();
}

fn turns_until(condition: impl Fn() -> bool) {
    while !condition() {
        turn();
    }
}

fn value(promise: Promise) -> usize {
    match promise.take() {
        Some(Ok(value)) => value.word() as usize,
        Some(Err(exn)) => panic!("failed: {:?}", exn.message()),
        None => panic!("pending"),
    }
}

fn failure(promise: Promise) -> Exn {
    match promise.take() {
        Some(Err(exn)) => exn,
        Some(Ok(_)) => panic!("resolved"),
        None => panic!("pending"),
    }
}

#[test]
fn the_result_is_read_once_on_the_thread_that_submitted() {
    let log = Arc::new(Log::default());
    let promise = submit(new_job(&log, 42, Some(work), read));
    assert_eq!(in_flight(), 1);
    turns_until(|| !promise.is_pending());
    assert_eq!(value(promise), 42);
    assert_eq!(log.counts(), [1, 1, 0]);
    assert_eq!(*log.reader.lock().unwrap(), Some(thread::current().id()));
    assert_eq!(in_flight(), 0);
}

#[test]
fn what_the_result_function_raises_fails_the_promise() {
    let log = Arc::new(Log::default());
    let promise = submit(new_job(&log, 0, Some(work), read_and_raise));
    turns_until(|| !promise.is_pending());
    let exn = failure(promise);
    assert_eq!((exn.kind(), exn.errno()), (LWT_UNIX_ERROR, libc::EEXIST));
    assert_eq!(exn.message(), c"mkdir: File exists: \"/tmp/a\"");
}

#[test]
fn cancelling_a_running_job_fails_its_promise_at_once_and_reads_it_later() {
    let log = Arc::new(Log::default());
    let promise = submit(new_job(&log, 1, Some(work_long), read));
    turns_until(|| log.begun.load(SeqCst));
    promise.cancel();
    assert_eq!(failure(promise).kind(), LWT_CANCELED);
    assert_eq!(log.counts(), [0, 0, 0]);
    log.go_on.store(true, SeqCst);
    turns_until(|| in_flight() == 0);
    assert_eq!(log.counts(), [1, 1, 0]);
}

#[test]
fn a_job_cancelled_before_it_began_goes_to_its_cancel_hook_alone() {
    let pool = super::pool::Pool::new("one".into(), super::pool::Manner::Thrifty, 0, 1);
    let (first, second) = (Arc::new(Log::default()), Arc::new(Log::default()));
    let job = new_job(&first, 1, Some(work_long), read);
    // SAFETY: a new record.
    let first_promise = unsafe { run::run(job, Place::Pool(&pool), &JOB, "test") };
    let job = new_job(&second, 2, Some(work), read);
    // SAFETY: a new record.
    let second_promise = unsafe { run::run(job, Place::Pool(&pool), &JOB, "test") };
    second_promise.cancel();
    assert_eq!(failure(second_promise).kind(), LWT_CANCELED);
    first.go_on.store(true, SeqCst);
    turns_until(|| in_flight() == 0);
    assert_eq!(second.counts(), [0, 0, 1]);
    assert_eq!(value(first_promise), 1);
    pool.close();
}

#[test]
fn a_job_that_keeps_running_resolves_when_it_has_ended_though_cancelled() {
    let log = Arc::new(Log::default());
    let job = new_job(&log, 3, Some(work_long), read);
    // SAFETY: a new record.
    unsafe { (*job).flags |= flag::KEEP_RUNNING };
    let promise = submit(job);
    turns_until(|| log.begun.load(SeqCst));
    promise.cancel();
    assert!(promise.is_pending());
    log.go_on.store(true, SeqCst);
    turns_until(|| !promise.is_pending());
    assert_eq!(value(promise), 3);
}

#[test]
fn a_job_that_is_cancelled_by_its_own_result_function_resolves() {
    thread_local! {
        static OWN: std::cell::RefCell<Option<Promise>> = const { std::cell::RefCell::new(None) };
    }
    unsafe extern "C" fn cancel_myself(job: *mut lwt_unix_job) -> lwt_value {
        free(job);
        OWN.with_borrow(|promise| promise.clone().unwrap().cancel());
        ptr::without_provenance_mut(5)
    }
    let log = Arc::new(Log::default());
    let promise = submit(new_job(&log, 0, Some(work), cancel_myself));
    OWN.set(Some(promise.clone()));
    turns_until(|| !promise.is_pending());
    OWN.set(None);
    assert_eq!(value(promise), 5);
}

#[test]
fn a_job_submitted_twice_runs_once_and_the_second_call_is_an_error() {
    let log = Arc::new(Log::default());
    let job = new_job(&log, 7, Some(work_long), read);
    let promise = submit(job);
    assert_eq!(failure(submit(job)).kind(), LWT_INVALID_ARGUMENT);
    log.go_on.store(true, SeqCst);
    turns_until(|| !promise.is_pending());
    assert_eq!(value(promise), 7);
    assert_eq!(log.counts(), [1, 1, 0]);
}

#[test]
fn no_job_is_an_error() {
    assert_eq!(
        failure(submit(ptr::null_mut())).kind(),
        LWT_INVALID_ARGUMENT
    );
}

#[test]
fn a_record_that_was_never_readied_is_left_alone() {
    let mut record = MaybeUninit::<lwt_unix_job>::zeroed();
    // SAFETY: all zero is a record, whose functions are NULL.
    unsafe {
        (*record.as_mut_ptr()).worker = Some(work);
        (*record.as_mut_ptr()).result = Some(read);
    }
    let exn = failure(submit(record.as_mut_ptr()));
    assert_eq!(exn.kind(), LWT_INVALID_ARGUMENT);
}

#[test]
fn a_job_without_worker_is_refused_and_goes_to_its_cancel_hook() {
    let log = Arc::new(Log::default());
    let promise = submit(new_job(&log, 0, None, read));
    assert_eq!(failure(promise).kind(), LWT_INVALID_ARGUMENT);
    assert_eq!(log.counts(), [0, 0, 1]);
}

#[test]
fn by_method_none_a_job_is_done_when_the_call_returns() {
    let log = Arc::new(Log::default());
    let job = new_job(&log, 9, Some(work), read);
    // SAFETY: a new record.
    let promise = unsafe { run::run(job, Place::Here, &JOB, "test") };
    assert_eq!(value(promise), 9);
    assert_eq!(log.counts(), [1, 1, 0]);
}

#[test]
fn in_the_old_mode_the_free_function_runs_after_the_result_function() {
    let log = Arc::new(Log::default());
    let job = new_job(&log, 11, Some(work), read_only);
    // SAFETY: a new record.
    unsafe { (*job).flags |= flag::FREE_AFTER_RESULT };
    let promise = submit(job);
    turns_until(|| !promise.is_pending());
    assert_eq!(value(promise), 11);
    assert_eq!(log.counts(), [1, 1, 1]);
}

#[test]
fn aborting_fails_every_promise_and_each_job_still_ends_once() {
    let logs: Vec<_> = (0..50).map(|_| Arc::new(Log::default())).collect();
    let promises: Vec<_> = logs
        .iter()
        .map(|log| submit(new_job(log, 0, Some(work_long), read)))
        .collect();
    run::abort(&Exn::new(LWT_FAILURE, "enough"));
    for promise in promises {
        assert_eq!(failure(promise).message(), c"enough");
    }
    logs.iter().for_each(|log| log.go_on.store(true, SeqCst));
    turns_until(|| in_flight() == 0);
    for log in logs {
        assert!([[1, 1, 0], [0, 0, 1]].contains(&log.counts()));
    }
}

#[test]
fn waiting_for_jobs_waits_for_those_submitted_before() {
    assert!(!run::wait_for_all().is_pending());
    let early = Arc::new(Log::default());
    let late = Arc::new(Log::default());
    drop(submit(new_job(&early, 0, Some(work_long), read)));
    let all = run::wait_for_all();
    drop(submit(new_job(&late, 0, Some(work_long), read)));
    turns_until(|| early.begun.load(SeqCst) && late.begun.load(SeqCst));
    assert!(all.is_pending());
    early.go_on.store(true, SeqCst);
    turns_until(|| !all.is_pending());
    assert_eq!(early.counts(), [1, 1, 0]);
    assert_eq!(late.counts(), [0, 0, 0]);
    late.go_on.store(true, SeqCst);
    turns_until(|| in_flight() == 0);
}

#[test]
fn a_thread_that_ends_leaves_its_jobs_to_their_hooks() {
    let log = Arc::new(Log::default());
    let queued = Arc::new(Log::default());
    let shared = (log.clone(), queued.clone());
    thread::spawn(move || {
        let pool = super::pool::Pool::new("one".into(), super::pool::Manner::Thrifty, 0, 1);
        let first = new_job(&shared.0, 0, Some(work_long), read);
        // SAFETY: a new record.
        drop(unsafe { run::run(first, Place::Pool(&pool), &JOB, "test") });
        turns_until(|| shared.0.begun.load(SeqCst));
        let second = new_job(&shared.1, 0, Some(work), read);
        // SAFETY: a new record.
        drop(unsafe { run::run(second, Place::Pool(&pool), &JOB, "test") });
        pool.close();
    })
    .join()
    .unwrap();
    log.go_on.store(true, SeqCst);
    while Arc::strong_count(&log) > 1 || Arc::strong_count(&queued) > 1 {
        thread::sleep(Duration::from_micros(100));
    }
    assert_eq!(log.counts(), [1, 0, 1]);
    assert_eq!(queued.counts(), [0, 0, 1]);
}

#[test]
fn results_that_nobody_read_are_dropped_when_the_thread_ends() {
    let log = Arc::new(Log::default());
    let shared = log.clone();
    thread::spawn(move || {
        drop(submit(new_job(&shared, 0, Some(work), read)));
        while !has_finished() {
            before_sleep();
            thread::yield_now();
        }
    })
    .join()
    .unwrap();
    assert_eq!(log.counts(), [1, 1, 0]);
}

#[test]
fn closures_run_on_a_worker_and_their_result_here() {
    let here = thread::current().id();
    let (to, from) = mpsc::channel();
    let promise = super::closure::run(
        Place::Default,
        &JOB,
        false,
        "test",
        || thread::current().id(),
        move |worker| {
            to.send((worker, thread::current().id())).unwrap();
            Ok(Value::plain(ptr::without_provenance_mut(21)))
        },
    );
    turns_until(|| !promise.is_pending());
    assert_eq!(value(promise), 21);
    let (worker, reader) = from.recv().unwrap();
    assert_ne!(worker, here);
    assert_eq!(reader, here);
}

#[test]
fn a_panic_on_a_worker_fails_the_promise() {
    let promise = super::closure::run(
        Place::Default,
        &JOB,
        false,
        "test",
        || -> usize { panic!("on purpose") },
        |_| Ok(Value::UNIT),
    );
    turns_until(|| !promise.is_pending());
    assert_eq!(failure(promise).kind(), LWT_FAILURE);
}

#[test]
fn mkdir_makes_a_folder_and_names_what_was_in_the_way() {
    use crate::unix::file::name::mkdir;
    let path = std::env::temp_dir().join(format!("lwt-mkdir-{}", std::process::id()));
    let text = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
    let made = mkdir(&text, 0o755);
    turns_until(|| !made.is_pending());
    assert_eq!(value(made), 0);
    let again = mkdir(&text, 0o755);
    turns_until(|| !again.is_pending());
    let exn = failure(again);
    assert_eq!(
        (exn.errno(), exn.argument()),
        (libc::EEXIST, text.as_c_str())
    );
    std::fs::remove_dir(path).unwrap();
}

#[test]
fn stress_a_third_cancelled() {
    const JOBS: usize = 20_000;
    let logs: Vec<_> = (0..JOBS).map(|_| Arc::new(Log::default())).collect();
    let mut resolved = 0;
    let mut promises = Vec::new();
    for (n, log) in logs.iter().enumerate() {
        promises.push(submit(new_job(log, n, Some(work), read)));
        if n % 3 == 0 {
            promises[n - n % 7].cancel();
        }
        if n % 100 == 0 {
            turn();
        }
    }
    turns_until(|| in_flight() == 0);
    for promise in promises {
        assert_ne!(promise.state(), lwt_promise_state::LWT_SLEEP);
        resolved += 1;
    }
    assert_eq!(resolved, JOBS);
    for log in logs {
        assert!([[1, 1, 0], [0, 0, 1]].contains(&log.counts()));
        assert_eq!(Arc::strong_count(&log), 1);
    }
}
