//! Promises and streams of events, and events of them.

use super::event::lwt_event;
use super::{derived, event, given};
use crate::abi::*;
use crate::capi::closure;
use crate::capi::lwt::kind;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::{consumed as consumed_stream, given as given_stream};
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::{Promise, call, failed};
use crate::react::Event;
use crate::react::lwt::lost;
use crate::value::Env;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A function of C that takes and returns nothing, to be called by who has it.
pub(in crate::capi) fn action(
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> Option<impl FnMut() + 'static> {
    let env = Env::new(env, drop_env);
    // SAFETY: the function and its environment came together from C.
    f.map(|f| move || call::unit_of(f as usize, || unsafe { f(env.word()) }))
}

/// A copy of `e`; `f` is called once, when the copy is gone: nobody has a handle to it
/// any more, nothing is derived from it, and no promise of lwt_event_next waits for it,
/// `Lwt_react.E.with_finaliser`. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_with_finaliser(
    e: *const lwt_event,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    let f = action(f, env, drop_env);
    derived(e, "lwt_event_with_finaliser", f, |e, f| e.with_finaliser(f))
}

/// Waits for the next occurrence of `e`, `Lwt_react.E.next`: a promise of its value, which
/// others may show too. Made in a step in which `e` occurs, it is that occurrence: so
/// in the promise's own callback, which runs inside the step, the next is the same one.
/// And who waits a turn of the loop between two may miss some; lwt_event_to_stream misses
/// none.
///
/// Borrows `e`, which is kept until the promise has resolved, also if nobody has the promise
/// any more. Cancelling it stops listening, and loses nothing. Fails with
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_CANCELED, and if
/// memory ran out. On the thread of the event.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_next(e: *const lwt_event) -> *mut lwt_t {
    let next = event(e, "lwt_event_next").map(|event| event.next());
    next.unwrap_or_else(failed).into_raw()
}

/// The occurrences of `e`, not more often than `f` allows, `Lwt_react.E.limit`: one
/// occurs, and `f` is called; while the promise that it returns is pending, the latest
/// other one is remembered, and when that is over, it occurs, in a step of its own, and
/// `f` is called again. One that comes just when the promise resolves is neither
/// lost nor doubled.
///
/// A promise of `f` that fails is over as well; the failure goes to lwt_react_on_error.
/// When the result is gone, the promise is cancelled. As lwt_event_map otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_limit(
    e: *const lwt_event,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    const NAME: &str = "lwt_event_limit";
    let f = closure::thunk(NAME, f, env, drop_env);
    derived(e, NAME, f, |e, f| e.limit(f))
}

/// An event that occurs with the value of each promise that `f` returns, which is called
/// again and again, each time when the one before has resolved, `Lwt_react.E.from`. It
/// begins at the next pause of the main loop. A failure ends it; it goes to
/// lwt_react_on_error.
///
/// Consumes `env`. Where a promise was resolved already, `f` is called again only after a
/// pause (Lwt's would never let the loop run). Returns the event, owned by the caller:
/// when it is gone, the promise that it waits for is cancelled, and `f` is not called any
/// more. NULL: `f` is NULL, or memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_from(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_event {
    match closure::thunk("lwt_event_from", f, env, drop_env) {
        Some(f) => given(Event::from_function(f)),
        None => ptr::null_mut(),
    }
}

/// A stream of every occurrence from now on, however late it is read,
/// `Lwt_react.E.to_stream`. It keeps the event as long as it has a reader, and has no
/// end. An occurrence with LWT_NONE, which is no element, is left out, and the async
/// exception hook is told.
///
/// Borrows `e`. Returns the stream, owned by the caller: lwt_stream_release. NULL: the
/// handle is bad, or memory ran out. On the thread of the event.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_to_stream(e: *const lwt_event) -> *mut lwt_stream {
    match event(e, "lwt_event_to_stream").and_then(|event| event.to_stream()) {
        Ok(stream) => given_stream(stream),
        Err(_) => ptr::null_mut(),
    }
}

/// An event that occurs with the elements of `s`, `Lwt_react.E.of_stream`: it reads them
/// as they come, from the next pause of the main loop on. A failure ends it; it goes to
/// lwt_react_on_error.
///
/// Consumes `s`. Returns the event, owned by the caller: when it is gone, nothing is
/// read any more, and the stream given up. NULL: the handle is bad, or memory ran out.
/// On the thread of the stream.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_of_stream(s: *mut lwt_stream) -> *mut lwt_event {
    match consumed_stream(s, "lwt_event_of_stream") {
        Ok(stream) => given(Event::of_stream(stream)),
        Err(_) => ptr::null_mut(),
    }
}

/// An event that never occurs until `p` is fulfilled, and then is the event that is its
/// value, an `lwt_event *`, `Lwt_react.E.delay`; if it is fulfilled already, that very
/// event. If it fails, it is never; the failure goes to lwt_react_on_error.
///
/// Consumes `p`, and does not cancel it. Returns the event, owned by the caller. NULL: `p`
/// is no promise of this thread, its value no event, or memory ran out. A value that is
/// no event later on is told to the async exception hook.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_delay(p: *mut lwt_t) -> *mut lwt_event {
    const NAME: &str = "lwt_event_delay";
    match Promise::from_raw(p, NAME) {
        Ok(p) => given(Event::delay(p, |value: &Shared| {
            event(value.word().cast(), NAME)
        })),
        Err(_) => ptr::null_mut(),
    }
}

/// Keeps the event for as long as the thread lives, `Lwt_react.E.keep`. Borrows `e`.
/// Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_event_keep(e: *const lwt_event) -> c_int {
    kind(event(e, "lwt_event_keep").map(|event| event.keep()))
}

/// Has `f` told of the failures of this thread that come to nothing: of promises that
/// were to become occurrences (the functions in `_s` and `_p`, lwt_event_from,
/// lwt_event_of_stream, lwt_event_limit, lwt_event_delay and those of signals). Lwt
/// loses them, and so does this without a hook. With `f` NULL there is none.
///
/// Consumes `env`. `f` borrows the exception. What it raises is lost.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_react_on_error(f: lwt_exn_hook_fn, env: *mut c_void, drop_env: lwt_drop_fn) {
    let env = Env::new(env, drop_env);
    let Some(f) = f else {
        return lost::set_hook(None);
    };
    lost::set_hook(Some(Rc::new(move |exn: &Exn| {
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(exn.as_raw(), env.word()) };
        let ((), _) = call::other_of(f as usize, call);
    })));
}
