//! Handles of loggers, which any thread may use, and the default logger. Module
//! Lwt_log; calls loggers.
//!
//! A handle is `generation (22 bits) | kind 4 (8 bits) | 00 | index`, like that of no
//! slot, whose handles have a tag, and of no exception, key or thread, whose kinds are
//! others.

use super::logger::{Logger, lines};
use crate::exn::Exn;
use crate::handle::fork::{self, Held};
use crate::handle::region::seed;
use crate::handle::slot::TAG_MASK;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const KIND: u64 = 4 << 34;
const KIND_MASK: u64 = 0xff << 34 | TAG_MASK;
const GENERATION_SHIFT: u32 = 42;
const GENERATIONS: u64 = (1 << 22) - 1;
/// High enough that no address is a handle.
const FIRST_GENERATION: u64 = 1 << 12;

struct Entry {
    generation: u64,
    /// How many references the user has.
    users: usize,
    logger: Option<Arc<Logger>>,
}

struct Table {
    entries: Vec<Entry>,
    free: Vec<usize>,
    /// None: nobody has said which, so it is standard error.
    default: Option<Arc<Logger>>,
    standard_error: Option<Arc<Logger>>,
}

static TABLE: Mutex<Table> = Mutex::new(Table {
    entries: Vec::new(),
    free: Vec::new(),
    default: None,
    standard_error: None,
});

fn table() -> MutexGuard<'static, Table> {
    fork::hold_too(hold);
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For the time of a fork.
fn hold() -> Vec<Option<Held>> {
    vec![fork::hold(&TABLE)]
}

fn find(entries: &mut [Entry], bits: u64) -> Option<&mut Entry> {
    let of_kind = bits & KIND_MASK == KIND;
    let entry = entries.get_mut(bits as u32 as usize).filter(|_| of_kind)?;
    (entry.users > 0 && entry.generation == bits >> GENERATION_SHIFT).then_some(entry)
}

/// A handle of a logger, with one reference. 0: out of memory.
pub fn add(logger: Arc<Logger>) -> u64 {
    let mut table = table();
    let index = match table.free.pop() {
        Some(index) => index,
        None => {
            if table.entries.try_reserve(1).is_err() || table.entries.len() > u32::MAX as usize {
                drop(table); // what is behind it may be the user's
                return 0;
            }
            // At random, so that no guess of a handle is good.
            let generation = FIRST_GENERATION + seed() % (GENERATIONS / 2);
            table.entries.push(Entry {
                generation,
                users: 0,
                logger: None,
            });
            table.entries.len() - 1
        }
    };
    let entry = &mut table.entries[index];
    entry.generation = match entry.generation {
        GENERATIONS => FIRST_GENERATION,
        before => before + 1,
    };
    (entry.users, entry.logger) = (1, Some(logger));
    entry.generation << GENERATION_SHIFT | KIND | index as u64
}

/// One more reference. False: it is no handle of a logger.
#[must_use]
pub fn retain(bits: u64) -> bool {
    let mut table = table();
    let entry = find(&mut table.entries, bits);
    entry.map(|entry| entry.users += 1).is_some()
}

/// One reference less. What is no handle of a logger is nothing to give up.
pub fn release(bits: u64) {
    let mut table = table();
    let Some(entry) = find(&mut table.entries, bits) else {
        return;
    };
    entry.users -= 1;
    if entry.users == 0 {
        let last = entry.logger.take();
        table.free.push(bits as u32 as usize);
        // What is behind it may be the user's.
        drop(table);
        drop(last);
    }
}

/// The logger behind a handle; 0 is the default one.
pub fn get(bits: u64, function: &str) -> Result<Arc<Logger>, Exn> {
    if bits == 0 {
        return Ok(default());
    }
    let logger = find(&mut table().entries, bits).and_then(|entry| entry.logger.clone());
    logger.ok_or_else(|| Exn::invalid(&format!("{function}: this is not a logger")))
}

/// The default logger.
pub fn default() -> Arc<Logger> {
    let known = table().default.clone();
    known.unwrap_or_else(standard_error)
}

/// The logger to standard error.
pub fn standard_error() -> Arc<Logger> {
    let known = table().standard_error.clone();
    known.unwrap_or_else(|| {
        // Outside of the lock; who comes second takes what is there by then.
        let made = lines::standard_error();
        table().standard_error.get_or_insert(made).clone()
    })
}

/// Replaces it.
pub fn set_default(logger: Arc<Logger>) {
    let before = table().default.replace(logger);
    drop(before);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_good_until_as_many_releases() {
        let handle = add(Logger::null());
        assert!(retain(handle));
        release(handle);
        assert!(get(handle, "test").is_ok());
        release(handle);
        assert!(get(handle, "test").is_err() && !retain(handle));
        release(handle); // nothing
        let next = add(Logger::null());
        assert_ne!(next, handle);
        release(next);
    }

    #[test]
    fn what_is_near_a_handle_is_none() {
        let handle = add(Logger::null());
        for bit in 20..64 {
            assert!(get(handle ^ 1 << bit, "test").is_err(), "bit {bit}");
        }
        assert!(get(u64::MAX, "test").is_err() && get(KIND, "test").is_err());
        assert!(get(0, "test").is_ok());
        release(handle);
    }
}
