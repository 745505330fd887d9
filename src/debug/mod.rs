//! Debugging: where promises and failures came from, and what everything is
//! waiting for. What Lwt has in `Printexc` and the `backtrace_` functions of
//! module Lwt, and more. Floor 0: calls nothing above it.
//!
//! | file | what |
//! |---|---|
//! | `dump` | what is pending, and what it waits for |

pub mod dump;
