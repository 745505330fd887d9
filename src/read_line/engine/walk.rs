//! Module Lwt_read_line, Engine: the walk through the history. It keeps the line
//! being edited, and what was changed in the others on the way.

#![forbid(unsafe_code)]

use super::super::history::Entries;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where in the history the input is. Places are counted from the newest: 0 is the
/// line being edited, 1 the newest entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    entries: Rc<Entries>,
    place: usize,
    /// The lines as they were left, where that is not what the history says.
    left: Rc<BTreeMap<usize, Rc<str>>>,
}

impl Walk {
    /// At the line being edited.
    pub fn new(entries: Rc<Entries>) -> Walk {
        Walk {
            entries,
            place: 0,
            left: Rc::default(),
        }
    }

    /// Where the input is.
    pub fn place(&self) -> usize {
        self.place
    }

    /// How many lines are older.
    pub fn older(&self) -> usize {
        self.entries.len() - self.place
    }

    /// The line at a place, as it was left. None: there is no such place.
    pub fn line(&self, place: usize) -> Option<Rc<str>> {
        if let Some(left) = self.left.get(&place) {
            return Some(left.clone());
        }
        match place {
            0 => Some(Rc::from("")),
            _ => self.entries.get(place - 1).cloned(),
        }
    }

    /// With this text left at the place where the input is.
    pub fn keeping(&self, text: &Rc<str>) -> Walk {
        let mut walk = self.clone();
        if self.line(self.place).as_ref() != Some(text) {
            Rc::make_mut(&mut walk.left).insert(self.place, text.clone());
        }
        walk
    }

    /// At another place, where this line is; `text` is left behind. None: there is no
    /// such place.
    pub fn gone(&self, place: usize, text: &Rc<str>) -> Option<(Walk, Rc<str>)> {
        let line = self.line(place)?;
        let mut walk = self.keeping(text);
        walk.place = place;
        Some((walk, line))
    }
}
