//! Resolution: running the waiters of promises, depth first, without ever
//! recursing on the stack.
//!
//! The promise in hand and the first of its waiters are in registers; what is
//! left when a list branches waits on the side stack. A waiter that is a bind
//! with no sibling, the common case, goes round the loop without touching it.
//!
//! References: who runs a list holds its promise; a waiter that is a promise
//! is held by the list.

use super::call::{self, NESTING};
use super::free::{unhold, unuse};
use super::state::*;
use super::thread::{Entry, List, Work, work};
use super::{node, seq, storage};
use crate::handle::local::{LATER, Local, SPOKEN};
use crate::handle::slot::{Id, Slot, USER};

/// A resolved promise, held, and the first of its waiters; 0 is none.
pub type Next = (Id, Id);

/// Runs the waiters of a promise that has just been resolved. Consumes a hold.
#[inline(always)]
pub fn run(local: &Local, promise: Id, slot: &'static Slot, head: Id) {
    if head == 0 {
        unhold(local, promise, slot);
    } else {
        run_waiters(local, promise, head);
    }
}

#[inline(never)]
fn run_waiters(local: &Local, promise: Id, head: Id) {
    if local.depth.get() >= NESTING {
        return defer(local, List { promise, head });
    }
    resolution(local, |local, work, base| {
        pump(local, work, base, (promise, head))
    });
}

/// Runs the waiters of several promises, the first one's first.
pub fn run_entries(local: &Local, entries: impl DoubleEndedIterator<Item = Entry>) {
    resolution(local, |local, work, base| {
        work.stack.borrow_mut().extend(entries.rev());
        pump(local, work, base, (0, 0));
    });
}

/// Is the stack too deep for callbacks to run now?
#[inline(always)]
pub fn too_deep(local: &Local) -> bool {
    local.depth.get() >= NESTING
}

/// Leaves a list to the outermost call.
#[cold]
#[inline(never)]
pub fn defer(local: &Local, list: List) {
    work(local).later.borrow_mut().push_back(list);
    local.attention.set(local.attention.get() | LATER);
}

/// What the outermost call does before it returns, outside a resolution.
#[cold]
#[inline(never)]
pub fn run_deferred(local: &Local) {
    if local.depth.get() == 0 && local.resolving.get() == 0 {
        resolution(local, |_, _, _| {});
    }
}

/// The frame of a resolution: the current storage and what the callback
/// further out has said are as before when it ends, and the outermost one ends
/// with what was deferred.
#[inline(always)]
fn resolution(local: &Local, f: impl FnOnce(&Local, &'static Work, usize)) {
    let storage = local.storage.get();
    let saved = call::save(local);
    let depth = local.depth.get();
    let resolving = local.resolving.get();
    local.depth.set(depth + 1);
    local.resolving.set(resolving + 1);
    let work = work(local);
    let base = work.stack.borrow().len();
    f(local, work, base);
    if resolving == 0 && local.attention.get() & LATER != 0 {
        drain(local, work, base);
    }
    local.resolving.set(resolving);
    local.depth.set(depth);
    local.storage.set(storage);
    call::restore(local, saved);
}

#[cold]
#[inline(never)]
fn drain(local: &Local, work: &'static Work, base: usize) {
    loop {
        let list = work.later.borrow_mut().pop_front();
        match list {
            Some(list) => pump(local, work, base, (list.promise, list.head)),
            None => break,
        }
    }
    local.attention.set(local.attention.get() & !LATER);
}

/// Runs a list, and what the side stack holds above `base`.
fn pump(local: &Local, work: &'static Work, base: usize, first: Next) {
    let (mut promise, mut head) = first;
    loop {
        while head != 0 {
            let slot = local.at(promise);
            let waiter = local.at(head);
            let next = waiter.next.get();
            if next != 0 {
                work.stack.borrow_mut().push(Entry::List(List {
                    promise,
                    head: next,
                }));
            }
            (promise, head) = if waiter.op.get() == BIND && slot.state.get() == RETURN {
                step_bind(local, promise, slot, head, waiter, next == 0)
            } else {
                step(local, promise, slot, head, waiter, next == 0)
            };
        }
        if promise != 0 {
            unhold(local, promise, local.at(promise));
        }
        (promise, head) = match pop(work, base) {
            None => return,
            Some(Entry::List(list)) => (list.promise, list.head),
            Some(Entry::Like { to, from }) => {
                let slot = local.at(from);
                let settled = share(slot, false);
                unhold(local, from, slot);
                settle(local, to, local.at(to), settled)
            }
            Some(Entry::Settle { to, with }) => settle(local, to, local.at(to), with),
        };
    }
}

fn pop(work: &Work, base: usize) -> Option<Entry> {
    let mut stack = work.stack.borrow_mut();
    if stack.len() == base {
        None
    } else {
        stack.pop()
    }
}

/// The straight path: a plain bind on a plain value.
#[inline(always)]
fn step_bind(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    waiter: &'static Slot,
    last: bool,
) -> Next {
    let map = (waiter.b.get() >> 32) as Id;
    // From here on there is nothing to cancel behind this waiter.
    waiter.b.set(0);
    local.storage.set(map);
    let returned = seq::call_bind(waiter.f.get(), slot.a.get(), waiter.env.get());
    if waiter.drop.get() != 0 {
        drop(owned(waiter.env.get(), waiter.drop.get()));
    }
    storage::leave(local, map);
    if last {
        unhold(local, promise, slot);
    }
    adopt(local, "lwt_bind", id, waiter, returned)
}

/// Any other waiter.
#[inline(never)]
fn step(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    waiter: &'static Slot,
    last: bool,
) -> Next {
    let next = match op(waiter) {
        WAIT | TASK | NODE_OP => node::fire(local, promise, slot, id, waiter),
        _ => seq::fire(local, promise, slot, id, waiter, last),
    };
    if last {
        unhold(local, promise, slot);
    }
    next
}

/// The promise that a waiter's callback returned, and what the callback said,
/// become the waiter's.
#[inline(always)]
pub fn adopt(
    local: &Local,
    function: &'static str,
    id: Id,
    waiter: &'static Slot,
    returned: u64,
) -> Next {
    if let Some(inner) = local.check(returned)
        && inner.state.get() == RETURN
        && inner.refs.get() == USER
        && waiter.state.get() == PENDING
        && local.attention.get() & SPOKEN == 0
    {
        let head = waiter.a.get() as Id;
        waiter.state.set(RETURN);
        waiter.a.set(inner.a.get());
        waiter.b.set(inner.b.get());
        inner.refs.set(0);
        local.give_slot(returned as Id, inner);
        return (id, head);
    }
    adopt_other(local, function, id, waiter, returned)
}

#[inline(never)]
fn adopt_other(
    local: &Local,
    function: &'static str,
    id: Id,
    waiter: &'static Slot,
    returned: u64,
) -> Next {
    let spoken = call::take_spoken(local);
    let bits = call::checked(local, function, returned, spoken).into_bits();
    let Some(mine) = local.check(bits) else {
        return settle(
            local,
            id,
            waiter,
            Settled::exn(crate::exn::Exn::out_of_memory()),
        );
    };
    let (inner_id, inner) = underlying(local, bits as Id, mine);
    if is_resolved(inner) {
        let settled = share(inner, inner.refs.get() == USER);
        unuse(local, bits as Id, mine);
        return settle(local, id, waiter, settled);
    }
    let (outer_id, outer) = underlying(local, id, waiter);
    if outer.state.get() == PENDING {
        unify(local, outer_id, outer, inner_id, inner);
    }
    unuse(local, bits as Id, mine);
    unhold(local, id, waiter);
    (0, 0)
}

/// A pending promise becomes part of another: the outer one's waiters come
/// first, and cancelling the outer one goes where the inner one's went.
pub fn unify(local: &Local, outer_id: Id, outer: &Slot, inner_id: Id, inner: &'static Slot) {
    if outer_id == inner_id {
        return set_op(outer, DEAD);
    }
    let (head, tail) = (inner.a.get() as Id, (inner.a.get() >> 32) as Id);
    if head != 0 {
        let mut id = head;
        while id != 0 {
            let waiter = local.at(id);
            match op(waiter) {
                WAIT | TASK | NODE_OP => node::moved(local, id, waiter, outer_id),
                _ => waiter
                    .b
                    .set(waiter.b.get() >> 32 << 32 | u64::from(outer_id)),
            }
            id = waiter.next.get();
        }
        let before = outer.a.get();
        if before == 0 {
            node::set_previous(local.at(head), 0);
            outer.a.set(inner.a.get());
        } else {
            let last = (before >> 32) as Id;
            local.at(last).next.set(head);
            node::set_previous(local.at(head), last);
            outer
                .a
                .set(u64::from(before as u32) | u64::from(tail) << 32);
        }
        if inner.op.get() & INLINE != 0 {
            inner.hold(); // its node is now in another promise's list
        }
    }
    outer
        .op
        .set(outer.op.get() | inner.op.get() & HAS_ON_CANCEL);
    set_op(outer, ALIAS);
    let source = if op(inner) == ALIAS {
        inner.b.get() as Id
    } else {
        inner_id
    };
    outer.b.set(u64::from(source));
    inner.state.set(PROXY);
    inner.a.set(u64::from(outer_id));
    outer.hold();
}

/// Resolves a promise, or what it became. Consumes a hold of it; what comes
/// back is to be run, and is held.
pub fn settle(local: &Local, id: Id, slot: &'static Slot, settled: Settled) -> Next {
    let (id, slot) = if slot.state.get() == PROXY {
        let (whole_id, whole) = underlying(local, id, slot);
        whole.hold();
        unhold(local, id, slot);
        (whole_id, whole)
    } else {
        (id, slot)
    };
    if slot.state.get() != PENDING {
        settled.discard();
        return (id, 0);
    }
    let head = detach(local, slot, settled);
    slot.state.set(settled.state);
    slot.a.set(settled.a);
    slot.b.set(settled.b);
    (id, head)
}

/// Takes the waiters off a promise that is being resolved. When it is being
/// cancelled, the cancel callbacks come first.
#[inline(always)]
pub fn detach(local: &Local, slot: &Slot, settled: Settled) -> Id {
    let head = slot.a.get() as Id;
    if slot.op.get() & HAS_ON_CANCEL != 0 && settled.is_canceled() {
        return node::cancel_callbacks_first(local, head);
    }
    head
}

/// Puts a waiter at the end of a pending promise's list.
#[inline(always)]
pub fn append(local: &Local, promise: &Slot, id: Id, waiter: &Slot) -> Id {
    waiter.next.set(0);
    let list = promise.a.get();
    if list == 0 {
        promise.a.set(u64::from(id) | u64::from(id) << 32);
        0
    } else {
        let last = (list >> 32) as Id;
        local.at(last).next.set(id);
        promise.a.set(u64::from(list as u32) | u64::from(id) << 32);
        last
    }
}
