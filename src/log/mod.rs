//! Module Lwt_log: sections, rules, templates and loggers.
