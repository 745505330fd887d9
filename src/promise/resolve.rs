//! Resolution: running the waiters of promises, depth first, without ever
//! recursing on the stack.
//!
//! The promise in hand and the first of its waiters are in registers; what is
//! left when a list branches waits on the side stack. A waiter that is a bind
//! with no sibling, the common case, goes round the loop without touching it.
//!
//! References: who runs a list holds its promise; a waiter that is a promise
//! is held by the list.

use super::call::{self, Saved};
use super::free::{unhold, unuse};
use super::state::*;
use super::thread::{Entry, List, work};
use super::unify::unify;
use super::{node, seq, storage};
use crate::binding::hooks;
use crate::debug::passed::passed;
use crate::handle::local::{HOOKED, LATER, Local, SPOKEN, WATCHED, local};
use crate::handle::slot::{HELD, Id, Slot, USER};

/// A resolved promise, held, and the first of its waiters; 0 is none.
pub type Next = (Id, Id);

/// Runs the waiters of a promise that has just been resolved. Consumes a hold.
#[inline(always)]
pub fn run(local: &Local, promise: Id, slot: &'static Slot, head: Id) {
    if head == 0 {
        unhold(local, promise, slot);
    } else {
        run_waiters(promise, slot, head, slot.state());
    }
}

/// The same when there is at least one. `state` is the slot's, which was
/// stored only just now: to load it again would take as long as the rest.
#[inline(never)]
pub extern "C" fn run_waiters(promise: Id, slot: &'static Slot, head: Id, state: u8) {
    let local = local();
    let waiter = local.at(head);
    if state == RETURN && waiter.tag() == local.tag(PENDING, BIND) && waiter.next.get() == 0 {
        return run_bind(slot, promise, head);
    }
    if node::is_coroutine(waiter) && waiter.next.get() == 0 && !local.too_deep() {
        return run_coroutine(promise, slot, head);
    }
    run_quietly(promise, slot, head);
}

/// As long as no code of the user's can run, the waiters are resolved here,
/// without a frame.
#[inline(never)]
extern "C" fn run_quietly(mut promise: Id, mut slot: &'static Slot, mut head: Id) {
    let local = local();
    loop {
        let waiter = local.at(head);
        if waiter.next.get() != 0 {
            break;
        }
        let next = if waiter.tag() == local.tag(PROXY, BIND) && slot.state() == RETURN {
            return run_bind(slot, promise, head);
        } else if waiter.tag() == local.tag(PENDING, BIND) {
            if slot.state() == RETURN {
                return run_bind(slot, promise, head);
            }
            pass_failure(local, promise, slot, head, waiter)
        } else if let WAIT | TASK | NODE_OP = op(waiter) {
            if node::is_callback(waiter) && !local.too_deep() {
                return run_callback(promise, slot, head);
            }
            node::fire_quietly(local, promise, slot, head, waiter)
        } else {
            None
        };
        let Some(next) = next else { break };
        (promise, head) = next;
        if promise == 0 {
            return;
        }
        slot = local.at(promise);
        if head == 0 {
            return unhold(local, promise, slot);
        }
    }
    run_list(promise, head);
}

/// The only waiter is a callback of the user's.
#[inline(never)]
extern "C" fn run_callback(promise: Id, slot: &'static Slot, head: Id) {
    let local = local();
    let frame = Frame::begin(local);
    node::fire_callback(local, promise, slot, head, local.at(head));
    unhold(local, promise, slot);
    frame.end(local);
}

/// The only waiter is a coroutine, and so perhaps is what waits for that.
#[inline(never)]
extern "C" fn run_coroutine(mut promise: Id, mut slot: &'static Slot, mut head: Id) {
    let local = local();
    let frame = Frame::begin(local);
    loop {
        let next = node::fire_coroutine(local, promise, head, local.at(head));
        unhold(local, promise, slot);
        (promise, head) = next;
        if promise == 0 {
            break;
        }
        slot = local.at(promise);
        if head == 0 {
            unhold(local, promise, slot);
            break;
        }
        let waiter = local.at(head);
        if waiter.next.get() != 0 || !node::is_coroutine(waiter) {
            pump(local, frame.base, next);
            break;
        }
    }
    frame.end(local);
}

/// A failure goes past a bind that has nothing to drop. Consumes the hold of
/// the promise.
#[inline(always)]
fn pass_failure(
    local: &Local,
    promise: Id,
    slot: &'static Slot,
    id: Id,
    waiter: &'static Slot,
) -> Option<Next> {
    if slot.state() != FAIL || waiter.drop.get() != 0 || waiter.b.get() >> 32 != 0 {
        return None;
    }
    if local.has(WATCHED) {
        return None; // it is noted on the long way
    }
    let head = waiter.a.get() as Id;
    waiter.set_tag(local.tag(FAIL, BIND));
    waiter.a.set(share(slot, false).a);
    waiter.b.set(0);
    unhold(local, promise, slot);
    Some((id, head))
}

#[inline(never)]
extern "C" fn run_list(promise: Id, head: Id) {
    let local = local();
    if local.too_deep() {
        return defer(local, List { promise, head });
    }
    let frame = Frame::begin(local);
    pump(local, frame.base, (promise, head));
    frame.end(local);
}

/// A promise with a value of its own whose only waiter is a bind, the common
/// case, as long as there is nothing else to it.
#[inline(never)]
extern "C" fn run_bind(mut slot: &'static Slot, promise: Id, head: Id) {
    let local = local();
    if !local.dive() {
        return run_list(promise, head);
    }
    let storage = local.storage.get();
    let nested = local.resolving.replace(true);
    let mut id = head;
    loop {
        let waiter = local.at(id);
        let returned = call_waiter(local, slot, waiter);
        unhold(local, local.id_of(slot), slot);
        if let Some(inner) = local.check(returned)
            && (inner.tag() ^ local.tag(RETURN, 0)) & !0xff00 == 0
            && inner.refs.get() == USER
            && waiter.tag() == local.tag(PENDING, BIND)
            && !local.has(SPOKEN)
        {
            let next = waiter.a.get() as Id;
            waiter.set_tag(local.tag(RETURN, BIND));
            waiter.a.set(inner.a.get());
            waiter.b.set(inner.b.get());
            local.give_slot(returned as Id, inner);
            if next == 0 {
                unhold(local, id, waiter);
                break;
            }
            let other = local.at(next);
            if other.next.get() == 0 && other.tag() == local.tag(PENDING, BIND) {
                slot = waiter;
                id = next;
                continue;
            }
            pump(local, local.stacked.get(), (id, next));
        } else if !adopt_plain(local, id, waiter, returned) {
            let next = adopt_other(local, "lwt_bind", id, waiter, returned);
            pump(local, local.stacked.get(), next);
        }
        break;
    }
    if !nested && local.has(LATER) {
        drain(local, local.stacked.get());
    }
    local.resolving.set(nested);
    local.rise();
    local.storage.set(storage);
}

/// What a loop through bind does at each turn: the promise that its callback
/// returned is pending, has no waiters, and takes the place of the one that the
/// waiter was. False: it is not as simple as that, and nothing was done.
/// Consumes the waiter's hold.
#[inline(always)]
fn adopt_plain(local: &Local, id: Id, waiter: &'static Slot, returned: u64) -> bool {
    let Some(inner) = local.check(returned) else {
        return false;
    };
    let inner_id = returned as Id;
    if inner.state() != PENDING
        || inner.a.get() != 0
        || inner.refs.get() != USER + HELD
        || op(inner) == ALIAS
        || local.has(SPOKEN)
    {
        return false;
    }
    let whole_id = match waiter.state() {
        PENDING => id,
        // A part that nobody else refers to: the inner one takes its place.
        PROXY if waiter.refs.get() == HELD => waiter.a.get() as Id,
        _ => return false,
    };
    let whole = local.at(whole_id);
    if whole.state() != PENDING || whole_id == inner_id {
        return false;
    }
    // The hold of the list, or of the part that goes, becomes the inner one's.
    if whole_id != id {
        local.give_slot(id, waiter);
    }
    whole.set_op(whole.op() & (HAS_ON_CANCEL | MARK) | inner.op() & HAS_ON_CANCEL | ALIAS);
    whole.b.set(u64::from(inner_id));
    inner.set_state(PROXY);
    inner.a.set(u64::from(whole_id));
    inner.refs.set(HELD);
    inner.hide();
    true
}

/// Calls the callback of a bind on a promise with a value of its own.
#[inline(always)]
fn call_waiter(local: &Local, slot: &Slot, waiter: &Slot) -> u64 {
    let map = (waiter.b.get() >> 32) as Id;
    // From here on there is nothing to cancel behind this waiter.
    waiter.b.set(0);
    local.storage.set(map);
    let returned = seq::call_bind(waiter.f.get(), slot.a.get(), waiter.env.get());
    if waiter.drop.get() != 0 {
        // SAFETY: a bind owns its environment until its callback has run.
        drop(unsafe { owned(waiter.env.get(), waiter.drop.get()) });
    }
    storage::leave(local, map);
    returned
}

/// The same, between the hooks of a runtime.
#[cold]
#[inline(never)]
fn call_waiter_hooked(local: &Local, slot: &Slot, waiter: &Slot) -> u64 {
    let number = hooks::enter(local);
    let returned = call_waiter(local, slot, waiter);
    hooks::leave(local, number);
    returned
}

/// Runs the waiters of several promises, the first one's first.
pub fn run_entries(local: &Local, entries: impl DoubleEndedIterator<Item = Entry>) {
    let frame = Frame::begin(local);
    entries
        .rev()
        .for_each(|entry| work(local).stack.push(local, entry));
    pump(local, frame.base, (0, 0));
    frame.end(local);
}

/// Leaves a list to the outermost call.
#[cold]
#[inline(never)]
pub fn defer(local: &Local, list: List) {
    work(local).later.borrow_mut().push_back(list);
    local.raise_bit(LATER);
}

/// What the outermost call does before it returns, outside a resolution.
#[cold]
#[inline(never)]
pub fn run_deferred(local: &Local) {
    if local.depth() == 0 && !local.resolving.get() {
        Frame::begin(local).end(local);
    }
}

/// `Lwt.abandon_wakeups`: runs what was deferred so far. Where calls are nested
/// too deeply the outermost one does it, as ever.
pub fn run_deferred_now(local: &Local) {
    if local.has(LATER) && !local.too_deep() {
        let frame = Frame::begin(local);
        drain(local, frame.base);
        frame.end(local);
    }
}

/// The frame of a resolution: the current storage and what the callback
/// further out has said are as before when it ends, and the outermost one ends
/// with what was deferred.
struct Frame {
    /// Where its part of the side stack starts.
    base: u32,
    storage: Id,
    nested: bool,
    saved: Option<Saved>,
}

impl Frame {
    #[inline(always)]
    fn begin(local: &Local) -> Frame {
        let saved = if local.has(SPOKEN) {
            Some(call::save(local))
        } else {
            None
        };
        local.deepen();
        Frame {
            base: local.stacked.get(),
            storage: local.storage.get(),
            nested: local.resolving.replace(true),
            saved,
        }
    }

    #[inline(always)]
    fn end(self, local: &Local) {
        if !self.nested && local.has(LATER) {
            drain(local, self.base);
        }
        local.resolving.set(self.nested);
        local.rise();
        local.storage.set(self.storage);
        if let Some(saved) = self.saved {
            call::restore(local, saved);
        }
    }
}

#[cold]
#[inline(never)]
fn drain(local: &Local, base: u32) {
    loop {
        let list = work(local).later.borrow_mut().pop_front();
        match list {
            Some(list) => pump(local, base, (list.promise, list.head)),
            None => break,
        }
    }
    local.clear_bit(LATER);
}

/// Runs a list, and what the side stack holds above `base`.
#[inline(never)]
fn pump(local: &Local, base: u32, first: Next) {
    let (mut promise, mut head) = first;
    loop {
        while head != 0 {
            let slot = local.at(promise);
            let waiter = local.at(head);
            let next = waiter.next.get();
            if next != 0 {
                work(local).stack.push(
                    local,
                    Entry::List(List {
                        promise,
                        head: next,
                    }),
                );
            }
            (promise, head) = if waiter.op() == BIND && slot.state() == RETURN {
                step_bind(local, promise, slot, head, waiter, next == 0)
            } else {
                step(local, promise, slot, head, waiter, next == 0)
            };
        }
        if promise != 0 {
            unhold(local, promise, local.at(promise));
        }
        if local.stacked.get() == base {
            return;
        }
        (promise, head) = match work(local).stack.pop(local) {
            None => return,
            Some(Entry::List(list)) => (list.promise, list.head),
            Some(Entry::Settle { to, with }) => settle(local, to, local.at(to), with),
        };
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
    let returned = match local.has(HOOKED) {
        false => call_waiter(local, slot, waiter),
        true => call_waiter_hooked(local, slot, waiter),
    };
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
        && inner.state() == RETURN
        && inner.refs.get() == USER
        && waiter.state() == PENDING
        && !local.has(SPOKEN)
    {
        let head = waiter.a.get() as Id;
        waiter.set_state(RETURN);
        waiter.a.set(inner.a.get());
        waiter.b.set(inner.b.get());
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
    if outer.state() == PENDING {
        unify(local, outer_id, outer, inner_id, inner);
    }
    unuse(local, bits as Id, mine);
    unhold(local, id, waiter);
    (0, 0)
}

/// Resolves a promise, or what it became. Consumes a hold of it; what comes
/// back is to be run, and is held.
pub fn settle(local: &Local, id: Id, slot: &'static Slot, settled: Settled) -> Next {
    if slot.state() == PROXY {
        let (whole_id, whole) = underlying(local, id, slot);
        whole.hold();
        if settled.state == FAIL && local.has(WATCHED) {
            passed(local, id, slot, settled.a);
        }
        let next = settle_whole(local, whole_id, whole, settled);
        // Last: a part that goes while the whole is pending kills it.
        unhold(local, id, slot);
        return next;
    }
    settle_whole(local, id, slot, settled)
}

#[inline(always)]
fn settle_whole(local: &Local, id: Id, slot: &'static Slot, settled: Settled) -> Next {
    if slot.state() != PENDING {
        settled.discard();
        return (id, 0);
    }
    if settled.state == FAIL && local.has(WATCHED) {
        passed(local, id, slot, settled.a);
    }
    let head = detach(local, slot, settled);
    slot.set_tag(local.tag(settled.state, slot.op()));
    slot.a.set(settled.a);
    slot.b.set(settled.b);
    (id, head)
}

/// Takes the waiters off a promise that is being resolved. When it is being
/// cancelled, the cancel callbacks come first.
#[inline(always)]
pub fn detach(local: &Local, slot: &Slot, settled: Settled) -> Id {
    let head = slot.a.get() as Id;
    if slot.op() & HAS_ON_CANCEL != 0 && settled.is_canceled() {
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
