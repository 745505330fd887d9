//! `lwt_log.h`: messages.
