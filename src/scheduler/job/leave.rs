//! A thread ends while jobs of its own are on their way.
//!
//! Those that have finished have their result read, and dropped. Those still
//! queued never run. Whatever comes back later finds nobody to read its
//! result: the worker that has it calls the cancel hook instead.

use super::here::Here;
use super::{land, run};

/// Run when the thread ends, before its handles go stale.
pub fn leave() {
    let Some(here) = Here::remove() else { return };
    let mut flights = here.flights.take();
    for ticket in flights.tickets() {
        if let Some(flight) = flights.get_mut(ticket) {
            // SAFETY: the record lives, as it did not come back yet.
            let _ = unsafe { run::withdraw(flight.job()) };
        }
    }
    let held = here.held.take();
    let mut job = here.home.clone().close(flights.len() - held.len());
    for held in held {
        // SAFETY: it came back, and nobody has read its result.
        unsafe { land::read_and_drop(held.job) };
    }
    while !job.is_null() {
        // SAFETY: taken from the list of finished jobs; read before the record
        // is freed.
        let next = unsafe { (*job).next };
        // SAFETY: as above.
        unsafe { land::read_and_drop(job) };
        job = next;
    }
}
