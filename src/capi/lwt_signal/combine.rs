//! `lwt_signal.h`: what is derived from others.
