//! Jobs: blocking calls on a pool of workers, resolved on the main loop.
//!
//! What the main loop asks of this module is at the top; it is about the
//! calling thread's scheduler.

/// Has a job finished whose result has not been read? One relaxed load.
pub fn has_finished() -> bool {
    false
}
/// Reads the results of the jobs that have finished, in the order in which
/// they did; returns how many.
pub fn run_finished() -> usize {
    0
}
/// How many jobs of this scheduler are queued or running.
pub fn in_flight() -> usize {
    0
}
/// Called before the main loop sleeps: makes sure that a worker will take what
/// is queued. Returns how long the loop may sleep at most before it must call
/// this again, in nanoseconds; None: as long as it likes.
pub fn before_sleep() -> Option<u64> {
    None
}
/// In the child after a fork: no workers, nothing queued; jobs of the parent
/// are never resolved here.
pub fn reset_after_fork() {}
