//! Module Lwt_direct: plain sequential code on promises.
//!
//! A *fiber* is a function that runs on a stack of its own, on its thread's
//! main loop, and may await promises: it sleeps, the main loop goes on, and the
//! fiber is resumed in a later round, once the promise has been resolved.
//!
//! | file | what |
//! |---|---|
//! | `bounds` | where the stacks are, for collectors |
//! | `round` | the fibers of a thread, their queue, await and yield |
//! | `fiber` | one fiber: control block, switches, end |
//! | `storage` | storage of a fiber |
//! | `stack` | pooled stacks with guards |
//! | `switch` | from one stack to the other |
//! | `overflow` | names a stack overflow |
//! | `sanitizer` | tells the sanitizers of switches |
//!
//! May call floors 0 to 2.

pub mod bounds;
mod fiber;
pub mod overflow;
mod round;
mod sanitizer;
mod stack;
pub mod storage;
mod switch;
#[cfg(test)]
mod tests;

pub use fiber::Task;
pub use round::{await_at, await_promise, in_fiber, spawn, spawn_in_the_background, yield_now};
