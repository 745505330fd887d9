//! Module Lwt_read_line, Engine: what the commands do in edition and in a selection.

#![forbid(unsafe_code)]

use super::super::clipboard::Clipboard;
use super::super::command::Command;
use super::super::{vi, words};
use super::edition::{Case, Edition};
use super::{Mode, State, search};
use std::ops::Range;

/// Where a command that only moves the cursor moves it. None: it is another command.
fn motion(edition: &Edition, command: &Command) -> Option<usize> {
    Some(match command {
        Command::BackwardChar => edition.back(),
        Command::ForwardChar => edition.on(),
        Command::BackwardWord => edition.word_back(),
        Command::ForwardWord => edition.word_on(),
        Command::BeginningOfLine => edition.line().start,
        Command::EndOfLine => edition.line().end,
        _ => return None,
    })
}

/// What a command deletes, and whether the clipboard has it then.
fn deletion(edition: &Edition, command: &Command) -> Option<(Range<usize>, bool)> {
    let nothing = edition.cursor..edition.cursor;
    let word = |word: Option<Range<usize>>| word.unwrap_or(nothing);
    let (text, cursor) = (&edition.text, edition.cursor);
    Some(match command {
        Command::BackwardDeleteChar => (edition.back()..cursor, false),
        Command::ForwardDeleteChar | Command::DeleteCharOrList => (cursor..edition.on(), false),
        Command::BackwardDeleteWord => (word(words::word_before(text, cursor)), false),
        Command::ForwardDeleteWord => (word(words::word_behind(text, cursor)), false),
        Command::KillLine => (edition.rest_of_line(), true),
        Command::BackwardKillLine => (edition.start_of_line(), true),
        _ => return None,
    })
}

/// The command in a selection. None: it ends the selection, and then acts.
pub(super) fn select(
    state: &State,
    mark: usize,
    command: &Command,
    clipboard: &Clipboard,
) -> Option<State> {
    let edition = &state.edition;
    if let Some(cursor) = motion(edition, command) {
        return Some(state.with_edition(edition.moved(cursor)));
    }
    let part = mark.min(edition.cursor)..mark.max(edition.cursor);
    let next = match command {
        Command::Copy => edition.clone(),
        Command::Cut => edition.without(part.clone()),
        _ => return None,
    };
    if !part.is_empty() {
        clipboard.set(&edition.text[part]);
    }
    Some(state.with_mode(Mode::Edition).with_edition(next))
}

/// The command in edition.
pub(super) fn act(state: &State, command: &Command, clipboard: &Clipboard) -> State {
    let edition = &state.edition;
    if let Some(cursor) = motion(edition, command) {
        return state.with_edition(edition.moved(cursor));
    }
    if let Some((part, kills)) = deletion(edition, command) {
        if kills && !part.is_empty() {
            clipboard.set(&edition.text[part.clone()]);
        }
        return state.with_edition(edition.without(part));
    }
    let next = match command {
        Command::Char(text) if vi::replaces(state) => vi::overwrite(edition, text),
        Command::Char(text) => edition.inserted(text),
        Command::Paste => edition.inserted(&clipboard.contents()),
        Command::Uppercase => edition.in_case(Case::Upper),
        Command::Lowercase => edition.in_case(Case::Lower),
        Command::Capitalize => edition.in_case(Case::Capital),
        Command::SetMark => {
            return state.with_mode(Mode::Selection {
                mark: edition.cursor,
            });
        }
        Command::BackwardSearch => return search::begin(state, true),
        Command::ForwardSearch => return search::begin(state, false),
        Command::HistoryPrevious => return up(state),
        Command::HistoryNext => return down(state),
        Command::Undo => return state.undone(),
        Command::Vi(key) => return vi::key(state, *key, clipboard),
        Command::ViNormal => return vi::to_normal(state),
        _ => return state.clone(),
    };
    state.with_edition(next)
}

/// One line up in the text; from the first line on, in the history.
fn up(state: &State) -> State {
    let column = state.goal.unwrap_or_else(|| state.edition.column());
    match state.edition.above(column) {
        Some(cursor) => vertically(state, cursor, column),
        None => older(state),
    }
}

/// One line down in the text; from the last line on, in the history.
fn down(state: &State) -> State {
    let column = state.goal.unwrap_or_else(|| state.edition.column());
    match state.edition.below(column) {
        Some(cursor) => vertically(state, cursor, column),
        None => newer(state),
    }
}

fn older(state: &State) -> State {
    State {
        goal: None,
        ..state.gone(Some(state.walk.place() + 1))
    }
}

fn newer(state: &State) -> State {
    State {
        goal: None,
        ..state.gone(state.walk.place().checked_sub(1))
    }
}

fn vertically(state: &State, cursor: usize, column: usize) -> State {
    State {
        goal: Some(column),
        ..state.with_edition(state.edition.moved(cursor))
    }
}
