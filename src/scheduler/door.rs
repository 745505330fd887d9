//! The way into a scheduler from other threads: a knock wakes it if it sleeps.
//!
//! Owns the word that says whether the loop sleeps, the futex it sleeps on
//! while no descriptor is watched, and the eventfd that ends its sleep inside
//! an engine. May call `futex`, `notification::queue`.
//!
//! # Why no wake-up is lost
//!
//! The word is changed by atomic exchanges only, so all its changes stand in
//! one order, and each sees the one before.
//!
//! * A knocker first publishes its work (pushes to a list), then exchanges the
//!   word for KNOCKED (Release).
//! * The loop exchanges it for AWAKE (Acquire) at the start of a turn, and
//!   looks at the lists after that. It falls asleep only through a
//!   compare-exchange from AWAKE to ASLEEP or IN_ENGINE.
//!
//! If the knock comes before the exchange to AWAKE, the loop acquires what the
//! knocker released and finds the work in this turn. If it comes between that
//! and the compare-exchange, the latter fails and there is another turn. If it
//! comes after, the knocker sees that the loop sleeps, and it alone makes the
//! system call: later knockers see KNOCKED. No fence is needed, and the lists
//! need not be read again before sleeping.

use super::futex::Futex;
use super::notification::queue::Mail;
use super::sync::atomic::{AtomicU32, AtomicUsize, Ordering::*};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicIsize};
use std::sync::{Arc, Mutex};

/// The loop runs, or is about to.
const AWAKE: u32 = 0;
/// The loop sleeps on the futex, or is about to.
const ASLEEP: u32 = 1;
/// The loop sleeps in its engine, or is about to: write the eventfd.
const IN_ENGINE: u32 = 2;
/// Somebody knocked since the turn began.
const KNOCKED: u32 = 3;

/// The door of one scheduler. Doors are never freed, only used again by later
/// schedulers: whoever knocks too late knocks at a door, not at freed memory.
#[repr(align(64))]
pub struct Door {
    word: AtomicU32,
    /// Beside the word: who posts mail knocks next.
    pub(super) mail: Mail,
    futex: Futex,
    /// -1 until a descriptor is watched.
    eventfd: AtomicI32,
    /// Writes to the eventfd that have returned.
    written: AtomicUsize,
    /// Writes that a knocker has made or will make; the loop alone counts.
    owed: AtomicUsize,
    passes: AtomicUsize,
    /// Workers that wait for this scheduler. Their requests are counted after
    /// they were posted, so it may be below 0 for a moment.
    asking: AtomicIsize,
    /// Does the loop wait for the workers?
    simulates: AtomicBool,
}

impl Door {
    pub(super) fn new() -> Door {
        Door {
            word: AtomicU32::new(AWAKE),
            mail: Mail::new(),
            futex: Futex::new(),
            eventfd: AtomicI32::new(-1),
            written: AtomicUsize::new(0),
            owed: AtomicUsize::new(0),
            passes: AtomicUsize::new(0),
            asking: AtomicIsize::new(0),
            simulates: AtomicBool::new(false),
        }
    }

    /// Wakes the scheduler if it is asleep or about to be. Lock-free, never
    /// allocates, async-signal-safe. What the caller wrote before, the
    /// scheduler sees in its next turn.
    #[inline]
    pub fn knock(&self) {
        // Release: see the head of this file. Acquire: who finds IN_ENGINE
        // must find the eventfd that the loop made before.
        match self.word.swap(KNOCKED, AcqRel) {
            ASLEEP => self.futex.wake_one(&self.word),
            IN_ENGINE => self.ring(),
            _ => {}
        }
    }

    #[cold]
    fn ring(&self) {
        let fd = self.eventfd.load(Relaxed);
        // SAFETY: the descriptor stays open until this write is counted (see
        // `close`), the word read is on the stack, and errno is put back, for
        // a signal handler must leave it as it was.
        unsafe {
            let errno = libc::__errno_location();
            let saved = *errno;
            let one = 1u64;
            libc::write(fd, (&raw const one).cast(), 8);
            *errno = saved;
        }
        self.written.fetch_add(1, Release);
    }

    /// As long as a pass is held, something outside may still knock: the main
    /// loop does not report that it is stalled.
    pub fn hold_open(self: &Arc<Door>) -> Pass {
        self.passes.fetch_add(1, Relaxed);
        Pass(self.clone())
    }

    /// A worker has posted a request to the loop, and waits until it is
    /// answered. In a simulation the loop waits for this.
    pub fn ask(&self) {
        // Release: the request comes before.
        self.asking.fetch_add(1, Release);
        if self.simulates.load(Relaxed) {
            self.knock();
        }
    }

    /// The loop: answers a request, or drops it.
    pub fn answer(&self) {
        self.asking.fetch_sub(1, Relaxed);
    }

    /// How many workers wait for an answer.
    pub(super) fn asking(&self) -> usize {
        self.asking.load(Acquire).max(0) as usize
    }

    /// The loop: its time is virtual from now on, or real.
    pub(super) fn simulate(&self, simulates: bool) {
        self.simulates.store(simulates, Relaxed);
    }

    /// Is a pass held? Whatever its holder posted before it gave it up is
    /// visible after this has answered no.
    pub(super) fn is_held_open(&self) -> bool {
        self.passes.load(Acquire) != 0
    }

    /// The loop: a turn begins. What was posted before the knocks that this
    /// forgets is visible from here on.
    #[inline]
    pub(super) fn begin_turn(&self) {
        // The load spares the exchange; a knock that it misses makes the next
        // compare-exchange fail.
        if self.word.load(Relaxed) != AWAKE {
            self.word.swap(AWAKE, Acquire);
        }
    }

    /// The loop: has somebody knocked since the turn began?
    #[inline]
    pub(super) fn is_knocked(&self) -> bool {
        self.word.load(Relaxed) != AWAKE
    }

    /// The loop: sleeps until a knock, a signal or the deadline; not at all if
    /// there was a knock since the turn began.
    pub(super) fn sleep(&self, deadline: Option<u64>) {
        // Relaxed: nothing is read on the strength of it before the next turn.
        if self
            .word
            .compare_exchange(AWAKE, ASLEEP, Relaxed, Relaxed)
            .is_ok()
        {
            self.futex.wait(&self.word, ASLEEP, deadline);
        }
    }

    /// The loop: is about to sleep in its engine, which watches
    /// [`Door::eventfd`]. False: somebody knocked, it must not. Until
    /// [`Door::leave_engine`].
    pub(super) fn enter_engine(&self) -> bool {
        // Release: a knocker that sees it uses the eventfd.
        self.word
            .compare_exchange(AWAKE, IN_ENGINE, Release, Relaxed)
            .is_ok()
    }

    /// The loop: is back from its engine.
    pub(super) fn leave_engine(&self) {
        if self.word.swap(AWAKE, Acquire) == KNOCKED {
            // That knocker found IN_ENGINE, so it writes.
            self.owed.fetch_add(1, Relaxed);
        }
    }

    /// The eventfd, made if need be. The error is errno's.
    pub(super) fn eventfd(&self) -> std::io::Result<i32> {
        let fd = self.eventfd.load(Relaxed);
        if fd >= 0 {
            return Ok(fd);
        }
        // SAFETY: takes no pointer.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(std::io::Error::last_os_error());
        }
        self.eventfd.store(fd, Relaxed);
        Ok(fd)
    }

    /// The loop: its thread ends. Closes the eventfd once nobody is about to
    /// write it: its number may then mean another file.
    fn close(&self) {
        while self.written.load(Acquire) != self.owed.load(Relaxed) {
            std::thread::yield_now();
        }
        let fd = self.eventfd.swap(-1, Relaxed);
        if fd >= 0 {
            // SAFETY: it is ours, and nobody uses it any more.
            unsafe { libc::close(fd) };
        }
    }

    /// In the child of a fork: the knockers are gone, and the eventfd is the
    /// parent's too. The next use makes a new one.
    pub(super) fn after_fork(&self) {
        self.word.store(AWAKE, Relaxed);
        self.asking.store(0, Relaxed);
        self.written.store(0, Relaxed);
        self.owed.store(0, Relaxed);
        self.close();
    }
}

/// Keeps a scheduler from stalling.
pub struct Pass(Arc<Door>);

impl Drop for Pass {
    fn drop(&mut self) {
        // Release: what the holder posted comes before. The loop may sleep in
        // the belief that something will come: it must think again.
        if self.0.passes.fetch_sub(1, Release) == 1 {
            self.0.knock();
        }
    }
}

/// The door of this thread's scheduler, which is made if need be.
pub fn current() -> Arc<Door> {
    super::current().door.clone()
}

/// Every door that was ever made.
static DOORS: Mutex<Vec<Arc<Door>>> = Mutex::new(Vec::new());

/// A door for a new scheduler: one that nobody else knows any more, or new.
pub(super) fn acquire() -> Arc<Door> {
    let fresh = || Arc::new(Door::new());
    // The lock may be held for ever in the child of a fork.
    let Ok(mut doors) = DOORS.try_lock() else {
        let door = fresh();
        std::mem::forget(door.clone());
        return door;
    };
    if let Some(door) = doors.iter().find(|door| Arc::strong_count(door) == 1) {
        door.word.store(AWAKE, Relaxed);
        return door.clone();
    }
    let door = fresh();
    doors.push(door.clone());
    door
}

/// The scheduler of this door is gone.
pub(super) fn retire(door: &Arc<Door>) {
    door.close();
    door.written.store(0, Relaxed);
    door.owed.store(0, Relaxed);
}

#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::atomic::AtomicUsize as Work;
    use loom::thread;

    /// All executions with at most three preemptions: bugs of this sort need
    /// one or two.
    fn model(f: impl Fn() + Send + Sync + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(3);
        builder.check(f);
    }

    /// The loop with its futex: two knockers that publish something each.
    #[test]
    fn loom_no_knock_is_lost() {
        model(|| {
            let door = Arc::new(Door::new());
            let work = Arc::new(Work::new(0));
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    let (door, work) = (door.clone(), work.clone());
                    thread::spawn(move || {
                        work.fetch_add(1, Relaxed);
                        door.knock();
                    })
                })
                .collect();
            loop {
                door.begin_turn();
                if work.load(Relaxed) == 2 {
                    break;
                }
                door.sleep(None);
            }
            for thread in threads {
                thread.join().unwrap();
            }
        });
    }

    /// The last pass is given up while the loop is about to sleep: it must
    /// wake, and see that it is stalled and what was posted before.
    #[test]
    fn loom_giving_up_the_last_pass_wakes_the_loop() {
        model(|| {
            let door = Arc::new(Door::new());
            let work = Arc::new(Work::new(0));
            let pass = door.hold_open();
            let thread = {
                let work = work.clone();
                thread::spawn(move || {
                    work.store(1, Relaxed);
                    drop(pass);
                })
            };
            loop {
                door.begin_turn();
                if !door.is_held_open() {
                    break;
                }
                door.sleep(None);
            }
            assert_eq!(work.load(Relaxed), 1);
            thread.join().unwrap();
        });
    }

    /// The engine's sleep: whoever finds the loop in it writes, and each write
    /// is owed once, so that the eventfd can be closed.
    #[test]
    fn loom_writes_to_the_eventfd_are_counted() {
        model(|| {
            let door = Arc::new(Door::new());
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    let door = door.clone();
                    thread::spawn(move || door.knock())
                })
                .collect();
            for _ in 0..2 {
                door.begin_turn();
                if door.enter_engine() {
                    thread::yield_now();
                    door.leave_engine();
                }
            }
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(door.written.load(Relaxed), door.owed.load(Relaxed));
        });
    }
}
