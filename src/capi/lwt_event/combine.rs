//! `lwt_event.h`: what is derived from others.
