//! Submitting jobs, and giving them up.

use super::detached;
use super::here::{Here, Waiting};
use super::land;
use super::pool::Pool;
use super::record::{self, flag, lwt_unix_async_method, lwt_unix_job};
use super::state::{Cancel, NotReady};
use super::watch::{Outlook, TICK};
use super::worker;
use crate::debug::dump::{Writer, promises};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::{self, Promise, Source};
use crate::value::Value;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// What stands behind the promise of a job.
pub static JOB: Source = Source {
    name: "job",
    cancel: Some(|_, data| cancel(data)),
    describe: Some(describe),
};

/// For dumps: how far a job is.
pub fn describe([ticket, number]: [u64; 2]) -> String {
    let word = Here::with_existing(|here| {
        let mut flights = here.flights.try_borrow_mut().ok()?;
        let flight = flights.get_mut(ticket as u32)?;
        // SAFETY: it did not come back, so the record lives.
        (flight.number() == number).then(|| unsafe { record::state(flight.job()) }.word())
    });
    format!("job {number}, {}", word.flatten().unwrap_or("over"))
}

/// For dumps: the jobs on their way.
pub fn dump(out: &mut Writer) {
    Here::with_existing(|here| {
        let Ok(flights) = here.flights.try_borrow() else {
            return;
        };
        flights.each(|flight, promise| {
            out.item();
            out.number("job", flight.number());
            // SAFETY: it did not come back, so the record lives.
            out.text("state", unsafe { record::state(flight.job()) }.word());
            if promise != 0 {
                out.handle("promise", promises::handle(local(), promise));
            }
            out.end();
        });
    });
}

static WAIT_FOR_JOBS: Source = Source {
    name: "wait_for_jobs",
    cancel: Some(|_, _| true),
    describe: None,
};

/// A submitter that does not sleep leaves a worker this long in one job: on a
/// busy machine it may have had no time to run.
const PATIENCE: Duration = Duration::from_millis(2);

/// Where a job runs.
pub enum Place<'a> {
    /// On this thread, inside the call.
    Here,
    /// On a worker of the default pool.
    Default,
    /// On a worker of this pool.
    Pool(&'a Arc<Pool>),
}

/// The promise of a call that did not accept a job.
pub fn invalid(function: &str, why: &str) -> Promise {
    promise::failed(Exn::invalid(&format!("{function}: {why}")))
}

/// Refuses a job: it is freed by its cancel hook, unless the library does not
/// own it.
///
/// # Safety
/// `job` is NULL or points to a record.
pub unsafe fn refuse(job: *mut lwt_unix_job, function: &str, why: &str) -> Promise {
    if job.is_null() {
        return invalid(function, "the job is NULL");
    }
    // SAFETY: a record, as this function asks for; ours once it was ready.
    unsafe {
        match record::state(job).run_here() {
            Ok(()) => {
                promise::call::unit(|| record::discard(job));
                invalid(function, why)
            }
            Err(not_ready) => invalid(function, not_ready.why()),
        }
    }
}

impl NotReady {
    fn why(&self) -> &'static str {
        match self {
            NotReady::NeverReadied => "lwt_unix_alloc_job was not called for the job",
            NotReady::SubmittedBefore => "the job was submitted before",
        }
    }
}

/// Runs a job.
///
/// # Safety
/// `job` is NULL or points to a record that is the caller's, and that its
/// result function or cancel hook frees.
pub unsafe fn run(
    job: *mut lwt_unix_job,
    place: Place,
    source: &'static Source,
    function: &str,
) -> Promise {
    // SAFETY: a record as this function asks for; after `submit` or `run_here`
    // it is the library's.
    unsafe {
        if job.is_null() {
            return invalid(function, "the job is NULL");
        }
        if (*job).worker.is_none() || (*job).result.is_none() {
            return refuse(job, function, "the job has no worker or no result function");
        }
        if let Place::Here = place {
            return match record::state(job).run_here() {
                Ok(()) => run_here(job),
                Err(not_ready) => invalid(function, not_ready.why()),
            };
        }
        if let Err(not_ready) = record::state(job).submit() {
            return invalid(function, not_ready.why());
        }
        Here::with(|here| {
            let pool = match place {
                Place::Pool(pool) => pool,
                _ => here.default_pool(),
            };
            local().tell_loop();
            submit(here, pool, job, source)
        })
    }
}

unsafe fn run_here(job: *mut lwt_unix_job) -> Promise {
    // SAFETY: the caller's record, with a worker function.
    unsafe {
        (*job).async_method = MaybeUninit::new(lwt_unix_async_method::LWT_UNIX_ASYNC_METHOD_NONE);
        if let Some(worker) = (*job).worker {
            worker(job);
        }
        match land::result(job) {
            Ok(value) => promise::resolved(value),
            Err(exn) => promise::failed(exn),
        }
    }
}

unsafe fn submit(
    here: &Here,
    pool: &Arc<Pool>,
    job: *mut lwt_unix_job,
    source: &'static Source,
) -> Promise {
    let mut flights = here.flights.borrow_mut();
    let room = flights.reserve();
    let ticket = flights.next_ticket();
    let data = [u64::from(ticket), flights.next_number()];
    let Some((promise, resolver)) = room.then(|| promise::external(source, data)).flatten() else {
        drop(flights);
        // SAFETY: the caller's record; nobody saw it.
        unsafe {
            withdraw(job);
            let _ = record::state(job).hand_over();
            promise::call::unit(|| record::discard(job));
        }
        return promise::failed(Exn::out_of_memory());
    };
    flights.add(job, resolver);
    drop(flights);
    // SAFETY: the caller's record, until it is queued.
    unsafe {
        (*job).ticket = ticket;
        (*job).home = Arc::as_ptr(&here.home).cast();
    }
    here.in_flight.set(here.in_flight.get() + 1);
    // SAFETY: as above.
    if unsafe { (*job).flags } & flag::DETACHED != 0 {
        here.detached.set(here.detached.get() + 1);
    }
    here.watch_over(pool);
    if !pool.queue(job) {
        if pool.spinning.load(Relaxed) == 0 {
            pool.look_out();
        }
    } else if here.puts_off_wake(pool) {
        pool.look_out();
    } else {
        pool.wake(1);
    }
    if here.is_to_look() {
        pool.look(PATIENCE);
    }
    promise
}

/// The promise of a job is cancelled. True: it fails at once. Its two data
/// words are the job's ticket and its number. A job that is not in the table
/// any more came back, and its result is being read: it is too late.
pub fn cancel([ticket, number]: [u64; 2]) -> bool {
    Here::with_existing(|here| {
        let mut flights = here.flights.borrow_mut();
        let flight = flights.get_mut(ticket as u32)?;
        // SAFETY: it did not come back, so the record lives.
        (flight.number() == number).then(|| unsafe { withdraw(flight.job()) })
    })
    .flatten()
    .unwrap_or(false)
}

/// Takes a job from the queue if no worker has begun it. True: its promise may
/// fail now.
///
/// # Safety
/// The record did not come back.
pub unsafe fn withdraw(job: *mut lwt_unix_job) -> bool {
    // SAFETY: as this function asks for; `flags` was set before it was queued,
    // and is not written since.
    unsafe {
        match record::state(job).cancel() {
            Cancel::Withdrawn => {
                detached::withdraw(job);
                true
            }
            Cancel::Already => true,
            Cancel::Running | Cancel::Ended => (*job).flags & flag::KEEP_RUNNING == 0,
        }
    }
}

/// `Lwt_unix.abort_jobs`: fails the promises of all jobs on their way.
pub fn abort(exn: &Exn) {
    let tickets = Here::with_existing(|here| here.flights.borrow().tickets());
    for ticket in tickets.unwrap_or_default() {
        let resolver = Here::with_existing(|here| {
            let mut flights = here.flights.borrow_mut();
            let flight = flights.get_mut(ticket)?;
            // SAFETY: it did not come back.
            if unsafe { (*flight.job()).flags } & flag::DETACHED != 0 {
                return None;
            }
            // SAFETY: as above.
            if unsafe { withdraw(flight.job()) } {
                flight.take_resolver()
            } else {
                let number = flight.number();
                flights.abort(number, exn.clone());
                None
            }
        });
        if let Some(resolver) = resolver.flatten() {
            resolver.resolve(Err(exn.clone()));
        }
    }
}

/// `Lwt_unix.wait_for_jobs`: resolves when the jobs submitted so far have come
/// back, their results read or their hooks called.
pub fn wait_for_all() -> Promise {
    let waiting = Here::with_existing(|here| {
        let flights = here.flights.borrow();
        let left = flights.len() - here.detached.get();
        (left > 0).then(|| {
            let Some((promise, resolver)) = promise::external(&WAIT_FOR_JOBS, [0; 2]) else {
                return promise::failed(Exn::out_of_memory());
            };
            here.waiting.borrow_mut().push(Waiting {
                before: flights.next_number(),
                left,
                resolver: Some(resolver),
            });
            promise
        })
    });
    waiting
        .flatten()
        .unwrap_or_else(|| promise::resolved(Value::UNIT))
}

/// How many jobs of this thread are on their way.
pub fn in_flight() -> usize {
    Here::with_existing(|here| here.in_flight.get()).unwrap_or(0)
}

/// How many of them are jobs of module Lwt_unix.
pub fn count() -> usize {
    Here::with_existing(|here| here.in_flight.get() - here.detached.get()).unwrap_or(0)
}

/// Has a job finished whose result was not read?
pub fn has_finished() -> bool {
    Here::with_existing(|here| here.home.has_finished() || !here.held.borrow().is_empty())
        .unwrap_or(false)
}

/// Looks after the pools before the thread sleeps. Returns how long it may
/// sleep at most.
pub fn before_sleep() -> Option<Duration> {
    Here::with_existing(|here| {
        here.unwatched.set(0);
        let mut sleep = None;
        let mut without_thread = None;
        if here.in_flight.get() == 0 {
            here.watched.borrow_mut().clear();
        }
        here.watched
            .borrow_mut()
            .retain(|pool| match pool.look(TICK) {
                Outlook::Drained => false,
                Outlook::Full => true,
                Outlook::LookAgain(after) => {
                    sleep = Some(sleep.map_or(after, |other: Duration| other.min(after)));
                    true
                }
                Outlook::NoThread => {
                    without_thread = Some(pool.clone());
                    true
                }
            });
        if let Some(pool) = without_thread {
            run_one(&pool);
            sleep = Some(Duration::ZERO);
        }
        if here.home.has_finished() || here.waits_for_the_only_cpu() {
            sleep = Some(Duration::ZERO);
        } else if sleep.is_some() {
            here.home.watch();
        } else if here.home.stop_watching() {
            sleep = Some(Duration::ZERO);
        }
        sleep
    })
    .flatten()
}

/// No thread can be started, and none is there: a job runs on this one.
fn run_one(pool: &Arc<Pool>) {
    if let Some(job) = pool.take_one() {
        // SAFETY: taken from the queue, as a worker would.
        unsafe { worker::run_in_place(job) };
    }
}
