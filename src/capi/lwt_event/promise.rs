//! `lwt_event.h`: promises and streams.
