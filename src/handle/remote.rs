//! What another thread may do to this one: post a closure, which runs in the
//! next turn of its main loop.

use super::local::local;
use super::region;
use super::thread::begin;
use once_cell::sync::OnceCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Posted = Box<dyn FnOnce() + Send>;

/// A thread, as seen from the others.
pub struct Remote {
    /// None: the thread has ended.
    posted: Mutex<Option<Vec<Posted>>>,
    /// A hint for the owner, so that a turn with nothing posted takes no lock.
    some: AtomicBool,
    waker: OnceCell<Box<dyn Fn() + Send + Sync>>,
}

/// The thread has ended.
#[derive(Debug)]
pub struct Ended;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remote {
    /// Runs `f` on that thread in the next turn of its main loop, or when it
    /// ends. Wakes it. May lock and allocate: not for signal handlers.
    pub fn post(&self, f: Box<dyn FnOnce() + Send>) -> Result<(), Ended> {
        match &mut *lock(&self.posted) {
            Some(posted) => posted.push(f),
            None => return Err(Ended),
        }
        // Release: who sees the hint sees, through the lock, the closure.
        self.some.store(true, Ordering::Release);
        if let Some(wake) = self.waker.get() {
            wake();
        }
        Ok(())
    }

    /// How the scheduler of that thread is woken. Set once, by floor 1.
    pub fn set_waker(&self, wake: Box<dyn Fn() + Send + Sync>) {
        let _ = self.waker.set(wake);
    }

    fn run(&self) -> usize {
        if !self.some.swap(false, Ordering::Acquire) {
            return 0;
        }
        let posted = match &mut *lock(&self.posted) {
            Some(posted) => std::mem::take(posted),
            None => return 0,
        };
        let count = posted.len();
        posted.into_iter().for_each(|f| f());
        count
    }
}

/// The threads by number; number 0 is nobody's.
static THREADS: Mutex<Vec<Option<Arc<Remote>>>> = Mutex::new(Vec::new());

/// A number for the calling thread. None: all are taken.
pub(super) fn register() -> Option<(u16, Arc<Remote>)> {
    let remote = Arc::new(Remote {
        posted: Mutex::new(Some(Vec::new())),
        some: AtomicBool::new(false),
        waker: OnceCell::new(),
    });
    let mut threads = lock(&THREADS);
    if threads.is_empty() {
        threads.push(None);
    }
    let free = threads
        .iter()
        .skip(1)
        .position(Option::is_none)
        .map(|i| i + 1);
    let number = free.unwrap_or(threads.len());
    let owner = u16::try_from(number).ok()?;
    if number == threads.len() {
        threads.push(None);
    }
    threads[number] = Some(remote.clone());
    Some((owner, remote))
}

/// The number is free for another thread.
pub(super) fn unregister(owner: u16) {
    if let Some(thread) = lock(&THREADS).get_mut(usize::from(owner)) {
        *thread = None;
    }
}

/// Runs what was posted, until there is nothing more, and takes no more.
pub(super) fn close(remote: &Remote) {
    loop {
        remote.run();
        let mut posted = lock(&remote.posted);
        match &*posted {
            Some(rest) if !rest.is_empty() => remote.some.store(true, Ordering::Release),
            _ => {
                *posted = None;
                return;
            }
        }
    }
}

/// The thread that owns the slot of a handle.
pub fn owner_of(handle: u64) -> Option<Arc<Remote>> {
    let owner = region::peek(handle as u32)?.owner();
    lock(&THREADS).get(usize::from(owner))?.clone()
}

/// This thread. None: out of memory, or too many threads.
pub fn current() -> Option<Arc<Remote>> {
    Some(begin()?.remote.clone())
}

/// Is there something to run? One relaxed load.
pub fn pending() -> bool {
    let thread = local().thread.get();
    // SAFETY: the block of this thread, made by `begin` and alive.
    !thread.is_null() && unsafe { &*thread }.remote.some.load(Ordering::Relaxed)
}

/// Runs what was posted before this call; returns how many.
pub fn run_posted() -> usize {
    if !pending() {
        return 0;
    }
    begin().map_or(0, |thread| thread.remote.run())
}
