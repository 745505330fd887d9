//! Module Lwt_unix, the record of a job: what C sees of it. `lwt_unix.h` is
//! generated from this file too.
//!
//! Who may touch which field, and when:
//!
//! * from `lwt_unix_alloc_job` to `lwt_unix_run_job`: the thread that made it;
//! * queued: nobody but `state`, which is atomic (see [`super::state`]);
//! * running: the worker thread, which is in the `worker` function;
//! * finished: whoever took it from the list of finished jobs, that is the
//!   thread that submitted it. `next` is the link of that list.
#![allow(non_camel_case_types)]

use super::state::JobState;
use crate::abi::lwt_value;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

/// Where a job runs.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lwt_unix_async_method {
    /// On the thread that calls, at once: the call blocks.
    LWT_UNIX_ASYNC_METHOD_NONE = 0,
    /// On a worker thread.
    LWT_UNIX_ASYNC_METHOD_DETACH = 1,
    /// As LWT_UNIX_ASYNC_METHOD_DETACH.
    LWT_UNIX_ASYNC_METHOD_SWITCH = 2,
}

/// Makes the blocking call. Runs on a worker thread; it may use the record,
/// and must not call the library, `lwt_unix_send_notification`,
/// `lwt_release_anywhere` and the functions for exceptions excepted.
pub type lwt_unix_job_worker = Option<unsafe extern "C" fn(job: *mut lwt_unix_job)>;

/// Reads the outcome, frees the record (`lwt_unix_free_job`) and returns the
/// value of the promise, or fails by `lwt_raise` or `lwt_unix_error`. Runs on
/// the thread that submitted the job, exactly once if the worker ran.
pub type lwt_unix_job_result = Option<unsafe extern "C" fn(job: *mut lwt_unix_job) -> lwt_value>;

/// Frees the record of a job whose result function will never run.
pub type lwt_unix_job_cancel = Option<unsafe extern "C" fn(job: *mut lwt_unix_job)>;

/// What the library knows of a job. It is the first field of the structure of
/// every job, which holds the arguments and the outcome behind it. Set
/// `worker` and `result`, then call `lwt_unix_alloc_job`, which readies the
/// other fields: they belong to the library.
#[repr(C)]
pub struct lwt_unix_job {
    /// Link in the list of finished jobs.
    pub next: *mut lwt_unix_job,
    /// A job that finished a little earlier, to be fetched into the cache; it
    /// may be gone.
    pub near: *const c_void,
    /// Makes the blocking call, on a worker thread.
    pub worker: lwt_unix_job_worker,
    /// Reads the outcome, on the thread that submitted the job.
    pub result: lwt_unix_job_result,
    /// Where it returns to.
    pub home: *const c_void,
    /// How far the job is. Atomic.
    pub state: u32,
    /// Which job of its thread it is.
    pub ticket: u32,
    /// What is special about it.
    pub flags: u32,
    /// Where the job runs, or ran.
    pub async_method: MaybeUninit<lwt_unix_async_method>,
    /// Frees the record when the result function will never run. NULL:
    /// `lwt_unix_free_job`. Set it with `lwt_unix_job_set_cancel`.
    pub cancel: lwt_unix_job_cancel,
    /// Kept for stubs written for Lwt's own header: -1, as no notification
    /// stands for a job.
    pub notification_id: isize,
    /// Kept for stubs written for Lwt's own header: 1.
    pub fast: c_int,
    /// Room for later.
    pub reserved: [usize; 4],
}

/// Bits of [`lwt_unix_job::flags`].
pub mod flag {
    /// The result function does not free the record: the cancel hook is called
    /// after it. This is the old mode, with a free function of its own.
    pub const FREE_AFTER_RESULT: u32 = 1;
    /// Once the worker runs, cancelling does nothing: the promise resolves
    /// when the job has ended.
    pub const KEEP_RUNNING: u32 = 2;
    /// A computation of module Lwt_preemptive: who aborts, counts or waits for
    /// the jobs of Lwt_unix does not mean it.
    pub const DETACHED: u32 = 4;
}

/// A record that is on its way between threads. Only [`JobState`] may be used
/// through it until the way has ended.
pub struct JobPtr(pub *mut lwt_unix_job);

// SAFETY: a record is owned by one thread at a time, as the table at the top
// of this file says; queues and lists hand it over with Release and Acquire.
unsafe impl Send for JobPtr {}

/// The state of a job, as an atomic.
///
/// # Safety
/// `job` points to a record that lives as long as the result is used.
#[cfg(not(loom))]
pub unsafe fn state<'a>(job: *mut lwt_unix_job) -> &'a JobState {
    // SAFETY: `JobState` is a transparent atomic of the field's size and
    // alignment; the field is only ever used through it while it is shared.
    unsafe { &*(&raw const (*job).state).cast::<JobState>() }
}

/// Under loom atomics are not words: records can't be used there.
///
/// # Safety
/// Never called.
#[cfg(loom)]
pub unsafe fn state<'a>(_job: *mut lwt_unix_job) -> &'a JobState {
    unreachable!("a record of C under loom")
}

/// Readies the fields that belong to the library.
///
/// # Safety
/// `job` points to a record of its caller.
pub unsafe fn ready(job: *mut lwt_unix_job) {
    // SAFETY: the caller's record; `worker` and `result` stay, the others may
    // be uninitialised and are written without being read.
    unsafe {
        (&raw mut (*job).next).write(std::ptr::null_mut());
        (&raw mut (*job).near).write(std::ptr::null());
        (&raw mut (*job).cancel).write(None);
        (&raw mut (*job).notification_id).write(-1);
        (&raw mut (*job).fast).write(1);
        (&raw mut (*job).async_method).write(MaybeUninit::new(
            lwt_unix_async_method::LWT_UNIX_ASYNC_METHOD_DETACH,
        ));
        (&raw mut (*job).ticket).write(0);
        (&raw mut (*job).home).write(std::ptr::null());
        (&raw mut (*job).flags).write(0);
        (&raw mut (*job).reserved).write([0; 4]);
        state(job).ready();
    }
}

/// Frees a record that `malloc` made. A job that the library still holds is
/// left alone.
///
/// # Safety
/// `job` is NULL or points to a record made by `lwt_unix_malloc` or `malloc`.
pub unsafe extern "C" fn free(job: *mut lwt_unix_job) {
    // SAFETY: the caller's record, not in use by the library as `forget` says.
    unsafe {
        if !job.is_null() && state(job).forget() {
            libc::free(job.cast());
        }
    }
}

/// Calls the cancel hook, which frees the record.
///
/// # Safety
/// The record is the caller's, its state says that it is handed over, and
/// nobody uses it afterwards.
pub unsafe fn discard(job: *mut lwt_unix_job) {
    // SAFETY: as this function asks for.
    unsafe {
        match (*job).cancel {
            Some(hook) => hook(job),
            None => free(job),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    #[test]
    fn what_the_hot_path_needs_is_in_the_first_64_bytes() {
        assert_eq!(offset_of!(lwt_unix_job, cancel), 56);
        assert_eq!(size_of::<lwt_unix_job>(), 112);
    }

    #[test]
    #[cfg(not(loom))]
    fn readying_a_record_leaves_worker_and_result_as_they_were() {
        unsafe extern "C" fn work(_: *mut lwt_unix_job) {}
        let mut record = MaybeUninit::<lwt_unix_job>::uninit();
        let job = record.as_mut_ptr();
        // SAFETY: a record of this function.
        unsafe {
            (&raw mut (*job).worker).write(Some(work));
            (&raw mut (*job).result).write(None);
            ready(job);
            assert!((*job).worker.is_some());
            assert!((*job).result.is_none());
            assert_eq!((*job).notification_id, -1);
        }
    }
}
