//! Module Lwt_read_line, Engine: the search through the history. What Lwt leaves
//! open: a search that finds nothing more stays where it is, and one that never found
//! anything gives the line back that was edited before.

#![forbid(unsafe_code)]

use super::super::command::Command;
use super::super::words;
use super::edition::Edition;
use super::walk::Walk;
use super::{Mode, State};
use std::ops::Range;
use std::rc::Rc;

/// A search that is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What is looked for.
    pub word: Rc<str>,
    /// Towards older lines?
    pub backward: bool,
    /// The place of the line that was found.
    pub(super) hit: Option<usize>,
}

/// The first line from a place on that contains the word.
pub(super) fn find(walk: &Walk, word: &str, from: usize, backward: bool) -> Option<usize> {
    let contains = |place: &usize| walk.line(*place).is_some_and(|line| line.contains(word));
    match backward {
        true => (from..=walk.place() + walk.older()).find(contains),
        false => (0..=from).rev().find(contains),
    }
}

impl Search {
    /// Where a search begins: with the newest line, or with the one where the input is.
    fn start(walk: &Walk, backward: bool) -> usize {
        if backward { 0 } else { walk.place() }
    }

    /// The line that was found, and where in it the word is.
    pub(super) fn found(&self, walk: &Walk) -> Option<(Rc<str>, Range<usize>)> {
        let line = walk.line(self.hit?)?;
        let start = line.find(&*self.word)?;
        Some((line, start..start + self.word.len()))
    }

    /// With a longer word.
    fn longer(&self, walk: &Walk, text: &str) -> Search {
        let word = format!("{}{}", self.word, words::clean(text));
        let hit = self
            .hit
            .and_then(|from| find(walk, &word, from, self.backward));
        Search {
            word: word.into(),
            backward: self.backward,
            hit,
        }
    }

    /// With a shorter word, from the beginning; the other way if there is nothing.
    fn shorter(&self, walk: &Walk) -> Search {
        let end = words::previous(&self.word, self.word.len());
        if self.word.is_empty() {
            return self.clone();
        }
        let word: Rc<str> = self.word[..end].into();
        let towards = |backward| find(walk, &word, Search::start(walk, backward), backward);
        Search {
            hit: towards(self.backward).or_else(|| towards(!self.backward)),
            word,
            backward: self.backward,
        }
    }

    /// At the next line that contains the word, in this direction.
    fn next(&self, walk: &Walk, backward: bool) -> Search {
        let further = |place: usize| match backward {
            true => Some(place + 1),
            false => place.checked_sub(1),
        };
        let from = self.hit.and_then(further);
        let next = from.and_then(|from| find(walk, &self.word, from, backward));
        Search {
            word: self.word.clone(),
            backward,
            hit: next.or(self.hit),
        }
    }
}

/// Begins a search.
pub(super) fn begin(state: &State, backward: bool) -> State {
    let walk = state.walk.keeping(&state.edition.text);
    let search = Search {
        word: "".into(),
        backward,
        hit: Some(Search::start(&walk, backward)),
    };
    let mut state = state.with_mode(Mode::Search(search));
    state.walk = walk;
    state
}

/// Ends a search with the line that was found.
pub(super) fn ended(state: &State, search: &Search) -> State {
    let mut next = state.with_mode(Mode::Edition);
    let found = search.found(&state.walk);
    if let (Some(vi), false) = (&mut next.vi, search.word.is_empty()) {
        vi.searched = Some((search.word.clone(), search.backward));
    }
    let Some((line, _)) = found else {
        return next;
    };
    // In vi the search is a motion: the input goes there, so that n goes on from it.
    if next.vi.is_some()
        && let Some(place) = search.hit
        && let Some((walk, _)) = state.walk.gone(place, &state.edition.text)
    {
        next.walk = walk;
    }
    next.edition = Edition::at_end(line);
    next
}

/// What a command does to a search.
pub(super) fn act(state: &State, search: &Search, command: &Command) -> State {
    let walk = &state.walk;
    let search = match command {
        Command::Char(text) => search.longer(walk, text),
        Command::BackwardDeleteChar => search.shorter(walk),
        Command::BackwardSearch => search.next(walk, true),
        Command::ForwardSearch => search.next(walk, false),
        _ => return ended(state, search),
    };
    state.with_mode(Mode::Search(search))
}
