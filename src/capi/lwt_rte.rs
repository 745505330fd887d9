//! `lwt_rte.h`: modules Lwt_rte and Lwt_runtime_events, tracing.

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, LWT_UNIX_ERROR};
use crate::rte::events::{lwt_rte_events, lwt_rte_span};
use crate::rte::{self, chrome};
use std::ffi::{c_char, c_int};

/// Has the events of all threads told to these functions from now on, instead
/// of those before; NULL: to nobody. The table is copied; what it points to has
/// to last. Its size may be that of an older or a newer version: functions that
/// this one does not know are not called.
///
/// Returns LWT_OK, or LWT_INVALID_ARGUMENT if the table's size is too small; it
/// is not installed then. Any thread. An event that another thread is telling
/// just now may still reach the functions that were there before, and the binds
/// of other threads are told from the next turn of their main loops on.
///
/// # Safety
/// `events` is NULL or leads to as many bytes as its size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_rte_install(events: *const lwt_rte_events) -> c_int {
    if events.is_null() {
        rte::install(None);
        return LWT_OK;
    }
    // SAFETY: the caller's promise.
    match unsafe { lwt_rte_events::copy(events) } {
        Some(events) => rte::install(Some(events)),
        None => return LWT_INVALID_ARGUMENT,
    }
    LWT_OK
}

/// Are functions installed? Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_is_installed() -> bool {
    rte::is_installed()
}

/// Installs functions that write each event to a descriptor, as JSON that
/// chrome://tracing and Perfetto read: times are those of CLOCK_MONOTONIC. The
/// descriptor stays yours, and is written to with write(2), which blocks; when
/// it can't be written to, events are lost.
///
/// Returns LWT_OK, or LWT_UNIX_ERROR if the beginning can't be written: errno
/// tells why; nothing is installed then. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_write_chrome_trace(fd: c_int) -> c_int {
    match chrome::events(fd) {
        Some(events) => rte::install(Some(events)),
        None => return LWT_UNIX_ERROR,
    }
    LWT_OK
}

/// Installs nobody, and writes the end of what lwt_rte_write_chrome_trace has
/// begun on this descriptor. Returns LWT_OK or LWT_UNIX_ERROR, with errno. Any
/// thread; events that other threads are writing just now would come too late.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_end_chrome_trace(fd: c_int) -> c_int {
    rte::install(None);
    match chrome::finish(fd) {
        true => LWT_OK,
        false => LWT_UNIX_ERROR,
    }
}

/// Tells the counter "lwt-paused-count", `Lwt_rte.emit_paused_count`. Does
/// nothing, as all emit functions, if no functions are installed, or within one
/// of these functions. The main loop does it in each turn. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_emit_paused_count(count: usize) {
    rte::emit_paused_count(count);
}

/// Tells the counter "lwt-unix-job-count", `Lwt_rte.emit_job_count`. The main
/// loop does it in each turn. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_emit_job_count(count: usize) {
    rte::emit_job_count(count);
}

/// Begins the span "lwt-sch-call", `Lwt_rte.emit_sch_call_begin`. lwt_main_run
/// and lwt_main_run_until do it. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_emit_sch_call_begin() {
    rte::emit_sch_call(true);
}

/// Ends the span "lwt-sch-call", `Lwt_rte.emit_sch_call_end`. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_emit_sch_call_end() {
    rte::emit_sch_call(false);
}

/// Makes the mark "lwt-sch-lap", `Lwt_rte.emit_sch_lap`. The main loop does it
/// at the beginning of each turn. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_emit_sch_lap() {
    rte::emit_sch_lap();
}

/// Begins or ends a span "lwt-trace", `Lwt_rte.emit_trace`. `name` may be NULL,
/// which is "", and so may `file`, which is unknown; both are borrowed. `id` is
/// what lwt_rte_span_id gave, the same at both ends. Any thread.
///
/// # Safety
/// Both texts are NULL, or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_rte_emit_trace(
    begins: bool,
    id: u64,
    name: *const c_char,
    file: *const c_char,
    line: c_int,
) {
    let name = if name.is_null() { c"".as_ptr() } else { name };
    let span = lwt_rte_span {
        id,
        name,
        file,
        line,
    };
    rte::emit_trace(begins, &span);
}

/// A number for a span of lwt_rte_emit_trace, which no other span has. Any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_rte_span_id() -> u64 {
    rte::span_id()
}
