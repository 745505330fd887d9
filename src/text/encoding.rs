//! Encodings: their names, and what kind each is. Module Lwt_text; calls `locale`.
//!
//! All that the crate encoding_rs knows, which are those of the Web, by the labels that the
//! Web gives them; and ASCII and Latin 1 as they are, which the Web takes for windows-1252,
//! and UTF-16 and UTF-32 for writing too.
#![forbid(unsafe_code)]

use super::locale;
use encoding_rs::{EUC_KR, GBK, ISO_2022_JP, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use std::sync::OnceLock;

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The lowest.
    Little,
    /// The highest.
    Big,
}

/// How characters are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As everything in here.
    Utf8,
    /// Seven bits.
    Ascii,
    /// A byte is the character of that number.
    Latin1,
    /// Units of two bytes.
    Utf16(Order),
    /// Units of four bytes.
    Utf32(Order),
    /// One that encoding_rs knows.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The one of that name, in upper or lower case. None: nobody knows it.
    pub fn of_name(name: &[u8]) -> Option<Encoding> {
        let name = name.trim_ascii().to_ascii_uppercase();
        let other = match name.as_slice() {
            b"C" | b"POSIX" | b"ASCII" | b"US-ASCII" | b"ANSI_X3.4-1968" | b"ISO646-US"
            | b"646" => {
                return Some(Encoding::Ascii);
            }
            b"ISO-8859-1" | b"ISO8859-1" | b"ISO_8859-1" | b"ISO88591" | b"LATIN1" | b"L1" => {
                return Some(Encoding::Latin1);
            }
            b"UTF-32" | b"UTF-32LE" | b"UTF32" => return Some(Encoding::Utf32(Order::Little)),
            b"UTF-32BE" => return Some(Encoding::Utf32(Order::Big)),
            b"UTF16" => UTF_16LE,
            // What systems call some of them, and the Web does not.
            b"CP932" => SHIFT_JIS,
            b"CP936" => GBK,
            b"CP949" | b"UHC" => EUC_KR,
            name => encoding_rs::Encoding::for_label(name)?,
        };
        Some(match other {
            utf8 if utf8 == UTF_8 => Encoding::Utf8,
            little if little == UTF_16LE => Encoding::Utf16(Order::Little),
            big if big == UTF_16BE => Encoding::Utf16(Order::Big),
            none if none == REPLACEMENT => return None,
            other => Encoding::Other(other),
        })
    }

    /// That of the environment's locale, asked for once; ASCII if nobody knows it.
    pub fn of_locale() -> Encoding {
        static FOUND: OnceLock<Encoding> = OnceLock::new();
        *FOUND.get_or_init(|| {
            Encoding::of_name(locale::codeset().as_bytes()).unwrap_or(Encoding::Ascii)
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Ascii => "ASCII",
            Encoding::Latin1 => "ISO-8859-1",
            Encoding::Utf16(Order::Little) => "UTF-16LE",
            Encoding::Utf16(Order::Big) => "UTF-16BE",
            Encoding::Utf32(Order::Little) => "UTF-32LE",
            Encoding::Utf32(Order::Big) => "UTF-32BE",
            Encoding::Other(other) => other.name(),
        }
    }

    /// Is what a byte means decided by escape sequences before it?
    pub fn shifts(self) -> bool {
        self == Encoding::Other(ISO_2022_JP)
    }

    /// A character of ASCII, in this one.
    pub fn unit(self, byte: u8) -> ([u8; 4], usize) {
        match self {
            Encoding::Utf16(Order::Little) => ([byte, 0, 0, 0], 2),
            Encoding::Utf16(Order::Big) => ([0, byte, 0, 0], 2),
            Encoding::Utf32(Order::Little) => ([byte, 0, 0, 0], 4),
            Encoding::Utf32(Order::Big) => ([0, 0, 0, byte], 4),
            _ => ([byte, 0, 0, 0], 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(name: &str) -> Option<&'static str> {
        Encoding::of_name(name.as_bytes()).map(Encoding::name)
    }

    #[test]
    fn names_of_systems_and_of_the_web_are_known() {
        for (name, known) in [
            ("utf8", "UTF-8"),
            ("UTF-8", "UTF-8"),
            ("ANSI_X3.4-1968", "ASCII"),
            ("us-ascii", "ASCII"),
            ("C", "ASCII"),
            ("iso-8859-1", "ISO-8859-1"),
            ("latin1", "ISO-8859-1"),
            ("windows-1252", "windows-1252"),
            ("ISO-8859-15", "ISO-8859-15"),
            ("koi8-r", "KOI8-R"),
            ("EUC-JP", "EUC-JP"),
            ("CP932", "Shift_JIS"),
            ("gb2312", "GBK"),
            ("UTF-16", "UTF-16LE"),
            ("utf-16be", "UTF-16BE"),
            ("UTF-32", "UTF-32LE"),
            (" big5 ", "Big5"),
        ] {
            assert_eq!(name_of(name), Some(known), "{name}");
        }
        for name in ["", "no such", "replacement", "ISO-2022-KR", "UTF-7", "\0"] {
            assert_eq!(name_of(name), None, "{name}");
        }
    }

    #[test]
    fn an_encoding_is_known_by_its_own_name() {
        for name in [
            "UTF-8",
            "ASCII",
            "ISO-8859-1",
            "UTF-16LE",
            "UTF-32BE",
            "Shift_JIS",
        ] {
            assert_eq!(name_of(name), Some(name));
        }
    }
}
