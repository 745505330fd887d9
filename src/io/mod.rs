//! Module Lwt_io: buffered channels. May call floors 0 to 2 and `unix`.

pub mod fmt;
