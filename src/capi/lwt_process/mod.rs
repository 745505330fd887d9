//! `lwt_process.h`, generated from the files of this folder: module Lwt_process.
//! Here is how they turn what C hands over into what the floor below takes.

use crate::abi::lwt_t;
use crate::capi::lwt_stream::create::lwt_stream;
use crate::capi::lwt_stream::given;
use crate::data::stream::Stream;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::process::Process;
use crate::process::command::{Call, lwt_process_command, lwt_process_options};
use crate::process::open::{Channels, start};
use crate::promise::{Promise, failed};
use process::lwt_process;
use std::rc::Rc;

pub mod map;
pub mod open;
pub mod process;
pub mod read;
pub mod with;
pub mod write;

/// The process that a handle stands for.
fn borrowed(process: *const lwt_process, name: &str) -> Result<Rc<Process>, Exn> {
    // SAFETY: every handle of this kind is made of a `Process`.
    unsafe { object::get(Kind::Process, process.cast(), name) }
}

/// Starts what C has described.
///
/// # Safety
/// Command and options are as `lwt_process.h` says.
unsafe fn started(
    name: &str,
    command: &lwt_process_command,
    options: *const lwt_process_options,
    channels: Channels,
) -> Result<Rc<Process>, Exn> {
    // SAFETY: the caller's promise.
    unsafe { start(Call::new(name, command, options, channels)?, channels) }
}

/// What an operation returns to C.
fn promised(promise: Result<Promise, Exn>) -> *mut lwt_t {
    promise.unwrap_or_else(failed).into_raw()
}

/// A stream for C: one that fails, if it can't be made.
fn streamed(stream: Result<Rc<Stream>, Exn>) -> *mut lwt_stream {
    given(stream.unwrap_or_else(|exn| Stream::from(move || failed(exn.clone()))))
}
