//! Checked handles: numbers dressed as pointers.
//!
//! Every public handle of a thread names a [`slot::Slot`] of 64 bytes in one
//! reserved [`region`]. The number holds the slot's index, its generation and
//! a tag:
//!
//! ```text
//!  63                           34 33 32 31                            0
//! +-------------------------------+-----+-------------------------------+
//! |          generation           | tag |             index             |
//! +-------------------------------+-----+-------------------------------+
//! ```
//!
//! Tag 1 is a promise, 2 the wakener of the promise in the same slot, 3
//! anything else. Generations start high enough that no user-space address
//! and no small number is ever a handle. A slot that is free, or that only the
//! library still refers to, holds no tag: one 64-bit compare tells whether a
//! handle is of the right kind, of the right generation, and alive. A second
//! compare tells whether it is this thread's.
//!
//! Exceptions and keys, which any thread may use, have tables of their own.

pub mod context;
pub mod fork;
pub mod local;
pub mod object;
pub mod region;
pub mod released;
pub mod remote;
pub mod slot;
pub mod thread;
pub mod threads;

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD};
use crate::exn::Exn;
use slot::{TAG_MASK, TAG_PROMISE, TAG_WAKENER};

/// What is wrong with a handle that was found out, for the call `function`.
#[cold]
#[inline(never)]
pub fn misuse(handle: u64, function: &str) -> Exn {
    if handle == 0 {
        return Exn::invalid(&format!("{function}: the handle is NULL"));
    }
    if is_foreign(handle) {
        return Exn::new(
            LWT_WRONG_THREAD,
            format!("{function}: the handle belongs to another thread"),
        );
    }
    let what = match handle & TAG_MASK {
        TAG_PROMISE => "a promise that was released, or this call takes another kind of handle",
        TAG_WAKENER => "a wakener that is spent, or this call takes another kind of handle",
        0 => "not a handle",
        _ => "stale, or of another kind",
    };
    Exn::new(
        LWT_INVALID_ARGUMENT,
        format!("{function}: the handle is {what}"),
    )
}

/// The kind of [`misuse`] alone.
#[cold]
#[inline(never)]
pub fn misuse_kind(handle: u64) -> i32 {
    if is_foreign(handle) {
        LWT_WRONG_THREAD
    } else {
        LWT_INVALID_ARGUMENT
    }
}

/// Is it a live handle of another thread?
#[cold]
fn is_foreign(handle: u64) -> bool {
    let Some(slot) = region::peek(handle as u32) else {
        return false;
    };
    let owner = slot.owner();
    if owner == 0 || owner == local::local().owner() {
        return false;
    }
    let me = slot.me();
    // A wakener's own number is in a field that only its thread may read, so
    // for it the generation has to do.
    me == handle || handle & TAG_MASK == TAG_WAKENER && (me ^ handle) & slot::GENERATION_MASK == 0
}
