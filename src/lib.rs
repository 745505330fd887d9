//! liblwt: Lwt, light-weight cooperative threads, as a C-ABI shared library.
//!
//! The floors, an arrow goes down only (see `ARCHITECTURE.md`):
//!
//! | floor | modules |
//! |---|---|
//! | 5 | [`capi`] |
//! | 4 | [`log`], [`react`], [`text`], [`term`], [`read_line`], [`ssl`], [`glib`] |
//! | 3 | [`unix`], [`io`], [`process`], [`preemptive`], [`direct`] |
//! | 2 | [`sync`], [`data`] |
//! | 1 | [`scheduler`] |
//! | 0 | [`promise`], [`value`], [`exn`], [`handle`], [`debug`], [`rte`], [`binding`], [`abi`], [`options`], `dynamic` |

pub mod abi;
pub mod binding;
pub mod capi;
pub mod data;
pub mod debug;
pub mod direct;
mod dynamic;
pub mod exn;
pub mod glib;
pub mod handle;
pub mod io;
pub mod log;
pub mod options;
pub mod preemptive;
pub mod process;
pub mod promise;
pub mod react;
pub mod read_line;
pub mod rte;
pub mod scheduler;
pub mod ssl;
pub mod sync;
pub mod term;
pub mod text;
pub mod unix;
pub mod value;
