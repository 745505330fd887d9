//! `lwt_signal.h`: promises and streams.
