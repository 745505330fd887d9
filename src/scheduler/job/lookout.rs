//! Watching a pool while nobody else does. A thread that has submitted jobs
//! looks after their pool in its main loop; but it may compute, or wait for its
//! jobs, outside of it. Then a thread of the pool's own looks, once a
//! [`BEAT`], whether the jobs that are queued get on.
//!
//! It is started by the first job that is queued behind another one, looks as
//! long as such jobs keep coming, then sleeps without a timer, and ends when it
//! was not called for long.

use super::launch;
use super::pool::Pool;
use super::watch::TICK;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often it looks. The main loop looks more often.
const BEAT: Duration = Duration::from_millis(1);
/// After so many looks at an empty queue it sleeps.
const QUIET: u32 = 20;
/// After so long a sleep it ends.
const IDLE_FOR: Duration = Duration::from_secs(30);

/// The lookout of one pool.
pub struct Lookout {
    /// Does it look, or will it?
    active: AtomicBool,
    place: Mutex<Place>,
    bell: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// There is no thread.
    Away,
    /// It looks.
    OnWatch,
    /// It sleeps.
    Asleep,
    /// No thread could be started: the main loops have to do.
    Refused,
}

impl Lookout {
    /// Nobody looks yet.
    pub fn new() -> Lookout {
        Lookout {
            active: AtomicBool::new(false),
            place: Mutex::new(Place::Away),
            bell: Condvar::new(),
        }
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends it to sleep, or away, for good: the pool is closed.
    pub fn dismiss(&self) {
        // Under the lock, so that it can't miss the bell.
        let _place = self.place();
        self.bell.notify_one();
    }
}

impl Pool {
    /// A job was queued while all who are awake are busy: somebody must look
    /// after it.
    #[inline]
    pub(super) fn look_out(self: &Arc<Pool>) {
        if !self.lookout.active.load(SeqCst) {
            self.call_lookout();
        }
    }

    #[cold]
    fn call_lookout(self: &Arc<Pool>) {
        let mut place = self.lookout.place();
        self.lookout.active.store(true, SeqCst);
        match *place {
            Place::Asleep => {
                *place = Place::OnWatch;
                self.lookout.bell.notify_one();
            }
            Place::Away => {
                *place = Place::OnWatch;
                let pool = Arc::into_raw(self.clone());
                // SAFETY: the thread takes over the reference; where none was
                // started it is still ours.
                unsafe {
                    if launch::deaf(keep, pool.cast_mut().cast()).is_err() {
                        drop(Arc::from_raw(pool));
                        *place = Place::Refused;
                    }
                }
            }
            Place::OnWatch | Place::Refused => {}
        }
    }

    /// Sleeps until it is called. False: it is to end.
    fn sleep_on_lookout(&self) -> bool {
        let mut place = self.lookout.place();
        self.lookout.active.store(false, SeqCst);
        // A job that came before that did not call.
        if self.has_queued() {
            self.lookout.active.store(true, SeqCst);
            return true;
        }
        *place = Place::Asleep;
        let asleep = |place: &mut Place| *place == Place::Asleep && !self.is_closed();
        let bell = &self.lookout.bell;
        let woken = bell.wait_timeout_while(place, IDLE_FOR, asleep);
        let (mut place, _) = woken.unwrap_or_else(PoisonError::into_inner);
        if *place == Place::OnWatch && !self.is_closed() {
            return true;
        }
        *place = Place::Away;
        false
    }
}

extern "C" fn keep(pool: *mut c_void) -> *mut c_void {
    // SAFETY: the reference that `call_lookout` gave to this thread.
    let pool = unsafe { Arc::from_raw(pool.cast::<Pool>().cast_const()) };
    let mut quiet = 0;
    loop {
        thread::sleep(BEAT);
        if pool.has_queued() {
            quiet = 0;
            pool.wake_if_asleep();
            pool.look(TICK);
            continue;
        }
        quiet += 1;
        if quiet > QUIET {
            quiet = 0;
            if !pool.sleep_on_lookout() {
                return ptr::null_mut();
            }
        }
    }
}
