//! Module Lwt_react: events and signals.
//!
//! An event occurs now and then; a signal has a value that changes. Some are made and
//! fed by the program, all others are derived from them. `graph/` updates what is
//! derived; `event/` and `signal/` are the ways to derive. Each thread has a graph of
//! its own. `lwt/` ties them to promises and streams. This module calls promises, their
//! values and exceptions, and no I/O.

pub mod event;
pub mod graph;
pub mod lifted;
pub mod lwt;
pub mod operators;
pub mod signal;
pub mod step;

pub use event::{Event, Sender};
pub use graph::at::{At, Update};
pub use graph::core::Eq;
pub use signal::{Setter, Signal};
pub use step::Step;

#[cfg(test)]
mod tests;
