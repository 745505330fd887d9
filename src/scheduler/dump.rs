//! What the scheduler of a thread adds to a dump, and dumps on a signal. May
//! call floor 0 and the scheduler's own modules.

use super::{existing, job, notification};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, LWT_OUT_OF_MEMORY};
use crate::debug::dump::{self, Format, Writer};
use std::ffi::c_int;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

/// Has the scheduler's sections written.
pub(super) fn register() {
    dump::add_section("descriptors", descriptors);
    dump::add_section("timers", timers);
    dump::add_section("jobs", job::run::dump);
    dump::add_section("notifications", notifications);
}

fn descriptors(out: &mut Writer) {
    if let Some(scheduler) = existing()
        && let Ok(watch) = scheduler.watch.try_borrow()
    {
        watch.dump(out);
    }
}

/// Sleeps are promises, and are told as such.
fn timers(out: &mut Writer) {
    if let Some(scheduler) = existing() {
        scheduler.timers.dump(out);
    }
}

fn notifications(out: &mut Writer) {
    if let Some(scheduler) = existing() {
        scheduler.notifications.dump(out);
    }
}

/// The signals that there are.
const SIGNALS: usize = 65;

/// The notification of each signal; 0: none.
static IDS: [AtomicIsize; SIGNALS] = [const { AtomicIsize::new(0) }; SIGNALS];

extern "C" fn on_signal(signal: c_int) {
    // What a notification's send needs only: neither locks nor allocates.
    if let Some(id) = IDS.get(signal as usize) {
        notification::send(id.load(Relaxed));
    }
}

fn set_handler(signal: c_int, handler: libc::sighandler_t) -> bool {
    // SAFETY: all zero is a value of it, and it is ours.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
    // SAFETY: `action` is whole; the handler is async-signal-safe.
    unsafe {
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signal, &action, std::ptr::null_mut()) == 0
    }
}

/// Has the calling thread write a dump each time that the signal comes, in the
/// next turn of its main loop. Returns `LWT_OK` or a kind of error.
pub fn start_on_signal(signal: c_int, fd: c_int, format: Format) -> c_int {
    let place = match IDS.get(signal as usize) {
        Some(place) if signal > 0 => place,
        _ => return LWT_INVALID_ARGUMENT,
    };
    stop_on_signal(signal);
    let write = move || {
        // Nobody could be told of a failure.
        let _ = dump::to_fd(fd, format);
    };
    let Some(id) = notification::make_quiet(write) else {
        return LWT_OUT_OF_MEMORY;
    };
    place.store(id, Relaxed);
    if set_handler(signal, on_signal as *const () as libc::sighandler_t) {
        return LWT_OK;
    }
    place.store(0, Relaxed);
    notification::stop(id);
    LWT_INVALID_ARGUMENT
}

/// No more: the signal does what it does by default. Nothing happens if it
/// writes no dump.
pub fn stop_on_signal(signal: c_int) {
    let Some(place) = IDS.get(signal as usize) else {
        return;
    };
    let id = place.swap(0, Relaxed);
    if id != 0 {
        set_handler(signal, libc::SIG_DFL);
        notification::stop(id);
    }
}
