//! The jobs of one thread that are queued or running: a table, so that all of
//! them can be given up, and that keeps what resolves their promises out of
//! the records, which travel.

use super::record::lwt_unix_job;
use crate::exn::Exn;
use crate::promise::Resolver;
use std::ptr;

/// A job on its way. (Flat, and written field by field: what is put together
/// in memory and then moved costs more than all the rest.)
pub struct Flight {
    /// The record. It lives until the job comes back. NULL: a free place.
    job: *mut lwt_unix_job,
    /// Counts the jobs of the thread.
    number: u64,
    /// What resolves its promise; 0: given up.
    resolver: u32,
    /// A simulation does not wait for it any more.
    late: bool,
}

impl Flight {
    /// The record.
    pub fn job(&self) -> *mut lwt_unix_job {
        self.job
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Takes what resolves its promise.
    pub fn take_resolver(&mut self) -> Option<Resolver> {
        resolver(std::mem::take(&mut self.resolver))
    }
}

fn resolver(id: u32) -> Option<Resolver> {
    // SAFETY: `Flights::add` had it from this thread, as the table is its own;
    // who takes it leaves 0.
    (id != 0).then(|| unsafe { Resolver::from_id(id) })
}

/// The table. A job's place in it is its ticket.
#[derive(Default)]
pub struct Flights {
    places: Vec<Flight>,
    free: Vec<u32>,
    next_number: u64,
    /// With what the promises are to fail of jobs that were aborted and go on,
    /// by their numbers.
    aborted: Vec<(u64, Exn)>,
    /// How many are late.
    late: usize,
}

impl Flights {
    /// Makes room for one more. False: out of memory.
    #[must_use]
    pub fn reserve(&mut self) -> bool {
        !self.free.is_empty() || self.grow()
    }

    #[cold]
    fn grow(&mut self) -> bool {
        let len = self.places.len();
        let Ok(ticket) = u32::try_from(len) else {
            return false;
        };
        // As many as there are, so that what is freed always finds room.
        if self.places.try_reserve(1).is_err() || self.free.try_reserve(len + 1).is_err() {
            return false;
        }
        self.places.push(Flight {
            job: ptr::null_mut(),
            number: 0,
            resolver: 0,
            late: false,
        });
        self.free.push(ticket);
        true
    }

    /// The ticket that the next job gets. After [`Flights::reserve`].
    pub fn next_ticket(&self) -> u32 {
        self.free.last().copied().unwrap_or(0)
    }

    /// Adds a job. After [`Flights::reserve`].
    pub fn add(&mut self, job: *mut lwt_unix_job, resolver: Resolver) {
        if let Some(ticket) = self.free.pop() {
            let place = &mut self.places[ticket as usize];
            place.job = job;
            place.number = self.next_number;
            place.resolver = resolver.into_id();
            self.next_number += 1;
        }
    }

    /// Takes a job out: what resolves its promise, and its number.
    pub fn remove(&mut self, ticket: u32) -> (Option<Resolver>, u64) {
        let Some(place) = self.get_mut(ticket) else {
            return (None, u64::MAX);
        };
        place.job = ptr::null_mut();
        let late = std::mem::take(&mut place.late);
        let removed = (place.take_resolver(), place.number);
        self.free.push(ticket);
        self.late -= usize::from(late);
        removed
    }

    /// The job with this ticket.
    pub fn get_mut(&mut self, ticket: u32) -> Option<&mut Flight> {
        let place = self.places.get_mut(ticket as usize)?;
        (!place.job.is_null()).then_some(place)
    }

    /// The promise of this job is to fail with `exn` when the job comes back.
    pub fn abort(&mut self, number: u64, exn: Exn) {
        self.aborted.push((number, exn));
    }

    /// With what it is to fail.
    #[inline]
    pub fn take_aborted(&mut self, number: u64) -> Option<Exn> {
        if self.aborted.is_empty() {
            return None;
        }
        let place = self
            .aborted
            .iter()
            .position(|(other, _)| *other == number)?;
        Some(self.aborted.swap_remove(place).1)
    }

    /// A simulation waits no more for the jobs that did not come back.
    pub fn give_up_on_those_out(&mut self) {
        for place in self.places.iter_mut().filter(|place| !place.job.is_null()) {
            self.late += usize::from(!std::mem::replace(&mut place.late, true));
        }
    }

    /// The job with this ticket came back. Returns its number.
    pub fn came_back(&mut self, ticket: u32) -> u64 {
        let Some(place) = self.get_mut(ticket) else {
            return u64::MAX;
        };
        let (late, number) = (std::mem::take(&mut place.late), place.number);
        self.late -= usize::from(late);
        number
    }

    /// How many jobs are out for which a simulation does not wait.
    pub fn late(&self) -> usize {
        self.late
    }

    /// Each that there is, with the slot of its promise; 0: given up.
    pub fn each(&self, mut f: impl FnMut(&Flight, u32)) {
        let places = self.places.iter().filter(|place| !place.job.is_null());
        places.for_each(|place| f(place, place.resolver));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// The number that the next job gets.
    pub fn next_number(&self) -> u64 {
        self.next_number
    }

    /// Their tickets, in the order of submission.
    pub fn tickets(&self) -> Vec<u32> {
        let mut numbered: Vec<(u64, u32)> = (0..)
            .zip(&self.places)
            .filter(|(_, place)| !place.job.is_null())
            .map(|(ticket, place)| (place.number, ticket))
            .collect();
        numbered.sort_unstable();
        numbered.into_iter().map(|(_, ticket)| ticket).collect()
    }
}

impl Drop for Flights {
    fn drop(&mut self) {
        for place in &mut self.places {
            drop(place.take_resolver());
        }
    }
}
