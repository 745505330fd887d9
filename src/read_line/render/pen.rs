//! From what a terminal shows to what it is to show: only what differs is sent. Module
//! Lwt_read_line, Terminal; calls `row`.
//!
//! The cursor is only moved relative to where it is, and to a column of its row: where
//! on the screen the drawing begins is not known.

#![forbid(unsafe_code)]

use super::row::{Row, Shown};
use crate::term::style::{Ability, Style};
use std::fmt::Write;

/// Writes escape sequences, and knows where the cursor is.
pub struct Pen {
    bytes: String,
    ability: Ability,
    row: usize,
    /// None: behind the last column, or wherever the terminal thinks.
    column: Option<usize>,
    style: Style,
    /// So many rows the screen has, from the first of the drawing on.
    rows: usize,
}

impl Pen {
    /// The cursor is there, and the drawing has so many rows.
    pub fn new(cursor: (usize, usize), rows: usize, ability: Ability) -> Pen {
        Pen {
            bytes: String::new(),
            ability,
            row: cursor.0,
            column: Some(cursor.1),
            style: Style::default(),
            rows: rows.max(1),
        }
    }

    /// What is to be sent.
    pub fn finish(mut self) -> Vec<u8> {
        self.set_style(Style::default());
        self.bytes.into_bytes()
    }

    /// The terminal shows text as it does without being told, whatever was before.
    pub fn plain(&mut self) {
        if self.ability.styles {
            self.bytes.push_str("\x1b[m");
        }
    }

    fn set_style(&mut self, style: Style) {
        style.after(&self.style, self.ability, &mut self.bytes);
        self.style = style;
    }

    fn csi(&mut self, number: usize, letter: char) {
        // Writing to a string can't fail.
        let _ = match number {
            1 => write!(self.bytes, "\x1b[{letter}"),
            _ => write!(self.bytes, "\x1b[{number}{letter}"),
        };
    }

    /// Moves the cursor.
    pub fn go(&mut self, row: usize, column: usize) {
        if row != self.row || self.column.is_none() {
            // Blanks that a terminal makes are in the style that is set.
            self.set_style(Style::default());
        }
        if row > self.row && row >= self.rows {
            self.down_to(self.rows - 1);
            while self.row < row {
                self.bytes.push_str("\r\n");
                self.row += 1;
                self.column = Some(0);
            }
            self.rows = row + 1;
        } else if row < self.row {
            self.return_if_lost();
            self.csi(self.row - row, 'A');
            self.row = row;
        } else {
            self.down_to(row);
        }
        if self.column != Some(column) {
            match column {
                0 => self.bytes.push('\r'),
                _ => self.csi(column + 1, 'G'),
            }
            self.column = Some(column);
        }
    }

    fn down_to(&mut self, row: usize) {
        if row > self.row {
            self.return_if_lost();
            self.csi(row - self.row, 'B');
            self.row = row;
        }
    }

    /// Behind the last column terminals differ in what a movement does.
    fn return_if_lost(&mut self) {
        if self.column.is_none() {
            self.bytes.push('\r');
            self.column = Some(0);
        }
    }

    /// To the beginning of the row behind the last.
    pub fn leave(&mut self, rows: usize) {
        if self.row + 1 != rows {
            self.go(rows.saturating_sub(1), 0);
        }
        self.set_style(Style::default());
        self.bytes.push_str("\r\n");
    }

    /// Erases all that follows.
    pub fn erase_below(&mut self) {
        self.set_style(Style::default());
        self.bytes.push_str("\x1b[J");
    }

    fn put(&mut self, cell: Shown<'_>, column: usize, columns: usize) {
        let after = column + cell.width;
        if cell.odd {
            self.set_style(cell.style);
            self.bytes.extend(std::iter::repeat_n(' ', cell.width));
            self.column = None;
            self.csi(column + 1, 'G');
            self.bytes.push_str(cell.text);
            if after < columns {
                self.csi(after + 1, 'G');
                self.column = Some(after);
            }
            return;
        }
        self.set_style(cell.style);
        self.bytes.push_str(cell.text);
        self.column = (after < columns).then_some(after);
    }

    /// Makes a row that shows `old` show `new`.
    pub fn change(&mut self, row: usize, old: &Row, new: &Row, columns: usize) {
        let (mut same, mut column) = (0, 0);
        while let (Some(before), Some(now)) = (old.cell(same), new.cell(same))
            && before == now
        {
            same += 1;
            column += now.width;
        }
        if same == old.len() && same == new.len() {
            return;
        }
        let mut end = new.len();
        if old.width() == new.width() {
            let mut old_end = old.len();
            while end > same && old_end > same && old.cell(old_end - 1) == new.cell(end - 1) {
                (end, old_end) = (end - 1, old_end - 1);
            }
        }
        self.go(row, column);
        for cell in (same..end).map_while(|place| new.cell(place)) {
            // After an odd cell at the end of a row the cursor is anywhere.
            self.go(row, column);
            self.put(cell, column, columns);
            column += cell.width;
        }
        if old.width() > new.width() {
            self.go(row, column);
            self.set_style(Style::default());
            self.bytes.push_str("\x1b[K");
        }
    }
}
