//! Names of keys, for a person: `Lwt_term.string_of_key`.

#![forbid(unsafe_code)]

use super::{Code, Key, Modifiers};
use std::fmt;

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            (Modifiers::META, "Meta-"),
            (Modifiers::CONTROL, "Control-"),
            (Modifiers::SHIFT, "Shift-"),
        ];
        for (modifier, name) in named {
            if self.modifiers.has(modifier) {
                f.write_str(name)?;
            }
        }
        let name = match &self.code {
            Code::Text(text) => return write!(f, "Key \"{}\"", text.as_str().escape_debug()),
            Code::F(number) => return write!(f, "Key_f {number}"),
            Code::Control(c) => return write!(f, "Key_control '{}'", char::from(*c)),
            Code::Up => "up",
            Code::Down => "down",
            Code::Left => "left",
            Code::Right => "right",
            Code::NextPage => "next_page",
            Code::PreviousPage => "previous_page",
            Code::Home => "home",
            Code::End => "end",
            Code::Insert => "insert",
            Code::Delete => "delete",
        };
        write!(f, "Key_{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_with_its_modifiers() {
        let told = |key: Key| key.to_string();
        assert_eq!(told(Key::text("é")), "Key \"é\"");
        assert_eq!(told(Key::text("\x1b[9z")), "Key \"\\u{1b}[9z\"");
        assert_eq!(told(Key::ENTER.meta()), "Meta-Key_control 'j'");
        assert_eq!(told(Key::new(Code::F(24))), "Key_f 24");
        let right = Key::new(Code::Right).with(Modifiers::CONTROL.and(Modifiers::SHIFT));
        assert_eq!(told(right), "Control-Shift-Key_right");
    }
}
