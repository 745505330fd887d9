//! Handing channels over to other threads.

use super::channel::lwt_io_channel;
use super::{borrowed, given};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::lwt_main_thread::lwt_main_thread;
use crate::capi::lwt_unix::hand_over::receiver;
use crate::exn::Exn;
use crate::io::hand_over::give_away;
use crate::promise::{Promise, call, failed};
use crate::scheduler::threads::visit;
use crate::value::{Across, Env};
use std::ffi::c_void;
use std::ptr;

/// A callback that takes the channels of a connection, each of which it owns or is
/// NULL, and returns a promise, which the library then owns.
pub type lwt_io_channels_fn = Option<
    unsafe extern "C" fn(
        input: *mut lwt_io_channel,
        output: *mut lwt_io_channel,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// Hands channels over to another thread, one (the other is NULL), or two over the same
/// descriptor: calls `f(input, output, env)` there, in a turn of its main loop, with
/// channels of that thread's, which `f` owns. What was unread can be read there, and
/// what was unsent is sent from there. Returns a promise here, the caller's, that
/// resolves as the one that `f` returns, as lwt_main_run_on says, which also tells what
/// cancelling does.
///
/// From the call on the channels here, which are borrowed, are closed for all their
/// users, and so is the descriptor under them. A function of lwt_io_of_fd_with that would
/// have closed it is dropped and not called: there, the channel for output closes the
/// descriptor, or the one for input if it came alone. If that thread ends before it has
/// called `f`, or the promise is cancelled before, the descriptor is closed, and unsent
/// bytes are lost. `drop_env` is called once: on that thread, after `f` or when it will
/// not be called; or here, if the call fails.
///
/// It fails, and all is as it was, with LWT_UNIX_ERROR: EBUSY while an operation of a
/// channel or of the descriptor is pending (a read that was cancelled may have left the
/// channel waiting for bytes: then it is busy until some come), or an atomic or direct
/// block runs; with LWT_CLOSED if a channel or that thread is; with LWT_INVALID_ARGUMENT
/// for a bad handle, if both channels or `f` are NULL, for a channel of the wrong mode, for
/// channels over two descriptors or over none; with LWT_WRONG_THREAD. After that it fails
/// as lwt_main_run_on. On the channels' thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`, on that thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_move(
    input: *const lwt_io_channel,
    output: *const lwt_io_channel,
    thread: *const lwt_main_thread,
    f: lwt_io_channels_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_move";
    let env = Across(Env::new(env, drop_env));
    let channel = |handle: *const lwt_io_channel| match handle.is_null() {
        true => Ok(None),
        false => borrowed(handle, NAME).map(Some),
    };
    let begin = || -> Result<Promise, Exn> {
        let (input, output) = (channel(input)?, channel(output)?);
        let f = f.ok_or_else(|| crate::capi::closure::null(NAME))?;
        let thread = receiver(thread, NAME)?;
        let luggage = give_away(input, output, c"lwt_io_move")?;
        Ok(visit::visit(thread, NAME, move || {
            let env = env.get();
            let (input, output) = match luggage.unpack() {
                Ok(arrived) => arrived,
                Err(exn) => return failed(exn),
            };
            let input = input.map_or(ptr::null_mut(), given);
            let output = output.map_or(ptr::null_mut(), given);
            // SAFETY: the caller says that `f` may be called with `env` there.
            call::promise_of(f as usize, NAME, || unsafe { f(input, output, env.word()) })
        }))
    };
    begin().unwrap_or_else(failed).into_raw()
}
