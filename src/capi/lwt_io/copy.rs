//! `lwt_io.h`, between channels. Module Lwt_io.

use super::channel::lwt_io_channel;
use super::{input, output, promised};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::io::copy;
use crate::promise::call;
use crate::value::Env;
use std::ffi::c_void;

/// What is told how many bytes were copied so far.
pub type lwt_io_progress_fn = Option<unsafe extern "C" fn(copied: u64, env: *mut c_void)>;

/// Copies from one channel to another, at most `limit` bytes (UINT64_MAX: to the end
/// of the input), and flushes the output. The value is how many (LWT_TO_INT). Neither
/// channel is closed. A slow reader of the output slows the copy down
/// (lwt_io_set_water_marks): memory is used for one piece of 64 KiB alone.
///
/// `progress(copied, env)` is called after each piece, if it is not NULL; `drop_env`
/// once, after the copy has ended. Other operations on the channels may come between
/// two pieces: copy within lwt_io_atomic where that must not be.
///
/// Borrows both channels, which the copy keeps. Fails as lwt_io_read and
/// lwt_io_write do; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. Cancelling
/// stops between two pieces or gives up the waiting read; what was copied stays
/// copied, and a piece that was read and not written yet is lost. On the channels'
/// thread. Not in Lwt.
///
/// # Safety
/// `progress` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_copy(
    from: *const lwt_io_channel,
    to: *const lwt_io_channel,
    limit: u64,
    progress: lwt_io_progress_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_copy";
    let env = Env::new(env, drop_env);
    let tell = progress.map(|f| {
        // SAFETY: the caller says that `progress` may be called with `env`.
        move |copied| call::unit_of(f as usize, || unsafe { f(copied, env.word()) })
    });
    let both = input(from, NAME).and_then(|from| Ok((from, output(to, NAME)?)));
    promised(both.map(|(from, to)| copy::copy(from, to, limit, tell)))
}
