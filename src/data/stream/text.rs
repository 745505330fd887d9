//! Streams of bytes: to_string, hexdump. Module Lwt_stream; calls the promises
//! below.

use super::Stream;
use super::element::{Answer, Element};
use super::source::Reply;
use super::walker::Walker;
use crate::exn::Exn;
use crate::promise::Promise;
use crate::promise::future::spawn;
use crate::promise::text::{self, lwt_string};
use crate::value::Value;
use std::ffi::c_void;
use std::fmt::Write;
use std::rc::Rc;

unsafe extern "C" fn release(string: *mut c_void) {
    // SAFETY: the drop function of a value made by `string`.
    unsafe { text::release(string.cast::<lwt_string>()) }
}

/// Text as a value.
fn string(bytes: &[u8]) -> Result<Value, Exn> {
    // SAFETY: the bytes are there.
    let string = unsafe { text::copy(bytes.as_ptr().cast(), bytes.len()) };
    if string.is_null() {
        return Err(Exn::out_of_memory());
    }
    Ok(Value::new(string.cast(), Some(release)))
}

/// The byte that an element is: its lowest eight bits.
fn byte(element: &Element) -> u8 {
    element.word() as usize as u8
}

/// One line of a dump: the offset, up to sixteen bytes, and what can be printed
/// of them.
pub fn dump_line(offset: u64, bytes: &[u8]) -> String {
    let mut line = format!("{offset:08x}|  ");
    for place in 0..16 {
        if place == 8 {
            line.push(' ');
        }
        match bytes.get(place) {
            Some(byte) => write!(line, "{byte:02x} ").unwrap_or(()),
            None => line.push_str("   "),
        }
    }
    line.push_str(" |");
    line.extend(bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    }));
    line.push('|');
    line
}

impl Stream {
    /// `Lwt_stream.to_string`: all bytes, as a `struct lwt_string *`.
    pub fn to_text(self: &Rc<Self>) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut bytes = Vec::new();
            while let Some(element) = walker.take().await? {
                bytes.try_reserve(1).map_err(|_| Exn::out_of_memory())?;
                bytes.push(byte(&element));
            }
            string(&bytes)
        })
    }

    /// `Lwt_stream.hexdump`: lines, each a `struct lwt_string *`.
    pub fn hexdump(self: Rc<Self>) -> Rc<Stream> {
        let mut offset = 0;
        Stream::asking(move || {
            let source = self.clone();
            let start = offset;
            offset += 16;
            Reply::later(async move { line(source, start).await })
        })
    }
}

async fn line(source: Rc<Stream>, start: u64) -> Answer {
    let mut walker = Walker::new(source);
    let mut bytes = Vec::with_capacity(16);
    while bytes.len() < 16
        && let Some(element) = walker.take().await?
    {
        bytes.push(byte(&element));
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(Element::Sole(string(
        dump_line(start, &bytes).as_bytes(),
    )?)))
}
