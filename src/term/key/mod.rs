//! Keys of module Lwt_term: what was pressed, apart from how a terminal says so.
//! Owns the type; the dialects are in `table`, bytes become keys in `decode` and
//! `term::parse`, keys get their names in `name`, and `stream` reads them from streams.

pub mod decode;
mod name;
pub mod stream;
pub mod table;

use std::fmt;
use std::hash::{Hash, Hasher};

/// How many bytes of text a key can have: a sequence that no table knows is cut
/// there.
pub const MOST_TEXT: usize = 31;

/// A short text that is copied like a number.
#[derive(Clone, Copy)]
pub struct Text {
    bytes: [u8; MOST_TEXT],
    len: u8,
}

impl Text {
    /// As much of it as there is room for, whole characters.
    pub const fn new(text: &str) -> Text {
        let from = text.as_bytes();
        let mut len = from.len();
        if len > MOST_TEXT {
            len = MOST_TEXT;
            // A byte 10xxxxxx goes on with a character.
            while from[len] & 0xC0 == 0x80 {
                len -= 1;
            }
        }
        let mut bytes = [0; MOST_TEXT];
        let mut at = 0;
        while at < len {
            bytes[at] = from[at];
            at += 1;
        }
        Text {
            bytes,
            len: len as u8,
        }
    }

    /// One character.
    pub fn of_char(c: char) -> Text {
        Text::new(c.encode_utf8(&mut [0; 4]))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or(&[]);
        str::from_utf8(bytes).unwrap_or("")
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Which key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character, or a sequence that is not known: that one begins with ESC.
    Text(Text),
    /// `Key_up`
    Up,
    /// `Key_down`
    Down,
    /// `Key_left`
    Left,
    /// `Key_right`
    Right,
    /// `Key_f n`, from 1 to 24.
    F(u8),
    /// `Key_next_page`
    NextPage,
    /// `Key_previous_page`
    PreviousPage,
    /// `Key_home`
    Home,
    /// `Key_end`
    End,
    /// `Key_insert`
    Insert,
    /// `Key_delete`
    Delete,
    /// `Key_control c`: one of `table::CONTROLS`, such as 'a' for ^A.
    Control(u8),
}

/// What was held down with a key: a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Modifiers(pub u8);

impl Modifiers {
    /// None.
    pub const NONE: Modifiers = Modifiers(0);
    /// Shift, where it is not in the character itself.
    pub const SHIFT: Modifiers = Modifiers(1);
    /// Meta, which most keyboards call Alt; an ESC before the key.
    pub const META: Modifiers = Modifiers(2);
    /// Control, where it is not in the key itself (`Code::Control`).
    pub const CONTROL: Modifiers = Modifiers(4);

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Modifiers) -> Modifiers {
        Modifiers(self.0 | other.0)
    }

    /// These but those.
    #[must_use]
    pub const fn without(self, other: Modifiers) -> Modifiers {
        Modifiers(self.0 & !other.0)
    }

    /// Are all of those among these?
    pub const fn has(self, other: Modifiers) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A key that was pressed, `Lwt_term.key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: Code,
    /// With what.
    pub modifiers: Modifiers,
}

impl Key {
    /// `key_enter`, ^J.
    pub const ENTER: Key = Key::control(b'j');
    /// `key_escape`, ^[.
    pub const ESCAPE: Key = Key::control(b'[');
    /// `key_tab`, ^I.
    pub const TAB: Key = Key::control(b'i');
    /// `key_backspace`, ^?.
    pub const BACKSPACE: Key = Key::control(b'?');

    /// A key alone.
    pub const fn new(code: Code) -> Key {
        Key {
            code,
            modifiers: Modifiers::NONE,
        }
    }

    /// `Key_control c`
    pub const fn control(c: u8) -> Key {
        Key::new(Code::Control(c))
    }

    /// `Key text`
    pub const fn text(text: &str) -> Key {
        Key::new(Code::Text(Text::new(text)))
    }

    /// A character.
    pub fn of_char(c: char) -> Key {
        Key::new(Code::Text(Text::of_char(c)))
    }

    /// The same with these modifiers besides.
    #[must_use]
    pub const fn with(self, modifiers: Modifiers) -> Key {
        Key {
            code: self.code,
            modifiers: self.modifiers.and(modifiers),
        }
    }

    /// The same with Meta.
    #[must_use]
    pub const fn meta(self) -> Key {
        self.with(Modifiers::META)
    }

    /// What the key writes: a character without modifiers. None: it is a key that
    /// does something, or one that is not known.
    pub fn printed(&self) -> Option<&str> {
        match &self.code {
            Code::Text(text) if self.modifiers == Modifiers::NONE => {
                Some(text.as_str()).filter(|text| !text.starts_with('\x1b'))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_cut_between_characters() {
        let long = "é".repeat(40);
        assert_eq!(Text::new(&long).as_str(), "é".repeat(15));
        assert_eq!(Text::new(&"a".repeat(31)).as_str(), "a".repeat(31));
        assert_eq!(Text::new("").as_str(), "");
    }

    #[test]
    fn only_a_character_without_modifiers_is_printed() {
        assert_eq!(Key::text("é").printed(), Some("é"));
        assert_eq!(Key::text("é").meta().printed(), None);
        assert_eq!(Key::text("\x1b[9z").printed(), None);
        assert_eq!(Key::ENTER.printed(), None);
    }
}
