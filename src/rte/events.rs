//! Module Lwt_rte, the table of functions that are told of events: what C sees
//! of it. `lwt_rte.h` is generated from this file too.
#![allow(non_camel_case_types)]

use std::ffi::{c_char, c_int, c_void};

/// What waits, of the span "lwt-trace".
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lwt_rte_span {
    /// The span's number: its beginning and its end have the same, and no other
    /// span of the process.
    pub id: u64,
    /// What waits, "bind" or "await"; or what lwt_rte_emit_trace was given.
    /// Never NULL.
    pub name: *const c_char,
    /// Where it was called; NULL if that is not known.
    pub file: *const c_char,
    /// The line in that file, or 0.
    pub line: c_int,
}

/// Functions that are told of events, each of which may be NULL, and their
/// environment.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_rte_events {
    /// sizeof(struct lwt_rte_events), so that later versions can have more.
    pub size: usize,
    /// For all functions.
    pub env: *mut c_void,
    /// The counter "lwt-paused-count": how many promises of this thread are
    /// paused.
    pub paused_count: Option<unsafe extern "C" fn(count: usize, env: *mut c_void)>,
    /// The counter "lwt-unix-job-count": how many jobs of this thread are on
    /// their way.
    pub unix_job_count: Option<unsafe extern "C" fn(count: usize, env: *mut c_void)>,
    /// The span "lwt-sch-call" begins (true) or ends: this thread's main loop
    /// runs.
    pub sch_call: Option<unsafe extern "C" fn(begins: bool, env: *mut c_void)>,
    /// The mark "lwt-sch-lap": the main loop begins a turn.
    pub sch_lap: Option<unsafe extern "C" fn(env: *mut c_void)>,
    /// The span "lwt-trace" begins (true) or ends: something waits.
    pub trace:
        Option<unsafe extern "C" fn(begins: bool, span: *const lwt_rte_span, env: *mut c_void)>,
}

// SAFETY: whoever installs the table says that its functions may be called with
// its environment on any thread.
unsafe impl Send for lwt_rte_events {}
// SAFETY: as above.
unsafe impl Sync for lwt_rte_events {}

impl lwt_rte_events {
    /// A table of no functions.
    pub const NONE: lwt_rte_events = lwt_rte_events {
        size: size_of::<lwt_rte_events>(),
        env: std::ptr::null_mut(),
        paused_count: None,
        unix_job_count: None,
        sch_call: None,
        sch_lap: None,
        trace: None,
    };

    /// A copy of the table at `table`, whose version may know fewer functions,
    /// or more. None: it is too small to be one.
    ///
    /// # Safety
    /// `table` leads to as many bytes as its field `size` says.
    pub unsafe fn copy(table: *const lwt_rte_events) -> Option<lwt_rte_events> {
        let mut copy = lwt_rte_events::NONE;
        // SAFETY: the caller's promise; `size` comes first.
        let size = unsafe { (&raw const (*table).size).read() };
        if size < std::mem::offset_of!(lwt_rte_events, paused_count) {
            return None;
        }
        // SAFETY: no more bytes than both have; absent functions stay None,
        // and each of the others is copied whole or not at all, as sizes are
        // multiples of a word: a part of one would be no address.
        unsafe {
            let whole = size.min(size_of::<lwt_rte_events>()) & !(size_of::<usize>() - 1);
            std::ptr::copy_nonoverlapping(table.cast::<u8>(), (&raw mut copy).cast::<u8>(), whole);
        }
        copy.size = size_of::<lwt_rte_events>();
        Some(copy)
    }
}
