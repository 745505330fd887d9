//! Floor 2: what promises wait for in turn. Modules Lwt_mutex, Lwt_condition,
//! Lwt_mvar, Lwt_pool, Lwt_switch. Made of promises alone, and of timers where
//! a switch has a deadline.
//!
//! Each is an `Rc` that its C handle and all that goes on in it hold. Where
//! the last of these goes while promises still wait, those wait for ever, and
//! what they held is dropped.

pub mod compose;
pub mod condition;
pub mod mutex;
pub mod mvar;
pub mod places;
pub mod pool;
pub mod queue;
pub mod switch;
