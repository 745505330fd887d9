//! `lwt_read_line.h`: completion.
