//! Module Lwt_read_line, Engine: what Undo brings back. Upstream's list grew for
//! ever; this one is cut, by number and by size.

#![forbid(unsafe_code)]

use super::edition::Edition;
use super::walk::Walk;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many texts are kept.
pub const MOST: usize = 1000;
/// How many bytes they may have together, lest 1000 copies of a pasted book be kept.
const MOST_BYTES: usize = 16 << 20;

/// Earlier texts, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    texts: Rc<VecDeque<(Edition, Walk)>>,
    bytes: usize,
}

impl Undo {
    /// How many texts there are to go back to.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// With one more text. The oldest go when there are too many; the newest stays,
    /// however long it is.
    pub fn with(&self, edition: Edition, walk: Walk) -> Undo {
        let mut undo = self.clone();
        let texts = Rc::make_mut(&mut undo.texts);
        undo.bytes += edition.text.len();
        texts.push_back((edition, walk));
        while texts.len() > 1 && (texts.len() > MOST || undo.bytes > MOST_BYTES) {
            let oldest = texts.pop_front();
            undo.bytes -= oldest.map_or(0, |(edition, _)| edition.text.len());
        }
        undo
    }

    /// The newest text, and what is left. None: there is none.
    pub fn back(&self) -> Option<(Edition, Walk, Undo)> {
        let mut undo = self.clone();
        let (edition, walk) = Rc::make_mut(&mut undo.texts).pop_back()?;
        undo.bytes -= edition.text.len();
        Some((edition, walk, undo))
    }
}
