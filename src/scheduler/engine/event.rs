//! The handles of events, `lwt_engine_event`: what `lwt_engine_on_readable`
//! and its kin return. Owns the link from a handle to what it stops. Calls
//! `watch`, `timers` and the handles below.

use super::watch::FdEvent;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use std::cell::Cell;
use std::ffi::c_void;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

/// What a handle stops.
enum Event {
    Fd(Rc<FdEvent>),
    Timer(u32),
    Fake,
}

/// Behind a handle. Whichever way the handle goes, the event stops.
struct Registration(Cell<Option<Event>>);

impl Drop for Registration {
    fn drop(&mut self) {
        stop_event(self.0.take());
    }
}

fn stop_event(event: Option<Event>) {
    match event {
        Some(Event::Fd(event)) => event.stop(),
        Some(Event::Timer(number)) => {
            // After the end of the thread there is nothing to stop.
            if let Some(scheduler) = super::super::existing() {
                scheduler.timers.stop(number);
            }
        }
        Some(Event::Fake) | None => {}
    }
}

/// A handle for an event whose function is to be told the handle.
fn register(
    function: impl Fn(*mut c_void) + 'static,
    make: impl FnOnce(Rc<dyn Fn()>) -> io::Result<Event>,
) -> io::Result<*mut c_void> {
    let told = Rc::new(Cell::new(std::ptr::null_mut()));
    let call = {
        let told = told.clone();
        Rc::new(move || function(told.get()))
    };
    let event = make(call)?;
    let registration = Rc::new(Registration(Cell::new(Some(event))));
    let handle = object::new(Kind::EngineEvent, registration);
    if handle.is_null() {
        return Err(io::Error::from_raw_os_error(libc::ENOMEM));
    }
    told.set(handle);
    Ok(handle)
}

/// Calls `function` with the handle that this returns, each time that the
/// descriptor is ready. The error is errno's.
pub(crate) fn on_fd(
    fd: RawFd,
    write: bool,
    function: impl Fn(*mut c_void) + 'static,
) -> io::Result<*mut c_void> {
    let scheduler = super::super::current();
    scheduler.notice_fork()?;
    let watch = scheduler.watch.borrow().clone();
    register(function, |call| {
        watch.add(&scheduler.door, fd, write, call).map(Event::Fd)
    })
}

/// Calls `function` with the handle after the delay, once or again and again.
/// `delay` is in seconds; not a number: EINVAL.
pub(crate) fn on_timer(
    delay: f64,
    repeat: bool,
    function: impl Fn(*mut c_void) + 'static,
) -> io::Result<*mut c_void> {
    let timers = &super::super::current().timers;
    let delay = super::super::clock::nanoseconds(delay)
        .ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
    register(function, |call| {
        Ok(Event::Timer(timers.on_timer(delay, repeat, call)))
    })
}

/// A handle that stops nothing.
pub(crate) fn fake() -> io::Result<*mut c_void> {
    register(|_| {}, |_| Ok(Event::Fake))
}

/// Stops the event and gives up the handle.
pub(crate) fn stop(handle: *mut c_void) -> Result<(), Exn> {
    // SAFETY: every handle of this kind is made by `register`.
    let registration = unsafe {
        object::release::<Registration>(Kind::EngineEvent, handle, "lwt_engine_stop_event")?
    };
    stop_event(registration.0.take());
    Ok(())
}
