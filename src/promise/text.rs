//! `struct lwt_string`: text as the value of a promise, in one block of the C
//! library's memory.

use crate::value::{DropFn, Value};
use std::ffi::{c_char, c_void};
use std::ptr;

/// Text: `len` bytes at `data`, and a NUL byte behind them.
#[repr(C)]
pub struct lwt_string {
    /// How many bytes, without the NUL.
    pub len: usize,
    /// The bytes, which may be changed.
    pub data: *mut c_char,
}

/// A copy of `len` bytes. NULL: out of memory.
///
/// # Safety
/// `data` may be NULL only if `len` is 0, and is that long.
pub unsafe fn copy(data: *const c_char, len: usize) -> *mut lwt_string {
    let head = size_of::<lwt_string>();
    let Some(size) = len.checked_add(head + 1) else {
        return ptr::null_mut();
    };
    // SAFETY: the block has room for the head, the bytes and the NUL.
    unsafe {
        let block = libc::malloc(size);
        if block.is_null() {
            return ptr::null_mut();
        }
        let bytes = block.cast::<c_char>().add(head);
        if len != 0 {
            ptr::copy_nonoverlapping(data, bytes, len);
        }
        *bytes.add(len) = 0;
        let string = block.cast::<lwt_string>();
        string.write(lwt_string { len, data: bytes });
        string
    }
}

/// Moves the bytes out of a string, and frees it. None: NULL.
///
/// # Safety
/// As [`release`].
pub unsafe fn take(string: *mut lwt_string) -> Option<Vec<u8>> {
    // SAFETY: the caller's promise: a live string, whose bytes are that many.
    let bytes = unsafe {
        let string = string.as_ref()?;
        std::slice::from_raw_parts(string.data.cast::<u8>(), string.len).to_vec()
    };
    // SAFETY: the caller's promise.
    unsafe { release(string) };
    Some(bytes)
}

/// Frees a string; nothing for NULL.
///
/// # Safety
/// It came from [`copy`], and was not freed since.
pub unsafe fn release(string: *mut lwt_string) {
    // SAFETY: the caller's promise.
    unsafe { libc::free(string.cast::<c_void>()) }
}

/// The bytes of a value that is text; none of `LWT_UNIT`.
///
/// # Safety
/// The value is `LWT_UNIT` or a live string.
pub unsafe fn bytes(value: &Value) -> &[u8] {
    let string = value.word().cast::<lwt_string>();
    // SAFETY: the caller's promise.
    match unsafe { string.as_ref() } {
        // SAFETY: as many bytes as it says.
        Some(string) => unsafe { std::slice::from_raw_parts(string.data.cast(), string.len) },
        None => &[],
    }
}

/// Text as a value, whose drop function frees it; NULL is `LWT_UNIT`.
pub fn into_value(string: *mut lwt_string) -> Value {
    let drop = (!string.is_null()).then_some(libc::free as DropFn);
    Value::new(string.cast(), drop)
}
