//! Rows of a terminal, and text laid out in them. Module Lwt_read_line, Terminal;
//! calls `term::style`.
//!
//! A cell is what a reader counts as one character, with the columns that it takes. One
//! that does not fit in the rest of a row begins the next; one that is wider than a
//! whole row is shown as "?". Terminals do not agree on how wide some are (pictures
//! made of several characters, those with a variation selector): such a cell takes the
//! most that any terminal gives it, and `odd` says that the cursor is to be told where
//! it ends.

#![forbid(unsafe_code)]

use crate::term::style::{Instruction, Style, Styled};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Where columns are that a tab goes to.
const TAB: usize = 8;

/// One character on the screen.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Where its text ends in that of the row.
    end: u32,
    width: u16,
    odd: bool,
    style: Style,
}

/// A row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    text: String,
    cells: Vec<Cell>,
    width: usize,
}

/// A cell as it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    pub text: &'a str,
    pub width: usize,
    pub odd: bool,
    pub style: Style,
}

impl Row {
    /// How many columns it takes.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// One of them. None: there are not so many.
    pub fn cell(&self, place: usize) -> Option<Shown<'_>> {
        let cell = self.cells.get(place)?;
        let start = match place {
            0 => 0,
            _ => self.cells.get(place - 1)?.end,
        };
        Some(Shown {
            text: self.text.get(start as usize..cell.end as usize)?,
            width: usize::from(cell.width),
            odd: cell.odd,
            style: cell.style,
        })
    }

    fn push(&mut self, text: &str, width: usize, odd: bool, style: Style) {
        self.text.push_str(text);
        self.width += width;
        self.cells.push(Cell {
            end: self.text.len() as u32,
            width: width as u16,
            odd,
            style,
        });
    }
}

/// How many columns a cluster takes at most, and whether terminals disagree.
fn measure(cluster: &str) -> (usize, bool) {
    let mut chars = cluster.chars();
    let (first, second) = (chars.next(), chars.next());
    if let (Some(c), None) = (first, second) {
        return (c.width().unwrap_or(0), false);
    }
    let widths = cluster.chars().map(|c| c.width().unwrap_or(0));
    let (sum, wide) = widths.fold((0, 0), |(sum, wide), width| {
        (sum + width, wide + usize::from(width > 0))
    });
    let whole = cluster.width();
    (sum.max(whole), wide > 1 || sum != whole)
}

/// Lays text out in rows.
pub struct Painter {
    columns: usize,
    rows: Vec<Row>,
    /// Where the cursor is to be; still to be found out if it is due.
    cursor: (usize, usize),
    cursor_due: bool,
}

impl Painter {
    /// In rows of so many columns, 1 at least.
    pub fn new(columns: usize) -> Painter {
        Painter {
            columns: columns.clamp(1, usize::from(u16::MAX)),
            rows: vec![Row::default()],
            cursor: (0, 0),
            cursor_due: false,
        }
    }

    fn last(&mut self) -> &mut Row {
        if self.rows.is_empty() {
            self.rows.push(Row::default());
        }
        let last = self.rows.len() - 1;
        &mut self.rows[last]
    }

    /// The cursor is to be at what comes next.
    pub fn set_cursor(&mut self) {
        self.cursor_due = true;
    }

    /// The cursor, if it is due, is here.
    fn settle_cursor(&mut self) {
        if std::mem::take(&mut self.cursor_due) {
            let column = self.last().width();
            self.cursor = (self.rows.len() - 1, column);
        }
    }

    /// Goes to the next row.
    pub fn new_row(&mut self) {
        self.rows.push(Row::default());
    }

    /// A text of the user's, in one style. Behind its last column a full row has a row
    /// of its own, so that the cursor can be there.
    pub fn input(&mut self, text: &str, style: Style) {
        let columns = self.columns;
        for cluster in text.graphemes(true) {
            match cluster {
                "\n" | "\r\n" => {
                    if self.last().width() == columns {
                        self.new_row();
                    }
                    self.settle_cursor();
                    self.new_row();
                }
                _ => self.put(cluster, style),
            }
        }
    }

    /// A styled text.
    pub fn styled(&mut self, text: &Styled) {
        let mut style = Style::default();
        for instruction in text.instructions() {
            style.apply(instruction);
            if let Instruction::Text(text) = instruction {
                self.text(text, style);
            }
        }
    }

    /// A text in one style.
    pub fn text(&mut self, text: &str, style: Style) {
        for cluster in text.graphemes(true) {
            match cluster {
                "\n" | "\r\n" => {
                    self.settle_cursor();
                    self.new_row();
                }
                _ => self.put(cluster, style),
            }
        }
    }

    /// One cluster.
    fn put(&mut self, cluster: &str, style: Style) {
        let mut chars = cluster.chars();
        match chars.next() {
            Some('\t') => {
                let column = self.last().width() % self.columns;
                let stop = (column / TAB * TAB + TAB).min(self.columns);
                for _ in column..stop.max(column + 1) {
                    self.place(" ", 1, false, style);
                }
            }
            Some(c @ ('\0'..='\x1f' | '\x7f')) => {
                let shown = ['^', char::from(c as u8 ^ 0x40)].iter().collect::<String>();
                self.place(&shown, 2, false, style);
            }
            Some(c) if c.is_control() => self.place("?", 1, false, style),
            Some(_) => match measure(cluster) {
                // Nothing stands before it that it could be combined with.
                (0, _) => self.place(&format!(" {cluster}"), 1, true, style),
                (width, odd) => self.place(cluster, width, odd, style),
            },
            None => {}
        }
    }

    fn place(&mut self, text: &str, width: usize, odd: bool, style: Style) {
        if width > self.columns {
            return self.place("?", 1, false, style);
        }
        if self.last().width() + width > self.columns {
            self.new_row();
        }
        self.settle_cursor();
        self.last().push(text, width, odd, style);
    }

    /// Fills the row with blanks up to that column, if it is not so long yet.
    pub fn fill(&mut self, column: usize, with: &str, style: Style) {
        while self.last().width() < column.min(self.columns) {
            self.last().push(with, 1, false, style);
        }
    }

    /// As much of a text as fits in so many columns of this row; newlines are shown
    /// as control characters are.
    pub fn cut(&mut self, text: &str, columns: usize, style: Style) {
        let end = (self.last().width() + columns).min(self.columns);
        for cluster in text.graphemes(true) {
            let (text, width, odd) = match cluster.chars().next() {
                Some(c) if c.is_control() => ("?", 1, false),
                _ => {
                    let (width, odd) = measure(cluster);
                    (cluster, width, odd)
                }
            };
            if width == 0 || self.last().width() + width > end {
                break;
            }
            self.last().push(text, width, odd, style);
        }
    }

    /// How many rows there are so far.
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// The end of the text before the cursor's place is settled. `room`: the cursor may
    /// need a row of its own.
    pub fn end_input(&mut self, room: bool) {
        if self.cursor_due && self.last().width() == self.columns && room {
            self.new_row();
        }
        self.settle_cursor();
    }

    /// The rows, and where the cursor is.
    pub fn finish(mut self) -> (Vec<Row>, (usize, usize)) {
        self.settle_cursor();
        (self.rows, self.cursor)
    }
}
