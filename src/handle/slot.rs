//! The slot: 64 bytes, one promise, callback node or object.
//!
//! Only the thread that owns a slot touches it, but for [`Slot::me`] and
//! [`Slot::owner`], which others may read to tell what a handle is.
//!
//! ```text
//!   0  me      the handle while users hold references, else the generation
//!   8  refs    users' references low, the library's own high
//!  16  state   what the slot is now
//!  17  op      how the promise came about, and flags
//!  18  owner   the thread
//!  20  next    next in the list of waiters, or of free slots
//!  24  a       value, exception, waiters, or the promise that this one became
//!  32  b       drop function of the value, source and storage, or wakener
//!  40  f       function, environment and drop function of a callback,
//!  48  env     or two links and a group
//!  56  drop
//! ```

use std::cell::Cell;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering::Relaxed};

/// The number of a slot. 0 is none.
pub type Id = u32;

/// The bits that tell the kinds of handle apart.
pub const TAG_MASK: u64 = 3 << 62;
/// A promise.
pub const TAG_PROMISE: u64 = 1 << 62;
/// A wakener.
pub const TAG_WAKENER: u64 = 2 << 62;
/// Anything else.
pub const TAG_OTHER: u64 = 3 << 62;
/// The generation within a handle.
pub const GENERATION_MASK: u64 = !TAG_MASK & !0xffff_ffff;
/// One generation.
pub const GENERATION: u64 = 1 << 32;

/// One reference of a user.
pub const USER: u64 = 1;
/// One reference of the library's.
pub const HELD: u64 = 1 << 32;

/// See the module's picture.
#[repr(C, align(64))]
pub struct Slot {
    /// The handle while users hold references, else the generation alone.
    pub me: AtomicU64,
    /// References: users' low, the library's high, so that a user's release
    /// too many makes a handle stale and never frees under the library.
    pub refs: Cell<u64>,
    /// What the slot is now: the constants of `promise::state`.
    pub state: Cell<u8>,
    /// How the promise came about, and flags.
    pub op: Cell<u8>,
    /// The thread: fixed as long as the thread lives.
    pub owner: AtomicU16,
    /// The next waiter, or the next free slot.
    pub next: Cell<Id>,
    /// By state.
    pub a: Cell<u64>,
    /// By state.
    pub b: Cell<u64>,
    /// By state.
    pub f: Cell<u64>,
    /// By state.
    pub env: Cell<u64>,
    /// By state.
    pub drop: Cell<u64>,
}

const _: () = assert!(size_of::<Slot>() == 64);

impl Slot {
    /// The handle or generation. Relaxed: the owner's own stores are what it
    /// reads; another thread takes it as a hint.
    #[inline(always)]
    pub fn me(&self) -> u64 {
        self.me.load(Relaxed)
    }

    /// Sets it.
    #[inline(always)]
    pub fn set_me(&self, me: u64) {
        self.me.store(me, Relaxed)
    }

    /// Users hold no reference any more: their handles are stale.
    #[inline(always)]
    pub fn hide(&self) {
        self.set_me(self.me() & GENERATION_MASK)
    }

    /// One more reference of the library's.
    #[inline(always)]
    pub fn hold(&self) {
        self.refs.set(self.refs.get() + HELD)
    }
}
