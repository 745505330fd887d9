//! Events as JSON, in the format that Chrome's trace viewer and Perfetto read
//! ("Trace Event Format", the array form). One write(2) an event, so that
//! several threads can write to one file.

use super::events::{lwt_rte_events, lwt_rte_span};
use crate::debug::now;
use std::ffi::{CStr, c_int, c_void};
use std::fmt::Write;

fn put(fd: c_int, text: &str) -> bool {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        // SAFETY: the bytes live through the call.
        let n = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        let interrupted = || std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR);
        match n {
            n if n > 0 => rest = &rest[n as usize..],
            _ if interrupted() => {}
            // There is nobody to tell; the program goes on.
            _ => return false,
        }
    }
    true
}

fn event(env: *mut c_void, name: &str, phase: char, more: &str) {
    // SAFETY: neither call can fail.
    let (process, thread) = unsafe { (libc::getpid(), libc::gettid()) };
    let micros = now() as f64 / 1000.0;
    put(
        env as usize as c_int,
        &format!(
            "{{\"name\":\"{name}\",\"cat\":\"lwt\",\"ph\":\"{phase}\",\"ts\":{micros:.3},\
             \"pid\":{process},\"tid\":{thread}{more}}},\n"
        ),
    );
}

/// A text as JSON has it.
fn quoted(text: &CStr) -> String {
    let mut out = String::from("\"");
    for c in text.to_string_lossy().chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out + "\""
}

unsafe extern "C" fn paused_count(count: usize, env: *mut c_void) {
    let count = format!(",\"args\":{{\"paused\":{count}}}");
    event(env, "lwt-paused-count", 'C', &count);
}

unsafe extern "C" fn unix_job_count(count: usize, env: *mut c_void) {
    let count = format!(",\"args\":{{\"jobs\":{count}}}");
    event(env, "lwt-unix-job-count", 'C', &count);
}

unsafe extern "C" fn sch_call(begins: bool, env: *mut c_void) {
    event(env, "lwt-sch-call", if begins { 'B' } else { 'E' }, "");
}

unsafe extern "C" fn sch_lap(env: *mut c_void) {
    event(env, "lwt-sch-lap", 'i', ",\"s\":\"t\"");
}

unsafe extern "C" fn trace(begins: bool, span: *const lwt_rte_span, env: *mut c_void) {
    // SAFETY: whoever tells an event lends its span, whose texts are NULL or
    // end with a NUL byte.
    let (id, name, file, line) = unsafe {
        let span = &*span;
        let text = |text: *const _| match text {
            text if std::ptr::eq(text, std::ptr::null()) => quoted(c""),
            text => quoted(CStr::from_ptr(text)),
        };
        (span.id, text(span.name), text(span.file), span.line)
    };
    // Spans of one thread overlap, as what waits does: the asynchronous kind.
    let more = format!(",\"id\":{id},\"args\":{{\"name\":{name},\"file\":{file},\"line\":{line}}}");
    event(env, "lwt-trace", if begins { 'b' } else { 'e' }, &more);
}

/// The table that writes to `fd`, after the beginning of the file. None: that
/// could not be written.
pub fn events(fd: c_int) -> Option<lwt_rte_events> {
    put(fd, "[\n").then_some(lwt_rte_events {
        env: fd as usize as *mut c_void,
        paused_count: Some(paused_count),
        unix_job_count: Some(unix_job_count),
        sch_call: Some(sch_call),
        sch_lap: Some(sch_lap),
        trace: Some(trace),
        ..lwt_rte_events::NONE
    })
}

/// Writes the end of the file.
pub fn finish(fd: c_int) -> bool {
    // SAFETY: it can't fail.
    let process = unsafe { libc::getpid() };
    put(
        fd,
        &format!(
            "{{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":{process},\
             \"args\":{{\"name\":\"liblwt\"}}}}\n]\n"
        ),
    )
}
