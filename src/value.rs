//! Values: one machine word, and what frees it. An environment of a callback
//! is the same thing.

use crate::handle::local::local;
use crate::promise::call;
use std::cell::RefCell;
use std::collections::VecDeque;
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
            // The most usual one, of text, says nothing and calls nobody.
            if drop as usize == libc::free as *const () as usize {
                // SAFETY: as below.
                return unsafe { libc::free(self.word) };
            }
            // SAFETY: whoever gave us the word promised that this function
            // frees it, and a `Value` is the only owner.
            unsafe { run(self.word, drop) }
        }
    }
}

/// What goes to another thread though it holds pointers of C: values and
/// environments, which their owner sends on purpose.
pub struct Across<T>(pub T);

// SAFETY: whoever has C's functions run on another thread, or moves a value
// there, gives that thread the function, its environment and the value; only
// one of them has them at a time.
unsafe impl<T> Send for Across<T> {}

impl<T> Across<T> {
    /// As a method, so that a closure captures the whole and not the field.
    pub fn get(self) -> T {
        self.0
    }
}

/// Drop functions nested deeper than this wait for the outermost one: what owns
/// what owns a value may be a chain of any length.
const DEEPEST: u32 = 32;

thread_local! {
    /// What waits for the outermost drop function of this thread.
    static LATER: RefCell<VecDeque<(*mut c_void, DropFn)>> = const { RefCell::new(VecDeque::new()) };
}

/// Calls a drop function, or leaves it to the outermost one.
///
/// # Safety
/// The function frees the word, which nobody else does.
#[inline(never)]
unsafe fn run(word: *mut c_void, drop: DropFn) {
    let local = local();
    let depth = local.dropping.get();
    if depth >= DEEPEST
        && LATER
            .try_with(|later| later.borrow_mut().push_back((word, drop)))
            .is_ok()
    {
        return local.left_drops.set(true);
    }
    local.dropping.set(depth + 1);
    // It returns nothing: what it raises goes to the hook.
    // SAFETY: the caller's promise.
    call::unit_of(drop as usize, || unsafe { drop(word) });
    // Only those who were deep enough have left something.
    while depth == 0 && local.left_drops.replace(false) {
        while let Ok(Some((word, drop))) = LATER.try_with(|later| later.borrow_mut().pop_front()) {
            // SAFETY: the promise of whoever left it.
            call::unit_of(drop as usize, || unsafe { drop(word) });
        }
    }
    local.dropping.set(depth);
}
