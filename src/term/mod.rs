//! Module Lwt_term: modes, keys, styles and drawing of a terminal.
