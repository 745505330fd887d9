//! What was left behind, at the end of a watched thread or of the process:
//! promises that were never resolved, wakeners that were given up unused,
//! handles that were never released; by the places where they were made.
//!
//! At the end of the process it is the thread that calls exit(3) which is told
//! about, after all that was registered with atexit(3). A child of a fork tells
//! nothing: what it has is its parent's.

use super::dump::links::{Links, each_held};
use super::dump::promises::slots;
use super::passed::made;
use super::site::Site;
use super::{is_on, mine, record};
use crate::exn::{self, Exn};
use crate::handle::local::{Local, local};
use crate::handle::slot::{Id, Slot};
use crate::handle::{object, remote};
use crate::promise::Source;
use crate::promise::state::*;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// The process that is watched.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// Lines that are written.
const LINES: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum What {
    Unresolved,
    Unused,
    Unreleased,
}

impl What {
    fn words(self, one: bool) -> &'static str {
        match (self, one) {
            (What::Unresolved, true) => "promise was never resolved",
            (What::Unresolved, false) => "promises were never resolved",
            (What::Unused, true) => "wakener was given up unused",
            (What::Unused, false) => "wakeners were given up unused",
            (What::Unreleased, true) => "handle was never released",
            (What::Unreleased, false) => "handles were never released",
        }
    }
}

/// How many there are of each, how made, and where.
#[derive(Default)]
pub struct Left(HashMap<(What, &'static str, Site), u64>);

impl Left {
    fn add(&mut self, what: What, how: &'static str, site: Site, count: u64) {
        if count > 0 {
            *self.0.entry((what, how, site)).or_default() += count;
        }
    }
}

/// A thread is watched, from now on at the latest.
pub(super) fn expect() {
    // SAFETY: no preconditions.
    let me = unsafe { libc::getpid() };
    let _ = PROCESS.compare_exchange(0, me, Relaxed, Relaxed);
}

fn is_child() -> bool {
    // SAFETY: no preconditions.
    PROCESS.load(Relaxed) != unsafe { libc::getpid() }
}

/// A wakener is given up unused: that of this promise.
#[cold]
#[inline(never)]
pub fn unused(local: &Local, id: Id) {
    if let Some((site, _)) = record::of(local, id) {
        let mut unused = mine(local).unused.borrow_mut();
        *unused.entry((made(local.at(id)), site)).or_default() += 1;
    }
}

/// What is pending. Only what was watched when it was made.
fn unresolved(local: &Local, left: &mut Left) {
    slots(local, |id, slot| {
        if slot.state() == PENDING
            && let Some((site, _)) = record::of(local, id)
        {
            left.add(What::Unresolved, made(slot), site, 1);
        }
    });
    for (&(how, site), &count) in mine(local).unused.borrow().iter() {
        left.add(What::Unused, how, site, count);
    }
}

/// How many of a promise's references are the library's own, though they count
/// as a user's: those of what waits for it.
fn own_references(local: &Local) -> HashMap<Id, u64> {
    let links = Links::now();
    let mut own = HashMap::new();
    slots(local, |id, slot| {
        // Of one that is a part of a resolved one, what resolved it is gone.
        let waits = match slot.state() {
            PENDING => true,
            PROXY => !is_resolved(underlying(local, id, slot).1),
            _ => false,
        };
        if waits && op(slot) == EXTERNAL {
            // SAFETY: `external` put a `&'static Source` there, and it stays.
            let source = unsafe { &*(slot.f.get() as usize as *const Source) };
            if let Some(link) = links.of(source) {
                let data = [slot.env.get(), slot.drop.get()];
                link(data, &mut |id| *own.entry(id).or_default() += 1);
            }
        }
    });
    each_held(&mut |id| *own.entry(id).or_default() += 1);
    own
}

fn how_made(slot: &Slot) -> &'static str {
    match slot.state() {
        OBJECT => object::name(slot.op()),
        _ if op(slot) == DEAD => "promise",
        // What resolved it is no longer known.
        RETURN | FAIL | SHARED if matches!(op(slot), EXTERNAL | MADE) => "promise",
        TASK => "task",
        _ => made(slot),
    }
}

fn unreleased(local: &Local, own: &HashMap<Id, u64>, left: &mut Left) {
    slots(local, |id, slot| {
        let users = match slot.state() {
            PENDING | PROXY | RETURN | FAIL | SHARED => {
                let users = u64::from(slot.refs.get() as u32);
                users.saturating_sub(own.get(&id).copied().unwrap_or(0))
            }
            OBJECT => slot.refs.get(),
            _ => 0,
        };
        if users > 0
            && let Some((site, _)) = record::of(local, id)
        {
            left.add(What::Unreleased, how_made(slot), site, 1);
        }
    });
}

/// Exceptions of which C has references: no thread's in particular.
fn unreleased_exceptions(left: &mut Left) {
    exn::each_live(|bits, users| {
        if users > 0
            && let Some(exn) = Exn::borrow_bits(bits)
            && let Some(site) = exn.origin()
        {
            left.add(What::Unreleased, "exception", site, 1);
        }
    });
}

impl Left {
    /// Writes the report to standard error, if there is anything to tell.
    fn write(self, local: &Local, end_of: &str) {
        if self.0.is_empty() {
            return;
        }
        // Different places may have one name: the lines of one function that is
        // inlined in many, or files without debugging information.
        let mut lines: HashMap<(What, &str, Arc<str>), u64> = HashMap::new();
        for ((what, how, site), count) in self.0 {
            *lines.entry((what, how, site.text())).or_default() += count;
        }
        let mut lines: Vec<_> = lines.into_iter().collect();
        lines.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        let mut text = format!(
            "liblwt: at the end of {end_of}, left behind by thread {}:\n",
            local.owner()
        );
        for ((what, how, place), count) in lines.iter().take(LINES) {
            text += &format!("{count:>8} {}: {how} at {place}\n", what.words(*count == 1));
        }
        if lines.len() > LINES {
            text += &format!("         and {} more places\n", lines.len() - LINES);
        }
        // SAFETY: the bytes live through the call.
        unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
    }
}

/// A thread is about to end: what is pending, before all is given up.
#[cold]
pub fn before_the_end(local: &Local) -> Option<Left> {
    if !is_on(local) || is_child() {
        return None;
    }
    let mut left = Left::default();
    unresolved(local, &mut left);
    Some(left)
}

/// What the library had itself is given up: what else is there?
#[cold]
pub fn at_the_end(local: &Local, mut left: Left) {
    if is_on(local) {
        // What waited is gone, and with it what it had.
        unreleased(local, &HashMap::new(), &mut left);
        left.write(local, "a thread");
    }
}

/// The end of the process.
extern "C" fn at_process_end() {
    let local = local();
    if let Some(mut left) = before_the_end(local) {
        // There is no turn any more in which they would be released; and what their
        // drop functions would use may be gone.
        remote::given_up().for_each(|handle| super::disown(local, handle as Id));
        unreleased(local, &own_references(local), &mut left);
        unreleased_exceptions(&mut left);
        left.write(local, "the process");
    }
}

/// Runs after what was registered with atexit(3), and after the destructors of
/// C++, which may still release handles.
#[used]
#[unsafe(link_section = ".fini_array")]
static FINI: extern "C" fn() = at_process_end;
