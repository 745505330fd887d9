//! Jobs come back: their results are read on the thread that submitted them,
//! and resolve the promises.

use super::here::Here;
use super::record::{self, flag, lwt_unix_job};
use super::state::Due;
use crate::promise::{self, Outcome};
use crate::value::Value;
use std::ptr;

/// Reads the results of the jobs that have finished; returns how many.
pub fn run_finished() -> usize {
    Here::with_existing(|here| {
        let mut count = 0;
        let within = here.landing.replace(true);
        // What a simulation that is over has left.
        let held = here.held.take();
        for held in &held {
            // SAFETY: it came back, and is not held any more.
            unsafe { land(here, held.job) };
            count += 1;
        }
        let mut job = here.home.take();
        while !job.is_null() {
            // SAFETY: taken from the list; the link is read before the record
            // is freed.
            let next = unsafe { (*job).next };
            // SAFETY: the record is this thread's again.
            unsafe { land(here, job) };
            job = next;
            count += 1;
        }
        here.landing.set(within);
        here.wake_now();
        count
    })
    .unwrap_or(0)
}

/// Reads the result of one job.
///
/// # Safety
/// The record came back; it is gone after this.
pub unsafe fn land_alone(here: &Here, job: *mut lwt_unix_job) {
    let within = here.landing.replace(true);
    // SAFETY: as this function asks for.
    unsafe { land(here, job) };
    here.landing.set(within);
    here.wake_now();
}

/// # Safety
/// The record came back; it is gone after this.
unsafe fn land(here: &Here, job: *mut lwt_unix_job) {
    // SAFETY: the caller's record.
    let ticket = unsafe { (*job).ticket };
    let mut flights = here.flights.borrow_mut();
    let (resolver, number) = flights.remove(ticket);
    let aborted = flights.take_aborted(number);
    drop(flights);
    here.in_flight.set(here.in_flight.get() - 1);
    // SAFETY: the record came back.
    let detached = unsafe { (*job).flags } & flag::DETACHED != 0;
    if detached {
        here.detached.set(here.detached.get() - 1);
    }
    // SAFETY: as above.
    unsafe {
        match (record::state(job).hand_over(), resolver) {
            (Due::Result, Some(resolver)) => match aborted {
                None => resolver.resolve(result(job)),
                Some(exn) => {
                    drop(result(job));
                    resolver.resolve(Err(exn));
                }
            },
            (Due::Result, None) => drop(result(job)),
            (Due::Hook, _) => promise::call::unit(|| record::discard(job)),
        }
    }
    if !detached && !here.waiting.borrow().is_empty() {
        tell_who_waits(here, number);
    }
}

/// Reads the result of a job and drops it, or calls its cancel hook.
///
/// # Safety
/// The record came back; it is gone after this.
pub unsafe fn read_and_drop(job: *mut lwt_unix_job) {
    // SAFETY: as this function asks for.
    unsafe {
        match record::state(job).hand_over() {
            Due::Result => drop(result(job)),
            Due::Hook => promise::call::unit(|| record::discard(job)),
        }
    }
}

/// Calls the result function of a job whose worker has run.
///
/// # Safety
/// The record is the caller's; it is gone after this.
pub unsafe fn result(job: *mut lwt_unix_job) -> Outcome {
    // SAFETY: as this function asks for.
    unsafe {
        let keeps = (*job).flags & flag::FREE_AFTER_RESULT != 0;
        let f = (*job).result.map_or(0, |f| f as usize);
        let outcome = promise::call::value_of(f, || match (*job).result {
            Some(result) => result(job),
            None => ptr::null_mut(),
        });
        if keeps {
            promise::call::unit(|| record::discard(job));
        }
        outcome
    }
}

/// Resolves the promises of `lwt_unix_wait_for_jobs` that waited for this job
/// last.
fn tell_who_waits(here: &Here, number: u64) {
    let mut told = Vec::new();
    here.waiting.borrow_mut().retain_mut(|waiting| {
        if number < waiting.before {
            waiting.left -= 1;
        }
        if waiting.left == 0 {
            told.extend(waiting.resolver.take());
        }
        waiting.left > 0
    });
    // The table is not borrowed here: callbacks may wait again.
    for resolver in told {
        resolver.resolve(Ok(Value::UNIT));
    }
}
