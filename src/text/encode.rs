//! Text becomes bytes. Module Lwt_text; calls `encoding`, `fallback`.
#![forbid(unsafe_code)]

use super::encoding::{Encoding, Order};
use super::fallback::fallback;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use encoding_rs::EncoderResult;

/// What becomes of what an encoding has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// Something that looks alike, or "?"; what is read that is no character is a Latin one.
    Loose,
    /// A failure.
    Strict,
    /// As loose, and letters lose their accents.
    Rich,
}

impl Conversion {
    /// What is written for a character, of what `can` be.
    fn of(self, character: char, name: &str, can: impl Fn(char) -> bool) -> Result<String, Exn> {
        match self {
            Conversion::Strict => {
                let number = u32::from(character);
                let message = format!("lwt_text: {name} has no character U+{number:04X}");
                Err(Exn::new(LWT_FAILURE, message))
            }
            _ => Ok(fallback(character, self == Conversion::Rich, can)),
        }
    }
}

/// Appends the bytes of a text.
pub fn encode(
    text: &str,
    encoding: Encoding,
    conversion: Conversion,
    to: &mut Vec<u8>,
) -> Result<(), Exn> {
    // At most four bytes for one of UTF-8, and what that encoding adds in the end.
    let most = match encoding {
        Encoding::Utf32(_) => 4 * text.len(),
        _ => 2 * text.len() + 16,
    };
    to.try_reserve(most).map_err(|_| Exn::out_of_memory())?;
    match encoding {
        Encoding::Utf8 => to.extend_from_slice(text.as_bytes()),
        Encoding::Ascii => below(text, 128, encoding, conversion, to)?,
        Encoding::Latin1 => below(text, 256, encoding, conversion, to)?,
        Encoding::Utf16(order) => {
            for unit in text.encode_utf16() {
                to.extend_from_slice(&match order {
                    Order::Little => unit.to_le_bytes(),
                    Order::Big => unit.to_be_bytes(),
                });
            }
        }
        Encoding::Utf32(order) => {
            for character in text.chars().map(u32::from) {
                to.extend_from_slice(&match order {
                    Order::Little => character.to_le_bytes(),
                    Order::Big => character.to_be_bytes(),
                });
            }
        }
        Encoding::Other(other) => by_table(text, other, conversion, to)?,
    }
    Ok(())
}

/// An encoding whose bytes are the numbers of the first characters.
fn below(
    text: &str,
    end: u32,
    encoding: Encoding,
    conversion: Conversion,
    to: &mut Vec<u8>,
) -> Result<(), Exn> {
    for character in text.chars() {
        match u32::from(character) {
            number if number < end => to.push(number as u8),
            _ => {
                let can = |character| u32::from(character) < end;
                let instead = conversion.of(character, encoding.name(), can)?;
                to.extend(instead.chars().map(|character| u32::from(character) as u8));
            }
        }
    }
    Ok(())
}

/// An encoding of the crate.
fn by_table(
    text: &str,
    other: &'static encoding_rs::Encoding,
    conversion: Conversion,
    to: &mut Vec<u8>,
) -> Result<(), Exn> {
    let can = |character: char| {
        let mut text = [0; 4];
        let (text, mut bytes) = (character.encode_utf8(&mut text), [0; 32]);
        let mut encoder = other.new_encoder();
        let (result, ..) = encoder.encode_from_utf8_without_replacement(text, &mut bytes, true);
        result == EncoderResult::InputEmpty
    };
    let mut encoder = other.new_encoder();
    let mut put = |text: &str, last: bool, to: &mut Vec<u8>| {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
        if room.is_none_or(|room| to.try_reserve(room).is_err()) {
            return Err(Exn::out_of_memory());
        }
        Ok(encoder.encode_from_utf8_to_vec_without_replacement(text, to, last))
    };
    let mut rest = text;
    loop {
        let (result, read) = put(rest, true, to)?;
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return Ok(()),
            EncoderResult::OutputFull => return Err(Exn::out_of_memory()),
            EncoderResult::Unmappable(character) => {
                let instead = conversion.of(character, other.name(), can)?;
                // It can be written, and there is room.
                let _ = put(&instead, false, to)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::decode::Decoder;

    fn encoded(text: &str, name: &str, conversion: Conversion) -> Result<Vec<u8>, i32> {
        let mut bytes = Vec::new();
        let encoding = Encoding::of_name(name.as_bytes()).unwrap();
        encode(text, encoding, conversion, &mut bytes).map_err(|exn| exn.kind())?;
        Ok(bytes)
    }

    fn loose(text: &str, name: &str) -> Vec<u8> {
        encoded(text, name, Conversion::Loose).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        for name in [
            "UTF-8",
            "UTF-16LE",
            "UTF-16BE",
            "UTF-32LE",
            "UTF-32BE",
            "gb18030",
            "ISO-8859-1",
            "Shift_JIS",
            "EUC-JP",
            "ISO-2022-JP",
            "Big5",
            "EUC-KR",
            "KOI8-R",
        ] {
            let text = match name {
                "ISO-8859-1" => "Jérémie ÿ",
                "KOI8-R" => "привет",
                "EUC-KR" => "안녕",
                "Big5" => "日本 plain",
                "Shift_JIS" | "EUC-JP" | "ISO-2022-JP" => "a日本b カナ c",
                _ => "Jérémie 日本 😀",
            };
            let bytes = encoded(text, name, Conversion::Strict).unwrap();
            let encoding = Encoding::of_name(name.as_bytes()).unwrap();
            assert_eq!(
                Decoder::new(encoding, true).whole(&bytes).unwrap(),
                text,
                "{name}"
            );
        }
    }

    #[test]
    fn what_an_encoding_has_not_is_replaced_or_fails() {
        assert_eq!(loose("Jérémie", "C"), b"J?r?mie");
        assert_eq!(loose("Jérémie €", "ISO-8859-1"), b"J\xe9r\xe9mie EUR");
        assert_eq!(loose("“日” é", "windows-1251"), b"\x93?\x94 ?");
        assert_eq!(
            encoded("é“日”", "ISO-2022-JP", Conversion::Rich).unwrap(),
            b"e\x1b$B!HF|!I\x1b(B"
        );
        assert_eq!(
            loose("日é本", "ISO-2022-JP"),
            b"\x1b$BF|\x1b(B?\x1b$BK\\\x1b(B"
        );
        assert_eq!(
            encoded("Łé", "ISO-8859-1", Conversion::Rich).unwrap(),
            b"L\xe9"
        );
        for name in ["C", "ISO-8859-1", "windows-1252", "EUC-KR"] {
            assert_eq!(
                encoded("a😀", name, Conversion::Strict),
                Err(LWT_FAILURE),
                "{name}"
            );
        }
    }
}
