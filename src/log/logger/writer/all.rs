//! All writers: during a fork their locks are held, and at the program's end what is
//! queued is written.

use super::Writer;
use crate::handle::fork::{self, Held};
use crate::log::latch;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

static WRITERS: Mutex<Vec<Weak<Writer>>> = Mutex::new(Vec::new());
/// Does the program exit?
pub static EXITING: AtomicBool = AtomicBool::new(false);

pub fn writers() -> MutexGuard<'static, Vec<Weak<Writer>>> {
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A queue's lock, and what keeps the queue.
struct HeldQueue {
    guard: Option<Held>,
    writer: Arc<Writer>,
}

impl Drop for HeldQueue {
    fn drop(&mut self) {
        drop(self.guard.take());
        // In the child this tells those who wait for a thread of the parent.
        drop(self.writer.lock());
    }
}

/// The locks of this module, for the time of a fork.
pub fn hold() -> Vec<Option<Held>> {
    let list = fork::hold(&WRITERS);
    type Guard = MutexGuard<'static, Vec<Weak<Writer>>>;
    let guard = list.as_ref().and_then(|held| held.downcast_ref::<Guard>());
    let all: Vec<Arc<Writer>> = guard.map_or_else(Vec::new, |guard| {
        guard.iter().filter_map(Weak::upgrade).collect()
    });
    let mut held = vec![list, latch::hold()];
    for writer in all {
        let queue = std::ptr::from_ref(&writer.queue);
        // SAFETY: the writer is kept, beside the guard, for longer than the guard.
        let queue = unsafe { &*queue };
        if let Some(guard) = fork::hold(queue) {
            let both = HeldQueue {
                guard: Some(guard),
                writer,
            };
            held.push(Some(Box::new(both)));
        }
    }
    held
}

/// What is queued is written before the program ends.
pub extern "C" fn at_exit() {
    finish();
}

/// Writes all that is queued. From now on whoever logs writes himself.
pub fn finish() {
    EXITING.store(true, Relaxed);
    let all: Vec<Arc<Writer>> = writers().iter().filter_map(Weak::upgrade).collect();
    for writer in all {
        writer.stop();
    }
}
