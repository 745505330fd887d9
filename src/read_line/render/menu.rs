//! What is drawn below the input: words to choose from, or a message, in a frame.
//! Module Lwt_read_line, Terminal; calls `row`.

#![forbid(unsafe_code)]

use super::row::Painter;
use crate::term::style::{Instruction, Style, Styled, width};
use std::rc::Rc;

/// So many rows of words are shown at once.
const ROWS: usize = 5;
/// Blanks between two words.
const GAP: usize = 2;

/// What is drawn below the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bottom {
    /// Nothing.
    #[default]
    None,
    /// A frame with nothing in it.
    Empty,
    /// Words, and the place of the one that is chosen.
    Words(Rc<[Rc<str>]>, usize),
    /// A message.
    Message(Styled),
}

/// How words stand in a terminal of so many columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// How many words a row has.
    pub across: usize,
    /// How many columns a word has.
    pub column: usize,
}

/// Is there room for a frame?
fn is_framed(columns: usize) -> bool {
    columns >= 6
}

fn inside(columns: usize) -> usize {
    match is_framed(columns) {
        true => columns - 2,
        false => columns.max(1),
    }
}

/// How words stand in a terminal of so many columns: in rows, one behind the other.
pub fn grid(words: &[Rc<str>], columns: usize) -> Grid {
    let room = inside(columns);
    // Of very many words the width of the first ones is as good a guess.
    let widest = words.iter().take(1000).map(|word| width(word)).max();
    let column = widest.unwrap_or(0).saturating_add(GAP).min(room).max(1);
    Grid {
        across: (room / column).max(1),
        column,
    }
}

/// Draws it, in as many rows at most.
pub fn draw(painter: &mut Painter, bottom: &Bottom, columns: usize, most: usize) {
    let edges = if is_framed(columns) { 2 } else { 0 };
    let Some(rows) = most.checked_sub(edges).filter(|&rows| rows > 0) else {
        return;
    };
    match bottom {
        Bottom::None => {}
        Bottom::Empty => frame(painter, columns, 1, |_, _| {}),
        Bottom::Message(message) => {
            frame(painter, columns, 1, |painter, _| {
                let mut style = Style::default();
                let end = inside(columns);
                let mut left = end;
                for instruction in message.instructions() {
                    style.apply(instruction);
                    if let Instruction::Text(text) = instruction {
                        painter.cut(text, left, style);
                        left = left.saturating_sub(width(text));
                    }
                }
            });
        }
        Bottom::Words(words, chosen) => {
            let grid = grid(words, columns);
            let all = words.len().div_ceil(grid.across).max(1);
            let shown = all.min(ROWS).min(rows);
            let chosen = (*chosen).min(words.len().saturating_sub(1));
            // The row of the chosen word is in the middle where that can be.
            let first = (chosen / grid.across)
                .saturating_sub(shown / 2)
                .min(all - shown);
            frame(painter, columns, shown, |painter, row| {
                let begin = (first + row) * grid.across;
                let here = words.iter().enumerate().skip(begin).take(grid.across);
                let edge = edges / 2;
                for (place, (number, word)) in here.enumerate() {
                    let style = Style {
                        inverse: number == chosen,
                        ..Style::default()
                    };
                    painter.fill(edge + place * grid.column, " ", Style::default());
                    painter.cut(word, grid.column, style);
                }
            });
        }
    }
}

/// A frame around so many rows.
fn frame(
    painter: &mut Painter,
    columns: usize,
    rows: usize,
    mut inner: impl FnMut(&mut Painter, usize),
) {
    let plain = Style::default();
    let framed = is_framed(columns);
    let edge = |painter: &mut Painter, [left, right]: [&str; 2]| {
        painter.new_row();
        painter.cut(left, 1, plain);
        painter.fill(columns - 1, "─", plain);
        painter.cut(right, 1, plain);
    };
    if framed {
        edge(painter, ["┌", "┐"]);
    }
    for row in 0..rows {
        painter.new_row();
        if framed {
            painter.cut("│", 1, plain);
        }
        inner(painter, row);
        if framed {
            painter.fill(columns - 1, " ", plain);
            painter.cut("│", 1, plain);
        }
    }
    if framed {
        edge(painter, ["└", "┘"]);
    }
}
