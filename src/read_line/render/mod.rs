//! Module Lwt_read_line, Terminal: what the editor looks like, and what is sent to make
//! it look so. It draws nothing itself: it tells the bytes. Calls the engine and
//! `term::style`.
//!
//! | file | what |
//! |---|---|
//! | `row` | rows of cells, and text laid out in them |
//! | `menu` | what is below the input |
//! | `pen` | from one set of rows to another |
//!
//! A drawing begins at the left edge of some row, with nothing that matters below it.
//! It is never higher than the screen: of a longer text the part around the cursor is
//! drawn.

#![forbid(unsafe_code)]

pub mod menu;
mod pen;
mod row;

#[cfg(test)]
mod tests;

use super::engine::{Mode, State};
use crate::term::above::Picture;
use crate::term::style::{Ability, Style, Styled};
pub use menu::Bottom;
use pen::Pen;
use row::{Painter, Row};

/// How large the terminal is, and what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns, 1 at least.
    pub columns: usize,
    /// Rows, 1 at least.
    pub lines: usize,
    /// Which styles it knows.
    pub ability: Ability,
}

/// From what is typed to what is shown of it.
pub type MapText<'a> = &'a dyn Fn(&str) -> String;

/// What is to be seen.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What stands before the text.
    pub prompt: &'a Styled,
    /// The text, and where the cursor is.
    pub state: &'a State,
    /// What is shown of it. None: the text itself.
    pub map_text: Option<MapText<'a>>,
    /// What stands below.
    pub bottom: &'a Bottom,
}

/// What the terminal shows.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    columns: usize,
    rows: Vec<Row>,
    cursor: (usize, usize),
    /// How many rows above the first one are left out.
    top: usize,
    /// How many of the rows are the text; what is below it goes when it is left.
    text: usize,
}

impl Drawing {
    /// `Terminal.init`: nothing is drawn.
    pub fn new() -> Drawing {
        Drawing::default()
    }

    /// How many columns the terminal had.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// `Terminal.draw`: what is to be shown then.
    pub fn next(&self, input: &Input<'_>, size: Size) -> Drawing {
        let lines = size.lines.max(1);
        let mut painter = Painter::new(size.columns);
        paint(&mut painter, input);
        painter.end_input(true);
        let height = painter.height();
        menu::draw(
            &mut painter,
            input.bottom,
            size.columns,
            lines.saturating_sub(height),
        );
        let (mut rows, cursor) = painter.finish();
        let top = match rows.len().checked_sub(lines) {
            // The part that was shown, moved as little as can be.
            Some(over) => self
                .top
                .clamp((cursor.0 + 1).saturating_sub(lines), cursor.0.min(over)),
            None => 0,
        };
        rows.drain(..top);
        rows.truncate(lines);
        Drawing {
            columns: size.columns.max(1),
            cursor: (cursor.0 - top, cursor.1),
            text: height.saturating_sub(top).min(rows.len()),
            top,
            rows,
        }
    }

    /// What goes from this one to the next, in a terminal of the same width.
    pub fn update(&self, next: &Drawing, ability: Ability) -> Vec<u8> {
        let mut pen = Pen::new(self.cursor, self.rows.len(), ability);
        self.show(next, &mut pen);
        pen.go(next.cursor.0, next.cursor.1);
        pen.finish()
    }

    fn show(&self, next: &Drawing, pen: &mut Pen) {
        let none = Row::default();
        for (place, row) in next.rows.iter().enumerate() {
            let before = self.rows.get(place).unwrap_or(&none);
            pen.change(place, before, row, next.columns);
            if place >= self.rows.len().max(1) && row.len() == 0 {
                pen.go(place, 0); // an empty one is there, too
            }
        }
        if next.rows.len() < self.rows.len() {
            pen.go(next.rows.len(), 0);
            pen.erase_below();
        }
    }

    /// How this one is erased, and how it is drawn on an empty line.
    pub fn picture(&self, ability: Ability) -> Picture {
        let mut pen = Pen::new((0, 0), 1, ability);
        pen.plain();
        Drawing::new().show(self, &mut pen);
        pen.go(self.cursor.0, self.cursor.1);
        Picture {
            erase: self.erase(ability),
            draw: pen.finish(),
            below: self.text.saturating_sub(self.cursor.0 + 1),
        }
    }

    /// `Terminal.erase`: takes it away; the cursor is where it began.
    pub fn erase(&self, ability: Ability) -> Vec<u8> {
        let mut pen = Pen::new((self.cursor.0, usize::MAX), self.rows.len(), ability);
        pen.go(0, 0);
        pen.erase_below();
        pen.finish()
    }

    /// After the terminal has got another width: takes it away. `reflows`: the terminal
    /// has broken rows that are too long for it, so that there may be more of them.
    pub fn erase_resized(&self, size: Size, reflows: bool) -> Vec<u8> {
        let columns = size.columns.max(1);
        let above = match reflows {
            true => {
                let rows = self.rows.iter().take(self.cursor.0);
                let broken = rows.map(|row| row.width().div_ceil(columns).max(1));
                broken.sum::<usize>() + self.cursor.1 / columns
            }
            false => self.cursor.0,
        };
        let mut pen = Pen::new((above, usize::MAX), above + 1, size.ability);
        pen.go(0, 0);
        pen.erase_below();
        pen.finish()
    }

    /// `Terminal.last_draw`: the whole text and nothing below it; the cursor is on the
    /// row behind.
    pub fn last(&self, input: &Input<'_>, size: Size) -> Vec<u8> {
        let mut painter = Painter::new(size.columns);
        paint(&mut painter, input);
        painter.end_input(false);
        let (rows, _) = painter.finish();
        let whole = Drawing {
            columns: size.columns.max(1),
            rows,
            cursor: (0, 0),
            top: 0,
            text: 0, // it is not left again
        };
        let mut pen = Pen::new(self.cursor, self.rows.len(), size.ability);
        if self.top == 0 {
            self.show(&whole, &mut pen);
        } else {
            pen.go(0, 0);
            pen.erase_below();
            Drawing::new().show(&whole, &mut pen);
        }
        pen.leave(whole.rows.len());
        pen.finish()
    }
}

/// The prompt and the text.
fn paint(painter: &mut Painter, input: &Input<'_>) {
    let plain = Style::default();
    let map = |text: &str| input.map_text.map_or_else(|| text.into(), |map| map(text));
    let state = input.state;
    if let Mode::Search(search) = state.mode() {
        let what = if search.backward {
            "reverse-i-search"
        } else {
            "i-search"
        };
        painter.input(&format!("({what})'{}': ", map(&search.word)), plain);
        let Some((line, place)) = state.hit() else {
            return painter.set_cursor();
        };
        let part = |range| map(line.get(range).unwrap_or(""));
        let underlined = Style {
            underlined: true,
            ..plain
        };
        painter.input(&part(0..place.start), plain);
        painter.set_cursor();
        painter.input(&part(place.start..place.end), underlined);
        return painter.input(&part(place.end..line.len()), plain);
    }
    painter.styled(input.prompt);
    let (text, cursor) = (state.text(), state.cursor());
    let selected = state.selected().unwrap_or(cursor..cursor);
    let part = |range| map(text.get(range).unwrap_or(""));
    let inverse = Style {
        inverse: true,
        ..plain
    };
    painter.input(&part(0..selected.start), plain);
    if cursor == selected.start {
        painter.set_cursor();
    }
    painter.input(&part(selected.start..selected.end), inverse);
    if cursor != selected.start {
        painter.set_cursor();
    }
    painter.input(&part(selected.end..text.len()), plain);
}
