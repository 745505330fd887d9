//! Modules Lwt_rte and Lwt_runtime_events: what the main loop does, and what
//! waits, told to functions that the user installs, as it happens. Floor 0;
//! may call the handles and debugging, which knows the places.
//!
//! | file | what |
//! |---|---|
//! | `events` | the table of functions, as C sees it |
//! | `chrome` | a table that writes the format of Chrome's trace viewer |
//!
//! # What it costs
//!
//! Not installed: a load in each turn of the main loop, and nothing where a
//! promise is made. For binds that have to wait there is a mark on the thread
//! (`Local::watched`), which sends the creation of a promise to the cold end
//! that it has anyway; `turn` sets it.
//!
//! Functions are told one thread at a time each of their own events, but
//! several threads may tell them at once. What happens inside such a function
//! is not told, and what it raises goes to the async exception hook.

pub mod chrome;
pub mod events;

use crate::debug::site;
use crate::handle::local::{Local, TRACED, begin, local};
use crate::promise::{self, Promise, call};
use crate::value::Env;
use events::{lwt_rte_events, lwt_rte_span};
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};

static INSTALLED: AtomicBool = AtomicBool::new(false);
static EVENTS: RwLock<lwt_rte_events> = RwLock::new(lwt_rte_events::NONE);
static SPANS: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// Is an event being told on this thread?
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Has events told to these functions from now on; None: to nobody.
pub fn install(events: Option<lwt_rte_events>) {
    let mut there = EVENTS.write().unwrap_or_else(PoisonError::into_inner);
    *there = events.unwrap_or(lwt_rte_events::NONE);
    INSTALLED.store(events.is_some(), Relaxed);
    drop(there);
    mark(local());
}

/// Is anything told to anybody?
#[inline]
pub fn is_installed() -> bool {
    INSTALLED.load(Relaxed)
}

/// Has the thread's binds told, or not told any more.
#[cold]
#[inline(never)]
fn mark(local: &Local) {
    let installed = is_installed();
    if installed && begin().is_none() {
        return; // out of memory: nothing will be made that could wait
    }
    // A thread that has just begun may be watched by debugging.
    match (installed, local.watched.get()) {
        (true, 0) => local.watched.set(TRACED),
        (false, TRACED) => local.watched.set(0),
        _ => {}
    }
}

/// Tells an event.
#[cold]
#[inline(never)]
fn tell(event: impl FnOnce(&lwt_rte_events)) {
    struct Told;
    impl Drop for Told {
        fn drop(&mut self) {
            TELLING.set(false);
        }
    }
    if TELLING.replace(true) {
        return;
    }
    let _told = Told;
    // Not locked while the user's function runs: that may install another.
    let events = *EVENTS.read().unwrap_or_else(PoisonError::into_inner);
    event(&events);
}

/// `Lwt_rte.emit_paused_count`
pub fn emit_paused_count(count: usize) {
    if is_installed() {
        tell(|to| {
            if let Some(f) = to.paused_count {
                // SAFETY: the function and its environment came together from C.
                call::unit_of(f as usize, || unsafe { f(count, to.env) });
            }
        });
    }
}

/// `Lwt_rte.emit_job_count`
pub fn emit_job_count(count: usize) {
    if is_installed() {
        tell(|to| {
            if let Some(f) = to.unix_job_count {
                // SAFETY: the function and its environment came together from C.
                call::unit_of(f as usize, || unsafe { f(count, to.env) });
            }
        });
    }
}

/// `Lwt_rte.emit_sch_call_begin` and `emit_sch_call_end`
pub fn emit_sch_call(begins: bool) {
    if is_installed() {
        tell(|to| {
            if let Some(f) = to.sch_call {
                // SAFETY: the function and its environment came together from C.
                call::unit_of(f as usize, || unsafe { f(begins, to.env) });
            }
        });
    }
}

/// `Lwt_rte.emit_sch_lap`
pub fn emit_sch_lap() {
    if is_installed() {
        tell(|to| {
            if let Some(f) = to.sch_lap {
                // SAFETY: the function and its environment came together from C.
                call::unit_of(f as usize, || unsafe { f(to.env) });
            }
        });
    }
}

/// `Lwt_rte.emit_trace`
pub fn emit_trace(begins: bool, span: &lwt_rte_span) {
    if is_installed() {
        tell(|to| {
            if let Some(f) = to.trace {
                // SAFETY: the function and its environment came together from C.
                call::unit_of(f as usize, || unsafe { f(begins, span, to.env) });
            }
        });
    }
}

/// The main loop begins a turn, with so many paused promises and so many jobs
/// on their way.
#[inline]
pub fn turn(counts: impl FnOnce() -> (usize, usize)) {
    let local = local();
    if is_installed() || local.watched.get() == TRACED {
        mark(local);
        emit_sch_lap();
        let (paused, jobs) = counts();
        emit_paused_count(paused);
        emit_job_count(jobs);
    }
}

/// A number for a span.
pub fn span_id() -> u64 {
    SPANS.fetch_add(1, Relaxed)
}

/// A place that is known, as the user's macros tell it.
#[derive(Clone, Copy)]
pub struct Place {
    /// The file: a constant of the program.
    pub file: *const c_char,
    /// The line.
    pub line: c_int,
}

/// Something that waits. Its end is told when it is dropped.
struct Span {
    span: lwt_rte_span,
    /// What `span.file` points to, if it is ours.
    _file: Option<CString>,
}

impl Drop for Span {
    fn drop(&mut self) {
        emit_trace(false, &self.span);
    }
}

/// Something has to wait for `promise`, or goes on waiting: tells it, and that
/// it is over when the promise has resolved.
#[cold]
#[inline(never)]
pub fn waits(name: &'static CStr, promise: &Promise, place: Option<Place>) {
    if !is_installed() {
        return;
    }
    let mut file = None;
    let mut span = lwt_rte_span {
        id: span_id(),
        name: name.as_ptr(),
        file: std::ptr::null(),
        line: 0,
    };
    if let Some(place) = place {
        (span.file, span.line) = (place.file, place.line);
    } else if crate::debug::is_on(local())
        && let Some((known, line)) = parts(&site::here().text())
    {
        span.file = known.as_ptr();
        span.line = line;
        file = Some(known);
    }
    let span = Box::new(Span { span, _file: file });
    emit_trace(true, &span.span);
    let env = Env::new(Box::into_raw(span).cast(), Some(over));
    let _ = promise::watch(promise, env);
}

/// File and line of `file:line (function)`, or of `file:line` alone.
fn parts(place: &str) -> Option<(CString, c_int)> {
    let place = place.split_once(" (").map_or(place, |(place, _)| place);
    let (file, line) = place.rsplit_once(':')?;
    Some((CString::new(file).ok()?, line.parse().ok()?))
}

/// What a span waited for has been resolved, or never will be.
unsafe extern "C" fn over(span: *mut c_void) {
    // SAFETY: made by `waits`, and dropped once.
    drop(unsafe { Box::from_raw(span.cast::<Span>()) });
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_place_has_a_file_and_a_line_with_or_without_a_function() {
        let known = Some((c"a.c".to_owned(), 5));
        assert_eq!(parts("a.c:5 (f)"), known);
        assert_eq!(parts("a.c:5 (f), its last call"), known);
        assert_eq!(parts("a.c:5"), known);
        assert_eq!(parts("program+0x1234 (f)"), None);
        assert_eq!(parts("an unknown place"), None);
    }
}
