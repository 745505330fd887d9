//! The callbacks of C that run, by where on the stack the library calls them.
//!
//! What a C compiler optimises, it may end with a jump: of
//! `return lwt_fail(e);` the caller's frame is gone before `lwt_fail` begins.
//! The first frame outside of the library is then that of somebody further out,
//! and lies above the frame in which the library called the callback:
//!
//! ```text
//!   main             the first that a walk finds: above the mark
//!   lwt_main_run
//!   resolution       calls find(); the mark is in this frame
//!   (find)           gone
//!   lwt_fail         the walk begins here
//! ```
//!
//! So it was the callback's last call, and which function that is the library
//! knows. A mark is an address and no more: nothing is read there. That of a
//! fiber's stack is on no way up from another stack.

use super::{mine, site};
use crate::handle::local::Local;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

/// The functions that run, by their marks.
#[derive(Default)]
pub struct Calls(RefCell<BTreeMap<usize, usize>>);

/// The library is about to call `f` from the frame that `mark` lies in.
#[cold]
#[inline(never)]
pub fn begin(local: &Local, f: usize, mark: usize) {
    mine(local).calls.0.borrow_mut().insert(mark, f);
}

/// It has returned.
#[cold]
#[inline(never)]
pub fn end(local: &Local, mark: usize) {
    mine(local).calls.0.borrow_mut().remove(&mark);
}

/// The innermost function of the user's that the library has called from a frame
/// in this part of the stack.
pub fn between(local: &Local, stack: Range<usize>) -> Option<usize> {
    if local.work.get().is_null() || stack.is_empty() {
        return None;
    }
    let calls = mine(local).calls.0.borrow();
    let users = |(_, &f): (&usize, &usize)| (!site::is_ours(f + 1)).then_some(f);
    calls.range(stack).find_map(users)
}

/// A stack is given up, with what was suspended on it.
#[cold]
#[inline(never)]
pub fn forget(local: &Local, stack: Range<usize>) {
    if !local.work.get().is_null() {
        let mut calls = mine(local).calls.0.borrow_mut();
        while let Some((&mark, _)) = calls.range(stack.clone()).next() {
            calls.remove(&mark);
        }
    }
}
