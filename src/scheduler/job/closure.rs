//! Jobs of the library itself: a closure for the worker and one for the
//! result, in one record.

use super::record::{self, flag, lwt_unix_job};
use super::run::{self, Place};
use crate::abi::{LWT_FAILURE, lwt_value};
use crate::exn::Exn;
use crate::promise::{self, Outcome, Promise, Source};
use crate::value::Value;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

#[repr(C)]
struct Closures<W, T, R> {
    job: lwt_unix_job,
    work: Option<W>,
    done: Option<T>,
    result: Option<R>,
}

/// Runs `work` on a worker, then `result` with what it made on this thread: its
/// outcome is the promise's. A cancelled job drops both closures unrun. They
/// are Send as a job whose thread has ended is dropped by the worker.
pub fn run<W, T, R>(
    place: Place,
    source: &'static Source,
    keep_running: bool,
    function: &str,
    work: W,
    result: R,
) -> Promise
where
    W: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
    R: FnOnce(T) -> Outcome + Send + 'static,
{
    let flags = if keep_running { flag::KEEP_RUNNING } else { 0 };
    run_as(flags, place, source, function, work, result)
}

/// The same, with these bits of [`record::flag`].
pub fn run_as<W, T, R>(
    flags: u32,
    place: Place,
    source: &'static Source,
    function: &str,
    work: W,
    result: R,
) -> Promise
where
    W: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
    R: FnOnce(T) -> Outcome + Send + 'static,
{
    let mut closures = Box::new(MaybeUninit::<Closures<W, T, R>>::uninit());
    let this = closures.as_mut_ptr();
    // SAFETY: every field is written; the record is freed by `read` or `drop`
    // below, one of which is called once.
    unsafe {
        (&raw mut (*this).work).write(Some(work));
        (&raw mut (*this).done).write(None);
        (&raw mut (*this).result).write(Some(result));
        let job = &raw mut (*this).job;
        (&raw mut (*job).worker).write(Some(work_on::<W, T, R>));
        (&raw mut (*job).result).write(Some(read::<W, T, R>));
        record::ready(job);
        (*job).cancel = Some(discard::<W, T, R>);
        (*job).flags = flags;
        let _ = Box::into_raw(closures);
        run::run(job, place, source, function)
    }
}

unsafe extern "C" fn work_on<W: FnOnce() -> T, T, R>(job: *mut lwt_unix_job) {
    // SAFETY: the record is the first field, and the worker's now.
    let this = unsafe { &mut *job.cast::<Closures<W, T, R>>() };
    if let Some(work) = this.work.take() {
        this.done = catch_unwind(AssertUnwindSafe(work)).ok();
    }
}

unsafe extern "C" fn read<W, T, R: FnOnce(T) -> Outcome>(job: *mut lwt_unix_job) -> lwt_value {
    // SAFETY: the record is the first field, and ours again.
    let this = unsafe { Box::from_raw(job.cast::<Closures<W, T, R>>()) };
    let outcome = match (this.done, this.result) {
        (Some(done), Some(result)) => result(done),
        _ => Err(Exn::new(LWT_FAILURE, "a computation on a worker panicked")),
    };
    match outcome {
        Ok(value) => {
            let (word, drop) = value.into_parts();
            match drop {
                Some(drop) => promise::call::own(Value::new(word, Some(drop))),
                None => word,
            }
        }
        Err(exn) => {
            promise::call::raise(exn);
            ptr::null_mut()
        }
    }
}

unsafe extern "C" fn discard<W, T, R>(job: *mut lwt_unix_job) {
    // SAFETY: the record is the first field, and ours again.
    drop(unsafe { Box::from_raw(job.cast::<Closures<W, T, R>>()) });
}
