//! What the mouse did, as terminals report it: in the ways of SGR (mode 1006), rxvt
//! (1015) and X10 (1000, 1002). Module Lwt_term. Calls nothing.

#![forbid(unsafe_code)]

use super::key::Modifiers;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A button went down.
    Press,
    /// It came up.
    Release,
    /// The mouse moved, with a button down or with none.
    Move,
    /// The wheel was turned by one step.
    Wheel,
}

/// A report of the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What was done.
    pub action: Action,
    /// Left 1, middle 2, right 3, others from 8; of the wheel up 4, down 5, left 6,
    /// right 7. 0: none, or it is not told.
    pub button: u8,
    /// The column, from 0 on the left.
    pub column: u32,
    /// The row, from 0 at the top.
    pub row: u32,
    /// What was held down.
    pub modifiers: Modifiers,
}

impl Mouse {
    /// A report from its numbers: what was done, and where, counted from 1.
    fn new(code: u32, x: u32, y: u32, released: bool) -> Mouse {
        let mut modifiers = Modifiers::NONE;
        for (bit, modifier) in [
            (4, Modifiers::SHIFT),
            (8, Modifiers::META),
            (16, Modifiers::CONTROL),
        ] {
            if code & bit != 0 {
                modifiers = modifiers.and(modifier);
            }
        }
        let low = (code & 3) as u8;
        let button = match code & 0xC0 {
            0 if low == 3 => 0,
            0 => low + 1,
            0x40 => low + 4,
            _ => (low + 8) + if code & 0xC0 == 0xC0 { 4 } else { 0 },
        };
        let action = match (code & 32 != 0, code & 0xC0 == 0x40) {
            (true, _) => Action::Move,
            (_, true) => Action::Wheel,
            _ if released || button == 0 => Action::Release,
            _ => Action::Press,
        };
        Mouse {
            action,
            button,
            column: x.saturating_sub(1),
            row: y.saturating_sub(1),
            modifiers,
        }
    }

    /// From what stands between `ESC [` and the last byte.
    pub fn of_sequence(body: &[u8], last: u8) -> Option<Mouse> {
        let (body, sgr) = match body.strip_prefix(b"<") {
            Some(body) => (body, true),
            None => (body, false),
        };
        let mut fields = body.split(|&byte| byte == b';').map(|field| {
            let digits = !field.is_empty() && field.iter().all(u8::is_ascii_digit);
            let text = str::from_utf8(field).ok().filter(|_| digits)?;
            text.parse::<u32>().ok()
        });
        let (code, x, y) = (fields.next()??, fields.next()??, fields.next()??);
        if fields.next().is_some() {
            return None;
        }
        match (last, sgr) {
            (b'M', true) => Some(Mouse::new(code, x, y, false)),
            (b'm', true) => Some(Mouse::new(code, x, y, true)),
            (b'M', false) => Some(Mouse::new(code.checked_sub(32)?, x, y, false)),
            _ => None,
        }
    }

    /// From the three bytes after `ESC [ M`.
    pub fn of_bytes(bytes: [u8; 3]) -> Mouse {
        let [code, x, y] = bytes.map(|byte| u32::from(byte).saturating_sub(32));
        Mouse::new(code, x, y, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(action: Action, button: u8, column: u32, row: u32) -> Mouse {
        Mouse {
            action,
            button,
            column,
            row,
            modifiers: Modifiers::NONE,
        }
    }

    #[test]
    fn all_three_ways_tell_the_same() {
        let press = report(Action::Press, 1, 9, 19);
        assert_eq!(Mouse::of_sequence(b"<0;10;20", b'M'), Some(press));
        assert_eq!(Mouse::of_sequence(b"32;10;20", b'M'), Some(press));
        assert_eq!(Mouse::of_bytes([32, 42, 52]), press);
        let release = report(Action::Release, 1, 9, 19);
        assert_eq!(Mouse::of_sequence(b"<0;10;20", b'm'), Some(release));
        // The old ways don't tell which button.
        let release = report(Action::Release, 0, 9, 19);
        assert_eq!(Mouse::of_bytes([35, 42, 52]), release);
    }

    #[test]
    fn wheel_moves_and_modifiers_are_told_apart() {
        let wheel = |code: &str| Mouse::of_sequence(code.as_bytes(), b'M').unwrap();
        assert_eq!(wheel("<64;1;1"), report(Action::Wheel, 4, 0, 0));
        assert_eq!(wheel("<65;1;1"), report(Action::Wheel, 5, 0, 0));
        assert_eq!(wheel("<32;1;1"), report(Action::Move, 1, 0, 0));
        assert_eq!(wheel("<35;1;1"), report(Action::Move, 0, 0, 0));
        assert_eq!(wheel("<128;1;1"), report(Action::Press, 8, 0, 0));
        assert_eq!(wheel("<16;1;1").modifiers, Modifiers::CONTROL);
    }

    #[test]
    fn what_is_no_report_is_none() {
        for body in ["", "<", "<0;1", "<0;1;2;3", "<a;1;1", "<-1;1;1", "1;1;1"] {
            assert_eq!(Mouse::of_sequence(body.as_bytes(), b'M'), None, "{body}");
        }
        assert_eq!(Mouse::of_sequence(b"<0;1;99999999999", b'M'), None);
        assert_eq!(Mouse::of_bytes([0, 0, 255]).column, 0);
    }
}
