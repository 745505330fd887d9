//! Channels as streams, and streams written to channels. Module Lwt_io; calls
//! channels and streams.

use super::Channel;
use super::read::AtEnd;
use crate::abi::NONE;
use crate::data::stream::{Element, Reply, Stream, dump_line};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::text::lwt_string;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::rc::Rc;

/// An outcome that may be none as the answer of a source.
fn answer(outcome: Outcome) -> Result<Option<Element>, Exn> {
    let value = outcome?;
    Ok((value.word() != NONE).then_some(Element::Sole(value)))
}

/// A stream of what a channel is asked for: `now` where it need not wait.
fn of(
    channel: &Rc<Channel>,
    now: fn(&Rc<Channel>) -> Option<Outcome>,
    later: fn(&Rc<Channel>) -> Promise,
) -> Rc<Stream> {
    let channel = channel.clone();
    Stream::asking(move || {
        if let Some(outcome) = now(&channel) {
            return Reply::Now(answer(outcome));
        }
        let promise = later(&channel);
        if promise.is_pending() {
            return Reply::later(async move { answer(promise.await) });
        }
        Reply::Now(answer(
            promise.take().unwrap_or_else(|| Err(Exn::out_of_memory())),
        ))
    })
}

/// `Lwt_io.read_lines`
pub fn lines(channel: &Rc<Channel>) -> Rc<Stream> {
    of(channel, Channel::line_now, |channel| {
        channel.read_line(AtEnd::None)
    })
}

/// `Lwt_io.read_chars`
pub fn chars(channel: &Rc<Channel>) -> Rc<Stream> {
    of(channel, Channel::char_now, |channel| {
        channel.read_char(AtEnd::None)
    })
}

/// `Lwt_io.write_lines`
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
pub unsafe fn write_lines(channel: Rc<Channel>, stream: Rc<Stream>) -> Promise {
    write_all(channel, stream, |channel, line| {
        // SAFETY: the caller's promise.
        channel.write([unsafe { bytes_of(line) }, b"\n"])
    })
}

/// `Lwt_io.write_chars`: the lowest eight bits of each element.
pub fn write_chars(channel: Rc<Channel>, stream: Rc<Stream>) -> Promise {
    write_all(channel, stream, |channel, byte| {
        channel.write([&[byte.word() as usize as u8], &[]])
    })
}

/// `Lwt_io.hexdump_stream`
pub fn write_hexdump(channel: Rc<Channel>, stream: Rc<Stream>) -> Promise {
    // SAFETY: lines of a dump are `struct lwt_string *`.
    unsafe { write_lines(channel, stream.hexdump()) }
}

/// `Lwt_io.hexdump`
pub fn hexdump(bytes: &[u8]) -> String {
    let mut dump = String::new();
    for (at, line) in bytes.chunks(16).enumerate() {
        dump += &dump_line(at as u64 * 16, line);
        dump.push('\n');
    }
    dump
}

/// The bytes of a line.
///
/// # Safety
/// The element is a `struct lwt_string *` or NULL.
unsafe fn bytes_of(line: &Element) -> &[u8] {
    // SAFETY: the caller's promise.
    match unsafe { line.word().cast::<lwt_string>().as_ref() } {
        // SAFETY: a string has so many bytes.
        Some(line) => unsafe { std::slice::from_raw_parts(line.data.cast(), line.len) },
        None => &[],
    }
}

/// Writes each element of a stream in its way.
fn write_all(
    channel: Rc<Channel>,
    stream: Rc<Stream>,
    write: impl Fn(&Rc<Channel>, &Element) -> Promise + 'static,
) -> Promise {
    spawn(async move {
        while let Some(element) = stream.take().await? {
            let written = write(&channel, &element);
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
