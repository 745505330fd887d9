//! What one key has sent becomes that key: `Lwt_term.decode_key`. Calls the tables.

#![forbid(unsafe_code)]

use super::{Code, Key, MOST_TEXT, Modifiers, Text, table};
use crate::term::parse::{Event, Parser, Step};

/// `Lwt_term.decode_key`. None: the text is empty, or longer than a key's can be.
pub fn decode(text: &str) -> Option<Key> {
    if text.is_empty() || text.len() > MOST_TEXT {
        return None;
    }
    match Parser::new().parse(text.as_bytes(), true) {
        Step::Took(used, Some(Event::Key(key))) if used == text.len() => Some(key),
        _ => Some(Key::text(text)),
    }
}

/// One byte that is a control code, or the first character of a text.
pub fn plain(c: char) -> Key {
    let control = u8::try_from(u32::from(c)).ok().and_then(table::control);
    control.map_or_else(|| Key::of_char(c), Key::control)
}

/// A sequence without what says Meta before it: ESC, then `[` or `O`, and so on. None:
/// no table and no rule knows it.
pub fn sequence(text: &[u8]) -> Option<Key> {
    table::sequence(text).or_else(|| modified(text))
}

/// The numbers of a sequence, between `;`. None: there is something else in it, or
/// there are too many of them. What is left out is 1, as terminals say.
fn numbers(text: &[u8]) -> Option<([u32; 4], usize)> {
    let mut all = [1; 4];
    let mut count = 0;
    for field in text.split(|&byte| byte == b';') {
        let place = all.get_mut(count)?;
        count += 1;
        // kitty tells alternatives after a colon.
        let field = field.split(|&byte| byte == b':').next()?;
        if !field.is_empty() {
            *place = str::from_utf8(field).ok()?.parse().ok()?;
        }
    }
    Some((all, count))
}

/// xterm's way: the modifiers are a number more, the second one. Also its way for
/// other keys (`ESC [ 27 ; modifiers ; code ~`), and the one with a final `u`.
fn modified(text: &[u8]) -> Option<Key> {
    let body = text.strip_prefix(b"\x1b[").or_else(|| {
        // Some terminals say ESC O 5 P.
        text.strip_prefix(b"\x1bO")
    })?;
    let (&last, body) = body.split_last()?;
    if !body
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
        || body.is_empty()
    {
        return None;
    }
    let (number, count) = numbers(body)?;
    let key = match (last, count) {
        (b'u', 1 | 2) => return other(number[0], modifiers(number[1])?),
        (b'~', 3) if number[0] == 27 => return other(number[2], modifiers(number[1])?),
        (b'~', 2) => {
            let plain = format!("\x1b[{}~", number[0]);
            table::sequence(plain.as_bytes())?.with(modifiers(number[1])?)
        }
        (b'A'..=b'Z', 1) => letter(last)?.with(modifiers(number[0])?),
        (b'A'..=b'Z', 2) if number[0] == 1 => letter(last)?.with(modifiers(number[1])?),
        _ => return None,
    };
    Some(key)
}

/// The key whose sequence ends with this letter.
fn letter(last: u8) -> Option<Key> {
    table::sequence(&[0x1b, b'[', last])
}

/// xterm's number of modifiers: one more than the sum of Shift 1, Alt 2, Control 4,
/// Meta 8 (and others, which are let go).
fn modifiers(number: u32) -> Option<Modifiers> {
    let bits = number.checked_sub(1)?;
    let pick = |bit: u32, modifier| match bits & bit {
        0 => Modifiers::NONE,
        _ => modifier,
    };
    Some(
        pick(1, Modifiers::SHIFT)
            .and(pick(2 | 8, Modifiers::META))
            .and(pick(4, Modifiers::CONTROL)),
    )
}

/// A key told by its character.
fn other(code: u32, modifiers: Modifiers) -> Option<Key> {
    let c = char::from_u32(code)?;
    let key = plain(c);
    if let Code::Control(_) = key.code {
        return Some(key.with(modifiers));
    }
    let mut rest = modifiers;
    if modifiers.has(Modifiers::CONTROL) {
        let small = c.to_ascii_lowercase();
        let control = u8::try_from(u32::from(small)).ok();
        let known = |&byte: &u8| table::CONTROLS.iter().any(|&(_, letter)| letter == byte);
        if let Some(letter) = control.filter(known) {
            rest = rest.without(Modifiers::CONTROL);
            if !c.is_ascii_alphabetic() {
                rest = rest.without(Modifiers::SHIFT);
            }
            return Some(Key::control(letter).with(rest));
        }
    }
    // Shift is in the character.
    let mut upper = c.to_uppercase();
    let c = match (modifiers.has(Modifiers::SHIFT), upper.next(), upper.next()) {
        (true, Some(only), None) => only,
        _ => c,
    };
    Some(Key {
        code: Code::Text(Text::of_char(c)),
        modifiers: rest.without(Modifiers::SHIFT),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Code::{Delete, F, Left, Right, Up};

    const SHIFT: Modifiers = Modifiers::SHIFT;
    const META: Modifiers = Modifiers::META;
    const CONTROL: Modifiers = Modifiers::CONTROL;

    fn is(text: &str, code: Code, modifiers: Modifiers) {
        assert_eq!(decode(text), Some(Key { code, modifiers }), "{text:?}");
    }

    #[test]
    fn all_entries_of_both_tables_are_decoded() {
        for (text, key) in table::SEQUENCES {
            assert_eq!(decode(text.to_str().unwrap()), Some(*key), "{text:?}");
        }
        for (code, letter) in table::CONTROLS {
            let text = char::from(code).to_string();
            assert_eq!(decode(&text), Some(Key::control(letter)));
        }
    }

    #[test]
    fn modifiers_are_told_in_the_ways_of_xterm_and_with_a_u() {
        is("\x1b[1;5C", Right, CONTROL);
        is("\x1b[1;2D", Left, SHIFT);
        is("\x1b[1;8A", Up, SHIFT.and(META).and(CONTROL));
        is("\x1b[1;9A", Up, META);
        is("\x1b[3;5~", Delete, CONTROL);
        is("\x1b[15;3~", F(5), META);
        is("\x1b[1;2P", F(1), SHIFT);
        is("\x1bO5P", F(1), CONTROL);
        is("\x1b[97;5u", Code::Control(b'a'), Modifiers::NONE);
        is("\x1b[27;6;97~", Code::Control(b'a'), SHIFT);
        is("\x1b[13;5u", Code::Control(b'm'), CONTROL);
        is("\x1b[97;2u", Code::Text(Text::new("A")), Modifiers::NONE);
        is("\x1b[49;5u", Code::Text(Text::new("1")), CONTROL);
        is("\x1b[228u", Code::Text(Text::new("ä")), Modifiers::NONE);
    }

    #[test]
    fn an_escape_before_a_key_is_meta() {
        is("\x1bw", Code::Text(Text::new("w")), META);
        is("\x1bé", Code::Text(Text::new("é")), META);
        is("\x1b\n", Code::Control(b'j'), META);
        is("\x1b\x1b[A", Up, META);
        is("\x1b\x1b[1;5C", Right, META.and(CONTROL));
        is("\x1b\x1b", Code::Control(b'['), META);
    }

    #[test]
    fn what_is_not_known_stays_text() {
        for text in ["a", "é", "ab", "\x1b[9z", "\x1b[1;C;D", "\x1b[1;5;7;9;4A"] {
            is(text, Code::Text(Text::new(text)), Modifiers::NONE);
        }
        for text in ["\x1b[99999999999u", "\x1b[55296u", "\x1b[0;0A", "\x1b[1;0A"] {
            is(text, Code::Text(Text::new(text)), Modifiers::NONE);
        }
        assert_eq!(decode(""), None);
        assert_eq!(decode(&"a".repeat(32)), None);
    }
}
