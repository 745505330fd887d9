//! `lwt_io.h`, generated from the files of this folder: module Lwt_io. Here is how
//! they turn what C hands over into what the floor below takes.

use super::lwt::array;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::{Channel, Mode};
use crate::promise::{Promise, failed};
use std::ffi::{CStr, c_char};
use std::rc::Rc;

pub mod channel;
pub mod connection;
pub mod copy;
pub mod direct;
pub mod file;
pub mod hand_over;
pub mod number;
pub mod print;
pub mod read;
pub mod server;
pub mod write;

use channel::lwt_io_channel;

/// The channel that a handle stands for.
pub(in crate::capi) fn borrowed(
    channel: *const lwt_io_channel,
    name: &str,
) -> Result<Rc<Channel>, Exn> {
    // SAFETY: every handle of this kind is made of a `Channel`.
    unsafe { object::get(Kind::Channel, channel.cast(), name) }
}

/// The same, and it is one for reading.
pub(in crate::capi) fn input(
    channel: *const lwt_io_channel,
    name: &str,
) -> Result<Rc<Channel>, Exn> {
    let channel = borrowed(channel, name)?;
    channel.expect(Mode::Input, name)?;
    Ok(channel)
}

/// The same, and it is one for writing.
pub(in crate::capi) fn output(
    channel: *const lwt_io_channel,
    name: &str,
) -> Result<Rc<Channel>, Exn> {
    let channel = borrowed(channel, name)?;
    channel.expect(Mode::Output, name)?;
    Ok(channel)
}

/// A channel as a handle. NULL: memory ran out.
pub(in crate::capi) fn given(channel: Rc<Channel>) -> *mut lwt_io_channel {
    object::new(Kind::Channel, channel).cast()
}

/// What an operation returns to C.
fn promised(promise: Result<Promise, Exn>) -> *mut lwt_t {
    promise.unwrap_or_else(failed).into_raw()
}

/// Bytes from C.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
unsafe fn bytes<'a>(name: &str, data: *const c_char, len: usize) -> Result<&'a [u8], Exn> {
    // SAFETY: the caller's promise.
    unsafe { array(name, data.cast::<u8>(), len) }
}

/// Text from C up to its NUL byte.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
unsafe fn text<'a>(name: &str, text: *const c_char) -> Result<&'a [u8], Exn> {
    if text.is_null() {
        return Err(Exn::invalid(&format!("{name}: the text is NULL")));
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}
