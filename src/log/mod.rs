//! Module Lwt_log: sections with levels, rules, templates, and loggers that any
//! thread may log to. Floor 4: uses handles, promises, channels, threads.
//!
//! A message is a [`record::Record`], which borrows what its caller has. Whoever
//! keeps it makes a copy (`record::Kept`); most loggers render it at once, on the
//! caller's thread, and hand on only bytes (`logger::writer`).

pub mod daemon;
pub mod json;
pub mod latch;
pub mod level;
pub mod logger;
pub mod message;
pub mod record;
pub mod rules;
pub mod section;
pub mod stamp;
pub mod table;
pub mod template;

/// Says something on standard error, where nobody else could be told. One write,
/// whose failure is nobody's.
pub(crate) fn complain(message: &str) {
    let line = format!("{message}\n");
    // SAFETY: the bytes are there.
    unsafe { libc::write(2, line.as_ptr().cast(), line.len()) };
}
