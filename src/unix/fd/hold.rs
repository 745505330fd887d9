//! Holding a descriptor open while a worker uses its number: the operating
//! system closes it only when nobody holds it, so that the number can't come to
//! mean another file under the worker's hands.

use super::Fd;
use std::future::poll_fn;
use std::os::fd::RawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// How many hold a descriptor, and what is to happen when the last one lets go.
#[derive(Default)]
pub(super) struct Holders(Mutex<Held>);

#[derive(Default)]
struct Held {
    count: usize,
    /// Who closes it then.
    waker: Option<Waker>,
    /// It was dropped: it is closed then.
    orphan: Option<RawFd>,
}

impl Holders {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as this lives the number means the same file. It may be dropped on
/// any thread.
pub struct Hold(Arc<Holders>);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.0.lock();
        held.count -= 1;
        if held.count > 0 {
            return;
        }
        let (waker, orphan) = (held.waker.take(), held.orphan.take());
        drop(held);
        if let Some(raw) = orphan {
            // SAFETY: nobody uses it any more.
            unsafe { libc::close(raw) };
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Fd {
    /// Holds the descriptor open.
    pub fn hold(&self) -> Hold {
        let holders = self.rare().holders.get_or_init(Arc::default);
        holders.lock().count += 1;
        Hold(holders.clone())
    }

    pub(super) fn is_held(&self) -> bool {
        let holders = self.rare.get().and_then(|rare| rare.holders.get());
        holders.is_some_and(|holders| holders.lock().count > 0)
    }

    /// Waits until nobody holds it.
    pub(super) async fn until_let_go(&self) {
        poll_fn(|context| {
            let Some(holders) = self.rare.get().and_then(|rare| rare.holders.get()) else {
                return Poll::Ready(());
            };
            let mut held = holders.lock();
            if held.count == 0 {
                return Poll::Ready(());
            }
            held.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// The descriptor is dropped: closes it, or leaves that to the last who holds
    /// it.
    pub(super) fn close_when_let_go(&self) {
        if let Some(holders) = self.rare.get().and_then(|rare| rare.holders.get()) {
            let mut held = holders.lock();
            if held.count > 0 {
                held.orphan = Some(self.raw);
                return;
            }
        }
        // SAFETY: it is the library's, and nobody uses it any more.
        unsafe { libc::close(self.raw) };
    }
}
