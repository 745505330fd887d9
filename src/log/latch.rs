//! What happens once, and is waited for by promises of any threads. Module Lwt_log;
//! calls promises and the door.

use crate::exn::Exn;
use crate::handle::fork::{self, Held};
use crate::promise::{Promise, failed, future, resolved};
use crate::scheduler::door;
use crate::value::Value;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// How it went.
pub type Done = Result<(), Exn>;

/// What happens once.
#[derive(Default)]
pub struct Latch(Mutex<State>);

#[derive(Default)]
struct State {
    done: Option<Done>,
    waiting: Vec<Waker>,
    /// To those it happens, too.
    others: Vec<Arc<Latch>>,
}

/// One at a time is enough for all of them; and one lock can be held over a fork.
static LOCK: Mutex<()> = Mutex::new(());

/// For the time of a fork.
pub fn hold() -> Option<Held> {
    fork::hold(&LOCK)
}

impl Latch {
    /// One for others to share.
    pub fn new() -> Arc<Latch> {
        Arc::default()
    }

    /// Looks at it, or changes it.
    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        let all: MutexGuard<'_, ()> = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let result = f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(all);
        result
    }

    /// It has happened. A second time is ignored.
    pub fn set(&self, done: Done) {
        let (waiting, others) = self.with(|state| {
            if state.done.is_none() {
                state.done = Some(done.clone());
            }
            let waiting = std::mem::take(&mut state.waiting);
            (waiting, std::mem::take(&mut state.others))
        });
        waiting.into_iter().for_each(Waker::wake);
        others.into_iter().for_each(|other| other.set(done.clone()));
    }

    /// What happens to it happens to another.
    pub fn forward(&self, other: Arc<Latch>) {
        let done = self.with(|state| {
            if state.done.is_none() {
                state.others.push(other.clone());
            }
            state.done.clone()
        });
        if let Some(done) = done {
            other.set(done);
        }
    }

    /// How it went, if it has happened.
    pub fn done(&self) -> Option<Done> {
        self.with(|state| state.done.clone())
    }

    /// A promise of this thread: LWT_UNIT once it has happened. Cancelled, it waits no
    /// more.
    pub fn promise(self: &Arc<Self>) -> Promise {
        match self.done() {
            Some(Ok(())) => resolved(Value::UNIT),
            Some(Err(exn)) => failed(exn),
            None => {
                let (latch, pass) = (self.clone(), door::current().hold_open());
                future::spawn(async move {
                    let done = Wait(latch).await;
                    drop(pass);
                    done.map(|()| Value::UNIT)
                })
            }
        }
    }
}

struct Wait(Arc<Latch>);

impl Future for Wait {
    type Output = Done;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Done> {
        self.0.with(|state| match &state.done {
            Some(done) => Poll::Ready(done.clone()),
            None => {
                state.waiting.push(context.waker().clone());
                Poll::Pending
            }
        })
    }
}
