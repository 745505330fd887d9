//! Module Lwt_timeout: many coarse timeouts. May call floors 0 to 2.
