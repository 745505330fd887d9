//! Channels over files, and pipes. Module Lwt_io; calls channels and files.

use super::{Channel, Mode};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::future::spawn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise};
use crate::unix::file::open;
use std::ffi::{CString, c_int};
use std::rc::Rc;

/// How a file is opened.
#[derive(Clone, Copy)]
pub struct How {
    /// For reading or for writing.
    pub mode: Mode,
    /// Exactly these flags; None: those of the mode.
    pub flags: Option<c_int>,
    /// The permissions of a file that is made.
    pub permissions: libc::mode_t,
    /// The size of the channel's buffer; None: the default.
    pub size: Option<usize>,
}

impl How {
    /// What Lwt does for a mode.
    pub fn of(mode: Mode) -> How {
        How {
            mode,
            flags: None,
            permissions: 0o666,
            size: None,
        }
    }

    fn flags(&self) -> c_int {
        self.flags.unwrap_or(match self.mode {
            Mode::Input => libc::O_RDONLY | libc::O_NONBLOCK,
            Mode::Output => libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC | libc::O_NONBLOCK,
        })
    }
}

/// A channel as a value, which owns the handle.
pub fn into_value(channel: Rc<Channel>) -> Outcome {
    object::into_value(Kind::Channel, channel)
}

/// `Lwt_io.open_file`, for Rust.
pub async fn opened(path: CString, how: How) -> Result<Rc<Channel>, Exn> {
    let fd = open::open(&path, how.flags(), how.permissions).await?;
    Ok(Channel::of_fd(fd, how.mode, how.size))
}

/// `Lwt_io.open_file`.
pub fn open_file(path: CString, how: How) -> Promise {
    spawn(async move { into_value(opened(path, how).await?) })
}

/// `Lwt_io.with_file`: what `f` does with a channel over a file, which is closed
/// then, whatever happens.
pub fn with_file(
    path: CString,
    how: How,
    f: impl FnOnce(Rc<Channel>) -> Promise + 'static,
) -> Promise {
    spawn(async move {
        let channel = opened(path, how).await?;
        let outcome = f(channel.clone()).await;
        channel.close().await?;
        outcome
    })
}

/// `Lwt_io.pipe`: a `struct lwt_values` of the channel that is read and the one that
/// is written.
pub fn pipe(cloexec: bool, input: Option<usize>, output: Option<usize>) -> Outcome {
    let [read, write] = open::pipe_ends(cloexec)?;
    let input = Channel::of_fd(read, Mode::Input, input);
    let output = Channel::of_fd(write, Mode::Output, output);
    pair(input, output)
}

/// A `struct lwt_values` of two channels.
pub(super) fn pair(input: Rc<Channel>, output: Rc<Channel>) -> Outcome {
    let values = Values::new(2).ok_or_else(Exn::out_of_memory)?;
    for (index, channel) in [input, output].into_iter().enumerate() {
        let _ = values.put(index, into_value(channel)?);
    }
    Ok(values.into_value())
}
