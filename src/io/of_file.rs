//! Files as streams of lines or bytes, and streams written to files. Module
//! Lwt_io; calls channels over files, and streams.

use super::file::{How, opened, with_file};
use super::{AtEnd, Channel, Mode, write_chars, write_lines};
use crate::abi::NONE;
use crate::data::stream::{Element, Reply, Stream};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use std::cell::RefCell;
use std::ffi::CString;
use std::rc::Rc;

/// What a source answers.
type Answer = Result<Option<Element>, Exn>;

/// Where a stream of a file's content is.
enum At {
    /// Nobody has asked yet.
    Path(CString),
    Open(Rc<Channel>),
    End,
}

/// What a channel is asked for: `now` where it need not wait.
#[derive(Clone, Copy)]
struct Ask {
    now: fn(&Rc<Channel>) -> Option<Outcome>,
    later: fn(&Rc<Channel>) -> Promise,
}

/// `Lwt_io.lines_of_file`
pub fn lines_of_file(path: CString) -> Rc<Stream> {
    of_file(
        path,
        Ask {
            now: Channel::line_now,
            later: |channel| channel.read_line(AtEnd::None),
        },
    )
}

/// `Lwt_io.chars_of_file`
pub fn chars_of_file(path: CString) -> Rc<Stream> {
    of_file(
        path,
        Ask {
            now: Channel::char_now,
            later: |channel| channel.read_char(AtEnd::None),
        },
    )
}

/// A stream that is dropped drops its channel, and that closes the file.
fn of_file(path: CString, ask: Ask) -> Rc<Stream> {
    let at = Rc::new(RefCell::new(At::Path(path)));
    Stream::asking(move || {
        let open = match &*at.borrow() {
            At::Open(channel) => Some(channel.clone()),
            _ => None,
        };
        match open.as_ref().and_then(ask.now) {
            Some(outcome) if is_element(&outcome) => Reply::Now(answer(outcome)),
            known => Reply::later(next(at.clone(), ask, known)),
        }
    })
}

fn is_element(outcome: &Outcome) -> bool {
    matches!(outcome, Ok(value) if value.word() != NONE)
}

fn answer(outcome: Outcome) -> Answer {
    let value = outcome?;
    Ok((value.word() != NONE).then_some(Element::Sole(value)))
}

/// The next element, unless it is `known` that there is none. At the end, and after a
/// failure, the file is closed.
async fn next(at: Rc<RefCell<At>>, ask: Ask, known: Option<Outcome>) -> Answer {
    let path = match &*at.borrow() {
        At::Path(path) => Some(path.clone()),
        _ => None,
    };
    if let Some(path) = path {
        let channel = opened(path, How::of(Mode::Input)).await?;
        at.replace(At::Open(channel));
    }
    let channel = match &*at.borrow() {
        At::Open(channel) => channel.clone(),
        _ => return Ok(None),
    };
    let outcome = match known {
        Some(outcome) => outcome,
        None => (ask.later)(&channel).await,
    };
    if !is_element(&outcome) {
        at.replace(At::End);
        channel.close().await?;
    }
    answer(outcome)
}

/// `Lwt_io.lines_to_file`
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
pub unsafe fn lines_to_file(path: CString, lines: Rc<Stream>) -> Promise {
    // SAFETY: the caller's promise.
    let write = move |channel| unsafe { write_lines(channel, lines) };
    with_file(path, How::of(Mode::Output), write)
}

/// `Lwt_io.chars_to_file`
pub fn chars_to_file(path: CString, chars: Rc<Stream>) -> Promise {
    let write = move |channel| write_chars(channel, chars);
    with_file(path, How::of(Mode::Output), write)
}
