//! The socket of syslog. Module Lwt_log; calls the system.
//!
//! A line is a datagram, or, where the socket is a stream, ends with a NUL byte. The
//! first line connects; a line that can't be sent is sent again over a new
//! connection, once.

use super::writer::{End, Medium};
use crate::exn::Exn;
use crate::log::latch::Done;
use crate::log::record::{Datum, Record};
use crate::log::stamp;
use crate::log::template::Template;
use std::ffi::{CStr, CString, c_int};
use std::io::{self, Write};
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed};

/// The longest message, and how one ends that was longer.
const LONGEST: usize = 1024;
const CUT: &[u8] = b"<truncated>";

/// How a line is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The old one: priority, then what the template makes.
    Rfc3164,
    /// The new one, which has places for time, name, process and fields; the template
    /// makes the rest.
    Rfc5424,
}

/// Where the system's own logger may be listening.
pub const PATHS: [&CStr; 2] = [c"/dev/log", c"/var/run/log"];

/// A connection, or none yet.
pub struct Syslog {
    paths: Vec<CString>,
    fd: AtomicI32,
    is_stream: AtomicBool,
}

impl Syslog {
    /// One that connects to the first of these that there is.
    pub fn new(paths: Vec<CString>) -> Syslog {
        Syslog {
            paths,
            fd: AtomicI32::new(-1),
            is_stream: AtomicBool::new(false),
        }
    }

    fn disconnect(&self) {
        let fd = self.fd.swap(-1, Relaxed);
        if fd >= 0 {
            // SAFETY: it was this one's, and nobody else has it now.
            unsafe { libc::close(fd) };
        }
    }

    /// Tries one path after the other, as a datagram socket, then as a stream.
    fn connect(&self) -> Done {
        let mut last = (libc::ENOENT, c"syslog");
        for path in &self.paths {
            for kind in [libc::SOCK_DGRAM, libc::SOCK_STREAM] {
                match connect(path, kind) {
                    Ok(fd) => {
                        self.fd.store(fd, Relaxed);
                        self.is_stream.store(kind == libc::SOCK_STREAM, Relaxed);
                        return Ok(());
                    }
                    Err(error) => {
                        last = (error.raw_os_error().unwrap_or(libc::EIO), path);
                        if last.0 != libc::EPROTOTYPE {
                            break;
                        }
                    }
                }
            }
        }
        Err(Exn::unix(last.0, c"connect", last.1))
    }

    fn send(&self, line: &[u8]) -> io::Result<()> {
        let fd = self.fd.load(Relaxed);
        if fd < 0 {
            return Err(io::Error::from_raw_os_error(libc::ENOTCONN));
        }
        if !self.is_stream.load(Relaxed) {
            return send(fd, line).map(|_| ());
        }
        let whole = [line, b"\0"].concat();
        let mut rest = &whole[..];
        while !rest.is_empty() {
            let sent = send(fd, rest)?;
            rest = &rest[sent..];
        }
        Ok(())
    }

    fn send_line(&self, line: &[u8]) -> Done {
        if self.fd.load(Relaxed) < 0 {
            self.connect()?;
        }
        if self.send(line).is_ok() {
            return Ok(());
        }
        self.disconnect();
        self.connect()?;
        self.send(line).map_err(|error| {
            self.disconnect();
            Exn::unix(
                error.raw_os_error().unwrap_or(libc::EIO),
                c"send",
                c"syslog",
            )
        })
    }
}

fn send(fd: c_int, bytes: &[u8]) -> io::Result<usize> {
    loop {
        // SAFETY: the bytes are there.
        let sent =
            unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), libc::MSG_NOSIGNAL) };
        if sent >= 0 {
            return Ok(sent as usize);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn connect(path: &CStr, kind: c_int) -> io::Result<c_int> {
    // SAFETY: zeros are such an address.
    let mut address: libc::sockaddr_un = unsafe { mem::zeroed() };
    address.sun_family = libc::AF_UNIX as libc::sa_family_t;
    let bytes = path.to_bytes_with_nul();
    if bytes.len() > address.sun_path.len() {
        return Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG));
    }
    for (to, from) in address.sun_path.iter_mut().zip(bytes) {
        *to = *from as _;
    }
    let len = size_of::<libc::sockaddr_un>() as libc::socklen_t;
    // SAFETY: the address is whole; the socket is closed if it is not returned.
    unsafe {
        let fd = libc::socket(libc::AF_UNIX, kind | libc::SOCK_CLOEXEC, 0);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        if libc::connect(fd, (&raw const address).cast(), len) == 0 {
            return Ok(fd);
        }
        let error = io::Error::last_os_error();
        libc::close(fd);
        Err(error)
    }
}

impl Medium for Syslog {
    fn write(&self, bytes: &[u8], ends: &[End], tell: &mut dyn FnMut(&End, Done)) -> Done {
        let (mut start, mut all) = (0, Ok(()));
        for end in ends {
            let done = self.send_line(&bytes[start..end.at]);
            start = end.at;
            if all.is_ok() {
                all = done.clone();
            }
            tell(end, done);
        }
        all
    }

    fn reopen(&self) -> Done {
        self.disconnect();
        self.connect()
    }

    fn close(&self) -> Done {
        self.disconnect();
        Ok(())
    }

    fn may_rest(&self) -> bool {
        false
    }

    fn complaint(&self) -> Option<String> {
        Some("syslog".into())
    }
}

impl Drop for Syslog {
    fn drop(&mut self) {
        self.disconnect();
    }
}

/// The lines of a message as they are sent, and where each ends.
pub fn render(
    out: &mut Vec<u8>,
    ends: &mut Vec<usize>,
    form: Form,
    facility: u8,
    template: &Template,
    record: &Record,
) {
    let bare = Record {
        fields: &[],
        ..*record
    };
    // The new form has a place of its own for fields.
    let shown = if form == Form::Rfc5424 { &bare } else { record };
    let mut start = out.len();
    let mut head = Vec::new();
    put_head(&mut head, form, facility, record);
    let mut body = Vec::new();
    template.render_lines(&mut body, shown, |body| {
        out.extend_from_slice(&head);
        out.append(body);
        if out.len() - start > LONGEST {
            out.truncate(start + LONGEST - CUT.len());
            out.extend_from_slice(CUT);
        }
        start = out.len();
        ends.push(start);
    });
}

fn put_head(out: &mut Vec<u8>, form: Form, facility: u8, record: &Record) {
    let priority = u32::from(facility) * 8 + u32::from(record.level.severity());
    // Writing into memory does not fail.
    let _ = write!(out, "<{priority}>");
    if form == Form::Rfc3164 {
        return;
    }
    out.extend_from_slice(b"1 ");
    record.time.write_universal(out);
    out.push(b' ');
    name(out, &host(), 255);
    out.push(b' ');
    name(out, stamp::program(), 48);
    let _ = write!(out, " {} ", stamp::process());
    name(out, record.section.name().to_bytes(), 32);
    out.push(b' ');
    put_fields(out, record);
    out.push(b' ');
}

/// A name in the head: graphic characters, not too many, `-` for none.
fn name(out: &mut Vec<u8>, text: &[u8], longest: usize) {
    let start = out.len();
    let graphic = text.iter().filter(|b| b.is_ascii_graphic());
    out.extend(graphic.take(longest));
    if out.len() == start {
        out.push(b'-');
    }
}

fn host() -> Vec<u8> {
    let mut name = [0u8; 256];
    // SAFETY: the room is there, and its last byte stays NUL.
    unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let end = name.iter().position(|&b| b == 0).unwrap_or(0);
    name[..end].to_vec()
}

/// Fields as structured data. The number is the one that RFC 5612 sets aside.
fn put_fields(out: &mut Vec<u8>, record: &Record) {
    if record.fields.is_empty() {
        out.push(b'-');
        return;
    }
    out.extend_from_slice(b"[fields@32473");
    for field in record.fields {
        out.push(b' ');
        let start = out.len();
        let fits = |b: &&u8| b.is_ascii_graphic() && !matches!(b, b'=' | b']' | b'"');
        out.extend(field.key.iter().filter(fits).take(32));
        if out.len() == start {
            out.push(b'_');
        }
        out.extend_from_slice(b"=\"");
        let value = match field.datum {
            Datum::Text(text) => String::from_utf8_lossy(text).into_owned().into_bytes(),
            other => {
                let mut value = Vec::new();
                crate::log::json::datum(&mut value, &other);
                value.retain(|&b| b != b'"');
                value
            }
        };
        for b in value {
            match b {
                b'"' | b'\\' | b']' => out.extend_from_slice(&[b'\\', b]),
                b'\n' | 0 => out.push(b' '),
                other => out.push(other),
            }
        }
        out.push(b'"');
    }
    out.push(b']');
}

/// How many facilities there are, up to local 7.
pub const FACILITIES: u8 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::level::Level;
    use crate::log::record::{Field, Place};
    use crate::log::section::Section;
    use crate::log::stamp::Time;

    fn sent(form: Form, text: &str, fields: &[Field]) -> Vec<String> {
        let record = Record {
            section: Section::main(),
            level: Level::Error,
            place: Place::default(),
            time: Time::default(),
            text: text.as_bytes(),
            exn: None,
            fields,
        };
        let (mut out, mut ends) = (Vec::new(), Vec::new());
        let template = Template::known(b"$(section): $(message)");
        render(&mut out, &mut ends, form, 3, &template, &record);
        let mut start = 0;
        let line = |end: usize| {
            let line = String::from_utf8(out[start..end].to_vec()).unwrap();
            start = end;
            line
        };
        ends.into_iter().map(line).collect()
    }

    #[test]
    fn the_old_form_is_the_priority_and_the_template() {
        assert_eq!(
            sent(Form::Rfc3164, "a\nb", &[]),
            ["<27>main: a", "<27>main: b"]
        );
        assert_eq!(sent(Form::Rfc3164, "", &[]), [""; 0]);
    }

    #[test]
    fn a_long_message_is_cut_and_says_so() {
        let lines = sent(Form::Rfc3164, &"x".repeat(5000), &[]);
        assert_eq!((lines.len(), lines[0].len()), (1, 1024));
        assert!(lines[0].ends_with("xxx<truncated>"));
        let fits = "x".repeat(1024 - "<27>main: ".len());
        assert!(sent(Form::Rfc3164, &fits, &[])[0].ends_with("xxx"));
    }

    #[test]
    fn the_new_form_has_a_place_for_each_thing() {
        let fields = [Field {
            key: b"a b",
            datum: Datum::Text(b"\"]\\"),
        }];
        let line = &sent(Form::Rfc5424, "hello", &fields)[0];
        assert!(
            line.starts_with("<27>1 1970-01-01T00:00:00.000000Z "),
            "{line}"
        );
        let end = r#" main [fields@32473 ab="\"\]\\"] main: hello"#;
        assert!(line.ends_with(end), "{line}");
        let bare = &sent(Form::Rfc5424, "hello", &[])[0];
        assert!(bare.ends_with(" main - main: hello"), "{bare}");
    }
}
