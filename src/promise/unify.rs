//! Two pending promises become one.

use super::node;
use super::state::*;
use crate::handle::local::Local;
use crate::handle::slot::{Id, Slot};

/// Two pending promises become one: the outer one's waiters come first, and
/// cancelling goes where the inner one's went. The one with fewer waiters
/// becomes a part of the other, so that a promise that many binds return costs
/// each of them little.
pub fn unify(
    local: &Local,
    outer_id: Id,
    outer: &'static Slot,
    inner_id: Id,
    inner: &'static Slot,
) {
    if outer_id == inner_id {
        return set_op(outer, DEAD);
    }
    let (first, last) = (outer.a.get(), inner.a.get());
    let flags = (outer.op() | inner.op()) & HAS_ON_CANCEL;
    if is_longer(local, last, first) {
        move_waiters(local, first, inner_id);
        inner.a.set(join_lists(local, first, last));
        inner.set_op(inner.op() | flags);
        become_part(local, outer, inner_id, inner);
        return;
    }
    move_waiters(local, last, outer_id);
    outer.a.set(join_lists(local, first, last));
    if last != 0 && inner.op() & INLINE != 0 {
        inner.hold(); // its node is now in another promise's list
    }
    outer.set_op(outer.op() | flags);
    set_op(outer, ALIAS);
    let source = if op(inner) == ALIAS {
        inner.b.get() as Id
    } else {
        inner_id
    };
    outer.b.set(u64::from(source));
    become_part(local, inner, outer_id, outer);
}

fn become_part(local: &Local, part: &Slot, whole_id: Id, whole: &Slot) {
    part.set_tag(local.tag(PROXY, part.op()));
    part.a.set(u64::from(whole_id));
    whole.hold();
}

/// Is the first list of waiters the longer one? Looks at no more of them than
/// the shorter one has.
fn is_longer(local: &Local, list: u64, other: u64) -> bool {
    let (mut id, mut other) = (list as Id, other as Id);
    while id != 0 && other != 0 {
        id = local.at(id).next.get();
        other = local.at(other).next.get();
    }
    id != 0
}

/// Tells waiters that their promise is now part of another.
fn move_waiters(local: &Local, list: u64, promise: Id) {
    let mut id = list as Id;
    while id != 0 {
        let waiter = local.at(id);
        match op(waiter) {
            WAIT | TASK | NODE_OP => node::moved(waiter, promise),
            _ => waiter
                .b
                .set(waiter.b.get() >> 32 << 32 | u64::from(promise)),
        }
        id = waiter.next.get();
    }
}

/// Puts one list of waiters behind another.
fn join_lists(local: &Local, first: u64, last: u64) -> u64 {
    if first == 0 || last == 0 {
        return first | last;
    }
    let (tail, head) = ((first >> 32) as Id, last as Id);
    local.at(tail).next.set(head);
    node::set_previous(local.at(head), tail);
    u64::from(first as u32) | last >> 32 << 32
}
