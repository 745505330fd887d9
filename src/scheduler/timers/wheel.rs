//! Timers in time order: a hierarchical wheel of append-only buckets. A pure
//! data structure; knows neither clocks nor promises. Calls `chunk`.
//!
//! # The idea
//!
//! It is a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990) in the clothes of
//! a timing wheel (Varghese, Lauck 1987). Time is cut into ticks of 2^20 ns,
//! about a millisecond. A timer goes to the level at which its tick first
//! differs from the present one, six bits a level, and there to the bucket of
//! that digit:
//!
//! ```text
//! level 0   64 buckets of    1 ms   those of the present 67 ms
//! level 1   64 buckets of   67 ms   those of the present 4.3 s
//! level 2   64 buckets of  4.3 s    ...
//! ```
//!
//! A timer thus costs one append, however many there are. When the present
//! reaches a bucket, its timers are dealt out to the levels below, and those
//! of the present tick are sorted into the *run*, from which they fire in
//! order. All of a bucket's direct appends come after it has been dealt to, so
//! each bucket stands in creation order, the sort is stable, and equal
//! deadlines fire in the order of their creation.
//!
//! Most timers never fire: taking one away marks its entry, and gives back a
//! chunk when all in it are marked. Where the marked outnumber the living
//! still, the wheel is packed anew.

use super::chunk::{Bucket, Entry, IN_RUN, Pool};
use std::ptr::NonNull;

const TICK_BITS: u32 = 20;
const LEVEL_BITS: u32 = 6;
const SLOTS: usize = 1 << LEVEL_BITS;
/// 44 bits of ticks.
const LEVELS: usize = (64 - TICK_BITS).div_ceil(LEVEL_BITS) as usize;
/// The bucket of the present tick, and of deadlines that never come.
const PRESENT: usize = LEVELS * SLOTS;
const NEVER: usize = PRESENT + 1;

/// How far ahead of their use the owners of timers are fetched: with a million
/// of them, each is a wait for memory.
pub(super) const AHEAD: usize = 12;

/// A deadline that never comes.
pub(crate) const FOREVER: u64 = u64::MAX;

/// Whose timer it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// The promise of a sleep: the number of its resolver.
    Promise(u32),
    /// A timer of `lwt_engine_on_timer`: its number.
    Event(u32),
}

/// Where a timer is. Changes when the wheel says so.
pub(crate) type Place = NonNull<Entry>;

/// The wheel of one scheduler.
pub(crate) struct Wheel {
    /// The time up to which buckets have been dealt out.
    last: u64,
    live: usize,
    /// Marked entries that still take room in buckets.
    marked: usize,
    /// A bit for each bucket that has something, by level.
    occupied: [u64; LEVELS],
    buckets: Box<[Bucket]>,
    pool: Pool,
    /// How often a bucket has become empty.
    emptied: u32,
    /// The present tick and what is overdue, sorted.
    run: Vec<Entry>,
    run_at: usize,
}

impl Wheel {
    pub(crate) fn new() -> Wheel {
        Wheel {
            last: 0,
            live: 0,
            marked: 0,
            occupied: [0; LEVELS],
            buckets: (0..=NEVER).map(|_| Bucket::EMPTY).collect(),
            pool: Pool::new(),
            emptied: 0,
            run: Vec::new(),
            run_at: 0,
        }
    }

    /// How many timers there are.
    #[inline]
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    #[inline]
    fn bucket_of(&self, deadline: u64) -> usize {
        let tick = deadline >> TICK_BITS;
        let differs = tick ^ (self.last >> TICK_BITS);
        if differs == 0 || deadline <= self.last {
            return PRESENT;
        }
        if deadline == FOREVER {
            return NEVER;
        }
        let level = differs.ilog2() / LEVEL_BITS;
        level as usize * SLOTS + (tick >> (level * LEVEL_BITS)) as usize % SLOTS
    }

    /// A new timer. `now` is not after the present; it serves to wind an empty
    /// wheel. The caller keeps the place, which changes when [`Wheel::advance`]
    /// or [`Wheel::remove`] says so.
    #[inline]
    pub(crate) fn insert(&mut self, now: u64, deadline: u64, target: Target) -> Place {
        if self.live == 0 && now > self.last {
            self.last = now;
        }
        self.live += 1;
        self.append(deadline, target)
    }

    #[inline]
    fn append(&mut self, deadline: u64, target: Target) -> Place {
        let index = self.bucket_of(deadline);
        if index < PRESENT {
            self.occupied[index / SLOTS] |= 1 << (index % SLOTS);
        }
        self.buckets[index].push(index as u32, deadline, target, &mut self.pool)
    }

    /// Takes a timer away. `moved` is told of those that found a new place.
    ///
    /// # Safety
    /// `place` is that of a timer that is in the wheel now.
    #[inline]
    pub(crate) unsafe fn remove(&mut self, place: Place, moved: impl FnMut(Target, Place)) {
        self.live -= 1;
        // SAFETY: the caller says that the entry is one of ours.
        let entry = unsafe { &mut *place.as_ptr() };
        if entry.is_in_run() {
            entry.mark();
            return;
        }
        // SAFETY: an entry that is not in the run is in a chunk of ours.
        let (index, marked) = unsafe { Bucket::remove(place, &mut self.buckets, &mut self.pool) };
        self.marked = self.marked.wrapping_add_signed(marked);
        if self.buckets[index].is_empty() {
            if index < PRESENT {
                self.occupied[index / SLOTS] &= !(1 << (index % SLOTS));
            }
            self.emptied = self.emptied.wrapping_add(1);
            if self.emptied.is_multiple_of(4096) {
                self.shrink();
            }
        }
        if self.marked > 2 * self.live + 8192 {
            self.pack(moved);
        }
    }

    /// Gives back the chunks of empty buckets.
    #[cold]
    fn shrink(&mut self) {
        let pool = &mut self.pool;
        self.buckets
            .iter_mut()
            .for_each(|bucket| bucket.shrink(pool));
    }

    /// Puts all that lives into fresh chunks, in the same order.
    #[cold]
    fn pack(&mut self, mut moved: impl FnMut(Target, Place)) {
        self.marked = 0;
        for index in 0..self.buckets.len() {
            let mut old = std::mem::replace(&mut self.buckets[index], Bucket::EMPTY);
            while let Some(entry) = old.pop_front(&mut self.pool) {
                let place = self.buckets[index].push(
                    index as u32,
                    entry.deadline,
                    entry.target(),
                    &mut self.pool,
                );
                moved(entry.target(), place);
            }
        }
        self.pool.trim();
    }

    /// When the loop must look again: not after the first deadline, and only
    /// before it where that timer has been taken away. None: never.
    pub(crate) fn next(&mut self) -> Option<u64> {
        if self.live == 0 {
            return None;
        }
        self.skip_marked();
        let run = self.run.get(self.run_at).map(|entry| entry.deadline);
        let present = &self.buckets[PRESENT];
        if !present.is_empty() {
            return Some(run.map_or(present.earliest, |run| run.min(present.earliest)));
        }
        run.or_else(|| Some(self.buckets[self.first()?].earliest))
    }

    /// The first bucket after the present: the lowest level has the nearest.
    fn first(&self) -> Option<usize> {
        let level = self.occupied.iter().position(|&bits| bits != 0)?;
        Some(level * SLOTS + self.occupied[level].trailing_zeros() as usize)
    }

    fn skip_marked(&mut self) {
        while self.run.get(self.run_at).is_some_and(Entry::is_marked) {
            self.run_at += 1;
        }
    }

    /// When the bucket begins.
    fn begins(&self, index: usize) -> u64 {
        let (level, slot) = (index / SLOTS, index % SLOTS);
        let shift = TICK_BITS + level as u32 * LEVEL_BITS;
        // The digits above are those of the present.
        let above = match shift + LEVEL_BITS {
            64.. => 0,
            bits => self.last >> bits << bits,
        };
        above | (slot as u64) << shift
    }

    /// Makes `now` the present: all that is due by then is in the run
    /// afterwards. `moved` is told of those that found a new place, `soon` of
    /// those that `moved` will be told of, so that they can be fetched.
    pub(crate) fn advance(
        &mut self,
        now: u64,
        soon: impl Fn(Target),
        mut moved: impl FnMut(Target, Place),
    ) {
        let now = now.max(self.last);
        let mut due = Vec::new();
        self.collect(PRESENT, &mut due);
        while let Some(index) = self.first() {
            if self.begins(index) > now {
                break;
            }
            let (level, slot) = (index / SLOTS, index % SLOTS);
            self.occupied[level] &= !(1 << slot);
            if level == 0 {
                self.collect(index, &mut due);
                continue;
            }
            // What the bucket held is before all that is left, so the present
            // may move on to where it belongs among the rest. Only its
            // beginning is sure to come before the buckets it is dealt to.
            self.last = self.begins(index);
            let mut bucket = std::mem::replace(&mut self.buckets[index], Bucket::EMPTY);
            self.marked -= bucket.marked();
            while let Some(entry) = bucket.pop_front(&mut self.pool) {
                if let Some(target) = bucket.peek(AHEAD) {
                    soon(target);
                }
                if entry.deadline >> TICK_BITS <= now >> TICK_BITS {
                    due.push(entry);
                } else {
                    let place = self.append(entry.deadline, entry.target());
                    moved(entry.target(), place);
                }
            }
        }
        self.last = now;
        if !due.is_empty() {
            self.merge(due, soon, moved);
        }
    }

    fn collect(&mut self, index: usize, due: &mut Vec<Entry>) {
        let mut bucket = std::mem::replace(&mut self.buckets[index], Bucket::EMPTY);
        self.marked -= bucket.marked();
        while let Some(entry) = bucket.pop_front(&mut self.pool) {
            due.push(entry);
        }
    }

    /// Sorts into the run.
    fn merge(
        &mut self,
        due: Vec<Entry>,
        soon: impl Fn(Target),
        mut moved: impl FnMut(Target, Place),
    ) {
        self.skip_marked();
        if self.run_at == self.run.len() {
            self.run = due;
        } else {
            self.run.drain(..self.run_at);
            self.run.retain(|entry| !entry.is_marked());
            self.run.extend(due);
        }
        self.run_at = 0;
        // Stable: the older of equals stay in front.
        self.run.sort_by_key(|entry| entry.deadline);
        for at in 0..self.run.len() {
            if let Some(entry) = self.run.get(at + AHEAD) {
                soon(entry.target());
            }
            let entry = &mut self.run[at];
            entry.place |= IN_RUN;
            moved(entry.target(), NonNull::from(entry));
        }
    }

    /// Takes out all timers with their deadlines, in no order but that equal
    /// deadlines come in the order of their creation.
    pub(crate) fn drain(&mut self, mut taken: impl FnMut(u64, Target)) {
        self.occupied = [0; LEVELS];
        (self.live, self.marked) = (0, 0);
        // The run first: what it shares a deadline with is younger.
        for entry in self.run.drain(..).skip(self.run_at) {
            if !entry.is_marked() {
                taken(entry.deadline, entry.target());
            }
        }
        self.run_at = 0;
        for index in 0..self.buckets.len() {
            let mut bucket = std::mem::replace(&mut self.buckets[index], Bucket::EMPTY);
            while let Some(entry) = bucket.pop_front(&mut self.pool) {
                taken(entry.deadline, entry.target());
            }
        }
    }

    /// The next timer that is due by `now`, taken away. Only what
    /// [`Wheel::advance`] has found. `soon` is told of one that follows.
    #[inline]
    pub(crate) fn pop(&mut self, now: u64, soon: impl Fn(Target)) -> Option<Target> {
        if let Some(entry) = self.run.get(self.run_at + AHEAD) {
            soon(entry.target());
        }
        loop {
            let entry = self.run.get(self.run_at)?;
            if entry.is_marked() {
                self.run_at += 1;
                continue;
            }
            if entry.deadline > now {
                return None;
            }
            let target = entry.target();
            self.run_at += 1;
            self.live -= 1;
            return Some(target);
        }
    }
}

#[cfg(test)]
#[path = "wheel_tests.rs"]
mod tests;
