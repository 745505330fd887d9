//! What only the library can see of its promises: that no slot is left behind,
//! how parts of a whole are linked, how deep a resolution goes.

mod depth;
mod forgotten;
mod futures;
mod futures_cancel;
mod futures_wakers;
mod leaks;
mod parts;

use super::state::*;
use super::{release, wakener};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::value::Value;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

thread_local! {
    static MADE: Cell<usize> = const { Cell::new(0) };
    static DROPPED: Cell<usize> = const { Cell::new(0) };
}

unsafe extern "C" fn count_drop(_: *mut c_void) {
    DROPPED.set(DROPPED.get() + 1);
}

/// Something that counts itself: a value or an environment.
pub fn counted() -> Value {
    MADE.set(MADE.get() + 1);
    Value::new(
        ptr::without_provenance_mut(MADE.get() * 8),
        Some(count_drop),
    )
}

/// How many counted things are alive.
pub fn counted_alive() -> usize {
    MADE.get() - DROPPED.get()
}

/// Slots in use, from which a test starts and to which it comes back.
fn slots() -> usize {
    local().slots_in_use()
}

/// Gives up whatever handle this is.
fn give_up(handle: u64) {
    super::release_handle(handle);
}

/// A pending promise and its wakener.
fn pair(op: u8) -> (u64, u64) {
    let mut u = 0;
    // SAFETY: `u` may be written.
    let p = unsafe { wakener::make_pair(op, &mut u) };
    (p, u)
}

fn plain(word: usize) -> Settled {
    Settled::value(Value::plain(ptr::without_provenance_mut(word)))
}

fn failure() -> Settled {
    Settled::exn(Exn::new(crate::abi::LWT_FAILURE, "as planned"))
}

/// A promise that is resolved already.
fn done(settled: Settled) -> u64 {
    make(local(), settled)
}
