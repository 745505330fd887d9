//! Values: one machine word, and what frees it. An environment of a callback
//! is the same thing.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;

/// A function from C that frees a value or an environment.
pub type DropFn = unsafe extern "C" fn(*mut c_void);

/// A word that is owned: its drop function runs when this is dropped.
pub struct Value {
    word: *mut c_void,
    drop: Option<DropFn>,
}

/// The environment of a callback.
pub type Env = Value;

impl Value {
    /// `LWT_UNIT`.
    pub const UNIT: Value = Value {
        word: ptr::null_mut(),
        drop: None,
    };

    /// A word, and the function that frees it if it needs freeing.
    #[inline]
    pub fn new(word: *mut c_void, drop: Option<DropFn>) -> Value {
        Value { word, drop }
    }

    /// A plain word: nothing to free, never used up.
    #[inline]
    pub fn plain(word: *mut c_void) -> Value {
        Value { word, drop: None }
    }

    /// The word, borrowed.
    #[inline]
    pub fn word(&self) -> *mut c_void {
        self.word
    }

    /// Is there something to free?
    #[inline]
    pub fn is_owned(&self) -> bool {
        self.drop.is_some()
    }

    /// Gives up the ownership: the caller drops what must be dropped.
    #[inline]
    pub fn into_parts(self) -> (*mut c_void, Option<DropFn>) {
        let this = ManuallyDrop::new(self);
        (this.word, this.drop)
    }
}

impl Drop for Value {
    #[inline]
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: whoever gave us the word promised that this function
            // frees it, and a `Value` is the only owner.
            unsafe { drop(self.word) }
        }
    }
}
