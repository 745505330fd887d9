//! Module Lwt_read_line: reading lines with editing.
