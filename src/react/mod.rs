//! Module Lwt_react: events and signals.
