//! What is drawn in memory is shown: the matrix of points as a terminal is sent it. Module
//! Lwt_term; calls `style`, `zone`.
#![forbid(unsafe_code)]

use super::style::{Ability, Style, cluster_width};
use super::zone::{Matrix, Point};
use std::cell::Cell;
use std::fmt::Write;

/// `Lwt_term.render` and `render_update`: the lines of `new` that are not the same in `old`,
/// as far as the terminal has such: `room` is its columns and lines.
pub fn render(
    new: &Matrix,
    old: Option<&Matrix>,
    room: (usize, usize),
    ability: Ability,
) -> String {
    let (columns, lines) = new.size();
    let (width, height) = (columns.min(room.0), lines.min(room.1));
    let same = |y: usize| {
        old.is_some_and(|old| {
            let known = old.size();
            known.0 == columns && y < known.1 && is_same(old.line(y), new.line(y))
        })
    };
    let mut text = String::new();
    if width == 0 {
        return text;
    }
    let mut style = Style::default();
    for y in (0..height).filter(|&y| !same(y)) {
        if text.is_empty() && ability.styles {
            text.push_str("\x1b[0m");
        }
        // Writing to memory does not fail.
        let _ = write!(text, "\x1b[{};1H", y + 1);
        put_line(&new.line(y)[..width], &mut style, ability, &mut text);
    }
    Style::default().after(&style, ability, &mut text);
    text
}

fn is_same(old: &[Cell<Point>], new: &[Cell<Point>]) -> bool {
    old.iter().zip(new).all(|(old, new)| old.get() == new.get())
}

fn put_line(line: &[Cell<Point>], style: &mut Style, ability: Ability, to: &mut String) {
    let mut x = 0;
    while let Some(point) = line.get(x) {
        let point = point.get();
        let next = point.style.style();
        next.after(style, ability, to);
        *style = next;
        let (bytes, len) = point.bytes();
        let text = std::str::from_utf8(&bytes[..len]).unwrap_or_default();
        let seen = !text.chars().any(char::is_control);
        let has_room = line
            .get(x + 1)
            .is_some_and(|next| next.get().character[0] == 0);
        let taken = match cluster_width(text) {
            1 if seen => 1,
            2 if seen && has_room => 2,
            _ => 0,
        };
        match taken {
            // It has no place, or can't be seen.
            0 => to.push(' '),
            _ => to.push_str(text),
        }
        x += taken.max(1);
        // Terminals do not agree how wide clusters are.
        if taken > 0 && text.chars().nth(1).is_some() {
            let _ = write!(to, "\x1b[{}G", x + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::style::{Color, Instruction, Styled};
    use crate::term::zone::Zone;
    use std::ffi::c_int;

    const COLORS: Ability = Ability {
        styles: true,
        colors: 16,
    };

    fn zone(width: c_int, height: c_int) -> Zone {
        Zone::new(width, height).unwrap_or_else(|_| panic!("no zone"))
    }

    fn shown(screen: &vt100::Parser) -> Vec<String> {
        let (_, columns) = screen.screen().size();
        let rows = screen.screen().rows(0, columns.get());
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    #[test]
    fn a_terminal_shows_what_is_drawn() {
        let all = zone(10, 3);
        all.text(0, 0, "a日本e\u{301}z");
        all.styled(
            2,
            1,
            &Styled::new(vec![
                Instruction::Bold,
                Instruction::Fg(Color::Index(1)),
                Instruction::text("ab"),
                Instruction::Reset,
                Instruction::text("cd"),
            ]),
        );
        all.text(8, 2, "本");
        let size = |n| std::num::NonZero::new(n).unwrap();
        let mut screen = vt100::Parser::new(size(3), size(10), 0);
        screen.process(b"old old old old");
        screen.process(render(all.matrix(), None, (10, 3), COLORS).as_bytes());
        assert_eq!(shown(&screen), ["a日本e\u{301}z", "  abcd", "        本"]);
        let cell = |x| screen.screen().cell(1, x).unwrap();
        assert!(cell(2).bold() && cell(3).bold() && !cell(4).bold() && !cell(1).bold());
        assert_eq!(cell(2).fgcolor(), vt100::Color::Idx(1));
        assert_eq!(cell(4).fgcolor(), vt100::Color::Default);
    }

    #[test]
    fn an_update_sends_the_lines_that_changed_and_no_others() {
        let (old, new) = (zone(5, 3), zone(5, 3));
        for zone in [&old, &new] {
            zone.text(0, 0, "first");
            zone.text(0, 2, "third");
        }
        assert_eq!(
            render(new.matrix(), Some(old.matrix()), (80, 25), COLORS),
            ""
        );
        new.text(0, 1, "x");
        let update = render(new.matrix(), Some(old.matrix()), (80, 25), COLORS);
        assert_eq!(update, "\x1b[0m\x1b[2;1Hx    ");
        let narrow = zone(4, 3);
        let all = render(new.matrix(), Some(narrow.matrix()), (80, 25), COLORS);
        assert!(all.contains("first") && all.contains("third"));
        let low = zone(5, 2);
        low.text(0, 0, "first");
        low.text(0, 1, "x");
        let last = render(new.matrix(), Some(low.matrix()), (80, 25), COLORS);
        assert_eq!(last, "\x1b[0m\x1b[3;1Hthird");
    }

    #[test]
    fn what_the_terminal_has_no_room_for_is_not_sent() {
        let all = zone(5, 3);
        all.text(0, 0, "ab日e");
        all.text(0, 2, "third");
        assert_eq!(
            render(all.matrix(), None, (3, 2), COLORS),
            "\x1b[0m\x1b[1;1Hab \x1b[2;1H   "
        );
        assert_eq!(render(zone(0, 2).matrix(), None, (3, 2), COLORS), "");
    }

    #[test]
    fn whatever_is_in_a_point_each_takes_its_column() {
        let all = zone(4, 1);
        all.text(0, 0, "abcd");
        let wild = |bytes: &[u8]| {
            let mut point = Point::BLANK;
            point.character = [0; 40];
            for (to, &byte) in point.character.iter_mut().zip(bytes) {
                *to = byte as _;
            }
            point
        };
        for bytes in [
            &b"\xff"[..],
            b"\x1b",
            b"",
            b"\xcc\x81",
            &[b'x'; 40],
            "日".as_bytes(),
        ] {
            all.matrix().line(0)[1].set(wild(bytes));
            assert_eq!(
                render(all.matrix(), None, (4, 1), COLORS),
                "\x1b[0m\x1b[1;1Ha cd"
            );
        }
    }
}
