//! `lwt_signal.h`: signals and their setters.
