//! Module Lwt_unix, above jobs: cooperative system calls.

pub mod mkdir;
pub mod sleep;
