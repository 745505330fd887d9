//! Finished jobs whose results are held back: in the deterministic simulation,
//! where not the workers say when a result comes but a seed. Calls `here`,
//! `land`, `run`.

use super::here::Here;
use super::record::lwt_unix_job;
use super::{before_sleep, land, run};
use crate::scheduler::clock;
use crate::scheduler::door::Door;

/// How long a job is waited for, in nanoseconds. One that takes longer is taken
/// for one that waits for the loop.
const PATIENCE: u64 = 1_000_000_000;

/// A job that came back.
pub struct Held {
    number: u64,
    /// The record, which is this thread's again.
    pub job: *mut lwt_unix_job,
}

/// Waits until each job of this thread has come back, or its worker waits for
/// this thread.
pub fn settle(door: &Door) {
    if run::in_flight() == 0 {
        return;
    }
    Here::with_existing(|here| {
        let mut end = None;
        loop {
            door.begin_turn();
            hold_back(here);
            if !is_any_out(here, door) {
                return;
            }
            let now = clock::now();
            let end = *end.get_or_insert(now.saturating_add(PATIENCE));
            if now >= end {
                here.flights.borrow_mut().give_up_on_those_out();
                return;
            }
            match before_sleep() {
                Some(0) => {}
                limit => door.sleep(Some(end.min(now + limit.unwrap_or(PATIENCE)))),
            }
        }
    });
}

/// Is there a job to be waited for?
fn is_any_out(here: &Here, door: &Door) -> bool {
    let late = here.flights.borrow().late();
    let accounted = here.held.borrow().len() + late + door.asking();
    here.in_flight.get() > accounted
}

/// Takes what has come back, and keeps it in the order of submission.
fn hold_back(here: &Here) {
    let mut job = here.home.take();
    if job.is_null() {
        return;
    }
    let mut held = here.held.borrow_mut();
    let mut flights = here.flights.borrow_mut();
    while !job.is_null() {
        // SAFETY: taken from the list: the record is this thread's again.
        let (next, ticket) = unsafe { ((*job).next, (*job).ticket) };
        let number = flights.came_back(ticket);
        held.push(Held { number, job });
        job = next;
    }
    held.sort_unstable_by_key(|held| held.number);
}

/// How many results are held back.
pub fn count() -> usize {
    Here::with_existing(|here| here.held.borrow().len()).unwrap_or(0)
}

/// Reads the result of one, `choose` saying which of so many. False: there is
/// none.
pub fn land_one(choose: impl FnOnce(usize) -> usize) -> bool {
    Here::with_existing(|here| {
        let mut held = here.held.borrow_mut();
        if held.is_empty() {
            return false;
        }
        let at = choose(held.len());
        let job = held.remove(at).job;
        drop(held);
        // SAFETY: it came back, and is not held any more.
        unsafe { land::land_alone(here, job) };
        true
    })
    .unwrap_or(false)
}
