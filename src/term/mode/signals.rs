//! Signals that end or stop the process find the terminal as it was. Module Lwt_term.
//! Calls `terminal`, which is async-signal-safe, and the handler of stack overflows.
//!
//! Handlers are put where there is none; who has one of his own takes care of himself.
//! They do nothing while the terminal is as it was, and so they stay.

use super::terminal::TERMINAL;
use crate::direct::overflow;
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;

/// Those whose default is the end, but for those of real time. Faults first.
const ENDS: [c_int; 22] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGSYS,
    libc::SIGABRT,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGPIPE,
    libc::SIGALRM,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
    libc::SIGXFSZ,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGIO,
    libc::SIGPWR,
    libc::SIGSTKFLT,
];
/// How many of them the kernel sends again when the handler returns.
const FAULTS: usize = 6;

/// What there was before, where that is not the default.
struct Before(UnsafeCell<[MaybeUninit<libc::sigaction>; FAULTS]>);

// SAFETY: an entry is written under the lock in `mode`, before the handler that reads
// it is installed, and never again while it is.
unsafe impl Sync for Before {}

static BEFORE: Before = Before(UnsafeCell::new([const { MaybeUninit::zeroed() }; FAULTS]));

fn default() -> libc::sigaction {
    // SAFETY: all zero is the default action, with no flags and nothing blocked.
    unsafe { std::mem::zeroed() }
}

fn now(signal: c_int) -> Option<libc::sigaction> {
    let mut now = MaybeUninit::zeroed();
    // SAFETY: asks only, and there is room for the answer.
    match unsafe { libc::sigaction(signal, ptr::null(), now.as_mut_ptr()) } {
        // SAFETY: filled in; and all zero is a value too.
        0 => Some(unsafe { now.assume_init() }),
        _ => None,
    }
}

fn install(signal: c_int, handler: usize, flags: c_int) {
    let mut action = default();
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_ONSTACK | flags;
    // SAFETY: the handlers here are async-signal-safe, are never unloaded, and have the
    // signatures that the flags ask for.
    unsafe { libc::sigaction(signal, &action, ptr::null_mut()) };
}

/// From now on. Under the lock.
pub fn watch() {
    let all = ENDS.into_iter().chain(libc::SIGRTMIN()..=libc::SIGRTMAX());
    for (at, signal) in all.enumerate() {
        let Some(before) = now(signal) else { continue };
        let fault = at < FAULTS;
        let chained = fault && overflow::is_handler(before.sa_sigaction);
        if before.sa_sigaction != libc::SIG_DFL && !chained {
            continue;
        }
        if fault {
            // SAFETY: the handler that reads it is not installed.
            unsafe { (*BEFORE.0.get())[at].write(before) };
        }
        install(signal, end as *const () as usize, libc::SA_SIGINFO);
    }
    if now(libc::SIGTSTP).is_some_and(|now| now.sa_sigaction == libc::SIG_DFL) {
        install(libc::SIGTSTP, stop as *const () as usize, libc::SA_RESTART);
    }
}

/// The process ends: first the terminal is as it was.
///
/// # Safety
/// Called by the kernel.
unsafe extern "C" fn end(signal: c_int, info: *mut libc::siginfo_t, _context: *mut c_void) {
    TERMINAL.undo();
    let place = ENDS[..FAULTS].iter().position(|&fault| fault == signal);
    let before = match place {
        // SAFETY: written before this handler was installed.
        Some(at) => unsafe { (*BEFORE.0.get())[at].assume_init() },
        None => default(),
    };
    // SAFETY: async-signal-safe; the kernel gave `info`. A fault comes again when this
    // returns, with its address; what was sent has to be sent again.
    unsafe {
        libc::sigaction(signal, &before, ptr::null_mut());
        if place.is_none() || (*info).si_code <= 0 {
            libc::raise(signal);
        }
    }
}

/// The process is to stop: meanwhile the terminal is as it was.
///
/// # Safety
/// Called by the kernel.
unsafe extern "C" fn stop(signal: c_int) {
    // SAFETY: async-signal-safe; sets that are made before they are used. With the
    // default action and unblocked, `raise` returns when the process goes on (or at
    // once, in a group of processes that no shell looks after).
    unsafe {
        let errno = libc::__errno_location();
        let error = *errno;
        TERMINAL.undo();
        libc::sigaction(signal, &default(), ptr::null_mut());
        let mut this = MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(this.as_mut_ptr());
        libc::sigaddset(this.as_mut_ptr(), signal);
        libc::raise(signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, this.as_ptr(), before.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
        install(signal, stop as *const () as usize, libc::SA_RESTART);
        TERMINAL.redo();
        *errno = error;
    }
}
