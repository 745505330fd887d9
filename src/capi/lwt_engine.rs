//! `lwt_engine.h`: descriptors and timers with plain callbacks, and the engine
//! that waits for them. Module Lwt_engine.

use super::lwt::kind;
use crate::abi::lwt_drop_fn;
use crate::promise::call;
use crate::scheduler::engine::based::{Wait, lwt_engine_poll_fd};
use crate::scheduler::engine::{custom, event, object};
use crate::scheduler::{self, main_loop, simulation};
use crate::value::Env;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::{io, ptr};

/// An event: a function that is called when a descriptor is ready or a timer
/// due. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_engine_event {
    _private: [u8; 0],
}

/// An engine: a way to wait, with the events that are registered with it. A
/// handle of the thread that made it.
#[repr(C)]
pub struct lwt_engine {
    _private: [u8; 0],
}

/// What an event calls. `event` is the handle that the event was made with,
/// so that the function can stop it.
pub type lwt_engine_event_fn =
    Option<unsafe extern "C" fn(event: *mut lwt_engine_event, env: *mut c_void)>;

/// What an engine written in C calls, with the argument it was given, to
/// report that a descriptor is ready or a timer due. It returns at once: what
/// waits is called after `iter` has returned.
pub type lwt_engine_ready_fn = Option<unsafe extern "C" fn(arg: *mut c_void)>;

/// An engine written in C: the operations of Lwt's engine class. All are
/// called on the thread of lwt_engine_new, with the `engine` given there.
///
/// The engine waits for descriptors, level-triggered, and for one timer at a
/// time. Wake-ups from other threads come through a descriptor that the
/// library registers as readable.
#[repr(C)]
pub struct lwt_engine_ops {
    /// sizeof(struct lwt_engine_ops), so that it can grow.
    pub size: usize,
    /// What lwt_engine_id tells; NULL: "custom". Copied.
    pub name: *const c_char,
    /// One turn: reports what is ready. If `block`, waits until something is,
    /// or a signal comes.
    pub iter: Option<unsafe extern "C" fn(engine: *mut c_void, block: bool)>,
    /// Frees the engine, after all has been unregistered. May be NULL.
    pub cleanup: Option<unsafe extern "C" fn(engine: *mut c_void)>,
    /// Has `ready(arg)` called each time that reading from `fd` would not
    /// block. Returns what `unregister` takes, or NULL if it can't be done.
    pub register_readable: Option<
        unsafe extern "C" fn(
            engine: *mut c_void,
            fd: c_int,
            ready: lwt_engine_ready_fn,
            arg: *mut c_void,
        ) -> *mut c_void,
    >,
    /// The same for writing.
    pub register_writable: Option<
        unsafe extern "C" fn(
            engine: *mut c_void,
            fd: c_int,
            ready: lwt_engine_ready_fn,
            arg: *mut c_void,
        ) -> *mut c_void,
    >,
    /// Has `ready(arg)` called after `delay` seconds, and every `delay`
    /// seconds if `repeat`. Returns what `unregister` takes, or NULL.
    pub register_timer: Option<
        unsafe extern "C" fn(
            engine: *mut c_void,
            delay: f64,
            repeat: bool,
            ready: lwt_engine_ready_fn,
            arg: *mut c_void,
        ) -> *mut c_void,
    >,
    /// Ends a registration; called once for each. `arg` is not used any more.
    pub unregister: Option<unsafe extern "C" fn(engine: *mut c_void, registration: *mut c_void)>,
    /// Does the engine deliver this signal itself? NULL: none.
    pub forwards_signal: Option<unsafe extern "C" fn(engine: *mut c_void, signal: c_int) -> bool>,
    /// In the child of a fork, before everything is registered anew. May be
    /// NULL.
    pub fork: Option<unsafe extern "C" fn(engine: *mut c_void)>,
}

/// What waits in the manner of poll(2), for lwt_engine_poll_based: changes the
/// `n` entries of `fds`, each of which asks for one descriptor, to what is
/// ready. Waits for `timeout` seconds at most; negative: until something is
/// ready. Returns a number that is not negative, or -1 with errno set.
pub type lwt_engine_poll_fn = Option<
    unsafe extern "C" fn(
        fds: *mut lwt_engine_poll_fd,
        n: usize,
        timeout: f64,
        env: *mut c_void,
    ) -> c_int,
>;

/// What waits in the manner of select(2), for lwt_engine_select_based: changes
/// the two sets to what is ready. Waits for `timeout` seconds at most;
/// negative: until something is ready. Returns a number that is not negative,
/// or -1 with errno set.
pub type lwt_engine_select_fn = Option<
    unsafe extern "C" fn(
        nfds: c_int,
        readfds: *mut libc::fd_set,
        writefds: *mut libc::fd_set,
        timeout: f64,
        env: *mut c_void,
    ) -> c_int,
>;

/// The handle, or NULL with errno set.
fn or_errno<T>(result: io::Result<*mut c_void>) -> *mut T {
    match result {
        Ok(handle) => handle.cast(),
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(libc::ENOMEM);
            // SAFETY: this thread's own.
            unsafe { *libc::__errno_location() = errno };
            ptr::null_mut()
        }
    }
}

/// The function of an event, which owns its environment. None: NULL was given.
fn function(
    f: lwt_engine_event_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> io::Result<impl Fn(*mut c_void) + 'static> {
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
    Ok(move |event: *mut c_void| {
        // SAFETY: the caller in C says that `f` may be called with `env`.
        call::unit_of(f as usize, || unsafe { f(event.cast(), env.word()) })
    })
}

/// One look for events. If `block`, waits until there is one, or a timer is
/// due; otherwise only looks. May be called with no main loop running, or
/// inside of one.
///
/// Returns LWT_OK; LWT_STALLED if `block` and there is nothing to wait for;
/// LWT_FAILURE if called by an engine that waits; LWT_UNIX_ERROR if the engine
/// can't wait. Of this thread's scheduler. Manual: `Lwt_engine.iter`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_iter(block: bool) -> c_int {
    kind(main_loop::iter(block))
}

/// Has `f(event, env)` called each time that reading from `fd` would not
/// block, until the event is stopped. If `fd` is closed meanwhile, `f` is
/// called once more, so that it finds the error.
///
/// Returns the event, or NULL with errno set: EINVAL if `f` is NULL, EBADF if
/// `fd` is no descriptor, ERANGE if it is too great for select, EMFILE or
/// ENFILE if the engine has none left for itself, ENOMEM. `drop_env` is called when the event has been stopped, or
/// could not be made. Of this thread's scheduler. Manual:
/// `Lwt_engine.on_readable`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_on_readable(
    fd: c_int,
    f: lwt_engine_event_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_engine_event {
    or_errno(function(f, env, drop_env).and_then(|f| event::on_fd(fd, false, f)))
}

/// The same for writing to `fd`. Manual: `Lwt_engine.on_writable`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_on_writable(
    fd: c_int,
    f: lwt_engine_event_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_engine_event {
    or_errno(function(f, env, drop_env).and_then(|f| event::on_fd(fd, true, f)))
}

/// Has `f(event, env)` called after `delay` seconds, never earlier, and if
/// `repeat` every `delay` seconds: each time counted from the call before, so
/// that it drifts and never has to catch up. Zero or negative: in the next
/// turn. Infinite: never.
///
/// Returns the event, which is to be stopped also if it has been called once
/// and for all, or NULL with errno set: EINVAL if `f` is NULL or `delay` is not
/// a number, ENOMEM. `drop_env` is called when the event has been stopped, or
/// could not be made. Of this thread's scheduler. Manual:
/// `Lwt_engine.on_timer`.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_on_timer(
    delay: f64,
    repeat: bool,
    f: lwt_engine_event_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_engine_event {
    or_errno(function(f, env, drop_env).and_then(|f| event::on_timer(delay, repeat, f)))
}

/// Stops an event, and consumes its handle: its function is not called any
/// more. May be called by that function itself. A second time it returns
/// LWT_INVALID_ARGUMENT and does nothing.
///
/// Returns LWT_OK, LWT_INVALID_ARGUMENT, or LWT_WRONG_THREAD. Manual:
/// `Lwt_engine.stop_event`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_stop_event(event: *mut lwt_engine_event) -> c_int {
    kind(event::stop(event.cast()))
}

/// Returns an event that is never called, and does nothing when it is stopped;
/// NULL if memory ran out. Manual: `Lwt_engine.fake_event`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_fake_event() -> *mut lwt_engine_event {
    or_errno(event::fake())
}

/// Calls all that waits for `fd`, first for reading, then for writing, as if it
/// were ready. Of this thread's scheduler. Manual: `Lwt_engine.fake_io`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_fake_io(fd: c_int) {
    object::fake_io(fd);
}

/// Returns how many events wait for reading in the current engine. Of this
/// thread's scheduler. Manual: `Lwt_engine.readable_count`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_readable_count() -> usize {
    object::count(false)
}

/// Returns how many events wait for writing in the current engine. Of this
/// thread's scheduler. Manual: `Lwt_engine.writable_count`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_writable_count() -> usize {
    object::count(true)
}

/// Returns how many timers there are: promises that sleep, and events of
/// lwt_engine_on_timer, which count until they are stopped. Of this thread's
/// scheduler. Manual: `Lwt_engine.timer_count`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_timer_count() -> usize {
    object::timer_count()
}

/// Returns a built-in engine by its name:
///
/// - "epoll": the default.
/// - "poll".
/// - "select": descriptors below FD_SETSIZE (1024) only; a greater one is
///   refused with ERANGE, by lwt_engine_on_readable or by lwt_engine_set.
/// - "io_uring": descriptors are waited for by poll requests in a ring. Never
///   with a polling thread of the kernel.
/// - "libev", or "libev:epoll", "libev:poll", "libev:select" and so on with the
///   backend: libev.so.4, which is loaded when it is first asked for.
/// - "sim", or "sim:7" with the seed: that of lwt_engine_sim.
///
/// The environment variable LWT_ENGINE takes the same names, for the engine
/// that every thread starts with. Where it names what can't be had, that is
/// epoll, and a line on standard error says so, once; lwt_engine_id tells which
/// it is.
///
/// NULL with errno set: EINVAL for any other name; ENOENT if libev is not
/// installed, ENOSYS if it lacks that backend; ENOSYS or EPERM if the kernel
/// has no io_uring that will do or forbids it, as in many containers; EMFILE or
/// ENFILE if the engine found no descriptor for itself; ENOMEM. The caller owns
/// it. Of this thread. Manual: the engines of `Lwt_engine`.
///
/// # Safety
/// `name` is NULL or a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_new_builtin(name: *const c_char) -> *mut lwt_engine {
    // SAFETY: the caller says so.
    or_errno(unsafe { object::builtin(name) })
}

/// Returns the engine of a deterministic simulation, for tests. It is a
/// simulation while it is the current one: virtual time begins with 0 when
/// lwt_engine_set makes it current, and timers that there are by then keep what
/// is left of theirs. The environment variable LWT_ENGINE=sim, or sim:7 with
/// the seed, starts every thread with it.
///
/// When there is nothing to do, time jumps to the next timer: no sleep takes
/// real time. Where Lwt leaves an order open, numbers drawn from `seed` choose
/// it: among descriptors that are ready at the same time, and whether all of
/// them are reported in one turn; which of the jobs (lwt_unix_run_job,
/// lwt_preemptive_detach) comes back first, and when; which of several
/// resolved promises lwt_choose takes. What has an order keeps it: timers of
/// equal deadlines, callbacks of one promise, notifications. The same seed
/// gives the same run, as far as nothing outside of the thread interferes.
///
/// - A turn of the main loop in which there is something to do takes a virtual
///   microsecond; otherwise the clock (lwt_engine_now) stands at the deadline
///   of the timer that fired last.
/// - Jobs are run by their workers, and take no virtual time: before each turn
///   the loop waits until they are done, or wait for it in
///   lwt_preemptive_run_in_main. One that takes a real second, maybe since it
///   waits for this loop in a way of its own, is left alone from then on: when
///   its result comes is not the seed's choice.
/// - Descriptors are looked at, not waited for, before time jumps. Pipes and
///   sockets of which the program holds both ends behave; what another process
///   or a network sends may come after any timer. Only when there is no timer
///   the loop waits in real time, as it does for signals, for the notifications
///   of other threads, and for what they post.
/// - Blocking calls and clocks of the system are as ever.
///
/// Returns NULL with errno ENOMEM; otherwise the caller owns it. Of this
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_sim(seed: u64) -> *mut lwt_engine {
    or_errno(object::sim(seed))
}

/// Is the current engine of this thread that of a simulation? If so, stores
/// its seed in `*seed`, which may be NULL.
///
/// # Safety
/// `seed` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_sim_seed(seed: *mut u64) -> bool {
    let current = simulation::seed();
    // SAFETY: the caller says that it is NULL or may be written.
    if let (Some(current), Some(seed)) = (current, unsafe { seed.as_mut() }) {
        *seed = current;
    }
    current.is_some()
}

/// Returns the time by which the timers of this thread go, in seconds: virtual
/// time in a simulation, else CLOCK_MONOTONIC.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_now() -> f64 {
    scheduler::now() as f64 / 1e9
}

/// Returns an engine written in C. `ops` is copied; `engine` is handed to its
/// functions, and `cleanup` called when the last handle is gone and the engine
/// is not in use. An engine of this sort may know sources of its own, so the
/// main loop never fails with LWT_STALLED while it is current.
///
/// NULL with errno set: EINVAL if `ops` is NULL, is of another size, or lacks
/// one of iter, register_readable, register_writable, register_timer and
/// unregister; ENOMEM. Manual: `Lwt_engine.abstract`.
///
/// # Safety
/// `ops` is NULL or points to as many bytes as it says, and its functions
/// may be called with `engine`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_new(
    ops: *const lwt_engine_ops,
    engine: *mut c_void,
) -> *mut lwt_engine {
    // SAFETY: the caller says that it is NULL or points to an lwt_engine_ops.
    let ops = unsafe { ops.as_ref() };
    let made = ops.and_then(operations).ok_or(libc::EINVAL);
    or_errno(
        made.map_err(io::Error::from_raw_os_error)
            // SAFETY: the caller says that these functions may be called.
            .and_then(|(name, operations)| unsafe { object::custom(name, operations, engine) }),
    )
}

/// The operations, if all that must be there are.
fn operations(ops: &lwt_engine_ops) -> Option<(*const c_char, custom::Operations)> {
    if ops.size != size_of::<lwt_engine_ops>() {
        return None;
    }
    let operations = custom::Operations {
        iter: ops.iter?,
        cleanup: ops.cleanup,
        register_readable: ops.register_readable?,
        register_writable: ops.register_writable?,
        register_timer: ops.register_timer?,
        unregister: ops.unregister?,
        forwards_signal: ops.forwards_signal,
        fork: ops.fork,
    };
    Some((ops.name, operations))
}

/// Returns an engine that waits by one function in the manner of poll(2).
/// `name` is what lwt_engine_id tells, and is copied. If `poll` fails with
/// EINTR nothing was ready; with EBADF, those that are no descriptors any more
/// are reported as ready, so that what is done with them finds the error; any
/// other error is one of the main loop, LWT_UNIX_ERROR. It must not look for
/// events itself.
///
/// NULL with errno set: EINVAL if `name` or `poll` is NULL, ENOMEM. `drop_env`
/// is called when the last handle is gone and the engine is not in use, or if
/// it could not be made. Of this thread. Manual: `Lwt_engine.poll_based`.
///
/// # Safety
/// `name` is NULL or a string; `poll` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_poll_based(
    name: *const c_char,
    poll: lwt_engine_poll_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_engine {
    let env = Env::new(env, drop_env);
    // SAFETY: the caller's promise.
    or_errno(unsafe { object::based(name, poll.map(Wait::Poll), env) })
}

/// Returns an engine that waits by one function in the manner of select(2), and
/// so only for descriptors below FD_SETSIZE. All else is as with
/// lwt_engine_poll_based. Manual: `Lwt_engine.select_based`.
///
/// # Safety
/// `name` is NULL or a string; `select` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_engine_select_based(
    name: *const c_char,
    select: lwt_engine_select_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_engine {
    let env = Env::new(env, drop_env);
    // SAFETY: the caller's promise.
    or_errno(unsafe { object::based(name, select.map(Wait::Select), env) })
}

/// Returns the `struct ev_loop *` of an engine on libev, for watchers of the
/// program's own; from then on the engine takes part in every turn, and the
/// main loop never fails with LWT_STALLED while it is current. The loop is the
/// engine's, and must not be run or destroyed. Borrows `engine`.
///
/// Returns NULL if it is another sort of engine, or a bad handle. Manual: the
/// method `loop` of `Lwt_engine.libev`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_libev_loop(engine: *const lwt_engine) -> *mut c_void {
    object::libev_loop(engine.cast()).unwrap_or(ptr::null_mut())
}

/// Returns which backend an engine on libev uses, one of libev's EVBACKEND_
/// bits; 0 if it is another sort of engine, or a bad handle. Borrows `engine`.
/// Manual: the method `backend` of `Lwt_engine.libev`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_libev_backend(engine: *const lwt_engine) -> c_uint {
    object::libev_backend(engine.cast()).unwrap_or(0)
}

/// Returns the current engine of this thread, owned by the caller; NULL with
/// errno set if memory ran out. Manual: `Lwt_engine.get`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_get() -> *mut lwt_engine {
    or_errno(object::get())
}

/// Makes `engine` the current one of this thread, also while the main loop
/// runs: it then takes effect in the next turn. Borrows `engine`.
///
/// If `transfer`, all events move over, and their handles stay good. Timers
/// are the scheduler's and not the engine's, and keep their deadlines (where
/// Lwt starts them anew). If `destroy`, the old engine is destroyed: the events
/// that are still registered with it are stopped.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle;
/// LWT_UNIX_ERROR if the engine can't take the events, or finds no descriptor
/// for itself: then the old engine stays, with its events; LWT_FAILURE while
/// GLib is installed (lwt_glib_install). Manual: `Lwt_engine.set`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_set(
    engine: *const lwt_engine,
    transfer: bool,
    destroy: bool,
) -> c_int {
    kind(object::set(engine.cast(), transfer, destroy))
}

/// Moves all events of one engine to another; their handles stay good. Borrows
/// both. Returns what lwt_engine_set does. Manual: the method `transfer`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_transfer(from: *const lwt_engine, to: *const lwt_engine) -> c_int {
    kind(object::transfer(from.cast(), to.cast()))
}

/// Stops every event of the engine, and gives up the handle. The current
/// engine goes on without events. Consumes `engine`. Returns LWT_OK,
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. Manual: the method `destroy`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_destroy(engine: *mut lwt_engine) -> c_int {
    kind(object::destroy(engine.cast()))
}

/// Gives up a handle; the engine stays while it is current. Consumes `engine`.
/// Returns what lwt_engine_destroy does.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_release(engine: *mut lwt_engine) -> c_int {
    kind(object::release(engine.cast()))
}

/// Returns the name of the current engine: "epoll", "poll", "select",
/// "io_uring", "libev" (with its backend if that was chosen: "libev:poll"),
/// "sim", or that of one written in C. Valid while that engine is. Never NULL.
/// Of this thread's scheduler. Manual: `Lwt_engine.id`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_id() -> *const c_char {
    object::name()
}

/// Does the current engine deliver this signal itself? Of this thread's
/// scheduler. Manual: `Lwt_engine.forwards_signal`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_forwards_signal(signal: c_int) -> bool {
    object::forwards_signal(signal)
}

/// In the child of a fork, on the thread that forked: the scheduler gets
/// descriptors of its own, timers go on, events are watched anew, and the jobs
/// of the parent are never resolved. The library notices a fork() by itself;
/// this is for a child that was made by a bare system call, and tells at once
/// whether it worked.
///
/// Returns LWT_OK, or LWT_UNIX_ERROR if there are no descriptors left. Of this
/// thread's scheduler. Manual: `Lwt_engine.fork`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_engine_fork() -> c_int {
    kind(object::fork())
}
