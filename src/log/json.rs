//! Messages as JSON, one object a line, and values of fields as words. Module
//! Lwt_log; calls exceptions.
//!
//! Text that is no UTF-8 has U+FFFD in place of what is none.

use super::record::{Datum, Field, Record};
use super::stamp;
use std::collections::HashMap;
use std::io::Write;

/// What the library says of a message itself: fields of these names come as
/// `fields.NAME`, as do those that are called so already, lest two become one.
const RESERVED: [&[u8]; 11] = [
    b"time",
    b"level",
    b"section",
    b"message",
    b"file",
    b"line",
    b"function",
    b"error",
    b"backtrace",
    b"name",
    b"pid",
];

const PREFIX: &[u8] = b"fields.";

/// Text between quotes.
pub fn quote(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    // Most text is such that nothing has to be done.
    let plain = |&b: &u8| (b' '..0x7f).contains(&b) && b != b'"' && b != b'\\';
    if text.iter().all(plain) {
        out.extend_from_slice(text);
    } else {
        for chunk in text.utf8_chunks() {
            escape(out, chunk.valid().as_bytes());
            if !chunk.invalid().is_empty() {
                out.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
    }
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, text: &[u8]) {
    let special = |&b: &u8| b < b' ' || b == b'"' || b == b'\\' || b == 0x7f;
    let mut rest = text;
    while let Some(at) = rest.iter().position(special) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => put(out, format_args!("\\u{other:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Writing into memory does not fail.
fn put(out: &mut Vec<u8>, text: std::fmt::Arguments) {
    let _ = out.write_fmt(text);
}

/// A value. What is no number in JSON (an infinity, say) is text.
pub fn datum(out: &mut Vec<u8>, datum: &Datum) {
    match *datum {
        Datum::Null => out.extend_from_slice(b"null"),
        Datum::Bool(b) => put(out, format_args!("{b}")),
        Datum::Int(n) => put(out, format_args!("{n}")),
        Datum::Uint(n) => put(out, format_args!("{n}")),
        Datum::Real(x) if x.is_finite() => put(out, format_args!("{x:?}")),
        Datum::Real(x) => put(out, format_args!("\"{x}\"")),
        Datum::Text(text) => quote(out, text),
    }
}

/// A value in a line of words: text is between quotes only where it has to be.
pub fn word(out: &mut Vec<u8>, value: &Datum) {
    let plain = |&b: &u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\' | b'=');
    match value {
        Datum::Text(text) if !text.is_empty() && text.iter().all(plain) => {
            out.extend_from_slice(text)
        }
        other => datum(out, other),
    }
}

fn member(out: &mut Vec<u8>, key: &str) {
    for part in [b",\"", key.as_bytes(), b"\":"] {
        out.extend_from_slice(part);
    }
}

/// A message as an object, without a newline.
pub fn object(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(b"{\"time\":\"");
    record.time.write_universal(out);
    out.extend_from_slice(b"\",\"level\":\"");
    out.extend_from_slice(record.level.name().to_bytes());
    out.extend_from_slice(b"\",\"section\":");
    quote(out, record.section.name().to_bytes());
    member(out, "message");
    let text = record.text.strip_suffix(b"\n").unwrap_or(record.text);
    quote(out, text);
    member(out, "name");
    quote(out, stamp::program());
    member(out, "pid");
    put(out, format_args!("{}", stamp::process()));
    let place = &record.place;
    if let Some(file) = place.file {
        member(out, "file");
        quote(out, file.to_bytes());
        member(out, "line");
        put(out, format_args!("{}", place.line));
    }
    if let Some(function) = place.function {
        member(out, "function");
        quote(out, function.to_bytes());
    }
    if let Some(exn) = record.exn {
        member(out, "error");
        quote(out, exn.message().to_bytes());
        if let Some(backtrace) = exn.backtrace() {
            member(out, "backtrace");
            quote(out, backtrace.to_bytes());
        }
    }
    each_last(record.fields, |field| {
        out.push(b',');
        match RESERVED.contains(&field.key) || field.key.starts_with(PREFIX) {
            true => quote(out, &[PREFIX, field.key].concat()),
            false => quote(out, field.key),
        }
        out.push(b':');
        datum(out, &field.datum);
    });
    out.push(b'}');
}

/// Calls `f` with each field whose key comes no second time behind it.
fn each_last(fields: &[Field], mut f: impl FnMut(&Field)) {
    /// So many are compared one by one, which needs no memory.
    const FEW: usize = 16;
    if fields.len() <= FEW {
        for (n, field) in fields.iter().enumerate() {
            if fields[n + 1..].iter().all(|other| other.key != field.key) {
                f(field);
            }
        }
        return;
    }
    let last: HashMap<&[u8], usize> = fields
        .iter()
        .enumerate()
        .map(|(n, field)| (field.key, n))
        .collect();
    for (n, field) in fields.iter().enumerate() {
        if last.get(field.key) == Some(&n) {
            f(field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::level::Level;
    use crate::log::record::Place;
    use crate::log::section::Section;
    use crate::log::stamp::Time;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_is_escaped_and_what_is_no_text_replaced() {
        let quoted = |bytes: &[u8]| text(|out| quote(out, bytes));
        assert_eq!(quoted(b""), "\"\"");
        assert_eq!(quoted(b"a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(
            quoted(b"\n\r\t\x00\x1b\x7f"),
            r#""\n\r\t\u0000\u001b\u007f""#
        );
        assert_eq!(quoted("é✓".as_bytes()), "\"é✓\"");
        assert_eq!(quoted(b"a\xffb\xc3"), "\"a\u{fffd}b\u{fffd}\"");
    }

    #[test]
    fn numbers_read_back_as_what_they_were() {
        let told = |d: Datum| text(|out| datum(out, &d));
        assert_eq!(told(Datum::Int(i64::MIN)), "-9223372036854775808");
        assert_eq!(told(Datum::Uint(u64::MAX)), "18446744073709551615");
        assert_eq!(told(Datum::Real(0.1)), "0.1");
        assert_eq!(told(Datum::Real(1e300)), "1e300");
        assert_eq!(told(Datum::Real(2.0)), "2.0");
        assert_eq!(told(Datum::Real(f64::NAN)), "\"NaN\"");
        assert_eq!(told(Datum::Real(f64::NEG_INFINITY)), "\"-inf\"");
        assert_eq!(
            (told(Datum::Null), told(Datum::Bool(true))),
            ("null".into(), "true".into())
        );
    }

    #[test]
    fn a_message_is_one_object_on_one_line() {
        let fields = [
            Field {
                key: b"user",
                datum: Datum::Text(b"a\nb"),
            },
            Field {
                key: b"level",
                datum: Datum::Int(3),
            },
        ];
        let record = Record {
            section: Section::main(),
            level: Level::Warning,
            place: Place {
                file: Some(c"x.c"),
                function: Some(c"f"),
                line: 7,
                column: -1,
            },
            time: Time::default(),
            text: b"one\ntwo\n",
            exn: None,
            fields: &fields,
        };
        let line = text(|out| object(out, &record));
        let (head, tail) = line.split_once("\"name\":").unwrap();
        assert_eq!(
            head,
            r#"{"time":"1970-01-01T00:00:00.000000Z","level":"warning","section":"main","message":"one\ntwo","#
        );
        let (_, tail) = tail.split_once("\"file\":").unwrap();
        assert_eq!(
            tail,
            r#""x.c","line":7,"function":"f","user":"a\nb","fields.level":3}"#
        );
    }
}
