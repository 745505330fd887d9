//! How a dump is written: members, items and lists, as text for a person or as
//! JSON, through a small buffer to a descriptor or into memory.
//!
//! ```text
//! promises:                                  list("promises")
//!   handle 0x1, made bind, age 1.5           item()  text("handle", …) …
//!     waiters: 0x2, 0x3                        list("waiters") word(…) end()
//! ```

use std::fmt::{self, Write};

/// As what a dump is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person.
    Text,
    /// One JSON object.
    Json,
}

/// Where it goes.
enum Sink {
    Fd(i32),
    Memory(Vec<u8>),
}

const BUFFER: usize = 4096;
/// Lists and items that may be open at a time.
const LEVELS: u32 = 60;

/// Writes a dump.
pub struct Writer {
    format: Format,
    sink: Sink,
    buffer: [u8; BUFFER],
    used: usize,
    /// One bit for each thing that is open: is something in it already?
    begun: u64,
    /// One bit for each: is it an item, with members, and no list?
    items: u64,
    depth: u32,
    /// The error number of the first write that failed.
    error: i32,
}

impl Writer {
    /// A dump to a descriptor.
    pub fn to_fd(fd: i32, format: Format) -> Writer {
        Writer::new(Sink::Fd(fd), format)
    }

    /// A dump to memory.
    pub fn to_memory(format: Format) -> Writer {
        Writer::new(Sink::Memory(Vec::new()), format)
    }

    fn new(sink: Sink, format: Format) -> Writer {
        let mut writer = Writer {
            format,
            sink,
            buffer: [0; BUFFER],
            used: 0,
            begun: 0,
            items: 1,
            depth: 0,
            error: 0,
        };
        if format == Format::Json {
            writer.put(b"{");
        }
        writer
    }

    /// Ends the dump. The error is the system's number of what went wrong.
    pub fn finish(mut self) -> Result<Vec<u8>, i32> {
        while self.depth > 0 {
            self.end();
        }
        self.put(match self.format {
            Format::Json => b"}\n",
            Format::Text => b"\n",
        });
        self.flush();
        match (self.error, self.sink) {
            (0, Sink::Memory(bytes)) => Ok(bytes),
            (0, Sink::Fd(_)) => Ok(Vec::new()),
            (error, _) => Err(error),
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(BUFFER) {
            if BUFFER - self.used < part.len() {
                self.flush();
            }
            self.buffer[self.used..self.used + part.len()].copy_from_slice(part);
            self.used += part.len();
        }
    }

    fn flush(&mut self) {
        let mut rest = &self.buffer[..std::mem::take(&mut self.used)];
        let fd = match &mut self.sink {
            Sink::Memory(bytes) => {
                match bytes.try_reserve(rest.len()) {
                    Ok(()) => bytes.extend_from_slice(rest),
                    Err(_) => self.error = libc::ENOMEM,
                }
                return;
            }
            Sink::Fd(fd) => *fd,
        };
        while !rest.is_empty() && self.error == 0 {
            // SAFETY: the bytes live through the call.
            let wrote = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
            match usize::try_from(wrote) {
                Ok(wrote) => rest = &rest[wrote.min(rest.len())..],
                Err(_) => match std::io::Error::last_os_error().raw_os_error() {
                    Some(libc::EINTR) => {}
                    Some(libc::EAGAIN) => wait_writable(fd),
                    error => self.error = error.unwrap_or(libc::EIO),
                },
            }
        }
    }

    fn is_item(&self) -> bool {
        self.items >> self.depth & 1 != 0
    }

    /// Marks that something is in what is open: was there before?
    fn separate(&mut self) -> bool {
        let bit = 1 << self.depth;
        let before = self.begun & bit != 0;
        self.begun |= bit;
        before
    }

    fn open(&mut self, item: bool) {
        if self.depth < LEVELS {
            self.depth += 1;
        }
        self.begun &= !(1 << self.depth);
        self.items = self.items & !(1 << self.depth) | u64::from(item) << self.depth;
    }

    fn indent(&mut self) {
        self.put(b"\n");
        for _ in 0..self.depth {
            self.put(b"  ");
        }
    }

    fn quoted(&mut self, text: &str) {
        self.put(b"\"");
        for byte in text.bytes() {
            match byte {
                b'"' => self.put(b"\\\""),
                b'\\' => self.put(b"\\\\"),
                b'\n' => self.put(b"\\n"),
                0..=0x1f | 0x7f => {
                    let digit = |n: u8| b"0123456789abcdef"[usize::from(n & 15)];
                    self.put(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
                }
                _ => self.put(&[byte]),
            }
        }
        self.put(b"\"");
    }

    /// Text as a person reads it: on one line.
    fn plain(&mut self, text: &str) {
        for byte in text.bytes() {
            self.put(&[if byte < b' ' { b' ' } else { byte }]);
        }
    }

    /// The beginning of a member, without its value.
    fn key(&mut self, key: &str) {
        let more = self.separate();
        match self.format {
            Format::Json => {
                self.put(if more { b"," } else { b"" });
                self.quoted(key);
                self.put(b":");
            }
            Format::Text => {
                if self.depth == 0 {
                    self.put(if more { b"\n" } else { b"" });
                } else {
                    self.put(if more { b", " } else { b"" });
                }
                self.plain(key);
                self.put(b" ");
            }
        }
    }

    /// A member of an item: some text.
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        match self.format {
            Format::Json => self.quoted(value),
            Format::Text => self.plain(value),
        }
    }

    /// A member of an item: a number.
    pub fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        let _ = write!(self, "{value}");
    }

    /// A member of an item: a span of time, in seconds.
    pub fn seconds(&mut self, key: &str, nanoseconds: u64) {
        self.key(key);
        let (whole, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        let _ = write!(self, "{whole}.{:06}", rest / 1000);
        if self.format == Format::Text {
            self.put(b" s");
        }
    }

    /// A member of an item: a handle, as C sees it.
    pub fn handle(&mut self, key: &str, handle: u64) {
        self.key(key);
        self.hex(handle);
    }

    fn hex(&mut self, handle: u64) {
        match self.format {
            Format::Json => drop(write!(self, "\"{handle:#x}\"")),
            Format::Text => drop(write!(self, "{handle:#x}")),
        }
    }

    /// A member of an item: yes or no.
    pub fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        self.put(if value { b"true" } else { b"false" });
    }

    /// Begins a list, a member of an item.
    pub fn list(&mut self, key: &str) {
        match self.format {
            Format::Json => {
                self.key(key);
                self.put(b"[");
                self.open(false);
            }
            Format::Text => {
                self.separate();
                self.indent();
                self.plain(key);
                self.put(b":");
                self.open(false);
            }
        }
    }

    /// Begins an item of a list.
    pub fn item(&mut self) {
        let more = self.separate();
        match self.format {
            Format::Json => self.put(if more { b",{" } else { b"{" }),
            Format::Text => self.indent(),
        }
        self.open(true);
    }

    /// An item of a list that is some text alone.
    pub fn word(&mut self, text: &str) {
        let more = self.separate();
        match self.format {
            Format::Json => {
                self.put(if more { b"," } else { b"" });
                self.quoted(text);
            }
            Format::Text => {
                self.put(if more { b", " } else { b" " });
                self.plain(text);
            }
        }
    }

    /// An item of a list that is a handle alone.
    pub fn word_handle(&mut self, handle: u64) {
        let more = self.separate();
        self.put(match (self.format, more) {
            (Format::Json, false) => b"",
            (Format::Json, true) => b",",
            (Format::Text, false) => b" ",
            (Format::Text, true) => b", ",
        });
        self.hex(handle);
    }

    /// Ends the list or the item that was begun last.
    pub fn end(&mut self) {
        if self.depth == 0 {
            return;
        }
        let item = self.is_item();
        match self.format {
            Format::Json => self.put(if item { b"}" } else { b"]" }),
            Format::Text if !item && self.begun >> self.depth & 1 == 0 => self.put(b" none"),
            Format::Text => {}
        }
        self.depth -= 1;
    }
}

impl Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes());
        Ok(())
    }
}

/// The descriptor does not block and takes no more: a dump is short, and waits.
fn wait_writable(fd: i32) {
    let mut poll = libc::pollfd {
        fd,
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one entry, ours.
    unsafe { libc::poll(&mut poll, 1, 1000) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format) -> String {
        let mut out = Writer::to_memory(format);
        out.number("thread", 1);
        out.list("promises");
        out.item();
        out.handle("handle", 0x1f);
        out.text("made", "a \"task\"\n\\");
        out.seconds("age", 1_500_000_000);
        out.list("waiters");
        out.word("bind");
        out.word_handle(2);
        out.end();
        out.end();
        out.item();
        out.flag("resolved", false);
        out.end();
        out.end();
        out.list("nothing");
        out.end();
        String::from_utf8(out.finish().unwrap()).unwrap()
    }

    #[test]
    fn json_is_escaped_and_separated() {
        assert_eq!(
            written(Format::Json),
            "{\"thread\":1,\"promises\":[{\"handle\":\"0x1f\",\
             \"made\":\"a \\\"task\\\"\\n\\\\\",\"age\":1.500000,\
             \"waiters\":[\"bind\",\"0x2\"]},{\"resolved\":false}],\"nothing\":[]}\n"
        );
    }

    #[test]
    fn text_has_an_item_a_line_and_its_lists_below() {
        assert_eq!(
            written(Format::Text),
            "thread 1\npromises:\n  handle 0x1f, made a \"task\" \\, age 1.500000 s\n    \
             waiters: bind, 0x2\n  resolved false\nnothing: none\n"
        );
    }

    #[test]
    fn what_is_longer_than_the_buffer_is_whole() {
        let long = "x".repeat(3 * BUFFER);
        let mut out = Writer::to_memory(Format::Json);
        out.text("a", &long);
        let bytes = out.finish().unwrap();
        assert_eq!(bytes.len(), long.len() + "{\"a\":\"\"}\n".len());
    }

    #[test]
    fn a_descriptor_that_takes_nothing_is_an_error() {
        assert_eq!(Writer::to_fd(-1, Format::Text).finish(), Err(libc::EBADF));
    }
}
