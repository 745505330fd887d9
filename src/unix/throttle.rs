//! Module Lwt_throttle: a rate for each key. May call floors 0 to 2.
