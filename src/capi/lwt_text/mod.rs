//! `lwt_text.h`, generated from the files of this folder: module Lwt_text. Here is how
//! they turn what C hands over into what the floor below takes.

use super::text::optional;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::Mode;
use crate::promise::{Promise, failed};
use crate::text::file::Format;
use crate::text::{Channel, Conversion, Encoding};
use std::ffi::{c_char, c_int};
use std::rc::Rc;

pub mod channel;
pub mod file;
pub mod print;
pub mod read;
pub mod write;

use channel::{LWT_TEXT_LOOSE, LWT_TEXT_RICH, LWT_TEXT_STRICT, lwt_text_channel};

/// The text channel that a handle stands for.
pub(in crate::capi) fn borrowed(
    channel: *const lwt_text_channel,
    name: &str,
) -> Result<Rc<Channel>, Exn> {
    // SAFETY: every handle of this kind is made of a `Channel` of module text.
    unsafe { object::get(Kind::TextChannel, channel.cast(), name) }
}

/// The same, and it is one for reading.
fn input(channel: *const lwt_text_channel, name: &str) -> Result<Rc<Channel>, Exn> {
    let channel = borrowed(channel, name)?;
    channel.expect(Mode::Input, name)?;
    Ok(channel)
}

/// The same, and it is one for writing.
pub(in crate::capi) fn output(
    channel: *const lwt_text_channel,
    name: &str,
) -> Result<Rc<Channel>, Exn> {
    let channel = borrowed(channel, name)?;
    channel.expect(Mode::Output, name)?;
    Ok(channel)
}

/// A text channel as a handle. NULL: memory ran out.
fn given(channel: Rc<Channel>) -> *mut lwt_text_channel {
    object::new(Kind::TextChannel, channel).cast()
}

/// What an operation returns to C.
fn promised(promise: Result<Promise, Exn>) -> *mut lwt_t {
    promise.unwrap_or_else(failed).into_raw()
}

/// How text is read and written, from what C gives.
///
/// # Safety
/// `encoding` is NULL or ends with a NUL byte.
unsafe fn format(name: &str, encoding: *const c_char, conversion: c_int) -> Result<Format, Exn> {
    let conversion = match conversion {
        LWT_TEXT_LOOSE => Conversion::Loose,
        LWT_TEXT_STRICT => Conversion::Strict,
        LWT_TEXT_RICH => Conversion::Rich,
        _ => {
            return Err(Exn::invalid(&format!(
                "{name}: there is no such conversion"
            )));
        }
    };
    // SAFETY: the caller's promise.
    let encoding = match unsafe { optional(encoding) } {
        None => None,
        Some(known) => match Encoding::of_name(known.to_bytes()) {
            Some(encoding) => Some(encoding),
            None => {
                let known = known.to_string_lossy();
                let message = format!("{name}: there is no encoding \"{known}\"");
                return Err(Exn::invalid(&message));
            }
        },
    };
    Ok(Format {
        encoding,
        conversion,
    })
}
