//! Operations that take bytes from an input channel. Module Lwt_io; calls the
//! buffer.
//!
//! What is not complete stays in the buffer, which grows if need be, so that
//! cancelling loses nothing.

use super::Channel;
use super::channel::{Core, Step};
use super::input::{Input, Refill};
use crate::abi::{LWT_END_OF_FILE, NONE};
use crate::exn::Exn;
use crate::promise::text::{self, lwt_string};
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::value::Value;
use std::rc::Rc;

/// What is read at the end of the bytes.
pub fn end_of_file() -> Exn {
    Exn::new(LWT_END_OF_FILE, "End_of_file")
}

/// What an operation finds at the end: none, or a failure.
#[derive(Clone, Copy)]
pub enum AtEnd {
    /// `End_of_file`
    Fails,
    /// `LWT_NONE`
    None,
}

impl AtEnd {
    /// What that is.
    pub fn outcome(self) -> Outcome {
        match self {
            AtEnd::Fails => Err(end_of_file()),
            AtEnd::None => Ok(Value::plain(NONE)),
        }
    }
}

/// Bytes as a value.
pub fn string(bytes: &[u8]) -> Outcome {
    // SAFETY: the bytes are there.
    let string = unsafe { text::copy(bytes.as_ptr().cast(), bytes.len()) };
    if string.is_null() {
        return Err(Exn::out_of_memory());
    }
    Ok(text::into_value(string))
}

/// A line without its ending.
#[inline]
fn line_of(bytes: &[u8]) -> Outcome {
    string(bytes.strip_suffix(b"\r").unwrap_or(bytes))
}

/// Where the next newline is. The C library's search is the fastest there is.
#[inline]
fn newline(bytes: &[u8]) -> Option<usize> {
    // SAFETY: the bytes are there.
    let found = unsafe { libc::memchr(bytes.as_ptr().cast(), 10, bytes.len()) };
    (!found.is_null()).then(|| found as usize - bytes.as_ptr() as usize)
}

/// Takes the next line if all of it is there.
#[inline]
fn take_line(core: &Core, input: &mut Input, searched: usize) -> Option<Outcome> {
    let unread = input.unread(&core.device);
    let end = searched + newline(unread.get(searched..)?)?;
    let line = line_of(&unread[..end]);
    input.consume(end + 1);
    Some(line)
}

struct Line {
    at_end: AtEnd,
    /// How many unread bytes are known to have no ending among them.
    searched: usize,
}

impl Step for Line {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            {
                let mut input = core.input.borrow_mut();
                if let Some(line) = take_line(core, &mut input, self.searched) {
                    return Some(line);
                }
                self.searched = input.len();
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End => {
                    let mut input = core.input.borrow_mut();
                    let len = input.len();
                    if len == 0 {
                        return Some(self.at_end.outcome());
                    }
                    // Without a newline nothing is stripped.
                    let line = string(input.unread(&core.device));
                    input.consume(len);
                    return Some(line);
                }
            }
        }
    }
}

struct Char(AtEnd);

impl Step for Char {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            {
                let mut input = core.input.borrow_mut();
                if let Some(&byte) = input.unread(&core.device).first() {
                    input.consume(1);
                    return Some(Ok(Value::plain(usize::from(byte) as _)));
                }
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End => return Some(self.0.outcome()),
            }
        }
    }
}

/// At most so many bytes; None: all up to the end.
struct Some_(Option<usize>);

impl Step for Some_ {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            {
                let mut input = core.input.borrow_mut();
                let len = input.len();
                let take = self.0.map_or(0, |most| most.min(len));
                if take > 0 || self.0 == Some(0) {
                    let bytes = string(&input.unread(&core.device)[..take]);
                    input.consume(take);
                    return Some(bytes);
                }
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End => {
                    let mut input = core.input.borrow_mut();
                    let len = input.len();
                    let bytes = string(input.unread(&core.device));
                    input.consume(len);
                    return Some(bytes);
                }
            }
        }
    }
}

/// Into memory of the user's.
struct Into {
    to: *mut u8,
    len: usize,
    done: usize,
    exactly: bool,
}

impl Step for Into {
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            {
                let mut input = core.input.borrow_mut();
                let n = (self.len - self.done).min(input.len());
                let unread = input.unread(&core.device);
                // SAFETY: the user promised that there is room for `len` bytes as
                // long as the promise is pending; `done + n` are no more. The
                // memory may be that of a channel over memory.
                unsafe { std::ptr::copy(unread.as_ptr(), self.to.add(self.done), n) };
                input.consume(n);
                self.done += n;
            }
            if self.done == self.len || self.done > 0 && !self.exactly {
                return Some(self.outcome());
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End if self.exactly => return Some(Err(end_of_file())),
                Refill::End => return Some(self.outcome()),
            }
        }
    }

    fn give_back(&mut self, core: &Core) {
        // SAFETY: as above, and the promise is only just being cancelled.
        let taken = unsafe { std::slice::from_raw_parts(self.to, self.done) };
        core.input.borrow_mut().give_back(taken);
    }
}

impl Into {
    fn outcome(&self) -> Outcome {
        match self.exactly {
            true => Ok(Value::UNIT),
            false => Ok(Value::plain(self.done as _)),
        }
    }
}

/// So many bytes, of which `decode` makes a value.
pub struct Exactly<F> {
    pub len: usize,
    pub decode: F,
}

impl<F: Fn(&[u8]) -> Outcome> Step for Exactly<F> {
    #[inline]
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome> {
        loop {
            {
                let mut input = core.input.borrow_mut();
                if let Some(bytes) = input.unread(&core.device).get(..self.len) {
                    let value = (self.decode)(bytes);
                    input.consume(self.len);
                    return Some(value);
                }
            }
            match core.refill() {
                Refill::Data => {}
                Refill::Wait => return None,
                Refill::Failed(exn) => return Some(Err(exn)),
                Refill::End => return Some(Err(end_of_file())),
            }
        }
    }
}

impl Channel {
    /// `Lwt_io.read_line` and `read_line_opt`: a line without "\n" or "\r\n".
    #[inline]
    pub fn read_line(self: &Rc<Self>, at_end: AtEnd) -> Promise {
        match self.line_now() {
            Some(Ok(line)) => resolved(line),
            Some(Err(exn)) => failed(exn),
            None => self.wait_for_line(at_end),
        }
    }

    #[cold]
    fn wait_for_line(self: &Rc<Self>, at_end: AtEnd) -> Promise {
        let searched = 0;
        self.perform(Line { at_end, searched })
    }

    /// The next line if it is there, as [`Channel::read_line`] gives it.
    #[inline]
    pub fn line_now(self: &Rc<Self>) -> Option<Outcome> {
        if !self.is_free() {
            return None;
        }
        take_line(&self.core, &mut self.core.input.borrow_mut(), 0)
    }

    /// `Lwt_io.read_char` and `read_char_opt`
    #[inline]
    pub fn read_char(self: &Rc<Self>, at_end: AtEnd) -> Promise {
        self.perform(Char(at_end))
    }

    /// The next byte if it is there.
    #[inline]
    pub fn char_now(self: &Rc<Self>) -> Option<Outcome> {
        if !self.is_free() {
            return None;
        }
        let mut input = self.core.input.borrow_mut();
        let &byte = input.unread(&self.core.device).first()?;
        input.consume(1);
        Some(Ok(Value::plain(usize::from(byte) as _)))
    }

    /// `Lwt_io.read`: at most `count` bytes, or all up to the end.
    pub fn read(self: &Rc<Self>, count: Option<usize>) -> Promise {
        self.perform(Some_(count))
    }

    /// `Lwt_io.read_into` and `read_into_exactly`.
    ///
    /// # Safety
    /// There is room for `len` bytes at `to` until the promise has resolved.
    pub unsafe fn read_into(self: &Rc<Self>, to: *mut u8, len: usize, exactly: bool) -> Promise {
        if len == 0 && self.refusal().is_none() {
            return resolved(Value::UNIT);
        }
        self.perform(Into {
            to,
            len,
            done: 0,
            exactly,
        })
    }

    /// A line for this floor: its bytes, and none at the end.
    pub async fn line(self: &Rc<Self>) -> Result<Option<Vec<u8>>, Exn> {
        let line = self.read_line(AtEnd::None).await?;
        if line.word() == NONE {
            return Ok(None);
        }
        let (string, _) = line.into_parts();
        // SAFETY: what `string` made, moved out of its promise.
        Ok(unsafe { text::take(string.cast::<lwt_string>()) })
    }
}
