//! `lwt_io.h`, atomic and direct access. Module Lwt_io.

use super::channel::lwt_io_channel;
use super::{borrowed, given, promised};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::exn::Exn;
use crate::handle::object;
use crate::io::Channel;
use crate::io::direct::lwt_io_direct;
use crate::promise::{Promise, call, failed};
use crate::value::Env;
use std::ffi::{c_char, c_void};
use std::rc::Rc;

/// What is done with a channel that one has for oneself.
pub type lwt_io_atomic_fn =
    Option<unsafe extern "C" fn(channel: *const lwt_io_channel, env: *mut c_void) -> *mut lwt_t>;
/// What is done with so many bytes.
pub type lwt_io_block_fn =
    Option<unsafe extern "C" fn(data: *mut c_char, size: usize, env: *mut c_void) -> *mut lwt_t>;
/// What is done with a channel's buffer.
pub type lwt_io_direct_fn = Option<
    unsafe extern "C" fn(
        channel: *const lwt_io_channel,
        access: *mut lwt_io_direct,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// A handle for the time that a function has it.
pub(super) struct Lent(pub(super) *mut lwt_io_channel);

impl Lent {
    pub(super) fn of(channel: Rc<Channel>) -> Result<Lent, Exn> {
        let handle = given(channel);
        match handle.is_null() {
            true => Err(Exn::out_of_memory()),
            false => Ok(Lent(handle)),
        }
    }

    /// It is given up when the promise has resolved.
    pub(super) fn until(self, promise: Promise) -> Promise {
        if promise.is_pending() {
            unsafe extern "C" fn release(handle: *mut c_void) {
                object::release_any(handle as usize as u64);
            }
            let handle = std::mem::ManuallyDrop::new(self).0;
            // What is wrong, that memory ran out, is nobody's to hear.
            let _ = crate::promise::watch(&promise, Env::new(handle.cast(), Some(release)));
        }
        promise
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        object::release_any(self.0 as usize as u64);
    }
}

/// Calls `f(handle, env)` when nobody else uses the channel, `Lwt_io.atomic`, with a handle of
/// its own; all others wait until the promise that `f` returns has resolved. Operations on the
/// handle are performed at once, or in their turn; it can't be closed. When the promise has
/// resolved the handle is released by the library; who has retained it finds that all
/// operations on it fail with LWT_FAILURE, those that are still under way too.
///
/// Borrows `channel`; `drop_env` runs once, after `f` has returned, or when it will never be
/// called. Returns a promise that resolves as that of `f`, owned by the caller. It fails with
/// what `f` raises; LWT_CLOSED; LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise;
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle; LWT_OUT_OF_MEMORY. Cancelling it
/// leaves the queue, or cancels the promise of `f`. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_atomic(
    channel: *const lwt_io_channel,
    f: lwt_io_atomic_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_atomic";
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(NAME));
    let channel = borrowed(channel, NAME).and_then(|channel| Ok((channel, f?)));
    promised(channel.map(|(channel, f)| {
        channel.atomic(move |channel| match Lent::of(channel) {
            Ok(lent) => {
                // SAFETY: the function and its environment came together from C.
                let promise =
                    call::promise_of(f as usize, NAME, || unsafe { f(lent.0, env.word()) });
                lent.until(promise)
            }
            Err(exn) => failed(exn),
        })
    }))
}

/// Calls `f(data, size, env)` with `size` bytes in one piece, 16 at most, `Lwt_io.block`: the
/// next ones of an input channel, which are taken before `f` is called; of an output channel
/// zeroes, which `f` overwrites, and which are written when its promise is fulfilled (if it
/// fails nothing is written; Lwt writes what is there). Nobody else uses the channel
/// meanwhile. `f` has them until its promise has resolved.
///
/// As lwt_io_atomic otherwise; and it fails with LWT_INVALID_ARGUMENT if `size` is above 16,
/// with LWT_END_OF_FILE if an input channel has fewer bytes, which stay.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_block(
    channel: *const lwt_io_channel,
    size: usize,
    f: lwt_io_block_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_block";
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(NAME));
    let channel = borrowed(channel, NAME).and_then(|channel| Ok((channel, f?)));
    promised(channel.map(|(channel, f)| {
        channel.block(size, move |data, size| {
            // SAFETY: the function and its environment came together from C.
            call::promise_of(f as usize, NAME, || unsafe { f(data, size, env.word()) })
        })
    }))
}

/// Calls `f(handle, access, env)` with the channel's buffer itself, `Lwt_io.direct_access`:
/// of an input channel the unread bytes are from `access->ptr` to `access->max`, of an output
/// channel that is the room that is left. `f` moves `access->ptr` over what it has read or
/// written, and has the buffer refilled or sent by lwt_io_direct_perform on its handle. It has
/// both until its promise has resolved; nobody else uses the channel meanwhile.
///
/// As lwt_io_atomic otherwise; and it fails with LWT_FAILURE if `access->ptr` is above
/// `access->max` in the end: then, and if the promise of `f` fails, nothing was read or
/// written since the last lwt_io_direct_perform.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_direct_access(
    channel: *const lwt_io_channel,
    f: lwt_io_direct_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_direct_access";
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(NAME));
    let channel = borrowed(channel, NAME).and_then(|channel| Ok((channel, f?)));
    promised(channel.map(|(channel, f)| {
        channel.direct(move |channel, access| match Lent::of(channel) {
            Ok(lent) => {
                // SAFETY: the function and its environment came together from C.
                let promise = call::promise_of(f as usize, NAME, || unsafe {
                    f(lent.0, access, env.word())
                });
                lent.until(promise)
            }
            Err(exn) => failed(exn),
        })
    }))
}

/// In the function of lwt_io_direct_access, on the handle that it was given: `da_perform`. Of
/// an input channel reads more behind the unread bytes, of an output channel sends what is
/// written so far; `*access` then tells of the buffer anew, which may have moved.
///
/// Borrows `channel`. Returns a promise of how many bytes came, 0 at the end, or were sent, as
/// an integer, owned by the caller. It fails as lwt_io_read_line or lwt_io_flush; with
/// LWT_FAILURE if the pointer is out of range, if another call is at work, or if the function is
/// over. The buffer is not to be touched while it is pending.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_direct_perform(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(borrowed(channel, "lwt_io_direct_perform").map(|channel| channel.direct_perform()))
}
