//! An owned value that several promises show: one owner, a count of those who
//! show it, and the places in `struct lwt_values` that repeat its word.

use crate::value::Value;
use std::ffi::c_void;

struct Cell {
    value: Value,
    refs: usize,
    mirrors: Vec<*mut *mut c_void>,
}

fn at(bits: u64) -> *mut Cell {
    bits as usize as *mut Cell
}

/// A cell with one reference.
pub fn new(value: Value) -> u64 {
    Box::into_raw(Box::new(Cell {
        value,
        refs: 1,
        mirrors: Vec::new(),
    })) as usize as u64
}

/// One more promise shows it.
pub fn retain(bits: u64) {
    // SAFETY: the caller holds a reference; cells stay on their thread.
    unsafe { (*at(bits)).refs += 1 }
}

/// One fewer. The last one drops the value: user code may run.
pub fn release(bits: u64) {
    let cell = at(bits);
    // SAFETY: the caller gives up a reference that it holds; the borrow ends
    // before the value is dropped.
    let last = unsafe {
        (*cell).refs -= 1;
        (*cell).refs == 0
    };
    if last {
        // SAFETY: made by `new`, and this was the last reference.
        drop(unsafe { Box::from_raw(cell) });
    }
}

/// The word, borrowed.
pub fn word(bits: u64) -> *mut c_void {
    // SAFETY: the caller holds a reference.
    unsafe { (*at(bits)).value.word() }
}

/// Is there something to free, that nobody has moved out?
pub fn is_owned(bits: u64) -> bool {
    // SAFETY: the caller holds a reference.
    unsafe { (*at(bits)).value.is_owned() }
}

/// Moves the value out: all who show the cell show `LWT_UNIT` from now on.
pub fn take(bits: u64) -> Value {
    // SAFETY: the caller holds a reference; no user code runs here.
    let cell = unsafe { &mut *at(bits) };
    for mirror in cell.mirrors.drain(..) {
        // SAFETY: `mirror` and `unmirror` keep the list to places that live.
        unsafe { *mirror = std::ptr::null_mut() };
    }
    std::mem::replace(&mut cell.value, Value::UNIT)
}

/// A place that repeats the word, to be set to `LWT_UNIT` when it is moved.
pub fn mirror(bits: u64, place: *mut *mut c_void) {
    // SAFETY: the caller holds a reference.
    unsafe { (*at(bits)).mirrors.push(place) }
}

/// The place is gone.
pub fn unmirror(bits: u64, place: *mut *mut c_void) {
    // SAFETY: the caller holds a reference.
    unsafe { (*at(bits)).mirrors.retain(|&p| p != place) }
}
