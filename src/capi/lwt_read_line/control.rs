//! `lwt_read_line.h`: a running instance.
