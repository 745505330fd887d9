//! `lwt_signal.h`: the standard operators on signals.
