//! What another thread may do to this one: post a closure, which runs in the
//! next turn of its main loop, or give up a handle.

use super::fork::{self, Held};
use super::local::local;
use super::region;
use super::released;
use super::slot::GENERATION_MASK;
use super::thread::{Thread, begin};
use crate::promise::release_handle;
use once_cell::sync::OnceCell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Posted = Box<dyn FnOnce() + Send>;

/// A thread, as seen from the others.
pub struct Remote {
    /// None: the thread has ended.
    posted: Mutex<Option<Vec<Posted>>>,
    /// A hint for the owner, so that a turn with nothing posted takes no lock.
    some: AtomicBool,
    /// The generation of forks in which it was last seen.
    generation: AtomicU32,
    waker: OnceCell<Box<dyn Fn() + Send + Sync>>,
    opener: OnceCell<Box<dyn Fn() -> Open + Send + Sync>>,
}

/// As long as it is kept the scheduler of a thread waits for what may be posted.
pub type Open = Box<dyn Send>;

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
        if !self.is_in_this_process() {
            return Err(Ended);
        }
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

    /// Is it a thread of this process, and not of the one that forked it? If it
    /// is not, nothing of it may be touched.
    pub fn is_in_this_process(&self) -> bool {
        self.generation.load(Ordering::Relaxed) == fork::generation()
    }

    /// Has it ended?
    pub fn has_ended(&self) -> bool {
        !self.is_in_this_process() || lock(&self.posted).is_none()
    }

    /// How the scheduler of that thread is woken. Set once, by floor 1.
    pub fn set_waker(&self, wake: Box<dyn Fn() + Send + Sync>) {
        let _ = self.waker.set(wake);
    }

    /// How the scheduler of that thread is kept from stalling. Set once, by
    /// floor 1.
    pub fn set_opener(&self, open: Box<dyn Fn() -> Open + Send + Sync>) {
        let _ = self.opener.set(open);
    }

    /// Keeps the scheduler of that thread from stalling. None: it has none.
    pub fn hold_open(&self) -> Option<Open> {
        self.opener.get().map(|open| open())
    }

    /// Runs what was posted, then releases what was given up before that was
    /// looked at: who posts and then gives up a handle is done in that order.
    fn run(&self) -> usize {
        let given_up = released::take(local().owner());
        let posted = self.run_posted();
        posted + given_up.map(release_handle).count()
    }

    fn run_posted(&self) -> usize {
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
        generation: AtomicU32::new(fork::generation()),
        waker: OnceCell::new(),
        opener: OnceCell::new(),
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

/// The list of threads, for the time of a fork.
pub(super) fn hold_threads() -> Option<Held> {
    fork::hold(&THREADS)
}

/// What was posted to the calling thread, for the time of a fork.
pub(super) fn hold_mine() -> Option<Held> {
    // SAFETY: the block of this thread, if it has one; it lives as long as the
    // thread, which holds the lock for the time of one call.
    let thread: &'static Thread = unsafe { local().thread.get().as_ref() }?;
    fork::hold(&thread.remote.posted)
}

/// The calling thread is the one that a fork has left.
pub(super) fn i_survived(generation: u32) {
    // SAFETY: as above.
    if let Some(thread) = unsafe { local().thread.get().as_ref() } {
        // Relaxed: there is no other thread.
        thread
            .remote
            .generation
            .store(generation, Ordering::Relaxed);
    }
}

/// The number is free for another thread.
pub(super) fn unregister(owner: u16) {
    if let Some(thread) = lock(&THREADS).get_mut(usize::from(owner)) {
        *thread = None;
    }
    released::forget_door(owner);
}

/// Runs what was posted, until there is nothing more, and takes no more.
pub(super) fn close(remote: &Remote) {
    loop {
        remote.run();
        if released::is_any(local().owner()) {
            continue;
        }
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

/// Gives up a handle of whatever thread, in the next turn of its main loop, or when it
/// ends. A stale one is nothing to give up. Takes no lock.
pub fn give_up(handle: u64) {
    let Some(slot) = region::peek(handle as u32) else {
        return;
    };
    let owner = slot.owner();
    // Of a wakener the generation has to do: see `is_foreign`.
    if owner != 0 && (slot.me() ^ handle) & GENERATION_MASK == 0 {
        released::push(owner, handle);
    }
}

/// What has been given up of this thread's, and is not to be released any more.
pub fn given_up() -> impl Iterator<Item = u64> {
    released::take(local().owner())
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
        || released::is_any(local().owner())
}

/// Runs what was posted before this call; returns how many.
pub fn run_posted() -> usize {
    if !pending() {
        return 0;
    }
    begin().map_or(0, |thread| thread.remote.run())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::resolved;
    use crate::value::Value;
    use std::sync::atomic::AtomicU32;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn what_is_posted_runs_on_the_owner_once_in_order_and_in_the_next_turn() {
        let me = current().unwrap();
        let (send, receive) = channel();
        let other = thread::spawn(move || {
            for n in 0..100 {
                let send = send.clone();
                let note = move || send.send((n, thread::current().id())).unwrap();
                me.post(Box::new(note)).unwrap();
            }
        });
        other.join().unwrap();
        assert!(pending() && receive.try_recv().is_err());
        assert_eq!(run_posted(), 100);
        let id = thread::current().id();
        assert!(receive.try_iter().eq((0..100).map(|n| (n, id))));
        assert!(!pending());
        assert_eq!(run_posted(), 0);
    }

    #[test]
    fn what_is_posted_by_what_was_posted_waits_for_the_next_turn() {
        let me = current().unwrap();
        let again = me.clone();
        me.post(Box::new(move || again.post(Box::new(|| {})).unwrap()))
            .unwrap();
        assert_eq!((run_posted(), run_posted(), run_posted()), (1, 1, 0));
    }

    #[test]
    fn a_thread_that_ends_runs_what_was_posted_and_takes_no_more() {
        static RAN: AtomicU32 = AtomicU32::new(0);
        fn count() {
            RAN.fetch_add(1, Ordering::Relaxed);
        }
        let (send, receive) = channel();
        let other = thread::spawn(move || {
            let me = current().unwrap();
            let again = me.clone();
            me.post(Box::new(count)).unwrap();
            me.post(Box::new(move || again.post(Box::new(count)).unwrap()))
                .unwrap();
            send.send(me).unwrap();
        });
        other.join().unwrap();
        assert_eq!(RAN.load(Ordering::Relaxed), 2);
        let ended = receive.recv().unwrap();
        assert!(ended.post(Box::new(count)).is_err());
        assert_eq!(RAN.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_post_wakes_the_owner_after_the_closure_is_there() {
        let (send, receive) = channel();
        let other = thread::spawn(move || {
            let me = current().unwrap();
            let (wake, woken) = channel();
            me.set_waker(Box::new(move || wake.send(()).unwrap()));
            send.send(me).unwrap();
            woken.recv().unwrap();
            run_posted()
        });
        receive.recv().unwrap().post(Box::new(|| {})).unwrap();
        assert_eq!(other.join().unwrap(), 1);
    }

    #[test]
    fn the_owner_of_a_handle_is_known_to_all_until_its_thread_ends() {
        let p = resolved(Value::UNIT).into_bits();
        let me = current().unwrap();
        let find = move || owner_of(p).is_some_and(|owner| Arc::ptr_eq(&owner, &me));
        assert!(thread::spawn(find).join().unwrap());
        release_handle(p);
        let (gone, theirs) = thread::spawn(|| {
            let p = resolved(Value::UNIT).into_bits();
            (p, current().unwrap())
        })
        .join()
        .unwrap();
        // Another thread may have the slot by now, but not that one.
        assert!(owner_of(gone).is_none_or(|owner| !Arc::ptr_eq(&owner, &theirs)));
        assert!(owner_of(0).is_none() && owner_of(u64::MAX).is_none());
    }

    #[test]
    fn a_handle_released_elsewhere_is_good_until_the_owners_next_turn() {
        let p = resolved(Value::UNIT).into_bits();
        thread::spawn(move || give_up(p)).join().unwrap();
        assert!(local().check(p).is_some());
        run_posted();
        assert!(local().check(p).is_none());
    }

    #[test]
    fn threads_that_live_at_once_have_numbers_of_their_own() {
        let barrier = Arc::new(std::sync::Barrier::new(50));
        let number = |barrier: Arc<std::sync::Barrier>| {
            move || {
                begin().unwrap();
                barrier.wait();
                let number = local().owner();
                barrier.wait();
                number
            }
        };
        let threads: Vec<_> = (0..50)
            .map(|_| thread::spawn(number(barrier.clone())))
            .collect();
        let mut numbers: Vec<u16> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 50);
        assert!(!numbers.contains(&0));
    }
}
