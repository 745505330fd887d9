//! Module Lwt_sys: what this system can do. May call floor 0.
