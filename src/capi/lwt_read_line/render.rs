//! `lwt_read_line.h`: drawing what is edited.
