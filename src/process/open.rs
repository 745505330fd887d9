//! Starting a program, with pipes for those of its streams that are channels.

use super::Process;
use super::command::Call;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::io::{Channel, Mode};
use crate::promise::future::spawn;
use crate::promise::{Promise, group};
use crate::unix::child::Child;
use crate::unix::child::start::{Command, Stream};
use crate::unix::fd::{self, Fd};
use crate::unix::sleep::sleep;
use crate::value::Value;
use std::cell::Cell;
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::rc::{Rc, Weak};

/// Which of the three streams of a process are channels.
pub type Channels = [bool; 3];
/// None, `open_process_none`.
pub const NONE: Channels = [false; 3];
/// We read, `open_process_in`.
pub const IN: Channels = [false, true, false];
/// We write, `open_process_out`.
pub const OUT: Channels = [true, false, false];
/// Both, `open_process`.
pub const BOTH: Channels = [true, true, false];
/// And its errors, `open_process_full`.
pub const FULL: Channels = [true; 3];

fn failure(error: &io::Error, function: &CStr) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), function, c"")
}

/// A pipe, the reading end first, neither of which goes with exec.
fn pipe() -> Result<[OwnedFd; 2], Exn> {
    let mut ends = [0; 2];
    // SAFETY: two numbers are written.
    match unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } {
        // SAFETY: just opened.
        0 => Ok(ends.map(|end| unsafe { OwnedFd::from_raw_fd(end) })),
        _ => Err(failure(&io::Error::last_os_error(), c"pipe")),
    }
}

/// Starts a program. Where it can't be run, the process ends with 127.
///
/// # Safety
/// The arguments and the environment of the call are still as they were.
pub unsafe fn start(call: Call, channels: Channels) -> Result<Rc<Process>, Exn> {
    let mut streams = call.streams;
    let mut ours: [Option<OwnedFd>; 3] = [const { None }; 3];
    let mut theirs = Vec::new();
    for stream in 0..3 {
        if !channels[stream] {
            continue;
        }
        let [reading, writing] = pipe()?;
        let (our, their) = match stream {
            0 => (writing, reading),
            _ => (reading, writing),
        };
        streams[stream] = Stream::Copy(their.as_raw_fd());
        ours[stream] = Some(our);
        theirs.push(their);
    }
    let command = Command {
        program: call.program(),
        argv: call.argv(),
        env: call.env,
        directory: call.directory,
        streams,
        group: call.group,
    };
    // SAFETY: the caller's promise.
    let pid = unsafe { command.start() }.map_err(|error| failure(&error, c"fork"))?;
    drop(theirs);
    let timeout = call.timeout;
    drop(call);
    let mut stream = 0;
    let channels = ours.map(|fd| {
        let mode = match stream {
            0 => Mode::Output,
            _ => Mode::Input,
        };
        stream += 1;
        let fd = Fd::new(fd?.into_raw_fd(), fd::Mode::NonBlocking, true);
        Some(Channel::of_fd(fd, mode, None))
    });
    let process = Rc::new(Process {
        child: Child::adopt(pid),
        channels,
        closed: Cell::new(false),
    });
    if let Some(seconds) = timeout {
        limit(&process, seconds);
    }
    Ok(process)
}

/// Kills the process, and closes it, if it runs for longer than that.
fn limit(process: &Rc<Process>, seconds: f64) {
    let child = process.child.clone();
    let process: Weak<Process> = Rc::downgrade(process);
    let ended = child.exit(|_| Ok(Value::UNIT));
    let members: [*mut lwt_t; 2] = [sleep(seconds).into_raw(), ended.into_raw()];
    let first = group::pick(&members) as usize as *mut lwt_t;
    drop(spawn(async move {
        let first = Promise::from_raw(first, "a timeout")?;
        let _ = first.await;
        if child.state().is_none() {
            let _ = child.kill(libc::SIGKILL);
            if let Some(process) = process.upgrade() {
                let _ = process.close().await;
            }
        }
        Ok(Value::UNIT)
    }));
}
