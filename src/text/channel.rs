//! A channel of bytes with an encoding. Module Lwt_text; calls channels, `decode`, `encode`.
//!
//! It has no buffer of its own: what is read is decoded where it lies in the channel's, and
//! what is written goes there once it is encoded. Text in UTF-8 that goes to a channel in
//! UTF-8 is only looked at.

use super::decode::Decoder;
use super::encode::{Conversion, encode};
use super::encoding::Encoding;
use super::utf8::repaired;
use crate::exn::Exn;
use crate::io::{self, AtEnd, Mode, Standard, string};
use crate::promise::{Outcome, Promise, failed};
use crate::value::Value;
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::rc::Rc;

/// A text channel, behind `lwt_text_channel *`.
pub struct Channel {
    byte: Rc<io::Channel>,
    encoding: Encoding,
    conversion: Conversion,
    decoder: Decoder,
    name: CString,
}

impl Channel {
    /// `Lwt_text.make`; no encoding: that of the locale.
    pub fn new(
        byte: Rc<io::Channel>,
        encoding: Option<Encoding>,
        conversion: Conversion,
    ) -> Rc<Channel> {
        let encoding = encoding.unwrap_or_else(Encoding::of_locale);
        Rc::new(Channel {
            byte,
            encoding,
            conversion,
            decoder: Decoder::new(encoding, conversion == Conversion::Strict),
            name: CString::new(encoding.name()).unwrap_or_default(),
        })
    }

    /// `Lwt_text.stdin`, `stdout`, `stderr`, of this thread.
    pub fn standard(which: Standard) -> Rc<Channel> {
        Channel::new(io::standard(which), None, Conversion::Loose)
    }

    /// `Lwt_text.byte_channel`
    pub fn byte_channel(&self) -> &Rc<io::Channel> {
        &self.byte
    }

    /// `Lwt_text.encoding`
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Its name.
    pub fn encoding_name(&self) -> &CStr {
        &self.name
    }

    /// Is it good for that direction? The error names the function.
    pub fn expect(&self, mode: Mode, function: &str) -> Result<(), Exn> {
        self.byte.expect(mode, function)
    }

    /// `Lwt_text.atomic`
    pub fn atomic(self: &Rc<Self>, f: impl FnOnce(Rc<Channel>) -> Promise + 'static) -> Promise {
        let (encoding, conversion) = (self.encoding, self.conversion);
        let byte = &self.byte;
        byte.atomic(move |byte| f(Channel::new(byte, Some(encoding), conversion)))
    }

    /// `Lwt_text.read_char` and `read_char_opt`
    pub fn read_char(self: &Rc<Self>, at_end: AtEnd) -> Promise {
        let channel = self.clone();
        self.byte.decode(move |bytes, end| {
            let taken = channel.some(bytes, end, 1)?;
            Some(match taken {
                Ok((taken, text)) if text.is_empty() => (taken, at_end.outcome()),
                taken => answer(taken),
            })
        })
    }

    /// `Lwt_text.read`: at most `count` characters, at least one unless at the end; None: all
    /// up to the end.
    pub fn read(self: &Rc<Self>, count: Option<usize>) -> Promise {
        let channel = self.clone();
        self.byte.decode(move |bytes, end| match count {
            Some(count) => channel.some(bytes, end, count).map(answer),
            None => end.then(|| channel.whole(bytes, bytes.len())),
        })
    }

    /// `Lwt_text.read_line` and `read_line_opt`: a line without "\n" or "\r\n".
    pub fn read_line(self: &Rc<Self>, at_end: AtEnd) -> Promise {
        let (channel, mut searched) = (self.clone(), 0);
        self.byte.decode(move |bytes, end| {
            let (newline, unit) = channel.encoding.unit(b'\n');
            match find(bytes, searched, &newline[..unit]) {
                Some(at) => {
                    let (carriage, _) = channel.encoding.unit(b'\r');
                    let line = &bytes[..at];
                    let line = line.strip_suffix(&carriage[..unit]).unwrap_or(line);
                    Some(channel.whole(line, at + unit))
                }
                None if end && bytes.is_empty() => Some((0, at_end.outcome())),
                None if end => Some(channel.whole(bytes, bytes.len())),
                None => {
                    searched = bytes.len() / unit * unit;
                    None
                }
            }
        })
    }

    /// Some characters, whose bytes are then taken.
    fn some(&self, bytes: &[u8], end: bool, limit: usize) -> Option<Result<(usize, String), Exn>> {
        let some = self.decoder.some(bytes, end, limit)?;
        if let Ok((taken, _)) = &some {
            self.decoder.taken(&bytes[..*taken]);
        }
        Some(some)
    }

    /// All of these bytes as a text, with which `taken` are taken; none if that fails.
    fn whole(&self, bytes: &[u8], taken: usize) -> (usize, Outcome) {
        match self.decoder.whole(bytes) {
            Ok(text) => {
                self.decoder.taken(bytes);
                (taken, string(text.as_bytes()))
            }
            Err(exn) => (0, Err(exn)),
        }
    }

    /// Text from the user, which is to be UTF-8.
    fn checked<'a>(&self, text: &'a [u8]) -> Result<Cow<'a, str>, Exn> {
        match self.conversion {
            Conversion::Strict => Decoder::new(Encoding::Utf8, true).whole(text),
            _ => Ok(repaired(text)),
        }
    }

    /// `Lwt_text.write`, and `write_line` with a newline behind it: all of it, in one piece.
    pub fn write(&self, text: &[u8], newline: bool) -> Promise {
        let end: &[u8] = if newline { b"\n" } else { b"" };
        let text = match self.checked(text) {
            Ok(text) => text,
            Err(exn) => return failed(exn),
        };
        if self.encoding == Encoding::Utf8 {
            return self.byte.write([text.as_bytes(), end]);
        }
        let mut bytes = Vec::new();
        let (end, len) = self.encoding.unit(b'\n');
        match encode(&text, self.encoding, self.conversion, &mut bytes) {
            Ok(()) if newline => self.byte.write([&bytes, &end[..len]]),
            Ok(()) => self.byte.write([&bytes, &[]]),
            Err(exn) => failed(exn),
        }
    }

    /// `Lwt_text.write_char`: exactly one.
    pub fn write_char(&self, text: &[u8]) -> Promise {
        match self.checked(text) {
            Ok(one) if one.chars().count() == 1 => self.write(one.as_bytes(), false),
            Ok(_) => failed(Exn::invalid(
                "lwt_text_write_char: the text is not one character",
            )),
            Err(exn) => failed(exn),
        }
    }

    /// `Lwt_text.flush`
    pub fn flush(&self) -> Promise {
        self.byte.flush()
    }

    /// `Lwt_text.close`
    pub fn close(&self) -> Promise {
        self.byte.close()
    }
}

fn answer(taken: Result<(usize, String), Exn>) -> (usize, Outcome) {
    match taken {
        Ok((taken, text)) => (taken, string(text.as_bytes())),
        Err(exn) => (0, Err(exn)),
    }
}

/// Where a unit is, at a place of its own size, from `start` on.
fn find(bytes: &[u8], start: usize, unit: &[u8]) -> Option<usize> {
    let rest = bytes.get(start..)?;
    if let [byte] = *unit {
        // SAFETY: the bytes are there. The C library's search is the fastest there is.
        let found = unsafe { libc::memchr(rest.as_ptr().cast(), byte.into(), rest.len()) };
        return (!found.is_null()).then(|| found as usize - bytes.as_ptr() as usize);
    }
    let found = rest
        .chunks_exact(unit.len())
        .position(|chunk| chunk == unit);
    found.map(|place| start + place * unit.len())
}

/// A text channel as a value, which owns the handle.
pub fn into_value(channel: Rc<Channel>) -> Result<Value, Exn> {
    use crate::handle::object::{self, Kind};
    object::into_value(Kind::TextChannel, channel)
}
