//! The end of a line that is not complete yet: what was written since the last
//! newline, and how many rows it takes. Module Lwt_term; calls nothing.

#![forbid(unsafe_code)]

use unicode_width::UnicodeWidthChar;

/// What is longer is taken to be complete.
const MOST: usize = 4096;
/// Where columns are that a tab goes to.
const TAB: usize = 8;

/// The bytes since the last newline.
#[derive(Default)]
pub struct Partial(Vec<u8>);

impl Partial {
    /// Takes what is written. True: the line has grown too long to be kept, and is to
    /// be ended.
    pub fn add(&mut self, bytes: &[u8]) -> bool {
        let rest = match bytes.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => {
                self.0.clear();
                &bytes[newline + 1..]
            }
            None => bytes,
        };
        self.0.extend_from_slice(rest);
        let too_long = self.0.len() > MOST;
        if too_long {
            self.0.clear();
        }
        too_long
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many rows it takes in a terminal so wide.
    pub fn rows(&self, columns: usize) -> usize {
        let columns = columns.max(1);
        let (mut row, mut column) = (0, 0_usize);
        let text = String::from_utf8_lossy(&self.0);
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\x1b' => skip_escape(&mut rest),
                '\r' => column = 0,
                '\x08' => column = column.saturating_sub(1),
                '\t' => column = (column / TAB * TAB + TAB).min(columns - 1),
                _ => {
                    let width = c.width().unwrap_or(0);
                    if column + width > columns {
                        (row, column) = (row + 1, 0);
                    }
                    column += width;
                }
            }
        }
        row + 1
    }
}

/// Goes over an escape sequence, which takes no room.
fn skip_escape(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => while rest.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
        Some(']') => {
            while let Some(c) = rest.next() {
                match c {
                    '\x07' => return,
                    '\x1b' => {
                        rest.next();
                        return;
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}
