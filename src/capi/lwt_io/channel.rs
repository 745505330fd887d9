//! `lwt_io.h`, channels. Module Lwt_io.

use super::{borrowed, given, output, promised};
use crate::abi::{LWT_OK, lwt_drop_fn, lwt_t, lwt_thunk_fn};
use crate::capi::closure::thunk;
use crate::capi::lwt::kind;
use crate::capi::lwt_unix::fd::{lwt_unix_fd, of_handle};
use crate::handle::object::{self, Kind};
use crate::io::{self, Channel, Close, Device, Fixed, Mode, Seek, Standard, Transfer};
use crate::promise::call;
use crate::unix::fd::{self, Fd};
use crate::value::{Env, Value};
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;

/// A channel, `'a Lwt_io.channel`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_io_channel {
    _private: [u8; 0],
}

/// The mode of a channel that is read from, `Lwt_io.input`.
pub const LWT_IO_INPUT: c_int = 0;
/// The mode of a channel that is written to, `Lwt_io.output`.
pub const LWT_IO_OUTPUT: c_int = 1;

/// Reads up to `len` bytes into `buf`, or writes up to `len` bytes from there, and
/// returns a promise of how many; 0 of a reading function is the end of the input.
/// `buf` is its own until the promise has resolved.
pub type lwt_io_transfer_fn =
    Option<unsafe extern "C" fn(buf: *mut c_char, len: usize, env: *mut c_void) -> *mut lwt_t>;
/// Moves the position as lseek(2) does, `whence` being SEEK_SET, SEEK_CUR or SEEK_END,
/// and returns a promise of the new one.
pub type lwt_io_seek_fn =
    Option<unsafe extern "C" fn(offset: i64, whence: c_int, env: *mut c_void) -> *mut lwt_t>;

/// What a channel's mode is called by in C.
pub(in crate::capi) fn mode_of(mode: c_int) -> Option<Mode> {
    match mode {
        LWT_IO_INPUT => Some(Mode::Input),
        LWT_IO_OUTPUT => Some(Mode::Output),
        _ => None,
    }
}

/// The size of a buffer that C asks for; 0 is the default.
pub(in crate::capi) fn size_of_buffer(size: usize) -> Option<Option<usize>> {
    if size == 0 {
        return Some(None);
    }
    io::check_size("lwt_io_make", size).ok()?;
    Some(Some(size))
}

/// A new channel over functions, `Lwt_io.make`. `transfer(buf, len, env)` reads or
/// writes, as `mode` says (LWT_IO_INPUT, LWT_IO_OUTPUT), one call at a time: it is called
/// again only when its promise has resolved. `close(env)` is called once, when the
/// channel is closed; NULL: there is nothing to do. `seek(offset, whence, env)` moves the
/// position; NULL: the channel can't be moved, and what needs that fails with
/// LWT_FAILURE. `buffer_size`: 0 for the default.
///
/// A count that is less than was asked for is no error: what is left of a write is
/// given again. One that is more, or negative, is LWT_FAILURE; so is a writing function
/// that takes 0 bytes three times in a row (Lwt goes on for ever). Cancelling a read
/// leaves the promise of `transfer` alone: what it brings is for the next read. Closing
/// the channel cancels it. A promise of a writing function that can't resolve any more
/// (lwt_wakener_forget) leaves what waits for it pending; the channel can send nothing
/// more, and flushes fail with LWT_FAILURE.
///
/// `drop_env` runs on `env` once, when the channel is gone: released, and nothing waits
/// on it any more; the channel is not closed by that.
///
/// Returns a channel, owned by the caller: lwt_io_channel_release. NULL if `transfer` is
/// NULL, the mode or the size is none (below 16, or above a quarter of the address
/// space), or memory runs out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_make(
    mode: c_int,
    buffer_size: usize,
    transfer: lwt_io_transfer_fn,
    close: lwt_thunk_fn,
    seek: lwt_io_seek_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_io_channel {
    let env = Rc::new(Env::new(env, drop_env));
    let (Some(mode), Some(size), Some(f)) = (mode_of(mode), size_of_buffer(buffer_size), transfer)
    else {
        return ptr::null_mut();
    };
    let own = env.clone();
    let transfer: Transfer = Box::new(move |buf: *mut u8, len| {
        // SAFETY: the function and its environment came together from C.
        let call = || unsafe { f(buf.cast(), len, own.word()) };
        call::promise_of(f as usize, "lwt_io_make", call)
    });
    let own = env.clone();
    let seek = seek.map(|f| -> Seek {
        Box::new(move |offset, whence| {
            // SAFETY: as above.
            let call = || unsafe { f(offset, whence, own.word()) };
            call::promise_of(f as usize, "lwt_io_make", call)
        })
    });
    let close = close.map(|f| -> Close {
        // SAFETY: as above.
        Box::new(move || call::promise_of(f as usize, "lwt_io_make", || unsafe { f(env.word()) }))
    });
    let channel = Channel::new(mode, Device::Function(transfer), seek, size);
    if let Some(close) = close {
        channel.set_close(close);
    }
    given(channel)
}

fn over(
    fd: Option<Rc<Fd>>,
    mode: c_int,
    buffer_size: usize,
    close: Option<Close>,
) -> *mut lwt_io_channel {
    let (Some(fd), Some(mode), Some(size)) = (fd, mode_of(mode), size_of_buffer(buffer_size))
    else {
        return ptr::null_mut();
    };
    given(match close {
        Some(close) => Channel::of_fd_with(fd, mode, size, close),
        None => Channel::of_fd(fd, mode, size),
    })
}

/// A new channel over a descriptor, `Lwt_io.of_fd`, for reading or for writing as
/// `mode` says. Closing the channel closes the descriptor, also for others who have it: of
/// two channels over one descriptor close the one for output first, and give the other
/// lwt_io_of_fd_with a function that does nothing. `buffer_size`: 0 for the default.
///
/// Borrows `fd`, of which the channel has a reference of its own. The channel's position
/// begins with that of the descriptor. Of a regular file, if the size is the default one,
/// what is in memory is read at once in blocks up to 64 KiB, and what is not by jobs in
/// blocks up to 256 KiB, the next one while this one is consumed: the descriptor's own
/// position is ahead of the channel's by that much.
///
/// Returns a channel, owned by the caller: lwt_io_channel_release. NULL if `fd` is no
/// descriptor of this thread, the mode or the size is none, or memory runs out. On the
/// descriptor's thread. Manual: "Channels".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_of_fd(
    fd: *const lwt_unix_fd,
    mode: c_int,
    buffer_size: usize,
) -> *mut lwt_io_channel {
    over(of_handle(fd, "lwt_io_of_fd").ok(), mode, buffer_size, None)
}

/// The same, and `close(env)` is called to close it, once. `drop_env` runs on `env` once,
/// when that was done, or never will be. NULL if `close` is NULL, too.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_of_fd_with(
    fd: *const lwt_unix_fd,
    mode: c_int,
    buffer_size: usize,
    close: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_io_channel {
    const NAME: &str = "lwt_io_of_fd_with";
    let Some(close) = thunk(NAME, close, env, drop_env) else {
        return ptr::null_mut();
    };
    over(
        of_handle(fd, NAME).ok(),
        mode,
        buffer_size,
        Some(Box::new(close)),
    )
}

/// The same over a descriptor of the operating system, `Lwt_io.of_unix_fd`, which is the
/// channel's from now on: lwt_io_close closes it, and so does the release of a channel
/// that was not closed. Left to the caller if NULL is returned.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_of_unix_fd(
    fd: c_int,
    mode: c_int,
    buffer_size: usize,
) -> *mut lwt_io_channel {
    if fd < 0 || mode_of(mode).is_none() || size_of_buffer(buffer_size).is_none() {
        return ptr::null_mut();
    }
    over(
        Some(Fd::new(fd, fd::Mode::Guess, true)),
        mode,
        buffer_size,
        None,
    )
}

/// A new channel over memory, `Lwt_io.of_bytes`: reads come directly from the `len` bytes
/// at `data`, writes go directly there. Reading past the end is the end of the input; a
/// write that does not fit fails with LWT_FAILURE, and nothing of it is written. There is
/// nothing to flush. `drop`, which may be NULL, runs on `data` once, when the channel is
/// gone.
///
/// Returns a channel, owned by the caller. NULL if `data` is NULL and `len` is not 0, the
/// mode is none, `len` is absurd, or memory runs out; then `drop` has run. On any thread,
/// whose it then is.
///
/// # Safety
/// There are `len` bytes at `data`, which may be written if `mode` is LWT_IO_OUTPUT, as long
/// as the channel lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_of_bytes(
    mode: c_int,
    data: *mut c_char,
    len: usize,
    drop: lwt_drop_fn,
) -> *mut lwt_io_channel {
    let owner = Value::new(data.cast(), drop);
    let absurd = data.is_null() && len != 0 || len > isize::MAX as usize;
    let (Some(mode), false) = (mode_of(mode), absurd) else {
        return ptr::null_mut();
    };
    // SAFETY: the caller's promise.
    let memory = unsafe { Fixed::new(data.cast(), len, owner) };
    given(Channel::new(mode, Device::Memory(memory), None, None))
}

/// One more reference to the same channel, owned by the caller. NULL: it is not a channel
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_channel_retain(channel: *const lwt_io_channel) -> *mut lwt_io_channel {
    object::retain(Kind::Channel, channel.cast()).cast()
}

/// Gives up a reference. With the last one the channel is gone when nothing waits on it
/// and what was written is sent. It is not closed by that, but a descriptor that nobody
/// else has is. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_channel_release(channel: *mut lwt_io_channel) {
    // SAFETY: every handle of this kind is made of a `Channel`.
    drop(unsafe { object::release::<Channel>(Kind::Channel, channel.cast(), "") });
}

fn lasting(which: Standard) -> *const lwt_io_channel {
    thread_local! {
        static HANDLES: [Cell<*mut c_void>; 3] = const { [const { Cell::new(ptr::null_mut()) }; 3] };
    }
    HANDLES.with(|handles| {
        let handle = &handles[which as usize];
        if borrowed(handle.get().cast(), "").is_err() {
            handle.set(object::lasting(Kind::Channel, io::standard(which)));
        }
        handle.get().cast_const().cast()
    })
}

/// Standard input as a channel, `Lwt_io.stdin`: always the same one of this thread, which
/// need not be released. NULL: memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_stdin() -> *const lwt_io_channel {
    lasting(Standard::Input)
}

/// Standard output as a channel, `Lwt_io.stdout`; as lwt_io_stdin. What is written is sent
/// at the next pause of the main loop, or at the end of the process.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_stdout() -> *const lwt_io_channel {
    lasting(Standard::Output)
}

/// Standard error as a channel, `Lwt_io.stderr`; as lwt_io_stdout.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_stderr() -> *const lwt_io_channel {
    lasting(Standard::Error)
}

/// A new channel for reading that never ends and has zero bytes only, `Lwt_io.zero`. What
/// reads to the end, or to a newline, therefore never returns: there is always more at once.
/// Owned by the caller. NULL: memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_zero() -> *mut lwt_io_channel {
    given(io::zero())
}

/// A new channel for writing that takes everything, `Lwt_io.null`. Owned by the caller.
/// NULL: memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_null() -> *mut lwt_io_channel {
    given(io::null())
}

/// LWT_IO_INPUT or LWT_IO_OUTPUT, `Lwt_io.mode`; -1 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_mode(channel: *const lwt_io_channel) -> c_int {
    match borrowed(channel, "lwt_io_mode").map(|channel| channel.mode()) {
        Ok(Mode::Input) => LWT_IO_INPUT,
        Ok(Mode::Output) => LWT_IO_OUTPUT,
        Err(_) => -1,
    }
}

/// Closes a channel, `Lwt_io.close`. One for reading is closed at once, and all reads that
/// wait fail with LWT_CLOSED. One for writing is closed in its turn: after the operations
/// before it, and when what was written is sent; a failure of that is not told, so flush
/// first to know (lwt_io_flush tells EPIPE).
///
/// Borrows `channel`. Returns the promise of the close function or of the descriptor's
/// close, the same one each time. From then on all operations fail with LWT_CLOSED, whose
/// message says "input" or "output". Fails with LWT_FAILURE for the handle of an atomic
/// block; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle; LWT_OUT_OF_MEMORY. It
/// can't be cancelled. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_close(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(borrowed(channel, "lwt_io_close").map(|channel| channel.close()))
}

/// Closes a channel at once, without sending what is unsent, `Lwt_io.abort`: all operations
/// that wait fail with LWT_CLOSED. The handle of an atomic block aborts the channel itself.
/// As lwt_io_close otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_abort(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(borrowed(channel, "lwt_io_abort").map(|channel| channel.abort()))
}

/// Has the channel been closed, `Lwt_io.is_closed`? False for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_is_closed(channel: *const lwt_io_channel) -> bool {
    borrowed(channel, "lwt_io_is_closed").is_ok_and(|channel| channel.is_closed())
}

/// Is an operation or an atomic block under way, `Lwt_io.is_busy`? False for a bad handle
/// and for that of an atomic block that has ended.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_is_busy(channel: *const lwt_io_channel) -> bool {
    borrowed(channel, "lwt_io_is_busy").is_ok_and(|channel| channel.is_busy())
}

/// How many bytes in the buffer are unread, or unsent, `Lwt_io.buffered`. 0 for a bad
/// handle. What a channel over memory was given is not unsent.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_buffered(channel: *const lwt_io_channel) -> usize {
    borrowed(channel, "lwt_io_buffered").map_or(0, |channel| channel.buffered())
}

/// The size of the buffer, `Lwt_io.buffer_size`; for a channel over memory, that of the
/// memory. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_buffer_size(channel: *const lwt_io_channel) -> usize {
    borrowed(channel, "lwt_io_buffer_size").map_or(0, |channel| channel.buffer_size())
}

/// Changes the size of the buffer, `Lwt_io.resize_buffer`, and the water marks of an output
/// channel with it: the high one is `size`, the low one a quarter of that. If more is
/// unsent, that is sent first.
///
/// Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It fails with
/// LWT_FAILURE if the unread bytes would not fit, or for a channel over memory;
/// LWT_INVALID_ARGUMENT if `size` is below 16 or absurd; as lwt_io_flush otherwise.
/// Cancelling it loses nothing. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_resize_buffer(channel: *const lwt_io_channel, size: usize) -> *mut lwt_t {
    let channel = borrowed(channel, "lwt_io_resize_buffer");
    promised(channel.map(|channel| channel.resize_buffer(size)))
}

/// The size of buffers of channels that this thread will make, `Lwt_io.default_buffer_size`:
/// 4096, unless it was changed.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_default_buffer_size() -> usize {
    io::default_size()
}

/// Changes that, `Lwt_io.set_default_buffer_size`. Returns LWT_OK;
/// LWT_INVALID_ARGUMENT if it is below 16 or absurd. Of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_set_default_buffer_size(size: usize) -> c_int {
    kind(io::set_default_size(size))
}

/// How much may be unsent before writes wait: one that would bring it above `high` bytes
/// is pending until it is at `low` or below, and then taken. By default 16 buffers and a
/// quarter of that; of a channel whose buffer size was given, that size and a quarter of it.
///
/// Borrows `channel`. Returns LWT_OK; LWT_INVALID_ARGUMENT if `low` is not below `high`;
/// LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle or one for reading. On the
/// channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_set_water_marks(
    channel: *const lwt_io_channel,
    high: usize,
    low: usize,
) -> c_int {
    let channel = output(channel, "lwt_io_set_water_marks");
    kind(channel.and_then(|channel| channel.set_water_marks(high, low)))
}

/// Stores the water marks in `*high` and `*low`, each of which may be NULL. Returns LWT_OK
/// or what is wrong with the handle.
///
/// # Safety
/// `high` and `low` are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_water_marks(
    channel: *const lwt_io_channel,
    high: *mut usize,
    low: *mut usize,
) -> c_int {
    let marks = match output(channel, "lwt_io_water_marks") {
        Ok(channel) => channel.water_marks(),
        Err(exn) => return exn.kind(),
    };
    for (place, mark) in [(high, marks.0), (low, marks.1)] {
        if !place.is_null() {
            // SAFETY: the caller's promise.
            unsafe { *place = mark };
        }
    }
    LWT_OK
}

/// Fulfilled when all that was written before has been sent, `Lwt_io.flush`. There is no
/// need for it unless one wants to know: what is written is sent at the next pause of the
/// main loop.
///
/// Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It fails with
/// LWT_UNIX_ERROR as write(2) does (EPIPE where nobody reads any more, if SIGPIPE is
/// ignored), or as the function of the channel does; what is unsent is then still there;
/// LWT_CLOSED; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle or one for
/// reading; LWT_OUT_OF_MEMORY. Cancelling it loses its place in the queue and no more. On
/// the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_flush(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(output(channel, "lwt_io_flush").map(|channel| channel.flush()))
}

/// Flushes all channels of this thread, `Lwt_io.flush_all`. Failures are
/// ignored. Returns a promise of LWT_UNIT, owned by the caller. It is what runs
/// at the end of the process. It fails with LWT_OUT_OF_MEMORY alone.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_flush_all() -> *mut lwt_t {
    io::flush_all().into_raw()
}

/// Where the next byte is read from or written to, `Lwt_io.position`: what is in the buffer
/// is accounted for. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_position(channel: *const lwt_io_channel) -> i64 {
    borrowed(channel, "lwt_io_position").map_or(0, |channel| channel.position())
}

/// Moves the position, `Lwt_io.set_position`. Within what was read it moves without the
/// device; what was written is sent first.
///
/// Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It fails with
/// LWT_FAILURE if the channel can't be moved, or the position is negative or outside the
/// memory; with LWT_UNIX_ERROR as lseek(2) (ESPIPE); as lwt_io_flush. Cancelling it loses
/// its place in the queue. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_set_position(channel: *const lwt_io_channel, position: i64) -> *mut lwt_t {
    let channel = borrowed(channel, "lwt_io_set_position");
    promised(channel.map(|channel| channel.set_position(position)))
}

/// How many bytes the file or the memory has, `Lwt_io.length`; what was written is sent
/// first. Borrows `channel`. Returns a promise of the length as an integer, owned by the
/// caller. It fails as lwt_io_set_position. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_length(channel: *const lwt_io_channel) -> *mut lwt_t {
    promised(borrowed(channel, "lwt_io_length").map(|channel| channel.length()))
}
