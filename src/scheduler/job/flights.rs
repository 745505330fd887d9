//! The jobs of one thread that are queued or running: a table, so that all of
//! them can be given up, and that keeps what resolves their promises out of
//! the records, which travel.

use super::record::lwt_unix_job;
use crate::exn::Exn;
use crate::promise::Resolver;
use std::ptr::NonNull;

/// A job on its way.
pub struct Flight {
    /// The record. It lives until the job comes back.
    pub job: NonNull<lwt_unix_job>,
    /// What resolves its promise; None: given up.
    pub resolver: Option<Resolver>,
    /// Counts the jobs of the thread.
    pub number: u64,
}

/// The table. A job's place in it is its ticket.
#[derive(Default)]
pub struct Flights {
    places: Vec<Option<Flight>>,
    free: Vec<u32>,
    next_number: u64,
    /// With what the promises are to fail of jobs that were aborted and go on,
    /// by their numbers.
    aborted: Vec<(u64, Exn)>,
}

impl Flights {
    /// Makes room for one more. False: out of memory.
    #[must_use]
    pub fn reserve(&mut self) -> bool {
        if !self.free.is_empty() {
            return true;
        }
        let len = self.places.len();
        let Ok(ticket) = u32::try_from(len) else {
            return false;
        };
        // As many as there are, so that what is freed always finds room.
        if self.places.try_reserve(1).is_err() || self.free.try_reserve(len + 1).is_err() {
            return false;
        }
        self.places.push(None);
        self.free.push(ticket);
        true
    }

    /// The ticket that the next job gets. After [`Flights::reserve`].
    pub fn next_ticket(&self) -> u32 {
        self.free.last().copied().unwrap_or(0)
    }

    /// Adds a job. After [`Flights::reserve`].
    pub fn add(&mut self, job: NonNull<lwt_unix_job>, resolver: Resolver) {
        if let Some(ticket) = self.free.pop() {
            self.places[ticket as usize] = Some(Flight {
                job,
                resolver: Some(resolver),
                number: self.next_number,
            });
            self.next_number += 1;
        }
    }

    /// Takes a job out.
    pub fn remove(&mut self, ticket: u32) -> Option<Flight> {
        let flight = self.places.get_mut(ticket as usize)?.take()?;
        self.free.push(ticket);
        Some(flight)
    }

    /// The job with this ticket.
    pub fn get_mut(&mut self, ticket: u32) -> Option<&mut Flight> {
        self.places.get_mut(ticket as usize)?.as_mut()
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
            .filter_map(|(ticket, place)| Some((place.as_ref()?.number, ticket)))
            .collect();
        numbered.sort_unstable();
        numbered.into_iter().map(|(_, ticket)| ticket).collect()
    }
}
