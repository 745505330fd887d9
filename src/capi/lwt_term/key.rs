//! `lwt_term.h`: keys.
