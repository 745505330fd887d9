//! Floor 1: the main loop, engines, timers, notifications, jobs and the pool.

pub mod door;
pub mod first;
pub mod hooks;
pub mod job;
pub mod sync;
