//! Module Lwt_read_line, Engine: a text and a cursor in it, which never stands
//! inside a character, and what can be done with the two. It calls words.

#![forbid(unsafe_code)]

use super::super::words;
use std::ops::Range;
use std::rc::Rc;

/// A text and the place of the cursor, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The whole text.
    pub text: Rc<str>,
    /// Where the cursor is: never inside a character.
    pub cursor: usize,
}

/// What becomes of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// All upper case.
    Upper,
    /// All lower case.
    Lower,
    /// The first upper case, the others lower case.
    Capital,
}

impl Case {
    /// A text in this case.
    pub fn of(self, text: &str) -> String {
        match self {
            Case::Upper => text.to_uppercase(),
            Case::Lower => text.to_lowercase(),
            Case::Capital => {
                let mut chars = text.chars();
                let first = chars.next().into_iter().flat_map(char::to_uppercase);
                first.collect::<String>() + &chars.as_str().to_lowercase()
            }
        }
    }
}

impl Edition {
    /// A text with the cursor at this place, or where the character there ends.
    pub fn new(text: Rc<str>, cursor: usize) -> Edition {
        let cursor = words::snap(&text, cursor);
        Edition { text, cursor }
    }

    /// A text with the cursor behind it.
    pub fn at_end(text: Rc<str>) -> Edition {
        let cursor = text.len();
        Edition { text, cursor }
    }

    /// What is before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// What is behind the cursor.
    pub fn after(&self) -> &str {
        &self.text[self.cursor..]
    }

    /// With the cursor elsewhere.
    pub fn moved(&self, cursor: usize) -> Edition {
        Edition::new(self.text.clone(), cursor)
    }

    /// With another text in the place of a part, and the cursor behind it. Parts may
    /// join to one character: then the cursor is behind that.
    pub fn replaced(&self, part: Range<usize>, by: &str) -> Edition {
        let mut text = String::with_capacity(self.text.len() + by.len());
        text.push_str(&self.text[..part.start]);
        text.push_str(by);
        let cursor = text.len();
        text.push_str(&self.text[part.end..]);
        Edition::new(text.into(), cursor)
    }

    /// With a text inserted before the cursor.
    pub fn inserted(&self, text: &str) -> Edition {
        let text = words::clean(text);
        match text.is_empty() {
            true => self.clone(),
            false => self.replaced(self.cursor..self.cursor, &text),
        }
    }

    /// Without a part, and the cursor where it was.
    pub fn without(&self, part: Range<usize>) -> Edition {
        match part.is_empty() {
            true => self.clone(),
            false => self.replaced(part, ""),
        }
    }

    /// The place one character before the cursor.
    pub fn back(&self) -> usize {
        words::previous(&self.text, self.cursor)
    }

    /// The place one character behind the cursor.
    pub fn on(&self) -> usize {
        words::next(&self.text, self.cursor)
    }

    /// Where the line of the cursor begins and ends.
    pub fn line(&self) -> Range<usize> {
        let start = words::line_start(&self.text, self.cursor);
        start..words::line_end(&self.text, self.cursor)
    }

    /// What is killed towards the end of the line: at the end, the end itself.
    pub fn rest_of_line(&self) -> Range<usize> {
        match self.line().end {
            end if end == self.cursor => self.cursor..self.on(),
            end => self.cursor..end,
        }
    }

    /// What is killed towards the beginning of the line: at the beginning, the end of
    /// the line before.
    pub fn start_of_line(&self) -> Range<usize> {
        match self.line().start {
            start if start == self.cursor => self.back()..self.cursor,
            start => start..self.cursor,
        }
    }

    /// The place to which Backward_word goes.
    pub fn word_back(&self) -> usize {
        words::word_before(&self.text, self.cursor).map_or(0, |word| word.start)
    }

    /// The place to which Forward_word goes.
    pub fn word_on(&self) -> usize {
        words::word_behind(&self.text, self.cursor).map_or(self.text.len(), |word| word.end)
    }

    /// With the next word in another case, and the cursor behind it.
    pub fn in_case(&self, case: Case) -> Edition {
        match words::word_behind(&self.text, self.cursor) {
            Some(word) => self.replaced(word.clone(), &case.of(&self.text[word])),
            None => self.moved(self.text.len()),
        }
    }

    /// The column of the cursor on its line.
    pub fn column(&self) -> usize {
        words::width(&self.text[self.line().start..self.cursor])
    }

    /// The same column, or what comes nearest, on the line above. None: there is none.
    pub fn above(&self, column: usize) -> Option<usize> {
        let end = self.line().start.checked_sub(1)?;
        let start = words::line_start(&self.text, end);
        Some(words::at_column(&self.text, start, column))
    }

    /// The same, on the line below.
    pub fn below(&self, column: usize) -> Option<usize> {
        let end = self.line().end;
        (end < self.text.len()).then(|| words::at_column(&self.text, end + 1, column))
    }
}
