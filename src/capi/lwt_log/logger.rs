//! `lwt_log.h`: loggers.
