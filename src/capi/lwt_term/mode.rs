//! `lwt_term.h`: modes, screen and size.
