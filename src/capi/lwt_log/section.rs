//! `lwt_log.h`: levels, sections and rules.
