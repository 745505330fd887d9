//! Bytes become text. Module Lwt_text; calls `encoding`.
//!
//! Nothing is remembered between two calls but the last escape sequence of an encoding that
//! has such: what is cut off stays where it is until the rest of it has come.
#![forbid(unsafe_code)]

use super::encoding::{Encoding, Order};
use super::utf8::repaired;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use encoding_rs::DecoderResult;
use std::borrow::Cow;
use std::cell::Cell;

/// How bytes are read.
pub struct Decoder {
    encoding: Encoding,
    strict: bool,
    /// The escape sequence that is in force.
    shift: Cell<Shift>,
    /// So many bytes were read last, and this is in force behind them: what looks like an
    /// escape sequence there may be none.
    reached: Cell<Option<(usize, Shift)>>,
}

type Shift = Option<[u8; 3]>;

/// What bytes begin with.
enum Next {
    /// A character of so many bytes, which was appended.
    Good(usize),
    /// So many bytes that say nothing.
    Nothing(usize),
    /// A part of a character.
    Cut,
    /// So many bytes that are no character.
    Bad(usize),
}

impl Decoder {
    /// `strict`: what is no character fails.
    pub fn new(encoding: Encoding, strict: bool) -> Decoder {
        Decoder {
            encoding,
            strict,
            shift: Cell::new(None),
            reached: Cell::new(None),
        }
    }

    fn bad(&self) -> Exn {
        let message = format!(
            "lwt_text: the bytes are no character of {}",
            self.encoding.name()
        );
        Exn::new(LWT_FAILURE, message)
    }

    /// At most `limit` characters, and how many bytes they are. None: there is not yet one
    /// that is complete. `end`: no more bytes will come.
    pub fn some(
        &self,
        bytes: &[u8],
        end: bool,
        limit: usize,
    ) -> Option<Result<(usize, String), Exn>> {
        let (mut text, mut at, mut count) = (String::new(), 0, 0);
        let mut shift = self.shift.get();
        if self.encoding == Encoding::Utf8 {
            (at, count) = good_start(bytes, limit);
            text.push_str(std::str::from_utf8(&bytes[..at]).unwrap_or_default());
        }
        while count < limit && at < bytes.len() {
            let len = match self.next(&bytes[at..], end, shift, &mut text) {
                Next::Good(len) => {
                    count += 1;
                    len
                }
                Next::Nothing(len) => len,
                Next::Cut => break,
                Next::Bad(_) if self.strict && count == 0 => return Some(Err(self.bad())),
                Next::Bad(_) if self.strict => break,
                Next::Bad(len) => {
                    text.push(self.replacement(bytes[at]));
                    count += 1;
                    len
                }
            };
            if self.encoding.shifts() {
                shift = after(shift, &bytes[at..at + len]);
            }
            at += len;
        }
        self.reached.set(Some((at, shift)));
        (count > 0 || end || limit == 0).then_some(Ok((at, text)))
    }

    /// All of the bytes, behind which nothing comes that belongs to them.
    pub fn whole<'a>(&self, bytes: &'a [u8]) -> Result<Cow<'a, str>, Exn> {
        self.reached.set(None);
        match self.encoding {
            Encoding::Utf8 if !self.strict => Ok(repaired(bytes)),
            Encoding::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(_) => Err(self.bad()),
            },
            Encoding::Other(other) => self.all(other, bytes).map(Cow::Owned),
            _ => match self.some(bytes, true, usize::MAX) {
                Some(Ok((taken, _))) if taken < bytes.len() => Err(self.bad()),
                Some(Ok((_, text))) => Ok(Cow::Owned(text)),
                Some(Err(exn)) => Err(exn),
                None => Ok(Cow::Borrowed("")),
            },
        }
    }

    /// These bytes were taken.
    pub fn taken(&self, bytes: &[u8]) {
        if self.encoding.shifts() {
            let reached = self.reached.take().filter(|(len, _)| *len == bytes.len());
            let shift = match reached {
                Some((_, shift)) => shift,
                // All of them were good.
                None => after(self.shift.get(), bytes),
            };
            self.shift.set(shift);
        }
    }

    /// What stands for a byte that is no character.
    fn replacement(&self, byte: u8) -> char {
        match self.encoding {
            // One byte by itself would bring all that follow out of step.
            Encoding::Utf16(_) | Encoding::Utf32(_) => char::REPLACEMENT_CHARACTER,
            _ => char::from(byte),
        }
    }

    /// All, in an encoding of the crate.
    fn all(&self, other: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, Exn> {
        let (mut text, mut at) = (String::new(), 0);
        let shift = self.shift.get();
        while at < bytes.len() {
            let mut decoder = started(other, shift, &bytes[at..]);
            let rest = &bytes[at..];
            let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
            if room.is_none_or(|room| text.try_reserve(room).is_err()) {
                return Err(Exn::out_of_memory());
            }
            let (result, read) =
                decoder.decode_to_string_without_replacement(rest, &mut text, true);
            let good = match result {
                DecoderResult::InputEmpty => return Ok(text),
                DecoderResult::OutputFull => return Err(Exn::out_of_memory()),
                DecoderResult::Malformed(..) if self.strict => return Err(self.bad()),
                // What is in force behind it is known only character by character.
                DecoderResult::Malformed(..) if self.encoding.shifts() => {
                    let read = self.some(bytes, true, usize::MAX);
                    return read.map_or(Ok(String::new()), |read| read.map(|(_, text)| text));
                }
                DecoderResult::Malformed(bad, behind) => {
                    read.saturating_sub(usize::from(bad) + usize::from(behind))
                }
            };
            text.push(self.replacement(rest[good.min(rest.len() - 1)]));
            at += good + 1;
        }
        Ok(text)
    }

    /// The next character.
    fn next(&self, bytes: &[u8], end: bool, shift: Shift, to: &mut String) -> Next {
        let cut = |len| if end { Next::Bad(len) } else { Next::Cut };
        match self.encoding {
            Encoding::Utf8 => match std::str::from_utf8(&bytes[..bytes.len().min(4)]) {
                Ok(text) => first_of(text, to),
                Err(error) if error.valid_up_to() > 0 => {
                    let good = &bytes[..error.valid_up_to()];
                    first_of(std::str::from_utf8(good).unwrap_or_default(), to)
                }
                Err(error) if error.error_len().is_none() && bytes.len() < 4 => cut(1),
                Err(_) => Next::Bad(1),
            },
            Encoding::Ascii if !bytes[0].is_ascii() => Next::Bad(1),
            Encoding::Ascii | Encoding::Latin1 => {
                to.push(char::from(bytes[0]));
                Next::Good(1)
            }
            Encoding::Utf16(order) => match utf_16(bytes, order) {
                None => cut(bytes.len()),
                Some((Some(character), len)) => {
                    to.push(character);
                    Next::Good(len)
                }
                Some((None, len)) => Next::Bad(len),
            },
            Encoding::Utf32(order) => match bytes.first_chunk::<4>() {
                None => cut(bytes.len()),
                Some(&unit) => {
                    let number = match order {
                        Order::Little => u32::from_le_bytes(unit),
                        Order::Big => u32::from_be_bytes(unit),
                    };
                    let Some(character) = char::from_u32(number) else {
                        return Next::Bad(4);
                    };
                    to.push(character);
                    Next::Good(4)
                }
            },
            Encoding::Other(other) => next_of(other, bytes, end, shift, to),
        }
    }
}

/// The longest good start of at most `limit` characters: its bytes and its characters.
fn good_start(bytes: &[u8], limit: usize) -> (usize, usize) {
    let bytes = &bytes[..bytes.len().min(limit.saturating_mul(4))];
    let good = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let (mut len, mut count) = (0, 0);
    for character in good.chars().take(limit) {
        len += character.len_utf8();
        count += 1;
    }
    (len, count)
}

/// The first character of a text.
fn first_of(text: &str, to: &mut String) -> Next {
    match text.chars().next() {
        Some(character) => {
            to.push(character);
            Next::Good(character.len_utf8())
        }
        None => Next::Nothing(0),
    }
}

/// A character of UTF-16, or None for a lone surrogate, and how many bytes it is. None: it is
/// cut off.
fn utf_16(bytes: &[u8], order: Order) -> Option<(Option<char>, usize)> {
    let unit = |at: usize| {
        let unit = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(match order {
            Order::Little => u16::from_le_bytes(unit),
            Order::Big => u16::from_be_bytes(unit),
        })
    };
    let first = unit(0)?;
    match first {
        0xd800..=0xdbff => {
            let pair = [first, unit(2)?];
            Some(match char::decode_utf16(pair).next() {
                Some(Ok(character)) => (Some(character), 4),
                _ => (None, 2),
            })
        }
        _ => Some((char::from_u32(u32::from(first)), 2)),
    }
}

/// A decoder for what follows the last escape sequence.
fn started(
    other: &'static encoding_rs::Encoding,
    shift: Shift,
    bytes: &[u8],
) -> encoding_rs::Decoder {
    let mut decoder = other.new_decoder_without_bom_handling();
    // Two of them side by side would be an error, and the second one is enough.
    if let Some(shift) = shift
        && bytes.first() != Some(&ESCAPE)
    {
        let _ = decoder.decode_to_utf8_without_replacement(&shift, &mut [0; 16], false);
    }
    decoder
}

/// The next character, by giving the decoder one byte more each time.
fn next_of(
    other: &'static encoding_rs::Encoding,
    bytes: &[u8],
    end: bool,
    shift: Shift,
    to: &mut String,
) -> Next {
    let mut text = [0; 16];
    for len in 1..=bytes.len() {
        let last = end && len == bytes.len();
        let mut decoder = started(other, shift, bytes);
        let (result, _, written) =
            decoder.decode_to_utf8_without_replacement(&bytes[..len], &mut text, last);
        match result {
            DecoderResult::Malformed(..) if written == 0 => return Next::Bad(1),
            _ if written > 0 => {
                to.push_str(std::str::from_utf8(&text[..written]).unwrap_or_default());
                return Next::Good(len);
            }
            _ => {}
        }
    }
    match end {
        true => Next::Nothing(bytes.len()),
        false => Next::Cut,
    }
}

const ESCAPE: u8 = 0x1b;

/// What is in force behind these bytes.
fn after(shift: Shift, bytes: &[u8]) -> Shift {
    let last = bytes.iter().rposition(|&byte| byte == ESCAPE);
    last.and_then(|at| bytes[at..].first_chunk::<3>().copied())
        .or(shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoder(name: &str, strict: bool) -> Decoder {
        Decoder::new(Encoding::of_name(name.as_bytes()).unwrap(), strict)
    }

    fn whole(name: &str, bytes: &[u8]) -> String {
        decoder(name, false).whole(bytes).unwrap().into_owned()
    }

    /// Read in pieces that come one byte at a time, one character at a time.
    fn by_bytes(name: &str, strict: bool, bytes: &[u8]) -> Result<Vec<String>, i32> {
        let decoder = decoder(name, strict);
        let (mut texts, mut start) = (Vec::new(), 0);
        for here in 1..=bytes.len() + 1 {
            let end = here > bytes.len();
            let here = here.min(bytes.len());
            while start < here {
                let unread = &bytes[start..here];
                let Some(some) = decoder.some(unread, end, 1) else {
                    break;
                };
                let (taken, text) = some.map_err(|exn| exn.kind())?;
                decoder.taken(&unread[..taken]);
                start += taken;
                if !text.is_empty() {
                    texts.push(text);
                }
                assert!(taken > 0);
            }
        }
        assert_eq!(start, bytes.len());
        Ok(texts)
    }

    #[test]
    fn after_escape_sequences_that_are_none_every_way_of_reading_gives_the_same_text() {
        let mut seed = 4321u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            ((seed >> 16) % below) as usize
        };
        for _ in 0..3000 {
            let len = random(24);
            let any = b"\x1b\x1b\x1b$$BBBB((JIa@\xa4\xee\n`";
            let bytes: Vec<u8> = (0..len).map(|_| any[random(any.len() as u32)]).collect();
            let text = whole("ISO-2022-JP", &bytes);
            let apart = by_bytes("ISO-2022-JP", false, &bytes).unwrap();
            assert_eq!(apart.concat(), text, "{bytes:x?}");
            // In two pieces, and what is in force between them.
            let decoder = decoder("ISO-2022-JP", false);
            let (taken, first) = decoder.some(&bytes, true, 3).unwrap().unwrap();
            decoder.taken(&bytes[..taken]);
            let rest = decoder.whole(&bytes[taken..]).unwrap();
            assert_eq!(first + &rest, text, "{bytes:x?}");
        }
    }

    const SAMPLES: [(&str, &[u8], &str); 12] = [
        ("UTF-8", "Jérémie 日本 😀".as_bytes(), "Jérémie 日本 😀"),
        ("ASCII", b"plain", "plain"),
        ("ISO-8859-1", b"J\xe9r\xe9mie\x80", "Jérémie\u{80}"),
        ("windows-1252", b"\x80uro", "€uro"),
        ("ISO-8859-15", b"\xa4uro", "€uro"),
        ("UTF-16LE", b"a\0\xe9\0\x3d\xd8\0\xde", "aé😀"),
        ("UTF-16BE", b"\0a\0\xe9\xd8\x3d\xde\0", "aé😀"),
        ("UTF-32LE", b"a\0\0\0\0\xf6\x01\0", "a😀"),
        ("UTF-32BE", b"\0\0\0a\0\x01\xf6\0", "a😀"),
        ("Shift_JIS", b"a\x93\xfa\x96{b", "a日本b"),
        ("gb18030", b"a\xc8\xd5\x94\x39\xfc\x36b", "a日😀b"),
        ("ISO-2022-JP", b"a\x1b$BF|K\\\x1b(Bb", "a日本b"),
    ];

    #[test]
    fn whole_texts_and_single_characters_are_read_alike_however_they_are_split() {
        for (name, bytes, text) in SAMPLES {
            for strict in [false, true] {
                assert_eq!(decoder(name, strict).whole(bytes).unwrap(), text, "{name}");
                let chars: Vec<String> = text.chars().map(String::from).collect();
                assert_eq!(by_bytes(name, strict, bytes).unwrap(), chars, "{name}");
                let (taken, some) = decoder(name, strict)
                    .some(bytes, false, 2)
                    .unwrap()
                    .unwrap();
                assert_eq!(some, text.chars().take(2).collect::<String>(), "{name}");
                assert!(taken < bytes.len() || text.chars().count() == 2, "{name}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_characters_are_latin_ones_or_a_failure() {
        for (name, bytes, text) in [
            ("UTF-8", &b"a\xe9b"[..], "aéb"),
            ("UTF-8", b"a\xf0\x9f\x98", "að\u{9f}\u{98}"),
            ("ASCII", b"J\xe9r", "Jér"),
            ("Shift_JIS", b"a\x81\xffb", "a\u{81}ÿb"),
            ("EUC-JP", b"\xc6", "Æ"),
            ("UTF-16LE", b"\x3d\xd8a\0", "\u{fffd}a"),
            ("UTF-16LE", b"a\0b", "a\u{fffd}"),
            ("UTF-32LE", b"\0\0\x11\0a\0\0\0", "\u{fffd}a"),
        ] {
            assert_eq!(whole(name, bytes), text, "{name}");
            assert_eq!(
                by_bytes(name, false, bytes).unwrap().concat(),
                text,
                "{name}"
            );
            let failure = decoder(name, true).whole(bytes).map_err(|exn| exn.kind());
            assert_eq!(failure, Err(LWT_FAILURE), "{name}");
            assert_eq!(by_bytes(name, true, bytes), Err(LWT_FAILURE), "{name}");
        }
    }

    #[test]
    fn what_is_good_is_read_before_what_is_bad_fails() {
        let decoder = decoder("UTF-8", true);
        let (taken, text) = decoder.some(b"ab\xffc", false, 9).unwrap().unwrap();
        assert_eq!((taken, text.as_str()), (2, "ab"));
        assert!(decoder.some(b"\xffc", false, 9).unwrap().is_err());
        assert!(decoder.some(b"\xc3", false, 9).is_none());
        assert!(decoder.some(b"\xc3", true, 9).unwrap().is_err());
    }

    #[test]
    fn whatever_the_bytes_every_way_of_reading_gives_the_same_text() {
        let mut seed = 12345u32;
        let mut random = || {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 24) as u8
        };
        for name in [
            "UTF-8",
            "ASCII",
            "UTF-16LE",
            "UTF-32BE",
            "windows-1251",
            "Big5",
            "EUC-KR",
        ] {
            for _ in 0..200 {
                let len = usize::from(random() % 24);
                let bytes: Vec<u8> = (0..len).map(|_| random()).collect();
                let text = whole(name, &bytes);
                assert_eq!(
                    by_bytes(name, false, &bytes).unwrap().concat(),
                    text,
                    "{name} {bytes:x?}"
                );
            }
        }
    }
}
