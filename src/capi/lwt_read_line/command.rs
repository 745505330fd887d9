//! `lwt_read_line.h`: commands.
