//! What a failure passes on its way: where it was raised, and each bind, catch
//! and await between there and whoever handles it.

use super::site::Site;
use super::{is_on, is_on_or_begins, mine, record, site, turn_on};
use crate::exn::Exn;
use crate::handle::local::{Local, local};
use crate::handle::slot::{Id, Slot};
use crate::promise::Source;
use crate::promise::state::*;

/// How a promise came about, in a word: what its op, or its source, is called.
pub fn made(slot: &Slot) -> &'static str {
    match op(slot) {
        WAIT => "wait",
        TASK if slot.state() == PENDING && slot.b.get() == 0 => "pause",
        TASK => "task",
        // SAFETY: `external` put a `&'static Source` there, and it stays.
        EXTERNAL => unsafe { &*(slot.f.get() as usize as *const Source) }.name,
        ALIAS | BIND => "bind",
        BIND_OWNED => "bind_owned",
        MAP => "map",
        CATCH => "catch",
        TRY_BIND => "try_bind",
        FINALIZE | FINALIZE_2 => "finalize",
        JOIN => "join",
        CHOOSE => "choose",
        PICK => "pick",
        NCHOOSE => "nchoose",
        SPLIT => "nchoose_split",
        FULFILLED => "any",
        NPICK => "npick",
        ALL => "all",
        PROTECTED => "protected",
        NO_CANCEL => "no_cancel",
        WRAP => "wrap_in_cancelable",
        DEAD => "nothing",
        _ => "promise",
    }
}

fn note(local: &Local, bits: u64, how: &'static str, site: Site) {
    // SAFETY: the caller holds the reference, or lends it.
    let exn = unsafe { Exn::peek_bits(bits) };
    if let Some(at) = exn.note(how, site) {
        mine(local).noted.set((bits, at));
    }
}

/// A pending promise is about to fail, or a callback on the way is about to
/// see the failure: with the exception whose bits these are.
#[cold]
#[inline(never)]
pub fn passed(local: &Local, id: Id, slot: &Slot, bits: u64) {
    if matches!(op(slot), WAIT | TASK | DEAD) {
        return; // that it was woken with a failure is known already
    }
    let site = record::of(local, id).map_or(Site::default(), |(site, _)| site);
    note(local, bits, made(slot), site);
}

/// The same within a call of the user's, of the function `how`.
#[cold]
#[inline(never)]
pub fn passed_here(local: &Local, how: &'static str, bits: u64) {
    note(local, bits, how, site::here());
}

/// What a call of `how` returns: has it failed?
#[cold]
#[inline(never)]
pub fn returned(local: &Local, how: &'static str, handle: u64) {
    if let Some(slot) = local.check(handle) {
        let (_, slot) = underlying(local, handle as Id, slot);
        if slot.state() == FAIL {
            passed_here(local, how, slot.a.get());
        }
    }
}

/// The user raises an exception.
#[inline]
pub fn raised(exn: &Exn) {
    let local = local();
    if is_on(local) {
        raised_here(local, exn);
    }
}

#[cold]
fn raised_here(local: &Local, exn: &Exn) {
    match mine(local).ahead.take() {
        Some(site) if !site.is_known() => exn.raised_where_made(),
        told => note(local, exn.bits(), "raised", told.unwrap_or_else(site::here)),
    }
}

/// The user has waited for something that failed.
#[cold]
#[inline(never)]
pub fn awaited(exn: &Exn) {
    let local = local();
    if is_on(local) {
        note(local, exn.bits(), "await", site::here());
    }
}

/// An exception is made. Where, if that is known.
pub fn origin(local: &Local) -> Option<Site> {
    is_on_or_begins(local).then(site::here)
}

/// An exception was made in a call of the user's, who may raise it or not.
pub fn made_here(exn: &Exn) {
    let local = local();
    if is_on(local) {
        exn.rename("made");
        mine(local).noted.set((exn.bits(), 0));
    }
}

// ----------------------------------------------------------- what macros tell

/// The call that follows is at this place; at none, if that is unknown: it only
/// passes on what has failed before.
pub fn tell_ahead(site: Option<Site>) {
    let local = local();
    if is_on_from_here(local) {
        mine(local).ahead.set(site);
    }
}

/// Macros have debugging on from the first call that they tell about.
fn is_on_from_here(local: &Local) -> bool {
    is_on(local) || turn_on()
}

/// A call at this place has returned a promise, or another handle of a slot.
pub fn tell_made(handle: u64, site: Option<Site>) {
    let local = local();
    if !is_on_from_here(local) {
        return;
    }
    let (Some(site), Some(slot)) = (site, local.check_any(handle)) else {
        return;
    };
    if slot.state() == OBJECT {
        return record::tell(local, handle as Id, site);
    }
    let Some(slot) = local.check(handle) else {
        return;
    };
    record::tell(local, handle as Id, site);
    let (_, slot) = underlying(local, handle as Id, slot);
    if slot.state() == FAIL {
        // SAFETY: a failure owns a reference.
        let exn = unsafe { Exn::peek_bits(slot.a.get()) };
        tell_noted(local, &exn, site);
    }
}

/// A call at this place has made an exception, raised one, or given one out.
pub fn tell_exn(exn: &Exn, site: Option<Site>) {
    let local = local();
    if is_on_from_here(local)
        && let Some(site) = site
    {
        tell_noted(local, exn, site);
    }
}

/// A call at this place has returned: what it noted was there.
pub fn tell_returned(site: Option<Site>) {
    let local = local();
    if !is_on_from_here(local) {
        return;
    }
    let bits = mine(local).noted.get().0;
    if let (Some(site), Some(exn)) = (site, Exn::borrow_bits(bits)) {
        tell_noted(local, &exn, site);
    }
}

fn tell_noted(local: &Local, exn: &Exn, site: Site) {
    let (bits, at) = mine(local).noted.take();
    if bits == exn.bits() {
        exn.move_note(at, site);
    } else if exn.has_no_notes() {
        exn.note("made", site); // debugging began with this call
    }
}
