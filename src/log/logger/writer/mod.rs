//! A queue of lines and the thread that writes them: what is behind loggers to a
//! file, to standard error and to syslog. Module Lwt_log; calls the medium.
//!
//! Whoever logs appends finished lines to the queue, under its lock, and goes on: a
//! slow disk is the writer's matter alone. The writer takes all that is there and
//! writes it at once, then lets a moment pass, so that under load many lines are one
//! system call, and who logs need not wake anybody.
//!
//! | state | who changes it |
//! |---|---|
//! | `Unborn` | the first line starts the thread; in the child of a fork all begin so |
//! | `Idle` | the thread sleeps until it is woken |
//! | `Resting` | the thread sleeps for a moment; it is woken only for what is urgent |
//! | `Busy` | the thread writes, and looks at the queue before it sleeps |
//! | `Over` | the thread has ended, for the program exits: who logs writes himself |
//! | `Closed` | the thread has ended, and the medium is closed |
//!
//! Locks: the list of writers before a queue; never two queues, and no promise is
//! resolved under either.

mod all;
mod queue;

pub use all::finish;
pub use queue::{End, Full, Stats};

use crate::abi::{LWT_FORKED, LWT_LOGGER_CLOSED};
use crate::exn::Exn;
use crate::handle::fork;
use crate::log::complain;
use crate::log::latch::{Done, Latch};
use crate::scheduler::job::launch;
use all::{EXITING, at_exit, hold, writers};
use queue::{Batch, Queue, State};
use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the writer lets lines gather.
const REST: Duration = Duration::from_millis(1);
/// But no more than so many bytes of them.
const MUCH: usize = 256 << 10;
/// A buffer that grew larger is not kept.
const KEPT: usize = 4 << 20;
/// How many bytes may be queued until somebody says how many.
pub const LIMIT: usize = 16 << 20;
/// At the program's end a medium that takes nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where lines go to. It may block: only the writer calls it.
pub trait Medium: Send + Sync {
    /// Writes all of it. The error: some of it is lost.
    fn write(&self, bytes: &[u8], ends: &[End], tell: &mut dyn FnMut(&End, Done)) -> Done;
    /// Opens it anew.
    fn reopen(&self) -> Done;
    /// Closes it.
    fn close(&self) -> Done;
    /// May lines gather for a moment?
    fn may_rest(&self) -> bool;
    /// What standard error is told when it fails. None: nothing.
    fn complaint(&self) -> Option<String>;
}

/// Makes the line that says how many messages were dropped: its bytes, and where it ends.
pub type TellDropped = Box<dyn Fn(&mut Vec<u8>, &mut Vec<usize>, u64) + Send + Sync>;

/// A queue, its thread and its medium.
pub struct Writer {
    queue: Mutex<Queue>,
    /// For the thread.
    wake: Condvar,
    /// For threads that wait for room or for the end.
    moved: Condvar,
    medium: Box<dyn Medium>,
    /// Says that so many messages were dropped.
    tell_dropped: TellDropped,
}

/// What who logs does if there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// He goes on: nothing is lost, but the queue grows.
    None,
    /// He waits, by a promise.
    Promise,
    /// His thread stands still.
    Block,
}

/// What has become of a message.
pub enum Pushed {
    /// It is in the queue.
    Done,
    /// It was dropped, as the user wants it.
    Dropped,
    /// It is in the queue; this happens when there is room again.
    Waits(Arc<Latch>),
    /// The logger is closed, or memory ran out.
    Failed(Exn),
}

impl Writer {
    /// One whose thread starts with its first line.
    pub fn new(medium: Box<dyn Medium>, tell_dropped: TellDropped) -> Arc<Writer> {
        static AT_EXIT: AtomicBool = AtomicBool::new(false);
        fork::hold_too(hold);
        if !AT_EXIT.swap(true, Relaxed) {
            // SAFETY: no conditions.
            unsafe { libc::atexit(at_exit) };
        }
        let queue = Queue {
            state: State::Unborn,
            generation: fork::generation(),
            batch: Batch::default(),
            spare: Batch::default(),
            writing: 0,
            limit: LIMIT,
            full: Full::Wait,
            untold: 0,
            stats: Stats::default(),
            appended: 0,
            written: 0,
            urgent: false,
            closing: false,
            stopping: EXITING.load(Relaxed),
            complained: false,
            failure: None,
            rooms: Vec::new(),
            flushes: VecDeque::new(),
            reopens: Vec::new(),
            closes: Vec::new(),
        };
        let writer = Arc::new(Writer {
            queue: Mutex::new(queue),
            wake: Condvar::new(),
            moved: Condvar::new(),
            medium,
            tell_dropped,
        });
        let mut list = writers();
        list.retain(|writer| writer.strong_count() > 0);
        list.push(Arc::downgrade(&writer));
        writer
    }

    /// The queue. In the child of a fork it is empty at first: the parent writes what
    /// was in it.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.generation == fork::generation() {
            return queue;
        }
        let lost = queue.begin_child();
        drop(queue);
        for latch in lost {
            let why = "the log is written by a thread of the parent process";
            latch.set(Err(Exn::new(LWT_FORKED, why)));
        }
        self.lock()
    }

    /// Appends a message: the lines of `bytes`, and for those that go out one by one
    /// where each ends. `told` learns what has become of it.
    pub fn push(
        self: &Arc<Self>,
        bytes: &[u8],
        ends: &[usize],
        told: Option<&Arc<Latch>>,
        urgent: bool,
        patience: Patience,
    ) -> Pushed {
        let mut queue = self.lock();
        if queue.closing || queue.state == State::Closed {
            return Pushed::Failed(closed());
        }
        let queued = queue.batch.bytes.len() + queue.writing;
        let is_full = queued != 0 && queued.saturating_add(bytes.len()) > queue.limit;
        if is_full && queue.full == Full::Drop {
            queue.untold += 1;
            queue.stats.dropped += 1;
            return Pushed::Dropped;
        }
        if queue.batch.bytes.try_reserve(bytes.len()).is_err() {
            queue.untold += 1;
            queue.stats.dropped += 1;
            return Pushed::Failed(Exn::out_of_memory());
        }
        queue.append(bytes, ends, told);
        queue.urgent |= urgent;
        self.see_to_it(&mut queue);
        let nobody_serves = matches!(queue.state, State::Over | State::Unborn);
        if !is_full || nobody_serves || patience == Patience::None {
            return Pushed::Done;
        }
        if patience == Patience::Promise {
            let latch = Latch::new();
            queue.rooms.push(latch.clone());
            return Pushed::Waits(latch);
        }
        while queue.batch.bytes.len() + queue.writing > queue.limit
            && !matches!(queue.state, State::Over | State::Closed)
        {
            queue = self
                .moved
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Pushed::Done
    }

    /// There is something to do: whoever does it is woken, or started.
    fn see_to_it(self: &Arc<Self>, queue: &mut MutexGuard<'_, Queue>) {
        match queue.state {
            State::Busy | State::Closed => {}
            State::Idle => {
                queue.state = State::Busy;
                self.wake.notify_one();
            }
            State::Resting => {
                if queue.urgent || queue.batch.bytes.len() >= MUCH {
                    queue.state = State::Busy;
                    self.wake.notify_one();
                }
            }
            State::Unborn if !queue.stopping => {
                queue.state = State::Busy;
                let me = Arc::into_raw(self.clone());
                // SAFETY: `run` takes over the reference.
                let started = unsafe { launch::deaf(run, me.cast_mut().cast()) };
                if started.is_err() {
                    // SAFETY: nobody took it over.
                    drop(unsafe { Arc::from_raw(me) });
                    queue.state = State::Unborn;
                    self.write_here(queue);
                }
            }
            State::Unborn | State::Over => self.write_here(queue),
        }
    }

    /// There is no thread for it, and there will be none.
    fn write_here(&self, queue: &mut MutexGuard<'_, Queue>) {
        let batch = std::mem::take(&mut queue.batch);
        let reopens = std::mem::take(&mut queue.reopens);
        let (batch, done) = self.put(batch, reopens);
        queue.written = queue.appended;
        if let Err(exn) = done {
            queue.stats.errors += 1;
            queue.lose(&batch, exn);
        }
    }

    /// Writes a batch, and opens the medium anew.
    fn put(&self, batch: Batch, reopens: Vec<Arc<Latch>>) -> (Batch, Done) {
        let mut done = Ok(());
        if !batch.bytes.is_empty() {
            let mut tell = |end: &End, done: Done| {
                if let Some(latch) = end.told.as_ref().filter(|_| end.last || done.is_err()) {
                    latch.set(done);
                }
            };
            done = self.medium.write(&batch.bytes, &batch.ends, &mut tell);
        }
        if !reopens.is_empty() {
            let opened = self.medium.reopen();
            for latch in reopens {
                latch.set(opened.clone());
            }
        }
        (batch, done)
    }

    /// What the thread does.
    fn serve(self: &Arc<Self>) {
        let mut queue = self.lock();
        loop {
            if queue.batch.bytes.is_empty() && queue.reopens.is_empty() {
                if queue.closing || queue.stopping {
                    break;
                }
                if queue.flushes.is_empty() {
                    queue = self.sleep(queue);
                    continue;
                }
            }
            queue.urgent = false;
            let spare = std::mem::take(&mut queue.spare);
            let batch = std::mem::replace(&mut queue.batch, spare);
            let reopens = std::mem::take(&mut queue.reopens);
            queue.writing = batch.bytes.len();
            drop(queue);
            let (mut batch, done) = self.put(batch, reopens);
            queue = self.lock();
            queue.written += queue.writing as u64;
            queue.writing = 0;
            self.note(&mut queue, &batch, done);
            if batch.bytes.capacity() <= KEPT {
                batch.bytes.clear();
                batch.ends.clear();
                queue.spare = batch;
            }
            self.tell_of_drops(&mut queue);
            let over = queue.take_what_is_over();
            self.moved.notify_all();
            if !over.is_empty() {
                drop(queue);
                over.into_iter().for_each(|(latch, done)| latch.set(done));
                queue = self.lock();
            }
            if self.medium.may_rest() && !queue.in_haste() {
                queue.state = State::Resting;
                let rested = self.wake.wait_timeout(queue, REST);
                queue = rested.unwrap_or_else(PoisonError::into_inner).0;
                queue.state = State::Busy;
            }
        }
        self.end(queue);
    }

    fn sleep<'a>(&'a self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        queue.state = State::Idle;
        while queue.state == State::Idle {
            let woken = self.wake.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
        queue
    }

    /// The thread ends.
    fn end(&self, mut queue: MutexGuard<'_, Queue>) {
        let closes = std::mem::take(&mut queue.closes);
        let mut over = queue.take_what_is_over();
        let closed = match queue.closing {
            true => {
                queue.state = State::Closed;
                let failure = queue.failure.take();
                drop(queue);
                self.close_medium(failure)
            }
            false => {
                queue.state = State::Over;
                drop(queue);
                Ok(())
            }
        };
        over.extend(closes.into_iter().map(|latch| (latch, closed.clone())));
        over.into_iter().for_each(|(latch, done)| latch.set(done));
        self.moved.notify_all();
    }

    /// Closes the medium. It fails if something was lost of which nobody was told.
    fn close_medium(&self, failure: Option<Exn>) -> Done {
        let closed = self.medium.close();
        failure.map_or(closed, Err)
    }

    /// What has become of a write.
    fn note(&self, queue: &mut Queue, batch: &Batch, done: Done) {
        let Err(exn) = done else {
            queue.complained = false;
            return;
        };
        queue.stats.errors += 1;
        if !std::mem::replace(&mut queue.complained, true)
            && let Some(medium) = self.medium.complaint()
        {
            let why = exn.message().to_string_lossy();
            complain(&format!("Lwt_log: {medium}: {why}; messages are lost"));
        }
        queue.lose(batch, exn);
    }

    /// There is room again, and it is said how much there was none for.
    fn tell_of_drops(&self, queue: &mut Queue) {
        if queue.untold == 0 || queue.batch.bytes.len() > queue.limit / 2 {
            return;
        }
        let untold = std::mem::take(&mut queue.untold);
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        (self.tell_dropped)(&mut bytes, &mut ends, untold);
        queue.append(&bytes, &ends, None);
        queue.stats.taken -= 1;
    }

    /// Happens when all that was logged before is written; fails if some of it was
    /// lost.
    pub fn flush(self: &Arc<Self>) -> Arc<Latch> {
        let latch = Latch::new();
        let mut queue = self.lock();
        let upto = queue.appended;
        let done = queue.written == upto || queue.state == State::Closed;
        if done {
            let failure = queue.failure.take();
            drop(queue);
            latch.set(failure.map_or(Ok(()), Err));
            return latch;
        }
        queue.flushes.push_back((upto, latch.clone()));
        queue.urgent = true;
        self.see_to_it(&mut queue);
        latch
    }

    /// Happens when the medium is open anew.
    pub fn reopen(self: &Arc<Self>) -> Arc<Latch> {
        let latch = Latch::new();
        let mut queue = self.lock();
        if queue.closing || queue.state == State::Closed {
            drop(queue);
            latch.set(Err(closed()));
            return latch;
        }
        queue.reopens.push(latch.clone());
        queue.urgent = true;
        self.see_to_it(&mut queue);
        latch
    }

    /// Happens when all is written and the medium closed; fails if some of it was lost.
    /// Nothing more is taken.
    pub fn close(self: &Arc<Self>) -> Arc<Latch> {
        let latch = Latch::new();
        let mut queue = self.lock();
        queue.closing = true;
        queue.urgent = true;
        match queue.state {
            State::Closed => {
                drop(queue);
                latch.set(Ok(()));
            }
            State::Unborn | State::Over => {
                queue.state = State::Closed;
                let failure = queue.failure.take();
                drop(queue);
                latch.set(self.close_medium(failure));
            }
            _ => {
                queue.closes.push(latch.clone());
                self.see_to_it(&mut queue);
            }
        }
        latch
    }

    /// The program ends: all is written, and from now on whoever logs writes himself.
    fn stop(self: &Arc<Self>) {
        let mut queue = self.lock();
        queue.stopping = true;
        queue.urgent = true;
        if queue.state == State::Unborn {
            return;
        }
        self.see_to_it(&mut queue);
        let (mut seen, mut since) = (queue.written, Instant::now());
        while !matches!(queue.state, State::Over | State::Closed) {
            let waited = self.moved.wait_timeout(queue, Duration::from_millis(100));
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
            if queue.written != seen {
                (seen, since) = (queue.written, Instant::now());
            }
            if since.elapsed() > PATIENCE {
                return;
            }
        }
    }

    /// How many bytes may be queued, and what is done when that is not enough.
    pub fn set_limit(&self, limit: usize, full: Full) {
        let mut queue = self.lock();
        (queue.limit, queue.full) = (limit, full);
        self.moved.notify_all();
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        let queue = self.lock();
        Stats {
            queued: (queue.batch.bytes.len() + queue.writing) as u64,
            ..queue.stats
        }
    }
}

/// The thread.
extern "C" fn run(writer: *mut c_void) -> *mut c_void {
    // SAFETY: a reference that was given to this thread.
    let writer = unsafe { Arc::from_raw(writer.cast_const().cast::<Writer>()) };
    writer.serve();
    std::ptr::null_mut()
}

/// What a closed logger answers.
pub fn closed() -> Exn {
    Exn::new(LWT_LOGGER_CLOSED, "the logger is closed")
}
