//! Loggers that belong to a thread: those that run the user's functions, or write to
//! a channel. Module Lwt_log; calls what the thread keeps, and posts to it.
//!
//! What is behind such a logger never leaves its thread. A message of another thread
//! is copied and travels there; a promise of it is answered as any visit is.

use super::writer::{Full, LIMIT, Stats, closed};
use super::{Said, lines};
use crate::exn::Exn;
use crate::handle::local::at_thread_exit;
use crate::handle::remote::{self, Remote};
use crate::log::latch::Latch;
use crate::log::record::{Kept, Record};
use crate::promise::{Promise, failed, future, resolved};
use crate::scheduler::{self, threads};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// What is behind a logger, on its thread.
pub trait Local {
    /// Does with a message what it is there for.
    fn take(&self, record: &Record) -> Promise;
    /// Ends it: called at most once.
    fn close(&self) -> Promise;
    /// Fulfilled when what was logged before is written.
    fn flush(&self) -> Promise;
}

/// A logger's home.
pub struct Home {
    thread: Arc<Remote>,
    key: u64,
    queued: AtomicUsize,
    limit: AtomicUsize,
    drops: AtomicBool,
    /// Dropped since that was last told.
    untold: AtomicU64,
    taken: AtomicU64,
    dropped: AtomicU64,
    errors: AtomicU64,
}

/// How many loggers may choose the next one before that is called endless.
const DEEPEST: u32 = 100;
/// How often a thread that stands still looks for room.
const LOOK: Duration = Duration::from_millis(1);

type Table = RefCell<BTreeMap<u64, Rc<dyn Local>>>;

thread_local! {
    /// What is behind the loggers of this thread. No destructor of the language's:
    /// those of the main thread run before exit hooks, which may log.
    static HERE: Cell<*const Table> = const { Cell::new(ptr::null()) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// It was too deep, and is not at its end yet.
    static TOO_DEEP: Cell<bool> = const { Cell::new(false) };
}

fn here() -> Option<&'static Table> {
    let table = HERE.get();
    // SAFETY: made by `make_here`, and forgotten before it is freed.
    unsafe { table.as_ref() }
}

fn make_here() -> Option<&'static Table> {
    if here().is_none() {
        crate::handle::local::begin()?;
        HERE.set(Box::into_raw(Box::<Table>::default()));
        at_thread_exit(end);
    }
    here()
}

/// The thread ends. What is dropped is the user's, and may do anything.
fn end() {
    let table = HERE.replace(ptr::null());
    if !table.is_null() {
        // SAFETY: made by `make_here`, and nobody has it any more.
        drop(unsafe { Box::from_raw(table.cast_mut()) });
    }
}

/// Counts how deep loggers call loggers. Once that was too deep, all that is still to be
/// done on the way back is refused: a loop that is two wide would else take 2^100 calls.
struct Deeper;

impl Deeper {
    fn begin() -> Option<Deeper> {
        let depth = DEPTH.get();
        DEPTH.set(depth + 1);
        let deeper = Deeper;
        TOO_DEEP.set(TOO_DEEP.get() || depth >= DEEPEST);
        (!TOO_DEEP.get()).then_some(deeper)
    }
}

impl Drop for Deeper {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        if DEPTH.get() == 0 {
            TOO_DEEP.set(false);
        }
    }
}

impl Home {
    /// A home on this thread. None: out of memory, or too many threads.
    pub fn new(local: Rc<dyn Local>) -> Option<Arc<Home>> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let thread = remote::current()?;
        let table = make_here()?;
        let _ = scheduler::current(); // it is there before anybody posts
        let key = NEXT.fetch_add(1, Relaxed);
        table.borrow_mut().insert(key, local);
        Some(Arc::new(Home {
            thread,
            key,
            queued: AtomicUsize::new(0),
            limit: AtomicUsize::new(LIMIT),
            drops: AtomicBool::new(false),
            untold: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            errors: AtomicU64::new(0),
        }))
    }

    /// What is behind it, if this is its thread.
    fn local(&self) -> Option<Rc<dyn Local>> {
        here()?.borrow().get(&self.key).cloned()
    }

    /// Is there no room for so much?
    fn is_full(&self, size: usize) -> bool {
        let queued = self.queued.load(Relaxed);
        queued != 0 && queued.saturating_add(size) > self.limit.load(Relaxed)
    }

    /// Takes a message.
    pub fn take(self: &Arc<Self>, record: &Record, ignored: bool) -> Said {
        let size = record.size();
        if self.drops.load(Relaxed) && self.is_full(size) {
            self.untold.fetch_add(1, Relaxed);
            self.dropped.fetch_add(1, Relaxed);
            return Ok(None);
        }
        if let Some(local) = self.local() {
            self.queued.fetch_add(size, Relaxed);
            self.taken.fetch_add(1, Relaxed);
            return self.begin(local.as_ref(), record, size);
        }
        if self.thread.has_ended() {
            return Err(closed());
        }
        self.queued.fetch_add(size, Relaxed);
        self.taken.fetch_add(1, Relaxed);
        self.send(record.keep(), size, ignored)
    }

    /// A message of another thread travels home.
    fn send(self: &Arc<Self>, kept: Kept, size: usize, ignored: bool) -> Said {
        let there = Travelling {
            home: self.clone(),
            kept,
            size,
        };
        if !ignored {
            let answer = threads::visit::visit(self.thread.clone(), "lwt_log", || there.arrive());
            return Ok(Some(answer));
        }
        let posted = threads::post(&self.thread, || drop(there.arrive()));
        if posted.is_err() {
            return Err(closed());
        }
        // A thread without a main loop may stand still.
        let waits = !self.drops.load(Relaxed) && scheduler::existing().is_none();
        while waits && self.queued.load(Relaxed) > self.limit.load(Relaxed) {
            if self.thread.has_ended() {
                return Err(closed());
            }
            thread::sleep(LOOK);
        }
        Ok(None)
    }

    /// On its thread: what is to be done is done, and counted when it is over.
    fn begin(self: &Arc<Self>, local: &dyn Local, record: &Record, size: usize) -> Said {
        let Some(deeper) = Deeper::begin() else {
            self.over(size);
            return Err(Exn::invalid(
                "lwt_log: a logger hands its messages to itself",
            ));
        };
        let promise = local.take(record);
        drop(deeper);
        if !promise.is_pending() {
            self.over(size);
            self.errors
                .fetch_add(promise.exn().is_some() as u64, Relaxed);
            return Ok(Some(promise));
        }
        let home = self.clone();
        Ok(Some(future::spawn(async move {
            let outcome = promise.await;
            home.over(size);
            home.errors.fetch_add(outcome.is_err() as u64, Relaxed);
            outcome
        })))
    }

    /// So much is done with: there is room, and it is said how much there was none for.
    fn over(self: &Arc<Self>, size: usize) {
        let queued = self.queued.fetch_sub(size, Relaxed) - size;
        if self.untold.load(Relaxed) == 0 || queued > self.limit.load(Relaxed) / 2 {
            return;
        }
        let untold = self.untold.swap(0, Relaxed);
        if let Some(local) = self.local().filter(|_| untold > 0) {
            lines::dropped(untold, |record| {
                self.queued.fetch_add(record.size(), Relaxed);
                drop(self.begin(local.as_ref(), record, record.size()));
            });
        }
    }

    /// Ends it, and says how that went.
    pub fn close(self: &Arc<Self>, over: Arc<Latch>) {
        let end = End(over);
        if let Some(local) = self.local() {
            return end.when(local.close());
        }
        let home = self.clone();
        let posted = threads::post(&self.thread, move || match home.local() {
            Some(local) => end.when(local.close()),
            None => drop(end),
        });
        // Whatever happens to it, the end tells.
        drop(posted);
    }

    /// Fulfilled when what was logged before is written.
    pub fn flush(self: &Arc<Self>) -> Promise {
        if let Some(local) = self.local() {
            return local.flush();
        }
        if self.thread.has_ended() {
            return failed(closed());
        }
        let home = self.clone();
        threads::visit::visit(self.thread.clone(), "lwt_logger_flush", move || {
            let local = home.local();
            local.map_or_else(|| resolved(Value::UNIT), |local| local.flush())
        })
    }

    /// How many bytes may be on their way, and what is done with more.
    pub fn set_limit(&self, limit: usize, full: Full) {
        self.limit.store(limit, Relaxed);
        self.drops.store(full == Full::Drop, Relaxed);
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        Stats {
            taken: self.taken.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            errors: self.errors.load(Relaxed),
            queued: self.queued.load(Relaxed) as u64,
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let key = self.key;
        let take = move || here().and_then(|table| table.borrow_mut().remove(&key));
        match take() {
            Some(local) => drop(local),
            // It goes there, or went with its thread.
            None if self.thread.has_ended() => {}
            None => drop(threads::post(&self.thread, move || drop(take()))),
        }
    }
}

/// A message on its way to another thread. Dropped, it is not counted any more.
struct Travelling {
    home: Arc<Home>,
    kept: Kept,
    size: usize,
}

impl Travelling {
    fn arrive(mut self) -> Promise {
        let size = std::mem::take(&mut self.size);
        let Some(local) = self.home.local() else {
            self.home.queued.fetch_sub(size, Relaxed);
            return failed(closed());
        };
        let home = &self.home;
        let said = self
            .kept
            .with(|record| home.begin(local.as_ref(), record, size));
        super::promise_of(said)
    }
}

impl Drop for Travelling {
    fn drop(&mut self) {
        self.home.queued.fetch_sub(self.size, Relaxed);
    }
}

/// Who waits for the end is told, even if it never comes about.
struct End(Arc<Latch>);

impl End {
    fn when(self, promise: Promise) {
        drop(future::spawn(async move {
            let outcome = promise.await;
            self.0.set(outcome.map(drop));
            Ok(Value::UNIT)
        }));
    }
}

impl Drop for End {
    fn drop(&mut self) {
        // Nothing, if it was told already.
        self.0.set(Err(closed()));
    }
}
