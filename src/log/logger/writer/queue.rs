//! What is queued for a writer, and who waits for what of it.

#![forbid(unsafe_code)]

use super::MUCH;
use crate::exn::Exn;
use crate::handle::fork;
use crate::log::latch::{Done, Latch};
use std::collections::VecDeque;
use std::sync::Arc;

/// Where a line ends that goes out by itself.
pub struct End {
    /// Behind its last byte.
    pub at: usize,
    /// Told what has become of it.
    pub told: Option<Arc<Latch>>,
    /// Is it the last of its message?
    pub last: bool,
}

/// What is done with a message for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// It waits; or rather, its promise does.
    Wait,
    /// It is dropped, and counted.
    Drop,
}

/// What a logger has done so far.
#[derive(Clone, Copy, Default)]
pub struct Stats {
    /// Messages that were taken.
    pub taken: u64,
    /// Messages that were dropped.
    pub dropped: u64,
    /// Writes that failed.
    pub errors: u64,
    /// Bytes that are on their way.
    pub queued: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Unborn,
    Idle,
    Resting,
    Busy,
    Over,
    Closed,
}

#[derive(Default)]
pub struct Batch {
    pub bytes: Vec<u8>,
    pub ends: Vec<End>,
}

pub struct Queue {
    pub state: State,
    /// Of forks: a thread of an older one is not there.
    pub generation: u32,
    pub batch: Batch,
    /// The memory of the last one.
    pub spare: Batch,
    /// How many bytes are being written.
    pub writing: usize,
    pub limit: usize,
    pub full: Full,
    /// Dropped since that was last told.
    pub untold: u64,
    pub stats: Stats,
    /// All bytes that ever were appended, and written.
    pub appended: u64,
    pub written: u64,
    pub urgent: bool,
    pub closing: bool,
    pub stopping: bool,
    /// Was it said that the medium fails?
    pub complained: bool,
    /// The first failure of which nobody was told yet.
    pub failure: Option<Exn>,
    pub rooms: Vec<Arc<Latch>>,
    pub flushes: VecDeque<(u64, Arc<Latch>)>,
    pub reopens: Vec<Arc<Latch>>,
    pub closes: Vec<Arc<Latch>>,
}

impl Queue {
    pub fn append(&mut self, bytes: &[u8], ends: &[usize], told: Option<&Arc<Latch>>) {
        let start = self.batch.bytes.len();
        self.batch.bytes.extend_from_slice(bytes);
        for (n, end) in ends.iter().enumerate() {
            self.batch.ends.push(End {
                at: start + end,
                told: told.cloned(),
                last: n + 1 == ends.len(),
            });
        }
        self.appended += bytes.len() as u64;
        self.stats.taken += 1;
    }

    /// Some of a batch is lost. If somebody is told of each line, that is enough.
    pub fn lose(&mut self, batch: &Batch, exn: Exn) {
        let mut ends = batch.ends.iter();
        if batch.ends.is_empty() || ends.any(|end| end.told.is_none()) {
            self.failure.get_or_insert(exn);
        }
    }

    pub fn in_haste(&self) -> bool {
        self.urgent || self.closing || self.stopping || self.batch.bytes.len() >= MUCH
    }

    /// Has half of the room come back?
    pub fn room_is_back(&self) -> bool {
        self.batch.bytes.len() + self.writing <= self.limit / 2
    }

    /// Those whose time has come, and how it went.
    pub fn take_what_is_over(&mut self) -> Vec<(Arc<Latch>, Done)> {
        let mut over = Vec::new();
        if !self.rooms.is_empty() && (self.room_is_back() || self.closing) {
            over.extend(self.rooms.drain(..).map(|latch| (latch, Ok(()))));
        }
        while let Some((upto, _)) = self.flushes.front()
            && *upto <= self.written
            && let Some((_, latch)) = self.flushes.pop_front()
        {
            over.push((latch, self.failure.take().map_or(Ok(()), Err)));
        }
        over
    }

    /// The child of a fork begins with an empty queue and without a thread. Returns
    /// whoever waits for what only the parent does.
    pub fn begin_child(&mut self) -> Vec<Arc<Latch>> {
        self.generation = fork::generation();
        let batch = std::mem::take(&mut self.batch);
        self.spare = Batch::default();
        self.writing = 0;
        self.written = self.appended;
        self.untold = 0;
        if self.state != State::Closed {
            let over = self.closing || self.state == State::Over;
            self.state = if over { State::Over } else { State::Unborn };
        }
        let mut lost = std::mem::take(&mut self.rooms);
        lost.extend(self.flushes.drain(..).map(|(_, latch)| latch));
        lost.append(&mut self.reopens);
        lost.append(&mut self.closes);
        lost.extend(batch.ends.into_iter().filter_map(|end| end.told));
        lost
    }
}
