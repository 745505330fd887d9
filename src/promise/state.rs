//! What a slot of floor 0 can be, and the steps from one state to the next.
//!
//! | state | `a` | `b` | `f`, `env`, `drop` |
//! |---|---|---|---|
//! | pending | first and last waiter | by op | by op |
//! | proxy | the promise that it became part of | the wakener, if unspent | a waiter's |
//! | return | the value | its drop function | - |
//! | fail | the exception, a reference | the wakener, if unspent | - |
//! | shared | the cell (`cell.rs`) with the value | - | - |
//!
//! | op of a pending promise | `b` | `f`, `env`, `drop` |
//! |---|---|---|
//! | wait, task | the wakener | free, or an inline node |
//! | external | - | its `Source`, two words |
//! | bind and its kin | source low, storage high | callback |
//! | alias | source low: the inner promise | - |
//! | join and its kin | first member's node low, last one high | count, and more |
//! | dead | - | - |

use super::cell;
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::slot::{Id, Slot, TAG_PROMISE, USER};
use crate::promise::Outcome;
use crate::value::{DropFn, Value};
use std::ffi::c_void;

/// Nobody's.
pub const FREE: u8 = 0;
/// Not resolved.
pub const PENDING: u8 = 1;
/// Part of another promise, with which it was unified.
pub const PROXY: u8 = 2;
/// Resolved with a value of its own.
pub const RETURN: u8 = 4;
/// Failed.
pub const FAIL: u8 = 5;
/// Resolved with an owned value that others show too.
pub const SHARED: u8 = 6;
/// A callback, or a membership of a group.
pub const NODE: u8 = 8;
/// An object of `handle::object`.
pub const OBJECT: u8 = 9;
/// A binding of sequence-local storage.
pub const STORAGE: u8 = 10;

/// Made resolved.
pub const MADE: u8 = 0;
/// `Lwt.wait`
pub const WAIT: u8 = 1;
/// `Lwt.task`
pub const TASK: u8 = 2;
/// A floor above resolves it.
pub const EXTERNAL: u8 = 3;
/// Its callback returned a pending promise, which became a part of this one.
pub const ALIAS: u8 = 4;
/// Nothing can resolve it any more.
pub const DEAD: u8 = 5;
/// `Lwt.bind`
pub const BIND: u8 = 8;
/// `Lwt.bind`, the callback owning the value.
pub const BIND_OWNED: u8 = 9;
/// `Lwt.map`
pub const MAP: u8 = 10;
/// `Lwt.catch`
pub const CATCH: u8 = 11;
/// `Lwt.try_bind`
pub const TRY_BIND: u8 = 12;
/// `Lwt.finalize`
pub const FINALIZE: u8 = 13;
/// A finalize whose clean-up is pending: `f` is the body's promise.
pub const FINALIZE_2: u8 = 14;
/// `Lwt.join`
pub const JOIN: u8 = 16;
/// `Lwt.choose`
pub const CHOOSE: u8 = 17;
/// `Lwt.pick`
pub const PICK: u8 = 18;
/// `Lwt.nchoose`
pub const NCHOOSE: u8 = 19;
/// `Lwt.npick`
pub const NPICK: u8 = 20;
/// `Lwt.all`, `Lwt.both`
pub const ALL: u8 = 21;
/// `Lwt.protected`
pub const PROTECTED: u8 = 22;
/// `Lwt.no_cancel`
pub const NO_CANCEL: u8 = 23;
/// `Lwt.wrap_in_cancelable`
pub const WRAP: u8 = 24;
/// `Lwt.nchoose_split`
pub const SPLIT: u8 = 25;
/// The first to be fulfilled.
pub const FULFILLED: u8 = 26;
/// The op of a slot in the state `NODE`.
pub const NODE_OP: u8 = 31;

/// The op without its flags.
pub const OP: u8 = 31;
/// Cancel callbacks are among the waiters.
pub const HAS_ON_CANCEL: u8 = 0x20;
/// Seen by the walk that is going on.
pub const MARK: u8 = 0x40;
/// `f`, `env` and `drop` of a wait or task are a node.
pub const INLINE: u8 = 0x80;

/// A state that does not change any more, with its two words.
#[derive(Clone, Copy)]
pub struct Settled {
    /// `RETURN`, `FAIL` or `SHARED`.
    pub state: u8,
    /// See the table.
    pub a: u64,
    /// See the table.
    pub b: u64,
}

impl Settled {
    /// `LWT_UNIT`.
    pub const UNIT: Settled = Settled {
        state: RETURN,
        a: 0,
        b: 0,
    };

    /// Takes over a value.
    #[inline(always)]
    pub fn value(value: Value) -> Settled {
        let (word, drop) = value.into_parts();
        Settled {
            state: RETURN,
            a: word as usize as u64,
            b: drop_bits(drop),
        }
    }

    /// Takes over an exception.
    #[inline(always)]
    pub fn exn(exn: Exn) -> Settled {
        Settled {
            state: FAIL,
            a: exn.into_bits(),
            b: 0,
        }
    }

    /// Takes over an outcome.
    pub fn outcome(outcome: Outcome) -> Settled {
        match outcome {
            Ok(value) => Settled::value(value),
            Err(exn) => Settled::exn(exn),
        }
    }

    /// Drops what it owns. User code may run.
    pub fn discard(self) {
        match self.state {
            // SAFETY: the words of a value own it.
            RETURN => drop(unsafe { owned(self.a, self.b) }),
            // SAFETY: the words of a failure own a reference.
            FAIL => drop(unsafe { Exn::from_bits(self.a) }),
            _ => cell::release(self.a),
        }
    }

    /// Is it a failure with `LWT_CANCELED`?
    pub fn is_canceled(self) -> bool {
        // SAFETY: the words of a failure own a reference.
        self.state == FAIL && unsafe { Exn::peek_bits(self.a) }.is_canceled()
    }
}

/// A drop function as a word.
#[inline(always)]
pub fn drop_bits(drop: Option<DropFn>) -> u64 {
    drop.map_or(0, |f| f as usize as u64)
}

/// The words of an owned value, or of an environment, as such.
///
/// # Safety
/// `drop` is 0 or came from `drop_bits`, together with `word`; the caller owned
/// both, and gives them up.
#[inline(always)]
pub unsafe fn owned(word: u64, drop: u64) -> Value {
    let drop = (drop != 0).then(|| {
        // SAFETY: the caller's promise.
        unsafe { std::mem::transmute::<*const (), DropFn>(drop as usize as *const ()) }
    });
    Value::new(word as usize as *mut c_void, drop)
}

/// Has it a value or an exception?
#[inline(always)]
pub fn is_resolved(slot: &Slot) -> bool {
    slot.state().wrapping_sub(RETURN) <= SHARED - RETURN
}

/// The op without its flags.
#[inline(always)]
pub fn op(slot: &Slot) -> u8 {
    slot.op() & OP
}

/// Keeps a pending bind off the straight path through a resolution, on which
/// nobody asks whether debugging is on: only a plain `BIND` takes that. The flag
/// costs one look for cancel callbacks.
pub fn look_closely(slot: &Slot) {
    slot.set_op(slot.op() | HAS_ON_CANCEL);
}

/// Sets the op and keeps what tells of the waiters.
pub fn set_op(slot: &Slot, op: u8) {
    slot.set_op(slot.op() & (HAS_ON_CANCEL | MARK) | op);
}

/// The value that it shows to a callback.
#[inline(always)]
pub fn shown(slot: &Slot) -> *mut c_void {
    match slot.state() {
        RETURN => slot.a.get() as usize as *mut c_void,
        SHARED => cell::word(slot.a.get()),
        _ => std::ptr::null_mut(),
    }
}

/// Moves the value out: an owned one is shown as `LWT_UNIT` from now on, a
/// plain word is never used up.
pub fn move_out(slot: &Slot) -> Value {
    match slot.state() {
        RETURN if slot.b.get() == 0 => Value::plain(shown(slot)),
        // SAFETY: the words of a value own it; the slot keeps none of them.
        RETURN => unsafe { owned(slot.a.replace(0), slot.b.replace(0)) },
        SHARED => cell::take(slot.a.get()),
        _ => Value::UNIT,
    }
}

/// What another promise that shows the same gets. `sole`: nobody else will
/// look at `slot`, so that it need not keep its share.
pub fn share(slot: &Slot, sole: bool) -> Settled {
    let (state, a, b) = (slot.state(), slot.a.get(), slot.b.get());
    match state {
        RETURN if b == 0 => Settled { state, a, b },
        RETURN if sole => {
            slot.a.set(0);
            slot.b.set(0);
            Settled { state, a, b }
        }
        RETURN => {
            // SAFETY: as in `move_out`: the slot shows the cell from now on.
            let a = cell::new(unsafe { owned(a, b) });
            slot.set_state(SHARED);
            slot.a.set(a);
            slot.b.set(0);
            cell::retain(a);
            Settled {
                state: SHARED,
                a,
                b: 0,
            }
        }
        SHARED => {
            cell::retain(a);
            Settled { state, a, b: 0 }
        }
        // SAFETY: the words of a failure own a reference.
        _ => Settled::exn(Exn::clone(&*unsafe { Exn::peek_bits(a) })),
    }
}

/// A new promise with one user, resolved.
#[inline(always)]
pub fn make(local: &Local, settled: Settled) -> u64 {
    make_of(local, settled.state, settled.a, settled.b)
}

/// The same, from the parts.
#[inline(always)]
pub fn make_of(local: &Local, state: u8, a: u64, b: u64) -> u64 {
    if !local.is_ready() {
        return make_cold(a, b, state);
    }
    fill(local, state, a, b)
}

/// Makes the free slot at hand a promise that is resolved.
#[inline(always)]
fn fill(local: &Local, state: u8, a: u64, b: u64) -> u64 {
    let (id, slot) = local.pop_free();
    let me = slot.me() | TAG_PROMISE | u64::from(id);
    slot.set_me(me);
    slot.refs.set(USER);
    slot.set_tag(local.tag(state, MADE));
    slot.a.set(a);
    slot.b.set(b);
    me
}

#[cold]
#[inline(never)]
extern "C" fn make_cold(a: u64, b: u64, state: u8) -> u64 {
    let local = local();
    if local.refill() {
        return fill(local, state, a, b);
    }
    Settled { state, a, b }.discard();
    out_of_memory(local)
}

/// A new pending promise, with `refs` references and nothing in `b`, `f`,
/// `env` and `drop` that the caller has not set. None: out of memory.
#[inline(always)]
pub fn make_pending(local: &Local, op: u8, refs: u64) -> Option<(Id, &'static Slot, u64)> {
    let (id, slot) = local.take_slot()?;
    Some((id, slot, begin_pending(local, id, slot, op, refs)))
}

/// Makes a slot that was just taken a pending promise: its handle.
#[inline(always)]
pub fn begin_pending(local: &Local, id: Id, slot: &Slot, op: u8, refs: u64) -> u64 {
    let me = slot.me() | TAG_PROMISE | u64::from(id);
    slot.set_me(me);
    slot.refs.set(refs);
    slot.set_tag(local.tag(PENDING, op));
    slot.a.set(0);
    me
}

/// A handle to the promise that failed with `LWT_OUT_OF_MEMORY`, which each
/// thread makes when it begins. NULL where not even that could be had.
#[cold]
#[inline(never)]
pub fn out_of_memory(local: &Local) -> u64 {
    let work = local.work.get();
    if work.is_null() {
        return 0;
    }
    // SAFETY: made by `begin`, alive as long as the thread.
    let spare = unsafe { &*work }.spare.get();
    if spare == 0 {
        return 0;
    }
    let slot = local.at(spare as Id);
    slot.refs.set(slot.refs.get() + USER);
    slot.set_me(spare);
    spare
}

/// The promise that this one is, after unifications. Shortens the way.
#[inline(always)]
pub fn underlying(local: &Local, id: Id, slot: &'static Slot) -> (Id, &'static Slot) {
    if slot.state() == PROXY {
        follow(local, id)
    } else {
        (id, slot)
    }
}

#[inline(never)]
fn follow(local: &Local, first: Id) -> (Id, &'static Slot) {
    let mut id = first;
    let mut slot = local.at(id);
    while slot.state() == PROXY {
        id = slot.a.get() as Id;
        slot = local.at(id);
    }
    // Point all on the way at the end: `id` is held through the last of them.
    let mut at = first;
    loop {
        let proxy = local.at(at);
        let next = proxy.a.get() as Id;
        if proxy.state() != PROXY || next == id {
            break;
        }
        slot.hold();
        proxy.a.set(u64::from(id));
        // `next` may go now, but not what it points to, which `slot` is or
        // which still has its own reference to be moved.
        let after = local.at(next);
        after.hold();
        super::free::unhold(local, next, after);
        at = next;
        super::free::unhold(local, next, after);
    }
    (id, slot)
}
