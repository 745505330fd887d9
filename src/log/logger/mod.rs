//! Loggers: what is done with a message. Module Lwt_log; calls the kinds of loggers.
//!
//! Any thread may log to any of them. Those that write lines (to a file, say) have a
//! queue and a thread; those that run the user's code, or write to a channel, have a
//! home, and messages of other threads travel there.

pub mod channel;
pub mod file;
pub mod home;
pub mod lines;
pub mod open;
pub mod syslog;
pub mod user;
pub mod writer;

use super::latch::{Done, Latch};
use super::record::Record;
use crate::exn::Exn;
use crate::promise::{Promise, failed, future, resolved};
use crate::value::Value;
use home::Home;
use lines::Lines;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use writer::{Full, Stats, closed};

/// What a message has come to: nothing to wait for, a promise, or a failure.
pub type Said = Result<Option<Promise>, Exn>;

/// How deep broadcasts may be in broadcasts. What goes through them, and their end,
/// takes stack for each; and two that both name the same ones below double the messages.
pub const DEEPEST: u32 = 20;

/// A logger.
pub struct Logger {
    closed: AtomicBool,
    /// It is closed, and how that went.
    over: Arc<Latch>,
    /// How many broadcasts are in each other here.
    depth: u32,
    sink: Sink,
}

enum Sink {
    Null,
    Lines(Lines),
    Home(Arc<Home>),
    Broadcast(Vec<Arc<Logger>>),
}

impl Logger {
    fn new(sink: Sink) -> Arc<Logger> {
        Arc::new(Logger {
            closed: AtomicBool::new(false),
            over: Latch::new(),
            depth: 0,
            sink,
        })
    }

    /// `Lwt_log.null`
    pub fn null() -> Arc<Logger> {
        Logger::new(Sink::Null)
    }

    /// `Lwt_log.broadcast`. None: it would be deeper than is good.
    pub fn broadcast(parts: Vec<Arc<Logger>>) -> Option<Arc<Logger>> {
        let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0) + 1;
        (depth <= DEEPEST).then(|| {
            Arc::new(Logger {
                closed: AtomicBool::new(false),
                over: Latch::new(),
                depth,
                sink: Sink::Broadcast(parts),
            })
        })
    }

    /// One that writes lines.
    pub fn of_lines(lines: Lines) -> Arc<Logger> {
        Logger::new(Sink::Lines(lines))
    }

    /// One that has a home.
    pub fn of_home(home: Arc<Home>) -> Arc<Logger> {
        Logger::new(Sink::Home(home))
    }

    /// Does nobody take messages any more?
    pub fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// Takes a message. `ignored`: nobody waits for what becomes of it.
    pub fn take(&self, record: &Record, ignored: bool) -> Said {
        if self.is_closed() {
            return Err(closed());
        }
        match &self.sink {
            Sink::Null => Ok(None),
            Sink::Lines(lines) => lines.take(record, ignored),
            Sink::Home(home) => home.take(record, ignored),
            Sink::Broadcast(parts) => {
                let said = parts.iter().map(|part| part.take(record, ignored));
                gather(said.collect())
            }
        }
    }

    /// `Lwt_log.close`: once, and whoever asks again is told how it went.
    pub fn close(&self) -> Promise {
        if !self.closed.swap(true, Relaxed) {
            match &self.sink {
                Sink::Null | Sink::Broadcast(_) => self.over.set(Ok(())),
                Sink::Lines(lines) => lines.writer().close().forward(self.over.clone()),
                Sink::Home(home) => home.close(self.over.clone()),
            }
        }
        self.over.promise()
    }

    /// Fulfilled when all that was logged before is written.
    pub fn flush(&self) -> Promise {
        match &self.sink {
            Sink::Lines(lines) => lines.writer().flush().promise(),
            Sink::Broadcast(parts) => {
                let said = parts.iter().map(|part| Ok(Some(part.flush())));
                promise_of(gather(said.collect()))
            }
            Sink::Home(home) => home.flush(),
            Sink::Null => resolved(Value::UNIT),
        }
    }

    /// Fulfilled when what is behind it is open anew.
    pub fn reopen(&self) -> Promise {
        match &self.sink {
            _ if self.is_closed() => failed(closed()),
            Sink::Lines(lines) => lines.writer().reopen().promise(),
            Sink::Broadcast(parts) => {
                let said = parts.iter().map(|part| Ok(Some(part.reopen())));
                promise_of(gather(said.collect()))
            }
            Sink::Home(_) | Sink::Null => resolved(Value::UNIT),
        }
    }

    /// How many bytes may be on their way, and what is done with more. False: it has
    /// no queue.
    pub fn set_limit(&self, limit: usize, full: Full) -> bool {
        match &self.sink {
            Sink::Lines(lines) => lines.writer().set_limit(limit, full),
            Sink::Home(home) => home.set_limit(limit, full),
            Sink::Broadcast(_) | Sink::Null => return false,
        }
        true
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        match &self.sink {
            Sink::Lines(lines) => lines.writer().stats(),
            Sink::Home(home) => home.stats(),
            Sink::Broadcast(_) | Sink::Null => Stats::default(),
        }
    }
}

impl Drop for Logger {
    fn drop(&mut self) {
        if *self.closed.get_mut() {
            return;
        }
        if let Sink::Lines(lines) = &self.sink {
            // The thread writes what there is, and ends.
            drop(lines.writer().close());
        }
    }
}

/// What a message comes to that went several ways: all have to be over, and the first
/// failure is the result's.
fn gather(all: Vec<Said>) -> Said {
    let mut first: Done = Ok(());
    let mut waiting = Vec::new();
    for said in all {
        match said {
            Ok(Some(promise)) => waiting.push(promise),
            Ok(None) => {}
            Err(exn) if first.is_ok() => first = Err(exn),
            Err(_) => {}
        }
    }
    if waiting.is_empty() {
        return first.map(|()| None);
    }
    Ok(Some(future::spawn(async move {
        for promise in waiting {
            if let Err(exn) = promise.await
                && first.is_ok()
            {
                first = Err(exn);
            }
        }
        first.map(|()| Value::UNIT)
    })))
}

/// A promise, whatever it came to.
pub fn promise_of(said: Said) -> Promise {
    match said {
        Ok(Some(promise)) => promise,
        Ok(None) => resolved(Value::UNIT),
        Err(exn) => failed(exn),
    }
}
