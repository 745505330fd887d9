//! What the promises of a floor above wait for, when that is promises again: a
//! fiber's awaits the one that `lwt_await` was given.

use crate::handle::fork::{self, Held};
use crate::handle::slot::Id;
use crate::promise::Source;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tells of the data of an external promise which promises it waits for: their
/// slots. It changes nothing.
pub type Link = fn([u64; 2], &mut dyn FnMut(Id));

/// Tells which promises a floor holds for what has no promise of its own: their
/// slots. It changes nothing.
pub type Holder = fn(&mut dyn FnMut(Id));

static HOLDERS: Mutex<Vec<Holder>> = Mutex::new(Vec::new());
static TABLE: Mutex<Vec<(&'static Source, Link)>> = Mutex::new(Vec::new());

/// For the time of a fork.
pub fn hold() -> [Option<Held>; 2] {
    [fork::hold(&HOLDERS), fork::hold(&TABLE)]
}

fn holders() -> MutexGuard<'static, Vec<Holder>> {
    HOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has reports know what a floor holds. Once for each is enough.
pub fn add_holder(holder: Holder) {
    let mut holders = holders();
    if holders.iter().all(|&other| !ptr::fn_addr_eq(other, holder)) {
        holders.push(holder);
    }
}

/// Tells of all that floors hold.
pub fn each_held(tell: &mut dyn FnMut(Id)) {
    let all = holders().clone(); // not locked while they are asked
    all.into_iter().for_each(|holder| holder(tell));
}

fn table() -> MutexGuard<'static, Vec<(&'static Source, Link)>> {
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
