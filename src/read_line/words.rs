//! Module Lwt_read_line: where characters, words and lines of a text begin and end.
//! Places are counted in bytes.
//!
//! A character is what a reader takes for one: a grapheme cluster, so that an e with
//! an accent behind it, a flag, or a family of emojis is deleted by one Backspace. A
//! word is a run of characters that begin with a letter or a digit.

#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The end of the character that begins at `at`; `at` at the end of the text.
pub fn next(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    cursor.next_boundary(text, 0).ok().flatten().unwrap_or(at)
}

/// The beginning of the character that ends at `at`; 0 at the beginning.
pub fn previous(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// The first place from `at` on that is not inside a character.
pub fn snap(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    let inside = !text.is_char_boundary(at)
        || !GraphemeCursor::new(at, text.len(), true)
            .is_boundary(text, 0)
            .unwrap_or(true);
    if !inside {
        return at;
    }
    let start = (0..at).rev().find(|&at| text.is_char_boundary(at));
    next(text, start.unwrap_or(0)).max(at)
}

/// A text whose only end of a line is "\n", and which has no NUL, as C takes it.
pub fn clean(text: &str) -> Cow<'_, str> {
    match text.contains(['\r', '\0']) {
        true => {
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            Cow::Owned(lines.replace('\0', ""))
        }
        false => Cow::Borrowed(text),
    }
}

fn in_word(character: &str) -> bool {
    character.chars().next().is_some_and(char::is_alphanumeric)
}

/// The word that ends first behind `at`, or the rest of one.
pub fn word_behind(text: &str, at: usize) -> Option<Range<usize>> {
    let mut all = text[at..].grapheme_indices(true);
    let (start, _) = all.find(|(_, character)| in_word(character))?;
    let end = all.find(|(_, character)| !in_word(character));
    Some(at + start..end.map_or(text.len(), |(end, _)| at + end))
}

/// The word that begins last before `at`, or the part of one.
pub fn word_before(text: &str, at: usize) -> Option<Range<usize>> {
    let mut all = text[..at].grapheme_indices(true).rev();
    let (last, character) = all.find(|(_, character)| in_word(character))?;
    let end = last + character.len();
    let start = all.find(|(_, character)| !in_word(character));
    Some(start.map_or(0, |(start, gap)| start + gap.len())..end)
}

/// The beginning of the line that `at` is on.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The end of the line that `at` is on, before its "\n".
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// How many columns the text takes on a terminal.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// The place on the line that begins at `start` which is no further to the right
/// than `column`.
pub fn at_column(text: &str, start: usize, column: usize) -> usize {
    let mut passed = 0;
    for (at, character) in text[start..].grapheme_indices(true) {
        passed += width(character);
        if character == "\n" || passed > column {
            return start + at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAMILY: &str = "👨‍👩‍👧";

    #[test]
    fn characters_are_what_a_reader_takes_for_one() {
        let text = format!("ae\u{301}🇩🇪{FAMILY}\nx");
        let mut places = vec![0];
        while let Some(&last) = places.last()
            && last < text.len()
        {
            places.push(next(&text, last));
        }
        assert_eq!(places.len(), 7);
        for pair in places.windows(2) {
            assert_eq!(previous(&text, pair[1]), pair[0]);
        }
        assert_eq!(next(&text, text.len()), text.len());
        assert_eq!(previous(&text, 0), 0);
    }

    #[test]
    fn a_place_inside_a_character_moves_behind_it() {
        assert_eq!(snap("e\u{301}x", 1), 3);
        assert_eq!(snap("日本", 1), 3);
        assert_eq!(snap("日本", 3), 3);
        assert_eq!(snap("日本", 99), 6);
        assert_eq!(snap("", 0), 0);
        let text = format!("a{FAMILY}b");
        for at in 2..=text.len() - 1 {
            assert_eq!(snap(&text, at), text.len() - 1, "{at}");
        }
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let text = "  foo, bär9  ";
        assert_eq!(word_behind(text, 0), Some(2..5));
        assert_eq!(word_behind(text, 3), Some(3..5));
        assert_eq!(word_behind(text, 5), Some(7..12));
        assert_eq!(word_behind(text, 12), None);
        assert_eq!(word_before(text, text.len()), Some(7..12));
        assert_eq!(word_before(text, 8), Some(7..8));
        assert_eq!(word_before(text, 7), Some(2..5));
        assert_eq!(word_before(text, 2), None);
        assert_eq!(word_behind("e\u{301}a-", 0), Some(0..4));
    }

    #[test]
    fn the_only_end_of_a_line_is_a_newline_and_nul_is_dropped() {
        assert_eq!(clean("a\r\nb\0\rc\n"), "a\nb\nc\n");
        assert!(matches!(clean("a\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_column_is_found_between_wide_characters() {
        let text = "日本語\nabcdef";
        assert_eq!(at_column(text, 0, 0), 0);
        assert_eq!(at_column(text, 0, 3), 3);
        assert_eq!(at_column(text, 0, 99), 9);
        assert_eq!(at_column(text, 10, 3), 13);
        assert_eq!(at_column(text, 10, 99), 16);
    }
}
