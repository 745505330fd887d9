//! The characters and lines of a text channel as streams, and streams written to one. Module
//! Lwt_text; calls channels and streams.

use super::Channel;
use crate::abi::NONE;
use crate::data::stream::{Element, Reply, Stream};
use crate::exn::Exn;
use crate::io::AtEnd;
use crate::promise::future::spawn;
use crate::promise::text::lwt_string;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::rc::Rc;

/// What a source answers.
pub(super) type Answer = Result<Option<Element>, Exn>;

/// What a text channel is asked for.
pub(super) type Ask = fn(&Rc<Channel>) -> Promise;

pub(super) const LINE: Ask = |channel| channel.read_line(AtEnd::None);
pub(super) const CHAR: Ask = |channel| channel.read_char(AtEnd::None);

/// An outcome that may be none.
pub(super) fn answer(outcome: Outcome) -> Answer {
    let value = outcome?;
    Ok((value.word() != NONE).then_some(Element::Sole(value)))
}

fn of(channel: &Rc<Channel>, ask: Ask) -> Rc<Stream> {
    let channel = channel.clone();
    Stream::asking(move || {
        let promise = ask(&channel);
        if promise.is_pending() {
            return Reply::later(async move { answer(promise.await) });
        }
        Reply::Now(answer(
            promise.take().unwrap_or_else(|| Err(Exn::out_of_memory())),
        ))
    })
}

/// `Lwt_text.read_lines`
pub fn lines(channel: &Rc<Channel>) -> Rc<Stream> {
    of(channel, LINE)
}

/// `Lwt_text.read_chars`
pub fn chars(channel: &Rc<Channel>) -> Rc<Stream> {
    of(channel, CHAR)
}

/// `Lwt_text.write_lines`
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
pub unsafe fn write_lines(channel: Rc<Channel>, stream: Rc<Stream>) -> Promise {
    // SAFETY: the caller's promise.
    let write = move |line: &Element| channel.write(unsafe { bytes_of(line) }, true);
    write_all(stream, write)
}

/// `Lwt_text.write_chars`
///
/// # Safety
/// As [`write_lines`].
pub unsafe fn write_chars(channel: Rc<Channel>, stream: Rc<Stream>) -> Promise {
    // SAFETY: the caller's promise.
    let write = move |char: &Element| channel.write_char(unsafe { bytes_of(char) });
    write_all(stream, write)
}

/// `Lwt_text.hexdump_stream`
pub fn write_hexdump(channel: Rc<Channel>, stream: Rc<Stream>) -> Promise {
    // SAFETY: lines of a dump are `struct lwt_string *`.
    unsafe { write_lines(channel, stream.hexdump()) }
}

/// The bytes of a text.
///
/// # Safety
/// The element is a `struct lwt_string *` or NULL.
unsafe fn bytes_of(text: &Element) -> &[u8] {
    // SAFETY: the caller's promise.
    match unsafe { text.word().cast::<lwt_string>().as_ref() } {
        // SAFETY: a string has so many bytes.
        Some(text) => unsafe { std::slice::from_raw_parts(text.data.cast(), text.len) },
        None => &[],
    }
}

/// Writes each element of a stream in its way.
fn write_all(stream: Rc<Stream>, write: impl Fn(&Element) -> Promise + 'static) -> Promise {
    spawn(async move {
        while let Some(element) = stream.take().await? {
            let written = write(&element);
            drop(element);
            if written.is_pending() {
                written.await?;
            } else if let Some(exn) = written.exn() {
                return Err(exn);
            }
        }
        Ok(Value::UNIT)
    })
}
