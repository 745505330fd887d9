//! Events, what makes them occur, and steps.

use super::{event, given, made, shared};
use crate::abi::*;
use crate::capi::lwt::{give, kind};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::react::{Event, Sender, Step};
use crate::value::{Env, Value};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// An event, `'a React.event`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_event {
    _private: [u8; 0],
}
/// What makes a primitive event occur. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_event_sender {
    _private: [u8; 0],
}
/// A signal, `'a React.signal`: see `lwt_signal.h`. A handle of the thread that made
/// it.
#[repr(C)]
pub struct lwt_signal {
    _private: [u8; 0],
}
/// A step, `React.step`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_react_step {
    _private: [u8; 0],
}

/// A function that is a value: of `lwt_event_app`, `lwt_event_accum`,
/// `lwt_signal_app` and `lwt_signal_accum`. Whoever makes such a value sees to it that
/// it lives as long as the value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_react_function {
    /// The function, which borrows its argument.
    pub call: lwt_map_fn,
    /// What it is called with.
    pub env: *mut c_void,
}

/// Makes a primitive event, `React.E.create`, and stores in `*sender` what makes it
/// occur. The caller owns both: lwt_event_release, lwt_event_sender_release. The sender
/// keeps the event alive.
///
/// NULL: `sender` is NULL, or memory ran out. On any thread, whose both then are.
///
/// # Safety
/// `sender` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_event_create(sender: *mut *mut lwt_event_sender) -> *mut lwt_event {
    // SAFETY: the caller's promise.
    let Some(place) = (unsafe { sender.as_mut() }) else {
        return std::ptr::null_mut();
    };
    let (event, sender) =
        Event::create().map_or_else(|e| (Err(e), None), |(e, s)| (Ok(e), Some(s)));
    *place = match sender {
        Some(sender) => object::new(Kind::EventSender, Rc::new(sender)).cast(),
        None => std::ptr::null_mut(),
    };
    given(event)
}

/// Returns an event that never occurs, `React.E.never`, owned by the caller. NULL:
/// memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_never() -> *mut lwt_event {
    given(Event::never())
}

/// One more reference to the same event, owned by the caller. NULL: it is not an event
/// of this thread. (`React.E.retain` is `lwt_event_retain_value`.)
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_retain(event: *const lwt_event) -> *mut lwt_event {
    object::retain(Kind::Event, event.cast()).cast()
}

/// Gives up a reference. With the last one, to a derived event from which nothing
/// is derived, its function is not called any more, and its environment is dropped
/// before this returns. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_release(event: *mut lwt_event) {
    // SAFETY: every event's handle is made of an `Event`.
    drop(unsafe { object::release::<Event>(Kind::Event, event.cast(), "") });
}

/// One more reference to the same sender, owned by the caller. NULL: it is not a sender
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_sender_retain(
    sender: *const lwt_event_sender,
) -> *mut lwt_event_sender {
    object::retain(Kind::EventSender, sender.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_sender_release(sender: *mut lwt_event_sender) {
    // SAFETY: every sender's handle is made of a `Sender`.
    drop(unsafe { object::release::<Sender>(Kind::EventSender, sender.cast(), "") });
}

fn sender(sender: *const lwt_event_sender, name: &str) -> Result<Rc<Sender>, Exn> {
    // SAFETY: every sender's handle is made of a `Sender`.
    unsafe { object::get(Kind::EventSender, sender.cast(), name) }
}

/// Makes the event occur with `value`, the function that `React.E.create` returns: an
/// update step, in which all that depends on the event is updated before this returns.
/// Inside a step, the event occurs in one of its own, right after that one.
///
/// Borrows `sender`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle. What functions raise in the step goes to the async exception hook.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_send(s: *const lwt_event_sender, value: lwt_value) -> c_int {
    lwt_event_send_owned(s, value, None)
}

/// The same with a value that `drop` frees, when the step is over and nobody shows it
/// any more, and also if this fails.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_send_owned(
    s: *const lwt_event_sender,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    let value = shared(value, drop);
    kind(sender(s, "lwt_event_send").map(|sender| sender.send(value)))
}

/// Has the event occur with `value` when the step is executed, together with all else
/// that is in it, `send ~step`. Borrows both. As lwt_event_send; it also fails with
/// LWT_INVALID_ARGUMENT if the step was executed, or has the event in it already.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_send_in(
    step: *const lwt_react_step,
    s: *const lwt_event_sender,
    value: lwt_value,
) -> c_int {
    lwt_event_send_in_owned(step, s, value, None)
}

/// The same with a value that `drop` frees, also if this fails, or the step is never
/// executed.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_send_in_owned(
    step: *const lwt_react_step,
    s: *const lwt_event_sender,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    const NAME: &str = "lwt_event_send_in";
    let value = shared(value, drop);
    let sent = get_step(step, NAME).and_then(|step| sender(s, NAME)?.send_in(&step, value));
    kind(sent)
}

/// Returns an empty step, `React.Step.create`, owned by the caller:
/// lwt_react_step_release. NULL: memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_step_create() -> *mut lwt_react_step {
    made(Kind::Step, Ok(Step::new()))
}

/// One more reference to the same step, owned by the caller. NULL: it is not a step
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_step_retain(step: *const lwt_react_step) -> *mut lwt_react_step {
    object::retain(Kind::Step, step.cast()).cast()
}

/// Gives up a reference; the values in a step that was not executed are dropped with the
/// last one. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_step_release(step: *mut lwt_react_step) {
    // SAFETY: every step's handle is made of a `Step`.
    drop(unsafe { object::release::<Step>(Kind::Step, step.cast(), "") });
}

pub(in crate::capi) fn get_step(step: *const lwt_react_step, name: &str) -> Result<Rc<Step>, Exn> {
    // SAFETY: every step's handle is made of a `Step`.
    unsafe { object::get(Kind::Step, step.cast(), name) }
}

/// Executes the step, `React.Step.execute`: all that is in it is simultaneous, and what
/// depends on it is updated before this returns; inside a step, right after that one.
///
/// Borrows `step`. Returns LWT_OK; LWT_INVALID_ARGUMENT if it was executed already, and
/// that or LWT_WRONG_THREAD for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_step_execute(step: *const lwt_react_step) -> c_int {
    kind(get_step(step, "lwt_react_step_execute").and_then(|step| step.execute()))
}

/// Are they the same event, `React.E.equal`? All those of `lwt_event_never` are. Borrows
/// both. False for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_equal(a: *const lwt_event, b: *const lwt_event) -> bool {
    const NAME: &str = "lwt_event_equal";
    matches!((event(a, NAME), event(b, NAME)), (Ok(a), Ok(b)) if a.equal(&b))
}

/// Has the event never occur again, `React.E.stop`: it gives up what it is derived from,
/// its function is not called any more, and to send it is to do nothing. In the step
/// that runs, what it has occurred with already stays.
///
/// Borrows `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_stop(e: *const lwt_event) -> c_int {
    kind(event(e, "lwt_event_stop").map(|event| event.stop(false)))
}

/// The same, and so with what it is derived from and nothing else is, and so on, also if
/// there are handles to that, `React.E.stop ~strong:true`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_stop_strongly(e: *const lwt_event) -> c_int {
    kind(event(e, "lwt_event_stop_strongly").map(|event| event.stop(true)))
}

/// Ties `value` to the event, which then owns it and drops it when it is freed,
/// `React.E.retain`. What was tied to it before is the caller's: `*previous`, LWT_UNIT if
/// there was nothing, and `*drop_previous`; with `previous` NULL it is dropped.
///
/// Borrows `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT if `e` is `lwt_event_never`'s, and
/// that or LWT_WRONG_THREAD for a bad handle; then `value` is dropped.
///
/// # Safety
/// `previous` and `drop_previous` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_event_retain_value(
    e: *const lwt_event,
    value: lwt_value,
    drop: lwt_drop_fn,
    previous: *mut lwt_value,
    drop_previous: *mut lwt_drop_fn,
) -> c_int {
    let value = Env::new(value, drop);
    let kept = event(e, "lwt_event_retain_value").and_then(|event| event.retain(value));
    // SAFETY: the caller's promise.
    unsafe { retained(kept, previous, drop_previous) }
}

/// Hands out what was tied to an event or a signal before.
///
/// # Safety
/// Both are NULL or may be written.
pub(in crate::capi) unsafe fn retained(
    before: Result<Option<Env>, Exn>,
    previous: *mut lwt_value,
    drop_previous: *mut lwt_drop_fn,
) -> c_int {
    kind(before.map(|before| {
        let before = before.unwrap_or(Value::UNIT);
        // SAFETY: the caller's promise.
        if let Some(previous) = unsafe { previous.as_mut() } {
            // SAFETY: as above.
            *previous = unsafe { give(drop_previous, before.into_parts()) };
        }
    }))
}
