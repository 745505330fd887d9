//! The beginning of a thread's use of the library, and its end.

use super::local::local;
use super::region;
use super::remote::{self, Remote};
use super::slot::OWNER_SHIFT;
use crate::promise::thread::Work;
use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::Arc;

/// What handles keep for a thread.
pub struct Thread {
    /// What it took from the region.
    pub(super) chunks: RefCell<Vec<u32>>,
    at_exit: RefCell<Vec<fn()>>,
    /// Run before those.
    first_at_exit: Cell<Option<fn()>>,
    /// This thread as the others see it.
    pub remote: Arc<Remote>,
}

/// How often the end of a thread looks for what is to be dropped.
const PASSES: u32 = 100;

/// Readies this thread for the library, once. None: out of memory, or too many
/// threads.
#[cold]
pub fn begin() -> Option<&'static Thread> {
    let local = local();
    let known = local.thread.get();
    if !known.is_null() {
        // SAFETY: made below, freed at the end of the thread.
        return Some(unsafe { &*known });
    }
    let base = region::base();
    if base.is_null() || !watch_thread_end() {
        return None;
    }
    super::fork::notice();
    let (owner, remote) = remote::register()?;
    let thread = Box::new(Thread {
        chunks: RefCell::default(),
        at_exit: RefCell::default(),
        first_at_exit: Cell::new(None),
        remote,
    });
    local.owner.set(u32::from(owner) << OWNER_SHIFT);
    local.base.set(base);
    local.work.set(Box::into_raw(Box::new(Work::new())));
    local.thread.set(Box::into_raw(thread));
    crate::debug::begin(local);
    crate::promise::thread::make_spare(local);
    // SAFETY: just made.
    Some(unsafe { &*local.thread.get() })
}

/// Has [`end`] called when this thread ends. A key of pthread and no
/// `thread_local!`: its destructors run after those of the language runtimes,
/// and not at `exit`, when the main thread's promises may still be in use.
fn watch_thread_end() -> bool {
    use once_cell::sync::OnceCell;
    static KEY: OnceCell<libc::pthread_key_t> = OnceCell::new();
    unsafe extern "C" fn at_end(_: *mut libc::c_void) {
        end();
    }
    let key = KEY.get_or_try_init(|| {
        let mut key = 0;
        // SAFETY: `key` is ours to write; `at_end` takes what it is given.
        let done = unsafe { libc::pthread_key_create(&mut key, Some(at_end)) };
        if done == 0 { Ok(key) } else { Err(()) }
    });
    // SAFETY: the key was made; any value but NULL will do.
    key.is_ok_and(|&key| unsafe { libc::pthread_setspecific(key, ptr::dangling()) } == 0)
}

/// The end of a thread: what was registered runs, what was posted runs, then
/// all its handles go stale and what they own is dropped.
fn end() {
    let local = local();
    if local.thread.get().is_null() {
        return;
    }
    // SAFETY: made by `begin`, freed below and nowhere else.
    let thread = unsafe { &*local.thread.get() };
    let left = crate::debug::report::before_the_end(local);
    if let Some(f) = thread.first_at_exit.take() {
        f();
    }
    loop {
        let last = thread.at_exit.borrow_mut().pop();
        match last {
            Some(f) => f(),
            None => break,
        }
    }
    crate::promise::thread::begin_end();
    remote::close(&thread.remote);
    if let Some(left) = left {
        crate::debug::report::at_the_end(local, left);
    }
    // Drop functions may make promises, and take further chunks for them; one
    // that always makes more is not waited for.
    for _ in 0..PASSES {
        let chunks = thread.chunks.borrow().clone();
        if !crate::promise::thread::end(local, &chunks) {
            break;
        }
    }
    remote::unregister(local.owner());
    for first in thread.chunks.take() {
        for id in first.max(1)..first + region::CHUNK {
            let slot = local.at(id);
            if slot.me() != 0 {
                slot.set_me(slot.next_generation());
            }
            slot.set_tag(0);
            slot.refs.set(0);
            // It may be a wakener, which the next thread must not take for its own.
            slot.b.set(0);
        }
        region::give_back(first);
    }
    let (work, thread) = (local.work.get(), local.thread.get());
    // SAFETY: `Local` is valid when zeroed; the pointers taken above were made
    // by `Box::into_raw` in `begin`, and nothing refers to them any more.
    unsafe {
        ptr::write_bytes(ptr::from_ref(local).cast_mut(), 0, 1);
        drop(Box::from_raw(work));
        drop(Box::from_raw(thread));
    }
}

/// Has `f` called when this thread ends, before its handles go stale; last
/// registered first.
pub fn at_thread_exit(f: fn()) {
    if let Some(thread) = begin() {
        thread.at_exit.borrow_mut().push(f);
    }
}

/// Has `f` called before all those, while everything still works: the main loop's
/// exit hooks.
pub fn first_at_thread_exit(f: fn()) {
    if let Some(thread) = begin() {
        thread.first_at_exit.set(Some(f));
    }
}

#[cfg(test)]
mod tests {
    use crate::promise::resolved;
    use crate::value::Value;
    use std::ffi::c_void;
    use std::ptr::without_provenance_mut;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    /// On a thread of its own: a promise whose drop function makes more.
    fn ends_with(word: usize, drop: unsafe extern "C" fn(*mut c_void)) {
        let value = move || Value::new(without_provenance_mut(word), Some(drop));
        std::thread::spawn(move || resolved(value()).into_bits())
            .join()
            .unwrap();
    }

    #[test]
    fn what_drop_functions_make_at_the_end_is_dropped_too() {
        static DROPS: AtomicUsize = AtomicUsize::new(0);
        unsafe extern "C" fn make_more(depth: *mut c_void) {
            DROPS.fetch_add(1, Relaxed);
            for n in 0..depth.addr() * 300 {
                let word = without_provenance_mut(depth.addr() - 1);
                let promise = resolved(Value::new(word, Some(make_more)));
                if n % 2 == 0 {
                    std::mem::forget(promise); // nobody releases it
                }
            }
        }
        ends_with(2, make_more);
        assert_eq!(DROPS.load(Relaxed), 1 + 600 + 600 * 300);
    }

    #[test]
    fn a_drop_function_that_always_makes_more_does_not_keep_the_thread() {
        unsafe extern "C" fn make_another(_: *mut c_void) {
            let value = Value::new(without_provenance_mut(1), Some(make_another));
            resolved(value).into_bits();
        }
        ends_with(1, make_another);
    }
}
