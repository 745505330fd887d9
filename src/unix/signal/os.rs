//! The system's side of signals: what runs when one arrives, and the disposition
//! that was there before. Calls notifications for nothing but sends.
//!
//! What a signal is to be told to is a list of nodes, a notification in each.
//! The list of a signal only grows, and a node that is not used any more holds
//! 0 until it is used again: whoever walks the list, in a signal handler at any
//! moment, needs no lock.

use crate::scheduler::notification;
use crate::unix::process_lock::ProcessLock;
use std::ffi::c_int;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{
    AtomicIsize, AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

/// One more than the highest signal.
const SIGNALS: usize = 65;

/// Whom a signal is told to: a notification, or 0.
pub struct Node {
    id: AtomicIsize,
    next: *mut Node,
}

static NODES: [AtomicPtr<Node>; SIGNALS] = [const { AtomicPtr::new(ptr::null_mut()) }; SIGNALS];

/// What there was before the library's handler, and how many want that.
struct Disposition {
    users: u32,
    previous: MaybeUninit<libc::sigaction>,
}

// SAFETY: numbers and addresses, which belong to no thread.
unsafe impl Send for Disposition {}

static DISPOSITIONS: ProcessLock<[Disposition; SIGNALS]> = ProcessLock::new(
    [const {
        Disposition {
            users: 0,
            previous: MaybeUninit::uninit(),
        }
    }; SIGNALS],
);

/// Runs `f`, which does not wait, on the disposition of a signal, which was checked by
/// `usable`.
fn with<R>(signal: c_int, f: impl FnOnce(&mut Disposition) -> R) -> R {
    DISPOSITIONS.with(|all| f(&mut all[signal as usize]))
}

/// Can a handler in the main loop make sense of this signal? Not of those that
/// can't be caught, nor of the faults of the program, which would come again
/// and again before the loop got to them.
pub fn usable(signal: c_int) -> bool {
    let bad = [
        libc::SIGKILL,
        libc::SIGSTOP,
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
    ];
    (1..SIGNALS as c_int).contains(&signal) && !bad.contains(&signal)
}

/// Sends what is in the nodes of a signal. Async-signal-safe: see the head of
/// this file, and `notification::send`.
pub fn deliver(signal: c_int) {
    let Some(nodes) = NODES.get(signal as usize) else {
        return;
    };
    // Acquire: a node is written before it is put there.
    // SAFETY: nodes are never freed.
    let mut node = unsafe { nodes.load(Acquire).as_ref() };
    while let Some(Node { id, next }) = node {
        match id.load(Acquire) {
            0 => {}
            id => notification::send(id),
        }
        // SAFETY: as above.
        node = unsafe { next.as_ref() };
    }
}

extern "C" fn arrived(signal: c_int) {
    deliver(signal);
}

/// From now on the notification is sent when the signal arrives.
pub fn listen(signal: c_int, id: isize) -> &'static Node {
    let nodes = &NODES[signal as usize];
    let first = nodes.load(Acquire);
    let mut at = first;
    // SAFETY: nodes are never freed.
    while let Some(node) = unsafe { at.as_ref() } {
        if node.id.compare_exchange(0, id, AcqRel, Relaxed).is_ok() {
            return node;
        }
        at = node.next;
    }
    let node = Box::into_raw(Box::new(Node {
        id: AtomicIsize::new(id),
        next: first,
    }));
    while let Err(first) = nodes.compare_exchange_weak(
        // SAFETY: made here, and nobody sees it yet.
        unsafe { (*node).next },
        node,
        Release,
        Relaxed,
    ) {
        // SAFETY: as above.
        unsafe { (*node).next = first };
    }
    // SAFETY: never freed.
    unsafe { &*node }
}

/// Not any more.
pub fn ignore(node: &Node) {
    node.id.store(0, Release);
}

fn handler() -> libc::sigaction {
    // SAFETY: a structure of numbers, for which zero will do.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = arrived as *const () as usize;
    // Calls of the system go on, and no handler runs on a fiber's small stack
    // where the program has given signals one of their own.
    action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
    action
}

/// Has the system call the handler; `previous` gets what there was.
fn set(signal: c_int, previous: *mut libc::sigaction) -> io::Result<()> {
    // SAFETY: the handler is async-signal-safe and is never unloaded.
    match unsafe { libc::sigaction(signal, &handler(), previous) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What the system does with a signal now is the handler.
fn is_set(signal: c_int) -> bool {
    let mut now = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: asks only, and writes the structure.
    unsafe {
        libc::sigaction(signal, ptr::null(), now.as_mut_ptr());
        now.assume_init().sa_sigaction == arrived as *const () as usize
    }
}

/// One more who wants the handler installed.
pub fn install(signal: c_int) -> io::Result<()> {
    with(signal, |disposition| {
        if disposition.users == 0 {
            set(signal, disposition.previous.as_mut_ptr())?;
        }
        disposition.users += 1;
        Ok(())
    })
}

/// One less. After the last the disposition is that of before, unless somebody
/// has taken the signal over meanwhile.
pub fn uninstall(signal: c_int) {
    with(signal, |disposition| {
        disposition.users -= 1;
        if disposition.users == 0 && is_set(signal) {
            // SAFETY: `install` has written it, and it was the process's.
            unsafe { libc::sigaction(signal, disposition.previous.as_ptr(), ptr::null_mut()) };
        }
    });
}

/// Installs the handler again, if it is wanted.
pub fn reinstall(signal: c_int) {
    with(signal, |disposition| {
        if disposition.users > 0 {
            // It was possible before.
            let _ = set(signal, ptr::null_mut());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_loop_can_wait_for_is_not_usable() {
        for signal in [i32::MIN, -1, 0, 9, 11, 19, 65, i32::MAX] {
            assert!(!usable(signal), "{signal}");
        }
        for signal in [1, 2, 15, 17, 34, 64] {
            assert!(usable(signal), "{signal}");
        }
    }

    #[test]
    fn a_node_that_was_given_up_is_used_again() {
        let first = listen(63, 1 << 40);
        let second = listen(63, 2 << 40);
        ignore(first);
        assert!(ptr::eq(listen(63, 3 << 40), first));
        assert!(!ptr::eq(first, second));
        deliver(63); // ids that are nobody's
        ignore(first);
        ignore(second);
    }
}
