//! `lwt_mvar.h`: module Lwt_mvar: mailboxes for one value.

use super::lwt::give;
use crate::abi::{NONE, lwt_drop_fn, lwt_t, lwt_value};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::failed;
use crate::sync::mvar::Mvar;
use crate::value::Value;
use std::rc::Rc;

/// A mailbox, `'a Lwt_mvar.t`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_mvar {
    _private: [u8; 0],
}

fn get(mvar: *const lwt_mvar, function: &str) -> Result<Rc<Mvar>, Exn> {
    // SAFETY: every mailbox's handle is made of an `Mvar`.
    unsafe { object::get(Kind::Mvar, mvar.cast(), function) }
}

/// Returns a mailbox with a plain word in it, `Lwt_mvar.create`, owned by the
/// caller: lwt_mvar_release. NULL: out of memory. On any thread, whose it then
/// is. Manual: "Mailbox variables".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_create(value: lwt_value) -> *mut lwt_mvar {
    lwt_mvar_create_owned(value, None)
}

/// As lwt_mvar_create, with a value that the mailbox owns. `drop` may be NULL;
/// it runs on the value also if memory runs out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_create_owned(value: lwt_value, drop: lwt_drop_fn) -> *mut lwt_mvar {
    object::new(Kind::Mvar, Mvar::new(Some(Value::new(value, drop)))).cast()
}

/// Returns a mailbox with nothing in it, `Lwt_mvar.create_empty`. Otherwise as
/// lwt_mvar_create.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_create_empty() -> *mut lwt_mvar {
    object::new(Kind::Mvar, Mvar::new(None)).cast()
}

/// One more reference to the same mailbox, owned by the caller. NULL: it is not
/// a mailbox of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_retain(mvar: *const lwt_mvar) -> *mut lwt_mvar {
    object::retain(Kind::Mvar, mvar.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_release(mvar: *mut lwt_mvar) {
    // SAFETY: every mailbox's handle is made of an `Mvar`.
    drop(unsafe { object::release::<Mvar>(Kind::Mvar, mvar.cast(), "") });
}

/// Puts a plain word into the mailbox, `Lwt_mvar.put`. If somebody waits for
/// one, it goes straight to the oldest who does, whose callbacks run as after
/// lwt_wakeup_later. Returns a promise of LWT_UNIT, fulfilled at once unless
/// the mailbox is full: then in its turn. Cancelling it withdraws the value.
///
/// Borrows `mvar`. The promise fails with LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED. On
/// the mailbox's thread. Manual: "Mailbox variables".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_put(mvar: *const lwt_mvar, value: lwt_value) -> *mut lwt_t {
    lwt_mvar_put_owned(mvar, value, None)
}

/// As lwt_mvar_put, with a value that is owned by the mailbox, and then by the
/// promise of who takes it. `drop` runs on it also when it is withdrawn, and
/// when the call fails; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_put_owned(
    mvar: *const lwt_mvar,
    value: lwt_value,
    drop: lwt_drop_fn,
) -> *mut lwt_t {
    let value = Value::new(value, drop);
    match get(mvar, "lwt_mvar_put") {
        Ok(mvar) => mvar.put(value).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Returns a promise of the value in the mailbox, which it takes out,
/// `Lwt_mvar.take`: at once if there is one, else in its turn. The oldest who
/// waits to put one in then does, and is woken as by lwt_wakeup_later.
/// Cancelling a wait leaves the queue.
///
/// Borrows `mvar`. The promise fails as that of lwt_mvar_put. On the mailbox's
/// thread. Manual: "Mailbox variables".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_take(mvar: *const lwt_mvar) -> *mut lwt_t {
    match get(mvar, "lwt_mvar_take") {
        Ok(mvar) => mvar.take().into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

/// Takes the value out of the mailbox as lwt_mvar_take does, if there is one
/// now, `Lwt_mvar.take_available`. Returns it, owned by the caller, and sets
/// `*drop` (which may be NULL) to what frees it, NULL for a plain word; or
/// LWT_NONE: it is empty, or the handle is bad.
///
/// Borrows `mvar`. On the mailbox's thread. Manual: "Mailbox variables".
///
/// # Safety
/// `drop` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_mvar_take_available(
    mvar: *const lwt_mvar,
    drop: *mut lwt_drop_fn,
) -> lwt_value {
    let mvar = get(mvar, "lwt_mvar_take_available").ok();
    let value = mvar.and_then(|mvar| mvar.take_available());
    let parts = value.map_or((NONE, None), Value::into_parts);
    // SAFETY: the caller's promise.
    unsafe { give(drop, parts) }
}

/// Is the mailbox empty, `Lwt_mvar.is_empty`? False for a bad handle. Manual:
/// "Mailbox variables".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_mvar_is_empty(mvar: *const lwt_mvar) -> bool {
    get(mvar, "lwt_mvar_is_empty").is_ok_and(|mvar| mvar.is_empty())
}
