//! Jobs.

use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{self, call};
use crate::scheduler::job::method::{self, Method};
use crate::scheduler::job::pools::Named;
use crate::scheduler::job::record::{self, *};
use crate::scheduler::job::run::{self, JOB, Place};
use crate::value::Env;
use std::ffi::{CStr, c_char, c_int};
use std::mem::MaybeUninit;

/// A number that came where C has an enumeration.
fn method(from_c: MaybeUninit<lwt_unix_async_method>) -> Option<Method> {
    // SAFETY: the type has the size of a u32, and C always passes a number.
    Method::from_number(unsafe { from_c.as_ptr().cast::<u32>().read() })
}

fn to_c(method: Method) -> lwt_unix_async_method {
    match method {
        Method::None => lwt_unix_async_method::LWT_UNIX_ASYNC_METHOD_NONE,
        Method::Detach => lwt_unix_async_method::LWT_UNIX_ASYNC_METHOD_DETACH,
        Method::Switch => lwt_unix_async_method::LWT_UNIX_ASYNC_METHOD_SWITCH,
    }
}

/// Text from C; NULL is empty.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
unsafe fn text<'a>(text: *const c_char) -> &'a CStr {
    if text.is_null() {
        return c"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }
}

/// Readies the hidden fields of a job, whose `worker` and `result` the caller
/// has set or will set before it runs, and returns `job`; NULL for NULL. The
/// record stays the caller's until it is given to `lwt_unix_run_job` or one of
/// its kin. To use a record again, ready it again. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `job` is NULL or points to a record that is not in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_alloc_job(job: *mut lwt_unix_job) -> *mut lwt_unix_job {
    if !job.is_null() {
        // SAFETY: as this function asks for.
        unsafe { record::ready(job) };
    }
    job
}

/// Frees a record that `lwt_unix_new`, `lwt_unix_new_plus` or malloc() made, as
/// the result function of a job does. Does nothing with NULL, and with a job
/// that is queued or running, which the library owns. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `job` is NULL or points to such a record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_free_job(job: *mut lwt_unix_job) {
    // SAFETY: as this function asks for.
    unsafe { record::free(job) }
}

/// Sets what frees the record when the result function will never run: because
/// the job was cancelled before a worker began it, because it was refused, or
/// because the thread that submitted it has ended. NULL stands for
/// `lwt_unix_free_job`, which is the default.
///
/// The hook runs once, instead of the result function, on the thread that
/// submitted the job; on a worker thread if that has ended. In the last case
/// the worker function may have run, and the hook frees what it made, too.
///
/// `job` is borrowed: a record that was readied and not yet submitted. Returns
/// 0, or `LWT_INVALID_ARGUMENT` if it is NULL. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `job` is NULL or points to such a record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_job_set_cancel(
    job: *mut lwt_unix_job,
    hook: lwt_unix_job_cancel,
) -> c_int {
    if job.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    // SAFETY: the caller's record.
    unsafe { (*job).cancel = hook };
    LWT_OK
}

/// From when a worker begins it, cancelling the job does nothing: its promise
/// resolves when the worker function has returned. For jobs that use memory of
/// the caller, who may free it once the promise has resolved. (Otherwise the
/// promise of a job that is cancelled while it runs fails at once.)
///
/// `job` is borrowed: a record that was readied and not yet submitted. Returns
/// 0, or `LWT_INVALID_ARGUMENT` if it is NULL. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `job` is NULL or points to such a record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_job_keep_running(job: *mut lwt_unix_job) -> c_int {
    if job.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    // SAFETY: the caller's record.
    unsafe { (*job).flags |= flag::KEEP_RUNNING };
    LWT_OK
}

/// Runs a job, `Lwt_unix.run_job`: its worker function on a worker thread, then
/// its result function on this one, in a turn of the main loop; what that
/// returns or raises is the promise's. Where the current async method is NONE
/// both run inside this call, and the promise is resolved already.
///
/// The job, which `lwt_unix_alloc_job` has readied, is consumed. Either its
/// result function runs, if the worker function ran, or its cancel hook, if it
/// did not: exactly one, exactly once.
///
/// Cancelling the promise (`lwt_cancel`) of a job that no worker has begun
/// withdraws it. If a worker has begun it the promise fails at once all the
/// same; the result function still runs when the worker is done, and its value
/// is dropped.
///
/// The promise fails with `LWT_INVALID_ARGUMENT` if `job` is NULL, was never
/// readied or was submitted before (it then stays as it is), or if its worker
/// or result function is NULL (it then is given to its cancel hook); with
/// `LWT_OUT_OF_MEMORY`; with `LWT_CANCELED`; with what the result function
/// raises. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `job` is NULL or points to a record that its result function or cancel hook
/// frees.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_run_job(job: *mut lwt_unix_job) -> *mut lwt_t {
    let place = method::current().place();
    // SAFETY: as this function asks for.
    unsafe { run::run(job, place, &JOB, "lwt_unix_run_job") }.into_raw()
}

/// As `lwt_unix_run_job`, by the given method. A number that is no method is
/// `LWT_INVALID_ARGUMENT`, and the job is given to its cancel hook. On any
/// thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// As `lwt_unix_run_job`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_run_job_with(
    job: *mut lwt_unix_job,
    async_method: MaybeUninit<lwt_unix_async_method>,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_run_job_with";
    // SAFETY: as this function asks for.
    let promise = unsafe {
        match method(async_method) {
            Some(method) => run::run(job, method.place(), &JOB, NAME),
            None => run::refuse(job, NAME, "there is no such async method"),
        }
    };
    promise.into_raw()
}

/// As `lwt_unix_run_job`, on a worker of the given pool, which is borrowed.
///
/// A bad handle of a pool is `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`, and
/// the job is given to its cancel hook. On the thread that made the pool.
///
/// Manual: "Jobs".
///
/// # Safety
/// As `lwt_unix_run_job`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_run_job_in(
    pool: *const super::pool::lwt_unix_pool,
    job: *mut lwt_unix_job,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_run_job_in";
    // SAFETY: every pool's handle is made of a `Named`; the job as this
    // function asks for.
    let promise = unsafe {
        match object::get::<Named>(Kind::Pool, pool.cast(), NAME) {
            Ok(pool) => run::run(job, Place::Pool(&pool.get()), &JOB, NAME),
            Err(exn) => {
                drop(run::refuse(job, NAME, "the pool is not one"));
                promise::failed(exn)
            }
        }
    };
    promise.into_raw()
}

/// The old form of a job, `Lwt_unix.execute_job`: `result` reads the outcome and
/// does not free the record, `free_job` does; it runs after `result`, or alone
/// if that will never run. `job` has been readied, its worker is set. Otherwise
/// as `lwt_unix_run_job`; if `result` or `free_job` is NULL, the promise fails
/// with `LWT_INVALID_ARGUMENT`, and the job is given to whichever is there to
/// free it. Deprecated: use `lwt_unix_run_job`.
///
/// Manual: "Jobs".
///
/// # Safety
/// As `lwt_unix_run_job`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_execute_job(
    job: *mut lwt_unix_job,
    result: lwt_unix_job_result,
    free_job: lwt_unix_job_cancel,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_execute_job";
    // SAFETY: the caller's record, if it was readied and not yet submitted.
    let promise = unsafe {
        if job.is_null() || !record::state(job).is_ready() {
            run::run(job, Place::Default, &JOB, NAME)
        } else {
            (*job).cancel = free_job;
            (*job).result = result;
            if free_job.is_none() {
                run::refuse(job, NAME, "the function that frees the job is NULL")
            } else {
                (*job).flags |= flag::FREE_AFTER_RESULT;
                run::run(job, method::current().place(), &JOB, NAME)
            }
        }
    };
    promise.into_raw()
}

/// Raises what a failed system call stands for, `mkdir: File exists: "/tmp/a"`:
/// the callback that is running fails with `LWT_UNIX_ERROR`. To be returned from
/// it, as from a result function: `return lwt_unix_error(EEXIST, "mkdir", path);`
/// Both texts are borrowed; NULL is "". Returns `LWT_UNIT`. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// Both texts are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_error(
    errnum: c_int,
    function: *const c_char,
    argument: *const c_char,
) -> lwt_value {
    // SAFETY: as this function asks for.
    let exn = unsafe { Exn::unix(errnum, text(function), text(argument)) };
    call::raise(exn)
}

/// Raises `Lwt_sys.Not_available`: the callback that is running fails with
/// `LWT_NOT_AVAILABLE`, function `name`. To be returned from a stub for which
/// this system has no call. `name` is borrowed; NULL is "". Returns
/// `LWT_UNIT`. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_not_available(name: *const c_char) -> lwt_value {
    // SAFETY: as this function asks for.
    let exn = unsafe { Exn::not_available(text(name)) };
    call::raise(exn)
}

/// Fails the promises of all jobs that this thread submitted and that have not
/// come back, `Lwt_unix.abort_jobs`, in the order of submission, each with `e`,
/// which is consumed. Those that no worker has begun never run. Those that run
/// go on; their result functions run later, and the values are dropped. (A job
/// of `lwt_unix_job_keep_running` fails when it has ended.)
///
/// Returns 0, or `LWT_INVALID_ARGUMENT` if `e` is no exception.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_abort_jobs(e: *mut lwt_exn) -> c_int {
    match Exn::from_raw(e) {
        Some(exn) => {
            run::abort(&exn);
            LWT_OK
        }
        None => LWT_INVALID_ARGUMENT,
    }
}

/// As `lwt_unix_abort_jobs` with `LWT_CANCELED`, `Lwt_unix.cancel_jobs`. Of
/// this thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_cancel_jobs() {
    run::abort(&Exn::canceled());
}

/// A promise of `LWT_UNIT`, the caller's, that resolves when all jobs that this
/// thread has submitted so far have come back, `Lwt_unix.wait_for_jobs`: their
/// result functions, or cancel hooks, have run. It does not fail with them. It
/// may be cancelled, which does nothing to the jobs.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_wait_for_jobs() -> *mut lwt_t {
    run::wait_for_all().into_raw()
}

/// How many jobs of this thread are queued, running or waiting for their result
/// to be read.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_job_count() -> usize {
    run::count()
}

/// Where jobs of this thread run, unless something else is bound by
/// `lwt_unix_with_async_none` and its kin, `Lwt_unix.default_async_method`: what
/// was set, or what the environment variable `LWT_ASYNC_METHOD` says (none,
/// detach or switch; any other word is ignored), or detach.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_default_async_method() -> lwt_unix_async_method {
    to_c(method::default())
}

/// Sets it, `Lwt_unix.set_default_async_method`. Returns 0, or
/// `LWT_INVALID_ARGUMENT` if there is no such method. Of this thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_set_default_async_method(
    async_method: MaybeUninit<lwt_unix_async_method>,
) -> c_int {
    match method(async_method) {
        Some(method) => {
            method::set_default(method);
            LWT_OK
        }
        None => LWT_INVALID_ARGUMENT,
    }
}

/// By what method a job would run now, `Lwt_unix.async_method`: what is bound
/// to `lwt_unix_async_method_key`, or the default. Of this thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_current_async_method() -> lwt_unix_async_method {
    to_c(method::current())
}

/// The key to which `lwt_unix_with_async_none` and its kin bind the method, as
/// `LWT_INT(method)`, `Lwt_unix.async_method_key`. It is the process's, and
/// need not be released. On any thread. NULL: memory ran out.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_async_method_key() -> *mut lwt_key {
    method::key()
}

/// Runs `f(env)`, where jobs run inside the calls that submit them, as in the
/// callbacks that are attached there, `Lwt_unix.with_async_none`. Returns the
/// promise of `f`. Fails with `LWT_INVALID_ARGUMENT` if `f` is NULL.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_with_async_none(
    f: lwt_thunk_fn,
    env: *mut std::ffi::c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    method::with(Method::None, f, Env::new(env, drop_env))
}

/// The same, where jobs run on worker threads, `Lwt_unix.with_async_detach`.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_with_async_detach(
    f: lwt_thunk_fn,
    env: *mut std::ffi::c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    method::with(Method::Detach, f, Env::new(env, drop_env))
}

/// As `lwt_unix_with_async_detach`, `Lwt_unix.with_async_switch`.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_with_async_switch(
    f: lwt_thunk_fn,
    env: *mut std::ffi::c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    method::with(Method::Switch, f, Env::new(env, drop_env))
}
