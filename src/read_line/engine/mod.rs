//! Module Lwt_read_line, Engine: the state machine of editing. It draws nothing, and
//! a state never changes: each command makes another one of it, which shares what is
//! the same.
//!
//! The text has three modes, as Lwt's: edition, a selection between a mark and the
//! cursor, and a search through the history. What the surface of Lwt leaves open:
//!
//! - the cursor moves over characters as a reader counts them (`words`), and Backspace
//!   deletes one of those;
//! - in a text of several lines, "line" is the one that the cursor is on, and up and
//!   down go through the text before they go through the history;
//! - a command that has nothing to act on changes nothing, the clipboard neither;
//! - `Nop` does nothing in any mode. Other commands that the engine knows nothing of
//!   (to complete, to accept, to draw) only end a selection or a search.

#![forbid(unsafe_code)]

mod edit;
pub mod edition;
mod search;
mod undo;
mod walk;

#[cfg(test)]
mod tests;

use super::clipboard::Clipboard;
use super::command::Command;
use super::history::{Entries, History};
use super::vi::{self, Vi, ViMode};
use edition::Edition;
pub use search::Search;
use std::ops::Range;
use std::rc::Rc;
use undo::Undo;
use walk::Walk;

/// What is being done with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is edited.
    Edition,
    /// What is between the mark and the cursor is selected.
    Selection {
        /// Where the selection began.
        mark: usize,
    },
    /// The history is searched.
    Search(Search),
}

/// A state of the editor.
#[derive(Clone, Debug)]
pub struct State {
    mode: Mode,
    /// The text and the cursor; while searching, those from before.
    pub(super) edition: Edition,
    pub(super) walk: Walk,
    undo: Undo,
    /// The column that up and down keep to.
    goal: Option<usize>,
    pub(super) vi: Option<Vi>,
}

impl State {
    /// `Engine.init`: an empty text, over the history as it is now.
    pub fn new(history: &History) -> State {
        State::over(history.entries())
    }

    /// The same, over these entries, the newest first.
    pub fn over(entries: Rc<Entries>) -> State {
        State {
            mode: Mode::Edition,
            edition: Edition::at_end("".into()),
            walk: Walk::new(entries),
            undo: Undo::default(),
            goal: None,
            vi: None,
        }
    }

    /// The same, edited as in vi; it begins in insert mode.
    pub fn vi(history: &History) -> State {
        State {
            vi: Some(Vi::default()),
            ..State::new(history)
        }
    }

    /// What is being done with the text.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// The mode of vi. None: the text is not edited as in vi.
    pub fn vi_mode(&self) -> Option<ViMode> {
        self.vi.as_ref().map(|vi| vi.mode)
    }

    /// What of a command of vi is typed so far: "2d".
    pub fn vi_pending(&self) -> String {
        self.vi.as_ref().map_or_else(String::new, Vi::pending)
    }

    /// `Engine.all_input`: the whole text; while searching, the line that was found.
    pub fn text(&self) -> Rc<str> {
        match &self.mode {
            Mode::Search(_) => self.hit().map_or_else(|| "".into(), |(line, _)| line),
            _ => self.edition.text.clone(),
        }
    }

    /// Where in the text the cursor is, in bytes.
    pub fn cursor(&self) -> usize {
        match &self.mode {
            Mode::Search(_) => self.text().len(),
            _ => self.edition.cursor,
        }
    }

    /// `Engine.edition_state`: the text and the cursor in it.
    pub fn edition(&self) -> Edition {
        match &self.mode {
            Mode::Search(_) => Edition::at_end(self.text()),
            _ => self.edition.clone(),
        }
    }

    /// The line that the search has found, and where in it the word is. None: no
    /// search, or nothing found.
    pub fn hit(&self) -> Option<(Rc<str>, Range<usize>)> {
        match &self.mode {
            Mode::Search(search) => search.found(&self.walk),
            _ => None,
        }
    }

    /// What is selected.
    pub fn selected(&self) -> Option<Range<usize>> {
        let cursor = self.edition.cursor;
        match self.mode {
            Mode::Selection { mark } => Some(mark.min(cursor)..mark.max(cursor)),
            _ => None,
        }
    }

    /// How many lines of the history are older, and how many newer, than the one where
    /// the input is.
    pub fn around(&self) -> (usize, usize) {
        (self.walk.older(), self.walk.place())
    }

    /// The line so many places older, as it was left; negative: newer.
    pub fn neighbour(&self, distance: isize) -> Option<Rc<str>> {
        let place = self.walk.place().checked_add_signed(distance)?;
        match distance {
            0 => Some(self.edition.text.clone()),
            _ => self.walk.line(place),
        }
    }

    /// How many times Undo has something to take back.
    pub fn undoable(&self) -> usize {
        self.undo.len()
    }

    /// `Engine.reset`: out of a selection or a search, keeping the text.
    pub fn reset(&self) -> State {
        match &self.mode {
            Mode::Edition => self.clone(),
            Mode::Selection { .. } => self.with_mode(Mode::Edition),
            Mode::Search(search) => search::ended(self, search).remembering(self),
        }
    }

    /// With this text around the cursor, in edition: what a completion makes.
    pub fn with_text(&self, before: &str, after: &str) -> State {
        let before = super::words::clean(before);
        let text = format!("{before}{}", super::words::clean(after));
        let next = self
            .with_mode(Mode::Edition)
            .with_edition(Edition::new(text.into(), before.len()));
        next.remembering(self)
    }

    fn with_mode(&self, mode: Mode) -> State {
        State {
            mode,
            ..self.clone()
        }
    }

    pub(super) fn with_edition(&self, edition: Edition) -> State {
        State {
            edition,
            ..self.clone()
        }
    }

    /// At another place of the history; itself if there is none.
    pub(super) fn gone(&self, place: Option<usize>) -> State {
        let gone = place.and_then(|place| self.walk.gone(place, &self.edition.text));
        match gone {
            Some((walk, line)) => State {
                walk,
                edition: Edition::at_end(line),
                ..self.clone()
            },
            None => self.clone(),
        }
    }

    /// As it was before the last change; itself if there was none.
    pub(super) fn undone(&self) -> State {
        match self.undo.back() {
            Some((edition, walk, undo)) => State {
                edition,
                walk,
                undo,
                ..self.clone()
            },
            None => self.clone(),
        }
    }

    /// With the text of the state that it was made of among those that Undo brings
    /// back, if it was changed.
    fn remembering(mut self, old: &State) -> State {
        let searching = matches!(self.mode, Mode::Search(_));
        if searching || self.edition.text == old.edition.text {
            return self;
        }
        if self.undo.len() < old.undo.len() {
            vi::changes_anew(&mut self);
        } else if vi::is_new_change(old, &mut self) {
            self.undo = self.undo.with(old.edition.clone(), old.walk.clone());
        }
        self
    }
}

/// `Engine.update`: the state that a command makes of another. It may set the
/// clipboard, and changes nothing else.
pub fn update(state: &State, command: &Command, clipboard: &Clipboard) -> State {
    if *command == Command::Nop {
        return state.clone();
    }
    let mut next = act(state, command, clipboard);
    let vertical = [Command::HistoryPrevious, Command::HistoryNext];
    if !vertical.contains(command) && !matches!(command, Command::Vi('j' | 'k')) {
        next.goal = None;
    }
    vi::settle(state, command, &mut next);
    next.remembering(state)
}

/// What a command does, without the book-keeping of [`update`].
pub(super) fn act(state: &State, command: &Command, clipboard: &Clipboard) -> State {
    match &state.mode {
        Mode::Search(search) => search::act(state, search, command),
        Mode::Selection { mark } => match edit::select(state, *mark, command, clipboard) {
            Some(next) => next,
            None => act(&state.with_mode(Mode::Edition), command, clipboard),
        },
        Mode::Edition => edit::act(state, command, clipboard),
    }
}

/// Begins a search through the history.
pub(super) fn begin_search(state: &State, backward: bool) -> State {
    search::begin(state, backward)
}

/// The next place in the history whose line contains the word.
pub(super) fn find_line(state: &State, word: &str, backward: bool) -> Option<usize> {
    let place = state.walk.place();
    let from = if backward {
        Some(place + 1)
    } else {
        place.checked_sub(1)
    };
    search::find(&state.walk, word, from?, backward)
}
