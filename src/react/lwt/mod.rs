//! What Lwt adds to React: promises and streams of events, functions that return
//! promises, and notifiers.
//!
//! | file | what |
//! |---|---|
//! | `next` | the next occurrence, finalisers |
//! | `limit` | not more often than a promise allows |
//! | `source` | events from functions, streams and promises |
//! | `lane` | the work for each occurrence, in order or not |
//! | `served`, `several` | functions of promises on events |
//! | `signal` | the same on signals |
//! | `notify` | functions called for ever |
//! | `kept` | what the thread keeps |
//! | `lost` | failures that nobody else hears of |
//!
//! What is dropped stops listening at once, and what runs for it is cancelled; a task
//! knows what it works for weakly, so that nothing is begun or sent afterwards. Results
//! are sent, so they occur in a step of their own. It calls promises, futures and
//! streams.

#![forbid(unsafe_code)]

mod kept;
mod lane;
mod limit;
pub mod lost;
mod next;
pub mod notify;
mod served;
mod several;
mod signal;
mod source;

pub use lane::{Function, Order};
pub use signal::Use;
