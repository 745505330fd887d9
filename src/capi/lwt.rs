//! `lwt.h`: module Lwt.

use crate::abi::*;
use crate::exn::{self, Exn, Hook};
use crate::handle::local::local;
use crate::handle::remote;
use crate::promise::node;
use crate::promise::pause::Notifier;
use crate::promise::seq::{self, bits};
use crate::promise::state::*;
use crate::promise::text::{self, lwt_string};
use crate::promise::values::{self, lwt_values};
use crate::promise::{self, background, call, cancel, group, pause, storage, wakener};
use crate::value::{DropFn, Env, Value};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;

fn to_promise(bits: u64) -> *mut lwt_t {
    bits as usize as *mut lwt_t
}

/// Text from C; NULL is empty.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
unsafe fn chars<'a>(text: *const c_char) -> &'a CStr {
    if text.is_null() {
        return c"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }
}

/// An array of promises from C.
///
/// # Safety
/// `promises` is NULL or the start of `n` handles.
unsafe fn array<'a>(
    name: &str,
    promises: *const *mut lwt_t,
    n: usize,
) -> Result<&'a [*mut lwt_t], u64> {
    if n == 0 {
        return Ok(&[]);
    }
    let refuse = |why: &str| {
        let exn = Exn::invalid(&format!("{name}: {why}"));
        Err(make(local(), Settled::exn(exn)))
    };
    if promises.is_null() {
        return refuse("the array is NULL");
    }
    if !promises.is_aligned() || n > isize::MAX as usize / size_of::<*mut lwt_t>() {
        return refuse("there can be no such array");
    }
    // SAFETY: the caller's promise; the size was just checked.
    Ok(unsafe { std::slice::from_raw_parts(promises, n) })
}

/// Stores a drop function where C wants it.
///
/// # Safety
/// `place` is NULL or may be written.
unsafe fn give(place: *mut lwt_drop_fn, (word, drop): (*mut c_void, Option<DropFn>)) -> lwt_value {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *place = drop };
    }
    word
}

/* ------------------------------------------------------------ exceptions */

/// Makes an exception.
///
/// `kind` is one of the `LWT_` kinds or one that `lwt_exn_register` gave; 0 and
/// negative numbers are no kinds and give an exception of kind
/// `LWT_INVALID_ARGUMENT`. `message`, for a person to read, is copied; NULL
/// stands for the kind's name.
///
/// Returns one reference, owned by the caller: lwt_exn_release. Never NULL.
/// Any thread. Manual: "Primitives for thread creation".
///
/// # Safety
/// `message` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_new(kind: c_int, message: *const c_char) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    unsafe { lwt_exn_new_owned(kind, message, ptr::null_mut(), None) }
}

/// Makes the exception of a failed system call: kind `LWT_UNIX_ERROR`, with a
/// message such as `mkdir: File exists: "/tmp/a"`.
///
/// `errnum` is the value of errno; `function` and `argument` are copied, NULL
/// stands for the empty string.
///
/// Returns one reference, owned by the caller: lwt_exn_release. Never NULL.
/// Any thread.
///
/// # Safety
/// `function` and `argument` are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_unix(
    errnum: c_int,
    function: *const c_char,
    argument: *const c_char,
) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    let (function, argument) = unsafe { (chars(function), chars(argument)) };
    Exn::unix(errnum, function, argument).into_raw()
}

/// Makes an exception that carries a payload.
///
/// As lwt_exn_new. `drop` (NULL: nothing to free) runs on `payload` once, with
/// the last reference, on the thread that gives it up.
///
/// # Safety
/// `message` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_new_owned(
    kind: c_int,
    message: *const c_char,
    payload: *mut c_void,
    drop: lwt_drop_fn,
) -> *mut lwt_exn {
    // SAFETY: the caller's promise.
    let text = unsafe { chars(message) };
    let payload = Value::new(payload, drop);
    let exn = if kind <= LWT_OK {
        Exn::with_payload(
            LWT_INVALID_ARGUMENT,
            "lwt_exn_new: not a kind of exception",
            payload,
        )
    } else if message.is_null() {
        Exn::with_payload(kind, exn::kind_name(kind), payload)
    } else {
        Exn::with_payload(kind, text.to_bytes(), payload)
    };
    exn.into_raw()
}

/// The payload of an exception, borrowed: it lives as long as the exception.
/// NULL if it has none, or if `e` is not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_payload(e: *const lwt_exn) -> *mut c_void {
    Exn::borrow_raw(e).map_or(ptr::null_mut(), |exn| exn.payload())
}

/// Adds a kind of exception to the process's, for lwt_exn_new. `name` is copied
/// and is the message of an exception of that kind that is given none; NULL
/// stands for "exception". Kinds are never removed. Returns the kind, above
/// all those of `lwt.h`. Any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_exn_register(name: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    let text = unsafe { chars(name) };
    exn::register_kind(if name.is_null() { c"exception" } else { text })
}

/// The kind of an exception: `LWT_CANCELED` and so on, or one of
/// lwt_exn_register's. `LWT_INVALID_ARGUMENT` if `e` is not an exception. Any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_kind(e: *const lwt_exn) -> c_int {
    Exn::borrow_raw(e).map_or(LWT_INVALID_ARGUMENT, |exn| exn.kind())
}

/// The message of an exception, for a person to read; borrowed: it lives as
/// long as the exception. Never NULL: if `e` is not an exception, it says so.
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_message(e: *const lwt_exn) -> *const c_char {
    match Exn::borrow_raw(e) {
        Some(exn) => exn.message().as_ptr(),
        None => c"lwt_exn_message: the handle is not an exception".as_ptr(),
    }
}

/// The value of errno of a `LWT_UNIX_ERROR`; 0 for other kinds, and if `e` is
/// not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_errno(e: *const lwt_exn) -> c_int {
    Exn::borrow_raw(e).map_or(0, |exn| exn.errno())
}

/// The system call that a `LWT_UNIX_ERROR` is about, borrowed. Empty for other
/// kinds, and if `e` is not an exception; never NULL. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_function(e: *const lwt_exn) -> *const c_char {
    Exn::borrow_raw(e).map_or(c"".as_ptr(), |exn| exn.function().as_ptr())
}

/// What the system call of a `LWT_UNIX_ERROR` was given, borrowed. Empty for
/// other kinds, and if `e` is not an exception; never NULL. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_argument(e: *const lwt_exn) -> *const c_char {
    Exn::borrow_raw(e).map_or(c"".as_ptr(), |exn| exn.argument().as_ptr())
}

/// One more reference to an exception, the same handle, owned by the caller.
/// If `e` is not an exception: a new one that says so. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_retain(e: *const lwt_exn) -> *mut lwt_exn {
    let exn = Exn::borrow_raw(e);
    exn.unwrap_or_else(|| Exn::invalid("lwt_exn_retain: the handle is not an exception"))
        .into_raw()
}

/// Gives up a reference to an exception; the last one frees it, and drops its
/// payload. Does nothing if `e` is not an exception. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_release(e: *mut lwt_exn) {
    drop(Exn::from_raw(e));
}

/// The exception that C hands over; a bad handle becomes one that says so.
fn take_exn(e: *mut lwt_exn, name: &str) -> Exn {
    Exn::from_raw(e)
        .unwrap_or_else(|| Exn::invalid(&format!("{name}: the handle is not an exception")))
}

/* ------------------------------------------------- creating and resolving */

/// A promise that is already fulfilled with a plain word, `Lwt.return`.
///
/// Owned by the caller. This thread's. When memory runs out: a promise that
/// failed with `LWT_OUT_OF_MEMORY`, or NULL if not even that can be had.
/// Manual: "Primitives for thread creation".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return(value: lwt_value) -> *mut lwt_t {
    to_promise(make(
        local(),
        Settled {
            state: RETURN,
            a: value as usize as u64,
            b: 0,
        },
    ))
}

/// A promise that is already fulfilled with a value that it owns: `drop` runs
/// on it once, after the promise's last reference is gone, unless the value is
/// moved out before. As lwt_return otherwise; `drop` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_return_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_t {
    to_promise(make(local(), Settled::value(Value::new(value, drop))))
}

/// A promise that has already failed, `Lwt.fail`. Consumes `e`. If `e` is not
/// an exception, the promise failed with `LWT_INVALID_ARGUMENT`. As lwt_return
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fail(e: *mut lwt_exn) -> *mut lwt_t {
    to_promise(make(local(), Settled::exn(take_exn(e, "lwt_fail"))))
}

/// A pending promise and its wakener, `Lwt.wait`. It can't be cancelled.
///
/// `*wakener` is owned by the caller, and is given up by the first wake-up,
/// lwt_wakener_release or lwt_wakener_forget. It keeps the promise alive.
/// Returns the promise, owned by the caller; this thread's. If `wakener` is
/// NULL: a promise that failed with `LWT_INVALID_ARGUMENT`; when memory runs
/// out as lwt_return, and `*wakener` is NULL. Manual: "Primitives for thread
/// creation".
///
/// # Safety
/// `wakener` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_wait(wakener: *mut *mut lwt_u) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { pair(WAIT, wakener) }
}

/// A pending promise and its wakener, `Lwt.task`. As lwt_wait, but lwt_cancel
/// makes it fail with `LWT_CANCELED`. Manual: "Cancelable threads".
///
/// # Safety
/// `wakener` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_task(wakener: *mut *mut lwt_u) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { pair(TASK, wakener) }
}

/// # Safety
/// `place` is NULL or may be written.
#[inline(always)]
unsafe fn pair(op: u8, place: *mut *mut lwt_u) -> *mut lwt_t {
    if place.is_null() {
        return no_place();
    }
    // SAFETY: the caller's promise; a handle is a number of 64 bits.
    to_promise(unsafe { wakener::make_pair(op, place.cast()) })
}

#[cold]
#[inline(never)]
extern "C" fn no_place() -> *mut lwt_t {
    let exn = Exn::invalid("lwt_wait, lwt_task: there is no place for the wakener");
    to_promise(make(local(), Settled::exn(exn)))
}

/// Fulfils a promise with a plain word, `Lwt.wakeup`. Its callbacks run, in
/// the order in which they were attached, before this returns.
///
/// Spends the wakener. Returns `LWT_OK`, also when the promise was cancelled
/// meanwhile (then nothing happens); `LWT_INVALID_ARGUMENT` if the wakener is
/// spent or none; `LWT_WRONG_THREAD` on a thread that is not the promise's.
/// Manual: "Primitives for thread creation".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup(wakener: *mut lwt_u, value: lwt_value) -> c_int {
    let settled = Settled {
        state: RETURN,
        a: value as usize as u64,
        b: 0,
    };
    wakener::wakeup(wakener as usize as u64, settled)
}

/// As lwt_wakeup, with a value that the promise then owns; see
/// lwt_return_owned. `drop` runs on the value also when it can't be used.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_owned(
    wakener: *mut lwt_u,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    wakener::wakeup(
        wakener as usize as u64,
        Settled::value(Value::new(value, drop)),
    )
}

/// Makes a promise fail, `Lwt.wakeup_exn`. Consumes `e` in any case. If `e` is
/// not an exception, returns `LWT_INVALID_ARGUMENT`, and the promise fails with
/// that kind. As lwt_wakeup otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_exn(wakener: *mut lwt_u, e: *mut lwt_exn) -> c_int {
    let exn = Exn::from_raw(e);
    wakener::wakeup_exn(
        "lwt_wakeup_exn",
        wakener as usize as u64,
        exn,
        wakener::wakeup,
    )
}

/// As lwt_wakeup, `Lwt.wakeup_later`: the promise is fulfilled at once, but
/// when this is called from a callback that a resolution runs, the promise's
/// callbacks run later, when the outermost resolution is about to finish, those
/// of several such promises in the order of the calls.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_later(wakener: *mut lwt_u, value: lwt_value) -> c_int {
    let settled = Settled {
        state: RETURN,
        a: value as usize as u64,
        b: 0,
    };
    wakener::wakeup_later(wakener as usize as u64, settled)
}

/// lwt_wakeup_later with a value that the promise then owns; see
/// lwt_wakeup_owned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_later_owned(
    wakener: *mut lwt_u,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    wakener::wakeup_later(
        wakener as usize as u64,
        Settled::value(Value::new(value, drop)),
    )
}

/// lwt_wakeup_later with a failure, `Lwt.wakeup_later_exn`. Consumes `e` in any
/// case.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_later_exn(wakener: *mut lwt_u, e: *mut lwt_exn) -> c_int {
    let exn = Exn::from_raw(e);
    wakener::wakeup_exn(
        "lwt_wakeup_later_exn",
        wakener as usize as u64,
        exn,
        wakener::wakeup_later,
    )
}

/// Gives up an unused wakener: its promise fails with `LWT_ABANDONED`, and its
/// callbacks run. Does nothing to a spent or a bad one. On the promise's
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakener_release(wakener: *mut lwt_u) {
    wakener::release(wakener as usize as u64);
}

/// Gives up an unused wakener: its promise stays pending for ever, no callback
/// runs, and what only the wakener kept alive is freed, environments dropped.
/// Does nothing to a spent or a bad one. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakener_forget(wakener: *mut lwt_u) {
    wakener::forget(wakener as usize as u64);
}

/* ------------------------------------------------------ state and references */

/// The state of a promise, `Lwt.state`. `LWT_SLEEP` for a bad handle. On the
/// promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_state(p: *const lwt_t) -> lwt_promise_state {
    promise::state_of(p as usize as u64)
}

/// The value of a fulfilled promise, borrowed: it lives as long as the promise
/// has references and nobody moves it out. `LWT_UNIT` unless lwt_state is
/// `LWT_RETURN`. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_value_of(p: *const lwt_t) -> lwt_value {
    promise::value_of(p as usize as u64)
}

/// The exception of a promise that failed, borrowed: it lives as long as the
/// promise has references. NULL unless lwt_state is `LWT_FAIL`. On the
/// promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_exn_of(p: *const lwt_t) -> *const lwt_exn {
    promise::exn_of(p as usize as u64) as usize as *const lwt_exn
}

/// Moves the value out of a fulfilled promise: the caller owns it, and frees it
/// as its drop function would have; whoever else looks at it sees `LWT_UNIT`.
/// A plain word is copied. Consumes `p`. `LWT_UNIT` unless lwt_state is
/// `LWT_RETURN`. On the promise's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_take(p: *mut lwt_t) -> lwt_value {
    promise::take(p as usize as u64).into_parts().0
}

/// As lwt_take, and stores the value's drop function in `*drop`: NULL for a
/// plain word. `drop` may be NULL.
///
/// # Safety
/// `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_take_with(p: *mut lwt_t, drop: *mut lwt_drop_fn) -> lwt_value {
    let parts = promise::take(p as usize as u64).into_parts();
    // SAFETY: the caller's promise.
    unsafe { give(drop, parts) }
}

/// One more reference to a promise: the same handle, owned by the caller. A
/// bad handle gives a promise that failed with `LWT_INVALID_ARGUMENT`, or
/// `LWT_WRONG_THREAD` on a thread that is not the promise's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_retain(p: *const lwt_t) -> *mut lwt_t {
    to_promise(promise::retain(p as usize as u64))
}

/// Gives up a reference to a promise. A pending promise goes on: its callbacks
/// run when it resolves. Does nothing to a bad handle. On the promise's thread;
/// elsewhere lwt_release_anywhere.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_release(p: *mut lwt_t) {
    promise::release(p as usize as u64);
}

/// Gives up a handle of any kind, from any thread: a reference to a promise, an
/// exception or an object; a wakener is forgotten. For the finalisers of other
/// runtimes.
///
/// It takes effect, and drop functions run, in the next turn of the owner's
/// main loop, or when the owner's thread ends; for an exception at once. Takes
/// a lock for a moment: not for signal handlers. Does nothing to a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_release_anywhere(handle: *mut c_void) {
    let bits = handle as usize as u64;
    if let Some(exn) = Exn::from_raw(handle.cast()) {
        return drop(exn);
    }
    if let Some(owner) = remote::owner_of(bits) {
        // A thread that has ended has given up all its handles.
        let _ = owner.post(Box::new(move || promise::release_handle(bits)));
    }
}

/* --------------------------------------------------- sequential composition */

/// When `p` is fulfilled, the result becomes the promise that `f` returns,
/// `Lwt.bind`; if `p` fails, so does the result, and `f` does not run.
///
/// If `p` is fulfilled already, `f` runs inside the call and its promise is the
/// result. Consumes `p` and `env`; `f` borrows the value, and the library owns
/// what it returns. Cancelling the result cancels `p`, or, once that is
/// fulfilled, what `f` returned.
///
/// Returns a promise, owned by the caller, that reports every failure: a bad
/// `p`, `f` being NULL or returning a bad handle as `LWT_INVALID_ARGUMENT`. On
/// the promise's thread: elsewhere the result failed with `LWT_WRONG_THREAD`,
/// and `p` stays as it was. Manual: "Primitives for thread composition".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bind(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    to_promise(seq::bind(p as usize as u64, f, env, drop_env))
}

/// As lwt_bind, but the value is moved: `f` owns it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bind_owned(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        BIND_OWNED,
        "lwt_bind_owned",
        p as usize as u64,
        bits(f),
        0,
        env,
    ))
}

/// As lwt_bind, with a function that returns a plain value, `Lwt.map`. It fails
/// with lwt_raise, and gives the value a drop function with lwt_owned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_map(
    p: *mut lwt_t,
    f: lwt_map_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        MAP,
        "lwt_map",
        p as usize as u64,
        bits(f),
        0,
        env,
    ))
}

/// When `p` fails, the result becomes the promise that `g` returns,
/// `Lwt.catch`; if `p` is fulfilled, so is the result. Otherwise as lwt_bind;
/// if `p` is fulfilled already, the result is `p` itself. Manual: "Primitives
/// for thread composition".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_catch(
    p: *mut lwt_t,
    g: lwt_exn_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        CATCH,
        "lwt_catch",
        p as usize as u64,
        bits(g),
        0,
        env,
    ))
}

/// When `p` resolves, the result becomes what `f` returns if it is fulfilled,
/// and what `g` returns if it failed, `Lwt.try_bind`. A failure of `f` is not
/// given to `g`. Otherwise as lwt_bind; both share `env`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_try_bind(
    p: *mut lwt_t,
    f: lwt_bind_fn,
    g: lwt_exn_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        TRY_BIND,
        "lwt_try_bind",
        p as usize as u64,
        bits(f),
        bits(g),
        env,
    ))
}

/// When `p` resolves, either way, `f` runs, and when the promise that it
/// returns is fulfilled, the result is `p`'s; if that fails, its failure is the
/// result, `Lwt.finalize`. Otherwise as lwt_bind.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_finalize(
    p: *mut lwt_t,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    let env = Env::new(env, drop_env);
    to_promise(seq::compose(
        FINALIZE,
        "lwt_finalize",
        p as usize as u64,
        bits(f),
        0,
        env,
    ))
}

/// `return lwt_raise(e);` makes the callback that is running fail. Consumes
/// `e`.
///
/// For callbacks that return a value, and good in those that return a promise
/// (what they return is then given up). In a callback that returns nothing, and
/// outside any callback, `e` goes to the async exception hook. Called twice in
/// one callback, the last one counts. Returns `LWT_UNIT`. On the thread where
/// the callback runs, a worker's included.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_raise(e: *mut lwt_exn) -> lwt_value {
    call::raise(take_exn(e, "lwt_raise"))
}

/// `return lwt_owned(value, free);` gives the value that the running callback
/// returns a drop function. If the callback then fails, or returns something
/// else, `value` is dropped. `drop` may be NULL. Returns `value`; outside any
/// callback nobody could own it: it is dropped, and `LWT_UNIT` returned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_owned(value: lwt_value, drop: lwt_drop_fn) -> lwt_value {
    call::own(Value::new(value, drop))
}

/* --------------------------------------------------------------- cancelling */

/// Cancels what a promise waits on, `Lwt.cancel`: the promises of lwt_task and
/// of cancelable operations that are found going back from `p` fail with
/// `LWT_CANCELED`, all of them first; then their callbacks run, cancel callbacks
/// before the others, before this returns. Does nothing if there is none, if
/// `p` is resolved, or if the handle is bad. On the promise's thread. Manual:
/// "Cancelable threads".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_cancel(p: *const lwt_t) {
    cancel::cancel(p as usize as u64);
}

/// Calls `f` if `p` is cancelled, `Lwt.on_cancel`: before all callbacks of
/// other kinds; now if it was cancelled already; never if it is resolved
/// otherwise. What `f` raises goes to the async exception hook.
///
/// Borrows `p`, consumes `env`. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` (bad
/// handle, or `f` is NULL), `LWT_WRONG_THREAD` or `LWT_OUT_OF_MEMORY`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_cancel(
    p: *const lwt_t,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::CANCEL, p, bits(f), 0, env, drop_env)
}

fn on(kind: u8, p: *const lwt_t, f: u64, g: u64, env: *mut c_void, drop_env: lwt_drop_fn) -> c_int {
    let given = |f: u64| (f != 0).then_some(f);
    node::on(
        kind,
        p as usize as u64,
        given(f),
        given(g),
        Env::new(env, drop_env),
    )
}

/// A promise that follows `p`, and that can be cancelled without cancelling
/// `p`, `Lwt.protected`. Consumes `p`; if it is resolved, it is the result
/// itself. A bad handle gives a promise that failed, as in lwt_bind.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_protected(p: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::follow(PROTECTED, "lwt_protected", p as usize as u64))
}

/// A promise that follows `p`, and that lwt_cancel does nothing to,
/// `Lwt.no_cancel`. As lwt_protected otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_no_cancel(p: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::follow(NO_CANCEL, "lwt_no_cancel", p as usize as u64))
}

/// A promise that follows `p`; cancelling it makes it fail at once, and cancels
/// `p` too, `Lwt.wrap_in_cancelable`. As lwt_protected otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wrap_in_cancelable(p: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::follow(
        WRAP,
        "lwt_wrap_in_cancelable",
        p as usize as u64,
    ))
}

/* --------------------------------------------------- concurrent composition */

/// Waits for all promises, `Lwt.join`: fulfilled with `LWT_UNIT` if all are;
/// otherwise failed, once all have resolved, like the first that failed (of
/// those that had failed before the call: the first in the array). Of none:
/// fulfilled.
///
/// Consumes the `n` promises, not the array. Cancelling the result cancels each.
/// Returns a promise, owned by the caller; failed with `LWT_INVALID_ARGUMENT` or
/// `LWT_WRONG_THREAD` if a handle is bad (the good ones are consumed all the
/// same), or if the array is NULL and `n` is not 0. Manual: "Primitives for
/// multi-thread composition".
///
/// # Safety
/// `promises` is NULL or the start of `n` handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_join(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    to_promise(unsafe { array("lwt_join", promises, n) }.map_or_else(|p| p, group::join))
}

/// Resolves like the first of the promises to resolve, `Lwt.choose`. Of several
/// that are resolved already, one that failed if there is any, by chance among
/// equals; that promise itself is the result. Of none: failed with
/// `LWT_INVALID_ARGUMENT`, as nothing could ever resolve it. Otherwise as
/// lwt_join.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_choose(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    to_promise(unsafe { array("lwt_choose", promises, n) }.map_or_else(|p| p, group::choose))
}

/// As lwt_choose, and cancels the other promises, `Lwt.pick`: they are
/// cancelled, and their callbacks run, before the result resolves.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_pick(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    to_promise(unsafe { array("lwt_pick", promises, n) }.map_or_else(|p| p, group::pick))
}

/// Moves the `i`th value out of an array: the caller owns it, and `LWT_UNIT` is
/// left. Stores its drop function in `*drop`, NULL for a plain word; `drop` may
/// be NULL. `LWT_UNIT` if there is no `i`th value or `values` is NULL. On the
/// thread where the array was made.
///
/// # Safety
/// `values` is NULL or an array that lives; `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_values_take(
    values: *mut lwt_values,
    i: usize,
    drop: *mut lwt_drop_fn,
) -> lwt_value {
    // SAFETY: the caller's promise.
    unsafe { give(drop, values::take_raw(values, i)) }
}

/// An array of `n` values, all `LWT_UNIT`, to be filled by lwt_values_set and
/// handed on: `return lwt_owned(values, drop)` where `drop` calls
/// lwt_values_release. Owned by the caller. NULL when memory runs out. To be
/// used on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_values_new(n: usize) -> *mut lwt_values {
    values::Values::new(n).map_or(ptr::null_mut(), |values| {
        values.into_bits() as usize as *mut lwt_values
    })
}

/// Puts a value at the `i`th place of an array, which then owns it; `drop` may
/// be NULL. What was there is dropped. Returns `LWT_OK`, or
/// `LWT_INVALID_ARGUMENT` if there is no such place or `values` is NULL; the
/// value is dropped then. On the thread where the array was made.
///
/// # Safety
/// `values` is NULL or an array that lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_values_set(
    values: *mut lwt_values,
    i: usize,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> c_int {
    // SAFETY: the caller's promise.
    if unsafe { values::set_raw(values, i, Value::new(value, drop)) } {
        LWT_OK
    } else {
        LWT_INVALID_ARGUMENT
    }
}

/// Frees an array that was moved out of a promise, and drops the values that
/// are left in it. Does nothing to NULL. On the thread where it was made.
///
/// # Safety
/// `values` is NULL or was moved out of a promise, and not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_values_release(values: *mut lwt_values) {
    // SAFETY: the caller's promise.
    unsafe { values::release_raw(values) }
}

/// Waits for all promises, `Lwt.all`: fulfilled with a `struct lwt_values *` of
/// their values, in the order of the array; failures as lwt_join. The result
/// owns the array.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_all(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let array = unsafe { array("lwt_all", promises, n) };
    to_promise(array.map_or_else(|p| p, |array| group::all("lwt_all", array)))
}

/// Waits for two promises, `Lwt.both`: lwt_all of `p` and `q`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_both(p: *mut lwt_t, q: *mut lwt_t) -> *mut lwt_t {
    to_promise(group::all("lwt_both", &[p, q]))
}

/// Waits until at least one of the promises has resolved, `Lwt.nchoose`:
/// fulfilled with a `struct lwt_values *` of the values of all that are
/// fulfilled then, in the order of the array; failed like the first of the
/// array that has failed then. Of none: as lwt_choose. Otherwise as lwt_all.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_nchoose(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    to_promise(unsafe { array("lwt_nchoose", promises, n) }.map_or_else(|p| p, group::nchoose))
}

/// As lwt_nchoose, and cancels the promises that are still pending,
/// `Lwt.npick`, before the result resolves.
///
/// # Safety
/// As lwt_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_npick(promises: *const *mut lwt_t, n: usize) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    to_promise(unsafe { array("lwt_npick", promises, n) }.map_or_else(|p| p, group::npick))
}

/// A copy of `len` bytes as text, for the value of a promise:
/// `return lwt_owned(lwt_string_new(data, len), drop);` where `drop` calls
/// lwt_string_release. Owned by the caller. NULL when memory runs out, or if
/// `data` is NULL and `len` is not 0. Any thread.
///
/// # Safety
/// `data` is NULL or `len` bytes long.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_string_new(data: *const c_char, len: usize) -> *mut lwt_string {
    if data.is_null() && len != 0 {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { text::copy(data, len) }
}

/// Frees text that was moved out of a promise, or made by lwt_string_new. Does
/// nothing to NULL. Any thread.
///
/// # Safety
/// `string` is NULL or such a text, not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_string_release(string: *mut lwt_string) {
    // SAFETY: the caller's promise.
    unsafe { text::release(string) }
}

/* ---------------------------------------------------- sequence-local storage */

/// A new key of sequence-local storage, `Lwt.new_key`. It is the process's, any
/// thread may use it, and it lives as long as the process. NULL when all four
/// thousand million are in use. Manual: "Threads local storage".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_new_key() -> *mut lwt_key {
    storage::new_key()
}

/// What a key is bound to at present on this thread, `Lwt.get`. Stores the
/// value, borrowed, in `*value`, which may be NULL. Returns false, and
/// `LWT_UNIT`, if the key is not bound or none.
///
/// # Safety
/// `value` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_get(key: *const lwt_key, value: *mut lwt_value) -> bool {
    let bound = storage::get(key);
    if !value.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *value = bound.unwrap_or(ptr::null_mut()) };
    }
    bound.is_some()
}

/// Runs `f` with a key bound, `Lwt.with_value`, and returns the promise that it
/// returns. Callbacks that are attached to pending promises meanwhile see the
/// binding when they run.
///
/// `*value` is copied; NULL hides the key. `drop_value` (may be NULL) runs on
/// the value once, after the last callback that could still see it. Consumes
/// `env`. Returns a promise that failed with `LWT_INVALID_ARGUMENT` if `key` is
/// no key or `f` is NULL; the value is dropped then. This thread's.
///
/// # Safety
/// `value` is NULL or may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_with_value(
    key: *const lwt_key,
    value: *const lwt_value,
    drop_value: lwt_drop_fn,
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let value = (!value.is_null()).then(|| Value::new(unsafe { *value }, drop_value));
    to_promise(storage::with_value(key, value, f, Env::new(env, drop_env)))
}

/* ----------------------------------------------------------------- pausing */

/// A cancelable promise that the next turn of the main loop fulfils,
/// `Lwt.pause`. Owned by the caller; this thread's. When memory runs out as
/// lwt_return.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_pause() -> *mut lwt_t {
    to_promise(pause::pause())
}

/// Fulfils the promises of lwt_pause that this thread has made so far, in that
/// order, `Lwt.wakeup_paused`; those paused meanwhile wait for the next call.
/// The main loop calls it in each turn.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_wakeup_paused() {
    pause::wakeup_paused();
}

/// How many promises were paused on this thread since the last
/// lwt_wakeup_paused, cancelled ones included, `Lwt.paused_count`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_paused_count() -> usize {
    pause::paused_count()
}

/// Leaves the promises of this thread that are paused pending for ever,
/// `Lwt.abandon_paused`: for the child after a fork.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_abandon_paused() {
    pause::abandon_paused();
}

/// Has `f` called with the count each time a promise is paused on this thread,
/// `Lwt.register_pause_notifier`, for a foreign loop that must then call
/// lwt_wakeup_paused. There is one notifier a thread: the one before is
/// replaced, its environment dropped. NULL: no notifier. Consumes `env`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_register_pause_notifier(
    f: Option<unsafe extern "C" fn(count: usize, env: *mut c_void)>,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    let env = Env::new(env, drop_env);
    pause::register_notifier(f.map(|f| Notifier {
        f,
        env: Rc::new(env),
    }));
}

/* --------------------------------------------------------- fire and forget */

/// Runs `f`, `Lwt.async`. A failure of the promise that it returns, now or
/// later, goes to the async exception hook; its value is dropped. Consumes
/// `env`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_async(f: lwt_thunk_fn, env: *mut c_void, drop_env: lwt_drop_fn) {
    background::run(f, Env::new(env, drop_env));
}

/// Replaces the async exception hook, `Lwt.async_exception_hook`: what becomes
/// of a failure that nobody handles. One for the process, called on the thread
/// where the failure was; it borrows the exception. The default one, which NULL
/// puts back, prints "Fatal error: exception ..." to the standard error and exits
/// with code 2. Any thread. The library owns `env` until the next call, whose
/// thread drops it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_set_async_exception_hook(
    f: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    let env = Env::new(env, drop_env);
    exn::set_hook(f.is_some().then_some(Hook { f, env }));
}

/// Stores the async exception hook and its environment, borrowed, in `*f` and
/// `*env`, each of which may be NULL: NULL for the default one. Any thread.
///
/// # Safety
/// `f` and `env` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_get_async_exception_hook(
    f: *mut lwt_exn_hook_fn,
    env: *mut *mut c_void,
) {
    let hook = exn::hook();
    let (function, word) = hook.map_or((None, ptr::null_mut()), |hook| (hook.f, hook.env.word()));
    // SAFETY: the caller's promise.
    unsafe {
        if !f.is_null() {
            *f = function;
        }
        if !env.is_null() {
            *env = word;
        }
    }
}

/// Runs `f`, `Lwt.dont_wait`. A failure of the promise that it returns, now or
/// later, goes to `on_exn`, which borrows the exception and shares `env`.
/// Consumes `env`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_dont_wait(
    f: lwt_thunk_fn,
    on_exn: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) {
    background::run_with(f, on_exn, Env::new(env, drop_env));
}

/// Calls `f` with the value when `p` is fulfilled, `Lwt.on_success`: now if it
/// is already. Otherwise as lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_success(
    p: *const lwt_t,
    f: lwt_value_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::SUCCESS, p, bits(f), 0, env, drop_env)
}

/// Calls `f` with the exception when `p` fails, `Lwt.on_failure`: now if it has
/// already. Otherwise as lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_failure(
    p: *const lwt_t,
    f: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::FAILURE, p, bits(f), 0, env, drop_env)
}

/// Calls `f` when `p` resolves, either way, `Lwt.on_termination`: now if it has
/// already. Otherwise as lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_termination(
    p: *const lwt_t,
    f: lwt_unit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::TERMINATION, p, bits(f), 0, env, drop_env)
}

/// Calls `f` with the value, or `g` with the exception, when `p` resolves,
/// `Lwt.on_any`: now if it has already. Both share `env`. Otherwise as
/// lwt_on_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_on_any(
    p: *const lwt_t,
    f: lwt_value_fn,
    g: lwt_exn_hook_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> c_int {
    on(node::ANY, p, bits(f), bits(g), env, drop_env)
}
