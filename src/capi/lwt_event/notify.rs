//! Modules Lwt_event and Lwt_signal: notifiers.

use super::event::{lwt_event, lwt_signal};
use super::{event, made, signal};
use crate::abi::*;
use crate::capi::closure::{served, shared as closure};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::react::lwt::Order;
use crate::react::lwt::notify::Notifier;
use std::ffi::c_void;
use std::rc::Rc;

/// A notifier, `Lwt_event.notifier`, `Lwt_signal.notifier`. A handle of the thread that
/// made it.
#[repr(C)]
pub struct lwt_react_notifier {
    _private: [u8; 0],
}

/// One more reference to the same notifier, owned by the caller. NULL: it is none of
/// this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_notifier_retain(
    notifier: *const lwt_react_notifier,
) -> *mut lwt_react_notifier {
    object::retain(Kind::Notifier, notifier.cast()).cast()
}

/// Gives up a reference. The notifier goes on, and can't be disabled any more once the
/// last one is gone. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_notifier_release(notifier: *mut lwt_react_notifier) {
    // SAFETY: every handle of this kind is made of a `Notifier`.
    drop(unsafe { object::release::<Notifier>(Kind::Notifier, notifier.cast(), "") });
}

/// Has the notifier's function called no more, `disable`, and its environment dropped,
/// at once. Calls that wait for their turn are not made; the promise of one that runs is
/// not cancelled. Borrows the notifier. False: it was disabled already, or the handle is
/// bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_disable(notifier: *const lwt_react_notifier) -> bool {
    // SAFETY: every handle of this kind is made of a `Notifier`.
    let notifier =
        unsafe { object::get::<Notifier>(Kind::Notifier, notifier.cast(), "lwt_react_disable") };
    notifier.is_ok_and(|notifier: Rc<Notifier>| notifier.disable())
}

fn event_notifier<F>(
    e: *const lwt_event,
    name: &str,
    f: Option<F>,
    notify: impl FnOnce(&crate::react::Event, F) -> Result<Notifier, Exn>,
) -> Option<Result<Notifier, Exn>> {
    Some(notify(&event(e, name).ok()?, f?))
}

fn signal_notifier<F>(
    s: *const lwt_signal,
    name: &str,
    f: Option<F>,
    notify: impl FnOnce(&crate::react::Signal, F) -> Result<Notifier, Exn>,
) -> Option<Result<Notifier, Exn>> {
    Some(notify(&signal(s, name).ok()?, f?))
}

fn handle(notifier: Option<Result<Notifier, Exn>>) -> *mut lwt_react_notifier {
    notifier.map_or(std::ptr::null_mut(), |notifier| {
        made(Kind::Notifier, notifier)
    })
}

fn always(notifier: Option<Result<Notifier, Exn>>) -> bool {
    matches!(notifier, Some(Ok(_)))
}

/// Has `f` called with each occurrence of `e`, `Lwt_event.notify`, until
/// lwt_react_disable; the notifier keeps the event. What `f` raises goes to the async
/// exception hook.
///
/// Borrows `e`, consumes `env`. `f` borrows the value. Returns the notifier, owned by
/// the caller: lwt_react_notifier_release, which does not disable it. NULL: a handle is
/// bad, `f` is NULL, or memory ran out. On the thread of the event.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_notify(
    e: *const lwt_event,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_react_notifier {
    let f = closure::unit(f, env, drop_env);
    handle(event_notifier(e, "lwt_event_notify", f, |x, f| x.notify(f)))
}

/// The same with a function that returns a promise, and borrows the value until that has
/// resolved, `Lwt_event.notify_p`: it is called in the step, also while others run. What
/// fails goes to the async exception hook.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_notify_p(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_react_notifier {
    let f = served::l1(f, env, drop_env);
    handle(event_notifier(e, "lwt_event_notify_p", f, |x, f| {
        x.notify_promised(Order::Parallel, f)
    }))
}

/// The same one after the other, `Lwt_event.notify_s`: the function is called when the
/// promise of the call before has resolved.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_notify_s(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_react_notifier {
    let f = served::l1(f, env, drop_env);
    handle(event_notifier(e, "lwt_event_notify_s", f, |x, f| {
        x.notify_promised(Order::Serial, f)
    }))
}

/// As lwt_event_notify, for as long as the thread lives, `Lwt_event.always_notify`.
/// False where that returns NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_always_notify(
    e: *const lwt_event,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let f = closure::unit(f, env, drop_env);
    always(event_notifier(e, "lwt_event_always_notify", f, |x, f| {
        x.notify(f)
    }))
}

/// As lwt_event_notify_p, for as long as the thread lives, `Lwt_event.always_notify_p`.
/// False where that returns NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_always_notify_p(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let f = served::l1(f, env, drop_env);
    always(event_notifier(e, "lwt_event_always_notify_p", f, |x, f| {
        x.notify_promised(Order::Parallel, f)
    }))
}

/// As lwt_event_notify_s, for as long as the thread lives, `Lwt_event.always_notify_s`.
/// False where that returns NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_always_notify_s(
    e: *const lwt_event,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let f = served::l1(f, env, drop_env);
    always(event_notifier(e, "lwt_event_always_notify_s", f, |x, f| {
        x.notify_promised(Order::Serial, f)
    }))
}

/// Has `f` called with the value of `s`, now and each time that it changes,
/// `Lwt_signal.notify`. As lwt_event_notify.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_notify(
    s: *const lwt_signal,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_react_notifier {
    let f = closure::unit(f, env, drop_env);
    handle(signal_notifier(s, "lwt_signal_notify", f, |x, f| {
        x.notify(f)
    }))
}

/// The same with a function that returns a promise, `Lwt_signal.notify_p`. As
/// lwt_event_notify_p.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_notify_p(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_react_notifier {
    let f = served::l1(f, env, drop_env);
    handle(signal_notifier(s, "lwt_signal_notify_p", f, |x, f| {
        x.notify_promised(Order::Parallel, f)
    }))
}

/// The same one after the other, `Lwt_signal.notify_s`. As lwt_event_notify_s.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_notify_s(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_react_notifier {
    let f = served::l1(f, env, drop_env);
    handle(signal_notifier(s, "lwt_signal_notify_s", f, |x, f| {
        x.notify_promised(Order::Serial, f)
    }))
}

/// As lwt_signal_notify, for as long as the thread lives, `Lwt_signal.always_notify`.
/// False where that returns NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_always_notify(
    s: *const lwt_signal,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let f = closure::unit(f, env, drop_env);
    always(signal_notifier(s, "lwt_signal_always_notify", f, |x, f| {
        x.notify(f)
    }))
}

/// As lwt_signal_notify_p, for as long as the thread lives, `Lwt_signal.always_notify_p`.
/// False where that returns NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_always_notify_p(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let f = served::l1(f, env, drop_env);
    always(signal_notifier(
        s,
        "lwt_signal_always_notify_p",
        f,
        |x, f| x.notify_promised(Order::Parallel, f),
    ))
}

/// As lwt_signal_notify_s, for as long as the thread lives, `Lwt_signal.always_notify_s`.
/// False where that returns NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_signal_always_notify_s(
    s: *const lwt_signal,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> bool {
    let f = served::l1(f, env, drop_env);
    always(signal_notifier(
        s,
        "lwt_signal_always_notify_s",
        f,
        |x, f| x.notify_promised(Order::Serial, f),
    ))
}
