//! `lwt_term.h`: drawing.
