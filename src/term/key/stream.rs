//! Keys from a stream of characters: `Lwt_term.parse_key_raw`; and the stream of
//! characters of a channel, `Lwt_term.standard_input`. Module Lwt_term; calls the parser,
//! streams and channels.

use crate::abi::NONE;
use crate::data::stream::{Found, Stream, Walker};
use crate::exn::Exn;
use crate::io::Channel;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, text};
use crate::term::parse::{Parser, Step, character};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Text as a value.
fn string(bytes: &[u8]) -> Outcome {
    // SAFETY: the bytes are there.
    let string = unsafe { text::copy(bytes.as_ptr().cast(), bytes.len()) };
    match string.is_null() {
        true => Err(Exn::out_of_memory()),
        false => Ok(text::into_value(string)),
    }
}

/// `Lwt_term.parse_key_raw`: waits for one character, and takes what is to be had
/// without waiting of the sequence that it begins.
///
/// # Safety
/// Each element of the stream is a live `struct lwt_string`, or `LWT_UNIT`.
pub unsafe fn parse_raw(stream: Rc<Stream>) -> Promise {
    spawn(async move {
        // It goes ahead of the stream, which stays where it is.
        let mut ahead = Walker::new(stream.clone());
        let Some(first) = ahead.look().await? else {
            return Err(crate::io::end_of_file());
        };
        let (mut next, mut bytes, mut ends) = (Some(first), Vec::new(), Vec::new());
        let used = loop {
            if let Some(element) = next.take() {
                let word = Value::plain(element.word());
                // SAFETY: the caller's promise; the element lives.
                bytes.extend_from_slice(unsafe { text::bytes(&word) });
                ends.push(bytes.len());
                drop(element);
                ahead.skip();
            }
            if let Step::Took(used, _) = Parser::new().parse(&bytes, false) {
                break used;
            }
            match ahead.look_now() {
                Found::Element(element) => next = Some(element),
                Found::End | Found::Wait | Found::Failed(_) => {
                    match Parser::new().parse(&bytes, true) {
                        Step::Took(used, _) => break used,
                        Step::More => break bytes.len(),
                    }
                }
            }
        };
        drop(ahead);
        let taken = ends.iter().take_while(|&&end| end < used).count() + 1;
        let mut walker = Walker::new(stream);
        for _ in 0..taken {
            walker.take_now();
        }
        let end = ends.get(taken - 1).copied().unwrap_or(bytes.len());
        string(bytes.get(..end).unwrap_or(&bytes))
    })
}

/// The characters of a channel, each a text. A byte that is in none is taken for one of
/// Latin-1.
pub fn characters(channel: Rc<Channel>) -> Rc<Stream> {
    let asked = Asked::default();
    Stream::from(move || asked.note(next_character(&channel)))
}

fn next_character(channel: &Rc<Channel>) -> Promise {
    let channel = channel.clone();
    spawn(async move {
        let mut known = 0;
        loop {
            let found = Rc::new(Cell::new(None));
            let told = found.clone();
            let look = channel.look(known, move |bytes, end| {
                let first = character(bytes, end);
                told.set(first.map(|(c, _)| c));
                first.map_or(0, |(_, used)| used)
            });
            known = look.await?.word() as usize;
            if let Some(c) = found.take() {
                return string(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if known == 0 {
                return Ok(Value::plain(NONE));
            }
        }
    })
}

/// What a stream waits for: with the stream's last reader it is cancelled, so that it
/// takes nothing away that nobody reads.
#[derive(Default)]
pub struct Asked(RefCell<Option<Promise>>);

impl Asked {
    /// It waits for this one.
    pub fn note(&self, promise: Promise) -> Promise {
        let before = self
            .0
            .replace(promise.is_pending().then(|| promise.clone()));
        drop(before);
        promise
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(promise) = self.0.take() {
            promise.cancel();
        }
    }
}
