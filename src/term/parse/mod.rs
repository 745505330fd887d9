//! What a terminal sends becomes events: keys, pastes, what the mouse did. Module
//! Lwt_term; calls the tables of keys.
//!
//! A [`Parser`] is given bytes that lie somewhere, and says how many of them it has
//! taken. What it has not taken stays where it is: nobody else's input is lost when a
//! reader is cancelled. It keeps nothing but what it is in the middle of, a paste or a
//! sequence that is too long, so that whatever is sent needs bounded memory:
//!
//! ```text
//!            ESC [ 200 ~               longer than any sequence
//!   Paste  <-------------   Ground   ---------------------------->  Skip
//!          ------------->            <----------------------------
//!            ESC [ 201 ~               its last byte, or a control code
//! ```
//!
//! A sequence is ESC (up to three more of them say Meta), `[` or `O`, parameters, and a
//! last byte; or ESC and one character, which is that key with Meta.

#![forbid(unsafe_code)]

mod paste;

use super::key::{Code, Key, MOST_TEXT, Text, decode};
use super::mouse::Mouse;
use paste::Collector;
pub use paste::PIECE;

/// How long a sequence may be.
pub const MOST_SEQUENCE: usize = 64;
/// How many escapes may begin one.
const MOST_ESCAPES: usize = 4;

const ESC: u8 = 0x1b;

/// What a terminal has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted, where the terminal was asked to tell (bracketed paste). A long
    /// one comes in pieces of about [`PIECE`] bytes.
    Paste {
        /// It, or a piece of it.
        text: String,
        /// Another piece of the same follows.
        more: bool,
    },
    /// Something was done with the mouse, where the terminal was asked to tell.
    Mouse(Mouse),
    /// The terminal's window has got the keyboard, or lost it.
    Focus(bool),
}

/// What has become of the bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// So many were taken, and are an event, or not yet or nothing worth telling.
    Took(usize, Option<Event>),
    /// None was taken: more have to come to tell what they are.
    More,
}

enum State {
    Ground,
    Paste(Collector),
    /// In a sequence that is too long, up to its end.
    Skip,
}

/// A parser, in the middle of something or not.
pub struct Parser(State);

impl Default for Parser {
    fn default() -> Parser {
        Parser::new()
    }
}

fn key(used: usize, key: Key) -> Step {
    Step::Took(used, Some(Event::Key(key)))
}

/// Text of a sequence that nobody knows.
fn unknown(used: usize, bytes: &[u8]) -> Step {
    let bytes = bytes.get(..MOST_TEXT).unwrap_or(bytes);
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    key(used, Key::new(Code::Text(Text::new(&text))))
}

/// The first character: itself and how long it is. None: more has to come. A byte that
/// is in no character is taken for one of Latin-1.
pub fn character(bytes: &[u8], all: bool) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    let start = bytes.get(..4).unwrap_or(bytes);
    let text = match str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() == 0 => {
            // `error_len` is none where what is there could be the beginning of one.
            let torn = error.error_len().is_none() && !all;
            return (!torn).then_some((char::from(first), 1));
        }
        Err(error) => {
            let valid = start.get(..error.valid_up_to());
            valid.and_then(|valid| str::from_utf8(valid).ok())?
        }
    };
    let c = text.chars().next()?;
    Some((c, c.len_utf8()))
}

impl Parser {
    /// In the middle of nothing.
    pub const fn new() -> Parser {
        Parser(State::Ground)
    }

    /// Is it in the middle of a paste? Then a pause means nothing.
    pub fn pastes(&self) -> bool {
        matches!(self.0, State::Paste(_))
    }

    /// Looks at the next bytes. `all`: no more will come soon, so that a lone ESC is
    /// the key.
    pub fn parse(&mut self, bytes: &[u8], all: bool) -> Step {
        if bytes.is_empty() {
            return Step::More;
        }
        match &mut self.0 {
            State::Ground => self.ground(bytes, all),
            State::Skip => self.skip(bytes, all),
            State::Paste(collector) => {
                let (used, event, over) = collector.take(bytes);
                if over {
                    self.0 = State::Ground;
                }
                match (used, event) {
                    (0, None) => Step::More,
                    (used, event) => Step::Took(used, event),
                }
            }
        }
    }

    /// The input has ended: what was being pasted, as far as it came.
    pub fn end(&mut self) -> Option<Event> {
        match std::mem::replace(&mut self.0, State::Ground) {
            State::Paste(collector) => collector.end(),
            _ => None,
        }
    }

    fn skip(&mut self, bytes: &[u8], all: bool) -> Step {
        let end = bytes.iter().position(|byte| !is_parameter(*byte));
        let Some(end) = end else {
            return Step::Took(bytes.len(), None);
        };
        self.0 = State::Ground;
        let last = bytes.get(end).is_some_and(|&byte| is_last(byte));
        match end + usize::from(last) {
            0 => self.ground(bytes, all),
            used => Step::Took(used, None),
        }
    }

    fn ground(&mut self, bytes: &[u8], all: bool) -> Step {
        if bytes.first() == Some(&ESC) {
            return self.escape(bytes, all);
        }
        match character(bytes, all) {
            Some((c, used)) => key(used, decode::plain(c)),
            None => Step::More,
        }
    }

    fn escape(&mut self, bytes: &[u8], all: bool) -> Step {
        let escapes = bytes
            .iter()
            .take(MOST_ESCAPES)
            .take_while(|&&byte| byte == ESC)
            .count();
        let meta = escapes > 1;
        let rest = bytes.get(escapes..).unwrap_or(&[]);
        match rest.first() {
            None if all => {
                let escape = Key::ESCAPE;
                key(escapes, if meta { escape.meta() } else { escape })
            }
            None => Step::More,
            Some(b'[' | b'O') => match self.sequence(rest, all) {
                Sequence::More => Step::More,
                Sequence::Alone => match character(rest, all) {
                    Some((c, used)) => key(escapes + used, decode::plain(c).meta()),
                    None => Step::More,
                },
                Sequence::Unknown(used) => {
                    unknown(escapes + used, bytes.get(..escapes + used).unwrap_or(bytes))
                }
                Sequence::Is(used, None) => Step::Took(escapes + used, None),
                Sequence::Is(used, Some(Event::Key(found))) => {
                    key(escapes + used, if meta { found.meta() } else { found })
                }
                Sequence::Is(used, event) => Step::Took(escapes + used, event),
            },
            Some(&ESC) => key(escapes, Key::ESCAPE.meta()),
            Some(_) => match character(rest, all) {
                Some((c, used)) => key(escapes + used, decode::plain(c).meta()),
                None => Step::More,
            },
        }
    }

    /// `rest` begins with the `[` or `O` of a sequence.
    fn sequence(&mut self, rest: &[u8], all: bool) -> Sequence {
        let body = rest.get(1..).unwrap_or(&[]);
        let introducer = rest.first().copied().unwrap_or(b'[');
        // The function keys of linux: `ESC [ [ A`.
        let doubled = introducer == b'[' && body.first() == Some(&b'[');
        let from = usize::from(doubled);
        let Some(found) = last_of(body, from) else {
            return match () {
                // What comes may be of any length.
                () if body.len() > MOST_SEQUENCE => {
                    self.0 = State::Skip;
                    Sequence::Unknown(1 + MOST_SEQUENCE)
                }
                () if !all => Sequence::More,
                () if body.is_empty() => Sequence::Alone,
                () => Sequence::Unknown(rest.len()),
            };
        };
        let last = body.get(found).copied().unwrap_or(0);
        if !is_last(last) && last != b'$' {
            // Something else begins before this is over.
            return match found {
                0 => Sequence::Alone,
                found => Sequence::Unknown(1 + found),
            };
        }
        let used = found + 2;
        let parameters = body.get(..found).unwrap_or(&[]);
        if introducer == b'[' && !doubled {
            match (parameters, last) {
                (b"", b'M') => return mouse_bytes(body, all),
                (b"200", b'~') => {
                    self.0 = State::Paste(Collector::new());
                    return Sequence::Is(used, None);
                }
                // The end of a paste that did not begin.
                (b"201", b'~') => return Sequence::Is(used, None),
                (b"", b'I') => return Sequence::Is(used, Some(Event::Focus(true))),
                (b"", b'O') => return Sequence::Is(used, Some(Event::Focus(false))),
                (_, b'M' | b'm') => {
                    if let Some(mouse) = Mouse::of_sequence(parameters, last) {
                        return Sequence::Is(used, Some(Event::Mouse(mouse)));
                    }
                }
                _ => {}
            }
        }
        let mut whole = vec![ESC];
        whole.extend_from_slice(rest.get(..used).unwrap_or(rest));
        match decode::sequence(&whole) {
            Some(found) => Sequence::Is(used, Some(Event::Key(found))),
            None => Sequence::Unknown(used),
        }
    }
}

/// What begins with `[` or `O` after ESC; with the number of bytes, that one included.
enum Sequence {
    More,
    /// There is no sequence, and the `[` or `O` is a character.
    Alone,
    Unknown(usize),
    Is(usize, Option<Event>),
}

fn mouse_bytes(body: &[u8], all: bool) -> Sequence {
    match body.get(1..4).map(<[u8; 3]>::try_from) {
        Some(Ok(bytes)) => Sequence::Is(5, Some(Event::Mouse(Mouse::of_bytes(bytes)))),
        _ if all => Sequence::Unknown(body.len() + 1),
        _ => Sequence::More,
    }
}

/// Parameters and what may stand between them and the last byte, as in ECMA-48.
fn is_parameter(byte: u8) -> bool {
    matches!(byte, 0x20..=0x3f)
}

fn is_last(byte: u8) -> bool {
    matches!(byte, 0x40..=0x7e)
}

/// Where the first byte is, from `from` on, that is no parameter; no further than the
/// longest sequence. rxvt ends some with `$`.
fn last_of(body: &[u8], from: usize) -> Option<usize> {
    let digits = |to: usize| {
        let before = body.get(..to).unwrap_or(&[]);
        !before.is_empty() && before.iter().all(u8::is_ascii_digit)
    };
    let from_there = body.iter().enumerate().skip(from).take(MOST_SEQUENCE + 1);
    let mut ends =
        from_there.filter(|&(at, &byte)| !is_parameter(byte) || byte == b'$' && digits(at));
    ends.next().map(|(at, _)| at)
}

#[cfg(test)]
mod tests;
