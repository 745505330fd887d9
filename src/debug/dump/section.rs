//! What the floors above add to a dump.

use super::Writer;
use crate::handle::fork::{self, Held};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Writes what a floor knows about the calling thread: items with members, as
/// many as there are. It runs none of the user's code, changes nothing, and
/// holds no borrow of a cell that could be borrowed already: a dump may be
/// asked for in any callback. A tree is written flat, each item naming its
/// parent, so that its depth costs no stack.
pub type Section = fn(&mut Writer);

static SECTIONS: Mutex<Vec<(&'static str, Section)>> = Mutex::new(Vec::new());

/// For the time of a fork.
pub fn hold() -> Option<Held> {
    fork::hold(&SECTIONS)
}

fn sections() -> MutexGuard<'static, Vec<(&'static str, Section)>> {
    SECTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a section to all dumps, behind those that there are. Does nothing when
/// there is one of that name: it may be called each time something is made
/// that the section tells about.
pub fn add_section(name: &'static str, write: Section) {
    let mut sections = sections();
    if sections.iter().all(|(other, _)| *other != name) {
        sections.push((name, write));
    }
}

/// Writes all sections.
pub fn write_all(out: &mut Writer) {
    for at in 0.. {
        // Not locked while one is written.
        let Some((name, write)) = sections().get(at).copied() else {
            return;
        };
        out.list(name);
        write(out);
        out.end();
    }
}
