//! Callbacks and memberships in the lists of waiters: what waits without being
//! a promise.
//!
//! A node is a slot of its own, or the free half of a wait or task promise,
//! which is then an element of its own list. The top byte of `f` is its kind:
//!
//! | kind | `f` | `env` | `drop` | `a` (own slot) | `b` (own slot) |
//! |---|---|---|---|---|---|
//! | group | the group | previous, promise | previous, next member | - | index |
//! | internal | a Rust function | its data | previous, promise | - | - |
//! | await | the task's next | who waits | previous, promise | - | - |
//! | the rest | a C function | its environment | drop function | second function | storage high |
//!
//! A node that can be unlinked (group, internal, await) knows its predecessor; the
//! others never are.

mod awaiting;

use super::free::unhold;
use super::future::waiting::Waiting;
use super::resolve::{self, Next, append};
use super::state::*;
use super::thread::List;
use super::{call, coroutine, group, storage};
use crate::abi::{LWT_OK, lwt_exn};
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::misuse_kind;
use crate::handle::slot::{HELD, Id, Slot};
use crate::value::{Env, Value};
use std::ffi::c_void;

/// Unlinked too late: its list was being run.
const GONE: u8 = 0;
/// A membership of a group.
pub const GROUP: u8 = 1;
/// `Lwt.on_success`
pub const SUCCESS: u8 = 2;
/// `Lwt.on_failure`
pub const FAILURE: u8 = 3;
/// `Lwt.on_termination`
pub const TERMINATION: u8 = 4;
/// `Lwt.on_any`
pub const ANY: u8 = 5;
/// `Lwt.on_cancel`
pub const CANCEL: u8 = 6;
/// A floor above waits.
pub const INTERNAL: u8 = 7;
/// Nothing is called: the environment is dropped when the promise's fate is
/// known.
pub const FATE: u8 = 8;
/// A future waits.
const AWAIT: u8 = 9;

use awaiting::end_wait;
pub use awaiting::{
    alone, awaited, awaits, next_await, set_next_await, set_waiting, wait, waiting,
};

const KIND_SHIFT: u32 = 56;
const WORD: u64 = (1 << KIND_SHIFT) - 1;

fn kind(node: &Slot) -> u8 {
    (node.f.get() >> KIND_SHIFT) as u8
}

fn word(node: &Slot) -> u64 {
    node.f.get() & WORD
}

fn head_word(kind: u8, word: u64) -> u64 {
    debug_assert!(word <= WORD);
    u64::from(kind) << KIND_SHIFT | word
}

fn pair(low: Id, high: Id) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn is_node(slot: &Slot) -> bool {
    matches!(op(slot), WAIT | TASK | NODE_OP)
}

/// A place for a node on a pending promise: its own free half, or a new slot.
/// `own`: the node needs the words `a` and `b`.
#[inline(always)]
fn place(local: &Local, id: Id, promise: &'static Slot, own: bool) -> Option<(Id, &'static Slot)> {
    let op = promise.op();
    if !own && (op & !HAS_ON_CANCEL == WAIT || op & !HAS_ON_CANCEL == TASK) {
        promise.set_op(op | INLINE);
        return Some((id, promise));
    }
    let (id, slot) = local.take_slot()?;
    slot.set_tag(local.tag(NODE, NODE_OP));
    slot.refs.set(HELD);
    slot.b.set(0);
    Some((id, slot))
}

/// The node's place is free again. `promise`: whose list it was in.
#[inline(always)]
pub fn vacate(local: &Local, promise: Id, id: Id, node: &'static Slot) {
    if node.state() == NODE {
        local.give_slot(id, node);
    } else {
        node.set_op(node.op() & !INLINE);
        if id != promise {
            unhold(local, id, node); // held since it was unified
        }
    }
}

// ---------------------------------------------------------------- groups ---

/// The group of a membership.
pub fn group_of(node: &Slot) -> Id {
    word(node) as Id
}

/// The promise of a membership.
pub fn member(node: &Slot) -> Id {
    (node.env.get() >> 32) as Id
}

/// The index of a membership that has one.
pub fn index(node: &Slot) -> usize {
    node.b.get() as u32 as usize
}

/// The next member of the same group.
pub fn next_member(node: &Slot) -> Id {
    (node.drop.get() >> 32) as Id
}

/// A membership of `group` on a pending promise, at the end of the group's
/// list. `index`: it is given one.
#[inline(always)]
pub fn join_group(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    group: Id,
    members: &Slot,
    index: Option<u32>,
) -> bool {
    let Some((id, node)) = place(local, promise, slot, index.is_some()) else {
        return false;
    };
    node.f.set(head_word(GROUP, u64::from(group)));
    if let Some(index) = index {
        node.b.set(u64::from(index));
    }
    let before = append(local, slot, id, node);
    node.env.set(pair(before, promise));
    let (first, last) = (members.b.get() as Id, (members.b.get() >> 32) as Id);
    node.drop.set(pair(last, 0));
    if last == 0 {
        members.b.set(pair(id, id));
    } else {
        let last = local.at(last);
        last.drop.set(pair(last.drop.get() as Id, id));
        members.b.set(pair(first, id));
    }
    true
}

/// Takes a membership out of its group's list, not out of the promise's.
fn leave_group(local: &Local, node: &Slot, members: &Slot) {
    let (previous, next) = (node.drop.get() as Id, next_member(node));
    let (mut first, mut last) = (members.b.get() as Id, (members.b.get() >> 32) as Id);
    if previous == 0 {
        first = next;
    } else {
        let slot = local.at(previous);
        slot.drop.set(pair(slot.drop.get() as Id, next));
    }
    if next == 0 {
        last = previous;
    } else {
        let slot = local.at(next);
        slot.drop.set(pair(previous, next_member(slot)));
    }
    members.b.set(pair(first, last));
}

/// Takes a membership out of both lists.
pub fn quit(local: &Local, id: Id, node: &'static Slot, members: &Slot) {
    leave_group(local, node, members);
    unlink(local, id, node, member(node), node.env.get() as Id);
}

/// Takes a node out of a promise's list. If that list is being run, the node
/// is marked instead: whoever runs the list frees it.
fn unlink(local: &Local, id: Id, node: &'static Slot, promise: Id, previous: Id) {
    let slot = local.at(promise);
    if slot.state() != PENDING {
        node.f.set(head_word(GONE, 0));
        return;
    }
    let next = node.next.get();
    let (mut head, mut tail) = (slot.a.get() as Id, (slot.a.get() >> 32) as Id);
    if previous == 0 {
        head = next;
    } else {
        local.at(previous).next.set(next);
    }
    if next == 0 {
        tail = previous;
    } else {
        set_previous(local.at(next), previous);
    }
    slot.a.set(pair(head, tail));
    vacate(local, promise, id, node);
}

/// The element before this one in its list is now another.
pub fn set_previous(node: &Slot, previous: Id) {
    if !is_node(node) {
        return;
    }
    match kind(node) {
        GROUP => node.env.set(pair(previous, member(node))),
        INTERNAL | AWAIT => node.drop.set(pair(previous, (node.drop.get() >> 32) as Id)),
        _ => {}
    }
}

/// The list that a node is in now belongs to another promise.
pub fn moved(node: &Slot, promise: Id) {
    match kind(node) {
        GROUP => node.env.set(pair(node.env.get() as Id, promise)),
        INTERNAL | AWAIT => node.drop.set(pair(node.drop.get() as Id, promise)),
        _ => {}
    }
}

// ------------------------------------------------------ internal callbacks ---

/// Waits on a pending promise for a floor above: calls `f(data)` once.
/// Returns the node. None: out of memory.
pub fn watch(
    local: &Local,
    id: Id,
    promise: &'static Slot,
    f: fn(usize),
    data: usize,
) -> Option<Id> {
    let head = head_word(INTERNAL, f as usize as u64);
    wait_as(local, id, promise, head, data as u64)
}

#[inline(always)]
fn wait_as(local: &Local, id: Id, promise: &'static Slot, head: u64, data: u64) -> Option<Id> {
    let (node_id, node) = place(local, id, promise, false)?;
    node.f.set(head);
    node.env.set(data);
    let before = append(local, promise, node_id, node);
    node.drop.set(pair(before, id));
    Some(node_id)
}

/// Ends the wait before the promise has resolved.
pub fn unwatch(local: &Local, id: Id) {
    let node = local.at(id);
    if matches!(kind(node), INTERNAL | AWAIT) {
        let links = node.drop.get();
        unlink(local, id, node, (links >> 32) as Id, links as Id);
    }
}

// ------------------------------------------------------- users' callbacks ---

/// `Lwt.on_success` and its kin. Returns `LWT_OK` or what is wrong.
pub fn on(kind: u8, p: u64, f: Option<u64>, g: Option<u64>, env: Env) -> i32 {
    let local = local();
    let slot = match local.check(p) {
        Some(slot) => slot,
        _ => return misuse_kind(p),
    };
    let Some(f) = f else {
        return crate::abi::LWT_INVALID_ARGUMENT;
    };
    let Some(g) = g.or((kind != ANY).then_some(0)) else {
        return crate::abi::LWT_INVALID_ARGUMENT;
    };
    let (id, slot) = underlying(local, p as Id, slot);
    let resolved = is_resolved(slot);
    if resolved && !local.too_deep() {
        call_back(kind, slot, f, g, &env);
        return LWT_OK;
    }
    let own = kind == ANY || kind != FATE && local.storage.get() != 0 || resolved;
    let Some((node_id, node)) = place(local, id, slot, own) else {
        return crate::abi::LWT_OUT_OF_MEMORY;
    };
    let env = Settled::value(env);
    node.f.set(head_word(kind, f));
    node.env.set(env.a);
    node.drop.set(env.b);
    if own {
        node.a.set(g);
        node.b.set(storage::snapshot(local) << 32);
    }
    if kind == CANCEL {
        slot.set_op(slot.op() | HAS_ON_CANCEL);
    }
    if resolved {
        node.next.set(0);
        slot.hold();
        resolve::defer(
            local,
            List {
                promise: id,
                head: node_id,
            },
        );
    } else {
        append(local, slot, node_id, node);
    }
    LWT_OK
}

/// Calls a user's callback, if it is for what the promise resolved to.
fn call_back(kind: u8, promise: &Slot, f: u64, g: u64, env: &Env) {
    type Unit = unsafe extern "C" fn(*mut c_void);
    type WithValue = unsafe extern "C" fn(*mut c_void, *mut c_void);
    type WithExn = unsafe extern "C" fn(*const lwt_exn, *mut c_void);
    let failed = promise.state() == FAIL;
    let ptr = |f: u64| f as usize as *const ();
    let env = env.word();
    // SAFETY: the function came from C with this kind, and so with this type,
    // together with its environment; a failure owns a reference.
    unsafe {
        match kind {
            SUCCESS | ANY if !failed => {
                let f = std::mem::transmute::<*const (), WithValue>(ptr(f));
                let value = shown(promise);
                call::unit_of(f as usize, || f(value, env));
            }
            FAILURE | ANY if failed => {
                let f = if kind == ANY { g } else { f };
                let f = std::mem::transmute::<*const (), WithExn>(ptr(f));
                let exn = promise.a.get() as usize as *const lwt_exn;
                call::unit_of(f as usize, || f(exn, env));
            }
            TERMINATION => {
                let f = std::mem::transmute::<*const (), Unit>(ptr(f));
                call::unit_of(f as usize, || f(env));
            }
            CANCEL if failed && Exn::peek_bits(promise.a.get()).is_canceled() => {
                let f = std::mem::transmute::<*const (), Unit>(ptr(f));
                call::unit_of(f as usize, || f(env));
            }
            _ => {}
        }
    }
}

// ---------------------------------------------------------------- firing ---

/// The promise that a node waits on has resolved.
#[inline]
pub fn fire(local: &Local, promise: Id, slot: &'static Slot, id: Id, node: &'static Slot) -> Next {
    let (kind, word) = (kind(node), word(node));
    match kind {
        GROUP => {
            let members = local.at(word as Id);
            group::member_resolved(local, promise, slot, id, node, word as Id, members)
        }
        GONE => {
            vacate(local, promise, id, node);
            (0, 0)
        }
        INTERNAL => {
            let data = node.env.get() as usize;
            vacate(local, promise, id, node);
            // SAFETY: `watch` put a function of this type there.
            let f =
                unsafe { std::mem::transmute::<*const (), fn(usize)>(word as usize as *const ()) };
            local.storage.set(0);
            f(data);
            (0, 0)
        }
        AWAIT => end_wait(local, promise, id, node).resolved(local),
        _ => {
            fire_callback(local, promise, slot, id, node);
            (0, 0)
        }
    }
}

/// Is it a callback of the user's?
#[inline(always)]
pub fn is_callback(node: &Slot) -> bool {
    !matches!(kind(node), GONE | GROUP | INTERNAL | AWAIT)
}

/// Is it the wait of a coroutine?
#[inline(always)]
pub fn is_coroutine(node: &Slot) -> bool {
    kind(node) == AWAIT && is_node(node) && waiting(node).is_coroutine()
}

/// Ends the wait of a coroutine, which goes on: what is to be run next.
#[inline(always)]
pub fn fire_coroutine(local: &Local, promise: Id, id: Id, node: &'static Slot) -> Next {
    let coroutine = waiting(node).coroutine();
    vacate(local, promise, id, node);
    match coroutine {
        Some(coroutine) => coroutine::resume(local, coroutine),
        None => (0, 0),
    }
}

/// Ends the wait of a user's callback, and calls it.
#[inline]
pub fn fire_callback(local: &Local, promise: Id, slot: &'static Slot, id: Id, node: &'static Slot) {
    let (kind, f) = (kind(node), word(node));
    // SAFETY: a callback owns its environment, and ends here.
    let env = unsafe { owned(node.env.get(), node.drop.get()) };
    let own = node.state() == NODE;
    let (g, map) = if own {
        (node.a.get(), (node.b.get() >> 32) as Id)
    } else {
        (0, 0)
    };
    vacate(local, promise, id, node);
    local.storage.set(map);
    call_back(kind, slot, f, g, &env);
    drop(env);
    storage::leave(local, map);
}

/// The only waiter of a promise is a membership, and no code of the user's can
/// run on its account: what is to be run next. Consumes the promise's hold.
#[inline(always)]
pub fn fire_quietly(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    node: &'static Slot,
) -> Option<Next> {
    if kind(node) != GROUP {
        return None;
    }
    let group = group_of(node);
    let next = group::resolve_quietly(local, promise, slot, id, node, group, local.at(group))?;
    unhold(local, promise, slot);
    Some(next)
}

/// Is it the only waiter of its promise?
pub fn is_alone(local: &Local, id: Id, membership: &Slot) -> bool {
    local.at(member(membership)).a.get() == pair(id, id)
}

/// The membership is over, its place free: for `group`.
#[inline(always)]
pub fn fired(local: &Local, promise: Id, id: Id, node: &'static Slot, members: &Slot) {
    leave_group(local, node, members);
    vacate(local, promise, id, node);
}

/// The promise that a node waits on will never resolve. Returns the group
/// whose last membership this was; the memberships' hold goes with it.
pub fn orphan(
    local: &Local,
    id: Id,
    node: &'static Slot,
    drops: &mut Vec<Value>,
) -> Option<(Id, &'static Slot)> {
    // The promise's own inline node goes with it; that of one unified with it
    // was held.
    let promise = if node.state() == PROXY { 0 } else { id };
    match kind(node) {
        GROUP => {
            let group = group_of(node);
            let members = local.at(group);
            leave_group(local, node, members);
            vacate(local, promise, id, node);
            return (members.b.get() == 0).then_some((group, members));
        }
        GONE | INTERNAL => vacate(local, promise, id, node),
        AWAIT => drops.push(end_wait(local, promise, id, node).into_orphan()),
        _ => {
            // SAFETY: as in `fire_callback`.
            drops.push(unsafe { owned(node.env.get(), node.drop.get()) });
            let map = if node.state() == NODE {
                (node.b.get() >> 32) as Id
            } else {
                0
            };
            vacate(local, promise, id, node);
            storage::release_later(local, map, drops);
        }
    }
    None
}

/// What a dump says of a node.
pub enum Seen {
    /// This promise waits.
    Promise(Id),
    /// Something else does.
    Other(&'static str),
}

/// Looks at a node, which stays as it is.
pub fn look(node: &Slot) -> Seen {
    Seen::Other(match kind(node) {
        GROUP => return Seen::Promise(group_of(node)),
        AWAIT => match waiting(node).promise() {
            Some(promise) => return Seen::Promise(promise),
            None => "a waker",
        },
        SUCCESS => "on_success",
        FAILURE => "on_failure",
        TERMINATION => "on_termination",
        ANY => "on_any",
        CANCEL => "on_cancel",
        FATE => "a watch",
        INTERNAL => "the library",
        _ => "nobody any more",
    })
}

/// At the end of the thread.
pub fn drop_contents(node: &Slot) {
    if is_callback(node) {
        // SAFETY: as in `fire_callback`; nobody comes by the slot again.
        drop(unsafe { owned(node.env.get(), node.drop.get()) });
    } else if kind(node) == AWAIT {
        // SAFETY: `wait` put it there, and the node ends here.
        drop(unsafe { Waiting::from_bits(node.env.get()) });
    }
}

/// Puts the cancel callbacks of a list before all else, in their order.
#[cold]
pub fn cancel_callbacks_first(local: &Local, head: Id) -> Id {
    let (mut first, mut rest) = ([0, 0], [0, 0]);
    let mut id = head;
    while id != 0 {
        let slot = local.at(id);
        let list = if is_node(slot) && kind(slot) == CANCEL {
            &mut first
        } else {
            &mut rest
        };
        if list[0] == 0 {
            list[0] = id;
        } else {
            local.at(list[1]).next.set(id);
        }
        list[1] = id;
        id = slot.next.replace(0);
    }
    if first[0] == 0 {
        return rest[0];
    }
    local.at(first[1]).next.set(rest[0]);
    first[0]
}
