//! The slot: 64 bytes, one promise, callback node or object.
//!
//! Only the thread that owns a slot touches it, but for [`Slot::me`] and
//! [`Slot::tag`], which others may read to tell what a handle is.
//!
//! ```text
//!   0  me      the handle while users hold references, else the generation
//!   8  refs    users' references low, the library's own high
//!  16  tag     what the slot is now (8 bits), how the promise came about and
//!              flags (8 bits), the thread (16 bits)
//!  20  next    next in the list of waiters, or of free slots
//!  24  a       value, exception, waiters, or the promise that this one became
//!  32  b       drop function of the value, source and storage, or wakener
//!  40  f       function, environment and drop function of a callback,
//!  48  env     or two links and a group
//!  56  drop
//! ```

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// The number of a slot. 0 is none.
pub type Id = u32;

/// The bits that tell the kinds of handle apart.
pub const TAG_MASK: u64 = 3 << 32;
/// A promise.
pub const TAG_PROMISE: u64 = 1 << 32;
/// A wakener.
pub const TAG_WAKENER: u64 = 2 << 32;
/// Anything else.
pub const TAG_OTHER: u64 = 3 << 32;
/// The generation within a handle.
pub const GENERATION_MASK: u64 = !LOW;
/// All but the generation.
const LOW: u64 = (1 << 34) - 1;
/// One generation.
pub const GENERATION: u64 = 1 << 34;

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
    /// See the picture. Always written whole: a load that takes in what two
    /// stores have written waits for them to leave the processor.
    tag: AtomicU32,
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

/// The bits of the owner in a tag.
pub const OWNER_SHIFT: u32 = 16;

impl Slot {
    /// State, op and owner.
    #[inline(always)]
    pub fn tag(&self) -> u32 {
        self.tag.load(Relaxed)
    }

    /// Sets state, op and owner.
    #[inline(always)]
    pub fn set_tag(&self, tag: u32) {
        self.tag.store(tag, Relaxed)
    }

    /// What the slot is now: the constants of `promise::state`.
    #[inline(always)]
    pub fn state(&self) -> u8 {
        self.tag() as u8
    }

    /// Sets it.
    #[inline(always)]
    pub fn set_state(&self, state: u8) {
        self.set_tag(self.tag() & !0xff | u32::from(state));
    }

    /// How the promise came about, and flags.
    #[inline(always)]
    pub fn op(&self) -> u8 {
        (self.tag() >> 8) as u8
    }

    /// Sets it.
    #[inline(always)]
    pub fn set_op(&self, op: u8) {
        self.set_tag(self.tag() & !0xff00 | u32::from(op) << 8);
    }

    /// The thread: fixed as long as the thread lives.
    #[inline(always)]
    pub fn owner(&self) -> u16 {
        (self.tag() >> OWNER_SHIFT) as u16
    }

    /// The generation after this one, without tag and index; 0 when there is
    /// none, so that the slot is never used again.
    #[inline(always)]
    pub fn next_generation(&self) -> u64 {
        (self.me() | LOW).wrapping_add(1)
    }

    /// The handle or generation. Relaxed: the owner's own stores are what it
    /// reads; another thread takes it as a hint.
    #[inline(always)]
    pub fn me(&self) -> u64 {
        self.me.load(Relaxed)
    }

    /// The same, on the thread that owns the slot: nobody else writes it, so a
    /// plain load will do, which the processor's compare takes in.
    #[inline(always)]
    pub fn my_me(&self) -> u64 {
        // SAFETY: only the owner's thread stores to `me`, and it is running.
        unsafe { *self.me.as_ptr() }
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
