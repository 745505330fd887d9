//! Module Lwt_unix, above jobs: cooperative system calls.

pub mod auto_pause;
pub mod bytes;
pub mod child;
pub mod cpu;
pub mod fd;
pub mod file;
pub mod fork;
pub mod gc;
pub mod net;
pub mod process_lock;
pub mod signal;
pub mod sleep;
pub mod sys;
pub mod throttle;
pub mod timeout;
