//! Memory that channels borrow while they have bytes in it: an idle channel has
//! none. Module Lwt_io; calls nothing.
#![forbid(unsafe_code)]

use super::thread;
use crate::abi::LWT_INVALID_ARGUMENT;
use crate::exn::Exn;
use std::cell::{Cell, RefCell};

/// The smallest buffer: the largest number of bytes that `block` can ask for.
pub const SMALLEST: usize = 16;
/// The default size.
const DEFAULT: usize = 4096;
/// Larger ones are refused.
pub const LARGEST: usize = isize::MAX as usize / 4;
/// The pool keeps so many bytes at most.
const KEPT: usize = 256 * 1024;

/// Buffers that wait to be lent again, all of the same size.
#[derive(Default)]
pub struct Pool {
    free: RefCell<Vec<Vec<u8>>>,
    size: Cell<usize>,
}

thread_local! {
    static SIZE: Cell<usize> = const { Cell::new(DEFAULT) };
}

/// `Lwt_io.default_buffer_size`, of this thread.
pub fn default_size() -> usize {
    SIZE.get()
}

/// `Lwt_io.set_default_buffer_size`, for channels to come.
pub fn set_default_size(size: usize) -> Result<(), Exn> {
    check("lwt_io_set_default_buffer_size", size)?;
    SIZE.set(size);
    Ok(())
}

/// Is that a size for a buffer?
pub fn check(function: &str, size: usize) -> Result<(), Exn> {
    if (SMALLEST..=LARGEST).contains(&size) {
        return Ok(());
    }
    Err(Exn::new(
        LWT_INVALID_ARGUMENT,
        format!("{function}: no size for a buffer: {size}"),
    ))
}

/// Zeroed memory of that length, to be given back. Empty: memory ran out.
pub fn take(size: usize) -> Vec<u8> {
    if let Some(thread) = thread::get()
        && thread.pool.size.get() == size
        && let Some(buffer) = thread.pool.free.borrow_mut().pop()
    {
        return buffer;
    }
    zeroed(size)
}

/// Memory of that length. Empty: there is none.
pub fn zeroed(size: usize) -> Vec<u8> {
    let mut buffer = Vec::new();
    if buffer.try_reserve_exact(size).is_ok() {
        buffer.resize(size, 0);
    }
    buffer
}

/// Gives it back.
pub fn give(buffer: Vec<u8>) {
    let size = buffer.len();
    if size == 0 || size > KEPT {
        return;
    }
    let Some(thread) = thread::get() else { return };
    let pool = &thread.pool;
    if size != pool.size.get() {
        if size != default_size() {
            return;
        }
        pool.size.set(size);
        pool.free.borrow_mut().clear();
    }
    let mut free = pool.free.borrow_mut();
    if (free.len() + 1) * size <= KEPT {
        free.push(buffer);
    }
}
