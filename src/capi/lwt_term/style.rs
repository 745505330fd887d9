//! `lwt_term.h`: colours and styled text.
