//! Handles of threads, which any thread may use: a table of those that somebody
//! holds. It calls `remote`.
//!
//! A handle is `generation (22 bits) | kind 3 (8 bits) | 00 | index`, like that of
//! no slot, whose handles have a tag, and of no exception, whose kind is 1. A
//! thread has one entry as long as anybody holds a handle of it, so that equal
//! handles are the same thread. As long as that is so its scheduler is held
//! open: somebody may still post.

use super::fork::{self, Held};
use super::region::seed;
use super::remote::{self, Open, Remote};
use super::slot::TAG_MASK;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const KIND: u64 = 3 << 34;
const KIND_MASK: u64 = 0xff << 34 | TAG_MASK;
const GENERATION_SHIFT: u32 = 42;
const GENERATIONS: u64 = (1 << 22) - 1;
/// High enough that no address is a handle.
const FIRST_GENERATION: u64 = 1 << 12;

struct Entry {
    generation: u64,
    /// How many references the user has.
    users: usize,
    thread: Option<Arc<Remote>>,
    /// Keeps the scheduler of the thread from stalling.
    open: Option<Open>,
}

static TABLE: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// For the time of a fork.
pub(super) fn hold() -> Option<Held> {
    fork::hold(&TABLE)
}

fn table() -> MutexGuard<'static, Vec<Entry>> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn handle(index: usize, generation: u64) -> u64 {
    generation << GENERATION_SHIFT | KIND | index as u64
}

/// The entry behind a handle. Any number may be given.
fn find(table: &mut [Entry], bits: u64) -> Option<&mut Entry> {
    let of_kind = bits & KIND_MASK == KIND;
    let entry = table.get_mut(bits as u32 as usize).filter(|_| of_kind)?;
    (entry.users > 0 && entry.generation == bits >> GENERATION_SHIFT).then_some(entry)
}

/// One more reference to the handle of the calling thread. None: out of memory,
/// or too many threads.
pub fn current() -> Option<u64> {
    let me = remote::current()?;
    let open = me.hold_open();
    let mut table = table();
    let is_mine = |entry: &Entry| {
        let thread = entry.thread.as_ref();
        thread.is_some_and(|thread| Arc::ptr_eq(thread, &me))
    };
    if let Some(index) = table.iter().position(is_mine) {
        let entry = &mut table[index];
        entry.users += 1;
        return Some(handle(index, entry.generation));
    }
    let index = match table.iter().position(|entry| entry.users == 0) {
        Some(index) => index,
        None => {
            table.try_reserve(1).ok()?;
            // At random, so that no guess of a handle is good.
            let generation = FIRST_GENERATION + seed() % (GENERATIONS / 2);
            table.push(Entry {
                generation,
                users: 0,
                thread: None,
                open: None,
            });
            table.len() - 1
        }
    };
    let entry = &mut table[index];
    entry.generation = match entry.generation {
        GENERATIONS => FIRST_GENERATION,
        before => before + 1,
    };
    (entry.users, entry.thread, entry.open) = (1, Some(me), open);
    Some(handle(index, entry.generation))
}

/// One more reference. False: it is no handle of a thread.
#[must_use]
pub fn retain(bits: u64) -> bool {
    let mut table = table();
    let entry = find(&mut table, bits);
    entry.map(|entry| entry.users += 1).is_some()
}

/// One reference less. What is no handle of a thread is nothing to give up.
pub fn release(bits: u64) {
    let mut table = table();
    let Some(entry) = find(&mut table, bits) else {
        return;
    };
    entry.users -= 1;
    if entry.users == 0 {
        let last = (entry.thread.take(), entry.open.take());
        // It wakes that thread, which may be stalled now.
        drop(table);
        drop(last);
    }
}

/// The thread behind a handle. None: it is none.
pub fn get(bits: u64) -> Option<Arc<Remote>> {
    find(&mut table(), bits)?.thread.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_has_one_handle_at_a_time_and_another_one_later() {
        let first = current().unwrap();
        assert_eq!(current(), Some(first));
        let others = std::thread::spawn(|| {
            let other = current().unwrap();
            release(other);
            other
        });
        assert_ne!(others.join().unwrap(), first);
        release(first);
        assert!(get(first).is_some() && retain(first));
        release(first);
        release(first);
        assert!(get(first).is_none() && !retain(first));
        release(first); // nothing
        let second = current().unwrap();
        assert_ne!(second, first);
        release(second);
    }

    #[test]
    fn what_is_no_handle_of_a_thread_is_told() {
        let mine = current().unwrap();
        for bits in [0, 1, u64::MAX, mine + 1, mine ^ 1 << 34, mine | 1 << 32] {
            assert!(get(bits).is_none() && !retain(bits), "{bits:x}");
        }
        release(mine);
    }

    #[test]
    fn a_thread_that_has_ended_is_known_as_that() {
        let handle = std::thread::spawn(|| current().unwrap()).join().unwrap();
        assert!(get(handle).unwrap().has_ended());
        release(handle);
    }
}
