//! Module Lwt_process: child processes with channels. May call floors 0 to 2,
//! `unix` and `io`.
