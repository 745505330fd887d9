//! Module Lwt_read_line: editing as in vi, over the same engine. Insert mode takes the
//! commands of Emacs' keys; in normal mode each key is a `Command::Vi`. The clipboard is
//! the register; whole lines are put as such only if they came from a text of several
//! lines, so that `dd` and `p` in a text of one line move it about in that.
//!
//! Known: counts, `h j k l w b e W B E 0 ^ $ f F t T ; ,`, `d c y` with those and doubled,
//! `x X s S D C Y p P r R ~ u .`, `i a I A o O`, `/ ? n N`.

#![forbid(unsafe_code)]

mod motion;
mod parse;

use super::clipboard::Clipboard;
use super::command::Command;
use super::engine::edition::{Case, Edition};
use super::engine::{Mode, State, act, begin_search, find_line};
use super::words;
use motion::Way;
use parse::{Motion, Parsed, Typed, What, parse};
use std::ops::Range;
use std::rc::Rc;
use unicode_segmentation::UnicodeSegmentation;

/// A text that is put several times is not made longer than this.
const LONGEST: usize = 16 << 20;

/// The modes of vi.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViMode {
    /// Characters are inserted.
    #[default]
    Insert,
    /// Keys are commands.
    Normal,
    /// Characters replace those that are there.
    Replace,
}

/// A change, as `.` repeats it.
#[derive(Clone, Debug)]
struct Change {
    typed: Typed,
    /// What was done in insert mode then.
    inserted: Vec<Command>,
}

/// What vi knows besides the text.
#[derive(Clone, Debug, Default)]
pub struct Vi {
    pub(super) mode: ViMode,
    /// The keys of a command that is not yet whole.
    typed: String,
    /// The last of `f F t T`.
    found: Option<Motion>,
    /// What was searched for, and whether backward.
    pub(super) searched: Option<(Rc<str>, bool)>,
    change: Option<Rc<Change>>,
    /// Is `change` still going on, in insert mode?
    changing: bool,
    /// Does Undo know of the text before this insert mode?
    remembered: bool,
    /// What was taken as whole lines.
    lines: Option<Rc<str>>,
}

impl Vi {
    fn inserts(&self) -> bool {
        self.mode != ViMode::Normal
    }

    /// The keys of a command that is not yet whole.
    pub(super) fn pending(&self) -> String {
        self.typed.clone()
    }
}

/// Does a character replace the one that is there?
pub(super) fn replaces(state: &State) -> bool {
    state.vi_mode() == Some(ViMode::Replace)
}

/// A text in the place of as many characters.
pub(super) fn overwrite(edition: &Edition, text: &str) -> Edition {
    let text = words::clean(text);
    let (line, mut end) = (edition.line(), edition.cursor);
    for _ in text.graphemes(true) {
        end = words::next(&edition.text, end).min(line.end);
    }
    edition.replaced(edition.cursor..end, &text)
}

/// Is the change between two states one that Undo is to take back by itself?
pub(super) fn is_new_change(old: &State, new: &mut State) -> bool {
    let inserted = old.vi.as_ref().is_some_and(Vi::inserts);
    match &mut new.vi {
        Some(vi) if inserted && vi.remembered => false,
        Some(vi) => {
            vi.remembered = vi.inserts();
            true
        }
        None => true,
    }
}

/// What is inserted from now on is a change of its own.
pub(super) fn changes_anew(state: &mut State) {
    if let Some(vi) = &mut state.vi {
        vi.remembered = false;
    }
}

/// What follows each command: the book of the change, and the cursor of normal mode,
/// which stands on a character and not behind the last.
pub(super) fn settle(old: &State, command: &Command, new: &mut State) {
    let Some(vi) = &mut new.vi else { return };
    if !matches!(command, Command::Vi(_)) {
        vi.typed.clear();
    }
    if vi.inserts() {
        let before = old.vi.as_ref().is_some_and(Vi::inserts);
        if before
            && vi.changing
            && let Some(change) = &mut vi.change
        {
            note(&mut Rc::make_mut(change).inserted, command);
        }
    } else if *new.mode() == Mode::Edition {
        let (edition, line) = (&new.edition, new.edition.line());
        if edition.cursor == line.end && line.start < line.end {
            new.edition = edition.moved(edition.back());
        }
    }
}

fn note(inserted: &mut Vec<Command>, command: &Command) {
    if let (Some(Command::Char(before)), Command::Char(text)) = (inserted.last_mut(), command) {
        *before = format!("{before}{text}").into();
        return;
    }
    inserted.push(command.clone());
}

fn vi_of(state: &State) -> Vi {
    state.vi.clone().unwrap_or_default()
}

fn with_vi(state: &State, change: impl FnOnce(&mut Vi)) -> State {
    let mut state = state.clone();
    if let Some(vi) = &mut state.vi {
        change(vi);
    }
    state
}

/// Escape.
pub(super) fn to_normal(state: &State) -> State {
    let Some(vi) = state.vi.as_ref().filter(|vi| vi.inserts()) else {
        return with_vi(state, |vi| vi.typed.clear());
    };
    let mut next = state.clone();
    // 3ix inserts xxx.
    if vi.changing
        && let Some(change) = &vi.change
        && matches!(change.typed.what, What::Key('i' | 'a' | 'I' | 'A'))
    {
        for _ in 1..change.typed.count.unwrap_or(1) {
            if next.edition.text.len() > LONGEST {
                break;
            }
            for command in &change.inserted {
                next = act(&next, command, &Clipboard::new());
            }
        }
    }
    let edition = &next.edition;
    let back = edition.back().max(edition.line().start);
    next = next.with_edition(edition.moved(back));
    with_vi(&next, |vi| {
        vi.mode = ViMode::Normal;
        vi.changing = false;
        vi.typed.clear();
    })
}

/// A key in normal mode. Nothing where the text is not edited as in vi.
pub(super) fn key(state: &State, key: char, clipboard: &Clipboard) -> State {
    let Some(vi) = &state.vi else {
        return state.clone();
    };
    let typed = format!("{}{key}", vi.typed);
    match parse(&typed) {
        // So many digits are no count.
        Parsed::More if typed.len() < 64 => with_vi(state, |vi| vi.typed = typed),
        Parsed::More | Parsed::Wrong => with_vi(state, |vi| vi.typed.clear()),
        Parsed::Whole(typed) => whole(&with_vi(state, |vi| vi.typed.clear()), typed, clipboard),
    }
}

/// A whole command.
fn whole(state: &State, typed: Typed, clipboard: &Clipboard) -> State {
    let count = typed.count.unwrap_or(1);
    match typed.what {
        What::Key('u') => (0..count).fold(state.clone(), |state, _| state.undone()),
        What::Key('.') => again(state, typed.count, clipboard),
        What::Key(key @ ('/' | '?')) => begin_search(state, key == '/'),
        What::Key(key @ ('n' | 'N')) => next_hit(state, count, key == 'n'),
        What::Move(motion) => moved(state, motion, count, clipboard),
        _ => {
            let change = Change {
                typed,
                inserted: Vec::new(),
            };
            match changed(state, typed, clipboard) {
                None => state.clone(),
                Some(next) if is_yank(typed.what) => next,
                Some(next) => with_vi(&next, |vi| {
                    vi.changing = vi.inserts();
                    vi.remembered = false;
                    vi.change = Some(Rc::new(change));
                }),
            }
        }
    }
}

fn is_yank(what: What) -> bool {
    matches!(what, What::Key('Y') | What::Lines('y') | What::Over('y', _))
}

/// What `.` does: the change once more, with this count if there is one.
fn again(state: &State, count: Option<usize>, clipboard: &Clipboard) -> State {
    let Some(change) = vi_of(state).change else {
        return state.clone();
    };
    let typed = Typed {
        count: count.or(change.typed.count),
        what: change.typed.what,
    };
    let mut next = whole(state, typed, clipboard);
    if !next.vi.as_ref().is_some_and(Vi::inserts) {
        return next;
    }
    for command in &change.inserted {
        let old = next;
        next = act(&old, command, clipboard);
        settle(&old, command, &mut next);
    }
    to_normal(&next)
}

/// The next line of the history with what was searched for.
fn next_hit(state: &State, count: usize, same: bool) -> State {
    let Some((word, backward)) = vi_of(state).searched else {
        return state.clone();
    };
    let backward = backward == same;
    let mut next = state.clone();
    for _ in 0..count {
        match find_line(&next, &word, backward) {
            Some(place) => next = next.gone(Some(place)),
            None => break,
        }
    }
    next
}

fn moved(state: &State, motion: Motion, count: usize, clipboard: &Clipboard) -> State {
    let vertical = match motion.key {
        'j' => Command::HistoryNext,
        'k' => Command::HistoryPrevious,
        _ => {
            let state = finding(state, motion);
            let last = state.vi.as_ref().and_then(|vi| vi.found);
            let way = motion::way(&state.edition, motion, last, count, false);
            let moved = way.map(|way| state.edition.moved(way.to));
            return moved.map_or_else(|| state.clone(), |moved| state.with_edition(moved));
        }
    };
    let place = |state: &State| (state.edition.cursor, state.around());
    let mut next = state.clone();
    for _ in 0..count {
        let before = place(&next);
        next = act(&next, &vertical, clipboard);
        if place(&next) == before {
            break;
        }
    }
    next
}

/// With the character that is looked for kept, for `;` and `,`.
fn finding(state: &State, motion: Motion) -> State {
    with_vi(state, |vi| {
        if motion.to.is_some() {
            vi.found = Some(motion);
        }
    })
}

/// What a command makes of the text. None: it can't be done, and nothing happens.
fn changed(state: &State, typed: Typed, clipboard: &Clipboard) -> Option<State> {
    let count = typed.count.unwrap_or(1);
    let edition = &state.edition;
    match typed.what {
        What::Over(operator, motion @ Motion { key: 'j' | 'k', .. }) => {
            let lines = around(edition, motion.key == 'k', count)?;
            Some(over_lines(state, operator, lines, clipboard))
        }
        What::Over(operator, motion) => {
            let state = finding(state, motion);
            let part = part(&state, operator, motion, count)?;
            Some(over(&state, operator, part, clipboard))
        }
        What::Lines(operator) => {
            let lines = around(edition, false, count - 1).unwrap_or(edition.line());
            Some(over_lines(state, operator, lines, clipboard))
        }
        What::Replace(by) => replaced(state, count, |_| by.to_string()),
        What::Key(key) => simple(state, key, count, clipboard),
        What::Move(_) => None,
    }
}

/// What an operator takes.
fn part(state: &State, operator: char, motion: Motion, count: usize) -> Option<Range<usize>> {
    let (edition, last) = (&state.edition, state.vi.as_ref().and_then(|vi| vi.found));
    let way = |motion| motion::way(edition, motion, last, count, true);
    // cw takes the word alone, without the blanks behind it.
    let way = match motion.key {
        'w' | 'W' if operator == 'c' && !motion::is_blank(&edition.text, edition.cursor) => {
            let big = motion.key == 'W';
            let end = motion::end_of_run(&edition.text, edition.cursor, big);
            let last = words::previous(&edition.text, end);
            let key = if big { 'E' } else { 'e' };
            let on = edition.moved(last);
            let further = Motion { key, to: None };
            let to = match count {
                1 => None,
                _ => motion::way(&on, further, None, count - 1, true),
            };
            Some(Way {
                to: to.map_or(last, |way| way.to),
                inclusive: true,
            })
        }
        _ => way(motion),
    }?;
    let part = motion::range(edition, way);
    (!part.is_empty() || operator == 'c').then_some(part)
}

/// The lines from the one of the cursor on, up or down. None: there are none that way.
fn around(edition: &Edition, up: bool, count: usize) -> Option<Range<usize>> {
    let Range { mut start, mut end } = edition.line();
    for step in 0..count {
        match up {
            true if start > 0 => start = words::line_start(&edition.text, start - 1),
            false if end < edition.text.len() => end = words::line_end(&edition.text, end + 1),
            _ if step == 0 => return None,
            _ => break,
        }
    }
    Some(start..end)
}

/// An operator on whole lines.
fn over_lines(state: &State, operator: char, lines: Range<usize>, clipboard: &Clipboard) -> State {
    let text = &state.edition.text;
    clipboard.set(&text[lines.clone()]);
    let several = text.contains('\n');
    let state = with_vi(state, |vi| {
        vi.lines = several.then(|| clipboard.contents());
    });
    let edition = &state.edition;
    match operator {
        'y' => state.with_edition(edition.moved(edition.cursor.min(lines.start))),
        'c' => inserting(&state.with_edition(edition.without(lines))),
        _ => {
            let whole = match lines {
                Range { start, end } if end < text.len() => start..end + 1,
                Range { start, end } => start.saturating_sub(1)..end,
            };
            let left = edition.without(whole);
            let first = motion::first_on_line(&left);
            state.with_edition(left.moved(first))
        }
    }
}

/// An operator on a part of the text.
fn over(state: &State, operator: char, part: Range<usize>, clipboard: &Clipboard) -> State {
    let edition = &state.edition;
    if !part.is_empty() {
        clipboard.set(&edition.text[part.clone()]);
    }
    let state = with_vi(state, |vi| vi.lines = None);
    match operator {
        'y' => state.with_edition(edition.moved(part.start)),
        'c' => inserting(&state.with_edition(edition.without(part))),
        _ => state.with_edition(edition.without(part)),
    }
}

fn inserting(state: &State) -> State {
    with_vi(state, |vi| vi.mode = ViMode::Insert)
}

/// With each of so many characters replaced. None: the line has not so many.
fn replaced(state: &State, count: usize, by: impl Fn(&str) -> String) -> Option<State> {
    let (edition, mut at) = (&state.edition, state.edition.cursor);
    let mut new = String::new();
    for _ in 0..count {
        let end = words::next(&edition.text, at).min(edition.line().end);
        if end <= at {
            return None;
        }
        new.push_str(&by(&edition.text[at..end]));
        at = end;
    }
    let next = edition.replaced(edition.cursor..at, &words::clean(&new));
    let last = next.moved(next.back());
    Some(state.with_edition(last))
}

/// A key that stands for an operator and a motion.
fn short(key: char) -> Option<(char, char)> {
    Some(match key {
        'x' => ('d', 'l'),
        'X' => ('d', 'h'),
        's' => ('c', 'l'),
        'D' => ('d', '$'),
        'C' => ('c', '$'),
        _ => return None,
    })
}

/// A command of one key.
fn simple(state: &State, key: char, count: usize, clipboard: &Clipboard) -> Option<State> {
    if let Some((operator, motion)) = short(key) {
        let motion = Motion {
            key: motion,
            to: None,
        };
        let nothing = (operator == 'c').then_some(state.edition.cursor..state.edition.cursor);
        let part = part(state, operator, motion, count).or(nothing)?;
        return Some(over(state, operator, part, clipboard));
    }
    let edition = &state.edition;
    let at = |cursor: usize| Some(inserting(&state.with_edition(edition.moved(cursor))));
    let line = edition.line();
    match key {
        'S' => changed(state, lines('c', count), clipboard),
        'Y' => changed(state, lines('y', count), clipboard),
        'p' | 'P' => put(state, key == 'p', count, clipboard),
        '~' => {
            let rest = edition.text[edition.cursor..line.end]
                .graphemes(true)
                .count();
            let count = count.min(rest);
            let turned = replaced(state, count, turn).filter(|_| count > 0)?;
            let on = turned.edition.on().min(turned.edition.line().end);
            Some(turned.with_edition(turned.edition.moved(on)))
        }
        'i' => at(edition.cursor),
        'a' => at(edition.on().min(line.end)),
        'I' => at(motion::first_on_line(edition)),
        'A' => at(line.end),
        'o' => Some(inserting(
            &state.with_edition(edition.moved(line.end).inserted("\n")),
        )),
        'O' => {
            let opened = edition.moved(line.start).inserted("\n");
            Some(inserting(&state.with_edition(opened.moved(line.start))))
        }
        'R' => Some(with_vi(state, |vi| vi.mode = ViMode::Replace)),
        _ => None,
    }
}

fn lines(operator: char, count: usize) -> Typed {
    Typed {
        count: Some(count),
        what: What::Lines(operator),
    }
}

/// A character in the other case.
fn turn(character: &str) -> String {
    let upper = Case::Upper.of(character);
    match upper == character {
        true => Case::Lower.of(character),
        false => upper,
    }
}

/// Puts the clipboard behind the cursor, or before it.
fn put(state: &State, behind: bool, count: usize, clipboard: &Clipboard) -> Option<State> {
    let text = clipboard.contents();
    let edition = &state.edition;
    if text.is_empty() {
        return None;
    }
    let count = count.min(LONGEST / text.len()).max(1);
    let lines = state.vi.as_ref().and_then(|vi| vi.lines.as_ref());
    if lines == Some(&text) {
        let line = edition.line();
        let next = match behind {
            true => {
                let put = format!("\n{text}").repeat(count);
                edition.moved(line.end).inserted(&put).moved(line.end + 1)
            }
            false => {
                let put = format!("{text}\n").repeat(count);
                edition.moved(line.start).inserted(&put).moved(line.start)
            }
        };
        let first = motion::first_on_line(&next);
        return Some(state.with_edition(next.moved(first)));
    }
    let at = match behind {
        true => edition.on().min(edition.line().end),
        false => edition.cursor,
    };
    let next = edition.moved(at).inserted(&text.repeat(count));
    Some(state.with_edition(next.moved(next.back())))
}

#[cfg(test)]
mod tests;
