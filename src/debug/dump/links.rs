//! What the promises of a floor above wait for, when that is promises again: a
//! fiber's awaits the one that `lwt_await` was given.

use crate::handle::slot::Id;
use crate::promise::Source;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tells of the data of an external promise which promises it waits for: their
/// slots. It changes nothing.
pub type Link = fn([u64; 2], &mut dyn FnMut(Id));

fn table() -> MutexGuard<'static, Vec<(&'static Source, Link)>> {
    static TABLE: Mutex<Vec<(&'static Source, Link)>> = Mutex::new(Vec::new());
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has dumps follow the promises of this source. Once for each is enough.
pub fn add_link(source: &'static Source, link: Link) {
    let mut table = table();
    if table.iter().all(|(other, _)| !ptr::eq(*other, source)) {
        table.push((source, link));
    }
}

/// The links as they are when a dump begins.
pub struct Links(Vec<(&'static Source, Link)>);

impl Links {
    /// Those that there are.
    pub fn now() -> Links {
        Links(table().clone())
    }

    /// That of a source.
    pub fn of(&self, source: &Source) -> Option<Link> {
        let found = self.0.iter().find(|(other, _)| ptr::eq(*other, source));
        found.map(|(_, link)| *link)
    }
}
