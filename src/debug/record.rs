//! Of each slot of a watched thread: where and when it was taken. A table
//! beside the slots, made in pieces, as the slots themselves are.

use super::site::{self, Site};
use super::{mine, now};
use crate::handle::local::Local;
use crate::handle::region::CHUNK;
use crate::handle::slot::{GENERATION, GENERATION_MASK, Id};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// What is known of one generation of a slot.
#[derive(Clone, Copy, Default)]
struct Record {
    generation: u64,
    made: u64,
    site: Site,
}

type Piece = Box<[Cell<Record>]>;

/// The records of a thread, by chunks of slots.
#[derive(Default)]
pub struct Records(RefCell<HashMap<Id, Piece>>);

impl Records {
    fn with<T>(&self, id: Id, f: impl FnOnce(&Cell<Record>) -> T) -> T {
        let mut pieces = self.0.borrow_mut();
        let piece = pieces.entry(id / CHUNK).or_insert_with(|| {
            let fresh = || Cell::new(Record::default());
            std::iter::repeat_with(fresh).take(CHUNK as usize).collect()
        });
        f(&piece[(id % CHUNK) as usize])
    }

    fn get(&self, id: Id, me: u64) -> Option<Record> {
        let pieces = self.0.borrow();
        let record = pieces.get(&(id / CHUNK))?[(id % CHUNK) as usize].get();
        (record.generation == me & GENERATION_MASK && record.generation >= GENERATION)
            .then_some(record)
    }
}

/// A slot is about to be taken.
#[cold]
pub fn taken(local: &Local, id: Id) {
    let site = site::here();
    let record = Record {
        generation: local.at(id).me() & GENERATION_MASK,
        made: now(),
        site,
    };
    mine(local).records.with(id, |place| place.set(record));
}

/// Where a slot was taken, and how many nanoseconds ago. None: it was not
/// watched then.
pub fn of(local: &Local, id: Id) -> Option<(Site, u64)> {
    let record = mine(local).records.get(id, local.at(id).me())?;
    Some((record.site, now().saturating_sub(record.made)))
}

/// A macro tells where a slot was taken, unless one has told before.
pub fn tell(local: &Local, id: Id, site: Site) {
    let generation = local.at(id).me() & GENERATION_MASK;
    mine(local).records.with(id, |place| {
        let mut record = place.get();
        if record.generation != generation {
            record = Record {
                generation,
                made: now(),
                site,
            };
        } else if !record.site.is_told() {
            record.site = site;
        }
        place.set(record);
    });
}
