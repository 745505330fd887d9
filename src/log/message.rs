//! A message as C says it, and as C is told it. Module Lwt_log; calls records.

use super::level::Level;
use super::logger::Logger;
use super::record::{Datum, Field, Place, Record, lines};
use super::section::{Section, lwt_log_section};
use super::stamp::Time;
use crate::abi::lwt_exn;
use crate::exn::Exn;
use crate::promise::text::lwt_string;
use std::ffi::{CStr, c_char, c_int};
use std::ptr;

/// The value is LWT_LOG_NOTHING, `null` in JSON.
pub const LWT_LOG_NOTHING: c_int = 0;
/// Text: `text` and `length`.
pub const LWT_LOG_TEXT: c_int = 1;
/// A number: `integer`.
pub const LWT_LOG_INTEGER: c_int = 2;
/// A number that is not negative: `integer`, as if it were unsigned.
pub const LWT_LOG_UNSIGNED: c_int = 3;
/// A number: `real`.
pub const LWT_LOG_REAL: c_int = 4;
/// `integer` is 0 or not.
pub const LWT_LOG_TRUTH: c_int = 5;

/// A key and a value of a message. LWT_LOG_STR and its kin make them.
#[repr(C)]
pub struct lwt_log_field {
    /// The key.
    pub key: *const c_char,
    /// What the value is: LWT_LOG_TEXT ...
    pub kind: c_int,
    /// A whole number, or a truth.
    pub integer: i64,
    /// A number with a fraction.
    pub real: f64,
    /// Text, with its length. NULL: LWT_LOG_NOTHING.
    pub text: *const c_char,
    /// How many bytes it has.
    pub length: usize,
}

/// A message. All of it may be zeros, but for `text`.
#[repr(C)]
pub struct lwt_log_message {
    /// The section; NULL: the main one.
    pub section: *const lwt_log_section,
    /// The level, LWT_LEVEL_INFO ...
    pub level: c_int,
    /// The line it is written in; 0 or less: unknown.
    pub line: c_int,
    /// The column; 0 or less: unknown.
    pub column: c_int,
    /// The file, or NULL.
    pub file: *const c_char,
    /// The function, or NULL.
    pub function: *const c_char,
    /// The exception that it tells of, or NULL.
    pub exn: *const lwt_exn,
    /// What it says.
    pub text: *const c_char,
    /// How many bytes that has.
    pub length: usize,
    /// Keys and values.
    pub fields: *const lwt_log_field,
    /// How many.
    pub field_count: usize,
    /// For output functions, who alone are told: all that the message says, exception
    /// and fields too, line by line.
    pub lines: *const lwt_string,
    /// How many lines. The same.
    pub line_count: usize,
    /// When it was written, in seconds since 1970. The same.
    pub seconds: i64,
    /// And so many thousand millionths. The same.
    pub nanoseconds: u32,
}

/// # Safety
/// `text` is NULL or ends with a NUL byte.
unsafe fn optional<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

fn bytes<'a>(text: *const c_char, len: usize) -> Option<&'a [u8]> {
    match (text.is_null(), len) {
        (_, 0) => Some(&[]),
        (true, _) => None,
        (false, len) if len > isize::MAX as usize => None,
        // SAFETY: C says that there are so many.
        (false, len) => Some(unsafe { std::slice::from_raw_parts(text.cast(), len) }),
    }
}

/// # Safety
/// As the fields of C say.
unsafe fn field(from: &lwt_log_field) -> Option<Field<'_>> {
    // SAFETY: the caller's promise.
    let key = unsafe { optional(from.key) }?.to_bytes();
    let datum = match from.kind {
        LWT_LOG_NOTHING => Datum::Null,
        LWT_LOG_TEXT if from.text.is_null() => Datum::Null,
        LWT_LOG_TEXT => Datum::Text(bytes(from.text, from.length)?),
        LWT_LOG_INTEGER => Datum::Int(from.integer),
        LWT_LOG_UNSIGNED => Datum::Uint(from.integer as u64),
        LWT_LOG_REAL => Datum::Real(from.real),
        LWT_LOG_TRUTH => Datum::Bool(from.integer != 0),
        _ => return None,
    };
    Some(Field { key, datum })
}

/// Calls `f` with the message that C says. The error: it is none.
///
/// # Safety
/// `message` is NULL, or all that it leads to is there.
pub unsafe fn read<T>(
    message: *const lwt_log_message,
    function: &str,
    f: impl FnOnce(&Record) -> T,
) -> Result<T, Exn> {
    let wrong = |what: &str| Exn::invalid(&format!("{function}: {what}"));
    // SAFETY: the caller's promise.
    let message = unsafe { message.as_ref() }.ok_or_else(|| wrong("the message is NULL"))?;
    let section = Section::of_raw(message.section).ok_or_else(|| wrong("this is no section"))?;
    let level = Level::of_int(message.level).ok_or_else(|| wrong("there is no such level"))?;
    let text = bytes(message.text, message.length).ok_or_else(|| wrong("the text is NULL"))?;
    let exn = match message.exn.is_null() {
        true => None,
        false => {
            let exn = Exn::borrow_raw(message.exn);
            Some(exn.ok_or_else(|| wrong("this is no exception"))?)
        }
    };
    const MOST: usize = 1 << 20;
    let fields = match (message.fields.is_null(), message.field_count) {
        (_, 0) => &[],
        (true, _) => return Err(wrong("the fields are NULL")),
        (false, count) if count > MOST => return Err(wrong("there are too many fields")),
        // SAFETY: the caller's promise.
        (false, count) => unsafe { std::slice::from_raw_parts(message.fields, count) },
    };
    // SAFETY: the caller's promise.
    let fields: Option<Vec<Field>> = fields.iter().map(|from| unsafe { field(from) }).collect();
    let fields = fields.ok_or_else(|| wrong("a field has no key, or no such value"))?;
    // SAFETY: the caller's promise.
    let (file, function) = unsafe { (optional(message.file), optional(message.function)) };
    Ok(f(&Record {
        section,
        level,
        place: Place {
            file,
            function,
            line: message.line,
            column: message.column,
        },
        time: Time::now(),
        text,
        exn: exn.as_ref(),
        fields: &fields,
    }))
}

/// A message as C is told it, with all that it leads to.
pub struct Shown {
    message: lwt_log_message,
    _texts: Vec<Vec<u8>>,
    _lines: Vec<lwt_string>,
    _fields: Vec<lwt_log_field>,
    _exn: Option<Exn>,
}

/// A copy that ends with a NUL byte, which joins the others; where it is.
fn copy(texts: &mut Vec<Vec<u8>>, text: &[u8]) -> *mut c_char {
    let mut copy = Vec::with_capacity(text.len() + 1);
    copy.extend_from_slice(text);
    copy.push(0);
    let at = copy.as_mut_ptr().cast();
    texts.push(copy);
    at
}

fn show_field(texts: &mut Vec<Vec<u8>>, field: &Field) -> lwt_log_field {
    let mut to = lwt_log_field {
        key: copy(texts, field.key),
        kind: LWT_LOG_NOTHING,
        integer: 0,
        real: 0.0,
        text: ptr::null(),
        length: 0,
    };
    match field.datum {
        Datum::Null => {}
        Datum::Bool(b) => (to.kind, to.integer) = (LWT_LOG_TRUTH, b.into()),
        Datum::Int(n) => (to.kind, to.integer) = (LWT_LOG_INTEGER, n),
        Datum::Uint(n) => (to.kind, to.integer) = (LWT_LOG_UNSIGNED, n as i64),
        Datum::Real(x) => (to.kind, to.real) = (LWT_LOG_REAL, x),
        Datum::Text(text) => {
            (to.kind, to.text, to.length) = (LWT_LOG_TEXT, copy(texts, text), text.len());
        }
    }
    to
}

impl Shown {
    /// A copy of a message.
    pub fn new(record: &Record) -> Shown {
        let mut texts = Vec::new();
        let all: Vec<lwt_string> = record.with_words(|words| {
            let line = |line: &[u8]| lwt_string {
                len: line.len(),
                data: copy(&mut texts, line),
            };
            lines(words).map(line).collect()
        });
        let fields = record.fields.iter();
        let fields: Vec<lwt_log_field> = fields.map(|f| show_field(&mut texts, f)).collect();
        let mut c_text = |text: Option<&CStr>| match text {
            Some(text) => copy(&mut texts, text.to_bytes()).cast_const(),
            None => ptr::null(),
        };
        let (file, function) = (c_text(record.place.file), c_text(record.place.function));
        let message = lwt_log_message {
            section: record.section.as_raw(),
            level: record.level as c_int,
            line: record.place.line,
            column: record.place.column,
            file,
            function,
            exn: record.exn.map_or(ptr::null(), Exn::as_raw),
            text: copy(&mut texts, record.text),
            length: record.text.len(),
            fields: fields.as_ptr(),
            field_count: fields.len(),
            lines: all.as_ptr(),
            line_count: all.len(),
            seconds: record.time.seconds,
            nanoseconds: record.time.nanos,
        };
        Shown {
            message,
            _texts: texts,
            _lines: all,
            _fields: fields,
            _exn: record.exn.cloned(),
        }
    }

    /// What C is given, good as long as this is there.
    pub fn message(&self) -> &lwt_log_message {
        &self.message
    }
}

/// What is to be done with a message is done: a closed logger says so first, then the
/// level decides.
pub fn log(logger: &Logger, record: &Record, ignored: bool) -> super::logger::Said {
    if !logger.is_closed() && record.level < record.section.level() {
        return Ok(None);
    }
    logger.take(record, ignored)
}
