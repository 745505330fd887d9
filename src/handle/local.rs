//! What each thread has of its own, one load away.
//!
//! The block lies in the thread's static storage, at an offset that the linker
//! fixes (initial-exec), since a call of `__tls_get_addr` would cost more than
//! most functions of module Lwt. All zero means that the thread has not used
//! the library: the limit 0 matches no handle and the empty free list leads to
//! [`thread::begin`](super::thread::begin), so no hot path asks whether the block was made.

pub use super::context::Context;
use super::region;
use super::slot::{Id, OWNER_SHIFT, Slot};
use super::thread::Thread;
pub use super::thread::{at_thread_exit, begin, first_at_thread_exit};
use crate::promise::thread::Work;
use std::cell::Cell;
use std::ptr;

/// The thread's block.
#[repr(C, align(64))]
pub struct Local {
    /// The first free slot.
    pub free: Cell<Id>,
    /// One more than the highest slot of this thread.
    pub limit: Cell<Id>,
    /// Slots up to this number are not taken without more ado: 0, or all of
    /// them while debugging is on, or waiting is told (`TRACED`).
    pub watched: Cell<Id>,
    /// Slot 0.
    pub base: Cell<*const Slot>,
    /// The number of this thread, where a slot's tag has it; 0: none yet.
    pub(super) owner: Cell<u32>,
    /// How deep callbacks are nested on this stack, and the bits `SPOKEN`,
    /// `LATER`, `WATCHED` and `HOOKED`: one compare tells that nothing unusual is
    /// to be done.
    pub(super) level: Cell<u32>,
    /// Is a resolution in progress on this stack?
    pub resolving: Cell<bool>,
    /// The current map of sequence-local storage: the slot of its last entry.
    pub storage: Cell<Id>,
    /// How many entries the side stack of resolutions has.
    pub stacked: Cell<u32>,
    /// Slots that are about to be freed, linked.
    pub dying: Cell<Id>,
    /// Is a slot being freed further up?
    pub freeing: Cell<bool>,
    /// How many drop functions are running, one within the other.
    pub dropping: Cell<u32>,
    /// Have some been left to the outermost of them?
    pub left_drops: Cell<bool>,
    /// Is this the stack of a fiber?
    pub fiber: Cell<bool>,
    /// The exception given to `lwt_raise`, or 0.
    pub raised: Cell<u64>,
    /// The value given to `lwt_owned`.
    pub owned: Cell<u64>,
    /// Its drop function, or 0.
    pub owned_drop: Cell<u64>,
    /// What floor 0 keeps for this thread.
    pub work: Cell<*mut Work>,
    /// What handles keep for this thread.
    pub thread: Cell<*mut Thread>,
    /// The scheduler of this thread: owned by floor 1, NULL until made.
    pub scheduler: Cell<*mut ()>,
    /// The fibers of this thread: owned by floor 3, NULL until made.
    pub fibers: Cell<*mut ()>,
    /// Told that something was made for the main loop, while another loop drives
    /// it and it is not running; None: nobody need be told.
    pub outside: Cell<Option<fn()>>,
}

/// A callback has called `lwt_raise` or `lwt_owned`.
pub const SPOKEN: u32 = 1 << 16;
/// Something is left for the outermost call to run.
pub const LATER: u32 = 1 << 17;
/// Debugging is on.
pub const WATCHED: u32 = 1 << 18;
/// A runtime has functions called around callbacks.
pub const HOOKED: u32 = 1 << 19;
/// `Local::watched` while debugging is off and waiting is told: more than any
/// slot's number.
pub const TRACED: Id = Id::MAX - 1;
/// What a promise's tag may differ in from its owner's number: its op, and a
/// state below those of other things.
const PROMISES: u32 = 0xff07;
/// The part of a level that counts.
const DEPTH: u32 = SPOKEN - 1;
/// Calls nested deeper than this return a pending promise.
pub const NESTING: u32 = 128;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
std::arch::global_asm!(
    ".section .tbss.lwt_local_block, \"awT\", @nobits",
    ".hidden lwt_local_block",
    ".globl lwt_local_block",
    ".type lwt_local_block, @object",
    ".size lwt_local_block, 192",
    ".p2align 6",
    "lwt_local_block:",
    ".zero 192",
    ".text",
);
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
std::arch::global_asm!(
    ".section .tbss.lwt_local_block, \"awT\", @nobits",
    ".hidden lwt_local_block",
    ".globl lwt_local_block",
    ".type lwt_local_block, @object",
    ".size lwt_local_block, 192",
    ".p2align 6",
    "lwt_local_block:",
    ".zero 192",
    ".text",
);
const _: () = assert!(size_of::<Local>() <= 192);

/// This thread's block.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[inline(always)]
pub fn local() -> &'static Local {
    let block: *const Local;
    // SAFETY: computes the address of the hidden object above in this thread's
    // static storage, the same at each call of one thread; no memory changes.
    unsafe {
        std::arch::asm!(
            "mov {r}, qword ptr fs:[0]",
            "add {r}, qword ptr [rip + lwt_local_block@GOTTPOFF]",
            r = out(reg) block,
            options(pure, nomem, nostack),
        );
    }
    // SAFETY: the object is zeroed, as long as the thread lives, and this
    // thread's alone; `Local` is valid when zeroed and has cells only.
    unsafe { &*block }
}

/// This thread's block.
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
#[inline(always)]
pub fn local() -> &'static Local {
    let block: *const Local;
    // SAFETY: as on x86-64.
    unsafe {
        std::arch::asm!(
            "mrs {r}, tpidr_el0",
            "adrp {t}, :gottprel:lwt_local_block",
            "ldr {t}, [{t}, :gottprel_lo12:lwt_local_block]",
            "add {r}, {r}, {t}",
            r = out(reg) block,
            t = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    // SAFETY: as on x86-64.
    unsafe { &*block }
}

/// This thread's block.
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
#[inline(always)]
pub fn local() -> &'static Local {
    thread_local! {
        // SAFETY: `Local` is cells of numbers and pointers: valid when zeroed.
        static BLOCK: Local = const { unsafe { std::mem::zeroed() } };
    }
    // SAFETY: no destructor: the block lives as long as the thread.
    BLOCK.with(|block| unsafe { &*ptr::from_ref(block) })
}

impl Local {
    /// Something was made that the main loop is to see to: if another loop
    /// drives it, that one must know.
    #[inline(always)]
    pub fn tell_loop(&self) {
        if let Some(tell) = self.outside.get() {
            tell();
        }
    }

    /// A slot of this thread.
    #[inline(always)]
    pub fn at(&self, id: Id) -> &'static Slot {
        debug_assert!(id != 0 && id < self.limit.get());
        // SAFETY: the numbers of slots that circulate on floor 0 are those of
        // this thread's own slots, below its limit; slots are never unmapped.
        unsafe { &*self.base.get().add(id as usize) }
    }

    /// The promise of a handle of this thread, of whatever state: generation,
    /// kind, life and owner are what they must be.
    #[inline(always)]
    pub fn check(&self, handle: u64) -> Option<&'static Slot> {
        self.check_state(handle).map(|(slot, _)| slot)
    }

    /// The same, with its state.
    #[inline(always)]
    pub fn check_state(&self, handle: u64) -> Option<(&'static Slot, u8)> {
        let slot = self.find(handle)?;
        let tag = slot.tag() ^ self.owner.get();
        // The owner comes first: what follows only it may look at.
        (tag & !PROMISES == 0 && slot.my_me() == handle).then_some((slot, tag as u8))
    }

    /// The slot of a live handle of this thread, of whatever kind.
    #[inline(always)]
    pub fn check_any(&self, handle: u64) -> Option<&'static Slot> {
        self.find(handle)
            .filter(|slot| self.owns(slot) && slot.my_me() == handle)
    }

    /// The slot that a handle names, whoever's it is.
    #[inline(always)]
    pub fn find(&self, handle: u64) -> Option<&'static Slot> {
        let id = handle as u32;
        if id >= self.limit.get() {
            return None;
        }
        let base = self.base.get();
        // SAFETY: below the limit of a thread all slots are readable, and the
        // region was made; the caller looks at `me` and `tag` alone until it
        // knows the owner.
        unsafe {
            std::hint::assert_unchecked(!base.is_null());
            Some(&*base.add(id as usize))
        }
    }

    /// The number of a slot.
    #[inline(always)]
    pub fn id_of(&self, slot: &Slot) -> Id {
        ((ptr::from_ref(slot) as usize - self.base.get() as usize) / size_of::<Slot>()) as Id
    }

    /// Is it this thread's slot?
    #[inline(always)]
    pub fn owns(&self, slot: &Slot) -> bool {
        (slot.tag() ^ self.owner.get()) < 1 << OWNER_SHIFT
    }

    /// The number of this thread; 0: none yet.
    #[inline(always)]
    pub fn owner(&self) -> u16 {
        (self.owner.get() >> OWNER_SHIFT) as u16
    }

    /// The tag of a slot of this thread.
    #[inline(always)]
    pub fn tag(&self, state: u8, op: u8) -> u32 {
        self.owner.get() | u32::from(op) << 8 | u32::from(state)
    }

    /// How deep callbacks are nested on this stack.
    #[inline(always)]
    pub fn depth(&self) -> u32 {
        self.level.get() & DEPTH
    }

    /// Is the stack too deep for callbacks to run now?
    #[inline(always)]
    pub fn too_deep(&self) -> bool {
        self.depth() >= NESTING
    }

    /// Goes one level deeper, if nothing unusual is to be done.
    #[inline(always)]
    pub fn dive(&self) -> bool {
        let level = self.level.get();
        let calm = level < NESTING;
        if calm {
            self.level.set(level + 1);
        }
        calm
    }

    /// Comes back from a dive. False: something unusual is to be done.
    #[inline(always)]
    pub fn surface(&self) -> bool {
        self.level.set(self.level.get() - 1);
        self.level.get() < NESTING
    }

    /// Goes one level deeper, and keeps the bits.
    #[inline(always)]
    pub fn deepen(&self) {
        self.level.set(self.level.get() + 1);
    }

    /// Comes back from `deepen`.
    #[inline(always)]
    pub fn rise(&self) {
        self.level.set(self.level.get() - 1);
    }

    /// Is the bit set?
    #[inline(always)]
    pub fn has(&self, bit: u32) -> bool {
        self.level.get() & bit != 0
    }

    /// Sets a bit.
    #[inline(always)]
    pub fn raise_bit(&self, bit: u32) {
        self.level.set(self.level.get() | bit);
    }

    /// Clears a bit.
    #[inline(always)]
    pub fn clear_bit(&self, bit: u32) {
        self.level.set(self.level.get() & !bit);
    }

    /// A free slot, whose `me` is its generation and whose other fields hold
    /// anything. None: memory ran out.
    #[inline(always)]
    pub fn take_slot(&self) -> Option<(Id, &'static Slot)> {
        if !self.is_ready() && !self.refill() {
            return None;
        }
        Some(self.pop_free())
    }

    /// Is there a free slot at hand, and nothing unusual to be done?
    #[inline(always)]
    pub fn is_ready(&self) -> bool {
        self.free.get() > self.watched.get()
    }

    /// A free slot, if there is one at hand.
    #[inline(always)]
    pub fn take_ready(&self) -> Option<(Id, &'static Slot)> {
        self.is_ready().then(|| self.pop_free())
    }

    /// The free slot at hand.
    #[inline(always)]
    pub fn pop_free(&self) -> (Id, &'static Slot) {
        let id = self.free.get();
        let slot = self.at(id);
        self.free.set(slot.next.get());
        (id, slot)
    }

    /// Sees to it that there is a free slot at hand, and notes who takes it.
    /// False: memory ran out.
    #[cold]
    #[inline(never)]
    pub extern "C" fn refill(&self) -> bool {
        let Some(thread) = begin() else { return false };
        let filled = self.free.get() != 0 || self.take_chunk(thread);
        if filled && crate::debug::is_on(self) {
            crate::debug::record::taken(self, self.free.get());
        }
        filled
    }

    fn take_chunk(&self, thread: &Thread) -> bool {
        let mut chunks = thread.chunks.borrow_mut();
        while self.free.get() == 0 {
            if chunks.try_reserve(1).is_err() {
                return false;
            }
            let Some((first, free)) = region::take_chunk(self.owner()) else {
                return false;
            };
            chunks.push(first);
            self.limit.set(self.limit.get().max(first + region::CHUNK));
            self.free.set(free);
        }
        true
    }

    /// The first slot of the nth chunk of this thread. None: there are fewer,
    /// or they are being added to.
    pub fn chunk(&self, n: usize) -> Option<Id> {
        // SAFETY: made by `begin`, alive as long as the thread.
        let thread = unsafe { self.thread.get().as_ref() }?;
        thread.chunks.try_borrow().ok()?.get(n).copied()
    }

    /// How many slots of this thread are in use.
    #[cfg(test)]
    pub fn slots_in_use(&self) -> usize {
        let Some(thread) = begin() else { return 0 };
        let chunks = thread.chunks.borrow();
        let ids = chunks
            .iter()
            .flat_map(|&first| first.max(1)..first + region::CHUNK);
        let whole = ids.filter(|&id| self.at(id).me() != 0).count();
        let next = |&id: &Id| Some(self.at(id).next.get()).filter(|&next| next != 0);
        let first = Some(self.free.get()).filter(|&first| first != 0);
        whole - std::iter::successors(first, next).count()
    }

    /// Makes a slot free, for a later generation.
    #[inline(always)]
    pub fn give_slot(&self, id: Id, slot: &Slot) {
        slot.set_tag(self.owner.get());
        self.give_plain(id, slot);
    }

    /// The same for a promise that owns nothing, whose state may stay: it
    /// tells that there is nothing to drop.
    #[inline(always)]
    pub fn give_plain(&self, id: Id, slot: &Slot) {
        let me = slot.next_generation();
        slot.set_me(me);
        if me != 0 {
            slot.next.set(self.free.get());
            self.free.set(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::slot::{GENERATION, GENERATION_MASK, TAG_MASK, TAG_OTHER, TAG_WAKENER, USER};
    use super::*;
    use crate::abi::{LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD};
    use crate::handle::{misuse, misuse_kind};
    use crate::promise::{self, release, resolved, retain};
    use crate::value::Value;

    fn promise() -> u64 {
        resolved(Value::UNIT).into_bits()
    }

    fn refused(handle: u64) -> bool {
        let local = local();
        local.check(handle).is_none()
            && local.check_state(handle).is_none()
            && promise::state_of(handle) == crate::abi::lwt_promise_state::LWT_SLEEP
    }

    #[test]
    fn a_handle_is_good_until_its_last_release() {
        let p = promise();
        assert_eq!(retain(p), p);
        release(p);
        assert!(!refused(p));
        release(p);
        assert!(refused(p));
        release(p); // nothing to give up
        let next = promise();
        assert_eq!(next as u32, p as u32);
        release(p);
        assert!(
            !refused(next),
            "a stale handle gives up nothing of the next one's"
        );
        release(next);
    }

    #[test]
    fn what_is_near_a_handle_is_none() {
        let p = promise();
        for bit in 0..64 {
            assert!(refused(p ^ 1 << bit), "bit {bit}");
        }
        for other in [
            0,
            1,
            p as u32 as u64,
            p & !TAG_MASK,
            p & !TAG_MASK | TAG_WAKENER,
            p & !TAG_MASK | TAG_OTHER,
            p + GENERATION,
            p - GENERATION,
            u64::MAX,
            u64::MAX << 32,
            &raw const p as u64,
        ] {
            assert!(refused(other), "{other:x}");
            assert_eq!(misuse_kind(other), LWT_INVALID_ARGUMENT);
        }
        release(p);
    }

    #[test]
    fn each_bit_pattern_that_was_the_generation_of_a_free_slot_is_none() {
        let p = promise();
        release(p);
        let local = local();
        let me = local.at(p as Id).me();
        assert!(refused(me) && refused(me | u64::from(p as u32)));
    }

    #[test]
    fn only_the_library_refers_to_a_promise_whose_handles_were_released() {
        let mut u = 0;
        // SAFETY: `u` may be written.
        let p = unsafe { promise::wakener::make_pair(promise::state::WAIT, &mut u) };
        release(p);
        assert!(refused(p));
        let slot = local().at(p as Id);
        assert_eq!(slot.refs.get() & (u64::from(u32::MAX) * USER), 0);
        promise::wakener::forget(u);
        assert_ne!(slot.me() & GENERATION_MASK, p & GENERATION_MASK);
    }

    #[test]
    fn a_handle_of_another_thread_is_told_from_a_stale_one() {
        let p = promise();
        let told = move || {
            drop(resolved(Value::UNIT)); // this thread has slots of its own
            assert!(refused(p));
            (misuse(p, "lwt_test"), misuse_kind(p))
        };
        let (exn, kind) = std::thread::spawn(told).join().unwrap();
        assert_eq!((exn.kind(), kind), (LWT_WRONG_THREAD, LWT_WRONG_THREAD));
        assert!(exn.message().to_str().unwrap().starts_with("lwt_test: "));
        release(p);
        let (exn, kind) = std::thread::spawn(told).join().unwrap();
        assert_eq!(
            (exn.kind(), kind),
            (LWT_INVALID_ARGUMENT, LWT_INVALID_ARGUMENT)
        );
    }

    #[test]
    fn a_thread_that_never_used_the_library_knows_no_handle() {
        let p = promise();
        std::thread::spawn(move || {
            assert_eq!((local().owner(), local().limit.get()), (0, 0));
            assert!(refused(p) && refused(0));
            assert_eq!(misuse_kind(p), LWT_WRONG_THREAD);
        })
        .join()
        .unwrap();
        release(p);
    }

    #[test]
    fn slots_in_use_are_those_that_were_taken_and_not_given() {
        let before = local().slots_in_use();
        let many: Vec<u64> = (0..1000).map(|_| promise()).collect();
        assert_eq!(local().slots_in_use(), before + 1000);
        many.into_iter().for_each(release);
        assert_eq!(local().slots_in_use(), before);
    }
}
