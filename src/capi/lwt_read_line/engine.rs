//! `lwt_read_line.h`: the state machine of editing.
