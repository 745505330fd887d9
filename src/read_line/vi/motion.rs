//! Module Lwt_read_line: where the motions of vi's normal mode lead. A motion that
//! leads nowhere is None, and then nothing happens, as in vi. It calls words.

#![forbid(unsafe_code)]

use super::super::engine::edition::Edition;
use super::super::words;
use super::parse::Motion;
use std::ops::Range;

/// Where a motion leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The place.
    pub to: usize,
    /// An operator takes the character there, too.
    pub inclusive: bool,
}

/// What vi tells apart where it looks for words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Word,
    Other,
}

fn class(text: &str, at: usize, big: bool) -> Class {
    match text[at..].chars().next() {
        Some(first) if first.is_whitespace() => Class::Blank,
        Some(first) if big || first.is_alphanumeric() || first == '_' => Class::Word,
        Some(_) => Class::Other,
        None => Class::Blank,
    }
}

/// The end of the characters of one class that begin at a place.
pub fn end_of_run(text: &str, at: usize, big: bool) -> usize {
    let mut end = words::next(text, at);
    while end < text.len() && class(text, end, big) == class(text, at, big) {
        end = words::next(text, end);
    }
    end
}

/// The first place from here on that is not blank.
fn over_blanks(text: &str, mut at: usize) -> usize {
    while at < text.len() && class(text, at, false) == Class::Blank {
        at = words::next(text, at);
    }
    at
}

/// Is a blank there?
pub fn is_blank(text: &str, at: usize) -> bool {
    class(text, at, false) == Class::Blank
}

fn next_word(text: &str, at: usize, big: bool) -> usize {
    match class(text, at, big) {
        Class::Blank => over_blanks(text, at),
        _ => over_blanks(text, end_of_run(text, at, big)),
    }
}

fn end_of_word(text: &str, at: usize, big: bool) -> usize {
    let start = over_blanks(text, words::next(text, at));
    match start < text.len() {
        true => words::previous(text, end_of_run(text, start, big)),
        false => words::previous(text, text.len()),
    }
}

fn word_before(text: &str, at: usize, big: bool) -> usize {
    let mut start = words::previous(text, at);
    while start > 0 && class(text, start, big) == Class::Blank {
        start = words::previous(text, start);
    }
    let kind = class(text, start, big);
    while start > 0 {
        let before = words::previous(text, start);
        if class(text, before, big) != kind {
            break;
        }
        start = before;
    }
    start
}

/// Goes `count` steps, as far as there are any; None: there is none.
fn steps(from: usize, count: usize, step: impl Fn(usize) -> usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..count {
        match step(at) {
            next if next == at => break,
            next => at = next,
        }
    }
    (at != from).then_some(at)
}

/// The first place on the line that is not blank.
pub fn first_on_line(edition: &Edition) -> usize {
    let line = edition.line();
    over_blanks(&edition.text, line.start).min(line.end)
}

/// The nth such character of the line, to the right or to the left of the cursor, and
/// for `t` and `T` the place before it.
fn find(edition: &Edition, key: char, wanted: char, count: usize, again: bool) -> Option<Way> {
    let (text, line) = (&*edition.text, edition.line());
    let is_it = |at: usize| text[at..].starts_with(wanted);
    let to_right = matches!(key, 'f' | 't');
    let mut at = edition.cursor;
    let mut left = count;
    while left > 0 {
        at = match to_right {
            true if at < line.end => words::next(text, at),
            false if at > line.start => words::previous(text, at),
            _ => return None,
        };
        if at >= line.end {
            return None;
        }
        // What `t` stopped before is not found again by `;`.
        let stopped_there = again
            && left == count
            && match key {
                't' => at == words::next(text, edition.cursor),
                'T' => at == words::previous(text, edition.cursor),
                _ => false,
            };
        if is_it(at) && !stopped_there {
            left -= 1;
        }
    }
    let to = match key {
        't' => words::previous(text, at),
        'T' => words::next(text, at),
        _ => at,
    };
    Some(Way {
        to,
        inclusive: to_right,
    })
}

/// The motion that `;` and `,` stand for, and whether it goes on from before.
fn meant(motion: Motion, last: Option<Motion>) -> Option<(Motion, bool)> {
    let Motion { key, to } = match motion.key {
        ';' | ',' => last?,
        _ => return Some((motion, false)),
    };
    let key = match (motion.key, key) {
        (';', key) => key,
        (_, 'f') => 'F',
        (_, 'F') => 'f',
        (_, 't') => 'T',
        (_, _) => 't',
    };
    Some((Motion { key, to }, true))
}

/// The end of the line, if what is before `to` is the end of one and blanks: an operator
/// leaves the next line alone.
fn on_line(text: &str, cursor: usize, to: usize) -> usize {
    let from = text[..to].trim_end().len().max(cursor);
    text[from..to].find('\n').map_or(to, |end| from + end)
}

/// Where a motion leads, if it stays in the text: `j` and `k` are the engine's. For an
/// operator, words end with their line.
pub fn way(
    edition: &Edition,
    motion: Motion,
    last: Option<Motion>,
    count: usize,
    operator: bool,
) -> Option<Way> {
    let (motion, again) = meant(motion, last)?;
    if let Some(wanted) = motion.to {
        return find(edition, motion.key, wanted, count, again);
    }
    let (text, cursor, line) = (&*edition.text, edition.cursor, edition.line());
    let big = motion.key.is_ascii_uppercase();
    let to = match motion.key.to_ascii_lowercase() {
        'h' => steps(cursor, count, |at| {
            words::previous(text, at).max(line.start)
        })?,
        'l' | ' ' => steps(cursor, count, |at| words::next(text, at).min(line.end))?,
        '0' => line.start,
        '^' => first_on_line(edition),
        '$' => line.end,
        'w' => {
            let to = steps(cursor, count, |at| next_word(text, at, big))?;
            if operator {
                on_line(text, cursor, to)
            } else {
                to
            }
        }
        'b' => steps(cursor, count, |at| word_before(text, at, big))?,
        'e' => steps(cursor, count, |at| end_of_word(text, at, big))?,
        _ => return None,
    };
    Some(Way {
        to,
        inclusive: motion.key.eq_ignore_ascii_case(&'e'),
    })
}

/// What an operator takes of the way from the cursor.
pub fn range(edition: &Edition, way: Way) -> Range<usize> {
    let (from, to) = (edition.cursor.min(way.to), edition.cursor.max(way.to));
    match way.inclusive {
        true => from..words::next(&edition.text, to),
        false => from..to,
    }
}
