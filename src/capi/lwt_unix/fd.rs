//! Descriptors.

use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{Promise, call, failed, resolved};
use crate::unix::fd::{self, Attempt, Fd, Mode, Side, State};
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A descriptor, `Lwt_unix.file_descr`: an operating system's descriptor with its
/// state, its mode, and those who wait for it. A handle of the thread that made
/// it. When the last reference to a descriptor is released that nobody has
/// closed, and no operation waits for it any more, it is closed; standard input,
/// output and error stay open.
#[repr(C)]
pub struct lwt_unix_fd {
    _private: [u8; 0],
}

/// What has become of a descriptor, `Lwt_unix.state`.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum lwt_unix_fd_state {
    /// It may be used.
    LWT_UNIX_OPENED,
    /// It was closed: operations fail with EBADF.
    LWT_UNIX_CLOSED,
    /// It was aborted: operations fail with the exception that lwt_unix_abort was
    /// given.
    LWT_UNIX_ABORTED,
}

/// A direction, `Lwt_unix.io_event`: what an operation waits for.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum lwt_unix_io_event {
    /// That the descriptor is readable.
    LWT_UNIX_READ,
    /// That it is writable.
    LWT_UNIX_WRITE,
}

/// What an action of lwt_unix_wrap_syscall says: it has succeeded.
pub const LWT_UNIX_DONE: c_int = 0;
/// It is to be called again when the descriptor is ready, `Lwt_unix.Retry`.
pub const LWT_UNIX_RETRY: c_int = 1;
/// The same, when it is readable, `Lwt_unix.Retry_read`.
pub const LWT_UNIX_RETRY_READ: c_int = 2;
/// The same, when it is writable, `Lwt_unix.Retry_write`.
pub const LWT_UNIX_RETRY_WRITE: c_int = 3;

/// An action on a descriptor, which is the operating system's and must not block.
/// It returns LWT_UNIX_DONE, having set `*value` if the result is not LWT_UNIT;
/// one of the other three to be called again; or, negative, that a system call
/// has failed, with errno set: EAGAIN and EINTR have it called again, any other
/// is the failure. It may call lwt_raise, which is the failure, and lwt_owned for
/// its value.
pub type lwt_unix_action_fn =
    Option<unsafe extern "C" fn(fd: c_int, value: *mut lwt_value, env: *mut c_void) -> c_int>;

/// What is behind a handle; for the other files of this header too.
pub(crate) fn of_handle(fd: *const lwt_unix_fd, function: &str) -> Result<Rc<Fd>, Exn> {
    Fd::of_handle(fd.cast(), function)
}

/// A new handle. NULL: out of memory.
pub(crate) fn into_handle(fd: Rc<Fd>) -> *mut lwt_unix_fd {
    Fd::into_handle(fd).cast()
}

/// Calls `f` with what is behind a handle: the promise of the answer.
pub(crate) fn with(
    fd: *const lwt_unix_fd,
    function: &str,
    f: impl FnOnce(Rc<Fd>) -> Promise,
) -> *mut lwt_t {
    match of_handle(fd, function) {
        Ok(fd) => f(fd).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// A number that came where C has `lwt_unix_io_event`.
fn side(event: c_int, function: &str) -> Result<Side, Exn> {
    match event {
        0 => Ok(Side::Read),
        1 => Ok(Side::Write),
        _ => Err(Exn::invalid(&format!("{function}: there is no such event"))),
    }
}

fn unit(done: Result<(), Exn>) -> Promise {
    match done {
        Ok(()) => resolved(Value::UNIT),
        Err(exn) => failed(exn),
    }
}

/// Makes a descriptor of the operating system's, which is the library's from now
/// on: lwt_unix_close, or the last lwt_unix_fd_release, closes it. Sockets and
/// pipes become non-blocking when they are first used; on all else calls are made
/// on workers. As lwt_unix_of_unix_file_descr(fd, -1, true).
///
/// Returns a handle that the caller owns; NULL if `fd` is negative, or memory ran
/// out. Nobody asks here whether `fd` is open: if it is not, its first use fails with
/// EBADF. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_of_fd(fd: c_int) -> *mut lwt_unix_fd {
    lwt_unix_of_unix_file_descr(fd, -1, true)
}

/// The same, `Lwt_unix.of_unix_file_descr`. `blocking` says how it is used: 0, each
/// call is tried, and tried again when the descriptor is ready; any positive
/// number, calls are made on workers; negative, it is found out when it is first
/// used: sockets and pipes don't block, all else does. `set_flags`: O_NONBLOCK is
/// made to fit that, when it is first used.
///
/// Returns as lwt_unix_of_fd.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_of_unix_file_descr(
    fd: c_int,
    blocking: c_int,
    set_flags: bool,
) -> *mut lwt_unix_fd {
    let mode = match blocking {
        0 => Mode::NonBlocking,
        1.. => Mode::Blocking,
        _ => Mode::Guess,
    };
    match fd < 0 {
        true => ptr::null_mut(),
        false => into_handle(Fd::new(fd, mode, set_flags)),
    }
}

/// Standard input, `Lwt_unix.stdin`: blocking, and its flags are left alone, as
/// other processes may share them. Each thread has one descriptor for it.
///
/// Returns a handle that the caller owns, another one each time; NULL: out of
/// memory. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_stdin() -> *mut lwt_unix_fd {
    into_handle(fd::stdin())
}

/// Standard output, `Lwt_unix.stdout`; otherwise as lwt_unix_stdin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_stdout() -> *mut lwt_unix_fd {
    into_handle(fd::stdout())
}

/// Standard error, `Lwt_unix.stderr`; otherwise as lwt_unix_stdin.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_stderr() -> *mut lwt_unix_fd {
    into_handle(fd::stderr())
}

/// One more reference to the same descriptor, owned by the caller. NULL: it is not
/// a descriptor of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fd_retain(fd: *const lwt_unix_fd) -> *mut lwt_unix_fd {
    object::retain(Kind::Fd, fd.cast()).cast()
}

/// Gives up a reference. Operations that wait go on; after them, and with the last
/// reference, a descriptor that was not closed is closed. Does nothing if the
/// handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_fd_release(fd: *mut lwt_unix_fd) {
    // SAFETY: every descriptor's handle is made of an `Fd`.
    drop(unsafe { object::release::<Fd>(Kind::Fd, fd.cast(), "") });
}

/// The operating system's number, `Lwt_unix.unix_file_descr`, also of a descriptor
/// that is closed; it may mean another file then. -1 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_unix_file_descr(fd: *const lwt_unix_fd) -> c_int {
    of_handle(fd, "").map_or(-1, |fd| fd.raw())
}

/// What has become of a descriptor, `Lwt_unix.state`. If it was aborted and `exn`
/// is not NULL, `*exn` is what it was aborted with, which the caller owns;
/// otherwise `*exn` is NULL. LWT_UNIX_CLOSED for a bad handle.
///
/// # Safety
/// `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_state(
    fd: *const lwt_unix_fd,
    exn: *mut *mut lwt_exn,
) -> lwt_unix_fd_state {
    let fd = of_handle(fd, "");
    if !exn.is_null() {
        let reason = fd.as_ref().ok().and_then(|fd| match fd.state() {
            State::Aborted => fd.reason(),
            _ => None,
        });
        // SAFETY: the caller's variable.
        unsafe { exn.write(reason.map_or(ptr::null_mut(), Exn::into_raw)) };
    }
    match fd.map_or(State::Closed, |fd| fd.state()) {
        State::Opened => lwt_unix_fd_state::LWT_UNIX_OPENED,
        State::Closed => lwt_unix_fd_state::LWT_UNIX_CLOSED,
        State::Aborted => lwt_unix_fd_state::LWT_UNIX_ABORTED,
    }
}

/// May the descriptor be used, `Lwt_unix.check_descriptor`? Returns a promise that
/// is resolved: fulfilled with LWT_UNIT, or failed with LWT_UNIX_ERROR, EBADF,
/// function "check_descriptor", if it was closed; with what lwt_unix_abort was
/// given if it was aborted; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_check_descriptor(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_check_descriptor", |fd| {
        unit(fd.check(c"check_descriptor").map(drop))
    })
}

/// Is the descriptor used as one that blocks, `Lwt_unix.blocking`? The value of the
/// promise, which is resolved, is LWT_INT(1) or LWT_INT(0). Finds it out where it
/// isn't known, and sets O_NONBLOCK, if that was asked for. Fails as
/// lwt_unix_check_descriptor.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_blocking(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_blocking", |fd| match fd.check(c"blocking") {
        Ok(_) => {
            let blocking = usize::from(fd.is_blocking());
            resolved(Value::plain(ptr::without_provenance_mut(blocking)))
        }
        Err(exn) => failed(exn),
    })
}

/// How the descriptor is used from now on, `Lwt_unix.set_blocking`; with `set_flags`
/// O_NONBLOCK is made to fit at once; it is taken away only when no operation waits
/// any more that tries when the descriptor is ready. Those go on as they began. The
/// promise of LWT_UNIT is resolved. It fails as
/// lwt_unix_check_descriptor, and with LWT_UNIX_ERROR, function "set_blocking".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_set_blocking(
    fd: *const lwt_unix_fd,
    blocking: bool,
    set_flags: bool,
) -> *mut lwt_t {
    with(fd, "lwt_unix_set_blocking", |fd| {
        unit(fd.set_blocking(blocking, set_flags))
    })
}

/// Closes a descriptor, `Lwt_unix.close`. From now on operations on it fail with
/// EBADF, and so do those that wait, in the order in which they began, before this
/// returns: first those that read. A job that uses the descriptor on a worker goes
/// on, and the operating system closes the descriptor after it.
///
/// Borrows `fd`. The promise of LWT_UNIT resolves when that is done: at once for a
/// socket that does not linger, else as a job. It fails with LWT_UNIX_ERROR: EBADF,
/// function "check_descriptor", if it was closed before; function "close" if
/// something that had been written could not be kept: closed it is all the same.
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. Cancelling undoes
/// nothing: while a job still uses the descriptor the promise fails with
/// LWT_CANCELED, and the descriptor is closed after that job all the same. A descriptor that was aborted can be closed.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_close(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_close", |fd| fd.close())
}

/// Aborts a descriptor, `Lwt_unix.abort`: operations that wait for it to be ready,
/// and all from now on, fail with `e`, lwt_unix_close excepted. Those that wait
/// fail before this returns. Operations that a worker has begun go on. Aborting
/// once more replaces the exception; nothing happens if it is closed.
///
/// Borrows `fd`, consumes `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT for a bad
/// handle or if `e` is no exception, LWT_WRONG_THREAD.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_abort(fd: *const lwt_unix_fd, e: *mut lwt_exn) -> c_int {
    let exn = Exn::from_raw(e);
    match (of_handle(fd, "lwt_unix_abort"), exn) {
        (Ok(fd), Some(exn)) => {
            fd.abort(exn);
            LWT_OK
        }
        (Err(bad), _) => bad.kind(),
        (Ok(_), None) => LWT_INVALID_ARGUMENT,
    }
}

/// Would reading not block now, `Lwt_unix.readable`? At the end of a file, and after
/// an error, it would not. False if the descriptor is closed or aborted, or the
/// handle bad: lwt_unix_check_descriptor tells.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_readable(fd: *const lwt_unix_fd) -> bool {
    of_handle(fd, "").is_ok_and(|fd| fd.is_ready(Side::Read))
}

/// Would writing not block now, `Lwt_unix.writable`? Otherwise as lwt_unix_readable.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_writable(fd: *const lwt_unix_fd) -> bool {
    of_handle(fd, "").is_ok_and(|fd| fd.is_ready(Side::Write))
}

/// Waits until the descriptor is readable, `Lwt_unix.wait_read`: the promise of
/// LWT_UNIT is fulfilled at once if it is, unless others wait, or an earlier read left
/// nothing: then when the engine reports it.
///
/// Borrows `fd`. Fails as lwt_unix_check_descriptor, also when the descriptor is
/// closed or aborted meanwhile; with LWT_UNIX_ERROR if the engine can't watch it;
/// with LWT_CANCELED: cancelling loses the place in the line, no byte.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_wait_read(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_wait_read", |fd| fd.wait(Side::Read))
}

/// Waits until the descriptor is writable, `Lwt_unix.wait_write`; otherwise as
/// lwt_unix_wait_read.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_wait_write(fd: *const lwt_unix_fd) -> *mut lwt_t {
    with(fd, "lwt_unix_wait_write", |fd| fd.wait(Side::Write))
}

/// An action of C's as one attempt. None: it is NULL, and the environment dropped.
fn action(
    f: lwt_unix_action_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
    side: Side,
) -> Option<impl FnMut(c_int) -> Attempt + 'static> {
    let env = Env::new(env, drop_env);
    let f = f?;
    Some(move |raw| {
        let (mut code, mut errno) = (0, 0);
        let outcome = call::value_of(f as usize, || {
            let mut value = ptr::null_mut();
            // SAFETY: the function and its environment came together from C; errno
            // is this thread's.
            unsafe {
                code = f(raw, &mut value, env.word());
                errno = *libc::__errno_location();
            }
            value
        });
        match (outcome, code) {
            (Err(exn), _) => Attempt::Done(Err(exn)),
            (Ok(value), LWT_UNIX_DONE) => Attempt::Done(Ok(value)),
            (Ok(_), LWT_UNIX_RETRY) => Attempt::For(side),
            (Ok(_), LWT_UNIX_RETRY_READ) => Attempt::For(Side::Read),
            (Ok(_), LWT_UNIX_RETRY_WRITE) => Attempt::For(Side::Write),
            (Ok(_), ..0) if errno == libc::EAGAIN || errno == libc::EINTR => Attempt::Again,
            (Ok(_), ..0) => Attempt::Done(Err(Exn::unix(errno, c"wrap_syscall", c""))),
            (Ok(_), _) => Attempt::Done(Err(Exn::invalid(
                "lwt_unix_wrap_syscall: what the action returned",
            ))),
        }
    })
}

type Register = fn(&Rc<Fd>, Side, Box<dyn FnMut(c_int) -> Attempt>) -> Promise;

fn run(
    event: c_int,
    fd: *const lwt_unix_fd,
    function: &str,
    (f, env, drop_env): (lwt_unix_action_fn, *mut c_void, lwt_drop_fn),
    register: Register,
) -> *mut lwt_t {
    let side = side(event, function);
    let action = action(f, env, drop_env, *side.as_ref().unwrap_or(&Side::Read));
    with(fd, function, |fd| match (side, action) {
        (Ok(side), Some(action)) => register(&fd, side, Box::new(action)),
        (Err(exn), _) => failed(exn),
        (_, None) => failed(Exn::invalid(&format!("{function}: the action is NULL"))),
    })
}

/// Performs an action on a descriptor, `Lwt_unix.wrap_syscall`, what new operations
/// are made of: `f` is called at once if it can't block, the descriptor being used
/// as one that doesn't or being ready now, and nobody waiting before it; and again
/// each time that the descriptor is ready for `event` (lwt_unix_io_event), as long
/// as it asks for that. The result is its value.
///
/// Borrows `fd`; `drop_env` runs once, after the last call of `f`. The promise fails
/// as the action does (LWT_UNIX_ERROR with function "wrap_syscall" if it returned a
/// negative number), as lwt_unix_check_descriptor, with LWT_INVALID_ARGUMENT if
/// there is no such event, `f` is NULL or returns another number, and with
/// LWT_CANCELED: then `f` is not called any more, which loses its place in the line.
/// On the descriptor's thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_wrap_syscall(
    event: c_int,
    fd: *const lwt_unix_fd,
    f: lwt_unix_action_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = (f, env, drop_env);
    run(event, fd, "lwt_unix_wrap_syscall", f, |fd, side, action| {
        fd.attempt(side, c"wrap_syscall", action)
    })
}

/// The same, `Lwt_unix.register_action`, but `f` is first called when the descriptor
/// is ready.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_register_action(
    event: c_int,
    fd: *const lwt_unix_fd,
    f: lwt_unix_action_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let f = (f, env, drop_env);
    run(
        event,
        fd,
        "lwt_unix_register_action",
        f,
        |fd, side, action| fd.register(side, c"register_action", action),
    )
}
