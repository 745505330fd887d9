//! `lwt_read_line.h`: reading a line, a password, a word.
