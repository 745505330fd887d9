//! Text channels over files; files as streams of lines or characters, and streams written to
//! files. Module Lwt_text; calls channels over files, and streams.

use super::channel::{self, Channel};
use super::encode::Conversion;
use super::encoding::Encoding;
use super::stream::{Answer, Ask, CHAR, LINE, answer, write_chars, write_lines};
use crate::abi::NONE;
use crate::data::stream::{Reply, Stream};
use crate::io::Mode;
use crate::io::file::{self, How, opened};
use crate::promise::Promise;
use crate::promise::future::spawn;
use std::cell::RefCell;
use std::ffi::CString;
use std::rc::Rc;

/// How the text of a file is read or written; no encoding: that of the locale.
#[derive(Clone, Copy)]
pub struct Format {
    /// How characters are bytes.
    pub encoding: Option<Encoding>,
    /// What becomes of what the encoding has not.
    pub conversion: Conversion,
}

impl Format {
    /// A text channel of this format.
    pub fn over(self, byte: Rc<crate::io::Channel>) -> Rc<Channel> {
        Channel::new(byte, self.encoding, self.conversion)
    }
}

/// `Lwt_text.open_file`
pub fn open_file(path: CString, how: How, format: Format) -> Promise {
    spawn(async move { channel::into_value(format.over(opened(path, how).await?)) })
}

/// `Lwt_text.with_file`
pub fn with_file(
    path: CString,
    how: How,
    format: Format,
    f: impl FnOnce(Rc<Channel>) -> Promise + 'static,
) -> Promise {
    file::with_file(path, how, move |byte| f(format.over(byte)))
}

/// Where a stream of a file's content is.
enum At {
    /// Nobody has asked yet.
    Path(CString),
    Open(Rc<Channel>),
    End,
}

/// `Lwt_text.lines_of_file`
pub fn lines_of_file(path: CString, format: Format) -> Rc<Stream> {
    of_file(path, format, LINE)
}

/// `Lwt_text.chars_of_file`
pub fn chars_of_file(path: CString, format: Format) -> Rc<Stream> {
    of_file(path, format, CHAR)
}

/// A stream that is dropped drops its channel, and that closes the file.
fn of_file(path: CString, format: Format, ask: Ask) -> Rc<Stream> {
    let at = Rc::new(RefCell::new(At::Path(path)));
    Stream::asking(move || Reply::later(next(at.clone(), format, ask)))
}

/// The next element. At the end, and after a failure, the file is closed.
async fn next(at: Rc<RefCell<At>>, format: Format, ask: Ask) -> Answer {
    let path = match &*at.borrow() {
        At::Path(path) => Some(path.clone()),
        _ => None,
    };
    if let Some(path) = path {
        let byte = opened(path, How::of(Mode::Input)).await?;
        at.replace(At::Open(format.over(byte)));
    }
    let channel = match &*at.borrow() {
        At::Open(channel) => channel.clone(),
        _ => return Ok(None),
    };
    let outcome = ask(&channel).await;
    if !matches!(&outcome, Ok(value) if value.word() != NONE) {
        at.replace(At::End);
        channel.close().await?;
    }
    answer(outcome)
}

/// `Lwt_text.lines_to_file`
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
pub unsafe fn lines_to_file(path: CString, format: Format, lines: Rc<Stream>) -> Promise {
    // SAFETY: the caller's promise.
    let write = move |channel| unsafe { write_lines(channel, lines) };
    with_file(path, How::of(Mode::Output), format, write)
}

/// `Lwt_text.chars_to_file`
///
/// # Safety
/// As [`lines_to_file`].
pub unsafe fn chars_to_file(path: CString, format: Format, chars: Rc<Stream>) -> Promise {
    // SAFETY: the caller's promise.
    let write = move |channel| unsafe { write_chars(channel, chars) };
    with_file(path, How::of(Mode::Output), format, write)
}
