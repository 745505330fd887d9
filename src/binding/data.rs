//! What a runtime keeps with a thread: a word under a key, and what frees it at
//! the end of the thread.

use super::mine;
use crate::abi::lwt_value;
use crate::handle::local::{at_thread_exit, begin, local};
use crate::value::Value;
use std::cell::{Cell, RefCell};

/// The words of a thread, by their keys; there are few.
#[derive(Default)]
pub(super) struct Table {
    words: RefCell<Vec<(usize, Value)>>,
    watched: Cell<bool>,
}

impl Table {
    /// Gives the words up, and drops none.
    fn forget(&self) {
        for (_, word) in self.words.take() {
            let _ = word.into_parts();
        }
    }

    /// Puts a word in, or takes it out (None). What was there comes back.
    fn exchange(&self, key: usize, word: Option<Value>) -> Option<Value> {
        let mut words = self.words.borrow_mut();
        let place = words.iter().position(|(known, _)| *known == key);
        match (place, word) {
            (Some(place), Some(word)) => Some(std::mem::replace(&mut words[place].1, word)),
            (Some(place), None) => Some(words.remove(place).1),
            (None, Some(word)) => {
                words.push((key, word));
                None
            }
            (None, None) => None,
        }
    }
}

/// Keeps a word under a key, and drops the one that was there; a word that is
/// NULL and has no drop function is none. False: out of memory.
#[must_use]
pub fn set(key: usize, word: Value) -> bool {
    let Some(mine) = begin().and_then(|_| mine(local())) else {
        return false;
    };
    if !mine.data.watched.replace(true) {
        at_thread_exit(end);
    }
    let is_one = !word.word().is_null() || word.is_owned();
    // Nothing is borrowed while a drop function runs.
    let before = mine.data.exchange(key, is_one.then_some(word));
    drop(before);
    true
}

/// The word under a key, or NULL.
pub fn get(key: usize) -> lwt_value {
    let find = |table: &Table| {
        let words = table.words.borrow();
        let found = words.iter().find(|(known, _)| *known == key);
        found.map(|(_, word)| word.word())
    };
    mine(local())
        .and_then(|mine| find(&mine.data))
        .unwrap_or(std::ptr::null_mut())
}

/// How often the end of a thread looks for words: drop functions may set more.
const ROUNDS: u32 = 100;

/// The thread ends: the last word first. One whose drop function always sets
/// another is not waited for.
fn end() {
    let Some(mine) = mine(local()) else { return };
    for _ in 0..ROUNDS {
        let mut words = mine.data.words.take();
        if words.is_empty() {
            break;
        }
        while let Some((_, word)) = words.pop() {
            drop(word);
        }
    }
    mine.data.forget();
    // What comes later in the end of the thread may still set some.
    mine.data.watched.set(false);
}

impl Drop for Table {
    fn drop(&mut self) {
        // The thread is gone, and nothing of the user's may run any more.
        self.forget();
    }
}
