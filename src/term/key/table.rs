//! The two tables of keys, `Lwt_term.control_mapping` and `sequence_mapping`: what
//! the terminals xterm, vt100 and vt220, rxvt, linux, screen, tmux and PuTTY send.
//! Modifiers in xterm's way (`ESC [ 1 ; 5 C`) are not listed: `decode` knows the rule.

#![forbid(unsafe_code)]

use super::{Code, Key, Modifiers};
use std::ffi::CStr;

/// `control_mapping`: a code and what it is Control with.
pub const CONTROLS: [(u8, u8); 33] = {
    let mut all = [(127, b'?'); 33];
    let mut code = 0;
    while code < 32 {
        all[code] = (code as u8, (code as u8 + 64).to_ascii_lowercase());
        code += 1;
    }
    all
};

/// What a control code is Control with.
pub const fn control(code: u8) -> Option<u8> {
    match code {
        0..32 => Some(CONTROLS[code as usize].1),
        127 => Some(b'?'),
        _ => None,
    }
}

const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL: Modifiers = Modifiers::CONTROL;
const BOTH: Modifiers = SHIFT.and(CTRL);

const fn k(code: Code) -> Key {
    Key::new(code)
}
const fn s(code: Code) -> Key {
    Key::new(code).with(SHIFT)
}
const fn c(code: Code) -> Key {
    Key::new(code).with(CTRL)
}
const fn b(code: Code) -> Key {
    Key::new(code).with(BOTH)
}

use Code::{Delete, Down, End, F, Home, Insert, Left, NextPage, PreviousPage, Right, Up};

/// `sequence_mapping`: what comes after ESC included, and the key.
pub const SEQUENCES: &[(&CStr, Key)] = &[
    // Arrows: as they are, and in application mode.
    (c"\x1b[A", k(Up)),
    (c"\x1b[B", k(Down)),
    (c"\x1b[C", k(Right)),
    (c"\x1b[D", k(Left)),
    (c"\x1bOA", k(Up)),
    (c"\x1bOB", k(Down)),
    (c"\x1bOC", k(Right)),
    (c"\x1bOD", k(Left)),
    // rxvt.
    (c"\x1b[a", s(Up)),
    (c"\x1b[b", s(Down)),
    (c"\x1b[c", s(Right)),
    (c"\x1b[d", s(Left)),
    (c"\x1bOa", c(Up)),
    (c"\x1bOb", c(Down)),
    (c"\x1bOc", c(Right)),
    (c"\x1bOd", c(Left)),
    // Home and End: xterm; linux, screen, PuTTY; rxvt.
    (c"\x1b[H", k(Home)),
    (c"\x1b[F", k(End)),
    (c"\x1bOH", k(Home)),
    (c"\x1bOF", k(End)),
    (c"\x1b[1~", k(Home)),
    (c"\x1b[4~", k(End)),
    (c"\x1b[7~", k(Home)),
    (c"\x1b[8~", k(End)),
    // The block above the arrows.
    (c"\x1b[2~", k(Insert)),
    (c"\x1b[3~", k(Delete)),
    (c"\x1b[5~", k(PreviousPage)),
    (c"\x1b[6~", k(NextPage)),
    // The same of rxvt, with Shift, Control, and both.
    (c"\x1b[2$", s(Insert)),
    (c"\x1b[3$", s(Delete)),
    (c"\x1b[5$", s(PreviousPage)),
    (c"\x1b[6$", s(NextPage)),
    (c"\x1b[7$", s(Home)),
    (c"\x1b[8$", s(End)),
    (c"\x1b[2^", c(Insert)),
    (c"\x1b[3^", c(Delete)),
    (c"\x1b[5^", c(PreviousPage)),
    (c"\x1b[6^", c(NextPage)),
    (c"\x1b[7^", c(Home)),
    (c"\x1b[8^", c(End)),
    (c"\x1b[2@", b(Insert)),
    (c"\x1b[3@", b(Delete)),
    (c"\x1b[5@", b(PreviousPage)),
    (c"\x1b[6@", b(NextPage)),
    (c"\x1b[7@", b(Home)),
    (c"\x1b[8@", b(End)),
    // Function keys: vt100 and xterm; linux; vt220, rxvt, PuTTY.
    (c"\x1bOP", k(F(1))),
    (c"\x1bOQ", k(F(2))),
    (c"\x1bOR", k(F(3))),
    (c"\x1bOS", k(F(4))),
    (c"\x1b[P", k(F(1))),
    (c"\x1b[Q", k(F(2))),
    (c"\x1b[R", k(F(3))),
    (c"\x1b[S", k(F(4))),
    (c"\x1b[[A", k(F(1))),
    (c"\x1b[[B", k(F(2))),
    (c"\x1b[[C", k(F(3))),
    (c"\x1b[[D", k(F(4))),
    (c"\x1b[[E", k(F(5))),
    (c"\x1b[11~", k(F(1))),
    (c"\x1b[12~", k(F(2))),
    (c"\x1b[13~", k(F(3))),
    (c"\x1b[14~", k(F(4))),
    (c"\x1b[15~", k(F(5))),
    (c"\x1b[17~", k(F(6))),
    (c"\x1b[18~", k(F(7))),
    (c"\x1b[19~", k(F(8))),
    (c"\x1b[20~", k(F(9))),
    (c"\x1b[21~", k(F(10))),
    (c"\x1b[23~", k(F(11))),
    (c"\x1b[24~", k(F(12))),
    (c"\x1b[25~", k(F(13))),
    (c"\x1b[26~", k(F(14))),
    (c"\x1b[28~", k(F(15))),
    (c"\x1b[29~", k(F(16))),
    (c"\x1b[31~", k(F(17))),
    (c"\x1b[32~", k(F(18))),
    (c"\x1b[33~", k(F(19))),
    (c"\x1b[34~", k(F(20))),
    (c"\x1b[42~", k(F(21))),
    (c"\x1b[43~", k(F(22))),
    (c"\x1b[44~", k(F(23))),
    (c"\x1b[45~", k(F(24))),
    // Function keys of rxvt with Control.
    (c"\x1b[11^", c(F(1))),
    (c"\x1b[12^", c(F(2))),
    (c"\x1b[13^", c(F(3))),
    (c"\x1b[14^", c(F(4))),
    (c"\x1b[15^", c(F(5))),
    (c"\x1b[17^", c(F(6))),
    (c"\x1b[18^", c(F(7))),
    (c"\x1b[19^", c(F(8))),
    (c"\x1b[20^", c(F(9))),
    (c"\x1b[21^", c(F(10))),
    (c"\x1b[23^", c(F(11))),
    (c"\x1b[24^", c(F(12))),
    // Shift-Tab.
    (c"\x1b[Z", s(Code::Control(b'i'))),
    // The keypad in application mode, which drawing mode turns on.
    (c"\x1bOM", k(Code::Control(b'j'))),
    (c"\x1bOX", Key::text("=")),
    (c"\x1bOj", Key::text("*")),
    (c"\x1bOk", Key::text("+")),
    (c"\x1bOl", Key::text(",")),
    (c"\x1bOm", Key::text("-")),
    (c"\x1bOn", Key::text(".")),
    (c"\x1bOo", Key::text("/")),
    (c"\x1bOp", Key::text("0")),
    (c"\x1bOq", Key::text("1")),
    (c"\x1bOr", Key::text("2")),
    (c"\x1bOs", Key::text("3")),
    (c"\x1bOt", Key::text("4")),
    (c"\x1bOu", Key::text("5")),
    (c"\x1bOv", Key::text("6")),
    (c"\x1bOw", Key::text("7")),
    (c"\x1bOx", Key::text("8")),
    (c"\x1bOy", Key::text("9")),
];

/// The key of a sequence.
pub fn sequence(text: &[u8]) -> Option<Key> {
    let found = SEQUENCES.iter().find(|(known, _)| known.to_bytes() == text);
    found.map(|&(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sequence_is_listed_twice() {
        for (at, (text, key)) in SEQUENCES.iter().enumerate() {
            assert_eq!(sequence(text.to_bytes()), Some(*key), "{at}");
        }
    }

    #[test]
    fn each_control_code_has_its_letter() {
        assert_eq!(control(0), Some(b'@'));
        assert_eq!(control(1), Some(b'a'));
        assert_eq!(control(26), Some(b'z'));
        assert_eq!(control(27), Some(b'['));
        assert_eq!(control(31), Some(b'_'));
        assert_eq!(control(32), None);
        for (code, letter) in CONTROLS {
            assert_eq!(control(code), Some(letter));
        }
    }
}
