//! One system call as a job. The record, what the call needs and copies of its
//! paths are one block; what can be copied into that block becomes the value of
//! the promise without a second one. Calls jobs, promises and exceptions.
//!
//! ```text
//!   +--------------+------------------------------+---------------+---------------+
//!   | lwt_unix_job | name, call, outcome, reading | first path, 0 | second path, 0|
//!   +--------------+------------------------------+---------------+---------------+
//! ```
//!
//! The worker uses `call` and the paths, and writes `outcome`; everything else
//! is used on the home thread alone, but for a record whose thread has ended,
//! which the worker drops: hence all parts are `Send`.

use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::{self, Outcome, Promise};
use crate::scheduler::job::record::{self, flag, lwt_unix_job};
use crate::scheduler::job::{method, run};
use crate::unix::fd::Fd;
use crate::value::{DropFn, Value};
use std::ffi::{CStr, c_char, c_int};
use std::mem::ManuallyDrop;
use std::os::fd::RawFd;
use std::ptr;

/// What a call that failed has left in errno.
pub type Errno = c_int;

/// errno of this thread.
pub fn errno() -> Errno {
    // SAFETY: a place of this thread's own.
    unsafe { *libc::__errno_location() }
}

/// The result of a system call that says -1 when it failed.
pub fn checked(result: c_int) -> Result<c_int, Errno> {
    match result {
        -1 => Err(errno()),
        other => Ok(other),
    }
}

/// The same, and the call is repeated when a signal broke it off.
pub fn persistent(mut call: impl FnMut() -> c_int) -> Result<c_int, Errno> {
    loop {
        match checked(call()) {
            Err(libc::EINTR) => {}
            other => return other,
        }
    }
}

/// What becomes of a call whose promise is cancelled while it runs.
#[derive(Clone, Copy, PartialEq)]
pub enum Cancel {
    /// The promise fails at once. The call goes on, and what it gives is dropped.
    AtOnce,
    /// Nothing: the promise resolves when the call has ended.
    WhenDone,
}

#[repr(C)]
struct Call<W, T, R> {
    job: lwt_unix_job,
    name: &'static CStr,
    /// How long the first path is, with its NUL.
    second: usize,
    /// True: the argument of a failure is the first path.
    argument: bool,
    work: Option<W>,
    done: Option<Result<T, Errno>>,
    read: Option<R>,
}

/// The block of a call that is over and gave a `T`, as memory.
pub struct Block<T>(*mut T);

impl<T: Copy> Block<T> {
    /// Makes the block a value of C: `what`, freed by `free`.
    pub fn into_value(self, what: T) -> Value {
        let this = ManuallyDrop::new(self);
        // SAFETY: there is room, as the record had a `T` in it; malloc's
        // alignment is enough for that, and the block is nobody else's.
        unsafe { this.0.write(what) };
        Value::new(this.0.cast(), Some(libc::free as DropFn))
    }
}

impl<T> Drop for Block<T> {
    fn drop(&mut self) {
        // SAFETY: `malloc` made it; nobody else has it.
        unsafe { libc::free(self.0.cast()) }
    }
}

/// What `malloc` promises.
const BLOCK_ALIGN: usize = 16;

/// Runs `work`, which gets the paths, as a job; then `read` with what it gave,
/// on this thread. Where the method of the caller is "none" both run at once.
pub fn run<W, T, R>(
    name: &'static CStr,
    paths: [&CStr; 2],
    cancel: Cancel,
    work: W,
    read: R,
) -> Promise
where
    W: FnOnce(&CStr, &CStr) -> Result<T, Errno> + Send + 'static,
    T: Send + 'static,
    R: FnOnce(T, Block<T>) -> Outcome + Send + 'static,
{
    const { assert!(align_of::<Call<W, T, R>>() <= BLOCK_ALIGN) };
    let bytes = paths.map(CStr::to_bytes_with_nul);
    let second = bytes[0].len();
    let head = size_of::<Call<W, T, R>>();
    // SAFETY: every field is written before the record is used; the paths have
    // their room behind it. It is freed by `read_outcome` or `discard`, one of
    // which is called once.
    unsafe {
        let block = libc::malloc(head + second + bytes[1].len()).cast::<u8>();
        if block.is_null() {
            return promise::failed(Exn::out_of_memory());
        }
        ptr::copy_nonoverlapping(bytes[0].as_ptr(), block.add(head), second);
        let behind = block.add(head + second);
        ptr::copy_nonoverlapping(bytes[1].as_ptr(), behind, bytes[1].len());
        let this = block.cast::<Call<W, T, R>>();
        (&raw mut (*this).name).write(name);
        (&raw mut (*this).second).write(second);
        (&raw mut (*this).argument).write(second > 1);
        (&raw mut (*this).work).write(Some(work));
        (&raw mut (*this).done).write(None);
        (&raw mut (*this).read).write(Some(read));
        let job = &raw mut (*this).job;
        (&raw mut (*job).worker).write(Some(work_on::<W, T, R>));
        (&raw mut (*job).result).write(Some(read_outcome::<W, T, R>));
        record::ready(job);
        (*job).cancel = Some(discard::<W, T, R>);
        if cancel == Cancel::WhenDone {
            (*job).flags |= flag::KEEP_RUNNING;
        }
        run::run(job, method::current().place(), &run::JOB, "")
    }
}

/// A call on one path whose result says no more than whether it failed.
pub fn on_path(
    name: &'static CStr,
    path: &CStr,
    work: impl FnOnce(&CStr) -> c_int + Send + 'static,
) -> Promise {
    on_path_for(name, path, |path| checked(work(path)), |_, _| unit())
}

/// A call on one path that gives something.
pub fn on_path_for<T: Send + 'static>(
    name: &'static CStr,
    path: &CStr,
    work: impl FnOnce(&CStr) -> Result<T, Errno> + Send + 'static,
    read: impl FnOnce(T, Block<T>) -> Outcome + Send + 'static,
) -> Promise {
    let work = move |path: &CStr, _: &CStr| work(path);
    run(name, [path, c""], Cancel::AtOnce, work, read)
}

/// A call on two paths. Its failure names the first.
pub fn on_paths(
    name: &'static CStr,
    first: &CStr,
    second: &CStr,
    work: impl FnOnce(&CStr, &CStr) -> c_int + Send + 'static,
) -> Promise {
    let work = move |first: &CStr, second: &CStr| checked(work(first, second));
    run(name, [first, second], Cancel::AtOnce, work, |_, _| unit())
}

/// A call on no path that gives something.
pub fn on_nothing<T: Send + 'static>(
    name: &'static CStr,
    work: impl FnOnce() -> Result<T, Errno> + Send + 'static,
    read: impl FnOnce(T, Block<T>) -> Outcome + Send + 'static,
) -> Promise {
    let work = move |_: &CStr, _: &CStr| work();
    run(name, [c""; 2], Cancel::AtOnce, work, read)
}

/// A call on a descriptor, which is held open meanwhile, that gives something.
pub fn on_fd_for<T: Send + 'static>(
    name: &'static CStr,
    fd: &Fd,
    cancel: Cancel,
    work: impl FnOnce(RawFd) -> Result<T, Errno> + Send + 'static,
    read: impl FnOnce(T, Block<T>) -> Outcome + Send + 'static,
) -> Promise {
    let raw = match fd.check(name) {
        Ok(raw) => raw,
        Err(exn) => return promise::failed(exn),
    };
    let hold = fd.hold();
    let work = move |_: &CStr, _: &CStr| {
        let done = work(raw);
        drop(hold);
        done
    };
    run(name, [c""; 2], cancel, work, read)
}

/// A call on a descriptor whose result says no more than whether it failed. It
/// is repeated when a signal broke it off.
pub fn on_fd(
    name: &'static CStr,
    fd: &Fd,
    mut work: impl FnMut(RawFd) -> c_int + Send + 'static,
) -> Promise {
    let work = move |raw| persistent(|| work(raw));
    on_fd_for(name, fd, Cancel::AtOnce, work, |_, _| unit())
}

/// The outcome of a call that gives nothing.
pub fn unit() -> Outcome {
    Ok(Value::UNIT)
}

/// A number as an outcome.
pub fn number(n: i64) -> Outcome {
    Ok(Value::plain(n as isize as usize as lwt_value))
}

impl<W, T, R> Call<W, T, R> {
    /// The paths behind a record.
    ///
    /// # Safety
    /// `run` made it, and the result is not used after its end.
    unsafe fn paths<'a>(this: *const Self) -> [&'a CStr; 2] {
        // SAFETY: two texts with their NUL, as `run` wrote them.
        unsafe {
            let first = this.add(1).cast::<c_char>();
            [first, first.add((*this).second)].map(|path| CStr::from_ptr(path))
        }
    }
}

unsafe extern "C" fn work_on<W, T, R>(job: *mut lwt_unix_job)
where
    W: FnOnce(&CStr, &CStr) -> Result<T, Errno>,
{
    let this = job.cast::<Call<W, T, R>>();
    // SAFETY: the record is the first field, and the worker's now.
    unsafe {
        let [first, second] = Call::paths(this);
        if let Some(work) = (*this).work.take() {
            (*this).done = Some(work(first, second));
        }
    }
}

unsafe extern "C" fn read_outcome<W, T, R>(job: *mut lwt_unix_job) -> lwt_value
where
    R: FnOnce(T, Block<T>) -> Outcome,
{
    let this = job.cast::<Call<W, T, R>>();
    // SAFETY: the record is the first field, and ours again; `work` is gone,
    // and what is left is moved out before the block is only memory.
    let outcome = unsafe {
        match ((*this).done.take(), (*this).read.take()) {
            (Some(Ok(done)), Some(read)) => read(done, Block(this.cast())),
            (failure, read) => {
                drop(read);
                let argument = match (*this).argument {
                    true => Call::paths(this)[0],
                    false => c"",
                };
                let errno = failure.and_then(Result::err).unwrap_or(libc::EIO);
                let exn = Exn::unix(errno, (*this).name, argument);
                drop(Block::<T>(this.cast()));
                Err(exn)
            }
        }
    };
    match outcome {
        Ok(value) => promise::call::own(value),
        Err(exn) => promise::call::raise(exn),
    }
}

unsafe extern "C" fn discard<W, T, R>(job: *mut lwt_unix_job) {
    let this = job.cast::<Call<W, T, R>>();
    // SAFETY: the record is the first field, and ours again.
    unsafe {
        this.drop_in_place();
        drop(Block::<T>(this.cast()));
    }
}
