//! A message on its way: what was said, where and when. Module Lwt_log; calls
//! exceptions and JSON.

use super::json;
use super::level::Level;
use super::section::Section;
use super::stamp::Time;
use crate::exn::Exn;
use std::ffi::{CStr, CString};

/// Where a message was written. What is not known is NULL, or -1.
#[derive(Clone, Copy, Default)]
pub struct Place<'a> {
    /// The file.
    pub file: Option<&'a CStr>,
    /// The function.
    pub function: Option<&'a CStr>,
    /// The line, from 1; 0 or less: unknown.
    pub line: i32,
    /// The column; 0 or less: unknown.
    pub column: i32,
}

/// The value of a field.
#[derive(Clone, Copy)]
pub enum Datum<'a> {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// One that is not negative.
    Uint(u64),
    /// Any number.
    Real(f64),
    /// Text.
    Text(&'a [u8]),
}

/// A key and a value.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// The key.
    pub key: &'a [u8],
    /// The value.
    pub datum: Datum<'a>,
}

/// A message.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// The section.
    pub section: Section,
    /// The level.
    pub level: Level,
    /// Where it was written.
    pub place: Place<'a>,
    /// When.
    pub time: Time,
    /// What is said.
    pub text: &'a [u8],
    /// The exception that it tells of.
    pub exn: Option<&'a Exn>,
    /// Keys and values.
    pub fields: &'a [Field<'a>],
}

impl Record<'_> {
    /// Is there nothing besides the text?
    pub fn is_plain(&self) -> bool {
        self.exn.is_none() && self.fields.is_empty()
    }

    /// All of it in words: the text, the exception, the fields, the exception's way.
    pub fn words(&self) -> Vec<u8> {
        let mut out = self.text.to_vec();
        if let Some(exn) = self.exn {
            out.extend_from_slice(b": ");
            out.extend_from_slice(exn.message().to_bytes());
        }
        for field in self.fields {
            out.push(b' ');
            json::word(&mut out, &Datum::Text(field.key));
            out.push(b'=');
            json::word(&mut out, &field.datum);
        }
        if let Some(backtrace) = self.exn.and_then(Exn::backtrace) {
            out.push(b'\n');
            out.extend_from_slice(backtrace.to_bytes());
        }
        out
    }

    /// Calls `f` with all of it in words.
    pub fn with_words<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T {
        match self.is_plain() {
            true => f(self.text),
            false => f(&self.words()),
        }
    }

    /// About as many bytes as it takes.
    pub fn size(&self) -> usize {
        let text = |datum: &Datum| match datum {
            Datum::Text(text) => text.len(),
            _ => 8,
        };
        let fields = self.fields.iter();
        let fields: usize = fields.map(|f| 2 + f.key.len() + text(&f.datum)).sum();
        self.text.len() + fields + 64
    }

    /// A copy, to be kept.
    pub fn keep(&self) -> Kept {
        let owned = |text: &[u8]| text.to_vec();
        Kept {
            section: self.section,
            level: self.level,
            file: self.place.file.map(CString::from),
            function: self.place.function.map(CString::from),
            line: self.place.line,
            column: self.place.column,
            time: self.time,
            text: owned(self.text),
            exn: self.exn.cloned(),
            fields: self
                .fields
                .iter()
                .map(|field| {
                    let (text, datum) = match field.datum {
                        Datum::Text(text) => (owned(text), Datum::Text(b"")),
                        Datum::Null => (Vec::new(), Datum::Null),
                        Datum::Bool(b) => (Vec::new(), Datum::Bool(b)),
                        Datum::Int(n) => (Vec::new(), Datum::Int(n)),
                        Datum::Uint(n) => (Vec::new(), Datum::Uint(n)),
                        Datum::Real(x) => (Vec::new(), Datum::Real(x)),
                    };
                    (owned(field.key), text, datum)
                })
                .collect(),
        }
    }
}

/// The lines of a text: what a newline ends is none further, and of nothing there is
/// none.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let some = !text.is_empty();
    body.split(|&b| b == b'\n').filter(move |_| some)
}

/// A message that lives by itself, and may go to another thread.
pub struct Kept {
    section: Section,
    level: Level,
    file: Option<CString>,
    function: Option<CString>,
    line: i32,
    column: i32,
    time: Time,
    text: Vec<u8>,
    exn: Option<Exn>,
    /// Keys, texts, and the values that are no text.
    fields: Vec<(Vec<u8>, Vec<u8>, Datum<'static>)>,
}

impl Kept {
    /// Calls `f` with the message.
    pub fn with<T>(&self, f: impl FnOnce(&Record) -> T) -> T {
        let fields = self.fields.iter();
        let fields: Vec<Field> = fields
            .map(|(key, text, datum)| Field {
                key,
                datum: match datum {
                    Datum::Text(_) => Datum::Text(text),
                    other => *other,
                },
            })
            .collect();
        f(&Record {
            section: self.section,
            level: self.level,
            place: Place {
                file: self.file.as_deref(),
                function: self.function.as_deref(),
                line: self.line,
                column: self.column,
            },
            time: self.time,
            text: &self.text,
            exn: self.exn.as_ref(),
            fields: &fields,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::LWT_FAILURE;

    fn all(text: &str) -> Vec<&[u8]> {
        lines(text.as_bytes()).collect()
    }

    #[test]
    fn a_message_is_its_lines() {
        assert!(all("").is_empty());
        assert_eq!(all("a"), [b"a"]);
        assert_eq!(all("a\n"), [b"a"]);
        assert_eq!(all("a\n\nb\n"), [&b"a"[..], b"", b"b"]);
        assert_eq!(all("\n"), [b""]);
        assert_eq!(all("\n\n"), [b"", b""]);
    }

    #[test]
    fn what_is_kept_says_the_same() {
        let exn = Exn::new(LWT_FAILURE, "broke");
        let fields = [
            Field {
                key: b"user",
                datum: Datum::Text(b"a b"),
            },
            Field {
                key: b"n",
                datum: Datum::Int(-3),
            },
        ];
        let record = Record {
            section: Section::main(),
            level: Level::Error,
            place: Place::default(),
            time: Time::default(),
            text: b"it",
            exn: Some(&exn),
            fields: &fields,
        };
        assert_eq!(record.words(), b"it: broke user=\"a b\" n=-3");
        let kept = record.keep();
        drop(exn.clone());
        assert_eq!(kept.with(|record| record.words()), record.words());
    }
}
