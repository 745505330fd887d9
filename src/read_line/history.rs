//! Module Lwt_read_line: the history.

#![forbid(unsafe_code)]

use super::words;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Lines, the newest first.
pub type Entries = VecDeque<Rc<str>>;

/// A history. Who has taken its entries keeps them as they were.
pub struct History {
    entries: RefCell<Rc<Entries>>,
    most: usize,
    unique: bool,
}

impl History {
    /// An empty history of at most so many lines, 0 for no bound; unique: without
    /// duplicates, of which the newest stays.
    pub fn new(most: usize, unique: bool) -> Rc<History> {
        Rc::new(History {
            entries: RefCell::default(),
            most: if most == 0 { usize::MAX } else { most },
            unique,
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
        true
    }
}
