//! `lwt_read_line.h`: history and clipboard.
