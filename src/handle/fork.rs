//! Noticing a fork. In the child there is one thread, the one that forked: what
//! the others were in the midst of stays so for ever. So
//!
//! * each fork begins a new generation, and what belongs to a thread that is not
//!   there is known by its older one, and is not touched;
//! * the locks of this floor are taken before a fork, and given back on both
//!   sides: what they protect is whole in the child.

use super::local::local;
use super::{region, remote, threads};
use once_cell::sync::OnceCell;
use std::any::Any;
use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, Once, TryLockError};
use std::time::Duration;

static GENERATION: AtomicU32 = AtomicU32::new(0);
static PROCESS: AtomicI32 = AtomicI32::new(0);
static WATCHED: Once = Once::new();

thread_local! {
    /// The locks that this thread holds as it forks.
    static HELD: ManuallyDrop<RefCell<Vec<Held>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// A lock that is held during a fork.
pub type Held = Box<dyn Any>;

/// The locks of a floor above: takes them.
pub type Hold = fn() -> Vec<Option<Held>>;

/// Those who have such locks.
static OTHERS: [OnceCell<Hold>; 8] = [const { OnceCell::new() }; 8];

/// From now on these locks are held during forks, too. It may be said again.
pub fn hold_too(hold: Hold) {
    notice();
    for place in &OTHERS {
        let known = place.get().copied();
        if known.is_none_or(|known| known as usize == hold as usize)
            && (known.is_some() || place.set(hold).is_ok())
        {
            return;
        }
    }
    debug_assert!(false, "there is no room for those who have locks");
}

/// Takes a lock for the time of a fork. None: somebody holds it for seconds, which
/// must not keep the program from forking.
pub fn hold<T: 'static>(lock: &'static Mutex<T>) -> Option<Held> {
    const TRIES: u32 = 30_000;
    for tries in 0..TRIES {
        let guard: MutexGuard<'static, T> = match lock.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Who has it may be waiting for a processor.
            Err(TryLockError::WouldBlock) => {
                match tries < 100 {
                    true => std::thread::yield_now(),
                    false => std::thread::sleep(Duration::from_micros(100)),
                }
                continue;
            }
        };
        return Some(Box::new(guard));
    }
    None
}

extern "C" fn before() {
    // Nobody else takes two of them.
    let locks = [
        remote::hold_threads(),
        remote::hold_mine(),
        region::hold(),
        threads::hold(),
        crate::promise::filter::hold(),
    ];
    let locks = locks
        .into_iter()
        .chain(crate::exn::hold())
        .chain(crate::debug::hold())
        .chain(
            OTHERS
                .iter()
                .filter_map(OnceCell::get)
                .flat_map(|hold| hold()),
        );
    HELD.with(|held| held.borrow_mut().extend(locks.flatten()));
}

/// In the parent, and on the way in the child: memory can be had and given back
/// by now, since the C library makes its own ready before it calls this.
extern "C" fn give_back() {
    drop(HELD.with(|held| held.take()));
}

extern "C" fn in_child() {
    begin();
    give_back();
}

fn begin() {
    let generation = GENERATION.fetch_add(1, Relaxed) + 1;
    // SAFETY: no conditions.
    PROCESS.store(unsafe { libc::getpid() }, Relaxed);
    remote::i_survived(generation);
}

/// How many forks lie between the first process and this one. [`notice`] must
/// have been called once before anything is made that must not survive a fork.
#[inline]
pub fn generation() -> u32 {
    GENERATION.load(Relaxed)
}

/// From now on forks are noticed.
pub fn notice() {
    WATCHED.call_once(|| {
        // SAFETY: no conditions; the handlers do what may be done there. Where
        // the system has no room for them `after` still tells a fork by the
        // process.
        unsafe {
            PROCESS.store(libc::getpid(), Relaxed);
            libc::pthread_atfork(Some(before), Some(give_back), Some(in_child));
        }
    });
}

/// Says that there may have been a fork that nobody noticed, by a bare system
/// call.
pub fn after() {
    // SAFETY: no conditions.
    if WATCHED.is_completed() && PROCESS.load(Relaxed) != unsafe { libc::getpid() } {
        begin();
    }
}

/// Who made something that is for another thread.
#[derive(Clone, Copy)]
pub struct Origin {
    generation: u32,
    owner: u16,
}

impl Origin {
    /// The calling thread.
    pub fn here() -> Origin {
        Origin {
            generation: generation(),
            owner: local().owner(),
        }
    }

    /// Is it a thread of this process? In the child of a fork only the thread
    /// that forked is one that was there before.
    pub fn is_in_this_process(self) -> bool {
        self.generation == generation() || self.owner != 0 && self.owner == local().owner()
    }
}
