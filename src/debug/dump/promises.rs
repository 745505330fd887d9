//! The pending promises of a thread: how each was made, where, how long ago,
//! what it waits on, and who waits on it.

use super::Writer;
use super::links::Links;
use crate::debug::{is_on, now, passed::made, record};
use crate::handle::local::{Local, local};
use crate::handle::region::CHUNK;
use crate::handle::slot::{GENERATION_MASK, Id, Slot, TAG_MASK, TAG_PROMISE};
use crate::promise::state::*;
use crate::promise::thread::work;
use crate::promise::{Source, node};

/// The handle of a promise, whether users have one or not.
pub fn handle(local: &Local, id: Id) -> u64 {
    local.at(id).me() & GENERATION_MASK | TAG_PROMISE | u64::from(id)
}

/// All slots of a thread, in the order of their numbers, chunk by chunk.
pub fn slots(local: &Local, mut f: impl FnMut(Id, &'static Slot)) {
    for at in 0.. {
        let Some(first) = local.chunk(at) else { return };
        for id in first.max(1)..first + CHUNK {
            f(id, local.at(id));
        }
    }
}

/// Writes what is pending in the calling thread.
pub fn write(out: &mut Writer) {
    let local = local();
    out.number("thread", u64::from(local.owner()));
    out.flag("debugging", is_on(local));
    let mut pending = 0;
    slots(local, |_, slot| {
        pending += u64::from(slot.state() == PENDING)
    });
    out.number("pending", pending);
    let (links, now) = (Links::now(), now());
    out.list("promises");
    slots(local, |id, slot| match slot.state() {
        PENDING => pending_one(out, local, (&links, now), id, slot),
        PROXY => part(out, local, now, id, slot),
        _ => {}
    });
    out.end();
}

fn head(out: &mut Writer, local: &Local, now: u64, id: Id, slot: &Slot) {
    out.item();
    out.handle("handle", handle(local, id));
    out.text("made", made(slot));
    if is_on(local)
        && let Some((site, made)) = record::of(local, id)
    {
        out.text("at", &site.text());
        out.seconds("age", now.saturating_sub(made));
    }
}

/// A promise that is a part of another one by now, and to which a user still
/// has a handle.
fn part(out: &mut Writer, local: &Local, now: u64, id: Id, slot: &Slot) {
    if slot.refs.get() as u32 == 0 || slot.me() & TAG_MASK == 0 {
        return;
    }
    // The way is not shortened, as `underlying` would: a dump changes nothing.
    let mut whole = slot.a.get() as Id;
    while local.at(whole).state() == PROXY {
        whole = local.at(whole).a.get() as Id;
    }
    if is_resolved(local.at(whole)) {
        return;
    }
    head(out, local, now, id, slot);
    out.handle("part_of", handle(local, whole));
    out.end();
}

fn pending_one(
    out: &mut Writer,
    local: &Local,
    (links, now): (&Links, u64),
    id: Id,
    slot: &'static Slot,
) {
    head(out, local, now, id, slot);
    // One that its callback's promise became a part of waits for what that
    // was waiting for.
    let inner = slot.b.get() as Id;
    let behind = match op(slot) {
        ALIAS if inner != 0 => local.at(inner),
        _ => slot,
    };
    match op(behind) {
        WAIT | TASK if behind.b.get() != 0 => out.handle("wakener", behind.b.get()),
        WAIT => out.text("waits", "nothing can resolve it"),
        TASK => out.text("waits", "the next turn of the main loop"),
        DEAD => out.text("waits", "nothing can resolve it"),
        // What its source knew of it is gone when the thread's slots are emptied.
        EXTERNAL if work(local).ended.get() => {}
        EXTERNAL => {
            // SAFETY: `external` put a `&'static Source` there, and it stays.
            let source = unsafe { &*(behind.f.get() as usize as *const Source) };
            let data = [behind.env.get(), behind.drop.get()];
            if behind.state() == PROXY {
                out.text("source", source.name);
            }
            if let Some(describe) = source.describe {
                out.text("waits", &describe(data));
            }
            if let Some(link) = links.of(source) {
                out.list("waits_for");
                link(data, &mut |id| out.word_handle(handle(local, id)));
                out.end();
            }
        }
        BIND..=FINALIZE_2 if behind.b.get() as Id != 0 => {
            out.list("waits_for");
            out.word_handle(handle(local, behind.b.get() as Id));
            out.end();
        }
        BIND..=FINALIZE_2 => out.text("waits", "its callback runs, or is about to"),
        JOIN..=NODE_OP => {
            out.list("waits_for");
            let mut at = behind.b.get() as Id;
            while at != 0 {
                let membership = local.at(at);
                out.word_handle(handle(local, node::member(membership)));
                at = node::next_member(membership);
            }
            out.end();
        }
        _ => {}
    }
    waiters(out, local, slot);
    out.end();
}

fn waiters(out: &mut Writer, local: &Local, slot: &Slot) {
    out.list("waiters");
    let mut at = slot.a.get() as Id;
    while at != 0 {
        let waiter = local.at(at);
        match op(waiter) {
            WAIT | TASK | NODE_OP => match node::look(waiter) {
                node::Seen::Promise(id) => out.word_handle(handle(local, id)),
                node::Seen::Other(word) => out.word(word),
            },
            _ => out.word_handle(handle(local, at)),
        }
        at = waiter.next.get();
    }
    out.end();
}
