//! Module Lwt_read_line: the history. Its file is in `history_file`.

#![forbid(unsafe_code)]

use super::history_file;
use super::words;
use crate::exn::Exn;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::CStr;
use std::rc::Rc;

/// Lines, the newest first.
pub type Entries = VecDeque<Rc<str>>;

/// A history. Who has taken its entries keeps them as they were.
pub struct History {
    entries: RefCell<Rc<Entries>>,
    most: usize,
    unique: bool,
    /// How many lines were ever added, and how many of them a file has.
    added: Cell<usize>,
    saved: Cell<usize>,
}

impl History {
    /// An empty history of at most so many lines, 0 for no bound; unique: without
    /// duplicates, of which the newest stays.
    pub fn new(most: usize, unique: bool) -> Rc<History> {
        Rc::new(History {
            entries: RefCell::default(),
            most: if most == 0 { usize::MAX } else { most },
            unique,
            added: Cell::new(0),
            saved: Cell::new(0),
        })
    }

    /// The lines as they are now.
    pub fn entries(&self) -> Rc<Entries> {
        self.entries.borrow().clone()
    }

    /// `add_entry`: the line is the newest one now. False: it is blank, or was that
    /// already, and nothing happened.
    pub fn add(&self, line: &str) -> bool {
        let line = words::clean(line);
        let mut shared = self.entries.borrow_mut();
        let newest = shared.front().is_some_and(|newest| **newest == *line);
        if line.trim().is_empty() || newest {
            return false;
        }
        let entries = Rc::make_mut(&mut shared);
        if self.unique {
            entries.retain(|old| **old != *line);
        }
        entries.push_front(Rc::from(&*line));
        entries.truncate(self.most);
        self.added.set(self.added.get().wrapping_add(1));
        true
    }

    /// What a file is to have of it: the lines, the oldest first.
    fn to_save(&self) -> history_file::Lines {
        let entries = self.entries();
        let fresh = self.added.get().wrapping_sub(self.saved.get());
        history_file::Lines {
            all: entries.iter().rev().map(|line| (**line).into()).collect(),
            fresh: fresh.min(entries.len()),
            most: self.most,
            unique: self.unique,
        }
    }
}

/// `save_history`: merges the lines with those that the file has now, as a job. The
/// lines are those of the moment of the call.
pub async fn save(path: &CStr, history: Rc<History>) -> Result<(), Exn> {
    let added = history.added.get();
    history_file::save(path, history.to_save()).await?;
    history.saved.set(added);
    Ok(())
}

/// `load_history`: the history that the file has, as a job; an empty one if there is no
/// such file.
pub async fn load(path: &CStr, most: usize, unique: bool) -> Result<Rc<History>, Exn> {
    let lines = history_file::load(path).await?;
    let history = History::new(most, unique);
    // Blank lines and repeats, which a file written by other hands may have, stay: what
    // is on disk is what was saved.
    let mut entries: Entries = lines.iter().rev().map(|line| Rc::from(&**line)).collect();
    if unique {
        let mut seen = std::collections::HashSet::new();
        entries.retain(|line| seen.insert(line.clone()));
    }
    entries.truncate(history.most);
    history.entries.replace(Rc::new(entries));
    Ok(history)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(history: &History) -> Vec<String> {
        let entries = history.entries();
        entries.iter().map(|line| line.to_string()).collect()
    }

    #[test]
    fn the_newest_comes_first_and_blanks_and_repeats_are_dropped() {
        let history = History::new(0, false);
        let added = ["a", "a", "", "  \t", "b", "a"].map(|line| history.add(line));
        assert_eq!(added, [true, false, false, false, true, true]);
        assert_eq!(lines(&history), ["a", "b", "a"]);
    }

    #[test]
    fn without_duplicates_the_newest_of_two_stays() {
        let history = History::new(0, true);
        for line in ["a", "b", "c", "a"] {
            history.add(line);
        }
        assert_eq!(lines(&history), ["a", "c", "b"]);
    }

    #[test]
    fn a_bounded_history_forgets_the_oldest_and_who_has_the_entries_keeps_them() {
        let history = History::new(2, false);
        history.add("a");
        history.add("b");
        let kept = history.entries();
        history.add("c");
        assert_eq!(lines(&history), ["c", "b"]);
        assert_eq!(kept.len(), 2);
        assert_eq!(&*kept[0], "b");
    }
}
