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
    /// Where there is no memory, nothing is noted.
    fn with(&self, id: Id, f: impl FnOnce(&Cell<Record>)) {
        let mut pieces = self.0.borrow_mut();
        if !pieces.contains_key(&(id / CHUNK)) {
            let (mut piece, count) = (Vec::new(), CHUNK as usize);
            if pieces.try_reserve(1).is_err() || piece.try_reserve_exact(count).is_err() {
                return;
            }
            piece.resize_with(count, || Cell::new(Record::default()));
            pieces.insert(id / CHUNK, piece.into_boxed_slice());
        }
        if let Some(piece) = pieces.get(&(id / CHUNK)) {
            f(&piece[(id % CHUNK) as usize]);
        }
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

/// What was noted of a slot is forgotten.
#[cold]
pub fn forget(local: &Local, id: Id) {
    mine(local)
        .records
        .with(id, |place| place.set(Record::default()));
}

/// Where a slot was taken, and when, as `now` has it. None: it was not watched
/// then.
pub fn of(local: &Local, id: Id) -> Option<(Site, u64)> {
    let record = mine(local).records.get(id, local.at(id).me())?;
    Some((record.site, record.made))
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
