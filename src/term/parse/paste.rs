//! What is pasted, between `ESC [ 200 ~` and `ESC [ 201 ~`. Module Lwt_term.

use super::{Event, character};

/// How large a piece of a paste may be, in bytes.
pub const PIECE: usize = 1 << 20;

const END: &[u8] = b"\x1b[201~";

/// What was pasted so far.
pub struct Collector {
    bytes: Vec<u8>,
}

impl Collector {
    /// Nothing yet.
    pub fn new() -> Collector {
        Collector { bytes: Vec::new() }
    }

    /// Takes bytes: how many, what they complete, and whether the paste is over.
    pub fn take(&mut self, bytes: &[u8]) -> (usize, Option<Event>, bool) {
        let room = PIECE.saturating_sub(self.bytes.len());
        let seen = bytes.get(..room + END.len()).unwrap_or(bytes);
        if let Some(at) = find(seen) {
            self.bytes.extend_from_slice(seen.get(..at).unwrap_or(&[]));
            return (at + END.len(), Some(self.piece(false)), true);
        }
        let taken = (seen.len() - beginning(seen)).min(room);
        self.bytes
            .extend_from_slice(seen.get(..taken).unwrap_or(&[]));
        let event = (self.bytes.len() >= PIECE).then(|| self.piece(true));
        (taken, event, false)
    }

    /// The input ends within it.
    pub fn end(mut self) -> Option<Event> {
        (!self.bytes.is_empty()).then(|| self.piece(false))
    }

    /// What is there as an event. If more is to follow, a character that is torn stays.
    fn piece(&mut self, more: bool) -> Event {
        let bytes = std::mem::take(&mut self.bytes);
        let mut text = String::with_capacity(bytes.len());
        let mut rest: &[u8] = &bytes;
        // Whole runs of UTF-8 at once, and one by one what is none.
        while !rest.is_empty() {
            let valid = match str::from_utf8(rest) {
                Ok(valid) => valid,
                Err(error) => {
                    let valid = rest.get(..error.valid_up_to()).unwrap_or(&[]);
                    str::from_utf8(valid).unwrap_or("")
                }
            };
            text.push_str(valid);
            rest = rest.get(valid.len()..).unwrap_or(&[]);
            if rest.is_empty() {
                break;
            }
            let Some((c, used)) = character(rest, !more) else {
                break;
            };
            text.push(c);
            rest = rest.get(used..).unwrap_or(&[]);
        }
        self.bytes.extend_from_slice(rest);
        Event::Paste { text, more }
    }
}

fn find(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|&byte| byte == END[0])?;
        if bytes.get(at..)?.starts_with(END) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// How many of the last bytes may be the beginning of the end.
fn beginning(bytes: &[u8]) -> usize {
    let longest = (END.len() - 1).min(bytes.len());
    let is = |&len: &usize| bytes.ends_with(END.get(..len).unwrap_or(END));
    (1..=longest).rev().find(is).unwrap_or(0)
}
