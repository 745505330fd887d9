//! `lwt_text.h`, text channels themselves. Module Lwt_text.

use super::{borrowed, format, given, output, promised};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt_io;
use crate::capi::lwt_io::channel::lwt_io_channel;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::{self, Standard};
use crate::promise::{Promise, call, failed, watch};
use crate::text::{Channel, Conversion, Encoding};
use crate::value::Env;
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A text channel, `Lwt_text.channel`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_text_channel {
    _private: [u8; 0],
}

/// What can't be written is transliterated, or "?"; what is read that is no character is taken
/// as Latin characters. As Lwt does by default.
pub const LWT_TEXT_LOOSE: c_int = 0;
/// What can't be written, and what is read that is no character, is a failure, `~strict:true`.
pub const LWT_TEXT_STRICT: c_int = 1;
/// As LWT_TEXT_LOOSE, and letters lose their accents and strokes before they are "?".
pub const LWT_TEXT_RICH: c_int = 2;

/// What is done with a text channel that one has for oneself, or over a file. The handle is
/// borrowed until the promise has resolved.
pub type lwt_text_channel_fn =
    Option<unsafe extern "C" fn(channel: *const lwt_text_channel, env: *mut c_void) -> *mut lwt_t>;

/// Returns a text channel over a channel of bytes, `Lwt_text.make`, owned by the caller:
/// lwt_text_channel_release. `encoding`: its name, in upper or lower case ("UTF-8",
/// "ISO-8859-15", "KOI8-R", "Shift_JIS"...); NULL for that of the locale that the environment
/// names. `conversion`: LWT_TEXT_LOOSE, LWT_TEXT_STRICT or LWT_TEXT_RICH.
///
/// Borrows `channel`, of which the text channel has a reference of its own. NULL: the handle
/// is bad, nobody knows the encoding, there is no such conversion, or memory ran out. On the
/// channel's thread. Manual: "Text channels".
///
/// # Safety
/// `encoding` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_text_make(
    channel: *const lwt_io_channel,
    encoding: *const c_char,
    conversion: c_int,
) -> *mut lwt_text_channel {
    const NAME: &str = "lwt_text_make";
    // SAFETY: the caller's promise.
    let format = unsafe { format(NAME, encoding, conversion) };
    let made = lwt_io::borrowed(channel, NAME).and_then(|channel| Ok(format?.over(channel)));
    made.map_or(ptr::null_mut(), given)
}

/// One more reference to the same text channel, owned by the caller. NULL: it is none of this
/// thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_channel_retain(
    channel: *const lwt_text_channel,
) -> *mut lwt_text_channel {
    object::retain(Kind::TextChannel, channel.cast()).cast()
}

/// Gives up a reference. With the last one it gives up the channel of bytes, as
/// lwt_io_channel_release does. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_channel_release(channel: *mut lwt_text_channel) {
    // SAFETY: every handle of this kind is made of a `Channel` of module text.
    drop(unsafe { object::release::<Channel>(Kind::TextChannel, channel.cast(), "") });
}

/// The channel of bytes below, `Lwt_text.byte_channel`, owned by the caller:
/// lwt_io_channel_release. NULL: a bad handle, or memory ran out. Bytes may be read and
/// written there between operations on the text channel, which keeps none back.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_byte_channel(channel: *const lwt_text_channel) -> *mut lwt_io_channel {
    let channel = borrowed(channel, "lwt_text_byte_channel");
    channel.map_or(ptr::null_mut(), |channel| {
        lwt_io::given(channel.byte_channel().clone())
    })
}

/// The name of the encoding, `Lwt_text.encoding`, borrowed as long as the channel lives. NULL
/// for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_encoding(channel: *const lwt_text_channel) -> *const c_char {
    let channel = borrowed(channel, "lwt_text_encoding");
    channel.map_or(ptr::null(), |channel| channel.encoding_name().as_ptr())
}

/// Sends what was written, `Lwt_text.flush`: lwt_io_flush of the channel of bytes, and fails
/// as that does.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_flush(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(output(channel, "lwt_text_flush").map(|channel| channel.flush()))
}

/// Closes the channel of bytes, `Lwt_text.close`: lwt_io_close, and fails as that does.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_close(channel: *const lwt_text_channel) -> *mut lwt_t {
    promised(borrowed(channel, "lwt_text_close").map(|channel| channel.close()))
}

/// A handle for the time that a function has it.
pub(super) struct Lent(*mut lwt_text_channel);

impl Drop for Lent {
    fn drop(&mut self) {
        object::release_any(self.0 as usize as u64);
    }
}

/// Calls `f` with a handle of the channel, for as long as its promise is pending.
pub(super) fn lend(
    channel: Rc<Channel>,
    f: impl FnOnce(*const lwt_text_channel) -> Promise,
) -> Promise {
    let lent = Lent(given(channel));
    if lent.0.is_null() {
        return failed(Exn::out_of_memory());
    }
    let promise = f(lent.0);
    if promise.is_pending() {
        unsafe extern "C" fn release(handle: *mut c_void) {
            object::release_any(handle as usize as u64);
        }
        let handle = std::mem::ManuallyDrop::new(lent).0;
        // What is wrong, that memory ran out, is nobody's to hear.
        let _ = watch(&promise, Env::new(handle.cast(), Some(release)));
    }
    promise
}

/// Calls `f(handle, env)` when nobody else uses the channel, `Lwt_text.atomic`: lwt_io_atomic
/// of the channel of bytes, and as that otherwise.
///
/// Borrows `channel`; `drop_env` runs once, after `f` has returned, or when it will never be
/// called. Returns a promise that resolves as that of `f`, owned by the caller. On the
/// channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_atomic(
    channel: *const lwt_text_channel,
    f: lwt_text_channel_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_text_atomic";
    let env = Env::new(env, drop_env);
    let f = f.ok_or_else(|| null(NAME));
    let channel = borrowed(channel, NAME).and_then(|channel| Ok((channel, f?)));
    promised(channel.map(|(channel, f)| {
        channel.atomic(move |channel| {
            lend(channel, |handle| {
                // SAFETY: the function and its environment came together from C.
                call::promise_of(f as usize, NAME, || unsafe { f(handle, env.word()) })
            })
        })
    }))
}

fn lasting(which: Standard) -> *const lwt_text_channel {
    thread_local! {
        static HANDLES: [Cell<*mut c_void>; 3] = const { [const { Cell::new(ptr::null_mut()) }; 3] };
    }
    HANDLES.with(|handles| {
        let handle = &handles[which as usize];
        if borrowed(handle.get().cast(), "").is_err() {
            handle.set(object::lasting(Kind::TextChannel, Channel::standard(which)));
        }
        handle.get().cast_const().cast()
    })
}

/// Standard input as a text channel in the encoding of the locale, not strict,
/// `Lwt_text.stdin`: always the same one of this thread, which need not be released. NULL:
/// memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_stdin() -> *const lwt_text_channel {
    lasting(Standard::Input)
}

/// Standard output, `Lwt_text.stdout`; as lwt_text_stdin. It is over lwt_io_stdout.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_stdout() -> *const lwt_text_channel {
    lasting(Standard::Output)
}

/// Standard error, `Lwt_text.stderr`; as lwt_text_stdin. It is over lwt_io_stderr.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_stderr() -> *const lwt_text_channel {
    lasting(Standard::Error)
}

/// A new text channel for reading that never ends and has zero characters only,
/// `Lwt_text.zero`. What reads to the end, or to a newline, therefore never returns. Owned by the caller. NULL: memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_zero() -> *mut lwt_text_channel {
    let encoding = Some(Encoding::Utf8);
    given(Channel::new(io::zero(), encoding, Conversion::Loose))
}

/// A new text channel for writing that takes everything, `Lwt_text.null`. Owned by the caller.
/// NULL: memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_text_null() -> *mut lwt_text_channel {
    let encoding = Some(Encoding::Utf8);
    given(Channel::new(io::null(), encoding, Conversion::Loose))
}
