//! The handles of engines, `lwt_engine`, and what can be done to the current
//! one. Owns nothing: an engine with its events is a `watch`. Calls `watch`
//! and the handles below.

use super::super::{after_fork_in_child, current};
use super::based::{Based, Wait};
use super::by_name;
use super::custom::{Custom, Operations};
use super::libev::Libev;
use super::sim::Sim;
use super::watch::Watch;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::handle::object::{self, Kind};
use crate::value::Env;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// Behind a handle.
struct Handle(Rc<Watch>);

fn handle(watch: Rc<Watch>) -> io::Result<*mut c_void> {
    let handle = object::new(Kind::Engine, Rc::new(Handle(watch)));
    match handle.is_null() {
        true => Err(io::Error::from_raw_os_error(libc::ENOMEM)),
        false => Ok(handle),
    }
}

fn engine(handle: *const c_void, function: &str) -> Result<Rc<Watch>, Exn> {
    // SAFETY: every handle of this kind is made by `handle`.
    let handle = unsafe { object::get::<Handle>(Kind::Engine, handle, function)? };
    Ok(handle.0.clone())
}

fn failed(error: io::Error, function: &CStr) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), function, c"")
}

/// A handle of a built-in engine.
///
/// # Safety
/// `name` is NULL or a string.
pub(crate) unsafe fn builtin(name: *const c_char) -> io::Result<*mut c_void> {
    let name = match name.is_null() {
        true => c"",
        // SAFETY: the caller says so.
        false => unsafe { CStr::from_ptr(name) },
    };
    handle(Watch::new(by_name(name.to_bytes())?))
}

/// A handle of an engine of virtual time.
pub(crate) fn sim(seed: u64) -> io::Result<*mut c_void> {
    handle(Watch::new(Box::new(Sim::new(seed))))
}

/// A handle of an engine in C.
///
/// # Safety
/// As [`Custom::new`].
pub(crate) unsafe fn custom(
    name: *const c_char,
    operations: Operations,
    engine: *mut c_void,
) -> io::Result<*mut c_void> {
    // SAFETY: the caller's promise.
    let engine = unsafe { Custom::new(name, operations, engine) };
    handle(Watch::new(Box::new(engine)))
}

/// A handle of an engine that is one function of C's.
///
/// # Safety
/// `name` is NULL or a string; the function may be called with `env`.
pub(crate) unsafe fn based(
    name: *const c_char,
    wait: Option<Wait>,
    env: Env,
) -> io::Result<*mut c_void> {
    match wait {
        Some(wait) if !name.is_null() => {
            // SAFETY: the caller says so.
            let name = unsafe { CStr::from_ptr(name) };
            handle(Watch::new(Box::new(Based::new(name, wait, env))))
        }
        _ => Err(io::Error::from_raw_os_error(libc::EINVAL)),
    }
}

/// The loop of an engine on libev.
pub(crate) fn libev_loop(handle: *const c_void) -> Option<*mut c_void> {
    let watch = engine(handle, "lwt_engine_libev_loop").ok()?;
    watch.engine.libev().map(Libev::share)
}

/// The backend of an engine on libev.
pub(crate) fn libev_backend(handle: *const c_void) -> Option<c_uint> {
    let watch = engine(handle, "lwt_engine_libev_backend").ok()?;
    watch.engine.libev().map(Libev::backend)
}

/// A new handle of the current engine.
pub(crate) fn get() -> io::Result<*mut c_void> {
    handle(current().watch.borrow().clone())
}

/// Is there an engine that `lwt_glib_install` has put there, or that it uses?
fn refuse_bound(engines: [&Watch; 2], function: &str) -> Result<(), Exn> {
    let taken = |watch: &&Watch| watch.engine.is_bound() || watch.lent.get();
    match engines.iter().any(taken) {
        true => Err(Exn::new(
            LWT_FAILURE,
            format!("{function}: GLib is installed (lwt_glib_remove)"),
        )),
        false => Ok(()),
    }
}

/// `Lwt_engine.set`.
pub(crate) fn set(engine_: *const c_void, transfer: bool, destroy: bool) -> Result<(), Exn> {
    let function = "lwt_engine_set";
    let new = engine(engine_, function)?;
    let old = current().watch.borrow().clone();
    if Rc::ptr_eq(&old, &new) {
        return Ok(());
    }
    refuse_bound([&old, &new], function)?;
    exchange(&new, transfer, destroy).map_err(|error| failed(error, c"lwt_engine_set"))
}

/// Makes another engine the current one. The error is errno's: the old one stays.
pub(crate) fn exchange(new: &Rc<Watch>, transfer: bool, destroy: bool) -> io::Result<()> {
    let scheduler = current();
    let old = scheduler.watch.borrow().clone();
    scheduler.notice_fork()?;
    scheduler.may_embed(new)?;
    if new.is_needed() {
        new.open_door(&scheduler.door)?;
    }
    if transfer && let Err(error) = old.transfer(new, &scheduler.door) {
        // Back again: they were there before.
        let _ = new.transfer(&old, &scheduler.door);
        return Err(error);
    }
    scheduler.watch.replace(new.clone());
    scheduler.begin_time(new);
    local().tell_loop();
    old.engine.settle();
    if destroy {
        old.stop_all();
    }
    Ok(())
}

/// The method `transfer`.
pub(crate) fn transfer(from: *const c_void, to: *const c_void) -> Result<(), Exn> {
    let function = "lwt_engine_transfer";
    let (from, to) = (engine(from, function)?, engine(to, function)?);
    if Rc::ptr_eq(&from, &to) {
        return Ok(());
    }
    refuse_bound([&from, &to], function)?;
    from.transfer(&to, &current().door)
        .map_err(|error| failed(error, c"lwt_engine_transfer"))
}

/// The method `destroy`.
pub(crate) fn destroy(handle: *mut c_void) -> Result<(), Exn> {
    // SAFETY: every handle of this kind is made by `handle`.
    let handle = unsafe { object::release::<Handle>(Kind::Engine, handle, "lwt_engine_destroy")? };
    handle.0.stop_all();
    Ok(())
}

/// Gives up a handle.
pub(crate) fn release(handle: *mut c_void) -> Result<(), Exn> {
    // SAFETY: every handle of this kind is made by `handle`.
    unsafe { object::release::<Handle>(Kind::Engine, handle, "lwt_engine_release")? };
    Ok(())
}

/// Calls what waits for the descriptor in the current engine.
pub(crate) fn fake_io(fd: RawFd) {
    let watch = current().watch.borrow().clone();
    watch.fake_io(fd);
}

/// How many events wait for reading or writing in the current engine.
pub(crate) fn count(write: bool) -> usize {
    current().watch.borrow().count(write)
}

/// How many timers the scheduler has.
pub(crate) fn timer_count() -> usize {
    current().timers.count()
}

/// The current engine's name. Valid as long as that engine is.
pub(crate) fn name() -> *const c_char {
    current().watch.borrow().engine.name().as_ptr()
}

/// Does the current engine deliver this signal?
pub(crate) fn forwards_signal(signal: c_int) -> bool {
    let watch = current().watch.borrow().clone();
    watch.engine.forwards_signal(signal)
}

/// In the child of a fork.
pub(crate) fn fork() -> Result<(), Exn> {
    after_fork_in_child().map_err(|error| failed(error, c"lwt_engine_fork"))
}
